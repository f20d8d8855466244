#!/usr/bin/python3
"""`vipctl doctor` in the DR laboratory with real IPVS: silent while all is well, and each mistake, made on purpose, is named by the
director that serves."""
import json
import os

import dr
import lab

VIPCTL = os.path.join(lab.BIN, "vipctl")


def pair_conf(director, **more):
    return lab.instance(150 if director.name == "d1" else 100, 3, 0.5) + dr.virtual_server(**more)


def examine(director, *words):
    """What doctor finds: {id: finding}, notes left out; the exit status agrees."""
    done = director.run("sh", "-c", '"$@"; echo "exit $?"', "sh", VIPCTL, "doctor", "--json", "--gateway", *words)
    document, _, status = done.rpartition("exit ")
    found = json.loads(document)
    lab.expect(int(status) == (2 if found["count"]["error"] else 1 if found["count"]["warning"] else 0), f"{status}: {found['count']}")
    return {f["id"]: f for f in found["findings"] if f["severity"] != "note"}


def expect_found(director, *ids, evidence=""):
    found = examine(director)
    lab.expect(sorted(found) == sorted(ids), f"{director.name}: expected {ids}, found {found}")
    for finding in found.values():
        lab.expect(evidence in finding["subject"] + finding["what"] + finding["evidence"], f"'{evidence}' in {finding}")
        lab.expect(finding["cure"], f"a cure: {finding}")


def serving(cluster):
    for director in cluster.directors:
        dr.forget_the_dead(director)
        director.start(pair_conf(director))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, dr.SERVERS, 60)


def mistakes():
    """One after the other; the check of the RIP sees none of those that only direct routing has."""
    with dr.Cluster() as cluster:
        serving(cluster)
        d1, d2 = cluster.directors
        r2, r3 = cluster.servers["r2"], cluster.servers["r3"]
        expect_found(d1)
        expect_found(d2)
        print(d1.run(VIPCTL, "doctor"))

        r2.ip(f"addr del {lab.VIP}/32 dev lo")
        expect_found(d1, "server-without-vip", evidence="192.0.2.12")
        lab.expect(cluster.pool(d1) == sorted(dr.SERVERS), "which the check of its own address did not see")
        expect_found(d2, "server-without-vip", evidence="192.0.2.12")
        r2.ip(f"addr add {lab.VIP}/32 dev lo")

        r2.sysctl(ipv4__conf__all__arp_ignore=0)
        expect_found(d1, "vip-answered-by-server", evidence="192.0.2.12")
        r2.sysctl(ipv4__conf__all__arp_ignore=1)

        r3.ip("route add default via 192.0.2.1")
        expect_found(d1, "gateway-is-director", evidence="192.0.2.13")
        r3.ip("route del default")


def services():
    """A program that listens on its own address alone, and a server that is silent."""
    with dr.Cluster() as cluster:
        serving(cluster)
        d1, r3 = cluster.d1, cluster.servers["r3"]

        def listen(was, on):
            """nginx again; the check may have seen nothing of it."""
            with open(f"/proc/{r3.pid}/root/run/lab/nginx.conf") as file:
                text = file.read()
            r3.die()
            r3.write("/run/lab/nginx.conf", text.replace(f"listen {was} ", f"listen {on} "))
            r3.serve()
            lab.wait(lambda: ":80 " in r3.run("ss", "-ltn"), 30, "nginx listens", step=0.2)
            dr.wait_pool(cluster, d1, dr.SERVERS, 30)

        listen("80", "192.0.2.13:80")
        expect_found(d1, "service-not-on-vip", evidence="192.0.2.13")
        listen("192.0.2.13:80", "80")
        expect_found(d1)

        cluster.cut(r3)
        dr.wait_pool(cluster, d1, ["r1", "r2"], 30)
        expect_found(d1, "server-silent", evidence="192.0.2.13")
        cluster.mend(r3)


def loop_and_table():
    """ARP-21: two directors that are each other's servers; and the kernel's table of a host without the daemon."""
    with dr.Cluster() as cluster:
        d1, d2 = cluster.directors
        serving(cluster)
        peer = "    real_server 192.0.2.1 80 {\n        weight 1\n    }\n"
        d2.reload(lab.instance(100, 3, 0.5) + dr.virtual_server(extra=peer))
        lab.wait(lambda: "192.0.2.1:80" in cluster.table(d2).get(f"{lab.VIP}:80", {}), 30, "d1 is d2's server")
        lab.wait(lambda: d2.instance().get("peer"), 30, "d2 heard d1 since")
        found = examine(d2)
        lab.expect("loop" in found and "192.0.2.1" in found["loop"]["subject"], f"{found}")
        d2.sysctl(ipv4__vs__backup_only=1)
        lab.expect("loop" not in examine(d2), "IPVS passes a backup by")

        bare = cluster.client
        bare.run("ipvsadm", "-A", "-t", f"{lab.VIP}:80", "-s", "mh")
        bare.run("ipvsadm", "-a", "-t", f"{lab.VIP}:80", "-r", "192.0.2.11:80", "-g")
        bare.run("ipvsadm", "-a", "-t", f"{lab.VIP}:80", "-r", "198.51.100.7:80", "-g")
        bare.run("ipvsadm", "--start-daemon", "master", "--mcast-interface", "eth0")
        found = examine(bare, f"{lab.VIP}:80/tcp")
        for name, word in (("no-route", "198.51.100.7"), ("no-fallback", "mh"), ("nodest-stays", "expire_nodest_conn"),
                           ("sync-threshold", "3 50")):
            lab.expect(word in found[name]["subject"] + found[name]["evidence"], f"the table alone: {found}")


lab.main(mistakes, nightly=(services, loop_and_table))
