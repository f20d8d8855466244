#!/usr/bin/python3
"""What leaves the table without cutting anybody: servers and services removed by a reload, servers that are down, by each policy;
and the table that others change: foreign services, stale ones, an emptied table, weights at their limits."""
import contextlib
import os
import signal
import socket
import subprocess
import time

import dr
import lab

WEB, R1, R2, R3 = f"{lab.VIP}:80", "192.0.2.11:80", "192.0.2.12:80", "192.0.2.13:80"
CHECK = "TCP_CHECK {\n connect_port 81\n connect_timeout 1\n }"
HTTP = f"GET / HTTP/1.1\r\nHost: {lab.VIP}\r\n\r\n".encode()


class Connection:
    """A keep-alive connection through the VIP; `server` is who answers."""

    def __init__(self, client):
        with client.inside():
            self.socket = socket.create_connection((lab.VIP, 80), timeout=15)
        self.server = self.ask()

    def ask(self):
        self.socket.sendall(HTTP)
        return self.socket.recv(4096).decode().split("\r\n\r\n")[1].strip()

    def lives(self):
        return self.ask() == self.server

    def reset(self):
        try:
            self.socket.sendall(HTTP)
            return self.socket.recv(4096) == b""
        except ConnectionError:
            return True


def connect(cluster, n):
    """n connections, by server."""
    found = {name: [] for name in dr.SERVERS}
    for _ in range(n):
        connection = Connection(cluster.client)
        found[connection.server].append(connection)
    return found


def all_live(connections):
    """Each of them still answers: the idle ones too."""
    broken = [c.server for some in connections.values() for c in some if not c.lives()]
    lab.expect(not broken, f"broken: {broken}")


def health(server):
    """The port that the checks look at, apart from the service itself."""
    with server.inside():
        listener = socket.create_server((dr.ADDRESS[server.name], 81), backlog=64)
    return listener


def config(servers=dr.SERVERS, extra="", scheduler="rr", check=""):
    return lab.instance(150, 3, 0.2) + (dr.virtual_server(check, servers, extra, scheduler=scheduler) if servers else "")


def answers(cluster, name):
    with cluster.client.inside(), contextlib.suppress(OSError):
        socket.create_connection((dr.ADDRESS[name], 80), timeout=5).close()
        return True


def serving(cluster, text, names=dr.SERVERS):
    lab.wait(lambda: all(answers(cluster, name) for name in dr.SERVERS), 30, "the servers serve")
    cluster.d1.start(text)
    dr.wait_pool(cluster, cluster.d1, names, 60)
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 holds the VIP")


def draining(director):
    return {d["server"]: d for d in director.status()["draining"]}


def said(director, *words):
    return [line for line in director.log().splitlines() if all(word in line for word in words)]


def is_table(cluster, want, seconds=20):
    lab.wait(lambda: cluster.table(cluster.d1) == want, seconds, lambda: f"want {want}, have {cluster.table(cluster.d1)}", step=0.05)


def removed_by_reload():
    """T20: none reset, none new; gone with its connections, or at the deadline; re-adding cancels; all of it over a kill -9 of lvs."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        serving(cluster, config())
        live = connect(cluster, 12)
        lab.expect(all(len(some) == 4 for some in live.values()), f"{ {k: len(v) for k, v in live.items()} }")
        d1.reload(config(("r2", "r3")))
        is_table(cluster, {WEB: {R1: 0, R2: 1, R3: 1}})
        lab.wait(lambda: said(d1, "server 192.0.2.11:80 drains: weight 0, 4 connections, at most"), 20, "the log says so")
        since = draining(d1)[R1]
        lab.expect(since["connections"] == 4 and 290e6 < since["left_usec"] <= 300e6, f"{since}")
        text = d1.run(os.path.join(lab.BIN, "vipctl"), "status")
        lab.expect(f"{WEB}/tcp server {R1} drains since" in text and "4 connections left, at most" in text, text)
        lab.expect(not connect(cluster, 8)["r1"], "new connections to a server that drains")
        lvs = d1.family()["lvs"]
        os.kill(lvs, signal.SIGKILL)
        lab.wait(lambda: d1.family().get("lvs", lvs) != lvs, 20, "a new lvs process")
        lab.wait(lambda: draining(d1).get(R1, {}).get("connections") == 4, 20, "it drains on")
        lab.expect(draining(d1)[R1]["since_usec"] > since["since_usec"], "since then")
        all_live(live)
        for c in live["r1"]:
            c.socket.close()
        is_table(cluster, {WEB: {R2: 1, R3: 1}})
        lab.wait(lambda: said(d1, "server 192.0.2.11:80 has drained", "its connections are gone"), 20, "the log says so")
        live.pop("r1")
        d1.reload(config(("r3",)))
        is_table(cluster, {WEB: {R2: 0, R3: 1}})
        d1.reload(config(("r2", "r3")))
        is_table(cluster, {WEB: {R2: 1, R3: 1}})
        lab.wait(lambda: said(d1, "server 192.0.2.12:80 drains no more"), 20, "the log says so")
        all_live(live)
        d1.reload(config(("r3",), "drain_timeout 2"))
        is_table(cluster, {WEB: {R2: 0, R3: 1}})
        begun = time.monotonic()
        is_table(cluster, {WEB: {R3: 1}})
        lab.expect(1 < time.monotonic() - begun < 10, "at its deadline")
        lab.expect(said(d1, "server 192.0.2.12:80 leaves", "with 4 connections: drain_timeout is over"), "the log says so")
        lab.expect(all(c.reset() for c in live.pop("r2")), "connections to a server that left are cut")
        all_live(live)


def service_removed():
    """5.2: a removed service serves its connections to their end; back within them it is as if nothing had been; mh refuses nobody."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        serving(cluster, config(scheduler="mh", extra="mh-port"))
        live = connect(cluster, 30)
        lab.expect(all(live.values()), "each has some")
        d1.reload(config(("r2", "r3"), scheduler="mh", extra="mh-port"))
        is_table(cluster, {WEB: {R1: 0, R2: 1, R3: 1}})
        lab.expect("mh-fallback" in d1.run("ipvsadm", "-Ln"), "the flag is lent")
        lab.expect(not connect(cluster, 30)["r1"], "and nobody is refused")
        d1.reload(config(()))
        is_table(cluster, {WEB: {R1: 0, R2: 0, R3: 0}})
        all_live(live)
        d1.reload(config(scheduler="rr"))
        is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}})
        lab.expect("mh" not in d1.run("ipvsadm", "-Ln"), "another scheduler, in place")
        all_live(live)
        d1.reload(config(()))
        is_table(cluster, {WEB: {R1: 0, R2: 0, R3: 0}})
        # Under traffic, until the last of them ends; the new ones are refused, not dropped.
        end = time.monotonic() + 4
        while time.monotonic() < end:
            all_live(live)
            lab.expect(cluster.table(d1) == {WEB: {R1: 0, R2: 0, R3: 0}}, f"drains: {cluster.table(d1)}")
        for c in sum(live.values(), []):
            c.socket.close()
        is_table(cluster, {})
        d1.reload(config(extra="drain_timeout 4"))
        is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}})
        live = connect(cluster, 6)
        d1.reload(config(()))
        begun = time.monotonic()
        is_table(cluster, {WEB: {R1: 0, R2: 0, R3: 0}})
        all_live(live)
        is_table(cluster, {})
        lab.expect(3 < time.monotonic() - begun < 15, f"at its deadline, after {time.monotonic() - begun:.1f} s")


def policies():
    """T21: a server that is down by its check: keep, drain, reset."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        ports = {name: health(server) for name, server in cluster.servers.items()}
        serving(cluster, config(check=CHECK, extra="on_server_down keep"))
        live = connect(cluster, 6)
        ports["r1"].close()
        is_table(cluster, {WEB: {R1: 0, R2: 1, R3: 1}})
        all_live(live)
        lab.wait(lambda: draining(d1)[R1]["left_usec"] == -1, 20, "as long as it is down")
        ports["r1"] = health(cluster.servers["r1"])
        is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}})
        all_live(live)
        d1.reload(config(check=CHECK))
        ports["r2"].close()
        is_table(cluster, {WEB: {R1: 1, R2: 0, R3: 1}})
        all_live(live)
        for c in live.pop("r2"):
            c.socket.close()
        is_table(cluster, {WEB: {R1: 1, R3: 1}})
        d1.reload(config(check=CHECK, extra="on_server_down reset"))
        ports["r3"].close()
        is_table(cluster, {WEB: {R1: 1}})
        lab.expect(all(c.reset() for c in live.pop("r3")), "cut at once")
        all_live(live)


UDP = """import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("%s", 5300))
while True:
    data, client = s.recvfrom(100)
    s.sendto(b"%s", client)
"""


def rebound():
    """T21: of a server that is down, `reset` leaves no client: a persistent one gets another for its next connection, the next datagrams of
    one socket go to another; back, it is `keep` that has it serve on."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1, names = cluster.d1, {address: name for name, address in dr.ADDRESS.items()}
        ports = {name: health(server) for name, server in cluster.servers.items()}
        for name, server in cluster.servers.items():
            server.popen("python3", "-c", UDP % (lab.VIP, name), log=f"{name}.udp")
            lab.wait(lambda s=server: ":5300 " in s.run("ss", "-lun"), 30, "the responder listens", step=0.2)

        def text(policy):
            web = dr.virtual_server(CHECK, extra=f"on_server_down {policy}\n persistence_timeout 300")
            dns = dr.virtual_server(CHECK, extra=f"on_server_down {policy}", port=5300).replace("protocol TCP", "protocol UDP")
            return lab.instance(150, 3, 0.2) + web + dns

        serving(cluster, text("reset"))
        dr.wait_pool(cluster, d1, dr.SERVERS, 30, 5300)
        with cluster.client.inside():
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.connect((lab.VIP, 5300))
        udp.settimeout(0.3)

        def datagram():
            """Who answers; "" where nobody does."""
            udp.send(b"?")
            try:
                return udp.recv(100).decode()
            except OSError:
                return ""

        def in_pools(name, there):
            for port in (80, 5300):
                lab.wait(lambda p=port: (name in cluster.pool(d1, p)) == there, 20, f"{name} in the pool {port}: {there}", step=0.05)

        first = Connection(cluster.client).server
        lab.expect({Connection(cluster.client).server for _ in range(4)} == {first}, "persistent")
        ports[first].close()
        in_pools(first, False)
        second = Connection(cluster.client).server
        lab.expect(second != first and {Connection(cluster.client).server for _ in range(4)} == {second}, f"{first}, then {second}")
        ports[first] = health(cluster.servers[first])
        in_pools(first, True)

        one = datagram()
        lab.expect(one in names.values() and all(datagram() == one for _ in range(4)), f"one socket, one server: {one}")
        ports[one].close()
        in_pools(one, False)
        lab.wait(lambda: datagram() not in (one, ""), 10, f"another than {one} answers")
        ports[one] = health(cluster.servers[one])
        in_pools(one, True)

        d1.reload(text("keep"))
        lab.wait(lambda: d1.log().count("is applied everywhere") >= 2, 20, "keep")
        two = datagram()
        ports[two].close()
        in_pools(two, False)
        lab.expect(all(datagram() == two for _ in range(4)), "kept: what it has goes on")


def foreign_and_stale():
    """T28, F63, F64: foreign services stay, stale ones go, matching ones keep their connections; what is changed is put right."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        serving(cluster, config())
        live = connect(cluster, 6)
        d1.run("ipvsadm", "-A", "-t", "192.0.2.77:99", "-s", "rr")
        d1.run("ipvsadm", "-a", "-t", "192.0.2.77:99", "-r", "192.0.2.12:99", "-g", "-w", "5")
        foreign = {"192.0.2.77:99": {"192.0.2.12:99": 5}}
        for change in (["-e", "-t", WEB, "-r", R1, "-g", "-w", "9"], ["-d", "-t", WEB, "-r", R2], ["-E", "-t", WEB, "-s", "wlc"],
                       ["-a", "-t", WEB, "-r", "192.0.2.99:80", "-g", "-w", "1"]):
            d1.run("ipvsadm", *change)
            lab.wait(lambda: cluster.table(d1) == {WEB: {R1: 1, R2: 1, R3: 1}, **foreign} and "wlc" not in d1.run("ipvsadm", "-Ln"),
                     10, f"after {change}: {cluster.table(d1)}", step=0.05)
        lab.expect(len(said(d1, "repaired, somebody else")) >= 3, "the log says so")
        lab.expect(all(c.reset() for c in live.pop("r2")), "those of the server that was taken away are cut, by whoever did that")
        all_live(live)
        took = []
        while len(took) < 3 and not (took and took[-1] < 1):  # a machine that is busy is asked again
            d1.run("ipvsadm", "-C")
            begun = time.monotonic()
            is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}}, 20)
            took.append(time.monotonic() - begun)
        print(f"    emptied: back after {took} s")
        lab.expect(took[-1] < 1, f"took {took} s")
        open_ones = [c for some in live.values() for c in some]
        cut = sum(c.reset() for c in open_ones)
        told = said(d1, "repaired, somebody else", f"; of {len(open_ones)} connections to them {cut} are lost")
        lab.expect(told, f"{cut} of {len(open_ones)} are cut: {said(d1, 'repaired')}")
        d1.run("ipvsadm", "-A", "-t", "192.0.2.77:99", "-s", "rr")
        live = connect(cluster, 3)
        lab.expect(d1.stop() == 0, "orderly stop")
        d1.start(config() + dr.virtual_server("", ("r1",), port=8080))
        is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}, f"{lab.VIP}:8080": {"192.0.2.11:8080": 1}, "192.0.2.77:99": {}})
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 30, "d1 holds the VIP")
        all_live(live)
        d1.reload(config())
        is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}, "192.0.2.77:99": {}})


def two_daemons():
    """T68: two daemons on one host, each with a run directory and services of its own: neither touches what is the other's."""
    other, own = f"{lab.VIP}:8080", {WEB: {R1: 1, R2: 1, R3: 1}}
    beside = {other: {"192.0.2.12:8080": 1}}
    more = dr.virtual_server("", ("r2",), port=8080)

    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        begun = []

        def second(text, directory="/run/lab/second"):
            d1.write("/run/lab/second.conf", text)
            pids = ["-p", f"{directory}.main", "-r", f"{directory}.vrrp", "-c", f"{directory}.lvs"]
            begun.append(d1.popen(os.path.join(lab.BIN, "vipd"), "-n", "-l", "-f", "/run/lab/second.conf", *pids, "--run-dir", directory,
                                  log=f"second{len(begun)}.log"))
            return begun[-1]

        def guards():
            return d1.run("ipvsadm", "-Ln").count("FWM")

        serving(cluster, config())
        live = connect(cluster, 6)
        daemon = second(more)
        is_table(cluster, own | beside)
        d1.reload(config(("r1", "r2", "r3"), extra="persistence_timeout 9"))
        is_table(cluster, own | beside)
        daemon.kill()
        daemon.wait()
        time.sleep(2)
        is_table(cluster, own | beside)
        daemon = second("global_defs {\n on_exit remove\n}\n" + more.replace("weight 1", "weight 5"))
        is_table(cluster, own | {other: {"192.0.2.12:8080": 5}})
        twin = second(more)
        lab.expect(twin.wait(20) not in (0, None), "a second one with the same run directory is refused")
        with open(cluster.path(f"second{len(begun) - 1}.log")) as file:
            lab.expect("another vipd runs with it" in file.read(), "and says why")
        is_table(cluster, own | {other: {"192.0.2.12:8080": 5}})
        daemon.terminate()
        lab.expect(daemon.wait(20) == 0, "an orderly stop")
        is_table(cluster, own)
        lab.wait(lambda: guards() == 1, 10, lambda: f"the first one has its guard: {guards()}", step=0.3)
        all_live(live)


def limits():
    """F67: weights 65535 and 0, 4,096 servers of one service: exact; a server of them removed and back."""
    def text(n):
        servers = "".join(f" real_server 10.1.{i // 256}.{i % 256} 80 {{\n weight {(65535, 0, 1)[i % 3]}\n }}\n" for i in range(n))
        return f"virtual_server 192.0.2.100 80 {{\n lb_algo wrr\n lb_kind DR\n{servers}}}\n"

    def table(n):
        return {WEB: {f"10.1.{i // 256}.{i % 256}:80": (65535, 0, 1)[i % 3] for i in range(n)}}

    with dr.Cluster(directors=("d1",)) as cluster:
        cluster.d1.start(text(4096))
        begun = time.monotonic()
        lab.wait(lambda: cluster.table(cluster.d1) == table(4096), 60, "exact", step=0.2)
        print(f"    4,096 servers: {time.monotonic() - begun:.1f} s")
        cluster.d1.reload(text(4000))
        lab.wait(lambda: cluster.table(cluster.d1) == table(4000), 60, "96 less", step=0.2)
        cluster.d1.run("ipvsadm", "-d", "-t", WEB, "-r", "10.1.0.2:80")
        lab.wait(lambda: cluster.table(cluster.d1) == table(4000), 60, "repaired", step=0.2)


def module_gone():
    """F65: without the module the daemon goes on and says so; once it is back the table is."""
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        serving(cluster, config())
        with open("/proc/sys/kernel/modprobe") as file:
            helper = file.read()
        with open("/proc/sys/kernel/modprobe", "w") as file:
            file.write("/bin/false")
        os.kill(d1.family()["lvs"], signal.SIGSTOP)
        d1.run("ipvsadm", "-C")
        loaded = [line.split()[0] for line in open("/proc/modules") if line.startswith("ip_vs_")]
        subprocess.run(["rmmod", *loaded, "ip_vs"], check=True)
        os.kill(d1.family()["lvs"], signal.SIGCONT)
        lab.wait(lambda: said(d1, "the IPVS table cannot be reached"), 20, "the log says so")
        lab.expect(not d1.status()["ipvs"]["available"], "and the status")
        lab.expect(cluster.observer.holding() == ["d1"], "the VIP stays")
        with open("/proc/sys/kernel/modprobe", "w") as file:
            file.write(helper)
        lab.wait(dr.have_ipvs, 30, "the kernel loads the module for who asks for its family")
        is_table(cluster, {WEB: {R1: 1, R2: 1, R3: 1}})
        lab.wait(lambda: said(d1, "the IPVS table can be reached again"), 20, "the log says so")


lab.main(removed_by_reload, foreign_and_stale, nightly=(service_removed, policies, rebound, limits, module_gone, two_daemons))
