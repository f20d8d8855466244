#!/usr/bin/python3
"""Words of routes that only a whole kernel takes: the table of a VRF, and labels (MPLS); beside what keepalived makes of them."""
import datetime
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402

GATEWAY = "192.0.2.9"
ROUTES = f"""
10.12.0.0/16 vrf blue via {GATEWAY} dev eth0
10.13.0.0/16 vrf blue dev eth0 table 77 scope global
10.10.0.0/16 encap mpls 100/200 via {GATEWAY} dev eth0
10.11.0.0/16 encap mpls 300 via {GATEWAY} dev eth0 metric 7
"""
WAYS = f"""virtual_routes {{
        10.12.0.0/16 vrf blue via {GATEWAY} dev eth0 protocol bird
        10.14.0.0/16 nexthop via {GATEWAY} encap mpls 100 ttl 3 nexthop via 192.0.2.8 encap ip dst 198.51.100.9
    }}"""


def shown(host):
    text = host.run("ip", "-N", "-d", "-4", "route", "show", "table", "all", "type", "unicast").replace("\n\t", " ")
    lines = [re.sub(r" proto (112|18)\b", "", " ".join(line.split())) for line in text.splitlines() if " 10." in line]
    return sorted(lines)


def gaps(here, prefix):
    """How long the kernel had no route to the prefix, each time, as it told it."""
    with open(here.path("monitor.log"), encoding="utf-8") as file:
        lines = [line.split("]", 1) for line in file if f"{prefix} " in line]
    told = [(datetime.datetime.fromisoformat(when.strip("[")), what.split()[0] == "Deleted") for when, what in lines]
    return [(there - gone).total_seconds() for (gone, is_gone), (there, is_back) in zip(told, told[1:]) if is_gone and not is_back]


def furnish(here):
    director = here.director("d1", "192.0.2.1")
    director.ip("link add blue type vrf table 55", "link set blue up")
    return director


def start(director, conf):
    director.start(conf)
    lab.wait(lambda: '"MASTER"' in director.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False), 30, "MASTER")


def as_keepalived():
    """What each of the two puts into the kernel."""
    seen = {}
    for program in ("vipd", "keepalived"):
        with lab.Lab() as here:
            director = furnish(here)
            director.start(f"static_routes {{{ROUTES}}}\n" + lab.instance(150, 3, 0.2), program=program)
            lab.wait(lambda d=director: len(shown(d)) == 4, 30, f"{program}: {shown(director)}\n{director.log()}")
            seen[program] = shown(director)
    lab.expect(seen["vipd"] == seen["keepalived"], f"{seen}")
    lab.expect("table 55" in " ".join(seen["vipd"]) and "encap mpls 100/200" in " ".join(seen["vipd"]), f"{seen}")


def come_and_go():
    """Put back, with the VRF to another table, gone with it; nothing is left at a stop and after a crash without the block."""
    with lab.Lab() as here:
        director = furnish(here)
        conf = lab.instance(150, 3, 0.2, extra=WAYS)
        start(director, conf)
        lab.wait(lambda: len(shown(director)) == 2, 10, f"{shown(director)}\n{director.log()}")
        there = shown(director)
        lab.expect("proto 12" in there[0] and "table 55" in there[0], f"{there}")
        lab.expect("nexthop encap mpls 100 ttl 3 via 192.0.2.9" in there[1] and "encap ip id 0 src 0.0.0.0 dst 198.51.100.9" in there[1], f"{there}")
        director.popen("ip", "-4", "-ts", "monitor", "route", log="monitor.log")
        time.sleep(0.5)
        for what in ("route del 10.12.0.0/16 table 55", "route del 10.14.0.0/16"):
            for _ in range(3):
                director.run("ip", *what.split())
                lab.wait(lambda: shown(director) == there, 5, f"back after {what}: {shown(director)}", step=0)
                time.sleep(0.3)
            took = gaps(here, what.split()[2])
            print(f"    {what}: back after {[round(t * 1000, 1) for t in took]} ms")
            lab.expect(len(took) == 3 and min(took) <= 0.050, f"{what}: back after {took}")
        director.ip("link del blue")
        lab.wait(lambda: shown(director) == there[1:], 5, f"gone with its VRF: {shown(director)}")
        director.ip("link add blue type vrf table 56", "link set blue up")
        lab.wait(lambda: shown(director) == [there[0].replace("table 55", "table 56"), there[1]], 5, f"in its new table: {shown(director)}")
        lab.expect("put back" in director.log() and director.instance()["state"] == "MASTER", "nothing else happened")
        pids = director.family().values()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, sig)
        director.daemon.wait()
        lab.expect(len(shown(director)) == 2, "a dead daemon leaves them")
        start(director, conf.replace(WAYS, ""))
        lab.wait(lambda: shown(director) == [], 10, f"swept: {shown(director)}\n{director.log()}")
        director.reload(conf)
        lab.wait(lambda: len(shown(director)) == 2, 10, f"{shown(director)}")
        lab.expect(director.stop() == 0 and shown(director) == [], f"left behind: {shown(director)}")


lab.main(as_keepalived, come_and_go)
