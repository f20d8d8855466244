#!/usr/bin/python3
"""Directors whose interface is in a VRF: failover, routes in its table, and an interface that comes and goes while MASTER."""
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


lab.main(failover, moved)
