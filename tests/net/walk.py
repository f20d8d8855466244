"""A random walk over interfaces: what may happen to them, and what is vipd's afterwards. A VLAN is among them where the kernel has any."""
import json
import random
import time

import lab

STEPS, MENDED = 40, 0.2
NAMES = ("eth1", "mv0", "vl0", "br0")
CONF = lab.instance(100, 3, 0.1, vips=("192.0.2.100",)) + lab.instance(
    100, 3, 0.1, name="VI_2", vrid=52, vips=("198.51.100.100", "198.51.100.101"), dev="eth1",
    extra="virtual_routes {\n 10.1.0.0/16 via 198.51.100.9\n 10.2.0.0/16 dev eth1 table 7\n }\n"
          "virtual_rules {\n from 198.51.100.100 table 7 preference 500\n }") + lab.instance(
    100, 3, 0.1, name="VI_3", vrid=53, vips=("203.0.113.100",), dev="mv0") + lab.instance(
    100, 3, 0.1, name="VI_4", vrid=54, vips=("203.0.113.150",), dev="vl0") + """static_ipaddress {
    203.0.113.200/32 dev br0
}
static_routes {
    10.3.0.0/16 via 198.51.100.8 dev eth1
}
"""


WHOLE = ("link add eth1 type veth peer name eth1p", "link set eth1p up", "link set eth1 up", "addr add 198.51.100.1/24 dev eth1",
         "link add link eth1 name mv0 type macvlan mode bridge", "link set mv0 up", "addr add 203.0.113.1/24 dev mv0",
         "link add link eth1 name vl0 type vlan id 7", "link set vl0 up", "addr add 203.0.113.2/24 dev vl0", "link add br0 type bridge",
         "link set br0 up")


def steps(name, away):
    """What may happen to an interface; commands that are wrong just now fail, as they do for an operator."""
    return (f"link set {name} down", f"link set {name} up", f"link del {name}", f"link set {name} name x{name}",
            f"link set x{name} name {name}", f"addr flush dev {name}", "addr del 198.51.100.100/24 dev eth1",
            f"link set {name} up", f"link set {name} netns {away}", "rule del preference 500", "route flush table 7", *WHOLE)


def mending(host):
    """Everything is made again that is not there, so that a walk does not end among ruins; the other end of a pair may be left."""
    names = [f"link set x{name} name {name}" for name in NAMES if host.has_link(f"x{name}")]
    rest = () if host.has_link("eth1") or names else ("link del eth1p",)
    return (*names, *rest, *WHOLE)


def view(host):
    """States, and all that is vipd's in the kernel."""
    status = json.loads(host.run(lab.os.path.join(lab.BIN, "vipctl"), "status", "--json"))
    addresses = sorted(f"{link['ifname']} {a['local']}/{a['prefixlen']}"
                       for link in json.loads(host.run("ip", "-j", "-4", "addr")) for a in link.get("addr_info", ()))
    return {"states": {i["name"]: i["state"] for i in status["instances"]}, "addresses": addresses,
            "routes": sorted(host.run("ip", "-4", "route", "show", "table", "all", "proto", "112").splitlines()),
            "rules": host.run("ip", "rule").splitlines()}


def walk(seeds):
    """Links come, go, are renamed, lose their addresses, move to another namespace."""
    for seed in seeds:
        dice = random.Random(seed)
        with lab.Lab() as room:
            host = room.director("d1", "192.0.2.1")
            away = host.popen("unshare", "--net", "sleep", "100")
            for step in mending(host):
                host.run("ip", *step.split(), check=False)
            host.start(CONF)
            lab.wait(lambda: "192.0.2.100" in host.addresses(), 10, "serves")
            trace = []
            for _ in range(STEPS):
                some = (dice.choice(steps(dice.choice(NAMES), away.pid)),) if dice.random() > MENDED else mending(host)
                trace.extend(some)
                for step in some:
                    host.run("ip", *step.split(), check=False)
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
