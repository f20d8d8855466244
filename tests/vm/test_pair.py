#!/usr/bin/python3
"""What the two directors do about connections, and how many live after a failover. Rows PAIR of doc/ipvs.md."""
import json
import os
import time

import dr
import lab
from clients import Clients
from synced import SYNC, daemons, wait_daemons

FEW = 24


def pair_conf(row, director, priority):
    line = row.get("d2" if director.name == "d2" else "d1", f"{SYNC} VI_1")
    settings = "".join(f"    {name} {value}\n" for name, value in row.get("settings", {}).items())
    services = dr.virtual_server(scheduler=row.get("scheduler", "rr"), extra=row.get("extra", ""))
    if director.name == "d2":
        services = row.get("services", services)
    return (f"global_defs {{\n    {line}\n}}\n" if line else "") + (f"ipvs_sysctl {{\n{settings}}}\n" if settings else "") + \
        lab.instance(priority, 3, 0.5) + services


def preempting(cluster, row, to):
    """The VIP goes to this director by a reload of d1."""
    cluster.d1.reload(pair_conf(row, cluster.d1, 150 if to == "d1" else 50))
    lab.wait(lambda: cluster.observer.holding() == [to], 60, f"{to} serves")


def told(threshold, refresh):
    return {"settings": {"sync_threshold": threshold, "sync_refresh_period": refresh}}


ABSENT = {"d1": "", "d2": ""}
SLOPPY = {**ABSENT, "settings": {"sloppy_tcp": 1}}
# What the two directors do, and how many of the connections that are idle since their handshake and of those in use live after a
# failover: all, none, some.
ROWS = (
    ("PAIR-01", "no daemon, rr", ABSENT, "none", "none"),
    ("PAIR-02", "no daemon, rr, sloppy_tcp", SLOPPY, "some", "some"),
    ("PAIR-03", "no daemon, sh, sloppy_tcp", {**SLOPPY, "scheduler": "sh"}, "all", "all"),
    ("PAIR-03", "no daemon, sh-port, sloppy_tcp", {**SLOPPY, "scheduler": "sh", "extra": "sh-port"}, "all", "all"),
    ("PAIR-04", "no daemon, mh-port, sloppy_tcp", {**SLOPPY, "scheduler": "mh", "extra": "mh-port"}, "all", "all"),
    ("PAIR-05", "the kernel's own threshold", told("3 50", 0), "none", "all"),
    ("PAIR-07", "told after two packets", told("2 50", 0), "all", "all"),
    ("PAIR-07", "told by every packet", told("0 1", 0), "all", "all"),
    ("PAIR-08", "the same on both", {}, "all", "all"),
    ("PAIR-08", "told again every two seconds", told("3 0", 2), "all", "all"),
    ("PAIR-09", "never told", told("0 0", 0), "none", "none"),
    ("PAIR-11", "d2 has no service at all", {"services": ""}, "none", "none"),
    ("PAIR-11", "d2 has another service, and its guard", {"services": dr.virtual_server("", ("r1",), port=8080)}, "all", "all"),
    ("PAIR-13", "no daemon on d2", {"d2": ""}, "none", "none"),
    ("PAIR-13", "another id on d2", {"d2": f"{SYNC} VI_1 id 7"}, "none", "none"),
    ("PAIR-13", "another interface on d2", {"d2": "lvs_sync_daemon late0 VI_1"}, "none", "none"),
    ("PAIR-14", "backup_only, and d2 goes on listening", {"d2": f"{SYNC} VI_1 both", "settings": {"backup_only": 1}}, "none", "none"),
    ("PAIR-15", "roles switched before the addresses move", {"settings": {"backup_only": 1}}, "all", "all"),
)
# The same where d2's daemon comes so many seconds before the failover.
LATE = (
    ("PAIR-10", "late by 4 s, the kernel's own threshold", told("3 50", 0), 4, "none", "none"),
    ("PAIR-10", "late by 4 s, the same and told again", told("3 50", 2), 4, "none", "none"),
    ("PAIR-10", "late by 4 s, every ten packets", told("3 10", 0), 4, "none", "all"),
    ("PAIR-10", "late by 4 s, told again every two seconds", told("3 0", 2), 4, "none", "all"),
    ("PAIR-10", "late by 13 s, as it is by default", {}, 13, "none", "all"),
)


def expect_share(name, kind, want, alive, count):
    right = {"all": alive == count, "none": alive == 0, "some": 0 < alive < count}[want]
    lab.expect(right, f"{name}: {alive} of {count} {kind} connections live, expected: {want}")


def fail_over_and_back(cluster, name, row, clients, want):
    """`clients`, idle and in use: how many of each live once d2 serves. Then d1 serves again."""
    for some in clients:
        some.sockets.reverse()  # in the order in which they came rr would give each its server again
    preempting(cluster, row, "d2")
    alive = [some.use(4) for some in clients]
    print(f"    {name}: {alive[0]} idle, {alive[1]} in use live of {FEW}", flush=True)
    for kind, share, count, some in zip(("idle", "busy"), want, alive, clients):
        expect_share(name, kind, share, count, FEW)
        some.close()
    preempting(cluster, row, "d1")


def failover_of(cluster, name, row, want):
    """A fail-over with this configuration, and back with the right one."""
    d1, d2 = cluster.directors
    d1.reload(pair_conf(row, d1, 150))
    d2.reload(pair_conf(row, d2, 100))
    for director, role in ((d1, "master"), (d2, "backup")):
        line = row.get(director.name, SYNC)
        lab.wait(lambda d=director, r=role, w=bool(line): (r in daemons(d)) == w, 30, f"{name}: {director.name}'s {role} daemon")
    idle, busy = Clients(cluster, FEW), Clients(cluster, FEW)
    end = time.monotonic() + 4  # the kernel sends what it has to tell within two seconds
    while time.monotonic() < end:
        lab.expect(busy.use() == FEW, "they work")
        time.sleep(0.2)
    heard = d2.status()["sync"]["heard"]
    # PAIR-12: the services are there before the VIP comes.
    lab.expect("services" in row or cluster.pool(d2) == list(dr.SERVERS), f"d2 has its services as BACKUP: {cluster.table(d2)}")
    if name.endswith("another id on d2"):
        expect_named(d2, heard)
    else:
        tells = row.get("d1", SYNC) and row.get("settings", {}).get("sync_threshold") != "0 0"
        ids = {51} if tells and row.get("d2", SYNC).startswith(SYNC) else set()
        lab.expect({h["id"] for h in heard} == ids, f"{name}: heard {heard}")
    fail_over_and_back(cluster, name, row, (idle, busy), want)


def expect_named(d2, heard):
    """The director that listens to another id says so, in the log, in the status, to vipctl and to its doctor."""
    lab.expect([(h["from"], h["id"]) for h in heard] == [(dr.ADDRESS["d1"], 51)], f"heard {heard}")
    line = "192.0.2.1 sends connections with id 51, this director listens to id 7"
    lab.expect(d2.log().count(line) == 1, f"said {d2.log().count(line)} times")
    vipctl = os.path.join(lab.BIN, "vipctl")
    text = d2.run(vipctl, "status")
    lab.expect("connections from 192.0.2.1 with id 51: ANOTHER ID" in text, text)
    found = json.loads(d2.run(vipctl, "doctor", "--json", check=False))["findings"]
    lab.expect([f["severity"] for f in found if f["id"] == "sync-id"] == ["error"], f"doctor: {found}")


def serving(cluster):
    d2 = cluster.directors[1]
    d2.ip("link add late0 type veth peer name late1", "addr add 10.9.9.1/24 dev late0", "link set late0 up", "link set late1 up")
    for director, priority in zip(cluster.directors, (150, 100)):
        director.start(pair_conf({}, director, priority))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, dr.SERVERS, 60)


def run(rows):
    """What is synchronised how, and what is wrong on one side: so many connections live, and what can be known is said."""
    with dr.Cluster() as cluster:
        serving(cluster)
        for name, text, row, *want in rows:
            failover_of(cluster, f"{name} {text}", row, want)


def without_services():
    """PAIR-11, the one of them that a reload of one director alone makes."""
    run([row for row in ROWS if row[0] == "PAIR-11"])


def rows_without():
    run([row for row in ROWS if row[0] < "PAIR-05"])


def rows_told():
    run([row for row in ROWS if "PAIR-05" <= row[0] < "PAIR-11"])


def rows_apart():
    run([row for row in ROWS if row[0] > "PAIR-11"])


def in_use(clients, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lab.expect(clients.use() == FEW, "they work")
        time.sleep(0.5)


def late_by(cluster, name, row, seconds, want):
    d1, d2 = cluster.directors
    d1.reload(pair_conf(row, d1, 150))
    d2.reload(pair_conf({**row, "d2": ""}, d2, 100))
    lab.wait(lambda: not daemons(d2), 30, "no daemon on d2")
    wait_daemons(d1, ["master"])
    idle, busy = Clients(cluster, FEW), Clients(cluster, FEW)
    in_use(busy, 3)
    d2.reload(pair_conf(row, d2, 100))
    wait_daemons(d2, ["backup"])
    in_use(busy, seconds)
    fail_over_and_back(cluster, name, row, (idle, busy), want)


def late():
    """A BACKUP whose daemon comes late: those in use are told within sync_refresh_period, those that are idle not at all."""
    with dr.Cluster() as cluster:
        serving(cluster)
        for name, text, row, seconds, *want in LATE:
            late_by(cluster, f"{name} {text}", row, seconds, want)


lab.main(without_services, nightly=(rows_without, rows_told, rows_apart, late))
