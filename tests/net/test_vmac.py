#!/usr/bin/python3
"""Virtual MAC addresses: what the wire, the neighbours and the kernel's settings say of use_vmac."""
import json
import os
import signal
import time

import lab
from virtual import Sniffer, VMAC, answers, neighbour, pings, start_in_order

SETTINGS = ("arp_ignore", "arp_announce", "arp_filter", "rp_filter", "promote_secondaries")


def settings(host, dev="eth0"):
    values = {}
    for where in (dev, "all"):
        for key in SETTINGS:
            with host.inside(), open(f"/proc/sys/net/ipv4/conf/{where}/{key}") as file:
                values[f"{where}.{key}"] = file.read().strip()
    return values


def links(host):
    return sorted(link["ifname"] for link in json.loads(host.run("ip", "-j", "link")))


def both_ways():
    """T48: TX-08 AR-02 AR-03 AR-15 V2-17:
    The client learns the virtual MAC address and keeps it over a failover; nothing of it is heard from the BACKUP."""
    with lab.Pair(version=3, interval=0.2, extra="use_vmac") as pair:
        before = [settings(d) for d in pair.directors]
        names = [links(d) for d in pair.directors]
        quiet = Sniffer(pair, pair.d2)
        start_in_order(pair)
        lab.expect(links(pair.d1) == sorted(names[0] + ["vrrp.51"]), f"interfaces {links(pair.d1)}")
        lab.expect(pair.d1.addresses("vrrp.51") == [lab.VIP], f"on vrrp.51: {pair.d1.addresses('vrrp.51')}")
        lab.expect(pings(pair.client, lab.VIP), "the VIP answers ping")
        lab.expect(neighbour(pair.client) == VMAC, f"the client knows {neighbour(pair.client)}")
        for asker in ("192.0.2.9", "192.0.2.77", "0.0.0.0"):
            found = answers(pair.client, lab.VIP, asker)
            lab.expect(found == [(VMAC, VMAC)], f"asked by {asker}: {found}")
        found = answers(pair.client, "192.0.2.1", "192.0.2.9")
        lab.expect(found == [("02:00:00:00:00:01",) * 2], f"its own address: {found}")
        lab.expect(pings(pair.client, "192.0.2.1") and pings(pair.client, "192.0.2.2"), "own addresses answer")
        lab.expect(set(Sniffer.adverts(quiet, 0)) == set(), "the BACKUP advertised")
        lab.expect(not quiet.since(0, VMAC), f"frames of the BACKUP: {quiet.since(0, VMAC)}")
        loud, since = Sniffer(pair, pair.d1), time.monotonic()
        lab.wait(lambda: len(loud.adverts(since)) >= 3, 10, "adverts of the MASTER")
        lab.expect(set(loud.adverts(since)) == {VMAC}, f"adverts come from {loud.adverts(since)}")

        probe, learned = lab.Probe(pair.client), neighbour(pair.client)
        pair.d1.run(os.path.join(lab.BIN, "vipctl"), "drill")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 20, "the other one serves")
        since = time.monotonic()
        lab.expect(pings(pair.client, lab.VIP), "the VIP answers at the other one")
        lab.expect(neighbour(pair.client) == learned == VMAC, f"the client knows {neighbour(pair.client)}")
        lab.expect_lossless(probe)
        lab.expect(not loud.since(since, VMAC), f"the former MASTER speaks: {loud.since(since, VMAC)}")
        for sniffer in (quiet, loud):
            sniffer.stop()
        for number, director in enumerate(pair.directors):
            lab.expect(director.stop() == 0, "an orderly stop")
            lab.expect(links(director) == names[number], f"left behind: {links(director)}")
            lab.expect(settings(director) == before[number], f"{settings(director)} instead of {before[number]}")


def killed():
    """After SIGKILL of everything and a start without use_vmac nothing of the devices and settings is left."""
    with lab.Pair(version=3, interval=0.2, extra="use_vmac") as pair:
        pair.d1.sysctl(ipv4__conf__eth0__arp_announce=1)
        before, names = settings(pair.d1), links(pair.d1)
        pair.start(pair.d1)
        pair.settled()
        lab.expect(settings(pair.d1)["eth0.arp_announce"] == "2", f"{settings(pair.d1)}")
        for again in (pair.conf["d1"], pair.conf["d1"].replace("use_vmac", "")):
            for pid in pair.d1.family().values():
                os.kill(pid, signal.SIGKILL)
            pair.d1.daemon.wait()
            seen = len(pair.d1.log())
            lab.expect("vrrp.51" in links(pair.d1), "the device stays")
            pair.d1.start(again)
            lab.wait(lambda: "-> MASTER" in pair.d1.log()[seen:], 30, "MASTER again")
        lab.wait(lambda: links(pair.d1) == names, 5, "the device is gone")
        lab.expect(settings(pair.d1) == before, f"{settings(pair.d1)} instead of {before}")
        lab.expect(lab.VIP in pair.d1.addresses(), f"addresses {pair.d1.addresses()}")


def repaired():
    """F58: the device is removed, set down, or goes with its interface: made again, and nobody else becomes MASTER for the first two."""
    with lab.Pair(version=3, interval=0.2, extra="use_vmac lan") as pair:
        start_in_order(pair)
        since = time.monotonic()
        for _ in range(5):  # each time its end is seen at another moment
            pair.d1.ip("link del lan")
            lab.wait(lambda: lab.VIP in pair.d1.addresses("lan"), 30, "the device and the VIP are back")
        lab.wait(lambda: answers(pair.client, lab.VIP, "192.0.2.9", seconds=0.3) == [(VMAC, VMAC)], 10, "it answers")
        pair.d1.ip("link set lan down")
        lab.wait(lambda: answers(pair.client, lab.VIP, "192.0.2.9", seconds=0.3) == [(VMAC, VMAC)], 10, "it is up again")
        lab.expect("d2" not in pair.observer.masters(since), f"advertised: {pair.observer.masters(since)}")
        pair.switch.ip("link del d1")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 20, "the other one serves")
        lab.expect(not pair.d1.has_link("lan"), "gone with its interface")
        pair.plug(pair.d1, "eth0", "192.0.2.1", "02:00:00:00:00:01")
        lab.wait(lambda: lab.VIP in pair.d1.addresses("lan"), 20, "made on the new interface")


def reloaded():
    """A reload adds use_vmac and removes it: the other one serves meanwhile, and nothing is left behind."""
    with lab.Pair(version=3, interval=0.2) as pair:
        before, names = settings(pair.d1), links(pair.d1)
        pair.start()
        pair.settled()
        with_vmac = pair.conf["d1"].replace("advert_int", "use_vmac\n    advert_int")
        pair.d1.reload(with_vmac)
        lab.wait(lambda: lab.VIP in pair.d1.addresses("vrrp.51"), 20, "the VIP moves to the device")
        lab.wait(lambda: answers(pair.client, lab.VIP, "192.0.2.9", seconds=0.3) == [(VMAC, VMAC)], 10, "it answers")
        pair.d1.reload(pair.conf["d1"])
        lab.wait(lambda: lab.VIP in pair.d1.addresses("eth0"), 20, "the VIP moves back")
        lab.wait(lambda: links(pair.d1) == names, 5, "the device is gone")
        lab.expect(settings(pair.d1) == before, f"{settings(pair.d1)} instead of {before}")


def six():
    """TX-09 ND-01 ND-05 ND-16: IPv6: the virtual MAC address 00:00:5e:00:02:VRID, no address made of it, and silence of the BACKUP."""
    vip, vmac = "2001:db8::100", "00:00:5e:00:02:33"
    with lab.Lab() as here:
        here.d1, here.d2 = here.director("d1", "192.0.2.1"), here.director("d2", "192.0.2.2")
        here.client = here.host("client", "192.0.2.9")
        for number, host in enumerate((here.d1, here.d2, here.client)):
            host.sysctl(ipv6__conf__default__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
            host.ip(f"addr add 2001:db8::{number + 1:x}/64 dev eth0 nodad")
            lab.wait(lambda: "scope link" in host.run("ip", "-6", "addr", "show", "dev", "eth0", "-tentative"), 30, "link-local address")
        conf = lab.instance(150, 3, 0.2, "use_vmac", vips=("fe80::100", vip)).replace("/24", "/64")

        def on(host):
            text = host.run("ip", "-j", "-6", "addr", "show", "dev", "vrrp6.51", check=False).partition("\n")[0]
            return sorted(a["local"] for link in (json.loads(text) if text.startswith("[") else []) for a in link.get("addr_info", []))

        def known():
            here.client.run("ping", "-6", "-c", "1", "-W", "1", vip, check=False)
            words = here.client.run("ip", "-6", "neigh", "show", vip).split()
            return words[words.index("lladdr") + 1] if "lladdr" in words else None

        quiet = Sniffer(here, here.d2)
        here.d1.start(conf)
        lab.wait(lambda: on(here.d1) == [vip, "fe80::100"], 30, "the VIPs on vrrp6.51 of d1")
        here.d2.start(conf.replace("150", "100"))
        lab.wait(lambda: known() == vmac, 30, "the client knows the virtual MAC address")
        lab.wait(lambda: here.d2.has_link("vrrp6.51"), 10, "the device of d2")
        time.sleep(1)
        lab.expect(not quiet.since(0, vmac), f"frames of the BACKUP: {quiet.since(0, vmac)}")
        loud = Sniffer(here, here.d1)
        lab.wait(lambda: len(loud.adverts6(0)) >= 5, 20, "adverts of the MASTER")
        own = [a["local"] for a in json.loads(here.d1.run("ip", "-j", "-6", "addr", "show", "dev", "eth0"))[0]["addr_info"] if a["scope"] == "link"]
        lab.expect(set(loud.adverts6(0)) == {(vmac, own[0])}, f"adverts come from {set(loud.adverts6(0))}, not {vmac} and {own}")
        loud.stop()
        lab.expect(here.d2.instance()["state"] == "BACKUP", "the other one hears them")
        here.d1.stop()
        lab.wait(lambda: on(here.d2) == [vip, "fe80::100"], 30, "the VIPs on vrrp6.51 of d2")
        lab.expect(pings(here.client, vip) and known() == vmac, f"the client knows {known()}")
        lab.expect(not here.d1.has_link("vrrp6.51"), "left behind")
        quiet.stop()


def per_address():
    """use_vmac_addr: an address on another interface has a device there."""
    with lab.Pair(version=3, interval=0.2, extra="use_vmac\n    use_vmac_addr") as pair:
        pair.plug(pair.d1, "eth1", "198.51.100.1", "02:00:00:00:01:01", port="d1b")
        names = links(pair.d1)
        conf = pair.conf["d1"].replace(f"{lab.VIP}/24", f"{lab.VIP}/24\n        198.51.100.100/24 dev eth1")
        pair.d1.start(conf)
        lab.wait(lambda: pair.d1.addresses("vrrp.51") == [lab.VIP], 30, "the VIP")
        lab.wait(lambda: pair.d1.addresses("vrrp.51.1") == ["198.51.100.100"], 30, "the other VIP")
        link = json.loads(pair.d1.run("ip", "-j", "link", "show", "vrrp.51.1"))[0]
        lab.expect((link["link"], link["address"]) == ("eth1", VMAC), f"{link}")
        pair.d1.reload(conf.replace("use_vmac_addr", ""))
        lab.wait(lambda: "198.51.100.100" in pair.d1.addresses("eth1"), 30, "on the interface itself")
        lab.expect(not pair.d1.has_link("vrrp.51.1"), "the device is gone")
        pair.d1.stop()
        lab.expect(links(pair.d1) == names, f"left behind: {links(pair.d1)}")


lab.main(both_ways, killed, repaired, reloaded, six, per_address)
