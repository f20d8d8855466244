#!/usr/bin/python3
"""wire.py - what many virtual routers do, for scale: who advertised when on which wire, which address came when and was announced.

Wire stands at one end of all wires of a host and keeps of the frames that came in the kernel's time stamps; it reads them in
batches, so that seeing costs the seen little. Addresses listens to rtnetlink. All times are CLOCK_MONOTONIC seconds.
"""
import socket
import struct
import threading
import time

from observer import PACKET_OUTGOING, RTM_NEWADDR, RTMGRP_IPV4_IFADDR, SO_TIMESTAMPNS, attach_filter

SO_RCVBUFFORCE, IFA_LOCAL, BUFFER = 33, 2, 256 << 20
BATCH_SEC = 0.1


class Seer:
    """A thread that reads a socket of a host until stop()."""

    def __init__(self, host, *sock):
        with host.inside():
            self.sock = socket.socket(*sock)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        self.lock, self.ends = threading.Lock(), False
        self.prepare()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def stop(self):
        self.ends = True
        self.thread.join()
        self.sock.close()


class Wire(Seer):
    """Adverts by (interface, VRID): all times; ARP claims by address: the first time of each."""

    def __init__(self, host):
        self.adverts, self.claims, self.offset = {}, {}, time.time() - time.monotonic()
        super().__init__(host, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))

    def prepare(self):
        attach_filter(self.sock)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.setblocking(False)

    def run(self):
        while not self.ends:
            time.sleep(BATCH_SEC)
            with self.lock:
                self.drain()

    def drain(self):
        while True:
            try:
                frame, extra, _, sender = self.sock.recvmsg(128, 64)
            except BlockingIOError:
                return
            if sender[2] == PACKET_OUTGOING:
                continue
            when = struct.unpack("qq", extra[0][2])
            when = when[0] + when[1] / 1e9 - self.offset
            if frame[12:14] == b"\x08\x06":
                if frame[28:32] == frame[38:42]:
                    self.claims.setdefault(frame[28:32], []).append(when)
            else:
                body = 14 + (frame[14] & 15) * 4
                self.adverts.setdefault((sender[0], frame[body + 1]), []).append((when, frame[body + 2]))

    def first_adverts(self, since):
        """When each router advertised first after `since`."""
        with self.lock:
            return {k: next(w for w, _ in v if w >= since) for k, v in self.adverts.items() if v[-1][0] >= since}

    def last_adverts(self):
        with self.lock:
            return {k: v[-1][0] for k, v in self.adverts.items()}

    def priorities(self):
        """All priorities that were advertised."""
        with self.lock:
            return {p for v in self.adverts.values() for _, p in v}

    def announced(self, since):
        """When each address was announced first after `since`."""
        with self.lock:
            return {k: next(w for w in v if w >= since) for k, v in self.claims.items() if v[-1] >= since}

    def longest_gap(self, since):
        """Seconds: the longest time between two adverts of one router, the last one until now included."""
        now, longest = time.monotonic(), 0
        with self.lock:
            for seen in self.adverts.values():
                times = [w for w, _ in seen if w >= since] + [now - BATCH_SEC * 2]
                longest = max([longest] + [b - a for a, b in zip(times, times[1:])])
        return longest


class Addresses(Seer):
    """IPv4 addresses by the time when they came."""

    def __init__(self, host):
        self.came = {}
        super().__init__(host, socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)

    def prepare(self):
        self.sock.bind((0, RTMGRP_IPV4_IFADDR))
        self.sock.settimeout(0.2)

    def run(self):
        while not self.ends:
            try:
                data = self.sock.recv(65536)
            except TimeoutError:
                continue
            when = time.monotonic()
            with self.lock:
                self.take(data, when)

    def take(self, data, when):
        at = 0
        while at + 16 <= len(data):
            length, kind = struct.unpack_from("=IH", data, at)
            offset = at + 24
            while kind == RTM_NEWADDR and offset + 4 <= at + length:
                size, attribute = struct.unpack_from("=HH", data, offset)
                if attribute == IFA_LOCAL:
                    self.came.setdefault(data[offset + 4:offset + 8], when)
                offset += (size + 3) & ~3 or 4
            at += (length + 3) & ~3 or 16

    def since(self, since):
        """When each address came that was not there at `since`."""
        with self.lock:
            return {k: w for k, w in self.came.items() if w >= since}
