#!/usr/bin/python3
"""auth_hmac, allow_from and owners against attackers on the link (T1-T4, T8; T44, T45; SEC-02).

The trailer is built and verified here from its written format, with Python's hmac: no byte of it comes from the daemon. Attackers
send whole frames from the client's host, under its own or somebody else's address.
"""
import re
import socket
import struct
import time

import lab
from lab import expect, wait
from signed import GROUP_MAC, KEYS, OTHER, advert, block, checksum, dropped, secrets_are_kept, tag, verify


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


def recorded_before_a_reload():
    """d1 is dead, and somebody sends what it sent: d2 does not believe it, whatever a reload and an interface that was away made anew."""
    with lab.Pair(version=3, interval=0.2, extra=block(more="anti_replay monotonic")) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        sock = pair.frames(pair.client)
        wait(lambda: len(pair.observer.adverts_of("d1", since)) > 3, 30, "adverts of d1")
        recorded = [GROUP_MAC + bytes.fromhex("020000000003") + b"\x08\x00" + a.ip for a in pair.observer.adverts_of("d1", since)]
        pair.d1.power_cut()
        pair.settled(pair.d2)
        pair.d2.reload(pair.conf["d2"].replace("priority 100", "priority 101"))
        wait(lambda: pair.d2.instance()["priority"] == 101, 30, "reload")
        before, yielded = dropped(pair.d2), pair.d2.log().count("MASTER -> BACKUP")
        for _ in range(10):
            for frame in recorded:
                sock.send(frame)
            time.sleep(0.1)
        expect(dropped(pair.d2)["hmac_replayed"] - before.get("hmac_replayed", 0) >= 10, f"replays: {dropped(pair.d2)}")
        expect(pair.d2.instance()["state"] == "MASTER" and pair.d2.log().count("MASTER -> BACKUP") == yielded, f"d2 believed a recording\n{pair.d2.log()}")


lab.main(attacked, rotation, ipv6, rollout, flood, owner, recorded_before_a_reload)
