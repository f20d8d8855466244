#!/usr/bin/python3
"""Routes, rules and static objects: with the VIP or always, put back, fought over, adopted or removed after a crash."""
import os
import re
import signal
import time

import lab

GATEWAY = "192.0.2.9"
EXTRA = f"""virtual_routes {{
        default via {GATEWAY} dev eth0
        src {lab.VIP} to 10.1.0.0/16 via {GATEWAY} metric 7
        10.2.0.0/16 dev eth0 table 100
        blackhole 10.3.0.0/16
    }}"""


def routes(director):
    """What is there with vipd's mark, in all tables."""
    shown = director.run("ip", "-4", "route", "show", "table", "all", "proto", "112")
    return sorted(line.strip() for line in shown.splitlines())


WANTED = [f"10.1.0.0/16 via {GATEWAY} dev eth0 src {lab.VIP} metric 7", "10.2.0.0/16 dev eth0 table 100 scope link",
          "blackhole 10.3.0.0/16", f"default via {GATEWAY} dev eth0"]


def follow_the_master():
    """T05: They move with the VIP; one that is removed is back within 50 ms (best of three), all after the link was down."""
    with lab.Pair(version=3, interval=0.1, extra=EXTRA) as pair:
        pair.start()
        pair.settled()
        lab.expect(routes(pair.d1) == WANTED, f"routes {routes(pair.d1)}")
        lab.expect(routes(pair.d2) == [], f"d2 has {routes(pair.d2)}")
        took = []
        for _ in range(3):
            pair.d1.ip("route del default")
            deleted = time.monotonic()
            lab.wait(lambda: pair.d1.run("ip", "route", "show", "default"), 1, "the route is back", step=0)
            took.append(time.monotonic() - deleted)
            time.sleep(0.3)
        print(f"    back after {[round(t * 1000, 1) for t in took]} ms")
        lab.expect(min(took) <= 0.050, f"back after {took}")
        pair.d1.ip("link set eth0 down")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 took over")
        lab.wait(lambda: len(routes(pair.d2)) == 4, 1, "d2 has the routes")
        pair.d1.ip("link set eth0 up")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 4, "d1 came back")
        lab.wait(lambda: len(routes(pair.d1)) == 4, 1, "d1 has all of them again")
        lab.wait(lambda: routes(pair.d2) == [], 1, "d2 has none")
        lab.expect(pair.d1.stop() == 0 and routes(pair.d1) == [], f"left behind: {routes(pair.d1)}")


def crashed():
    """The vrrp process dies: they stay and are adopted. All of it dies: the next run removes those it does not know."""
    with lab.Pair(version=3, interval=0.2, extra=EXTRA) as pair:
        pair.start(pair.d1)
        pair.settled()
        before = pair.d1.family()["vrrp"]
        os.kill(before, signal.SIGKILL)
        lab.wait(lambda: pair.d1.family().get("vrrp") not in (None, before), 1, "the vrrp process is back")
        time.sleep(0.5)
        lab.expect(routes(pair.d1) == WANTED, f"routes {routes(pair.d1)}")
        pids = pair.d1.family().values()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, sig)
        pair.d1.daemon.wait()
        lab.expect(len(routes(pair.d1)) == 4, "a dead daemon leaves its routes")
        pair.d1.start(pair.conf["d1"].replace("10.3.0.0", "10.4.0.0"))
        lab.wait(lambda: len(routes(pair.d1)) == 4 and "blackhole 10.4.0.0/16" in "".join(routes(pair.d1)), 3, "the new ones")


FULL = f"""virtual_routes {{
        10.1.0.0/16 table 7 nexthop via {GATEWAY} dev eth0 weight 2 nexthop via 192.0.2.8 dev eth0 onlink
        10.2.0.0/16 via {GATEWAY} tos 0x10 mtu lock 1400 window 4000 initcwnd 20 features ecn quickack 1 realms 1/2
        throw 10.3.0.0/16 table 7
        10.4.0.0/16 via inet6 2001:db8::9 dev eth0
        10.5.0.0/16 dev eth0 scope link src {lab.VIP} append
        2001:db8:1::/48 via 2001:db8::9 dev eth0 pref high hoplimit 9
        2001:db8:2::/48 metric 5 nexthop via 2001:db8::8 dev eth0 nexthop via 2001:db8::9 dev eth0
        unreachable 2001:db8:3::/48
    }}
    virtual_rules {{
        from 192.0.2.0/24 table 100 preference 1000
        not to 198.51.100.0/24 fwmark 24/0xff iif eth0 lookup 7 priority 1001 suppress_prefixlength 0
        sport 1000-2000 dport 53 ipproto udp blackhole preference 1002
        inet6 from 2001:db8::/32 tos 0x10 unreachable preference 1003
        uidrange 0-99 goto 32766 preference 1004
    }}"""


def snapshot(director):
    """Addresses, routes and rules, as `ip` shows them; link-local ones change with the interface."""
    shown = [director.run("ip", "-o", "addr", "show", "dev", "eth0")]
    for family in ("-4", "-6"):
        shown += [director.run("ip", "-N", family, "route", "show", "table", "all"), director.run("ip", "-N", family, "rule")]
    return [re.sub(r"valid_lft \S+ preferred_lft \S+", "", text) for text in shown]


def counts(director):
    """How many routes and rules have vipd's mark: (IPv4 routes, IPv6 routes, rules)."""
    v4, v6 = (director.run("ip", "-o", family, "route", "show", "table", "all", "proto", "112").splitlines()
              for family in ("-4", "-6"))
    rules = [line for family in ("-4", "-6") for line in director.run("ip", "-N", family, "rule").splitlines()
             if "proto 112" in line or "protocol 112" in line]
    return len(v4), len(v6), len(rules)


def whole_grammar():
    """All words reach the kernel; rules come back, nothing is left after leaving MASTER and after the end."""
    with lab.Pair(version=3, interval=0.1, extra=FULL) as pair:
        for director in pair.directors:
            director.sysctl(ipv6__conf__eth0__disable_ipv6=0, ipv6__conf__eth0__accept_ra=0)
            director.ip("addr add 2001:db8::1/64 dev eth0 nodad")
        for director in pair.directors:
            lab.wait(lambda d=director: "tentative" not in snapshot(d)[0] and "fe80::ff:" in snapshot(d)[3], 20, "link-local addresses are there")
        before = [snapshot(director) for director in pair.directors]
        pair.start()
        pair.settled()
        lab.wait(lambda: counts(pair.d1) == (5, 3, 5), 5, f"all of them: {counts(pair.d1)}\n{pair.d1.log()}")
        shown = pair.d1.run("ip", "-N", "-d", "route", "show", "table", "all", "proto", "112")
        for want in ("10.1.0.0/16", "weight 2", "mtu lock 1400", "window 4000", "initcwnd 20", "features", "tos 0x10",
                     "via inet6 2001:db8::9", "9 10.3.0.0/16"):
            lab.expect(want in shown, f"{want} in {shown}")
        status = pair.d1.instance()
        lab.expect(len(status["routes"]) == 8 and all(r["held"] for r in status["routes"]), f"status {status['routes']}")
        lab.expect(len(status["rules"]) == 5 and all(r["held"] for r in status["rules"]), f"status {status['rules']}")
        rules, since = pair.d1.run("ip", "-N", "rule"), time.monotonic()
        for what in ("rule del preference 1000", "-6 rule del preference 1003", "-6 route del 2001:db8:1::/48",
                     "route flush table 7"):
            pair.d1.run("ip", *what.split())
            lab.wait(lambda: counts(pair.d1) == (5, 3, 5), 2, f"back after {what}: {counts(pair.d1)}")
        lab.expect(pair.d1.run("ip", "-N", "rule") == rules, "the rules are as before")
        pair.d1.ip("addr flush dev eth0 to 192.0.2.100")
        lab.wait(lambda: pair.holds(pair.d1) and counts(pair.d1) == (5, 3, 5), 2, "back after a flush")
        pair.expect_masters(["d1"], since, without=0.1)
        lab.expect(pair.d1.stop() == 0, "stopped")
        lab.expect(snapshot(pair.d1) == before[0], f"left behind: {before[0]} {snapshot(pair.d1)}")
        lab.wait(lambda: counts(pair.d2) == (5, 3, 5), 3, f"d2 has them: {counts(pair.d2)}")
        lab.expect(pair.d2.stop() == 0, "stopped")
        lab.expect(snapshot(pair.d2) == before[1], "left behind on d2")


def fought_over():
    """T05: Deleted every 100 ms: FAULT with the cause named, the other one serves; comes back after the quiet period."""
    with lab.Pair(version=3, interval=0.1, extra="virtual_rules {\n table 9 preference 900\n }") as pair:
        pair.start()
        pair.settled()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            pair.d1.run("ip", "rule", "del", "preference", "900", check=False)
            time.sleep(0.1)
        status = pair.d1.instance()
        lab.expect(status["state"] == "FAULT", f"state {status['state']}")
        lab.expect("address_contested" in status["reason"] and "rule 900" in status["reason"], f"reason {status['reason']}")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 serves")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 20, "d1 serves again")
        lab.wait(lambda: "900:" in pair.d1.run("ip", "rule"), 2, "with its rule")


STATIC = """static_ipaddress {
    198.51.100.1/32 dev eth0 track_group G
    2001:db8:5::1/128 dev eth0
}
static_routes {
    10.9.0.0/16 via 192.0.2.9 track_group G
}
static_rules {
    from 198.51.100.1 table 100 preference 700
}
track_group G {
    group {
        VI_1
    }
}
"""


def has_static(director):
    return ("198.51.100.1/32" in director.run("ip", "addr") and "10.9.0.0/16" in "".join(routes(director)) and
            "700:" in director.run("ip", "rule"))


def static_objects():
    """There in every state, put back, changed by a reload, missed by the instances of their group, swept after a crash."""
    with lab.Pair(version=3, interval=0.1) as pair:
        pair.d2.sysctl(ipv6__conf__eth0__disable_ipv6=0, ipv6__conf__eth0__accept_ra=0)
        lab.wait(lambda: "tentative" not in snapshot(pair.d2)[0] and "fe80::ff:" in snapshot(pair.d2)[3], 20, "its link-local address is there")
        before = snapshot(pair.d2)
        pair.conf["d2"] += STATIC
        pair.start()
        pair.settled()
        lab.wait(lambda: has_static(pair.d2), 3, f"static objects on the BACKUP\n{pair.d2.log()}")
        for what in ("addr del 198.51.100.1/32 dev eth0", "rule del preference 700", "route del 10.9.0.0/16"):
            pair.d2.ip(what)
            lab.wait(lambda: has_static(pair.d2), 2, f"back after {what}")
        lab.expect(pair.d2.instance()["state"] == "BACKUP", "nothing else happened")
        changed = pair.conf["d2"].replace("10.9.0.0/16 via 192.0.2.9", "10.8.0.0/16 via 192.0.2.77 dev eth7")
        pair.d2.reload(changed)
        lab.wait(lambda: pair.d2.instance()["state"] == "FAULT", 5, "its route cannot be there")
        lab.expect("static route 10.8.0.0/16" in pair.d2.instance()["reason"], f"reason {pair.d2.instance()['reason']}")
        lab.expect("10.9" not in "".join(routes(pair.d2)), "the old route is gone")
        pair.d2.reload(pair.conf["d2"])
        lab.wait(lambda: has_static(pair.d2) and pair.d2.instance()["state"] == "BACKUP", 5, "well again")
        pids = pair.d2.family().values()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, sig)
        pair.d2.daemon.wait()
        lab.expect(has_static(pair.d2), "a dead daemon leaves them")
        pair.d2.start(pair.conf["d2"].replace(STATIC, ""))
        lab.wait(lambda: snapshot(pair.d2) == before, 5, f"swept: {before} {snapshot(pair.d2)}")
        pair.d2.reload(pair.conf["d2"])
        lab.wait(lambda: has_static(pair.d2), 5, "there again")
        lab.expect(pair.d2.stop() == 0, "stopped")
        lab.expect(snapshot(pair.d2) == before, f"left behind: {before} {snapshot(pair.d2)}")


NAMED = f"""virtual_routes {{
        10.4.0.0/16 via {GATEWAY} table blue realm cosmos
        10.5.0.0/16 via {GATEWAY} table green
    }}
    virtual_rules {{
        from 10.4.0.1 lookup blue preference 77 dsfield AF11
    }}"""


def names_of_the_host():
    """Tables, realms and types of service by the names that this host has for them; another number in the file counts at the reload."""
    with lab.Pair(version=3, interval=0.2, extra=NAMED) as pair:
        d1 = pair.d1
        d1.run("mount", "-t", "tmpfs", "tmpfs", "/etc/iproute2")
        for name, text in (("rt_tables", "254 main\n101 blue\n"), ("rt_realms", "7 cosmos\n"), ("rt_dsfield", "0x08 AF11\n")):
            d1.write(f"/etc/iproute2/{name}", text)
        pair.start(d1)
        lab.wait(lambda: len(routes(d1)) == 1, 20, "the route is there")
        lab.expect(routes(d1) == [f"10.4.0.0/16 via {GATEWAY} dev eth0 table blue realm cosmos"], f"{routes(d1)}")
        rule = d1.run("ip", "-4", "rule", "show", "pref", "77")
        lab.expect("from 10.4.0.1" in rule and "tos AF11" in rule and "lookup blue" in rule, rule)
        lab.expect("no table is called 'green' on this host; the route is left out" in d1.log(), "the name that nobody has is named")
        d1.write("/etc/iproute2/rt_tables", "254 main\n102 blue\n103 green\n")
        d1.run(os.path.join(lab.BIN, "vipctl"), "reload")
        lab.wait(lambda: len(routes(d1)) == 2, 20, "both routes are there")
        lab.expect(routes(d1) == [f"10.4.0.0/16 via {GATEWAY} dev eth0 table blue realm cosmos",
                                  f"10.5.0.0/16 via {GATEWAY} dev eth0 table green"], f"{routes(d1)}")
        lab.expect(d1.run("ip", "route", "show", "table", "101", check=False).strip() == "", "nothing is left in the former table")
        lab.expect(d1.stop() == 0 and routes(d1) == [], f"left behind: {routes(d1)}")


lab.main(follow_the_master, whole_grammar, fought_over, static_objects, names_of_the_host, crashed)
