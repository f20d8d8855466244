#!/usr/bin/python3
"""A random walk over interfaces: 2 s after its last step the state is the one that a freshly started daemon finds."""
import time

import lab
import walk

SEEDS = (1, 2, 3)


def random_walk():
    """T23: F54 F55 F56: links come, go, are renamed, lose their addresses, move to another namespace."""
    walk.walk(SEEDS)


def vanish():
    """An interface that is deleted under a MASTER: the line of the fault says so, and no line above it cries of addresses."""
    with lab.Lab() as room:
        host = room.director("d1", "192.0.2.1")
        for step in ("link add eth1 type veth peer name eth1p", "link set eth1p up", "link set eth1 up",
                     "addr add 198.51.100.1/24 dev eth1"):
            host.run("ip", *step.split())
        host.start(lab.instance(100, 3, 0.1, vips=("198.51.100.100", "198.51.100.101"), dev="eth1"))
        lab.wait(lambda: "198.51.100.101" in host.addresses("eth1"), 30, "serves")
        host.run("ip", "link", "del", "eth1")
        lab.wait(lambda: "MASTER -> FAULT: interface eth1" in host.log(), 30, "the fault is said")
        time.sleep(1)
        lab.expect("ERROR" not in host.log(), "no error beside the fault")


lab.main(vanish, random_walk)
