#!/usr/bin/python3
"""test_scale.py - 500 virtual routers on two wires: all MASTER, every address there and announced, the peer takes all of them over."""
import os
import signal
import time

import lab
from wire import Addresses, Wire

COUNT, PER_WIRE, WIRES = 500, 250, 2
LATE = 5.0  # seconds of slack on a machine that does much else


def conf(priority):
    return "".join(lab.instance(priority, name=f"VI_{k}", vrid=k % PER_WIRE + 1, dev=f"e{k // PER_WIRE}",
                                vips=[f"10.{100 + k // PER_WIRE}.{k % PER_WIRE}.10"]).replace("/24", "/16") for k in range(COUNT))


def wires(l, d1, d2):
    for director in (d1, d2):
        director.sysctl(ipv6__conf__default__disable_ipv6=1)
    l.switch.ip(*(f"link add e{i} netns {d1.pid} type veth peer name e{i} netns {d2.pid}" for i in range(WIRES)))
    for number, director in enumerate((d1, d2)):
        director.ip(*(line for i in range(WIRES) for line in (f"addr add 10.{100 + i}.255.{number + 1}/16 dev e{i}",
                                                               f"link set e{i} up")))


def whole(wire, addresses, since):
    """Every router advertises, every address is there and announced."""
    return len(wire.first_adverts(since)) == len(addresses.since(since)) == len(wire.announced(since)) == COUNT


def hundreds_of_instances():
    with lab.Lab() as l:
        d1, d2 = lab.Director(l, "d1"), lab.Director(l, "d2")
        wires(l, d1, d2)
        seen, back = Wire(d2), Wire(d1)  # what d1 sends, what d2 sends
        here, there = Addresses(d1), Addresses(d2)
        start = time.monotonic()
        d1.start(conf(150))
        lab.wait(lambda: whole(seen, here, start), 30, "all MASTER, announced", step=0.1)
        first, announced = seen.first_adverts(start), seen.announced(start)
        earliest = min(first.values())
        lab.expect(all(when >= earliest for when in announced.values()), "an announcement came before the first advert")
        d2.start(conf(100))
        lab.wait(lambda: "500 instances" in d2.log(), 20, "d2 runs", step=0.1)
        time.sleep(5)
        lab.expect(not back.first_adverts(start), f"d2 advertised beside a MASTER: {back.first_adverts(start)}")
        lab.expect(seen.priorities() == {150}, f"d1 advertised priorities {seen.priorities()}")
        gap = seen.longest_gap(start)
        lab.expect(gap < 1 + LATE, f"a router was silent for {gap:.2f} s")
        killed = time.monotonic()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in [d1.daemon.pid, *d1.family().values()]:
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    pass
        lab.wait(lambda: whole(back, there, killed), 30, "d2 is MASTER of all", step=0.1)
        last, took = seen.last_adverts(), back.first_adverts(killed)
        waits = [took[k] - last[k] for k in took]
        down = 3 + (256 - 100) / 256
        print(f"    took over {min(waits):.2f} to {max(waits):.2f} s after the last advert, formula {down:.2f}; longest gap {gap:.2f} s")
        lab.expect(min(waits) > down - 0.05, f"took over after {min(waits):.3f} s of silence, too early")
        lab.expect(max(waits) < down + LATE, f"took over after {max(waits):.3f} s of silence")
        lab.expect(back.priorities() == {100}, f"d2 advertised priorities {back.priorities()}")
        lab.expect(d2.log().count("BACKUP -> MASTER") == COUNT, "d2 became MASTER of each exactly once")
        for seer in (seen, back, here, there):
            seer.stop()


lab.main(hundreds_of_instances)
