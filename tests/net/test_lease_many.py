#!/usr/bin/python3
"""Leases switched on and off by reload, and a thousand of them."""
import contextlib
import signal
import socket
import struct
import time

import lab
from leased import LEASE, lifetimes, send_all


def switched():
    """off, a longer one and back, by reload: the address is never touched otherwise, and a real one never gets a lifetime."""
    with lab.Pair(version=3, interval=1, extra="vip_lease off") as pair:
        conf = pair.conf["d1"]
        pair.start(pair.d1)
        pair.settled()
        lab.expect(not lifetimes(pair.d1), f"off, but {lifetimes(pair.d1)}")
        since = time.monotonic()
        for word, most in (("5", 5), ("auto", LEASE), ("off", None), ("5", 5)):
            pair.d1.reload(conf.replace("vip_lease off", f"vip_lease {word}"))
            lab.wait(lambda want=most: lifetimes(pair.d1).get(lab.VIP, 99) <= want if want else not lifetimes(pair.d1), 10, f"vip_lease {word}")
            time.sleep(0.5)
            lab.expect(set(lifetimes(pair.d1)) <= {lab.VIP}, f"{word}: {lifetimes(pair.d1)}")
        lab.expect(not [e for e in pair.observer.events if e[0] >= since], f"the VIP moved: {pair.observer.history()}")
        pair.d1.reload(conf)
        lab.wait(lambda: not lifetimes(pair.d1), 10, "off again")
        send_all(pair.d1, signal.SIGSTOP)
        time.sleep(LEASE + 2)
        lab.expect(lab.VIP in pair.d1.addresses(), "without a lease the VIP stays")
        send_all(pair.d1, signal.SIGCONT)


class Listener:
    """Counts the kernel's reports of new addresses."""

    def __init__(self, host):
        with host.inside():
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.bind((0, 0x10))
        self.sock.setblocking(False)

    def count(self):
        n = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                data = self.sock.recv(65536)  # ENOBUFS: flooded, the test fails
                while len(data) >= 16:
                    length, kind = struct.unpack("IH", data[:6])
                    n += kind == 20
                    data = data[(length + 3) & ~3:]
        return n


def thousand():
    """1,000 VIPs: refreshed evenly, nobody is told of changes, adverts keep their time; killed, all are gone."""
    vips = [lab.VIP] + [f"10.{n // 250}.{n % 250}.1" for n in range(999)]
    with lab.Lab() as laboratory:
        d1 = laboratory.director("d1", "192.0.2.1")
        laboratory.observe()
        d1.start(lab.instance(150, 3, 1, vips=vips).replace("/24", "/32"))
        lab.wait(lambda: len(lifetimes(d1)) == 1000, 60, "all VIPs are there")
        time.sleep(2)
        listener, since, parts = Listener(d1), time.monotonic(), []
        while time.monotonic() < since + 4:
            time.sleep(0.1)
            parts.append((time.monotonic(), listener.count()))
        total, most = sum(n for _, n in parts), max(n for _, n in parts)
        print(f"    {total} refreshes in 4 s, at most {most} in a tenth; least lifetime {min(lifetimes(d1).values())} s")
        lab.expect(3000 <= total <= 5500, f"{total} refreshes of 1,000 addresses in 4 s")
        lab.expect(most <= 500, f"{most} refreshes in a tenth of a second")
        lab.expect(len(lifetimes(d1)) == 1000, "an address is missing")
        adverts = laboratory.observer.adverts_of("d1", since)
        gaps = [later.when - earlier.when for earlier, later in zip(adverts, adverts[1:])]
        lab.expect(gaps and max(gaps) < 1.5, f"adverts {gaps} apart")
        lab.expect("put back" not in d1.log() and "MASTER ->" not in d1.log(), "the refresh was taken for news")
        since = time.monotonic()
        send_all(d1, signal.SIGSTOP)
        send_all(d1, signal.SIGKILL)
        d1.daemon.wait()
        lab.wait(lambda: not lifetimes(d1), LEASE + 3, "all are gone")
        print(f"    all gone after {time.monotonic() - since:.2f} s")


lab.main(switched, thousand)
