#!/usr/bin/python3
"""Few open files (`ulimit -n`): the soft limit is raised, too low a hard one is said by number, and nothing is half there."""
import contextlib
import os
import re

import lab

CHECK = "  real_server 127.0.0.%d 80 {\n    TCP_CHECK {\n      connect_timeout 1\n    }\n  }\n"
CONF = "virtual_server 192.0.2.80 80 {\n  delay_loop 2\n  lb_kind DR\n" + "".join(CHECK % n for n in range(1, 5)) + "}\n"


@contextlib.contextmanager
def limited(soft, hard):
    """A director whose daemon starts with these limits."""
    with lab.Lab() as room:
        one = room.director("d1", "192.0.2.1")
        one.write("/run/lab/daemon.conf", CONF)
        one.daemon = one.popen("prlimit", f"--nofile={soft}:{hard}", os.path.join(lab.BIN, "vipd"), "-n", "-l", "-C", "--state-dir", "/run/lab",
                               "-f", "/run/lab/daemon.conf", log=one.log_name)
        yield one


def limit_of(pid):
    with open(f"/proc/{pid}/limits", encoding="utf-8") as file:
        return int(re.search(r"Max open files +(\d+)", file.read())[1])


def soft_limit():
    """Sixteen, with room above: as if nobody had said anything, in each process."""
    with limited(16, 5000) as one:
        lab.wait(lambda: one.log().count(" DOWN: ") == 4, 30, "the servers are checked, and their results arrive")
        found = {name: limit_of(pid) for name, pid in one.family().items()}
        lab.expect(found and min(found.values()) >= 4096, f"limits: {found}")
        lab.expect("Too many open files" not in one.log() and "room for" not in one.log(), "nothing is missing")


def hard_limit():
    """Too low for vipd: it says how many it needs and does not start. Too low for the checks: they wait for each other, and it says by
    how many."""
    with limited(16, 16) as one:
        lab.wait(lambda: one.daemon.poll() is not None, 30, "it ends")
        lab.expect(one.daemon.returncode == 1, f"exit {one.daemon.returncode}")
        lab.expect("may have 16 files open and needs 64: vipd does not start" in one.log(), "the reason")
    with limited(16, 66) as one:
        lab.wait(lambda: one.log().count(" DOWN: ") == 4, 60, "one after the other all are checked")
        lab.expect(re.search(r"room for 2 checks at once, not for 4: the limit of open files is 66, they need 68", one.log()), "by number")


lab.main(soft_limit, hard_limit)
