#!/usr/bin/python3
"""What the operator is told while a process of vipd hangs: that it does not answer, never that there is nothing."""
import json
import os
import signal

import lab
from mains import INSTANCE, running

VIPCTL = os.path.join(lab.BIN, "vipctl")


def ask(director, *words):
    """What vipctl says and its exit status."""
    done = director.run("sh", "-c", '"$@"; echo "exit $?"', "sh", VIPCTL, *words)
    said, _, status = done.rpartition("exit ")
    return said, int(status)


def frozen_processes():
    """Each process in turn: check is CRITICAL at once, status says what is not known, doctor does not end with 0."""
    with running(INSTANCE + lab.SERVICE) as (_, director):
        for process, missing, count in (("vrrp", "instances", 1), ("lvs", "services", 1)):
            os.kill(director.family()[process], signal.SIGSTOP)
            said, code = ask(director, "check")
            lab.expect(code == 2 and f"the {process} process did not answer in time" in said, f"check: {code} {said}")
            said, _ = ask(director, "status")
            lab.expect(f"{missing}: NOT KNOWN, the {process} process does not answer" in said, f"status: {said}")
            said, code = ask(director, "doctor", "--json")
            found = {f["id"]: f for f in json.loads(said)["findings"]}
            lab.expect(code == 2 and process in found["daemon-silent"]["evidence"], f"doctor: {code} {said}")
            if process == "vrrp":
                said, code = ask(director, "why", "VI_1")
                lab.expect(code == 1 and "the vrrp process does not answer" in said, f"why: {code} {said}")
                lab.wait(lambda: "vrrp process does not answer" in ask(director, "drill")[0], 20, "a drill is refused", 0.5)
            os.kill(director.family()[process], signal.SIGCONT)
            lab.wait(lambda m=missing, c=count: len(director.status()[m]) == c, 30, f"{process} answers again", 0.1)


def frozen_main():
    """Nobody answers: every command says so, and none ends with 0."""
    with running(INSTANCE) as (_, director):
        os.kill(director.daemon.pid, signal.SIGSTOP)
        for words, expected in ((("status",), 3), (("check",), 3), (("doctor",), 2)):
            said, code = ask(director, *words)
            lab.expect(code == expected and ("does not answer" in said), f"{words}: {code} {said}")
        os.kill(director.daemon.pid, signal.SIGCONT)
        lab.wait(lambda: ask(director, "check")[1] == 0, 30, "main answers again", 0.1)


def powerless():
    """A vipd that may set no address never becomes MASTER: the other director serves, and status says what is missing."""
    with lab.Pair(version=3, interval=0.5) as pair:
        pair.d1.write("/run/lab/daemon.conf", pair.conf["d1"])
        pair.d1.daemon = pair.d1.popen("capsh", "--drop=cap_net_admin", "--", "-c", f"exec {lab.BIN}/vipd -n -l -f /run/lab/daemon.conf",
                                       log="d1.log")
        pair.start(pair.d2)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 60, "the other director serves")
        lab.expect(pair.d1.instance()["state"] == "FAULT" and "CAP_NET_ADMIN" in ask(pair.d1, "check")[0], f"{pair.d1.instance()}")
        lab.expect("-> MASTER" not in pair.d1.log(), "never MASTER without an address")


lab.main(frozen_processes, powerless, nightly=(frozen_main,))
