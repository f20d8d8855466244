#!/usr/bin/python3
"""What others do to addresses and interfaces is noticed and repaired, without a transition."""
import time

import lab

VIP2 = "198.51.100.100"


def address_deleted():
    """`ip addr del`: back within 50 ms (best of three, all printed), announced once, nobody changes state."""
    with lab.Pair(version=3, interval=0.2, extra="garp_master_delay 1") as pair:
        pair.start()
        pair.settled()
        time.sleep(1.5)  # the second round of announcements is over
        since, took = time.monotonic(), []
        for _ in range(3):
            count = len(pair.observer.events)
            deleted = time.monotonic()
            pair.d1.ip(f"addr del {lab.VIP}/24 dev eth0")
            lab.wait(lambda: len(pair.observer.events) == count + 2, 2, "the VIP is back")
            took.append(pair.observer.events[-1][0] - deleted)  # `ip` itself included
            time.sleep(0.5)
            announced = pair.observer.announcements("d1", deleted)
            lab.expect(len(announced) == 1, f"announced {len(announced)} times")
            lab.expect(announced[0].is_request, "announced as ARP request")
        print(f"    back after {[round(t * 1000, 1) for t in took]} ms")
        lab.expect(min(took) <= 0.050, f"back after {took}")
        lab.expect(pair.observer.masters(since) == ["d1"], f"advertised: {pair.observer.masters(since)}")
        lab.expect(pair.d1.addresses().count(lab.VIP) == 1, f"addresses {pair.d1.addresses()}")


def interface_comes_later():
    """An interface that is missing at start: the others serve, the instance starts when it appears."""
    with lab.Pair(version=3, interval=0.2) as pair:
        conf = pair.conf["d1"] + lab.instance(100, 3, 0.2, name="VI_2", vrid=52, vips=(VIP2,), dev="eth1")
        pair.d1.start(conf)
        pair.settled()
        since = time.monotonic()
        lab.expect(not pair.d1.has_link("eth1"), "eth1 is not there yet")
        pair.plug(pair.d1, "eth1", "198.51.100.1", "02:00:00:00:01:01", port="d1b")
        lab.wait(lambda: VIP2 in pair.d1.addresses("eth1"), 3, "VI_2 serves on the new interface")
        pair.expect_masters(["d1"], since)


def interface_replaced():
    """The interface is deleted and made again under the same name (a new index): the instance serves again."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.plug(pair.d1, "eth1", "198.51.100.1", "02:00:00:00:01:01", port="d1b")
        pair.d1.start(pair.conf["d1"] + lab.instance(100, 3, 0.2, name="VI_2", vrid=52, vips=(VIP2,), dev="eth1"))
        lab.wait(lambda: VIP2 in pair.d1.addresses("eth1"), 3, "VI_2 serves")
        pair.settled()
        since = time.monotonic()
        for _ in range(2):
            pair.d1.ip("link del eth1")
            time.sleep(0.3)
            pair.plug(pair.d1, "eth1", "198.51.100.1", "02:00:00:00:01:01", port="d1b")
            lab.wait(lambda: VIP2 in pair.d1.addresses("eth1"), 3, "VI_2 serves again")
        pair.expect_masters(["d1"], since)


lab.main(address_deleted, interface_comes_later, interface_replaced)
