#!/usr/bin/python3
"""The kernel's table under vipd: every kind of service, adoption, states that survive, quorum, refusal, a reloaded module."""
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time

import dr
import keyword_rows as rows
import lab


def serving(director, text, names=dr.SERVERS):
    director.start(text)
    lab.wait(lambda: "is applied everywhere" in director.log(), 60, "started")
    dr.wait_pool(director.lab, director, names, 60)


def listing(director):
    """`ipvsadm -Ln` as {"TCP 192.0.2.100:80 rr": {"192.0.2.11:80 Route 1"}}; guards and counters are left out."""
    table, current = {}, None
    for line in director.run("ipvsadm", "-Ln").splitlines()[3:]:
        words = line.split()
        if words[0] == "->":
            current.add(" ".join(words[1:4]))
        else:
            current = table.setdefault(" ".join(words), set())
    return {name: servers for name, servers in table.items() if not name.startswith("FWM")}


def lines(director, pattern):
    return [line for line in director.log().splitlines() if re.search(pattern, line)]


def saved(director):
    """`ipvsadm -Sn` as a set of lines, without guards."""
    every = {" ".join(row.split()) for row in director.run("ipvsadm", "-Sn").splitlines()}
    return {row for row in every if f"-f {0x76697064}" not in row}


def with_thresholds(director):
    """saved(), with -x and -y behind the servers that have them: ipvsadm -S leaves them out."""
    found, entry = {}, ""
    for line in director.run("ipvsadm", "-Ln", "--thresholds").splitlines()[3:]:
        words = line.split()
        if words[0] != "->":
            entry = " ".join(words[:2]).replace("TCP", "-t").replace("UDP", "-u").replace("SCTP", "--sctp-service")
        elif words[2] != "0" or words[3] != "0":
            found[f"-a {entry} -r {words[1]} "] = f" -x {words[2]} -y {words[3]}"
    return {row + next((more for start, more in found.items() if row.startswith(start)), "") for row in saved(director)}


KINDS = {"UDP": "-u", "SCTP": "--sctp-service"}
CHECKED = "TCP_CHECK {{\n connect_ip 192.0.2.1\n connect_port {}\n connect_timeout 1\n }}"


def keyword_services(after):
    """The configuration of all rows, before the reload or after it, with what ipvsadm prints then: {its service: its lines}."""
    text, want = [], {}
    at = 3 if after else 1

    def add(name, words, servers, prints, dests, entries):
        body = "".join(f" real_server 10.0.0.{n} 80 {{\n {inner}\n }}\n" for n, inner in enumerate(servers, 1))
        text.append(f"virtual_server {name} {{\n {words}\n{body}}}\n")
        for entry in entries:
            want[entry] = {f"-A {entry} {prints}", *(f"-a {entry} -r {dest}" for dest in dests)}

    def own(net, i, words):
        kind = re.search(r"protocol (\w+)", words)
        return f"{net}.{i} 80", [f"{KINDS[kind[1]] if kind else '-t'} {net}.{i}:80"]

    for i, row in enumerate(rows.SERVICE, 1):
        name, entries = own("10.77.1", i, row[at])
        add(name, row[at], [""], row[at + 1], ["10.0.0.1:80 -m -w 1"], entries)
    for i, row in enumerate(rows.SERVER, 1):
        name, entries = own("10.77.2", i, "")
        words, inner, dest = row[4:7] if after else row[1:4]
        add(name, words, [inner], "-s wlc", [f"10.0.0.1:80 {dest}"], entries)
    for i, row in enumerate(rows.POOL, 1):
        name, entries = own("10.77.3", i, "")
        words = f"warmup 0\n delay_loop 0.5\n retry 0\n {row[at]}"
        add(name, words, [CHECKED.format(port) for port in (8080, 8080, 8081)], "-s wlc", row[at + 1], entries)
    for i, row in enumerate((*rows.GROUP, *rows.GROUP6)):
        address = "10.0.0.1" if row in rows.GROUP else "fd00::1"
        text.append(f"virtual_server_group g{i} {{\n {row[2 if after else 0]}\n}}\nvirtual_server group g{i} {{\n persistence_timeout 9\n"
                    f" lvs_method DR\n real_server {address} {{\n }}\n}}\n")
        for entry in row[3 if after else 1]:
            port = entry.split()[1].rpartition(":")[2] if entry.startswith("-t") else 0
            dest = f"[{address}]" if row in rows.GROUP6 else address
            want[entry] = {f"-A {entry} -s wlc -p 9", f"-a {entry} -r {dest}:{port} -g -w 1"}
    return "global_defs {\n drain_timeout 2\n}\n" + "".join(text), want


def connect_to(director, entries):
    """One packet to each service by address: the director's own kernel schedules it and counts it."""
    sockets = []
    with director.inside():
        for entry in entries:
            how, place = entry.split()[:2]
            if how not in ("-t", "-u") or ":0" in place[-2:]:
                continue
            address, port = place.rsplit(":", 1)
            s = socket.socket(socket.AF_INET6 if "[" in address else socket.AF_INET,
                              (socket.SOCK_STREAM if how == "-t" else socket.SOCK_DGRAM) | socket.SOCK_NONBLOCK)
            sockets.append(s)
            with contextlib.suppress(OSError):
                s.connect((address.strip("[]"), int(port)))
                s.send(b"x")
    return sockets


def counted(director):
    """{service as ipvsadm names it: connections that it has counted}"""
    found = {}
    for line in director.run("ipvsadm", "-Ln", "--stats", "--exact").splitlines():
        words = line.split()
        if words[:1] in (["TCP"], ["UDP"]):
            found[f"{'-t' if words[0] == 'TCP' else '-u'} {words[1]}"] = int(words[2])
    return found


def is_as(director, want, seconds=30):
    every = set().union(*want.values())
    lab.wait(lambda: with_thresholds(director) == every, seconds,
             lambda: f"missing {sorted(every - with_thresholds(director))}, too much {sorted(with_thresholds(director) - every)}", step=0.3)


def keywords():
    """T30: each word as ipvsadm shows it, at the start; changed by a reload, in place: what the services have counted goes on; and a start
    with the new file gives what the reload gave."""
    first, second = keyword_services(False), keyword_services(True)
    with dr.Cluster(directors=("d1",), servers=()) as cluster:
        d1 = cluster.d1
        said = json.loads(d1.run(os.path.join(lab.BIN, "vipd"), "--keywords=json"))["keywords"]
        for block, elsewhere in rows.ELSEWHERE.items():
            words = {k["keyword"] for k in said if k["block"].split("/")[-1] == block and k["status"] == "works" and not k["alias"]}
            here = {row[0] for row in (*rows.SERVICE, *rows.SERVER, *rows.POOL)}
            lab.expect(words and not words - here - set(elsewhere), f"words of {block} without a test: {words - here - set(elsewhere)}")
        d1.sysctl(ipv6__conf__lo__disable_ipv6=0)
        d1.ip("route add local 10.77.0.0/16 dev lo", "route add local 10.78.0.0/16 dev lo", "route add local fd78::/15 dev lo", "route add 10.0.0.0/24 via 192.0.2.9")
        d1.popen("python3", "-c", "import socket\ns = socket.create_server(('192.0.2.1', 8080), backlog=500)\n"
                 "while True: s.accept()[0].close()")
        d1.start(first[0])
        is_as(d1, first[1])
        sockets = connect_to(d1, first[1])
        # Not of those: an engine that finds no call in the packet, a pool that is empty.
        lab.wait(lambda: sum(map(bool, counted(d1).values())) >= len(sockets) - 2, 10, lambda: f"counted {counted(d1)}", step=0.5)
        before = counted(d1)
        d1.reload(second[0])
        is_as(d1, second[1])
        after = counted(d1)
        lost = {name: (n, after.get(name)) for name, n in before.items() if name in second[1] and after.get(name, -1) < n}
        lab.expect(sum(map(bool, before.values())) > 40 and not lost, f"made anew: {lost} of {before}")
        lab.expect(not lines(d1, "IPVS refused"), f"refused: {lines(d1, 'refused')}")
        lab.expect(not lines(d1, "somebody else"), f"taken for a stranger's: {lines(d1, 'somebody else')}")
        lab.expect(d1.stop() == 0, "orderly stop")
        d1.run("ipvsadm", "-C")
        d1.start()
        is_as(d1, second[1])


def udp_places():
    """The addresses of groups dns and dns6 below, with what is said behind the scheduler."""
    return [(f"192.0.2.{n}", " -o") for n in (111, 112, 113)] + [(f"[fd00::{n}]", "") for n in (53, 54, 55)]


def groups_and_marks():
    """Each address of a group and each mark is an entry; tunnels of every kind; a reload of the group edits only what differs."""
    text = """
virtual_server_group web {\n 192.0.2.101-102 80\n 192.0.2.9 443\n fwmark 9 inet\n}
virtual_server group web {\n lb_algo rr\n lb_kind DR\n persistence_timeout 50\n real_server 10.0.0.1 {\n }\n}
virtual_server fwmark 7 {\n lb_algo wlc\n ip_family inet6\n lb_kind TUN\n real_server 10.0.0.3 {\n }\n}
virtual_server 192.0.2.103 80 {\n lb_algo wrr\n real_server 10.0.0.1 80 {\n lvs_method TUN type gue port 6080 csum\n }
 real_server 10.0.0.2 80 {\n lvs_method TUN type gre\n }\n real_server 10.0.0.3 80 {\n lvs_method TUN type gue port 6081 remcsum\n }\n}
virtual_server_group dns {\n 192.0.2.111-113 53,5353\n}
virtual_server group dns {\n protocol UDP\n lb_algo rr\n ops\n lb_kind DR\n real_server 10.0.0.1 {\n }\n}
virtual_server_group dns6 {\n fd00::53-55 53,5353\n}
virtual_server group dns6 {\n protocol UDP\n lb_algo rr\n lb_kind DR\n real_server fd00::1 {\n }\n}
"""
    # T66: UDP, on three addresses of either family, each by each port.
    dns = {f"-A -u {place}:{port} -s rr{more}" for place, more in udp_places() for port in (53, 5353)} | \
        {f"-a -u {place}:{port} -r {'[fd00::1]' if '[' in place else '10.0.0.1'}:{port} -g -w 1"
         for place, _ in udp_places() for port in (53, 5353)}
    want = dns | {"-A -t 192.0.2.101:80 -s rr -p 50", "-a -t 192.0.2.101:80 -r 10.0.0.1:80 -g -w 1",
            "-A -t 192.0.2.102:80 -s rr -p 50", "-a -t 192.0.2.102:80 -r 10.0.0.1:80 -g -w 1",
            "-A -t 192.0.2.9:443 -s rr -p 50", "-a -t 192.0.2.9:443 -r 10.0.0.1:443 -g -w 1",
            "-A -f 9 -s rr -p 50", "-a -f 9 -r 10.0.0.1:0 -g -w 1",
            "-A -f 7 -6 -s wlc", "-a -f 7 -6 -r 10.0.0.3:0 -i -w 1 --tun-type ipip",
            "-A -t 192.0.2.103:80 -s wrr",
            "-a -t 192.0.2.103:80 -r 10.0.0.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
            "-a -t 192.0.2.103:80 -r 10.0.0.2:80 -i -w 1 --tun-type gre --tun-nocsum",
            "-a -t 192.0.2.103:80 -r 10.0.0.3:80 -i -w 1 --tun-type gue --tun-port 6081 --tun-remcsum"}

    with dr.Cluster(directors=("d1",), servers=()) as cluster:
        d1 = cluster.d1
        d1.start(text)
        lab.wait(lambda: saved(d1) == want, 20, lambda: f"differs: {saved(d1) ^ want}", step=0.2)
        d1.reload(text.replace("101-102", "102-103").replace("192.0.2.103 80", "192.0.2.104 80").replace("6080", "6082"))
        want = {row.replace(".103:", ".104:").replace("6080", "6082").replace(".101:80", ".103:80") for row in want}
        lab.wait(lambda: saved(d1) == want, 20, lambda: f"differs: {saved(d1) ^ want}", step=0.2)
        lab.expect(not lines(d1, "refused"), f"refused: {lines(d1, 'refused')}")
        names = {s["name"]: s["entries"] for s in d1.status()["services"]}
        lab.expect(names == {"group web": 4, "group dns/udp": 6, "group dns6/udp": 6, "fwmark 7/inet6": 1, "192.0.2.104:80/tcp": 1}, f"names {names}")


def kinds():
    """Every attribute arrives in the kernel as ipvsadm shows it, and a second start has nothing to write."""
    text = """
virtual_server 192.0.2.100 80 {\n lvs_sched mh\n mh-port\n mh-fallback\n lvs_method DR\n persistence_timeout 300
 persistence_granularity 24\n real_server 10.0.0.1 80 {\n weight 7\n uthreshold 100\n lthreshold 50\n }
 real_server 10.0.0.2 80 {\n lvs_method TUN\n weight 0\n }\n}
virtual_server 192.0.2.100 53 {\n protocol UDP\n lb_algo rr\n ops\n real_server 10.0.0.1 5353 {\n }\n}
virtual_server 192.0.2.101 {\n persistence_timeout\n lb_algo wrr\n lb_kind DR\n real_server 10.0.0.1 {\n }\n}
virtual_server fd00::100 443 {\n lb_kind NAT\n real_server fd00::1 8443 {\n }\n}
global_defs {\n lvs_timeouts tcp 7500 udp 30\n}
"""
    want = {
        "TCP 192.0.2.100:80 mh (mh-fallback,mh-port) persistent 300 mask 255.255.255.0":
            {"10.0.0.1:80 Route 7", "10.0.0.2:80 Tunnel 0"},
        "UDP 192.0.2.100:53 rr ops": {"10.0.0.1:5353 Masq 1"},
        "TCP 192.0.2.101:0 wrr persistent 360": {"10.0.0.1:0 Route 1"},
        "TCP [fd00::100]:443 wlc": {"[fd00::1]:8443 Masq 1"},
    }
    with dr.Cluster(directors=("d1",), servers=()) as cluster:
        d1 = cluster.d1
        d1.start(text)
        lab.wait(lambda: listing(d1) == want, 20, f"the table is {want}", step=0.1)
        lab.expect("100        50" in re.sub(r" +", lambda m: m.group() if len(m.group()) < 2 else "        ",
                                             d1.run("ipvsadm", "-Ln", "--thresholds")), "thresholds")
        lab.expect("7500 120 30" in d1.run("ipvsadm", "-L", "--timeout"), "timeouts")
        guards = d1.run("ipvsadm", "-Ln").count("FWM")
        lab.expect(guards == 2, f"a guard per family: {guards}")
        lab.expect(d1.stop() == 0 and listing(d1) == want, "an orderly stop leaves the table")
        before = len(lines(d1, "lvs: IPVS table: as wanted, nothing to do"))
        d1.start()
        lab.wait(lambda: len(lines(d1, "lvs: IPVS table: as wanted, nothing to do")) > before, 20, "nothing to write at the second start")
        d1.reload("virtual_server fd00::100 443 {\n lb_kind NAT\n real_server fd00::1 8443 {\n }\n}\n")
        lab.wait(lambda: list(listing(d1)) == ["TCP [fd00::100]:443 wlc"], 20, "what is not configured any more is gone", step=0.1)


def states_survive():
    """kill -9 of lvs, of probe, and a restart of the daemon: with alpha no server leaves, a dead one stays out, none is announced twice."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        cluster.servers["r2"].die()
        serving(d1, lab.instance(150, 3, 0.2) + dr.virtual_server(extra="alpha"), ["r1", "r3"])
        time.sleep(0.5)
        for victim in ("lvs", "probe", "lvs"):
            said = len(lines(d1, r"lvs: .*server \S+ (UP|DOWN)"))
            os.kill(d1.family()[victim], signal.SIGKILL)
            end = time.monotonic() + 2.5
            while time.monotonic() < end:
                lab.expect(cluster.pool(d1) == ["r1", "r3"], f"after kill -9 of {victim}: {cluster.pool(d1)}")
                time.sleep(0.02)
            now = lines(d1, r"lvs: .*server \S+ (UP|DOWN)")
            lab.expect(len(now) == said, f"after kill -9 of {victim}, announced again: {now[said:]}")
        lab.expect(d1.stop() == 0, "orderly stop")
        d1.start()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            lab.expect(set(cluster.pool(d1)) >= {"r1", "r3"}, f"after the restart: {cluster.pool(d1)}")
            time.sleep(0.02)


def failures():
    """inhibit_on_failure keeps weight 0; below the quorum the sorry server serves alone; back again."""
    extra = "inhibit_on_failure\n quorum 2\n sorry_server 192.0.2.13 80"
    text = lab.instance(150, 3, 0.2) + dr.virtual_server(extra=extra, servers=("r1", "r2"))
    with dr.Cluster(directors=("d1",)) as cluster:
        d1, service = cluster.d1, f"{lab.VIP}:80"
        serving(d1, text, ["r1", "r2"])
        cluster.servers["r1"].die()
        want = {"192.0.2.11:80": 0, "192.0.2.12:80": 0, "192.0.2.13:80": 1}
        lab.wait(lambda: cluster.table(d1)[service] == want, 20, f"the sorry server serves: {cluster.table(d1)[service]}")
        lab.wait(lambda: lines(d1, r"quorum lost: weight 1 of 2, sorry server 192.0.2.13:80 serves"), 20, "the log says so")
        status = d1.status()["services"][0]
        lab.expect(status["sorry"] and not status["quorum_met"] and status["servers_up"] == 1, f"{status}")
        cluster.servers["r1"].serve()
        want = {"192.0.2.11:80": 1, "192.0.2.12:80": 1}
        lab.wait(lambda: cluster.table(d1)[service] == want, 20, f"the servers serve: {cluster.table(d1)[service]}")


def refused():
    """A scheduler that the kernel does not have: said with its cause, all others served, healed by a reload."""
    bad = "virtual_server 192.0.2.100 81 {\n lvs_sched nosuch\n lb_kind DR\n real_server 192.0.2.11 81 {\n }\n}\n"
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        serving(d1, bad + dr.virtual_server())
        refusal = "IPVS refused: 192.0.2.100:81/tcp: add service .nosuch.*no such scheduler"
        lab.wait(lambda: lines(d1, refusal), 20, "the log says why")
        said = lines(d1, refusal)
        lab.expect(len(said) == 1, f"said {len(said)} times: {said}")
        lab.expect(d1.status()["ipvs"]["errors"] > 0 and "nosuch" in d1.status()["ipvs"]["last_error"], "status shows it")
        d1.reload(bad.replace("nosuch", "sh") + dr.virtual_server())
        lab.wait(lambda: "TCP 192.0.2.100:81 sh" in listing(d1), 20, "healed by a reload", step=0.1)


def module_reloaded():
    """`rmmod ip_vs` behind our back: asking for the family loads it again, with a new id, and the table is written again."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        serving(d1, dr.virtual_server())
        lvs = d1.family()["lvs"]
        os.kill(lvs, signal.SIGSTOP)
        d1.run("ipvsadm", "-C")
        loaded = [line.split()[0] for line in open("/proc/modules") if line.startswith("ip_vs_")]
        subprocess.run(["rmmod", *loaded, "ip_vs"], check=True)
        lab.expect(not dr.have_ipvs(), "the module is gone")
        os.kill(lvs, signal.SIGCONT)
        lab.wait(dr.have_ipvs, 20, "the kernel loads the module for who asks for its family")
        print(f"    back after {dr.wait_pool(cluster, d1, dr.SERVERS, 20):.2f} s")
        lab.wait(lambda: lines(d1, "IPVS table repaired"), 20, "the log says so")


lab.main(keywords, groups_and_marks, kinds, states_survive, failures, refused, module_reloaded)
