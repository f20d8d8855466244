#!/usr/bin/python3
"""no_accept: what is sent to a virtual address itself is dropped by an nftables table of our own, from the first moment of MASTER."""
import json
import os
import signal
import socket
import time

import lab
from virtual import Sniffer, answers, pings, start_in_order

OTHER = "table ip somebody {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n"


def tables(host):
    return sorted(host.run("nft", "list", "tables").splitlines())


def ours(host, table="vipd"):
    return host.run("nft", "list", "table", "inet", table, check=False)


def closed(host):
    """The status's word on it."""
    text = host.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False)
    return json.loads(text).get("no_accept", {}) if text.startswith("{") else {}


def is_silent(client, address):
    return "1 received" not in client.run("ping", "-c", "1", "-W", "0.7", address, check=False)


def connects(client, address, port=7001):
    """Whether anything, a refusal too, comes back from a TCP port."""
    with client.inside():
        sock = socket.socket()
    sock.settimeout(0.7)
    try:
        sock.connect((address, port))
    except ConnectionRefusedError:
        return True
    except (socket.timeout, TimeoutError, OSError):
        return False
    finally:
        sock.close()
    return True


def killed(director):
    for pid in director.family().values():
        os.kill(pid, signal.SIGKILL)
    director.daemon.wait()


def both():
    """T49: AC-02 AC-05: No ping, no TCP on either director; ARP answers; nothing is forwarded; other tables stay; and all goes back."""
    with lab.Pair(version=3, interval=0.2, extra="no_accept") as pair:
        for director in pair.directors:
            director.run("nft", "-f", "-", text=OTHER)
            director.sysctl(ipv4__ip_forward=1)
        before = [tables(d) for d in pair.directors]
        start_in_order(pair)
        lab.wait(lambda: all(closed(d).get("in_place") for d in pair.directors), 20, "the table on both")
        lab.expect(lab.VIP in ours(pair.d1) and lab.VIP in ours(pair.d2), "the VIP is in no set")
        lab.expect(pair.d1.has_link("eth0") and answers(pair.client, lab.VIP, "192.0.2.9"), "ARP is answered")
        wire, since = Sniffer(pair, pair.d1), time.monotonic()
        lab.expect(is_silent(pair.client, lab.VIP), "the VIP answers ping")
        lab.expect(not connects(pair.client, lab.VIP), "the VIP answers TCP")
        lab.expect(pings(pair.client, "192.0.2.1") and connects(pair.client, "192.0.2.1"), "d1's own address")
        back = [f for f in wire.since(since) if f[2] == 0x0800 and f[3][30:34] == socket.inet_aton(lab.VIP)]
        lab.expect(not back, f"sent out again: {len(back)} frames to the VIP")
        wire.stop()
        lab.expect(pings(pair.d1, lab.VIP), "the host itself reaches its address")
        pair.d1.run(os.path.join(lab.BIN, "vipctl"), "drill")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 20, "d2 serves")
        lab.expect(is_silent(pair.client, lab.VIP), "the VIP answers ping at d2")
        for number, director in enumerate(pair.directors):
            lab.expect(director.stop() == 0, "an orderly stop")
            lab.expect(tables(director) == before[number], f"left behind: {tables(director)}")


def repaired():
    """T05: Somebody flushes all rules, or ours: back within a second, and no loop. A reload opens and closes."""
    with lab.Pair(version=3, interval=0.2, extra="no_accept") as pair:
        pair.start(pair.d1)
        pair.settled()
        for number, words in enumerate(("flush ruleset", "delete table inet vipd", "flush chain inet vipd input")):
            lab.wait(lambda: lab.VIP in ours(pair.d1) and "drop" in ours(pair.d1), 20, "the table")
            time.sleep(1.2)  # one repair a second
            pair.d1.run("nft", *words.split())
            lab.wait(lambda: lab.VIP in ours(pair.d1) and "drop" in ours(pair.d1), 3, f"the table after '{words}'")
            lab.wait(lambda: closed(pair.d1)["repairs"] == number + 1, 5, f"{number + 1} repairs: {closed(pair.d1)}")
            lab.expect(is_silent(pair.client, lab.VIP), f"open after '{words}'")
        pair.d1.run("nft", "-f", "-", text=OTHER)
        time.sleep(1.5)
        lab.expect(closed(pair.d1)["repairs"] == 3, f"{closed(pair.d1)} after a change of another table")
        pair.d1.reload(pair.conf["d1"].replace("no_accept", ""))
        lab.wait(lambda: tables(pair.d1) == ["table ip somebody"], 10, "the table goes")
        lab.expect(pings(pair.client, lab.VIP) and not closed(pair.d1), "open")
        words = "global_defs {\n    nftables lb_filter\n    nftables_priority 101\n    nftables_counters\n}\n"
        pair.d1.reload(words + pair.conf["d1"])
        lab.wait(lambda: "counter" in ours(pair.d1, "lb_filter"), 10, "the table by its other name")
        lab.expect("priority 101" in ours(pair.d1, "lb_filter"), f"{ours(pair.d1, 'lb_filter')}")
        lab.expect(is_silent(pair.client, lab.VIP), "closed again")
        pair.d1.reload(pair.conf["d1"])
        lab.wait(lambda: tables(pair.d1) == ["table inet vipd", "table ip somebody"], 10, "the first name")
        lab.expect("MASTER ->" not in pair.d1.log(), "a transition")


def left_behind():
    """After SIGKILL of all: the table stays, the next run knows it; one of somebody else's of that name is left alone, and said."""
    with lab.Pair(version=3, interval=0.2, extra="no_accept") as pair:
        for again in (pair.conf["d1"], pair.conf["d1"].replace("no_accept", "")):
            pair.start(pair.d1)
            lab.wait(lambda: closed(pair.d1).get("in_place"), 20, "the table")
            killed(pair.d1)
            seen = len(pair.d1.log())
            lab.expect(tables(pair.d1) == ["table inet vipd"], f"{tables(pair.d1)}")
            pair.d1.start(again)
            lab.wait(lambda: "-> MASTER" in pair.d1.log()[seen:], 30, "MASTER")
            wanted = ["table inet vipd"] if "no_accept" in again else []
            lab.wait(lambda: tables(pair.d1) == wanted, 10, f"{wanted}")
            pair.d1.stop()
            lab.expect(tables(pair.d1) == [], f"{tables(pair.d1)}")
        pair.d1.run("nft", "add", "table", "inet", "vipd")
        pair.start(pair.d1)
        lab.wait(lambda: closed(pair.d1).get("error"), 20, "an error in the status")
        lab.expect("File exists" in closed(pair.d1)["error"] and not closed(pair.d1)["in_place"], f"{closed(pair.d1)}")
        lab.expect("no_accept: packets to 1 addresses are not dropped" in pair.d1.log(), "nothing in the log")
        text = pair.d1.run(os.path.join(lab.BIN, "vipctl"), "status")
        lab.expect("NO_ACCEPT IS NOT IN PLACE" in text, "nothing in the text")
        pair.d1.stop()
        lab.expect(ours(pair.d1).split() == "table inet vipd { }".split(), f"touched: {ours(pair.d1)}")


def owner():
    """AC-01: The owner accepts, and there is no table; without nft the instance serves, and says that it is open."""
    with lab.Pair(version=3, interval=0.2, extra="no_accept", priorities=(255, 100)) as pair:
        pair.start(pair.d1)
        pair.settled()
        lab.expect(pings(pair.client, lab.VIP) and tables(pair.d1) == [], f"{tables(pair.d1)}")
        pair.d2.run("mount", "--bind", "/dev/null", "/usr/sbin/nft")
        pair.start(pair.d2)
        lab.wait(lambda: "cannot exec" in (closed(pair.d2).get("error") or ""), 20, "an error in the status")
        pair.d1.stop()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 20, "d2 serves")
        lab.expect(pair.d2.stop() == 0, "an orderly stop")


def six():
    """ND-19: IPv6: closed, link-local ones on their interface alone, while neighbour solicitations are answered."""
    vip, link, other = "2001:db8::100", "fe80::100", "fe80::100"
    with lab.Lab() as here:
        d1, client = here.director("d1", "192.0.2.1"), here.host("client", "192.0.2.9")
        here.plug(d1, "eth1", "198.51.100.1", "02:00:00:00:01:01", port="d1b")
        here.plug(client, "eth1", "198.51.100.9", "02:00:00:00:01:09", port="clientb")
        for number, host in enumerate((d1, client)):
            host.sysctl(ipv6__conf__default__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0, ipv6__conf__eth1__disable_ipv6=0)
            host.ip(f"addr add 2001:db8::{number + 1:x}/64 dev eth0 nodad")
            for dev in ("eth0", "eth1"):
                lab.wait(lambda: "scope link" in host.run("ip", "-6", "addr", "show", "dev", dev, "-tentative"), 30, "link-local")
        for extra, dev in (("no_accept", "eth0"), ("no_accept\n    use_vmac", "vrrp6.51")):
            d1.start(lab.instance(150, 3, 0.2, extra, vips=(link, vip)).replace("/24", "/64"))
            lab.wait(lambda: vip in d1.run("ip", "-6", "addr", "show", "dev", dev, check=False), 30, "the VIPs")
            lab.wait(lambda: closed(d1).get("in_place"), 20, "the table")
            for address in (vip, f"{link}%eth0"):
                lab.expect(is_silent(client, address), f"{address} answers ping")
            known = client.run("ip", "-6", "neigh", "show", vip).split()
            lab.expect("lladdr" in known, f"the neighbour solicitation was not answered: {known}")
            mac = known[known.index("lladdr") + 1]
            client.run("ip", "-6", "neigh", "replace", vip, "lladdr", mac, "dev", "eth0", "nud", "probe")  # asks by unicast
            lab.wait(lambda: "REACHABLE" in client.run("ip", "-6", "neigh", "show", vip), 10, "a unicast solicitation is answered")
            lab.expect(pings(client, "2001:db8::1"), "d1's own address")
            d1.ip(f"addr add {other}/64 dev eth1 nodad")
            lab.expect(pings(client, f"{other}%eth1"), "the same link-local address of another interface")
            d1.ip(f"addr del {other}/64 dev eth1")
            d1.stop()
            lab.expect(tables(d1) == [], f"{tables(d1)}")
            client.run("ip", "-6", "neigh", "flush", "all", check=False)


def restarted():
    """vipctl restart: closed all the time, and the new program knows the table."""
    with lab.Pair(version=3, interval=0.2, extra="no_accept") as pair:
        pair.start(pair.d1)
        pair.settled()
        lab.wait(lambda: closed(pair.d1).get("in_place"), 20, "the table")
        pair.d1.run(os.path.join(lab.BIN, "vipctl"), "restart")
        lab.wait(lambda: closed(pair.d1).get("in_place"), 20, "the table")
        lab.expect(is_silent(pair.client, lab.VIP), "open")
        lab.expect(not closed(pair.d1).get("error"), f"{json.dumps(closed(pair.d1))}")
        pair.d1.stop()
        lab.expect(tables(pair.d1) == [], f"{tables(pair.d1)}")


lab.main(both, repaired, left_behind, owner, six, restarted)
