#!/usr/bin/python3
"""auth_hmac, allow_from and owners against attackers on the link (T1-T4, T8; T44, T45; SEC-02).

The trailer is built and verified here from its written format, with Python's hmac: no byte of it comes from the daemon. Attackers
send whole frames from the client's host, under its own or somebody else's address.
"""
import hashlib
import hmac
import json
import os
import re
import socket
import struct
import time

import lab
from lab import expect, wait

KEYS = {1: bytes(range(32)), 2: bytes(range(100, 140)), 3: b"a text of at least thirty-two characters"}
MULTICAST, GROUP_MAC, OTHER = "224.0.0.18", bytes.fromhex("01005e000012"), "192.0.2.9"


def block(keys=(1,), active=None, mode="enforce", more=""):
    lines = "".join(f"        key {k} hex:{KEYS[k].hex()}\n" if k != 3 else f'        key 3 "{KEYS[3].decode()}"\n' for k in keys)
    return f"auth_hmac {{\n{lines}        active_key {active or keys[0]}\n        mode {mode}\n        {more}\n    }}"


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def tag(key, source, message, head):
    """Pseudo-header, message with its checksum as zero, trailer with its tag as zero."""
    pseudo = (bytes([6, message[0] >> 4, message[1], 0]) + socket.inet_pton(socket.AF_INET6, source) if ":" in source else
              bytes([4, message[0] >> 4, message[1], 0]) + socket.inet_aton(source).ljust(16, b"\0"))
    return hmac.new(key, pseudo + message[:6] + b"\0\0" + message[8:] + head + bytes(16), hashlib.sha256).digest()[:16]


def advert(priority, source, version=3, key=None, key_id=1, when=None, to=MULTICAST, ttl=255, spoil=0):
    """A whole frame; `key`: with a trailer, its time `when` (default: now)."""
    vip = socket.inet_aton(lab.VIP)
    if version == 3:
        body = struct.pack("!BBBBHH", 0x31, 51, priority, 1, 20, 0) + vip
        pseudo = socket.inet_aton(source) + socket.inet_aton(to) + struct.pack("!HH", 112, len(body))
    else:
        body, pseudo = struct.pack("!BBBBBBH", 0x21, 51, priority, 1, 0, 1, 0) + vip + bytes(8), b""
    body = body[:6] + struct.pack("!H", checksum(pseudo + body) ^ spoil) + body[8:]
    if key:
        when = time.time() if when is None else when
        head = struct.pack("!BBHIHH", 1, key_id, 0, int(when), int(when % 1 * 65536), 0)
        body += head + tag(key, source, body, head)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(body), 0, 0, ttl, 112, 0, socket.inet_aton(source), socket.inet_aton(to))
    ip = head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body
    return (GROUP_MAC if to == MULTICAST else b"\xff" * 6) + bytes.fromhex("020000000003") + b"\x08\x00" + ip


def verify(seen):
    """A sniffed advert against the format; its key id and sequence."""
    message, trailer = seen.body[:-28], seen.body[-28:]
    kind, key_id, reserved, seconds, sub, counter = struct.unpack("!BBHIHH", trailer[:12])
    expect(kind == 1 and reserved == 0, f"trailer {trailer.hex()}")
    expect(trailer[12:] == tag(KEYS[key_id], seen.source, message, trailer[:12]), f"wrong tag: {seen.body.hex()}")
    expect(abs(seconds + sub / 65536 - time.time()) < 60, f"time {seconds}")
    pseudo = socket.inet_aton(seen.source) + socket.inet_aton(seen.to) + struct.pack("!HH", 112, len(message))
    expect(checksum((pseudo if seen.version == 3 else b"") + message) == 0, "the checksum covers the message alone")
    return key_id, seconds << 32 | sub << 16 | counter


def dropped(director):
    return director.instance()["counters"]["dropped"]


def secrets_are_kept(director):
    vipctl = os.path.join(lab.BIN, "vipctl")
    text = director.run(vipctl, "status")
    expect("auth_hmac enforce, key 1" in text, f"status:\n{text}")
    texts = [text, director.log(), director.run(vipctl, "status", "--json"),
             director.run(vipctl, "dump", check=False)]
    for text in texts:
        for key in KEYS.values():
            expect(key.hex() not in text and key.decode("latin-1") not in text, f"a key is shown:\n{text}")


def attacked():
    """A pair with enforce does not care: 255 and 0 without, with a wrong, an unknown, an old, a repeated signature.

    Even who knows a key but not the time moves nobody: old adverts only say that somebody lives.
    """
    with lab.Pair(version=3, interval=0.2, extra=block(keys=(1, 3))) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        sock = pair.frames(pair.client)
        wait(lambda: len(pair.observer.adverts_of("d1", since)) > 3, 30, "adverts of d1")
        seen = pair.observer.adverts_of("d1", since)
        sequences = [verify(a)[1] for a in seen]
        expect(sequences == sorted(set(sequences)), "a sequence did not grow")
        recorded = [GROUP_MAC + bytes.fromhex("020000000003") + b"\x08\x00" + a.ip for a in seen]
        before = {d.name: dropped(d) for d in pair.directors}
        rounds = 15
        for _ in range(rounds):
            for source in (OTHER, "192.0.2.1", "192.0.2.2"):
                for priority in (255, 0):
                    sock.send(advert(priority, source))
                    sock.send(advert(priority, source, key=KEYS[2]))
                    sock.send(advert(priority, source, key=KEYS[1], key_id=77))
            sock.send(advert(255, OTHER, key=KEYS[1], when=time.time() - 3600))
            for frame in recorded:
                sock.send(frame)
            time.sleep(0.1)
        time.sleep(1)
        pair.expect_masters(["d1"], since)
        for director in pair.directors:
            now = dropped(director)
            moved = {k: now[k] - before[director.name][k] for k in now if now[k] != before[director.name][k]}
            print(f"    {director.name} dropped {moved}")
            for cause in ("hmac_missing", "hmac_invalid", "hmac_unknown_key", "hmac_stale"):
                expect(moved.get(cause), f"{director.name}: {cause} was not counted")
            expect(director.name == "d1" or moved.get("hmac_replayed", 0) >= rounds, f"replays: {moved}")
            secrets_are_kept(director)
        expect(pair.d1.instance()["auth"]["key"] == 1, "the active key")
        lines = [line for line in pair.d2.log().splitlines() if re.search(r"advert of .* dropped:", line)]
        expect(len(lines) == len(set(re.sub(r"^.*?VI_1", "", line) for line in lines)), f"a line twice within a minute: {lines}")


class Peer:
    """The other router is this test: it signs as vipd does, by its clock, and never with a sequence that went back."""

    def __init__(self, host, version):
        self.sock, self.version, self.interval = self.frames_of(host), version, 0.2 if version == 3 else 1
        self.last = 0.0

    @staticmethod
    def frames_of(host):
        return host.lab.frames(host)

    def speak(self, seconds, off=0.0, priority=150):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.last = max(self.last + 2 / 65536, time.time() + off)
            self.sock.send(advert(priority, OTHER, self.version, KEYS[1], when=self.last))
            time.sleep(self.interval / 2)


def single(version, conf):
    bench = lab.Lab()
    bench.d1, bench.client = bench.director("d1", "192.0.2.1"), bench.host("client", OTHER)
    bench.observe()
    bench.peer = Peer(bench.client, version)
    bench.d1.start(lab.instance(100, version, bench.peer.interval, conf))
    wait(lambda: bench.peer.speak(bench.peer.interval) or (bench.d1.instance().get("auth") or {}).get("senders"), 30, "d1 hears")
    wait(lambda: bench.peer.speak(bench.peer.interval) or bench.d1.instance()["state"] == "BACKUP", 30, "d1 is BACKUP")
    return bench


def signed_by_others():
    """Versions 2 and 3: what another program signed is believed; when it falls silent it is dead."""
    for version in (2, 3):
        with single(version, block()) as bench:
            since = time.monotonic()
            bench.peer.speak(4 * bench.peer.interval)
            auth = bench.d1.instance()["auth"]
            expect(not bench.observer.masters(since), f"version {version}: it did not listen")
            expect(auth["senders"][0]["address"] == OTHER and auth["senders"][0]["result"] == "valid", f"{auth}")
            expect(abs(auth["senders"][0]["clock_behind_usec"]) < 1000000, f"{auth}")
            wait(lambda: bench.observer.masters(since) == ["d1"], 30, "the peer is dead")
            verify(bench.observer.adverts_of("d1", since)[0])


def wrong_clock():
    """The peer's clock is an hour ahead, right again, an hour behind: alive all the time, and an hour's alarm each."""
    with single(3, block(more="time_window 1")) as bench:
        since, d1 = time.monotonic(), bench.d1
        bench.peer.speak(1)
        bench.peer.speak(2, 3600.0)
        expect(d1.instance()["auth"]["senders"][0]["result"] == "wrong_clock", "an hour ahead was not noticed")
        bench.peer.speak(3, 0.0)
        bench.peer.speak(1.5, -3600.0)
        expect(not bench.observer.masters(since), "a wrong clock made a second MASTER")
        expect(re.search(r"clock of 192.0.2.9 is 3\d\d\d.* ahead of ours", d1.log()), "no line about the clock")
        print(f"    results {d1.instance()['auth']['results']}")
    with single(3, block(more="time_window 1")) as bench:
        bench.peer = Peer(bench.client, 3)
        wait(lambda: bench.peer.speak(0.3, -3600.0) or bench.d1.instance()["auth"]["results"]["replayed"] > 0, 30, "below the mark")
        bench.d1.stop()
        bench.d1.run("rm", "/run/vipd/vrrp.state")  # as if the machine had started anew
        since = time.monotonic()
        bench.d1.start()
        wait(lambda: bench.peer.speak(0.3, -3600.0) or bench.d1.log().count("generation 1 is applied") > 1, 30, "d1 runs")
        bench.peer.speak(1.5, -3600.0)
        results = bench.d1.instance()["auth"]["results"]
        print(f"    started beside a clock an hour behind: {results}")
        expect(not bench.observer.masters(since) and results["wrong_clock"] > 3, f"{results}")


def remembered():
    """The vrrp process of each dies: sequence and marks go on. So they do over a stop and a start: a recording of the dead MASTER does
    not hold the BACKUP back.
    """
    with lab.Pair(version=3, interval=0.2, extra="auth_hmac {\n key 1 file:/run/lab/key\n time_window 300\n }") as pair:
        for director in pair.directors:
            director.write("/run/lab/key", f"hex:{KEYS[1].hex()}\n")
            director.run("chmod", "600", "/run/lab/key")
        pair.start()
        pair.settled()
        since = time.monotonic()
        for director in pair.directors:
            time.sleep(1.2)
            old = director.family()["vrrp"]
            os.kill(old, 9)
            wait(lambda: director.family().get("vrrp", old) != old and director.instance().get("auth"), 30, "a new vrrp process")
        pair.expect_masters(["d1"], since)
        seen = pair.observer.adverts_of("d1", since)
        sequences = [verify(a)[1] for a in seen]
        expect(sequences == sorted(set(sequences)), "a sequence did not grow over the restart")
        recorded = [GROUP_MAC + bytes.fromhex("020000000003") + b"\x08\x00" + a.ip for a in seen[:-6]]
        expect(not any(v for k, v in dropped(pair.d2).items() if k.startswith("hmac")), f"{dropped(pair.d2)}")
        sock = pair.frames(pair.client)
        expect("/run/lab/key" not in json.dumps(pair.d2.instance()), "status names the file")
        secrets_are_kept(pair.d2)
        time.sleep(1.2)
        starts = pair.d2.log().count("generation 1 is applied")
        pair.d2.stop()
        pair.d2.start()
        wait(lambda: pair.d2.log().count("generation 1 is applied") > starts, 30, "d2 runs")
        time.sleep(0.5)
        pair.d1.power_cut()
        end, position = time.monotonic() + 20, 0
        while pair.observer.holding() != ["d2"]:
            expect(time.monotonic() < end, f"d2 believes the recording: {pair.d2.instance().get('auth')}")
            sock.send(recorded[position % len(recorded)])
            position += 1
            time.sleep(0.1)


def rotation():
    """Keys change by reload, one director after the other: nothing is dropped, nobody moves. Unicast."""
    with lab.Pair(version=3, interval=0.2, unicast=True, extra=block()) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        base = dict(pair.conf)
        for keys, active in (((1, 2), 1), ((1, 2), 2), ((2,), 2)):
            for director in pair.directors:
                director.reload(base[director.name].replace(block(), block(keys, active)))
                wait(lambda: director.instance()["auth"]["key"] == active and "accepted" in director.log(), 30, "reload")
                time.sleep(0.5)
        last = pair.observer.adverts_of("d1", since)[-1]
        expect(verify(last)[0] == 2 and last.to == "192.0.2.2", "signs with key 2, to the peer")
        pair.expect_masters(["d1"], since)
        expect(not any(dropped(pair.d2).values()), f"dropped: {dropped(pair.d2)}")
        pair.d1.stop()
        wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over")


def ipv6():
    """Both families of a pair side by side: the trailer, and the checksum that covers it as a kernel would write it."""
    second = lab.instance(0, 3, 0.2, block(), "VI_6", vips=()).replace("ipaddress {\n", "ipaddress {\n        fe80::100/64\n")
    with lab.Pair(version=3, interval=0.2, extra=block()) as pair:
        for number, director in enumerate(pair.directors):
            director.sysctl(ipv6__conf__eth0__disable_ipv6=0)
            pair.conf[director.name] += second.replace("priority 0", f"priority {pair.priorities[number]}")
        pair.start()
        pair.settled()
        wait(lambda: pair.d1.instance("VI_6")["state"] == "MASTER" and pair.d2.instance("VI_6")["state"] == "BACKUP" and
             pair.d2.instance("VI_6")["auth"]["results"]["valid"] > 3, 30, "d1 is MASTER of IPv6, and d2 believes it")
        with pair.switch.inside():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            sock.bind(("d1", 0))
        frame = b""
        while not (frame[12:14] == b"\x86\xdd" and frame[20] == 112):
            frame = sock.recv(4096)
        source, body = socket.inet_ntop(socket.AF_INET6, frame[22:38]), frame[54:]
        expect(body[-16:] == tag(KEYS[1], source, body[:-28], body[-28:-16]), f"wrong tag: {body.hex()}")
        pseudo = frame[22:54] + struct.pack("!IHBB", len(body), 0, 0, 112)
        expect(checksum(pseudo + body) == 0, "the checksum covers the trailer")
        expect(not any(dropped(pair.d2).values()) and not any(pair.d2.instance("VI_6")["counters"]["dropped"].values()), "drops")


def rollout():
    """From nothing to enforce, mode by mode and one director after the other: never two MASTERs, never a transition."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        base = dict(pair.conf)
        for mode in ("receive-only", "permissive", "enforce"):
            for director in pair.directors:
                text = base[director.name].replace("advert_int", block(mode=mode) + "\n    advert_int")
                director.reload(text)
                wait(lambda: (director.instance()["auth"] or {}).get("mode") == mode, 30, f"mode {mode}")
                time.sleep(0.5)
            signed = len(pair.observer.adverts_of("d1", since)[-1].body) == 40
            expect(signed == (mode != "receive-only"), f"{mode}: signed {signed}")
        pair.expect_masters(["d1"], since)
        results = pair.d2.instance()["auth"]["results"]
        print(f"    results {results}")
        expect(results["missing"] > 0 and results["valid"] > 0 and not any(dropped(pair.d2).values()), f"{results}")
        expect("mode enforce would drop it" in pair.d2.log(), "nobody said what enforce would do")


def flood():
    """T44: a thousand bad adverts a second, five causes, two of the senders forged."""
    sources = "allow_from {\n        192.0.2.1\n        192.0.2.2\n    }"
    with lab.Pair(version=3, interval=0.2, extra=sources) as pair:
        pair.start()
        pair.settled()
        since, vrrp = time.monotonic(), pair.d2.family()["vrrp"]
        sock = pair.frames(pair.client)
        bad = {"unknown_source": advert(255, OTHER), "ttl": advert(255, "192.0.2.1", ttl=64),
               "checksum": advert(255, OTHER, spoil=0x101), "owner_claim": advert(255, "192.0.2.1"), "source": advert(255, "0.0.0.0")}

        def memory():
            with open(f"/proc/{vrrp}/status") as file:
                return int(re.search(r"VmRSS:\s*(\d+)", file.read()).group(1))

        before, sent, kib = dropped(pair.d2), 0, 0
        while sent < 3000:
            for frame in bad.values():
                sock.send(frame)
                sock.send(frame)
            sent += 2
            time.sleep(max(0, since + sent * 5 / 1000 - time.monotonic()))
            if sent == 200:
                kib = memory()
            if time.monotonic() - since > 6:
                break
        wait(lambda: dropped(pair.d2)["owner_claim"] - before["owner_claim"] >= sent * 0.9, 30, "all were counted")
        now = dropped(pair.d2)
        for cause in bad:
            moved = now[cause] - before[cause]
            expect(sent * 0.9 <= moved <= sent, f"{cause}: {moved} of {sent}")
        lines = [line for line in pair.d2.log().splitlines() if re.search(r"advert of .* dropped:", line)]
        print(f"    {sent * 5} bad adverts in {time.monotonic() - since:.1f} s, {len(lines)} lines, memory {kib} to {memory()} kB")
        expect(len(lines) == len(bad), f"{len(lines)} lines: {lines}")
        expect(memory() - kib < 2000, "memory grew")
        offenders = pair.d2.instance()["offenders"]
        expect({o["cause"] for o in offenders} == set(bad), f"{offenders}")
        pair.expect_masters(["d1"], since)


def owner():
    """255 from somebody who is not declared owner is nothing; declared, it is what the RFC says."""
    def sources(mark):
        return f"allow_from {{\n        192.0.2.0/30\n        192.0.2.9 {mark}\n    }}"
    with lab.Pair(version=3, interval=0.2, extra=sources("")) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        sock = pair.frames(pair.client)
        for _ in range(20):
            sock.send(advert(255, OTHER))
            time.sleep(0.05)
        pair.expect_masters(["d1"], since)
        expect(dropped(pair.d1)["owner_claim"] == 20, f"{dropped(pair.d1)}")
        for director in pair.directors:
            director.reload(pair.conf[director.name].replace(sources(""), sources("owner")))
        wait(lambda: sock.send(advert(255, OTHER)) and pair.d1.instance()["state"] == "BACKUP", 30, "d1 gave way to an owner", 0.1)


lab.main(attacked, signed_by_others, wrong_clock, remembered, rotation, ipv6, rollout, flood, owner)
