#!/usr/bin/python3
"""A real server with the VIP on a dummy, in a kernel that has them."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402
import ward  # noqa: E402


def dummy():
    """ARP-07: a dummy is as good as lo: it answers by the network card unless arp_ignore is set there; apply puts the address and the settings."""
    ward.check_devices(ward.DUMMIES)
    with ward.Ward() as host:
        host.server.ip(ward.DUMMY, "link set dummy0 addrgenmode none up")
        host.server.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__dummy0__disable_ipv6=0)
        lab.wait(lambda: "tentative" not in str(host.world()), 20, "its own addresses are settled")
        before = host.world()
        host.vipctl("apply", ward.VIP, ward.VIP6, "--dev", "dummy0")
        on = [a["local"] for link in host.world()[0] if link["ifname"] == "dummy0" for a in link["addr_info"]]
        lab.expect(ward.VIP in on and ward.VIP6 in on, f"on dummy0: {on}")
        lab.expect(host.silent() and host.asks(ward.RIP) and host.teller() == ward.RIP, "silent for the VIP, requests tell the RIP")
        lab.expect(host.found(code=0) == [], "check is content")
        host.vipctl("undo")
        lab.wait(lambda: host.world() == before, 10, lambda: f"as before: {before} {host.world()}")


lab.main(dummy)
