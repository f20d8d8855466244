#!/usr/bin/python3
"""Ten thousand servers: load, repair, reload."""
import re
import time

import dr
import lab

BIG_SERVICES, BIG_SERVERS = 1000, 10


def lines(director, pattern):
    return [line for line in director.log().splitlines() if re.search(pattern, line)]


def big_conf(weight=1):
    out = []
    for i in range(BIG_SERVICES):
        servers = "".join(f" real_server 10.{i // 250}.{i % 250}.{k + 1} 80 {{\n weight {weight if not i + k else 1}\n }}\n"
                          for k in range(BIG_SERVERS))
        out.append(f"virtual_server 198.18.{i // 250}.{i % 250} 80 {{\n lvs_sched wrr\n lvs_method DR\n{servers}}}\n")
    return "".join(out)


def entries(director):
    table = director.lab.table(director)
    return len(table) + sum(map(len, table.values()))


def what_is_gone_comes_back(d1, whole):
    """An entry that somebody removed: a reload of the same does nothing, and is no promise that the kernel has it; the next look is."""
    d1.run("ipvsadm", "-d", "-t", "198.18.3.7:80", "-r", "10.3.7.4:80")
    start = time.monotonic()
    d1.reload()
    lab.wait(lambda: lines(d1, "accepted: nothing has changed"), 20, "the reload is over", step=0.05)
    print(f"    reload without a change after {time.monotonic() - start:.2f} s")
    lab.wait(lambda: entries(d1) == whole, 60, "what was removed by hand is there again", step=0.2)
    print(f"    the entry that was removed by hand is back after {time.monotonic() - start:.2f} s")


def big():
    """1,000 services with 10 servers each: loaded, repaired within a second of `ipvsadm -C`, one change is one request."""
    whole = BIG_SERVICES * (BIG_SERVERS + 1)
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        start = time.monotonic()
        d1.start(big_conf())
        lab.wait(lambda: entries(d1) == whole, 40, "loaded", step=0.1)
        print(f"    {whole} entries after {time.monotonic() - start:.2f} s")
        lab.wait(lambda: "is applied everywhere" in d1.log(), 20, "applied", step=0.1)
        start = time.monotonic()
        d1.run("ipvsadm", "-C")
        lab.wait(lambda: entries(d1) == whole, 3, "repaired", step=0.05)
        print(f"    ipvsadm -C: {whole} entries again after {time.monotonic() - start:.2f} s")
        lab.wait(lambda: lines(d1, "repaired.*1001 services added, 10000 destinations added"), 20, "said what was repaired", step=0.1)
        start = time.monotonic()
        d1.reload(big_conf(5))
        lab.wait(lambda: lines(d1, "lvs: IPVS table: 1 destination edited$"), 20, "one change is one request", step=0.1)
        print(f"    reload with one change after {time.monotonic() - start:.2f} s")
        what_is_gone_comes_back(d1, whole)


WIDE = 10000


def wide_conf(weight=1):
    """WIDE services with four servers each; that of the first server of the first one may differ."""
    out = []
    for i in range(WIDE):
        servers = "".join(f" real_server 10.{k}.{i // 250}.{i % 250 + 1} 80 {{\n weight {weight if not i + k else 1}\n }}\n" for k in range(4))
        out.append(f"virtual_server 198.18.{i // 250}.{i % 250} 80 {{\n lvs_sched wrr\n lvs_method DR\n{servers}}}\n")
    return "".join(out)


def resident(director):
    """Megabytes of each process."""
    found = {}
    for role, pid in director.family().items():
        with open(f"/proc/{pid}/status") as file:
            found[role] = int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) // 1024
    return found


def wide():
    """T29: 10,000 services with four servers, beside an instance: all there, changed by one request, taken away again; the instance stays
    MASTER and its adverts come all the time. How fast all that is the benchmarks say; here it has to be so, on a machine that is busy."""
    whole = WIDE * 5
    instance = lab.instance(150, 3, 1)
    with dr.Cluster(directors=("d1",), servers=()) as cluster:
        d1 = cluster.d1
        start = time.monotonic()
        d1.start(instance + wide_conf())
        lab.wait(lambda: entries(d1) == whole, 200, "loaded", step=0.5)
        print(f"    {whole} entries after {time.monotonic() - start:.2f} s")
        lab.wait(lambda: cluster.observer.holding() == ["d1"] and "is applied everywhere" in d1.log(), 60, "MASTER", step=0.1)
        since = time.monotonic()
        d1.reload(instance + wide_conf(5))
        lab.wait(lambda: lines(d1, "lvs: IPVS table: 1 destination edited$"), 60, "one change is one request", step=0.1)
        print(f"    reload with one change after {time.monotonic() - since:.2f} s; resident MB {resident(d1)}")
        start = time.monotonic()
        d1.reload()
        lab.wait(lambda: lines(d1, "accepted: nothing has changed"), 60, "a reload of the same", step=0.05)
        print(f"    reload without a change after {time.monotonic() - start:.2f} s")
        lab.expect(cluster.observer.masters(since) == ["d1"] and cluster.observer.holding() == ["d1"], f"{cluster.observer.history()}")
        lab.wait(lambda: len(cluster.observer.adverts_of("d1", since)) > 2, 20, "adverts since the reloads, which may be over within one interval")
        times = [a.when for a in cluster.observer.adverts_of("d1", since)]
        gaps = [after - before for before, after in zip(times, times[1:])]
        lab.expect(gaps and max(gaps) < 2.5, f"gaps between adverts: {gaps}")
        d1.reload("global_defs {\n on_exit remove\n}\n" + instance + wide_conf(5))
        lab.wait(lambda: d1.log().count("is applied everywhere") >= 3, 60, "to be removed at the end", step=0.1)
        start = time.monotonic()
        lab.expect(d1.stop(60) == 0, "orderly stop")
        print(f"    stopped after {time.monotonic() - start:.2f} s")
        lab.expect(cluster.table(d1) == {}, f"{entries(d1)} entries are left")


lab.main(big, nightly=(wide,))
