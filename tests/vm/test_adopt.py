#!/usr/bin/python3
"""A restart adopts the table it finds: an open connection through the director lives on."""
import os
import signal
import socket
import time

import dr
import lab

REQUEST = b"GET / HTTP/1.1\r\nHost: vip\r\n\r\n"


class Connection:
    """One keep-alive connection of the client through the VIP; ask() returns the server's name."""

    def __init__(self, cluster):
        with cluster.client.inside():
            self.sock = socket.create_connection((lab.VIP, 80), timeout=8)
        self.server = self.ask()

    def ask(self):
        self.sock.sendall(REQUEST)
        reply = b""
        while not reply.partition(b"\r\n\r\n")[2].endswith(b"\n"):
            more = self.sock.recv(4096)
            lab.expect(more, f"the server closed the connection: {reply}")
            reply += more
        return reply.splitlines()[-1].decode()

    def expect_alive(self, what):
        try:
            lab.expect(self.ask() == self.server, f"{what}: another server answered")
        except OSError as error:
            raise lab.Failed(f"{what}: the connection is dead: {error}") from None


def conf():
    return lab.instance(150, 3, 0.2) + dr.virtual_server()


def serving(cluster):
    lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves")
    dr.wait_pool(cluster, cluster.d1, dr.SERVERS, 60)
    time.sleep(0.3)


def after_kill():
    with dr.Cluster(directors=("d1",)) as cluster:
        cluster.d1.start(conf())
        serving(cluster)
        connections = [Connection(cluster) for _ in range(6)]
        lab.expect({c.server for c in connections} == set(dr.SERVERS), "rr uses all servers")
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in cluster.d1.family().values():
                os.kill(pid, sig)
        cluster.d1.daemon.wait()
        for connection in connections:
            connection.expect_alive("while the daemon is dead")
        cluster.d1.start()
        time.sleep(1)
        serving(cluster)
        for connection in connections:
            connection.expect_alive("after the restart")


def after_stop():
    """An orderly stop with nobody to take over, and a start: the connection waits and goes on."""
    with dr.Cluster(directors=("d1",)) as cluster:
        cluster.d1.start(conf())
        serving(cluster)
        connections = [Connection(cluster) for _ in range(6)]
        lab.expect(cluster.d1.stop() == 0, "orderly stop")
        cluster.d1.start()
        serving(cluster)
        for connection in connections:
            connection.expect_alive("after the restart")


lab.main(after_kill, after_stop)
