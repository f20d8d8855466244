#!/usr/bin/python3
"""Words of routes and rules that say more than where: protocols of others, expiry, two gateways; beside what keepalived makes of them."""
import datetime
import os
import re
import signal
import subprocess
import time

import lab

GATEWAY = "192.0.2.9"
OTHERS = f"""virtual_routes {{
        10.1.0.0/16 via {GATEWAY} dev eth0 protocol bird
        10.2.0.0/16 via {GATEWAY} proto 50 metric 7 no_track
        10.3.0.0/16 via {GATEWAY}
        2001:db8:1::/48 via 2001:db8::9 dev eth0 protocol 50
    }}
    virtual_rules {{
        from 192.0.2.0/24 table 100 preference 900 protocol 50
        to 198.51.100.0/24 table 100 preference 901 protocol static
        inet6 from 2001:db8::/32 table 100 preference 902 protocol 50
        to 198.51.100.9 table 100 preference 903
    }}"""
# What has the same protocols and belongs to somebody else; the last differs from ours in the metric alone.
FOREIGN = (f"route add 10.98.0.0/16 via {GATEWAY} proto bird", "rule add from 192.0.2.77 table 100 preference 910 protocol 50",
           f"route add 10.1.0.0/16 via {GATEWAY} metric 9 proto bird")


def shown(host, strip=r" proto (112|18)\b"):
    """All routes that somebody added, and all rules, by number; without the marks of the two programs."""
    lines = []
    for family in ("-4", "-6"):
        lines += host.run("ip", "-N", "-d", family, "route", "show", "table", "all", check=False).replace("\n\t", " ").splitlines()
        lines += host.run("ip", "-N", family, "rule").splitlines()
    lines = [re.sub(r"expires -?\d+sec", "expires", " ".join(line.split())) for line in lines if not re.search(r"proto (2|ra)\b", line)]
    lines = [re.sub(strip, "", line) for line in lines if not re.match(r"(0|32766|32767):|(anycast|multicast|local|2|3|4|5) ", line)]
    return sorted(line for line in lines if "fe80::" not in line and "ff00::" not in line)


def own(host, at_start):
    return [line for line in shown(host) if line not in at_start]


def with_ipv6(director):
    director.sysctl(ipv6__conf__eth0__disable_ipv6=0, ipv6__conf__eth0__accept_ra=0)
    director.ip("addr add 2001:db8::1/64 dev eth0 nodad")
    lab.wait(lambda: "tentative" not in director.run("ip", "-6", "addr", "show", "dev", "eth0"), 20, "IPv6 is there")


WANTED = ["10.1.0.0/16 via 192.0.2.9 dev eth0 table 254 proto 12 scope 0", "10.2.0.0/16 via 192.0.2.9 dev eth0 table 254 proto 50 scope 0 metric 7",
          "10.3.0.0/16 via 192.0.2.9 dev eth0 table 254 scope 0", "198.51.100.0/24 lookup 100 proto 4", "192.0.2.0/24 lookup 100 proto 50",
          "2001:db8::/32 lookup 100 proto 50", "198.51.100.9 lookup 100", "2001:db8:1::/48 via 2001:db8::9 dev eth0 table 254 proto 50"]


def has_all(host, at_start):
    lines = own(host, at_start)
    return len(lines) == len(WANTED) and all(any(want in line for line in lines) for want in WANTED)


def is_master(director):
    return '"state":"MASTER"' in director.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False).replace(" ", "")


def kill_all(director):
    pids = director.family().values()
    for sig in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            os.kill(pid, sig)
    director.daemon.wait()


def back_after(director, what, key, is_back):
    """Seconds from the kernel's word that it is gone to that it is back."""
    monitor = director.popen("ip", "-ts", "monitor", "route", "rule", stdout=subprocess.PIPE, text=True)
    time.sleep(0.3)
    director.run("ip", *what.split())
    lab.wait(is_back, 2, f"back after {what}: {shown(director)}")
    time.sleep(0.1)
    monitor.terminate()
    lines = [line for line in monitor.communicate()[0].splitlines() if key in line]
    when = [datetime.datetime.fromisoformat(re.search(r"\[(\S+)\]", line).group(1)) for line in lines]
    gone = next(i for i, line in enumerate(lines) if "Deleted" in line)
    back = next(i for i, line in enumerate(lines) if i > gone and "Deleted" not in line)
    return (when[back] - when[gone]).total_seconds()


def protocols_of_others():
    """They come with the VIP, are put back, and go: at a stop, by a reload, after a crash of all without the block; others' stay."""
    with lab.Pair(version=3, interval=0.1, extra=OTHERS) as pair:
        d1 = pair.d1
        with_ipv6(d1)
        for line in FOREIGN:
            d1.ip(line)
        at_start = shown(d1)
        lab.expect(len(at_start) == len(FOREIGN), f"{at_start}")
        pair.start(d1)
        pair.settled()
        lab.wait(lambda: has_all(d1, at_start), 3, f"all are there: {own(d1, at_start)}\n{d1.log()}")
        for what, key in (("route del 10.1.0.0/16 metric 0 proto bird", "10.1.0.0/16"), ("-6 route del 2001:db8:1::/48", "2001:db8:1::/48"),
                          ("rule del preference 900", "900:")):
            took = [back_after(d1, what, key, lambda: has_all(d1, at_start)) for _ in range(3)]
            print(f"    {what}: back after {[round(t * 1000, 1) for t in took]} ms")
            lab.expect(min(took) <= 0.050, f"{what}: back after {took}")
        d1.ip("route del 10.2.0.0/16")
        time.sleep(0.3)
        lab.expect("10.2.0.0/16" not in "".join(shown(d1)), "no_track: it stays away")
        lab.expect(d1.instance()["state"] == "MASTER", "nothing else happened")
        d1.ip("link set eth0 down", "link set eth0 up")
        lab.wait(lambda: d1.instance()["state"] == "MASTER" and any("10.2.0.0/16" in line for line in shown(d1)), 5, "MASTER anew")
        for line in (FOREIGN[0], FOREIGN[2]):
            d1.run("ip", *line.split(), check=False)
        d1.ip("addr replace 2001:db8::1/64 dev eth0 nodad")
        lab.wait(lambda: has_all(d1, at_start), 3, f"all of them again: {own(d1, at_start)}")
        before = d1.family()["vrrp"]
        os.kill(before, signal.SIGKILL)
        lab.wait(lambda: d1.family().get("vrrp") not in (None, before), 1, "the vrrp process is back")
        time.sleep(0.5)
        lab.expect(has_all(d1, at_start), f"adopted: {own(d1, at_start)}")
        d1.reload(pair.conf["d1"].replace("protocol bird", "").replace(" proto 50 metric", " metric"))
        lab.wait(lambda: not any("proto 12" in line and "10.1.0.0/16" in line for line in own(d1, at_start)), 3, "with its own protocol now")
        lab.expect(len(own(d1, at_start)) == len(WANTED), f"none twice: {own(d1, at_start)}")
        d1.reload(pair.conf["d1"])
        lab.wait(lambda: has_all(d1, at_start), 3, f"and back: {own(d1, at_start)}")
        kill_all(d1)
        lab.expect(has_all(d1, at_start), "a dead daemon leaves them")
        bare = pair.conf["d1"].replace(OTHERS, "")
        lab.expect(bare != pair.conf["d1"], "the blocks are gone")
        d1.start(bare)
        lab.wait(lambda: own(d1, at_start) == [], 5, f"swept: {own(d1, at_start)}\n{d1.log()}")
        lab.expect(shown(d1) == at_start, f"others' stay: {at_start} {shown(d1)}")
        d1.reload(pair.conf["d1"])
        lab.wait(lambda: has_all(d1, at_start), 5, "there again")
        kill_all(d1)
        d1.start(pair.conf["d1"])
        lab.wait(lambda: is_master(d1) and has_all(d1, at_start), 5, f"there with the next run: {own(d1, at_start)}")
        lab.expect(d1.stop() == 0 and shown(d1) == at_start, f"left behind: {own(d1, at_start)}")
        d1.ip(f"route add 10.1.0.0/16 via {GATEWAY} dev eth0 proto bird", "rule add from 192.0.2.0/24 table 100 preference 900 protocol 50")
        d1.start(bare)
        lab.wait(lambda: is_master(d1), 5, "MASTER")
        lab.expect(len(own(d1, at_start)) == 2, f"what somebody put there after a stop is not ours: {own(d1, at_start)}")
        lab.expect(d1.stop() == 0 and len(own(d1, at_start)) == 2, "nor at the end")


STATIC = """static_routes {
    10.9.0.0/16 via 192.0.2.9 protocol bird
    10.10.0.0/16 dev eth7 protocol bird
}
static_rules {
    from 198.51.100.1 table 100 preference 700 protocol 50
}
"""


def static_ones():
    """On a BACKUP, too; an interface that comes late; swept after a crash."""
    with lab.Pair(version=3, interval=0.1) as pair:
        d2, at_start = pair.d2, shown(pair.d2)
        pair.conf["d2"] += STATIC
        pair.start()
        pair.settled()
        lab.wait(lambda: len(own(d2, at_start)) == 2, 3, f"{own(d2, at_start)}")
        d2.ip("link add eth7 type veth peer name eth8", "link set eth7 up", "link set eth8 up")
        lab.wait(lambda: len(own(d2, at_start)) == 3, 3, f"{own(d2, at_start)}")
        time.sleep(1.5)  # the state of a BACKUP goes to main once a second
        kill_all(d2)
        d2.start(pair.conf["d2"].replace(STATIC, ""))
        lab.wait(lambda: own(d2, at_start) == [], 5, f"swept: {own(d2, at_start)}\n{d2.log()}")


# Both programs take these, and the kernel then shows the same.
SAME = f"""
10.2.0.0/16 via {GATEWAY} protocol static no_track
10.5.0.0/16 via {GATEWAY} as to 10.0.0.1
10.7.0.0/16 via {GATEWAY} ttl-propagate enabled
2001:db8:1::/48 via 2001:db8::9 dev eth0 expires 1000
nat 10.6.0.0/16 via {GATEWAY}
10.8.0.0/16 encap ip id 1 dst 192.0.2.9 src 192.0.2.8 tos 0x10 ttl 9 via {GATEWAY} dev eth0
10.9.0.0/16 encap ip6 id 1 dst 2001:db8::9 src 2001:db8::8 tc 4 hoplimit 9 via {GATEWAY} dev eth0
10.10.0.0/16 encap ip dst 192.0.2.9 via {GATEWAY} dev eth0
2001:db8:7::/48 encap ip6 dst 2001:db8::9 via 2001:db8::9 dev eth0
"""
SAME_RULES = """
from 192.0.2.0/24 table 100 preference 101 protocol 50 no_track
"""


def as_keepalived():
    """What each of the two puts into the kernel."""
    blocks = f"static_routes {{\n{SAME}}}\nstatic_rules {{\n{SAME_RULES}}}\n"
    seen = {}
    for program in ("vipd", "keepalived"):
        with lab.Lab() as here:
            director = here.director("d1", "192.0.2.1")
            with_ipv6(director)
            at_start = shown(director)
            director.start(blocks + lab.instance(150, 3, 0.2), program=program)
            lab.wait(lambda d=director, a=at_start: len(own(d, a)) >= 9, 10, f"{program}: {own(director, at_start)}")
            time.sleep(1)
            seen[program] = own(director, at_start)
    lab.expect(seen["vipd"] == seen["keepalived"], "\n".join(["vipd", *seen["vipd"], "keepalived", *seen["keepalived"]]))


WAYS = f"""virtual_routes {{
        10.1.0.0/16 via {GATEWAY} or 192.0.2.8 dev eth0
        2001:db8:2::/48 via 2001:db8::9 dev eth0 expires 2
    }}"""


def ways_and_expiry():
    """`or` is a second way; what expires goes by itself and is not put back before the next time."""
    with lab.Pair(version=3, interval=0.1, extra=WAYS) as pair:
        d1 = pair.d1
        with_ipv6(d1)
        d1.sysctl(ipv6__route__gc_interval=1)
        at_start = shown(d1)
        pair.start(d1)
        pair.settled()
        lab.wait(lambda: len(own(d1, at_start)) == 2, 3, f"{own(d1, at_start)}\n{d1.log()}")
        lines = own(d1, at_start)
        lab.expect(any("nexthop via 192.0.2.9 dev eth0 weight 1 nexthop via 192.0.2.8 dev eth0 weight 1" in line for line in lines), f"{lines}")
        lab.expect(any("2001:db8:2::/48" in line and "expires" in line for line in lines), f"{lines}")
        lab.wait(lambda: len(own(d1, at_start)) == 1, 60, f"expired: {own(d1, at_start)}")
        time.sleep(1)
        lab.expect(len(own(d1, at_start)) == 1 and d1.instance()["state"] == "MASTER", "not put back, and no fight")
        lab.expect("put back" not in d1.log(), d1.log())
        d1.ip("route del 10.1.0.0/16")
        lab.wait(lambda: "nexthop via 192.0.2.8" in " ".join(own(d1, at_start)), 1, "both ways are back")
        lab.expect(d1.stop() == 0 and own(d1, at_start) == [], f"left behind: {own(d1, at_start)}")


ENCAPS = f"""virtual_routes {{
        10.1.0.0/16 encap ip id 5 dst 198.51.100.9 ttl 9 flags key flags seq dev eth0
        10.2.0.0/16 nexthop via {GATEWAY} encap ip dst 198.51.100.9 nexthop via 192.0.2.8 encap ip6 dst 2001:db8::9 nexthop via 192.0.2.7
        2001:db8:2::/48 encap ip6 dst 2001:db8::9 via 2001:db8::9 dev eth0
    }}"""


def encapsulations():
    """Of a route and of each way; another one in their place is none of ours; changed by a reload; adopted and swept after crashes."""
    with lab.Pair(version=3, interval=0.1, extra=ENCAPS) as pair:
        d1 = pair.d1
        with_ipv6(d1)
        at_start = shown(d1)
        pair.start(d1)
        pair.settled()
        lab.wait(lambda: len(own(d1, at_start)) == 3, 3, f"{own(d1, at_start)}\n{d1.log()}")
        there = own(d1, at_start)
        for want in ("encap ip id 5 src 0.0.0.0 dst 198.51.100.9 ttl 9 tos 0 key seq dev eth0",
                     "nexthop encap ip id 0 src 0.0.0.0 dst 198.51.100.9 ttl 0 tos 0 via 192.0.2.9 dev eth0 weight 1",
                     "nexthop encap ip6 id 0 src :: dst 2001:db8::9 hoplimit 0 tc 0 via 192.0.2.8 dev eth0 weight 1 nexthop via 192.0.2.7",
                     "2001:db8:2::/48 encap ip6 id 0 src :: dst 2001:db8::9"):
            lab.expect(want in " ".join(there), f"{want} in {there}")
        took = [back_after(d1, what, what.split()[-1], lambda: own(d1, at_start) == there)
                for what in ("route del 10.1.0.0/16", "route del 10.2.0.0/16", "-6 route del 2001:db8:2::/48")]
        print(f"    back after {[round(t * 1000, 1) for t in took]} ms")
        lab.expect(min(took) <= 0.050, f"back after {took}")
        d1.run("ip", "route", "replace", "10.1.0.0/16", "encap", "ip", "id", "6", "dst", "198.51.100.9", "dev", "eth0", "proto", "112")
        lab.wait(lambda: any(line in own(d1, at_start) for line in there if "id 5" in line), 1, f"ours beside it: {own(d1, at_start)}")
        d1.run("ip", "route", "del", "10.1.0.0/16", "encap", "ip", "id", "6", "dst", "198.51.100.9", "dev", "eth0", check=False)
        lab.wait(lambda: own(d1, at_start) == there, 1, f"ours alone: {own(d1, at_start)}")
        d1.reload(pair.conf["d1"].replace("id 5", "id 7"))
        lab.wait(lambda: [line.replace("id 7", "id 5") for line in own(d1, at_start)] == there and own(d1, at_start) != there, 3,
                 f"changed: {own(d1, at_start)}")
        kill_all(d1)
        d1.start(pair.conf["d1"].replace("id 5", "id 7"))
        lab.wait(lambda: is_master(d1) and len(own(d1, at_start)) == 3, 5, f"there: {own(d1, at_start)}")
        kill_all(d1)
        d1.start(pair.conf["d1"].replace(ENCAPS, ""))
        lab.wait(lambda: own(d1, at_start) == [], 5, f"swept: {own(d1, at_start)}\n{d1.log()}")


lab.main(protocols_of_others, static_ones, as_keepalived, ways_and_expiry, encapsulations)
