#!/usr/bin/python3
"""IPv6 with keepalived as the other director, in both roles, and by unicast."""
import socket
import time

import lab
from link_local import LINK, OWN, Six, VIP, Wire, instance


def with_keepalived(first, second):
    with Six() as six:
        six.d1.start(instance(150), program=first)
        six.d2.start(instance(100), program=second)
        six.serves(six.d1)
        six.d1.stop()
        six.serves(six.d2)
        six.d1.start()
        six.serves(six.d1)


def vipd_first():
    with_keepalived("vipd", "keepalived")


def keepalived_first():
    with_keepalived("keepalived", "vipd")


def unicast():
    """UC-04:
    Without the group, each to the other's link-local address; announcements keep their pace. keepalived's hop limit is 64 then."""
    peers = {"d1": OWN["d2"], "d2": OWN["d1"] + " min_ttl 64"}
    ways = {name: f"unicast_src_ip {OWN[name]}\n    unicast_peer {{\n        {peers[name]}\n    }}" for name in OWN}
    with Six() as six:
        wire = Wire(six, six.d2)
        six.d1.start(instance(150, extra=ways["d1"]), program="keepalived")
        six.d2.start("global_defs {\n    vrrp_gna_interval 0.2\n}\n" + instance(100, extra=ways["d2"]))
        six.serves(six.d1)
        lab.expect(six.d2.instance("VI_6")["source"] == OWN["d2"], f"{six.d2.instance('VI_6')['source']}")
        lab.expect(six.d2.instance("VI_6")["peer"]["address"] == OWN["d1"], f"{six.d2.instance('VI_6')['peer']}")
        since = time.monotonic()
        six.d1.power_cut()
        six.d1.daemon = None  # its addresses stay, behind the cut
        six.serves(six.d2)
        said, most = len(wire.announcements(VIP) + wire.announcements(LINK)), (time.monotonic() - since) / 0.2 + 2
        lab.expect(2 <= said <= most, f"{said} announcements, at most {most:.0f} expected")
        to = {socket.inet_ntop(socket.AF_INET6, f[38:54]) for f in wire.adverts()}
        lab.expect(to == {OWN["d1"]}, f"adverts to {to}")


lab.main(vipd_first, keepalived_first, unicast)
