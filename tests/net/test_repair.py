#!/usr/bin/python3
"""What others do to addresses and interfaces is noticed and repaired, without a transition."""
import time

import lab

VIP2 = "198.51.100.100"


def address_deleted():
    """T05: `ip addr del`: back within 50 ms (best of three, all printed), announced once, nobody changes state."""
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


def address_fought_over():
    """T05: Deleted every 100 ms by somebody: FAULT with the address named, d2 serves; d1 serves again when it has been quiet."""
    with lab.Pair(version=3, interval=0.1) as pair:
        pair.start()
        pair.settled()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            pair.d1.run("ip", "addr", "del", f"{lab.VIP}/24", "dev", "eth0", check=False)
            time.sleep(0.1)
        status = pair.d1.instance()
        lab.expect(status["state"] == "FAULT", f"state {status['state']}")
        lab.expect("address_contested" in status["reason"] and lab.VIP in status["reason"], f"reason {status['reason']}")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 serves")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 20, "d1 serves again")
        lab.expect(lab.VIP in pair.d1.addresses(), f"addresses {pair.d1.addresses()}")


def others_stay():
    """An operator's address in the network of a VIP that came first is secondary to it, and stays when the VIP leaves."""
    with lab.Pair(version=3, interval=0.2) as pair:
        d1 = pair.d1
        d1.ip("link add eth5 type veth peer name peer5", "link set eth5 up", "link set peer5 up")
        d1.start(lab.instance(150, 3, 0.2).replace(f"{lab.VIP}/24", "10.5.0.100/24 dev eth5"))
        lab.wait(lambda: "10.5.0.100" in d1.addresses("eth5"), 30, "the VIP is there")
        d1.ip("addr add 10.5.0.7/24 dev eth5")
        lab.expect("secondary" in d1.run("ip", "addr", "show", "dev", "eth5", "to", "10.5.0.7"), "it is secondary")
        lab.wait(lambda: d1.status(), 5, "it has seen it")
        d1.stop()
        lab.expect(d1.addresses("eth5") == ["10.5.0.7"], f"{d1.addresses('eth5')}")


def others_stay_unseen():
    """
    A VIP that was put back is the first of its network: before it leaves the kernel is told to leave the others (promote_secondaries),
    also those of which nobody here has heard yet.
    """
    with lab.Pair(version=3, interval=0.2) as pair:
        d1 = pair.d1
        d1.sysctl(ipv4__conf__all__promote_secondaries=0, ipv4__conf__eth0__promote_secondaries=0)
        d1.ip("addr add 198.51.100.1/24 dev eth0")
        pair.start(d1)
        lab.wait(lambda: lab.VIP in d1.addresses(), 30, "the VIP is there")
        d1.ip("addr del 192.0.2.1/24 dev eth0")  # takes the VIP along
        lab.wait(lambda: d1.instance()["counters"]["vips_repaired"] == 1, 10, "the VIP is back")
        d1.stop()
        lab.expect(d1.run("cat", "/proc/sys/net/ipv4/conf/eth0/promote_secondaries") == "1\n", "the kernel was not told")


def others_stay_at_a_reload():
    """And when a reload takes the VIP from the instance."""
    with lab.Pair(version=3, interval=0.2) as pair:
        d1 = pair.d1
        d1.ip("link add eth5 type veth peer name peer5", "link set eth5 up", "link set peer5 up")
        d1.sysctl(ipv4__conf__all__promote_secondaries=0, ipv4__conf__eth5__promote_secondaries=0)
        conf = lab.instance(150, 3, 0.2, vips=(lab.VIP, "10.5.0.100")).replace("10.5.0.100/24", "10.5.0.100/24 dev eth5")
        d1.start(conf)
        lab.wait(lambda: "10.5.0.100" in d1.addresses("eth5"), 30, "the VIP is there")
        d1.ip("addr add 10.5.0.7/24 dev eth5")
        lab.wait(lambda: d1.status(), 5, "it has seen it")
        d1.reload(conf.replace("        10.5.0.100/24 dev eth5\n", ""))
        lab.wait(lambda: "10.5.0.100" not in d1.addresses("eth5"), 10, "it is gone")
        lab.expect(d1.addresses("eth5") == ["10.5.0.7"], f"{d1.addresses('eth5')}")


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


def interface_replaced_below_a_stop():
    """The interface is made anew while an instance is on its way out: no VIP comes before the machine's own address, or goes with it."""
    with lab.Lab() as there:
        d1 = there.director("d1", "192.0.2.1")
        d1.start(lab.instance(150, version=3))
        lab.wait(lambda: lab.VIP in d1.addresses(), 30, "VI_1 serves")
        d1.reload(lab.instance(150, version=3, vrid=52))
        lab.wait(lambda: "MASTER -> LEAVING" in d1.log(), 10, "VI_1 starts anew")
        d1.ip("link del eth0")
        there.switch.ip(f"link add name d1 type veth peer name eth0 netns {d1.pid}", "link set d1 master br0 up")
        d1.ip("link set eth0 up")
        time.sleep(0.5)
        lab.expect(d1.addresses() == [], f"before the machine's own: {d1.addresses()}")
        d1.ip("addr add 192.0.2.1/24 dev eth0")
        lab.wait(lambda: d1.addresses() == ["192.0.2.1", lab.VIP], 30, "VI_1 serves on the new interface")
        lab.expect(d1.stop() == 0, "an orderly stop")
        lab.expect(d1.addresses() == ["192.0.2.1"], f"afterwards: {d1.addresses()}")


lab.main(address_deleted, address_fought_over, others_stay, others_stay_unseen, others_stay_at_a_reload, interface_comes_later, interface_replaced, interface_replaced_below_a_stop)
