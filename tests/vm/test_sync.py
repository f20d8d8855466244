#!/usr/bin/python3
"""The kernel's synchronisation of connections and its settings: connections survive the director, trouble is said once, others are noticed."""
import os
import re
import signal
import socket
import time

import dr
import lab
from clients import Clients
from synced import SYNC, daemons, setting, wait_daemons

CONNECTIONS = 60


def conf(director, line, extra="", more=""):
    priority = 150 if director.name == "d1" else 100
    return f"global_defs {{\n    {line}\n}}\n{extra}\n" + lab.instance(priority, 3, 0.5, more) + dr.virtual_server()


def serving(cluster, line, **options):
    for director in cluster.directors:
        director.start(conf(director, line, **options))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, dr.SERVERS, 60)


def move(cluster, to, priority):
    """The VIP goes to the other director by a change of d1's priority."""
    cluster.d1.reload(re.sub(r"priority \d+", f"priority {priority}", conf(cluster.d1, cluster.line)))
    lab.wait(lambda: cluster.observer.holding() == [to], 30, f"{to} serves")


def survive(line, roles_of):
    """60 connections, idle since their handshake, live through a failover and a failback 1.5 s later. PAIR-16: with both daemons on both."""
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


def ipv6():
    """Over IPv6: a group of its own. 60 connections live through a failover, and a director that listens to another id says who sends."""
    line = f"{SYNC} VI_1 group ff02::4242"
    with dr.Cluster() as cluster:
        cluster.line = line
        for director in cluster.directors:
            director.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
            director.ip(f"addr add fe80::{director.name[1]}/64 dev eth0 nodad")
        serving(cluster, line)
        d1, d2 = cluster.directors
        wait_daemons(d1, ["master"])
        wait_daemons(d2, ["backup"])
        idle = Clients(cluster, CONNECTIONS)
        lab.wait(lambda: [h["id"] for h in d2.status()["sync"]["heard"]] == [51], 20, lambda: f"d2 hears {d2.status()['sync']}", step=0.2)
        lab.expect(d2.status()["sync"]["heard"][0]["from"].startswith("fe80::"), f"from whom: {d2.status()['sync']['heard']}")
        d2.reload(conf(d2, f"{line} id 7"))
        wait_daemons(d2, ["backup"], 7)
        more = Clients(cluster, 5)
        lab.wait(lambda: re.search(r"fe80::\S+ sends connections with id 51, this director listens to id 7", d2.log()), 20, "said in the log", step=0.2)
        more.close()
        d2.reload(conf(d2, line))
        wait_daemons(d2, ["backup"])
        busy = Clients(cluster, CONNECTIONS)
        lab.expect(busy.use() == CONNECTIONS, "they work")
        time.sleep(4)
        move(cluster, "d2", 50)
        alive = busy.use()
        print(f"    {line}: after the failover {alive} of {CONNECTIONS}")
        lab.expect(alive == CONNECTIONS, f"failover: {alive}")
        idle.close()
        busy.close()


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


lab.main(repaired, ipv6, nightly=(follows, both, kept, trouble))
