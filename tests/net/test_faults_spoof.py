#!/usr/bin/python3
"""F106, F107, F108, F109, F111: adverts that somebody else makes up, repeats, or floods with, against a pair with and without keys. Audited by faults.py."""
import random
import time

import lab
import watch
from faults import NIGHTLY, Room, Row, run_rows
from signed import GROUP_MAC, KEYS, advert, block, checksum

EYE = "192.0.2.8"
FLOOD = 10 if NIGHTLY else 1.5  # seconds
ETHER = GROUP_MAC + bytes.fromhex("020000000004") + b"\x08\x00"


# injectors
def say(frames, times=1, pause=0.0):
    """The eye sends these frames; counts them."""
    def inject(room):
        sock = room.frames(room.eye)
        room.sent = 0
        for _ in range(times):
            for frame in frames(room) if callable(frames) else frames:
                sock.send(frame)
                room.sent += 1
            time.sleep(pause)
        sock.close()
    return inject


def recorded(room):
    """What d1 said so far, as frames, backwards and forwards."""
    frames = [ETHER + a.ip for a in room.observer.adverts_of("d1")]
    return frames[::-1] + frames


def ten_minutes(room):
    """What d1 said in the last ten minutes, by its key, at once: in order, backwards, in order again."""
    now = time.time()
    frames = [ETHER + advert(150, "192.0.2.1", key=KEYS[1], when=now - 600 + n * room.interval)[14:] for n in range(int(600 / room.interval))]
    sock, room.sent, room.refused = room.frames(room.eye), 0, refused(room.d2)
    for part in (frames, frames[::-1], frames):
        for frame in part:
            sock.send(frame)
            room.sent += 1
            if room.sent % 50 == 0:
                time.sleep(0.01)
    sock.close()


def refused(director):
    dropped = watch.brief(director.status())["dropped"]
    return dropped.get("hmac_stale", 0) + dropped.get("hmac_replayed", 0)


def all_refused(room, _):
    grown = refused(room.d2) - room.refused
    print(f"      {room.sent} adverts repeated, {grown} refused as stale or replayed")
    lab.expect(grown >= 0.9 * room.sent, f"{grown} of {room.sent} were refused")


def counted(reason, hosts=("d1", "d2"), share=0.9):
    """They must have been dropped for it."""
    def check(room, fault):
        fault.allowed.bad = {host: {reason: int(room.sent * share)} for host in hosts}
    return check


def other_vrid(frame):
    """The same for a virtual router that nobody has (53), whose checksum is right again."""
    body = bytearray(frame[34:])
    body[1] += 2
    body[6:8] = bytes(2)
    body[6:8] = checksum(frame[26:34] + b"\0\x70" + len(body).to_bytes(2, "big") + bytes(body)).to_bytes(2, "big")
    return frame[:34] + bytes(body)


def needed(room):
    return [watch.needs(d.family())["roles"]["vrrp"] for d in room.directors]


def flood(room):
    """As many as one socket sends: valid and weak, wrong checksums, another VRID, all from random sources."""
    dice, sock = random.Random(109), room.frames(room.eye)
    sources = [f"192.0.2.{n}" for n in dice.sample(range(20, 90), 50)]
    valid = [advert(dice.randint(1, 90), source) for source in sources]
    frames = valid + [advert(dice.randint(1, 254), source, spoil=0x101) for source in sources] + [other_vrid(frame) for frame in valid]
    dice.shuffle(frames)
    room.needed = needed(room)
    room.since, room.sent = time.monotonic(), 0
    while time.monotonic() < room.since + FLOOD:
        for frame in frames:
            sock.send(frame)
        room.sent += len(frames)
    sock.close()


def bounded(room, fault):
    """Who is flooded goes on as before; what it says meanwhile is not a flood of its own."""
    said = len(room.observer.adverts_of("d1", room.since))
    print(f"      {room.sent} adverts in {FLOOD} s; d1 sent {said}")
    lab.expect(FLOOD / room.interval / 2 <= said <= 20 * FLOOD / room.interval, f"d1 sent {said} adverts")
    for before, after in zip(room.needed, needed(room)):  # a socket or two listen for a while to who else is there
        lab.expect(after["fds"] <= before["fds"] + 4 and after["rss"] <= before["rss"] + (32 << 20), f"{before} became {after}")
    counted("checksum", share=0.01)(room, fault)


ZERO = advert(0, "192.0.2.1")
OPEN = (
    Row("F111", "TTL 254, 1, 0", say([advert(200, EYE, ttl=ttl) for ttl in (254, 1, 0)], 20, 0.02), hold=0.5, check=counted("ttl")),
    Row("F106", "priority 255 of somebody", say([advert(255, EYE)], 5, 0.2), hold=0.5, check=counted("owner_claim", ("d1", "d2"))),
    Row("F107", "priority 0 in the MASTER's name", say([ZERO]), hold=1,
        allowed=lambda r: {"moves": {"d1": "", "d2": ("MASTER BACKUP", "")}, "split": True}),
    Row("F109", "a flood: checksums", say([advert(200, EYE, spoil=0x101)] * 50, 100, 0.01), hold=1, check=counted("checksum")),
    Row("F109", "a flood: all kinds, from random sources", flood, hold=1, check=bounded,
        allowed=lambda r: {"late": ("d1",), "leaves": False, "gap": 2 * r.interval}),  # the kernel drops questions of the eye, too
)
CLOSED = (
    Row("F106", "priority 200 without a signature", say([advert(200, EYE), advert(200, "192.0.2.2")], 15, 0.1), hold=0.5,
        check=counted("hmac_missing", ("d1",), 0.4)),
    Row("F107", "priority 0 without a signature", say([ZERO], 15, 0.1), hold=0.5, check=counted("hmac_missing", ("d2",))),
    Row("F108", "what was recorded, both ways round", say(recorded, 3, 0.2), hold=0.5, check=counted("hmac_replayed", ("d2",), 0.3)),
    Row("F108", "ten minutes of adverts, forwards and backwards", ten_minutes, hold=0.5, check=all_refused),
)


def without_keys():
    """F106 F107 F109 F111: what a pair without keys can and cannot refuse."""
    with Room(glob="global_defs {\n    log_unknown_vrids\n}\n", extra="allow_from {\n        192.0.2.0/24\n    }") as room:
        room.begin()
        run_rows(room, OPEN)
        room.end()


def with_keys():
    """F106 F107 F108: nothing moves a pair with keys."""
    with Room(extra=block()) as room:
        room.begin()
        time.sleep(1)
        run_rows(room, CLOSED)
        room.end()


lab.main(without_keys, with_keys)
