#!/usr/bin/python3
"""A random walk over interfaces: 2 s after its last step the state is the one that a freshly started daemon finds."""
import json
import random
import time

import lab

STEPS, SEEDS = 40, (1, 2, 3)
CONF = lab.instance(100, 3, 0.1, vips=("192.0.2.100",)) + lab.instance(
    100, 3, 0.1, name="VI_2", vrid=52, vips=("198.51.100.100", "198.51.100.101"), dev="eth1",
    extra="virtual_routes {\n 10.1.0.0/16 via 198.51.100.9\n 10.2.0.0/16 dev eth1 table 7\n }\n"
          "virtual_rules {\n from 198.51.100.100 table 7 preference 500\n }") + lab.instance(
    100, 3, 0.1, name="VI_3", vrid=53, vips=("203.0.113.100",), dev="mv0") + """static_ipaddress {
    203.0.113.200/32 dev br0
}
static_routes {
    10.3.0.0/16 via 198.51.100.8 dev eth1
}
"""


def steps(name, away):
    """What may happen to an interface; commands that are wrong just now fail, as they do for an operator."""
    return (f"link set {name} down", f"link set {name} up", f"link del {name}", f"link set {name} name x{name}",
            f"link set x{name} name {name}", f"addr flush dev {name}", "addr add 198.51.100.1/24 dev eth1",
            "addr add 203.0.113.1/24 dev mv0", "link add link eth1 name mv0 type macvlan mode bridge", "link set mv0 up",
            "link add br0 type bridge", "link set br0 up", f"link set {name} up", f"link set {name} netns {away}",
            "link add eth1 type veth peer name eth1p", "link set eth1p up", "link set eth1 up",
            "addr del 198.51.100.100/24 dev eth1", "rule del preference 500", "route flush table 7")


def view(host):
    """States, and all that is vipd's in the kernel."""
    status = json.loads(host.run(lab.os.path.join(lab.BIN, "vipctl"), "status", "--json"))
    addresses = sorted(f"{link['ifname']} {a['local']}/{a['prefixlen']}"
                       for link in json.loads(host.run("ip", "-j", "-4", "addr")) for a in link.get("addr_info", ()))
    return {"states": {i["name"]: i["state"] for i in status["instances"]}, "addresses": addresses,
            "routes": sorted(host.run("ip", "-4", "route", "show", "table", "all", "proto", "112").splitlines()),
            "rules": host.run("ip", "rule").splitlines()}


def walk():
    """T23: F54 F55 F56: links come, go, are renamed, lose their addresses, move to another namespace."""
    for seed in SEEDS:
        dice = random.Random(seed)
        with lab.Lab() as room:
            host = room.director("d1", "192.0.2.1")
            away = host.popen("unshare", "--net", "sleep", "100")
            host.start(CONF)
            lab.wait(lambda: "192.0.2.100" in host.addresses(), 10, "serves")
            trace = []
            for _ in range(STEPS):
                trace.append(dice.choice(steps(dice.choice(("eth1", "mv0", "br0")), away.pid)))
                host.run("ip", *trace[-1].split(), check=False)
                time.sleep(dice.random() * 0.15)
            time.sleep(2)
            walked = view(host)
            lab.expect(host.stop() == 0, "stopped")
            host.start(CONF)
            lab.wait(lambda: "192.0.2.100" in host.addresses(), 10, "serves again")
            time.sleep(1.5)
            fresh = view(host)
            lab.expect(walked == fresh, f"seed {seed}: {walked}\nfresh: {fresh}\n" + "\n".join(trace) + host.log())
            away.kill()
            print(f"    seed {seed}: {walked['states']}", flush=True)


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


lab.main(vanish, walk)
