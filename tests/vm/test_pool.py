#!/usr/bin/python3
"""Pools of several tiers and of servers that are not known yet, with the kernel's table as the judge."""
import os
import random
import socket
import time

import dr
import lab

ROUNDS = 24 if os.environ.get("VIPD_NIGHTLY") else 6
TIER = 4  # servers each


class Listeners:
    """Servers 192.0.2.21.. on one host, each a socket that is there or not."""

    def __init__(self, host, n):
        host.die()  # nginx has port 80 of all addresses
        self.host, self.sockets = host, {}
        self.addresses = [f"192.0.2.{21 + i}" for i in range(n)]
        for address in self.addresses:
            host.ip(f"addr add {address}/24 dev eth0")

    def set(self, up):
        for address in set(self.sockets) - set(up):
            self.sockets.pop(address).close()
        for address in set(up) - set(self.sockets):
            with self.host.inside():
                server = socket.socket()
                server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                server.bind((address, 80))
                server.listen(64)
            self.sockets[address] = server


def servers_text(addresses):
    return "".join(f"real_server {address} 80 {{\n TCP_CHECK {{\n connect_timeout 1\n }}\n}}\n" for address in addresses)


def service_text(own, extra, pools=()):
    rest = "".join(f"backup_pool p{i} {{\n quorum 2\n quorum_of servers\n{servers_text(pool)}}}\n" for i, pool in enumerate(pools))
    return f"""virtual_server {lab.VIP} 80 {{\n delay_loop 0.3\n retry 0\n lvs_sched wlc\n lvs_method DR\n warmup 0.1
 {extra}\n{servers_text(own)}{rest}}}\n"""


def pool(cluster, director):
    """Addresses with their weights, or None."""
    service = cluster.table(director).get(f"{lab.VIP}:80")
    return None if service is None else {rs.split(":")[0]: weight for rs, weight in service.items()}


def tiers():
    """T33: three tiers, servers go up and down at random: the tier that serves is that of a model, and the pool is never empty."""
    dice = random.Random(20260805)
    with dr.Cluster(directors=("d1",)) as cluster:
        d1, listeners = cluster.d1, Listeners(cluster.servers["r1"], 3 * TIER)
        lists = [listeners.addresses[i:i + TIER] for i in range(0, 3 * TIER, TIER)]
        sorry = lists[1][0]  # also a real server
        listeners.set(listeners.addresses)
        d1.start(service_text(lists[0], f"quorum 2\n quorum_of servers\n sorry_server {sorry} 80", lists[1:]))
        lab.wait(lambda: pool(cluster, d1) == dict.fromkeys(lists[0], 1), 30, lambda: f"the first tier: {pool(cluster, d1)}")
        served = set()
        for _ in range(ROUNDS):
            up = [a for tier in lists for a in tier if dice.random() < (0.8 if tier == dice.choice(lists) else 0.35)]
            listeners.set(up)
            alive = [[a for a in tier if a in up] for tier in lists]
            tier = next((i for i in range(3) if len(alive[i]) >= 2), None)
            want = {sorry: 1} if tier is None else dict.fromkeys(alive[tier], 1)
            served.add(tier)

            def is_there():
                have = pool(cluster, d1)
                lab.expect(any(have.values()), f"never empty: {have}")
                return have == want

            lab.wait(is_there, 20, lambda: f"tier {tier}: {pool(cluster, d1)}, not {want}", step=0.02)
        lab.expect(len(served) >= 3, f"the walk has seen {served}")
        listeners.set([])
        lab.wait(lambda: pool(cluster, d1) == {sorry: 1}, 20, "the sorry server, last")
        status = d1.status()["services"][0]
        lab.expect(status["serving"] == f"sorry server {sorry}:80" and status["tier"] == -1, f"{status}")


def check_first():
    """T34: a server that is dead at the start is never in the table; those that are alive are after their first check."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1, listeners = cluster.d1, Listeners(cluster.servers["r1"], 6)
        alive, dead = listeners.addresses[:3], listeners.addresses[3:]
        listeners.set(alive)
        d1.start(service_text(listeners.addresses, "initial_state check_first\n sorry_server_inhibit\n sorry_server 192.0.2.12 80"))

        def is_there():
            have = pool(cluster, d1) or {}
            lab.expect(not set(have) & set(dead), f"a dead server is in the table: {have}")
            return have == dict.fromkeys(alive, 1) | {"192.0.2.12": 0}

        lab.wait(is_there, 30, lambda: f"the living: {pool(cluster, d1)}", step=0.02)
        listeners.set(alive[:2])
        want = dict.fromkeys(alive[:2], 1) | {"192.0.2.12": 0}
        lab.wait(lambda: pool(cluster, d1) == want, 20, lambda: f"{pool(cluster, d1)}", step=0.02)
        d1.reload(
                  service_text(listeners.addresses, "initial_state check_first\n sorry_server_inhibit\n quorum 2\n"
                               " sorry_server 192.0.2.12 80"))
        end = time.monotonic() + 2
        while time.monotonic() < end:
            lab.expect(pool(cluster, d1) == want, f"states go over a reload: {pool(cluster, d1)}")
            time.sleep(0.02)


def guard():
    """More than fail_open at once: all stay, an alarm; two return: the last one is believed."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1, listeners = cluster.d1, Listeners(cluster.servers["r1"], 6)
        listeners.set(listeners.addresses)
        d1.start(service_text(listeners.addresses, "fail_open 50"))
        lab.wait(lambda: pool(cluster, d1) == dict.fromkeys(listeners.addresses, 1), 30, lambda: f"{pool(cluster, d1)}")
        listeners.set([])
        lab.wait(lambda: d1.status()["services"][0]["fail_open"], 20, "the alarm")
        lab.wait(lambda: d1.status()["services"][0]["servers_up"] == 0, 20, "all are down")
        lab.expect(pool(cluster, d1) == dict.fromkeys(listeners.addresses, 1), f"kept: {pool(cluster, d1)}")
        lab.expect("fail_open: " in d1.log(), "the log says so")
        listeners.set(listeners.addresses[:5])
        lab.wait(lambda: pool(cluster, d1) == dict.fromkeys(listeners.addresses[:5], 1), 20, lambda: f"{pool(cluster, d1)}")
        lab.expect(not d1.status()["services"][0]["fail_open"], "the alarm is over")


lab.main(tiers, nightly=(check_first, guard))
