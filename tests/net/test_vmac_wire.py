#!/usr/bin/python3
"""Virtual MAC addresses and others on the wire: adverts from the base interface, keepalived, a port that takes one MAC address."""
import time

import lab
from virtual import Sniffer, VMAC, answers, neighbour, pings, start_in_order


def base_transmits():
    """UC-08: vmac_xmit_base: adverts come from the interface's own MAC address, the VIP keeps the virtual one; so with unicast."""
    for extra, unicast in (("use_vmac\n    vmac_xmit_base", False), ("use_vmac", True)):
        with lab.Pair(version=3, interval=0.2, extra=extra, unicast=unicast) as pair:
            pair.start()
            pair.settled()
            sniffer, since = Sniffer(pair, pair.d1), time.monotonic()
            lab.wait(lambda: len(sniffer.adverts(since)) >= 3, 10, "adverts")
            lab.expect(set(sniffer.adverts(since)) == {"02:00:00:00:00:01"}, f"adverts come from {sniffer.adverts(since)}")
            lab.expect(answers(pair.client, lab.VIP, "192.0.2.9") == [(VMAC, VMAC)], "the VIP has the virtual MAC address")
            sniffer.stop()


def beside_keepalived():
    """With keepalived's use_vmac at the other end, in both roles. (keepalived's interface answers ARP for its VIP too.)"""
    for programs in (("vipd", "keepalived"), ("keepalived", "vipd")):
        with lab.Pair(version=2, interval=1, programs=programs, extra="use_vmac") as pair:
            start_in_order(pair)
            for director in pair.directors:
                lab.wait(lambda: pair.observer.holding() == [director.name], 20, f"{director.name} serves")
                lab.expect(pings(pair.client, lab.VIP), "the VIP answers")
                if director.program == "vipd":
                    lab.wait(lambda: neighbour(pair.client) == VMAC, 10, "the client knows the virtual MAC address")
                    lab.expect(answers(pair.client, lab.VIP, "192.0.2.9") == [(VMAC, VMAC)], "one answer")
                if director == pair.d1:
                    director.stop()


def one_mac_only():
    """T48: A switch port that takes one MAC address only: the self-test says so; where all is well it passes."""
    with lab.Pair(version=3, interval=0.2, extra="use_vmac\n    vmac_xmit_base", priorities=(100, 150)) as pair:
        pair.start()
        pair.settled(pair.d2)  # d1 has heard of somebody to ask
        for rule, verdict in (("", "passed"), (f"ether saddr {VMAC}", "blocked")):
            pair.deaf(pair.d1, rule)
            pair.d2.stop()
            lab.wait(lambda: pair.holds(pair.d1), 30, "d1 serves")
            lab.wait(lambda: pair.d1.instance()["vmac"]["self_test"] == verdict, 30, f"self-test: {verdict}")
            pair.d2.start()
            lab.expect(("take one MAC address only" in pair.d1.log()) == (verdict == "blocked"), "the warning")
            pair.deaf(pair.d1, "")
            lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 serves again")


lab.main(base_transmits, beside_keepalived, one_mac_only)
