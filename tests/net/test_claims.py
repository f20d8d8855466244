#!/usr/bin/python3
"""Claims: a rival for one advert is answered, a burst of announcements is cut short, and who sleeps is not said to be MASTER."""
import os
import signal
import struct
import subprocess
import tempfile
import time

import lab
from halves import look, suspicions

T = 0.2


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def stolen_for_one_advert():
    """T13: d2, which missed d1's adverts, claims something outside of both; d1 never left MASTER and claims it back in 2 s. In a group too."""
    with tempfile.TemporaryDirectory(dir="/tmp") as shared, lab.Pair(version=3, interval=T) as pair:
        os.chmod(shared, 0o777)
        for director, priority in ((pair.d1, 150), (pair.d2, 100)):
            director.write("/run/lab/own", f"#!/bin/sh\necho {director.name} >{shared}/$2.new && mv {shared}/$2.new {shared}/$2\n")
            director.run("chmod", "755", "/run/lab/own")
            hook = "notify_ensure /run/lab/own root"
            pair.conf[director.name] = "".join(lab.instance(priority, 3, T, hook, f"VI_{n}", 50 + n, (f"192.0.2.{99 + n}",))
                                               for n in (1, 2, 3)) + "vrrp_sync_group G {\n    group {\n        VI_2 VI_3\n    }\n}\n"
        pair.start()
        pair.settled()
        paths = [os.path.join(shared, f"VI_{n}") for n in (1, 2, 3)]
        lab.wait(lambda: all(os.path.exists(p) and read(p) == "d1" for p in paths), 20, "d1 has claimed all")
        moved = [look(pair.d1, f"VI_{n}")["counters"]["transitions"] for n in (1, 2, 3)]
        pair.deaf(pair.d1)
        lab.wait(lambda: all(read(p) == "d2" for p in paths), 30, "d2 claims all", step=0.005)
        pair.deaf(pair.d1, "")
        start = time.monotonic()
        lab.wait(lambda: all(read(p) == "d1" for p in paths), 20, "d1 claims all back")
        print(f"    claimed back after {time.monotonic() - start:.2f} s")
        lab.expect(time.monotonic() - start < 2.5, "that took too long")
        time.sleep(1)
        lab.expect([read(p) for p in paths] == ["d1"] * 3, "d2 claimed once more")
        lab.expect(moved == [look(pair.d1, f"VI_{n}")["counters"]["transitions"] for n in (1, 2, 3)], "d1 left MASTER")


MANY = 1000


def announced(pair):
    """d1's announcements of any address."""
    return [a for a in pair.observer.arps if a.host == "d1" and a.is_gratuitous]


def burst_cut_short():
    """T32: 1,000 addresses, each announced once before any is repeated, at the pace of vrrp_garp_interval; none after handing over."""
    vips = [f"10.1.{n // 250}.{n % 250 + 1}" for n in range(MANY)]
    text = "global_defs {\n    vrrp_garp_interval 0.001\n}\n" + lab.instance(150, 3, T, vips=(lab.VIP, *vips))
    with lab.Pair(version=3, interval=T) as pair:
        pair.d1.start(text)
        lab.wait(lambda: len(announced(pair)) >= MANY + 10, 40, "the first announcement of each, and more")
        pair.d2.start(text.replace("priority 150", "priority 200"))
        first = [a.sender for a in announced(pair)[:MANY + 1]]
        lab.expect(len(set(first)) == MANY + 1, f"{MANY + 1 - len(set(first))} were repeated before all were told once")
        lab.wait(lambda: pair.observer.adverts_of("d2"), 40, "d2 takes over")
        taken = pair.observer.adverts_of("d2")[0].when
        lab.wait(lambda: look(pair.d1).get("state") == "BACKUP", 40, "d1 is BACKUP")
        time.sleep(1)
        said = announced(pair)
        late = [a for a in said if a.when > taken + 0.1]
        lab.expect(not late and len(said) < 5 * MANY, f"{len(late)} announcements of d1 after d2's first advert, {len(said)} in all")
        pace = (said[MANY].when - said[0].when) / MANY
        times = [a.when for a in pair.observer.adverts_of("d1") if a.when < taken]
        worst = max(b - a for a, b in zip(times, times[1:]))
        print(f"    one announcement each {pace * 1000:.1f} ms; longest time between two adverts {worst * 1000:.0f} ms")
        lab.expect(0.0009 < pace < 0.005, f"one announcement each {pace:.4f} s")
        lab.expect(worst < 2.5 * T, f"adverts waited behind the burst: {worst:.3f} s")


def asked_by_many():
    """RFC 5227 probes for a VIP, which a director that lets go sends, by the thousand: each address announced ten times a second at most."""
    vips = (lab.VIP, "192.0.2.101", "192.0.2.102")
    with lab.Pair(version=3, interval=T) as pair:
        pair.d1.start(lab.instance(150, 3, T, "garp_master_refresh 0\n    garp_master_delay 1", vips=vips))
        lab.wait(lambda: look(pair.d1).get("state") == "MASTER", 30, "MASTER")
        time.sleep(2.5)
        sock = pair.frames(pair.client)
        mac = sock.getsockname()[4]
        probe = struct.pack("!6s6sHHHBBH6s4s6s4s", b"\xff" * 6, mac, 0x806, 1, 0x800, 6, 4, 1, mac, bytes(4), bytes(6), bytes((192, 0, 2, 100)))
        before, start = len(announced(pair)), time.monotonic()
        sock.send(probe)
        lab.wait(lambda: len(announced(pair)) >= before + len(vips), 5, "one that asks is answered with all addresses")
        print(f"    answered after {(time.monotonic() - start) * 1000:.0f} ms")
        for _ in range(2000):
            sock.send(probe)
            time.sleep(0.0005)
        took = time.monotonic() - start
        time.sleep(0.5)
        rounds = (len(announced(pair)) - before) / len(vips)
        print(f"    2,000 probes in {took:.1f} s: each address announced {rounds:.1f} times")
        lab.expect(2 <= rounds <= took * 10 + 1, "not at that pace")
        times = [a.when for a in pair.observer.adverts_of("d1")]
        worst = max(b - a for a, b in zip(times, times[1:]))
        lab.expect(worst < 2.5 * T, f"adverts were late: {worst:.3f} s")
        sock.close()


def asleep_is_not_master():
    """T14: while main sleeps, vipctl says that nobody answers, and not what was true before."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: look(pair.d1).get("state") == "MASTER", 30, "MASTER")
        os.kill(pair.d1.daemon.pid, signal.SIGSTOP)
        done = subprocess.run(pair.d1.enter(os.path.join(lab.BIN, "vipctl"), "status"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=30)
        os.kill(pair.d1.daemon.pid, signal.SIGCONT)
        lab.expect(done.returncode == 3 and "MASTER" not in done.stdout, f"{done.returncode}: {done.stdout}")
        print(f"    {done.stdout.strip()}")


def on_another_interface():
    """A VIP put by hand on another interface, of the MASTER and of the BACKUP: named, left there, over when it is gone; not on lo."""
    with lab.Pair(version=3, interval=0.2) as pair:
        for director in pair.directors:
            director.ip("link add wire1 type veth peer name wire2", "link set wire1 up")
        pair.start()
        pair.settled()
        moves = [d.log().count("MASTER") for d in pair.directors]
        for director in pair.directors:
            director.ip(f"address add {lab.VIP}/24 dev wire1")
        for director in pair.directors:
            lab.wait(lambda d=director: "vip_on_other_interface" in suspicions(d), 30, f"{director.name} says so")
            lab.expect(suspicions(director)["vip_on_other_interface"] ==
                       f"{lab.VIP} is on wire1 of this host too, put there by somebody else", f"{suspicions(director)}")
            lab.expect(lab.VIP in director.addresses("wire1"), "it is not removed")
            director.ip(f"address add {lab.VIP}/32 dev lo", f"address del {lab.VIP}/24 dev wire1")
        for director in pair.directors:
            lab.wait(lambda d=director: "vip_on_other_interface" not in suspicions(d), 30, "it is over, whatever lo has")
            lab.expect(director.log().count("vip_on_other_interface") == 2, "begun and over, once")
        lab.expect([d.log().count("MASTER") for d in pair.directors] == moves, "nobody changed its state")


lab.main(stolen_for_one_advert, burst_cut_short, asked_by_many, asleep_is_not_master, on_another_interface)
