#!/usr/bin/python3
"""The DR laboratory end to end: spread, a server that stops, somebody else at the table, a service that is not ours."""
import json
import os
import signal
import time

import dr
import lab

DELAY_LOOP, RETRIES, DELAY_BEFORE_RETRY, CONNECT_TIMEOUT = 1, 1, 1, 1
SLACK = 0.7  # one processor for everything
FOREIGN = "198.51.100.7:99"


def serving(cluster, conf):
    for director in cluster.directors:
        dr.forget_the_dead(director)
        director.start(conf(director))
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, dr.SERVERS, 60)


def pair_conf(director, **more):
    return lab.instance(150 if director.name == "d1" else 100, 3, 0.5) + dr.virtual_server(**more)


def spread_and_death():
    """Three servers get a third each; one that refuses or hangs is out in time on both directors, and returns."""
    with dr.Cluster() as cluster:
        serving(cluster, pair_conf)
        requests = dr.Requests(cluster.client, 20)
        time.sleep(3)
        numbers = requests.phase()
        print(f"    steady: {numbers}")
        lab.expect(numbers["lost"] == 0 and numbers["sent"] >= 50, f"{numbers}")
        lab.expect(max(numbers["answers"].values()) - min(numbers["answers"].values()) <= 1 and len(numbers["answers"]) == 3,
                   f"rr spreads evenly: {numbers['answers']}")

        cluster.servers["r2"].die()
        for director in cluster.directors:
            took = dr.wait_pool(cluster, director, ["r1", "r3"], DELAY_LOOP + RETRIES * DELAY_BEFORE_RETRY + SLACK)
            print(f"    refused: out of {director.name} after {took:.2f} s")
        requests.phase()
        time.sleep(1)
        numbers = requests.phase()
        lab.expect(numbers["lost"] == 0 and not numbers["answers"].get("r2"), f"after the death: {numbers}")

        cluster.servers["r2"].serve()
        for director in cluster.directors:
            took = dr.wait_pool(cluster, director, dr.SERVERS, DELAY_LOOP + DELAY_BEFORE_RETRY + SLACK)
            print(f"    returned to {director.name} after {took:.2f} s")
        numbers = requests.phase()
        lab.expect(numbers["lost"] == 0, f"nothing lost by a return: {numbers}")


def hanging_server():
    """A server that accepts and says nothing is found by HTTP_GET's one deadline over the whole check."""
    check = f"HTTP_GET {{\n url {{\n path /\n status_code 200\n }}\n connect_timeout {CONNECT_TIMEOUT}\n }}"
    with dr.Cluster(directors=("d1",)) as cluster:
        serving(cluster, lambda director: pair_conf(director, check=check))
        cluster.servers["r3"].nginx.send_signal(signal.SIGSTOP)
        took = dr.wait_pool(cluster, cluster.d1, ["r1", "r2"],
                            DELAY_LOOP + RETRIES * DELAY_BEFORE_RETRY + (RETRIES + 1) * CONNECT_TIMEOUT + SLACK)
        print(f"    hangs: out after {took:.2f} s")
        cluster.servers["r3"].nginx.send_signal(signal.SIGCONT)
        dr.wait_pool(cluster, cluster.d1, dr.SERVERS, DELAY_LOOP + DELAY_BEFORE_RETRY + CONNECT_TIMEOUT + SLACK)


def repaired():
    """T05: `ipvsadm -C` and a deleted server by somebody else: as before within a second; what is not ours is not touched."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        d1.run("ipvsadm", "-A", "-t", FOREIGN, "-s", "wrr")
        d1.run("ipvsadm", "-a", "-t", FOREIGN, "-r", "198.51.100.8:99", "-g", "-w", "7")
        foreign = {"198.51.100.8:99": 7}
        serving(cluster, pair_conf)
        lab.expect(cluster.table(d1).get(FOREIGN) == foreign, f"at start: {cluster.table(d1)}")
        d1.run("ipvsadm", "-d", "-t", f"{lab.VIP}:80", "-r", "192.0.2.12:80")
        print(f"    a server deleted: back after {dr.wait_pool(cluster, d1, dr.SERVERS, 1):.2f} s")
        d1.run("ipvsadm", "-E", "-t", f"{lab.VIP}:80", "-s", "lc")
        lab.wait(lambda: f"{lab.VIP}:80 rr" in d1.run("ipvsadm", "-Ln"), 10, "the scheduler is ours again", step=0.1)
        d1.reload(pair_conf(d1, scheduler="wlc"))
        lab.wait(lambda: f"{lab.VIP}:80 wlc" in d1.run("ipvsadm", "-Ln"), 10, "a reload changed the scheduler", step=0.1)
        lab.expect(cluster.table(d1).get(FOREIGN) == foreign, f"after reload: {cluster.table(d1)}")
        d1.run("ipvsadm", "-C")
        print(f"    ipvsadm -C: back after {dr.wait_pool(cluster, d1, dr.SERVERS, 1):.2f} s")
        d1.run("ipvsadm", "-A", "-t", FOREIGN, "-s", "wrr")
        lab.expect(d1.stop() == 0, "orderly stop")
        lab.expect(FOREIGN in cluster.table(d1), f"after stop: {cluster.table(d1)}")


def warm():
    """T53: the checks of the BACKUP run all the time: who takes over sends nobody to a server that died before, from the first SYN on."""
    with dr.Cluster() as cluster:
        serving(cluster, pair_conf)
        d2 = cluster.directors[1]
        cluster.servers["r2"].die()
        for director in cluster.directors:
            dr.wait_pool(cluster, director, ["r1", "r3"], 30)
        lab.expect(cluster.d1.stop() == 0, "orderly stop")
        lab.wait(lambda: cluster.observer.holding() == ["d2"], 30, "d2 serves")
        requests = dr.Requests(cluster.client, 20)
        time.sleep(2)
        numbers = requests.phase()
        print(f"    {numbers}")
        lab.expect(numbers["lost"] == 0 and set(numbers["answers"]) == {"r1", "r3"}, f"{numbers}")
        lab.expect(cluster.pool(d2) == ["r1", "r3"], f"{cluster.pool(d2)}")


def services_move_the_vip():
    """T53: all servers dead for d1 alone, the VIP moves; dead for both, it does not go to and fro; the service is whole again: d1."""
    tracked = f"track_service {lab.VIP} 80 weight -60"
    block = {"d1": "192.0.2.1", "d2": "192.0.2.2"}

    def reach(server, director, on):
        words = ("route", "del" if on else "add", "blackhole", f"{block[director]}/32")
        server.run("ip", *words)

    def conf(director):
        return lab.instance(150 if director.name == "d1" else 100, 3, 0.5, tracked) + dr.virtual_server()

    with dr.Cluster() as cluster:
        serving(cluster, conf)
        d1, d2 = cluster.directors
        for server in cluster.servers.values():
            reach(server, "d1", False)
        dr.wait_pool(cluster, d1, [], 30)
        lab.wait(lambda: cluster.observer.holding() == ["d2"], 30, "d2 has the servers")
        dr.wait_pool(cluster, d2, dr.SERVERS, 30)
        requests = dr.Requests(cluster.client, 50)
        time.sleep(2)
        numbers = requests.phase()
        lab.expect(numbers["lost"] == 0 and numbers["sent"] >= 10, f"by d2: {numbers}")
        for server in cluster.servers.values():
            reach(server, "d2", False)
        dr.wait_pool(cluster, d2, [], 30)
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 30, "alike, d1 has the higher priority")
        moves = len(cluster.observer.history())
        time.sleep(5)
        lab.expect(len(cluster.observer.history()) == moves, f"to and fro: {cluster.observer.history()[moves:]}")
        for server in cluster.servers.values():
            reach(server, "d1", True)
            reach(server, "d2", True)
        for director in cluster.directors:
            dr.wait_pool(cluster, director, dr.SERVERS, 30)
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 30, "d1 serves")


def forgotten():
    """ARP-17: arp_announce forgotten on r3. Who hears its ARP requests believes that r3 has the VIP, and would send all to it, past the
    director: the MASTER hears them, too, says which server it is and announces itself again, each time."""
    with dr.Cluster(directors=("d1",)) as cluster:
        serving(cluster, pair_conf)
        d1, r3, client = cluster.d1, cluster.servers["r3"], cluster.client
        line = "server_answers: real server 192.0.2.100:80/tcp/192.0.2.13:80"

        def spread():
            answers = [client.run("curl", "-s", "--max-time", "5", f"http://{lab.VIP}/").strip() for _ in range(9)]
            return [answers.count(name) for name in dr.SERVERS]

        def believes():
            return json.loads(client.run("ip", "-j", "neigh", "show", "to", lab.VIP))[0].get("lladdr")

        lab.expect(spread() == [3, 3, 3] and line not in d1.log(), "by the director")
        d1.ip(f"neigh replace {lab.VIP} lladdr {r3.cable[2]} dev eth0 nud stale")  # as where it asked d1 while that was BACKUP
        r3.sysctl(ipv4__conf__all__arp_announce=0)
        r3.ip("neigh flush dev eth0")
        spread()
        lab.wait(lambda: line in d1.log(), 20, "r3 is named", step=0.2)
        for _ in range(3):
            r3.ip("neigh flush dev eth0")
            spread()  # one of these has r3 ask who the client is
            lab.wait(lambda: believes() == d1.cable[2], 20, lambda: f"the client's VIP is {believes()}", step=0.1)
        said = r3.run(os.path.join(lab.BIN, "vipctl"), "realserver", "check", lab.VIP, check=False)
        lab.expect("arp_announce" in said, said)
        r3.sysctl(ipv4__conf__all__arp_announce=2)
        r3.ip("neigh flush dev eth0")
        lab.expect(spread() == [3, 3, 3] and believes() == d1.cable[2], "all serve")


lab.main(spread_and_death, hanging_server, repaired, nightly=(forgotten, warm, services_move_the_vip))
