#!/usr/bin/python3
"""Dead means gone: the kernel lets the VIP of a frozen or killed MASTER go, and whoever wakes after its lease listens first."""
import contextlib
import json
import os
import re
import signal
import socket
import struct
import time

import lab

LEASE = 3         # the default with an advert a second
KERNEL = 0.35     # lifetimes are looked at within a quarter of a second


def send_all(director, sig):
    """To every process of the daemon at once."""
    for pid in director.family().values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sig)


def gone_after(pair, director, since, seconds):
    """How long after `since` the director's kernel let the VIP go."""
    def dropped():
        return next((when for when, name, what in list(pair.observer.events) if name == director.name and what == "drops"
                     and when >= since), None)
    took = lab.wait(dropped, seconds + 5, f"the VIP leaves {director.name}") - since
    print(f"    VIP gone after {took:.3f} s")
    lab.expect(took <= seconds, f"the VIP stayed for {took:.3f} s")
    return took


def lifetimes(director, dev="eth0"):
    """{address: seconds} of all with a lifetime."""
    forever = 2 ** 32 - 1
    links = json.loads(director.run("ip", "-j", "-4", "addr", "show", "dev", dev))
    return {a["local"]: a["valid_life_time"] for a in links[0]["addr_info"] if a["valid_life_time"] != forever}


def silent(pair, director, since, seconds):
    """From `since` on the director sends neither advert nor announcement for so long."""
    time.sleep(max(0, since + seconds - time.monotonic()))
    adverts = [a for a in pair.observer.adverts_of(director.name, since) if a.when < since + seconds]
    spoken = [a for a in pair.observer.announcements(director.name, since) if a.when < since + seconds]
    lab.expect(not adverts and not spoken, f"{director.name} spoke after it woke: {adverts} {len(spoken)} announcements")


def freeze(seconds, extra=""):
    """All of the MASTER stands still for so long: its VIP is gone in time, it wakes as BACKUP and hears before it speaks."""
    with lab.Pair(version=3, interval=1, extra=extra) as pair:
        pair.start()
        pair.settled()
        time.sleep(1.3)
        since = time.monotonic()
        send_all(pair.d1, signal.SIGSTOP)
        gone_after(pair, pair.d1, since, LEASE + KERNEL)
        time.sleep(max(0, since + seconds - time.monotonic()))
        woke = time.monotonic()
        send_all(pair.d1, signal.SIGCONT)
        silent(pair, pair.d1, woke, 2)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 10, "d2 alone holds the VIP")
        lab.expect(pair.observer.longest(2, since) == 0, f"two owners: {pair.observer.history()}")
        line = re.search(r"VI_1: MASTER -> BACKUP: (.*)", pair.d1.log())
        lab.expect(line and "lease" in line.group(1), f"d1 said {line and line.group(0)}")
        return pair.d1.log()


def frozen():
    """Longer than the others wait."""
    log = freeze(6, "nopreempt")
    lab.expect("put back" not in log, "a lease that ended was taken for an address removed by somebody else")


def frozen_briefly():
    """Longer than the lease, but nobody took over yet."""
    freeze(3.4, "nopreempt")


def killed():
    """SIGKILL of every process."""
    with lab.Pair(version=3, interval=1) as pair:
        pair.start()
        pair.settled()
        time.sleep(0.7)
        since = time.monotonic()
        send_all(pair.d1, signal.SIGSTOP)
        send_all(pair.d1, signal.SIGKILL)
        pair.d1.daemon.wait()
        gone_after(pair, pair.d1, since, LEASE + KERNEL)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 10, "d2 alone holds the VIP")
        lab.expect(pair.observer.longest(2, since) == 0, f"two owners: {pair.observer.history()}")


def vrrp_crashes():
    """One process dies and is started again: the lease does not end meanwhile, the next one keeps it running."""
    with lab.Pair(version=3, interval=1) as pair:
        pair.start()
        pair.settled()
        lab.expect(lab.VIP in lifetimes(pair.d1), f"no lease: {lifetimes(pair.d1)}")
        since = time.monotonic()
        os.kill(pair.d1.family()["vrrp"], signal.SIGKILL)
        time.sleep(LEASE + 2)
        lab.expect(pair.observer.masters(since) == ["d1"], f"advertised: {pair.observer.masters(since)}")
        lab.expect(not [e for e in pair.observer.events if e[0] >= since], f"the VIP moved: {pair.observer.history()}")
        lab.expect(0 < lifetimes(pair.d1)[lab.VIP] <= LEASE, f"lifetimes {lifetimes(pair.d1)}")


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


def frozen_v6():
    """The same for addresses of IPv6."""
    vip = "2001:db8::100"

    def held():
        return vip in d1.run("ip", "-6", "addr", "show", "dev", "eth0")

    with lab.Lab() as laboratory:
        d1 = laboratory.director("d1", "192.0.2.1")
        d1.sysctl(ipv6__conf__eth0__disable_ipv6=0)
        d1.start(lab.instance(150, 3, 1, vips=("fe80::100", vip)).replace("/24", "/64"))
        lab.wait(held, 60, "the VIP is there")
        time.sleep(3 * LEASE)
        lab.expect(held() and "put back" not in d1.log(), "the lease is not kept running")
        since = time.monotonic()
        send_all(d1, signal.SIGSTOP)
        lab.wait(lambda: not held(), LEASE + 5, "the VIP leaves")
        took = time.monotonic() - since
        print(f"    VIP gone after {took:.2f} s")
        lab.expect(took <= LEASE + KERNEL + 0.3, f"the VIP stayed for {took:.3f} s")
        send_all(d1, signal.SIGCONT)


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


lab.main(frozen, frozen_briefly, frozen_v6, killed, vrrp_crashes, switched, thousand)
