#!/usr/bin/python3
"""F60: one address of several that the kernel refuses: the MASTER serves the others, says so by name, and gets it once it can."""
import os
import time

import lab
from halves import T, look, suspicions

V6 = "2001:db8:7::9"
EXTRA = f"    virtual_ipaddress_excluded {{\n        {V6}/64 dev eth0\n    }}\n"
FIFO = "/run/lab/events"
DETAIL = f"{V6} on eth0: Permission denied (1 of 2 addresses)"


def lines(director, word):
    return [line for line in director.run("cat", "/run/lab/read", check=False).splitlines() if word in line]


def ipv6(director, on):
    director.run("sysctl", "-qw", f"net.ipv6.conf.eth0.disable_ipv6={0 if on else 1}")


def check(director):
    return director.run(os.path.join(lab.BIN, "vipctl"), "check", check=False)


def cpu(director):
    pid = director.family()["vrrp"]
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        rest = file.read().rsplit(")", 1)[1].split()
    return int(rest[11]) + int(rest[12])


def one_of_two():
    """IPv6 is off on d1's interface: it stays MASTER with its IPv4 address; log, status, check and FIFO name the state, and its end."""
    with lab.Pair(version=3, interval=T, extra=EXTRA) as pair:
        ipv6(pair.d1, False)
        pair.d1.run("mkdir", "-p", "/run/lab")
        pair.d1.run("mkfifo", FIFO)
        pair.d1.run("sh", "-c", f"(while read -r line; do echo \"$line\" >>/run/lab/read; done <>{FIFO}) >/dev/null 2>&1 &")
        pair.conf["d1"] = f"global_defs {{\n    vrrp_notify_fifo {FIFO}\n}}\n" + pair.conf["d1"]
        pair.start()
        pair.settled()
        lab.wait(lambda: suspicions(pair.d1) == {"address_refused": DETAIL}, 30, "d1 names the state")
        lab.expect(look(pair.d1)["state"] == "MASTER" and pair.observer.holding() == ["d1"], "d1 does not serve the other address")
        lab.expect(f"VI_1: the kernel refuses {V6} on eth0: Permission denied" in pair.d1.log(), "not in the log")
        lab.expect(f"VI_1: address_refused: {DETAIL}" in pair.d1.log(), "not by name in the log")
        lab.wait(lambda: lines(pair.d1, "ADDRESS_REFUSED"), 30, "in the FIFO")
        lab.wait(lambda: f"VI_1 is MASTER without its address {V6}/64 on eth0: Permission denied" in check(pair.d1), 30, "found by vipctl check")
        lab.expect(f"CRITICAL: VI_1: address_refused: {DETAIL}; what helps: it is tried again" in check(pair.d1), check(pair.d1))
        before, when = cpu(pair.d1), time.monotonic()
        time.sleep(4 * T)
        used = (cpu(pair.d1) - before) / 100 / (time.monotonic() - when)
        lab.expect(used < 0.3, f"it tries all the time: {used:.0%} of a processor")
        lab.expect(look(pair.d2)["state"] == "BACKUP", "d2 took over though it would get no more")
        ipv6(pair.d1, True)
        lab.wait(lambda: V6 in pair.d1.run("ip", "-6", "addr", "show", "dev", "eth0"), 30, "d1 has it")
        lab.wait(lambda: suspicions(pair.d1) == {}, 30, "over")
        lab.wait(lambda: lines(pair.d1, "ADDRESS_REFUSED_OVER"), 30, "the end is in the FIFO")
        lab.expect([line.split()[2] for line in lines(pair.d1, "ADDRESS_REFUSED")] == ["ADDRESS_REFUSED", "ADDRESS_REFUSED_OVER"],
                   f"{lines(pair.d1, 'ADDRESS_REFUSED')}")
        lab.expect("address_refused is over after" in pair.d1.log(), "the end is not in the log")


lab.main(one_of_two)
