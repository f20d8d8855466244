#!/usr/bin/python3
"""Processes that do not answer: main asleep for a while, a child that hangs."""
import os
import signal
import socket
import time

import lab
from mains import CONF, INSTANCE, VIPD, not_running, running, stops


def main_asleep():
    """Main stopped for longer than a child may hang: awake again, it reads what they said before it judges them."""
    with running(INSTANCE + lab.SERVICE) as (_, director):
        before = director.family()
        director.signal(signal.SIGSTOP)
        time.sleep(17)
        director.signal(signal.SIGCONT)
        time.sleep(2)
        lab.expect(director.family() == before, f"processes {before} became {director.family()}")
        stops(director)


def hung_child():
    """A child that hangs is main's to heal: the watchdog of systemd goes on being fed, or it would end the healthy ones too."""
    with not_running(INSTANCE + lab.SERVICE) as (_, director):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(f"/proc/{director.pid}/root/run/notify")
        sock.settimeout(2)
        director.daemon = director.popen("env", "NOTIFY_SOCKET=/run/notify", "WATCHDOG_USEC=2000000", VIPD, "-n", "-l", "-f", CONF, log="d1.log")
        lab.wait(lambda: "runs:" in director.log(), 30, "it runs")
        before = director.family()
        os.kill(before["probe"], signal.SIGSTOP)
        start, last, longest = time.monotonic(), time.monotonic(), 0
        while time.monotonic() < start + 8:
            if b"WATCHDOG=1" in sock.recv(999):
                longest, last = max(longest, time.monotonic() - last), time.monotonic()
        lab.expect(longest < 2, f"no WATCHDOG=1 for {longest:.1f} s")
        lab.wait(lambda: director.family().get("probe") not in (None, before["probe"]), 30, "probe is replaced")
        lab.expect(director.family()["vrrp"] == before["vrrp"], "vrrp was replaced, too")


lab.main(main_asleep, hung_child)
