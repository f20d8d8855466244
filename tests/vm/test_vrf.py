#!/usr/bin/python3
"""Directors whose interface is in a VRF: failover, routes in its table, and an interface that comes and goes while MASTER; unicast
without an interface, where `vrf` says in which one it is."""
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402

TABLE = 100
SOON = 2  # seconds until what is there is that of a fresh start
ROUTES = f"""virtual_routes {{
        198.51.100.0/24 via 192.0.2.9 dev eth0 table {TABLE}
    }}"""


def conf(priority):
    return lab.instance(priority, 3, 0.2, extra=ROUTES)


def look(host):
    """What a director has: addresses of its interface and the routes of all tables, in order; a lease runs, whatever is left of it."""
    texts = [host.run("ip", "-o", "-4", "addr", "show", "dev", "eth0"),
             *(host.run("ip", "-4", "route", "show", "table", str(t), check=False) for t in ("main", "local", TABLE))]
    return [sorted(re.sub(r"\d+sec", "leased", " ".join(line.split())) for line in text.splitlines()) for text in texts]


def pings(client):
    client.run("ip", "neigh", "flush", "all")
    return " 0% packet loss" in client.run("ping", "-c1", "-W1", lab.VIP, check=False)


def state(host):
    """None while the daemon does not answer yet."""
    text = host.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False)
    found = json.loads(text).get("instances") if text.startswith("{") else None
    return found[0]["state"] if found else None


def serves(host, client):
    lab.wait(lambda: state(host) == "MASTER" and lab.VIP in host.addresses(), 30, f"{host.name} is MASTER")
    lab.wait(lambda: pings(client), 10, f"{host.name} answers for the VIP")


def routed(host):
    return "198.51.100.0/24" in host.run("ip", "route", "show", "table", str(TABLE), check=False)


def begin(here):
    d1, d2, client = here.director("d1", "192.0.2.1"), here.director("d2", "192.0.2.2"), here.host("client", "192.0.2.9")
    for director in (d1, d2):
        director.ip(f"link add blue type vrf table {TABLE}", "link set blue up", "link set eth0 master blue")
    d1.start(conf(150))
    serves(d1, client)
    d2.start(conf(100))
    lab.wait(lambda: state(d2) == "BACKUP" and d2.instance()["counters"]["rx"] > 3, 30, "d2 hears d1")
    return d1, d2, client


def failover():
    """Two slaves of a VRF: one MASTER, its route is in the VRF's table, the other one takes over and yields."""
    with lab.Lab() as here:
        d1, d2, client = begin(here)
        lab.expect(routed(d1) and not routed(d2), "the route is the MASTER's alone")
        lab.expect("198.51.100.0" not in d1.run("ip", "route"), "no route in the main table")
        d1.power_cut()
        d1.ip("link set eth0 down")
        serves(d2, client)
        lab.wait(lambda: routed(d2), 5, "the route is d2's")


def moved():
    """The interface leaves the VRF and comes back while MASTER: what is there is soon what a fresh start makes."""
    with lab.Lab() as here:
        d1, d2, client = begin(here)
        d2.stop()
        got = {}
        for where in ("nomaster", "master blue"):
            d1.ip(f"link set eth0 {where}")
            time.sleep(SOON)
            got[where] = look(d1)
            serves(d1, client)
            d1.stop()
            d1.start(conf(150))
            serves(d1, client)
            lab.wait(lambda: routed(d1), 5, "the route of a fresh start")
            lab.expect(got[where] == look(d1), f"after {where}: {got[where]}\nfresh: {look(d1)}")


def unicast(priority, own, peer, where, vip):
    """Speaks to one peer; `where` is a line of words for an interface or a VRF."""
    return f"""vrrp_instance {where.split()[-1] if where else "PLAIN"} {{
    version 3
    virtual_router_id 51
    priority {priority}
    advert_int 0.2
    {where}
    unicast_src_ip {own}
    unicast_peer {{
        {peer}
    }}
    virtual_ipaddress {{
        {vip}
    }}
}}
"""


def two_networks(here):
    """Two directors with a network in a VRF and one outside."""
    directors = []
    for number in (1, 2):
        d = here.director(f"d{number}", f"192.0.2.{number}")
        here.plug(d, "eth1", f"203.0.113.{number}", f"02:00:00:00:01:0{number}", f"d{number}b")
        d.ip(f"link add blue type vrf table {TABLE}", "link set blue up", "link set eth0 master blue")
        directors.append(d)
    return directors


def both(number, priority):
    """One number in the VRF and outside."""
    peer = 3 - number
    return unicast(priority, f"192.0.2.{number}", f"192.0.2.{peer}", "vrf blue", f"{lab.VIP}/24 dev eth0") + unicast(
        250 - priority, f"203.0.113.{number}", f"203.0.113.{peer}", "", "203.0.113.100/24 dev eth1")


def states(director):
    text = director.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False)
    return {i["name"]: i["state"] for i in json.loads(text).get("instances", [])} if text.startswith("{") else {}


def without_interface():
    """One number in the VRF and outside, MASTER on either side: neither hears the other; without its VRF an instance is in FAULT."""
    with lab.Lab() as here:
        d1, d2 = two_networks(here)
        client = here.host("client", "192.0.2.9")

        def faulty(why):
            lab.wait(lambda: why in str(d1.instance("blue").get("faults")), 10, why)

        d1.start(both(1, 150))
        d2.start(both(2, 100))
        lab.wait(lambda: (states(d1), states(d2)) == ({"blue": "MASTER", "PLAIN": "BACKUP"}, {"blue": "BACKUP", "PLAIN": "MASTER"}), 30,
                 "each is MASTER on its side")
        lab.wait(lambda: pings(client), 10, "the client reaches the VIP in the VRF")
        for d, name in ((d1, "blue"), (d2, "PLAIN")):
            lab.expect(d.instance(name)["counters"]["transitions"] <= 2, f"{name} of {d.name} moved once: {d.instance(name)}")
        lab.expect(d1.instance("blue")["vrf"] == "blue" and "vrf" not in d1.instance("PLAIN"), "the status has the VRF")

        d1.ip("link del blue")
        lab.wait(lambda: states(d2).get("blue") == "MASTER", 10, "without its VRF d1 gives way")
        lab.expect(d1.instance("blue")["state"] == "FAULT", f"no VRF: {d1.instance('blue')}")
        faulty("VRF blue does not exist")
        lab.expect(states(d1)["PLAIN"] == "BACKUP", "the other one stays")
        d1.ip("link add blue type dummy", "link set blue up")
        faulty("interface blue is no VRF")
        d1.ip("link del blue", f"link add blue type vrf table {TABLE}", "link set eth0 master blue")
        faulty("VRF blue is down")
        d1.ip("link set blue up")
        lab.wait(lambda: (states(d1).get("blue"), states(d2).get("blue")) == ("MASTER", "BACKUP"), 10, "it is back with its VRF")
        lab.wait(lambda: pings(client), 10, "the client reaches the VIP again")


def beside_keepalived():
    """keepalived, with its interface in the VRF, is the other director (2.2 refuses an instance without one: "Unknown interface")."""
    with lab.Lab() as here:
        d1, d2 = two_networks(here)
        vip = f"{lab.VIP}/24 dev eth0"
        d1.start(unicast(150, "192.0.2.1", "192.0.2.2", "vrf blue", vip))
        d2.start(unicast(100, "192.0.2.2", "192.0.2.1", "interface eth0", vip), program="keepalived")
        lab.wait(lambda: states(d1) == {"blue": "MASTER"}, 30, "d1 is MASTER")
        time.sleep(2)
        lab.expect(lab.VIP not in d2.addresses(), "keepalived hears it")
        d1.stop()
        lab.wait(lambda: lab.VIP in d2.addresses(), 10, "keepalived takes over")
        d1.start()
        lab.wait(lambda: states(d1) == {"blue": "MASTER"} and lab.VIP not in d2.addresses(), 30, "keepalived yields")


lab.main(failover, moved, without_interface, beside_keepalived)
