#!/usr/bin/python3
"""Thirty connections in use and what becomes of each: servers and services changed by a reload, by vipctl, by somebody else's ipvsadm, by
a death. Rows DEST and SVC of doc/ipvs.md."""
import contextlib
import os
import select
import signal
import socket
import time

import dr
import lab

COUNT, SHARE = 30, 10
WEB = f"{lab.VIP}:80"
ALL, WITHOUT_R1 = dr.SERVERS, ("r2", "r3")
TABLE = {f"{dr.ADDRESS[name]}:80": 1 for name in ALL}
R1 = f"{dr.ADDRESS['r1']}:80"
ASK = f"GET / HTTP/1.1\r\nHost: {lab.VIP}\r\n\r\n".encode()
CHECK = "TCP_CHECK {\n connect_timeout 1\n }"
AT_ONCE = "drain_timeout 0"
VIPCTL = os.path.join(lab.BIN, "vipctl")


def config(servers=ALL, extra="", expire=1, scheduler="rr", check="", beside=False):
    return f"ipvs_sysctl {{\n    expire_nodest_conn {expire}\n}}\n" + lab.instance(150, 3, 0.2) + \
        (dr.virtual_server(check, servers, extra, scheduler=scheduler) if servers else "") + \
        (dr.virtual_server("", ("r1",), port=8080) if beside else "")


class Thirty:
    """Keep-alive connections of which each server has ten. ask() sends over each, fates() waits for what comes of that."""

    def __init__(self, cluster):
        self.sockets = []
        for _ in range(COUNT):
            with cluster.client.inside():
                self.sockets.append(socket.create_connection((lab.VIP, 80), 10))
        self.ask()
        self.servers = self.answers()
        lab.expect(sorted(self.servers) == sorted(ALL * SHARE), f"ten each: {self.servers}")

    def ask(self):
        for s in self.sockets:
            with contextlib.suppress(OSError):
                s.sendall(ASK)

    def answers(self, seconds=10):
        """Who answers, by connection: a server's name, reset, or hung: nothing within the time."""
        found, waiting = ["hung"] * COUNT, {s: i for i, s in enumerate(self.sockets)}
        end = time.monotonic() + seconds
        while waiting and time.monotonic() < end:
            for s in select.select(list(waiting), [], [], 0.2)[0]:
                i = waiting.pop(s)
                try:
                    found[i] = s.recv(4096).rpartition(b"\r\n\r\n")[2].decode().strip() or "reset"
                except OSError:
                    found[i] = "reset"
        return found

    def fates(self, seconds=10):
        now = self.answers(seconds)
        other = [(was, who) for was, who in zip(self.servers, now) if who not in (was, "reset", "hung")]
        lab.expect(not other, f"answered by another server: {other}")
        return COUNT - now.count("hung") - now.count("reset"), now.count("hung"), now.count("reset")

    def close(self):
        for s in self.sockets:
            s.close()


def is_table(cluster, want, seconds=20):
    lab.wait(lambda: cluster.table(cluster.d1).get(WEB) == want, seconds, lambda: f"want {want}, have {cluster.table(cluster.d1)}", step=0.02)


def row(name, text, action, *want, start=config, again="", **more):
    return name, text, start(**more), action, want, again


def reload(cluster, text):
    """Until it is in effect: reloads that come too fast are one."""
    def ended():
        return sum(cluster.d1.log().count(words) for words in ("is applied everywhere", "nothing has changed"))

    before = ended()
    cluster.d1.reload(text)
    lab.wait(lambda: ended() > before, 20, "the reload is in effect", step=0.02)


def reload_to(want, **options):
    """A reload to this configuration; then all are asked."""
    def act(cluster, thirty):
        reload(cluster, config(**options))
        is_table(cluster, want)
        thirty.ask()
    return act


def there_and_back(gone, pause=1.0, **options):
    """A reload to this one, all are asked, and a second later it is as before."""
    def act(cluster, thirty):
        reload_to(gone, **options)(cluster, thirty)
        time.sleep(pause)
        reload(cluster, config(**{**options, "servers": ALL}))
        is_table(cluster, TABLE)
    return act


def by_hand(*words, idle=False):
    """ipvsadm, all are asked, and a second later the daemon sees it."""
    def act(cluster, thirty):
        lvs = cluster.d1.family()["lvs"]
        os.kill(lvs, signal.SIGSTOP)
        cluster.d1.run("ipvsadm", *words)
        if not idle:
            thirty.ask()
        time.sleep(1)
        os.kill(lvs, signal.SIGCONT)
        is_table(cluster, TABLE)
        if idle:
            thirty.ask()
    return act


def nothing(_, thirty):
    thirty.ask()


def weight(cluster, thirty):
    cluster.d1.run(VIPCTL, "server", "weight", WEB, R1, "0")
    is_table(cluster, {**TABLE, R1: 0})
    thirty.ask()


def dies(want):
    """r1's cable is cut."""
    def act(cluster, thirty):
        cluster.cut(cluster.servers["r1"])
        is_table(cluster, want)
        thirty.ask()
    return act


GONE, IDLE = {name: w for name, w in TABLE.items() if name != R1}, {name: 0 for name in TABLE}
# name, what is done, how, and of the thirty: alive, hung, reset
SERVERS = (
    row("DEST-01", "nothing", nothing, 30, 0, 0),
    row("DEST-02", "weight 0, expire_nodest_conn 1", weight, 30, 0, 0),
    row("DEST-02", "weight 0, expire_nodest_conn 0", weight, 30, 0, 0, expire=0),
    row("DEST-03", "r1 left out, it drains, expire_nodest_conn 0", reload_to({**TABLE, R1: 0}, servers=WITHOUT_R1, expire=0), 30, 0, 0, expire=0),
    row("DEST-03", "r1 left out at once, expire_nodest_conn 0", reload_to(GONE, servers=WITHOUT_R1, extra=AT_ONCE, expire=0), 20, 10, 0,
        expire=0),
    row("DEST-04", "and put back a second later", there_and_back(GONE, servers=WITHOUT_R1, extra=AT_ONCE, expire=0), 30, 0, 0, expire=0),
    row("DEST-04", "r1 deleted by hand, put back by the daemon", by_hand("-d", "-t", WEB, "-r", R1), 30, 0, 0, expire=0),
    row("DEST-05", "r1 left out, it drains, expire_nodest_conn 1", reload_to({**TABLE, R1: 0}, servers=WITHOUT_R1), 30, 0, 0),
    row("DEST-05", "r1 left out at once, expire_nodest_conn 1", reload_to(GONE, servers=WITHOUT_R1, extra=AT_ONCE), 20, 0, 10),
    row("DEST-06", "and put back a second later", there_and_back(GONE, servers=WITHOUT_R1, extra=AT_ONCE), 20, 0, 10),
    row("DEST-06", "r1 deleted by hand, put back by the daemon", by_hand("-d", "-t", WEB, "-r", R1), 20, 0, 10),
    row("DEST-07", "r1 left out and put back at once", there_and_back({**TABLE, R1: 0}, 0, servers=WITHOUT_R1), 30, 0, 0),
    row("DEST-08", "r1 is dead, on_server_down keep", dies({**TABLE, R1: 0}), 20, 10, 0, extra="on_server_down keep", check=CHECK, again="r1"),
    row("DEST-08", "r1 is dead, drain, at its deadline", dies(GONE), 20, 0, 10, extra="drain_timeout 2", check=CHECK, again="r1"),
    row("DEST-08", "r1 is dead, on_server_down reset", dies(GONE), 20, 0, 10, extra="on_server_down reset", check=CHECK, again="r1"),
)
SERVICES = (
    row("SVC-01", "the service left out, it drains", reload_to(IDLE, servers=()), 30, 0, 0),
    row("SVC-02", "and put back a second later", there_and_back(IDLE, servers=()), 30, 0, 0),
    row("SVC-03", "the service left out and put back at once", there_and_back(IDLE, 0, servers=()), 30, 0, 0),
    row("SVC-01", "the only one left out at once: the guard goes, too", reload_to(None, servers=()), 0, 0, 30, extra=AT_ONCE),
    row("SVC-04", "one of two left out at once, expire_nodest_conn 0",
        reload_to(None, servers=(), expire=0, beside=True), 0, 30, 0, extra=AT_ONCE, expire=0, beside=True),
    row("SVC-05", "and put back a second later", there_and_back(None, servers=(), expire=0, beside=True), 30, 0, 0,
        extra=AT_ONCE, expire=0, beside=True),
    row("SVC-06", "the same, expire_nodest_conn 1", there_and_back(None, servers=(), beside=True), 0, 0, 30, extra=AT_ONCE, beside=True),
    row("SVC-07", "deleted by hand, put back by the daemon, expire_nodest_conn 0", by_hand("-D", "-t", WEB), 30, 0, 0, expire=0),
    row("SVC-08", "`ipvsadm -C`, put back by the daemon", by_hand("-C"), 0, 0, 30),
    row("SVC-08", "the same, and nothing was sent meanwhile", by_hand("-C", idle=True), 0, 0, 30),
    row("SVC-08", "the same, expire_nodest_conn 0", by_hand("-C", idle=True), 30, 0, 0, expire=0),
    row("SVC-09", "rr to mh, in place", reload_to(TABLE, scheduler="mh"), 30, 0, 0),
)


def run(rows):
    with dr.Cluster(directors=("d1",)) as cluster:
        d1 = cluster.d1
        d1.start(config())
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
        for name, text, conf, action, want, again in rows:
            d1.run(VIPCTL, "overlay", "drop", "all")
            reload(cluster, conf)
            is_table(cluster, TABLE)
            thirty = Thirty(cluster)
            action(cluster, thirty)
            fates = thirty.fates()
            thirty.close()
            print(f"    {name}: {text}: {fates[0]} alive, {fates[1]} hung, {fates[2]} reset", flush=True)
            lab.expect(fates == want, f"{name}: {text}: {fates}, not {want}")
            if again:
                cluster.mend(cluster.servers[again])


def servers():
    run(SERVERS)


def services():
    run(SERVICES)


lab.main(services, nightly=(servers,))
