#!/usr/bin/python3
"""The kernel's synchronisation of connections and its settings: connections survive the director, trouble is said once, others are noticed."""
import json
import os
import re
import signal
import socket
import time

import dr
import lab
from clients import Clients

CONNECTIONS, FEW = 60, 24
SYNC = "lvs_sync_daemon eth0"


def conf(director, line, extra="", more=""):
    priority = 150 if director.name == "d1" else 100
    return f"global_defs {{\n    {line}\n}}\n{extra}\n" + lab.instance(priority, 3, 0.5, more) + dr.virtual_server()


def serving(cluster, line, **options):
    for director in cluster.directors:
        director.start(conf(director, line, **options))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, dr.SERVERS, 60)


def daemons(director):
    """As ipvsadm sees them: {"master": ("eth0", 51), ...}."""
    text = director.run("ipvsadm", "-l", "--daemon")
    return {role: (dev, int(syncid)) for role, dev, syncid in
            re.findall(r"^(master|backup) sync daemon \(mcast=(\w+), syncid=(\d+)", text, re.MULTILINE)}


def setting(director, name):
    return director.run("cat", f"/proc/sys/net/ipv4/vs/{name}").split()


def wait_daemons(director, roles, syncid=51, seconds=30):
    want = {role: ("eth0", syncid) for role in roles}
    lab.wait(lambda: daemons(director) == want, seconds, f"{director.name} runs {want}, it runs {daemons(director)}", step=0.1)


def move(cluster, to, priority):
    """The VIP goes to the other director by a change of d1's priority."""
    cluster.d1.reload(re.sub(r"priority \d+", f"priority {priority}", conf(cluster.d1, cluster.line)))
    lab.wait(lambda: cluster.observer.holding() == [to], 30, f"{to} serves")


def survive(line, roles_of):
    """60 connections, idle since their handshake, live through a failover and a failback 1.5 s later."""
    with dr.Cluster() as cluster:
        cluster.line = line
        serving(cluster, line)
        d1, d2 = cluster.directors
        wait_daemons(d1, roles_of[0])
        wait_daemons(d2, roles_of[1])
        for director in cluster.directors:
            lab.expect(setting(director, "sync_threshold") == ["3", "0"], "sync_threshold")
            lab.expect(setting(director, "sync_refresh_period") == ["10"], "sync_refresh_period")
        idle, busy = Clients(cluster, CONNECTIONS), Clients(cluster, CONNECTIONS)
        lab.expect(busy.use() == CONNECTIONS, "all connections work")
        time.sleep(4)  # the kernel sends what it has to tell within two seconds
        move(cluster, "d2", 50)
        wait_daemons(d1, roles_of[1])
        wait_daemons(d2, roles_of[0])
        alive = idle.use(), busy.use()
        print(f"    {line}: after the failover {alive} of {CONNECTIONS}")
        lab.expect(alive == (CONNECTIONS, CONNECTIONS), f"failover: {alive}")
        time.sleep(1.5)
        move(cluster, "d1", 150)
        alive = idle.use(), busy.use()
        print(f"    {line}: after the failback {alive}")
        lab.expect(alive == (CONNECTIONS, CONNECTIONS), f"failback: {alive}")
        idle.close()
        busy.close()
        lab.expect("cannot be" not in d1.log() + d2.log(), "no trouble")


def follows():
    """With an instance the MASTER sends and the BACKUP listens, the id is the VRID; roles are switched, connections live on."""
    survive(f"{SYNC} VI_1", (["master"], ["backup"]))


def pair_conf(row, director, priority):
    line = row.get("d2" if director.name == "d2" else "d1", f"{SYNC} VI_1")
    settings = "".join(f"    {name} {value}\n" for name, value in row.get("settings", {}).items())
    return (f"global_defs {{\n    {line}\n}}\n" if line else "") + (f"ipvs_sysctl {{\n{settings}}}\n" if settings else "") + \
        lab.instance(priority, 3, 0.5) + dr.virtual_server(scheduler=row.get("scheduler", "rr"))


def preempting(cluster, row, to):
    """The VIP goes to this director by a reload of d1."""
    cluster.d1.reload(pair_conf(row, cluster.d1, 150 if to == "d1" else 50))
    lab.wait(lambda: cluster.observer.holding() == [to], 60, f"{to} serves")


ABSENT = {"d1": "", "d2": ""}
# What the two directors do, and how many of the connections that are idle since their handshake and of those in use live after a
# failover: all, none, some. `says`: what d2 lets know. `use`: so many seconds in use after d2 has its configuration.
ROWS = (
    ("the same on both", {}, "all", "all"),
    ("the kernel's own threshold", {"settings": {"sync_threshold": "3 50", "sync_refresh_period": 0}}, "none", "all"),
    ("told after two packets", {"settings": {"sync_threshold": "2 50", "sync_refresh_period": 0}}, "all", "all"),
    ("no daemon, rr", ABSENT, "none", "none"),
    ("no daemon, rr, sloppy_tcp", {**ABSENT, "settings": {"sloppy_tcp": 1}}, "some", "some"),
    ("no daemon, sh, sloppy_tcp", {**ABSENT, "settings": {"sloppy_tcp": 1}, "scheduler": "sh"}, "all", "all"),
    ("no daemon on d2", {"d2": ""}, "none", "none"),
    ("another id on d2", {"d2": f"{SYNC} VI_1 id 7"}, "none", "none"),
    ("another interface on d2", {"d2": "lvs_sync_daemon late0 VI_1"}, "none", "none"),
    ("roles switched before the addresses move", {"settings": {"backup_only": 1}}, "all", "all"),
    ("backup_only, and d2 goes on listening", {"d2": f"{SYNC} VI_1 both", "settings": {"backup_only": 1}}, "none", "none"),
)


def expect_share(name, kind, want, alive, count):
    right = {"all": alive == count, "none": alive == 0, "some": 0 < alive < count}[want]
    lab.expect(right, f"{name}: {alive} of {count} {kind} connections live, expected: {want}")


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
    told = d2.status()["sync"]["heard"]
    for clients in (idle, busy):
        clients.sockets.reverse()  # in the order in which they came rr would give each its server again
    if name == "another id on d2":
        expect_named(d2, told)
    else:
        ids = {51} if row.get("d1", SYNC) and row.get("d2", SYNC).startswith(SYNC) else set()
        lab.expect({h["id"] for h in told} == ids, f"{name}: heard {told}")
    preempting(cluster, row, "d2")
    alive = idle.use(4), busy.use(4)
    print(f"    {name}: {alive[0]} idle, {alive[1]} in use live of {FEW}", flush=True)
    expect_share(name, "idle", want[0], alive[0], FEW)
    expect_share(name, "busy", want[1], alive[1], FEW)
    idle.close()
    busy.close()
    preempting(cluster, row, "d1")


def expect_named(d2, told):
    """The director that listens to another id says so, in the log, in the status, to vipctl and to its doctor."""
    lab.expect([(h["from"], h["id"]) for h in told] == [(dr.ADDRESS["d1"], 51)], f"heard {told}")
    line = "192.0.2.1 sends connections with id 51, this director listens to id 7"
    lab.expect(d2.log().count(line) == 1, f"said {d2.log().count(line)} times")
    vipctl = os.path.join(lab.BIN, "vipctl")
    text = d2.run(vipctl, "status")
    lab.expect("connections from 192.0.2.1 with id 51: ANOTHER ID" in text, text)
    found = json.loads(d2.run(vipctl, "doctor", "--json", check=False))["findings"]
    lab.expect([f["severity"] for f in found if f["id"] == "sync-id"] == ["error"], f"doctor: {found}")


def rows_of_the_pair():
    """5.4: what is synchronised how, and what is wrong on one side: so many connections live, and what can be known is said."""
    with dr.Cluster() as cluster:
        d2 = cluster.directors[1]
        d2.ip("link add late0 type veth peer name late1", "addr add 10.9.9.1/24 dev late0", "link set late0 up", "link set late1 up")
        serving(cluster, f"{SYNC} VI_1")
        for name, row, *want in ROWS:
            failover_of(cluster, name, row, want)


def late():
    """5.4: a BACKUP whose daemon comes late knows those in use within sync_refresh_period, and those that are idle not at all."""
    row = {"d2": ""}
    with dr.Cluster() as cluster:
        d1, d2 = cluster.directors
        for director in cluster.directors:
            director.start(pair_conf(row, director, 150 if director.name == "d1" else 100))
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
        for director in cluster.directors:
            dr.wait_pool(cluster, director, dr.SERVERS, 60)
        idle, busy = Clients(cluster, FEW), Clients(cluster, FEW)
        time.sleep(3)
        d2.reload(pair_conf({}, d2, 100))
        wait_daemons(d2, ["backup"])
        lab.expect(d2.status()["sync"]["heard"] == [], "nobody was heard before")
        end = time.monotonic() + 13
        while time.monotonic() < end:
            lab.expect(busy.use() == FEW, "they work")
            time.sleep(0.2)
        lab.expect([h["id"] for h in d2.status()["sync"]["heard"]] == [51], f"{d2.status()['sync']}")
        preempting(cluster, {}, "d2")
        alive = idle.use(4), busy.use(4)
        print(f"    late: {alive[0]} idle, {alive[1]} in use live of {FEW}")
        expect_share("late", "idle", "none", alive[0], FEW)
        expect_share("late", "busy", "all", alive[1], FEW)


def both():
    """With `both` each sends and listens all the time: nothing is switched."""
    survive(f"{SYNC} VI_1 both", (["master", "backup"], ["master", "backup"]))


def repaired():
    """F69 and drift: a daemon that is stopped and settings that are changed by hand come back."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        d1.start(conf(d1, f"{SYNC} VI_1 both", "ipvs_sysctl {\n    expire_nodest_conn 1\n    conn_reuse_mode 1\n}"))
        wait_daemons(d1, ["master", "backup"], seconds=60)
        lab.expect(setting(d1, "expire_nodest_conn") == ["1"], "expire_nodest_conn")
        time.sleep(0.5)  # ipvsadm has no time limit where the kernel gives no answer
        d1.run("ipvsadm", "--stop-daemon", "backup")
        d1.sysctl(ipv4__vs__expire_nodest_conn=0, ipv4__vs__conn_reuse_mode=0, ipv4__vs__sync_threshold="3 50")
        wait_daemons(d1, ["master", "backup"])
        lab.wait(lambda: setting(d1, "expire_nodest_conn") == ["1"] and setting(d1, "sync_threshold") == ["3", "0"]
                 and setting(d1, "conn_reuse_mode") == ["1"], 10, "the settings are back")
        log = d1.log()
        for line in ("BACKUP synchronisation daemon was stopped by somebody else", "net.ipv4.vs.expire_nodest_conn was changed to 0",
                     "net.ipv4.vs.conn_reuse_mode was changed to 0", "net.ipv4.vs.sync_threshold was changed to 3 50",
                     "net.ipv4.vs.sync_threshold: 3 50 -> 3 0"):
            lab.expect(log.count(line) == 1, f"{line}: {log.count(line)} times")


def kept():
    """Settings are kept over a crash; a stop puts back what was found, and on_exit says what becomes of daemons and table."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        d1.sysctl(ipv4__vs__sync_threshold="3 50")
        d1.start(conf(d1, f"{SYNC} VI_1 both", "ipvs_sysctl {\n    expire_nodest_conn 1\n}"))
        wait_daemons(d1, ["master", "backup"], seconds=60)
        before = d1.family()
        lab.expect("lvs" in before, "the lvs process")
        os.kill(before["lvs"], signal.SIGKILL)
        lab.wait(lambda: d1.family().get("lvs") not in (None, before["lvs"]), 10, "a new lvs process")
        time.sleep(3)
        lab.expect(setting(d1, "sync_threshold") == ["3", "0"], "kept over a crash")
        status = d1.status()
        lab.expect(status["sync"]["MASTER"]["running"] and status["sync"]["BACKUP"]["ours"] and status["sync"]["id"] == 51,
                   f"status: {status['sync']}")
        lab.expect({"name": "expire_nodest_conn", "value": "1", "found": "0", "error": ""} in status["sysctl"], f"{status['sysctl']}")
        lab.expect(d1.stop() == 0, "stops")
        lab.expect(setting(d1, "expire_nodest_conn") == ["0"] and setting(d1, "sync_threshold") == ["3", "50"], "as it was found")
        lab.expect(set(daemons(d1)) == {"master", "backup"} and cluster.pool(d1) is not None, "on_exit keep: all of it goes on")
        d1.start(conf(d1, f"{SYNC} VI_1 both\n    on_exit remove"))
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
        lab.expect(d1.stop() == 0, "stops again")
        lab.expect(daemons(d1) == {} and f"{lab.VIP}:80" not in cluster.table(d1), f"on_exit remove: {daemons(d1)}, {cluster.table(d1)}")
        d1.start(conf(d1, "on_exit drain"))
        dr.wait_pool(cluster, d1, dr.SERVERS, 60)
        lab.expect(d1.stop() == 0, "stops a third time")
        lab.expect(cluster.pool(d1) == [] and len(cluster.table(d1)[f"{lab.VIP}:80"]) == 3, f"on_exit drain: {cluster.table(d1)}")


def trouble():
    """F68: no interface, a taken port, somebody else's daemon: one line each, no storm, and it goes on when the cause is gone."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        d1.start(conf(d1, "lvs_sync_daemon late0"))
        line = "synchronisation daemon on late0 cannot be started: there is no such interface"
        lab.wait(lambda: line in d1.log(), 60, "the missing interface is named")
        time.sleep(7)
        lab.expect(d1.log().count(line) == 1, f"said {d1.log().count(line)} times")
        d1.ip("link add late0 type veth peer name late1", "addr add 10.9.9.1/24 dev late0", "link set late0 up", "link set late1 up")
        lab.wait(lambda: set(daemons(d1)) == {"master", "backup"}, 15, "both run when it is there")

        with d1.inside():
            taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            taken.bind(("", 9848))
        d1.reload(conf(d1, f"{SYNC} port 9848 id 7"))
        lab.wait(lambda: "BACKUP synchronisation daemon on eth0 cannot be started: the port is taken" in d1.log(), 20, "the port is named")
        taken.close()
        wait_daemons(d1, ["master", "backup"], 7, 20)

        d1.reload(conf(d1, "lvs_timeouts tcp 900"))
        lab.wait(lambda: daemons(d1) == {}, 20, "no longer wanted")
        d1.run("ipvsadm", "--start-daemon", "master", "--mcast-interface", "eth0", "--syncid", "99")
        d1.reload(conf(d1, f"{SYNC} VI_1 both"))
        line = "a MASTER synchronisation daemon on eth0, id 99 is not ours and is in the way"
        lab.wait(lambda: line in d1.log(), 20, "the other's daemon is named")
        time.sleep(7)
        lab.expect(d1.log().count(line) == 1, f"said {d1.log().count(line)} times")
        lab.expect(daemons(d1) == {"master": ("eth0", 99), "backup": ("eth0", 51)}, f"{daemons(d1)}")
        d1.run("ipvsadm", "--stop-daemon", "master")
        wait_daemons(d1, ["master", "backup"])


lab.main(repaired, nightly=(follows, both, kept, trouble, rows_of_the_pair, late))
