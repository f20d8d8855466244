#!/usr/bin/python3
"""A VLAN and its parent, in a kernel that has them."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402
import walk  # noqa: E402


def on_vlan(host, number):
    host.ip("link add link eth0 name eth0.10 type vlan id 10", f"addr add 198.51.100.{number}/24 dev eth0.10", "link set eth0.10 up")


def vlan():
    """RX-32: One VRID on eth0 and on eth0.10: what is said on one is not heard on the other."""
    with lab.Lab() as here:
        d1, d2 = here.director("d1", "192.0.2.1"), here.director("d2", "192.0.2.2")
        for number, director in enumerate((d1, d2)):
            on_vlan(director, number + 1)
        parts = {"eth0": lab.instance(100, 3, 0.2, name="PLAIN"),
                 "eth0.10": lab.instance(100, 3, 0.2, name="TAGGED", dev="eth0.10", vips=("198.51.100.100",))}
        names = {"eth0": "PLAIN", "eth0.10": "TAGGED"}

        def states():
            text = d1.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False)
            return {i["name"]: i["state"] for i in json.loads(text).get("instances", [])} if text.startswith("{") else {}

        d1.start("".join(parts.values()))
        lab.wait(lambda: states() == {"PLAIN": "MASTER", "TAGGED": "MASTER"}, 60, "both MASTER")
        for dev, other in (("eth0", "eth0.10"), ("eth0.10", "eth0")):
            before = d1.instance(names[other])["counters"]
            d2.start(parts[dev].replace("priority 100", "priority 200"))
            lab.wait(lambda: states()[names[dev]] == "BACKUP", 60, f"{names[dev]} yields")
            since = d1.instance(names[dev])["counters"]["rx"]
            lab.wait(lambda: d1.instance(names[dev])["counters"]["rx"] >= since + 4, 60, "more adverts")
            after = d1.instance(names[other])["counters"]
            lab.expect(states()[names[other]] == "MASTER" and after["transitions"] == before["transitions"], f"{states()}")
            lab.expect(after["rx"] == before["rx"], f"{names[other]} heard {after['rx'] - before['rx']} adverts of {dev}")
            d2.stop()
            lab.wait(lambda: states()[names[dev]] == "MASTER", 60, f"{names[dev]} serves again")


def random_walk():
    """T23: a walk over interfaces among which is a VLAN; ten minutes of it in the nightly run."""
    walk.walk(range(100, 124) if os.environ.get("VIPD_NIGHTLY") else (11, 12))


lab.main(vlan, random_walk)
