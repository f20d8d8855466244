#!/usr/bin/python3
"""auth_hmac and time: what other programs sign, wrong clocks, what a restart must remember (T4, T45; SEC-02; F45)."""
import json
import os
import re
import time

import lab
from lab import expect, wait
from signed import GROUP_MAC, KEYS, OTHER, advert, block, dropped, secrets_are_kept, verify


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


lab.main(signed_by_others, wrong_clock, remembered)
