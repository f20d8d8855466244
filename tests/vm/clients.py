"""clients.py - connections that live while something happens to the directors."""
import contextlib
import select
import socket
import time

import lab


class Clients:
    """Keep-alive connections through the VIP; use() asks over each of them and counts those that answer."""

    def __init__(self, cluster, count):
        with cluster.client.inside():
            self.sockets = [socket.create_connection((lab.VIP, 80), 10) for _ in range(count)]

    def use(self, seconds=8):
        waiting = set()
        for s in self.sockets:
            with contextlib.suppress(OSError):
                s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                waiting.add(s)
        answered, until = 0, time.monotonic() + seconds
        while waiting and time.monotonic() < until:
            for s in select.select(list(waiting), [], [], 0.2)[0]:
                waiting.discard(s)
                with contextlib.suppress(OSError):
                    answered += s.recv(4096).startswith(b"HTTP/1.1 200")
        return answered

    def close(self):
        for s in self.sockets:
            s.close()
