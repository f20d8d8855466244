#!/usr/bin/python3
"""Dead means gone: the kernel lets the VIP of a frozen or killed MASTER go, and whoever wakes after its lease listens first."""
import os
import signal
import time

import lab
from leased import KERNEL, LEASE, freeze, gone_after, lifetimes, send_all


def frozen():
    """T08: TM-14 RX-35: Longer than the others wait."""
    log = freeze(6, "nopreempt")
    lab.expect("put back" not in log, "a lease that ended was taken for an address removed by somebody else")


def killed():
    """T31: AC-10: SIGKILL of every process."""
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


lab.main(frozen, killed, vrrp_crashes)
