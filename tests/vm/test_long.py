#!/usr/bin/python3
"""500 long TCP connections through a pair of directors live through whatever is done to the pair, and 60 by NAT and by TUN through a
failover. Each connection is asked after each step and has to be answered by the server that it had before."""
import contextlib
import os
import select
import signal
import socket
import time

import dr
import lab

COUNT, FEW = 500, 60
WEB, TUN_VIP = f"{lab.VIP}:80", "192.0.2.101"
ASK = f"GET / HTTP/1.1\r\nHost: {lab.VIP}\r\n\r\n".encode()
SYNC = "global_defs {\n    lvs_sync_daemon eth0 VI_1\n}\n"
STATE = "/run/lab/state"
STATE_DIR = ("--state-dir", STATE)
VIPCTL = os.path.join(lab.BIN, "vipctl")


class Connections:
    """Keep-alive connections through the VIP; `servers` is who answered each at first."""

    def __init__(self, cluster, count, port=80, source="", vip=lab.VIP):
        with cluster.client.inside():
            self.sockets = [socket.create_connection((vip, port), 10, (source, 0)) for _ in range(count)]
        self.numbers = {s.fileno(): i for i, s in enumerate(self.sockets)}
        self.servers = self.answers()
        lab.expect(None not in self.servers, f"{self.servers.count(None)} of {count} do not work at all")

    def answers(self, seconds=20):
        """Who answers now, by connection; None: nobody within the time, or the connection was reset."""
        found, waiting, poll = [None] * len(self.sockets), set(), select.poll()
        for s in self.sockets:
            with contextlib.suppress(OSError):
                s.sendall(ASK)
                poll.register(s, select.POLLIN)
                waiting.add(s.fileno())
        end = time.monotonic() + seconds
        while waiting and time.monotonic() < end:
            for fd, _ in poll.poll(200):
                poll.unregister(fd)
                waiting.discard(fd)
                with contextlib.suppress(OSError):
                    found[self.numbers[fd]] = self.sockets[self.numbers[fd]].recv(4096).rpartition(b"\r\n\r\n")[2].decode().strip()
        return found

    def alive(self):
        """How many are answered by the server that they had."""
        begun, now = time.monotonic(), self.answers()
        alive = sum(is_now == was for is_now, was in zip(now, self.servers))
        print(f"    {alive} of {len(now)} ({now.count(None)} without an answer) [{time.monotonic() - begun:.1f} s]")
        return alive

    def among(self, name):
        return self.servers.count(name)

    def close(self):
        for s in self.sockets:
            s.close()


def config(director, servers, more=""):
    return SYNC + lab.instance(150 if director.name == "d1" else 100, 3, 0.5, more) + dr.virtual_server(servers=servers)


def start(cluster, text_of, servers):
    """Both directors serve `servers`, d1 holds the VIP and sends, d2 listens."""
    for director in cluster.directors:
        director.write(STATE + "/.keep", "")
        director.start(text_of(director), args=STATE_DIR)
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    for director in cluster.directors:
        dr.wait_pool(cluster, director, servers, 60)
    wait_roles(cluster, "d1")


def wait_roles(cluster, sender):
    for director in cluster.directors:
        role = "MASTER" if director.name == sender else "BACKUP"
        lab.wait(lambda d=director, r=role: d.status()["sync"][r]["running"], 30,
                 f"{director.name}: the {role} synchronisation daemon runs", step=0.2)


def weights(cluster, want, seconds=20):
    for director in cluster.directors:
        lab.wait(lambda d=director: cluster.table(d).get(WEB) == want, seconds,
                 lambda d=director: f"{d.name}: want {want}, have {cluster.table(d)}", step=0.05)


def table(**by_name):
    return {f"{dr.ADDRESS[name]}:80": weight for name, weight in by_name.items()}


def reload(cluster, text_of):
    for director in cluster.directors:
        director.reload(text_of(director))


def changes():
    """A weight, a server more, a restart, a dead lvs process, a server less by the file and by vipctl: each of 500 lives, and of those
    of the server that leaves none is reset; nor is d2 ever MASTER."""
    with dr.Cluster() as cluster:
        d1 = cluster.d1
        two, heavier = ("r1", "r2"), lambda text: text.replace("weight 1", "weight 3", 1)
        start(cluster, lambda d: config(d, two), two)
        since, long = time.monotonic(), Connections(cluster, COUNT)
        lab.expect(long.among("r1") == long.among("r2") == COUNT // 2, f"rr: {long.among('r1')} to r1")

        def all_live(what, *some):
            print(f"  {what}")
            for connections in some:
                lab.expect(connections.alive() == len(connections.sockets), what)

        reload(cluster, lambda d: heavier(config(d, two)))
        weights(cluster, table(r1=3, r2=1))
        all_live("reload: another weight", long)
        reload(cluster, lambda d: config(d, dr.SERVERS))
        weights(cluster, table(r1=1, r2=1, r3=1))
        more = Connections(cluster, 30)
        lab.expect(more.among("r3") == 10, f"the new server gets its share: {more.servers}")
        all_live("reload: another server", long, more)

        for director in cluster.directors:
            before = director.family()
            director.run(VIPCTL, "restart", timeout=60)
            lab.wait(lambda d=director, b=before: all(d.family().get(r, b[r]) != b[r] for r in ("vrrp", "lvs", "probe")), 20, "new children")
        all_live("vipctl restart of both", long, more)
        before = d1.family()["lvs"]
        os.kill(before, signal.SIGKILL)
        lab.wait(lambda: d1.family().get("lvs", before) != before, 20, "a new lvs process")
        lab.wait(lambda: d1.status()["services"], 20, "it knows its services")
        all_live("kill -9 of lvs", long, more)

        reload(cluster, lambda d: config(d, two))
        weights(cluster, table(r1=1, r2=1, r3=0))
        all_live("reload: a server less, it drains", long, more)
        reload(cluster, lambda d: config(d, dr.SERVERS))
        weights(cluster, table(r1=1, r2=1, r3=1))
        for director in cluster.directors:
            director.run(VIPCTL, "server", "remove", WEB, f"{dr.ADDRESS['r3']}:80")
        weights(cluster, table(r1=1, r2=1, r3=0))
        all_live("vipctl server remove", long, more)
        more.close()
        weights(cluster, table(r1=1, r2=1), 30)
        all_live("it has drained and left", long)
        lab.expect(cluster.observer.masters(since) == ["d1"], f"advertised: {cluster.observer.masters(since)}")


def kill_all(director):
    """SIGKILL of the whole daemon at once, as the kernel does it to a control group: nothing is left to put anything away."""
    for sig in (signal.SIGSTOP, signal.SIGKILL):
        for pid in director.family().values():
            os.kill(pid, sig)
    director.daemon.wait()
    lab.wait(lambda: not director.family(), 20, f"all are dead: {director.family()}")


def count_alive(what, kinds, share):
    for name, connections in kinds.items():
        print(f"  {what}, {name}")
        alive, count = connections.alive(), len(connections.sockets)
        lab.expect(alive >= count * share, f"{what}, {name}: {alive} of {count}")


def failover_and_back(cluster, kinds, share=0.99):
    d1 = cluster.d1
    time.sleep(4)  # the kernel sends what it has to tell within two seconds
    kill_all(d1)
    lab.wait(lambda: "d2" in cluster.observer.holding(), 30, "d2 serves")
    count_alive("failover", kinds, share)
    d1.start(args=STATE_DIR)
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 alone serves again")
    wait_roles(cluster, "d1")
    count_alive("failback", kinds, share)


def failover():
    """The whole daemon of the MASTER is killed, and started again: at least 99 % of 500 live, both times. So do 60 by TUN, to an address of
    their own, and 60 by NAT to a port of their own; for NAT the client has an address behind the directors'."""
    gateway, far = "192.0.2.254", "203.0.113.9"

    def text(director):
        services = dr.virtual_server() + dr.virtual_server().replace("lb_kind DR", "lb_kind TUN").replace(lab.VIP, TUN_VIP) + \
            dr.virtual_server().replace("lb_kind DR", "lb_kind NAT").replace(f"{lab.VIP} 80", f"{lab.VIP} 8080")
        return SYNC + lab.instance(150 if director.name == "d1" else 100, 3, 0.5, vips=(lab.VIP, TUN_VIP, gateway)) + services

    with dr.Cluster() as cluster:
        cluster.client.ip(f"addr add {far}/32 dev eth0")
        for director in cluster.directors:
            director.sysctl(ipv4__ip_forward=1, ipv4__conf__all__send_redirects=0, ipv4__conf__eth0__send_redirects=0)
            director.ip(f"route add {far}/32 via {dr.ADDRESS['client']}")
        for name, server in cluster.servers.items():
            server.ip(f"link add tun0 type ipip local {dr.ADDRESS[name]}", "link set tunl0 up", f"addr add {TUN_VIP}/32 dev lo",
                      f"route add {far}/32 via {gateway}")
        start(cluster, text, dr.SERVERS)
        for director in cluster.directors:
            lab.wait(lambda d=director: all(len(cluster.table(d).get(vs, {})) == 3 for vs in (WEB, f"{lab.VIP}:8080", f"{TUN_VIP}:80")),
                     60, lambda d=director: f"{d.name}: {cluster.table(d)}", step=0.05)
        table = cluster.d1.run("ipvsadm", "-Ln")
        lab.expect([table.count(kind) for kind in ("Route", "Tunnel", "Masq")] == [3, 3, 3], table)
        failover_and_back(cluster, {"DR": Connections(cluster, COUNT), "TUN": Connections(cluster, FEW, vip=TUN_VIP),
                                    "NAT": Connections(cluster, FEW, 8080, far)})


def power_back(cluster):
    """d1 without power, and after its boot: the same host with a kernel that knows nothing; its vipd does not run yet."""
    d1, d2 = cluster.directors
    d1.power_cut()
    lab.wait(lambda: lab.VIP in d2.addresses(), 30, "d2 serves")
    cluster.observer.stop()
    d1.keeper.kill()
    d1.keeper.wait()
    lab.wait(lambda: not cluster.switch.has_link("d1"), 20, "nothing is left of d1")
    number, cluster.number = cluster.number, 0  # the interface has the address that it had
    cluster.d1 = cluster.directors[0] = cluster.director("d1", dr.ADDRESS["d1"])
    cluster.number = number
    cluster.observe()


def known(director):
    """How many connections are in a director's table."""
    with director.inside(), open("/proc/thread-self/net/ip_vs_conn") as file:
        return sum(1 for _ in file) - 1


def returns():
    """T27, PAIR-17: d1 comes back with an empty table. It hears of the connections in use within sync_refresh_period, and does not preempt
    before that: at least 99 % of 500 live. (Where it preempted at once all were lost.)"""
    with dr.Cluster() as cluster:
        start(cluster, lambda d: config(d, dr.SERVERS), dr.SERVERS)
        long = Connections(cluster, COUNT)
        time.sleep(4)
        power_back(cluster)
        d1 = cluster.d1
        count_alive("failover", {"DR": long}, 0.99)
        lab.expect(known(d1) == 0, f"the table is empty: {known(d1)}")
        d1.write(STATE + "/.keep", "")
        d1.start(config(d1, dr.SERVERS), args=STATE_DIR)
        end = time.monotonic() + 90
        while cluster.observer.holding() != ["d1"]:
            lab.expect(time.monotonic() < end, "d1 serves again")
            lab.expect(None not in long.answers(), "they are in use all the time")
            time.sleep(0.5)
        print(f"    known to d1: {known(d1)}")
        count_alive("failback", {"DR": long}, 0.99)


lab.main(changes, nightly=(returns, failover))
