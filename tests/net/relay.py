"""relay.py - a bad cable for adverts, where the kernel has no netem: what a host says dies at the switch, and a thread hands on of
it what its fate leaves: some of it, later, twice, in another order, with a wrong bit.
"""
import contextlib
import heapq
import itertools
import random
import select
import socket
import threading
import time

from observer import PACKET_OUTGOING, attach_filter

FLIP = 14 + 20 + 6  # a byte of the advert's checksum


class Relay:
    """Between the host's port and `to`'s. `fate(vrid, number of the advert among its router's)` is a list of (delay in seconds,
    whether a bit flips): one for each copy that arrives; [] is a loss."""

    def __init__(self, room, host, to, fate):
        self.room, self.host, self.fate, self.ends = room, host, fate, False
        self.order = itertools.count()
        self.counts, self.waiting, self.flipped, self.lost, self.passed = {}, [], 0, 0, 0
        with room.switch.inside():
            self.ear, self.mouth = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in range(2))
        attach_filter(self.ear)
        self.ear.bind((host.name, 3))
        self.mouth.bind((to.name, 0))
        room.deaf(host)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ends:
            due = self.waiting[0][0] if self.waiting else time.monotonic() + 0.1
            if select.select([self.ear], [], [], max(0.0, min(0.1, due - time.monotonic())))[0]:
                self.read()
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                self.mouth.send(heapq.heappop(self.waiting)[2])

    def read(self):
        frame, where = self.ear.recvfrom(2048)
        if where[2] == PACKET_OUTGOING or frame[12:14] != b"\x08\x00":
            return
        vrid = frame[35]
        number = self.counts[vrid] = self.counts.get(vrid, -1) + 1
        copies = self.fate(vrid, number)
        self.lost += not copies
        for delay, flips in copies:
            self.flipped += flips
            self.passed += not flips
            sent = frame if not flips else frame[:FLIP] + bytes([frame[FLIP] ^ 1]) + frame[FLIP + 1:]
            heapq.heappush(self.waiting, (time.monotonic() + delay, next(self.order), sent))

    def stop(self):
        """The cable is good again."""
        self.ends = True
        self.thread.join()
        self.room.deaf(self.host, "")
        for sock in (self.ear, self.mouth):
            with contextlib.suppress(OSError):
                sock.close()


# fates
def every(n):
    """One of n arrives."""
    return lambda vrid, number: [(0, False)] if number % n == n - 1 else []


def bursts(seed, least=1, most=2):
    """Correlated loss: so many in a row are lost, then one to three arrive."""
    dice, left = random.Random(seed), {}

    def fate(vrid, _):
        lose, keep = left.get(vrid, (0, 0))
        if not lose and not keep:
            lose, keep = dice.randint(least, most), dice.randint(1, 3)
        left[vrid] = (lose - 1, keep) if lose else (lose, keep - 1)
        return [] if lose else [(0, False)]
    return fate


def loss(seed, share):
    dice = random.Random(seed)
    return lambda vrid, number: [] if dice.random() < share else [(0, False)]


def late(seed, most, step, jitter):
    """Later by and by, up to `most` seconds, with some jitter."""
    dice = random.Random(seed)
    return lambda vrid, number: [(min(most, number * step) + dice.random() * jitter, False)]


def muddle(seed, interval):
    """Half of all twice, in another order, every tenth with a wrong bit."""
    dice = random.Random(seed)

    def fate(vrid, number):
        copies = [(dice.random() * 0.9 * interval, number % 10 == 9)]
        return copies + [(dice.random() * 0.9 * interval, False)] * (dice.random() < 0.5)
    return fate
