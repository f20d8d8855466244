#!/usr/bin/python3
"""T47 T63: many addresses: more than an advert holds, with keepalived as the other director; the same link-local one on ten interfaces."""
import json

import lab
from beside import KEEPALIVED_FIRST, VIPD_FIRST
from link_local import instance

VIPS = tuple(f"198.51.{100 + n // 250}.{1 + n % 250}" for n in range(1000))
LINK, INTERFACES = "fe80::1", 10


def held(host):
    """How many of the addresses a host has."""
    return sum(address in VIPS for address in host.addresses())


def thousand(programs):
    """T63: a thousand addresses in one instance: both programs send what fits into one packet, and each accepts what the other says."""
    with lab.Pair(version=3, interval=0.5, programs=programs) as pair:
        for name, priority in (("d1", 150), ("d2", 100)):
            pair.conf[name] = lab.instance(priority, 3, 0.5, vips=VIPS)
        pair.start(pair.d2)
        lab.wait(lambda: held(pair.d2) == len(VIPS) and len(pair.observer.adverts_of("d2")) > 6, 60, "d2 serves them all")
        pair.start(pair.d1)
        lab.wait(lambda: held(pair.d1) == len(VIPS) and held(pair.d2) == 0, 60, "d1 serves them all, and d2 none")
        adverts = {d.name: pair.observer.adverts_of(d.name)[-1] for d in pair.directors}
        for name, advert in adverts.items():
            lab.expect(len(advert.ip) <= 1500 and advert.ip[23] == adverts["d1"].ip[23], f"{name}: {len(advert.ip)} bytes, {advert.ip[23]} addresses")
        vipd = pair.directors[programs.index("vipd")]
        dropped = vipd.instance("VI_1")["counters"]["dropped"]
        lab.expect(not any(dropped.values()), f"dropped: {dropped}")
        print(f"    {programs[0]} serves, {adverts['d1'].ip[23]} addresses in {len(adverts['d1'].ip)} bytes")
        if programs == VIPD_FIRST:
            pair.d1.stop()
            lab.expect(held(pair.d1) == 0, f"{held(pair.d1)} are left")
        else:  # at an orderly stop keepalived 2.2.7 leaves its thousand where they are
            pair.d1.power_cut()
        lab.wait(lambda: held(pair.d2) == len(VIPS), 60, "d2 serves them all again")


def ten_interfaces():
    """T47: one pair of ten interfaces each, the virtual router of each with the same link-local address: all usable, all go over."""
    with lab.Lab() as room:
        d1, d2 = room.director("d1", "192.0.2.1"), room.director("d2", "192.0.2.2")
        for n in range(INTERFACES):
            d1.run("ip", "link", "add", f"x{n}", "type", "veth", "peer", "name", f"x{n}", "netns", str(d2.pid))
            for host, own in ((d1, "fe80::2"), (d2, "fe80::3")):
                host.sysctl(**{f"ipv6__conf__x{n}__disable_ipv6": 0})
                host.run("ip", "addr", "add", f"{own}/64", "dev", f"x{n}", "nodad")
                host.run("ip", "link", "set", f"x{n}", "up")
        conf = {d.name: "".join(instance(priority, (f"{LINK}/64",), f"VI_{n}").replace("eth0", f"x{n}") for n in range(INTERFACES))
                for d, priority in ((d1, 150), (d2, 100))}
        d1.start(conf["d1"])
        d2.start(conf["d2"])
        lab.wait(lambda: usable(d1) == INTERFACES and usable(d2) == 0, 30, "d1 has it ten times")
        d1.stop()
        lab.wait(lambda: usable(d2) == INTERFACES and usable(d1) == 0, 10, "d2 has it ten times")
        d1.start(conf["d1"])
        lab.wait(lambda: usable(d1) == INTERFACES and usable(d2) == 0, 30, "and d1 again")


def usable(host):
    """On how many interfaces the link-local address is, past duplicate address detection and not failed."""
    found = [a for link in json.loads(host.run("ip", "-j", "-6", "addr") or "[]") for a in link.get("addr_info", ()) if a["local"] == LINK]
    bad = [a for a in found if a.get("tentative") or a.get("dadfailed")]
    return len(found) - len(bad)


def thousand_vipd_first():
    thousand(VIPD_FIRST)


def thousand_keepalived_first():
    thousand(KEEPALIVED_FIRST)


lab.main(ten_interfaces, thousand_vipd_first, thousand_keepalived_first)
