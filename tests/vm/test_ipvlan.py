#!/usr/bin/python3
"""use_ipvlan, in a kernel that has it."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402
from virtual import Sniffer, answers, neighbour, pings, start_in_order  # noqa: E402


def link(host, name):
    return json.loads(host.run("ip", "-d", "-j", "link", "show", "dev", name))[0]


def ipvlan():
    """use_ipvlan: the VIP is on a device with the interface's MAC address, down on the BACKUP, and nothing of it stays."""
    with lab.Pair(version=3, interval=0.5, extra="use_ipvlan ipv51 private group 7") as pair:
        start_in_order(pair)
        found = link(pair.d1, "ipv51")
        lab.expect(found["linkinfo"]["info_kind"] == "ipvlan" and found["link"] == "eth0" and found["group"] == "7", f"{found}")
        lab.expect(found["linkinfo"]["info_data"] == {"mode": "l2", "private": True} or
                   "private" in json.dumps(found["linkinfo"]["info_data"]), f"{found['linkinfo']}")
        lab.expect("UP" in found["flags"] and "UP" not in link(pair.d2, "ipv51")["flags"], "up on the MASTER alone")
        lab.expect(pair.d1.addresses("ipv51") == [lab.VIP] and pair.d2.addresses("ipv51") == [], "the VIP's place")
        for number, director in enumerate(pair.directors):
            mac = f"02:00:00:00:00:0{number + 1}"
            lab.wait(lambda: pair.observer.holding() == [director.name], 60, f"{director.name} serves")
            lab.expect(pings(pair.client, lab.VIP), f"the VIP answers at {director.name}")
            lab.expect(neighbour(pair.client) == mac, f"the client knows {neighbour(pair.client)}")
            lab.expect(answers(pair.client, lab.VIP, "192.0.2.9") == [(mac, mac)], "one answer")
            wire = Sniffer(pair, director)
            lab.wait(lambda: wire.adverts(0), 30, "an advert")
            lab.expect(set(wire.adverts(0)) == {mac}, f"adverts come from {wire.adverts(0)}")
            wire.stop()
            lab.expect(director.stop() == 0, "an orderly stop")
            lab.expect(not director.has_link("ipv51"), "left behind")


lab.main(ipvlan)
