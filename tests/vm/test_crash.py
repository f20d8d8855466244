#!/usr/bin/python3
"""The death of any process leaves VIP and IPVS serving; the dead main's children hand over."""
import itertools
import os
import signal
import time

import dr
import lab


def serving(cluster):
    for director in cluster.directors:
        director.sysctl(ipv4__vs__sloppy_tcp=1)
        director.start(lab.instance(150 if director.name == "d1" else 100, 3, 1)
                       + dr.virtual_server(scheduler="mh", extra="mh-port\n    mh-fallback"))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, dr.SERVERS, 60)


def children():
    """D12: kill -9 of vrrp, lvs and probe, one after the other: no request is lost, the pool never changes, each is back in time."""
    with dr.Cluster() as cluster:
        serving(cluster)
        lab.wait(lambda: "BACKUP -> MASTER" in cluster.d1.log(), 30, "main has heard of it: a vrrp process that dies before starts as BACKUP")
        time.sleep(0.5)
        requests = dr.Requests(cluster.client, 20)
        since = time.monotonic()
        for role in ("vrrp", "lvs", "probe"):
            before = cluster.d1.family()
            killed = time.monotonic()
            os.kill(before[role], signal.SIGKILL)
            while cluster.d1.family().get(role) in (None, before[role]):
                lab.expect(cluster.pool(cluster.d1) == list(dr.SERVERS), f"{role} dead: pool {cluster.pool(cluster.d1)}")
                lab.expect(time.monotonic() < killed + 1, f"{role} is not back within a second")
            print(f"    {role}: back after {time.monotonic() - killed:.2f} s")
            time.sleep(2)
            lab.expect(cluster.pool(cluster.d1) == list(dr.SERVERS), f"{role} back: pool {cluster.pool(cluster.d1)}")
        time.sleep(2)
        numbers = requests.phase()
        print(f"    {numbers}")
        lab.expect(numbers["lost"] == 0, f"{numbers}")
        lab.expect(cluster.observer.masters(since) == ["d1"], f"advertised: {cluster.observer.masters(since)}")
        cluster.servers["r2"].die()
        dr.wait_pool(cluster, cluster.d1, ["r1", "r3"], 4)


def kill(director, victims):
    """Both at once: neither sees the other one die."""
    pids = [director.family()[name] for name in victims]
    for sig in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            os.kill(pid, sig)
    if "main" in victims:
        director.daemon.wait()


def two_at_once():
    """Every two processes of the MASTER, then of the BACKUP: the table stays as it was, dead or alive, and is a fresh start's afterwards;
    d2 serves while d1's main is dead, and one of them alone holds the address at the end."""
    with dr.Cluster() as cluster:
        serving(cluster)
        fresh = {director: cluster.table(director) for director in cluster.directors}
        for director, victims in itertools.product(cluster.directors, itertools.combinations(("main", "vrrp", "lvs", "probe"), 2)):
            before, since = director.family(), time.monotonic()
            kill(director, victims)
            if "main" in victims:
                lab.wait(lambda d=director: not d.processes(), 30, "nothing of the dead main is left", 0.05)
                lab.expect(cluster.table(director) == fresh[director], f"{victims} dead: {cluster.table(director)}")
                lab.wait(lambda d=director: lab.VIP not in d.addresses(), 30, "the address leaves", 0.05)
                director.start()
            lab.wait(lambda d=director, b=before, v=victims: all(d.family().get(name) not in (None, b[name]) for name in v), 30, "they are back")
            lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 alone serves")
            for each in cluster.directors:
                lab.wait(lambda e=each: set(e.family()) == set(before), 30, "all processes run")
                lab.expect(cluster.table(each) == fresh[each], f"{victims} of {director.name}: {each.name} has {cluster.table(each)}")
            print(f"    {director.name}: {' and '.join(victims)} [{time.monotonic() - since:.1f} s]")


def restart():
    """vipctl restart, MASTER and BACKUP: no request is lost, the table with its connections stays, d2 never advertises."""
    with dr.Cluster() as cluster:
        serving(cluster)
        requests = dr.Requests(cluster.client, 20)
        since = time.monotonic()
        for director in cluster.directors:
            before = director.family()
            print("    " + director.run(os.path.join(lab.BIN, "vipctl"), "restart", timeout=60).strip())
            lab.expect(cluster.pool(director) == list(dr.SERVERS), f"pool {cluster.pool(director)}")
            lab.wait(lambda d=director, b=before: all(b[r] != d.family().get(r, b[r]) for r in ("vrrp", "lvs", "probe")), 10, "new children")
            time.sleep(2)
            lab.expect(cluster.pool(director) == list(dr.SERVERS), f"pool {cluster.pool(director)}")
        numbers = requests.phase()
        print(f"    {numbers}")
        lab.expect(numbers["lost"] == 0, f"{numbers}")
        lab.expect(cluster.observer.masters(since) == ["d1"], f"advertised: {cluster.observer.masters(since)}")


def main():
    with dr.Cluster() as cluster:
        serving(cluster)
        requests = dr.Requests(cluster.client, 20)
        time.sleep(1)
        cluster.d1.signal(signal.SIGKILL)
        cluster.d1.daemon.wait()
        lab.wait(lambda: cluster.observer.holding() == ["d2"], 3, "d2 alone holds the VIP")
        lab.wait(lambda: not cluster.d1.processes(), 10, f"processes left: {cluster.d1.processes()}")
        time.sleep(1)
        numbers = requests.phase()
        print(f"    {numbers}\n    left in d1's table: {cluster.table(cluster.d1)}")
        lab.expect(numbers["lost"] == 0, f"{numbers}")


lab.main(children, restart, main, nightly=(two_at_once,))
