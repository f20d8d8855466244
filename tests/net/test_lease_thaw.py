#!/usr/bin/python3
"""Dead means gone, over IPv6 too; and who wakes within the lease goes on."""
import signal
import time

import lab
from leased import KERNEL, LEASE, freeze, send_all


def frozen_briefly():
    """Longer than the lease, but nobody took over yet."""
    freeze(3.4, "nopreempt")


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


lab.main(frozen_briefly, frozen_v6)
