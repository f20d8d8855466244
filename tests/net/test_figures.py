#!/usr/bin/python3
"""What the status counts and measures: the names of RFC 8347, the evidence of each transition, how late our own timers are."""
import os
import signal
import subprocess
import time

import lab
from halves import look

T = 0.3
NAMES = {"master-transitions", "advertisement-rcvd", "advertisement-sent", "interval-errors", "priority-zero-pkts-rcvd",
         "priority-zero-pkts-sent", "invalid-type-pkts-rcvd", "address-list-errors", "packet-length-errors", "checksum-errors",
         "version-errors", "vrid-errors", "ip-ttl-errors", "new-master-reason"}


def why(director):
    return subprocess.run(director.enter(os.path.join(lab.BIN, "vipctl"), "why", "VI_1"), stdout=subprocess.PIPE, text=True,
                          timeout=20).stdout


def statistics():
    """OP-05 OP-06: counters under their standard names; who became MASTER why, by whose silence, how long it was."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        d1, d2 = pair.d1.instance()["statistics"], pair.d2.instance()["statistics"]
        lab.expect(set(d1) == NAMES, f"{set(d1) ^ NAMES}")
        lab.expect(d1["new-master-reason"] in ("no-response", "preempted") and d2["new-master-reason"] == "not-master", f"{d1}")
        lab.expect(d1["advertisement-sent"] > 0 and d2["advertisement-rcvd"] > 0, f"{d1} {d2}")
        before = d2["master-transitions"]
        pair.d1.power_cut()
        lab.wait(lambda: pair.d2.instance()["state"] == "MASTER", 30, "d2 takes over")
        d2, last = pair.d2.instance()["statistics"], pair.d2.instance()["last_transition"]
        lab.expect(d2["new-master-reason"] == "no-response" and d2["master-transitions"] == before + 1, f"{d2}")
        lab.expect(last["from"] == "BACKUP" and last["to"] == "MASTER" and last["cause"].startswith("no advert for"), f"{last}")
        lab.expect(last["heard_usec"] >= 3 * T * 1e6 and last["timer_late_usec"] >= 0, f"{last}")
        lab.expect(last["peer"] in (None, "192.0.2.1"), f"{last}")
        pair.d2.stop()


def lateness():
    """TM-16: a process that cannot run is late, and that is measured and shown; less than a down interval is no stall."""
    with lab.Pair(version=3, interval=1) as pair:
        pair.d2.start(pair.conf["d2"].replace("priority 100", "priority 149"))
        lab.wait(lambda: look(pair.d2).get("state") == "MASTER", 30, "d2 is MASTER")
        vrrp = pair.d2.family()["vrrp"]
        os.kill(vrrp, signal.SIGSTOP)
        time.sleep(1.6)
        os.kill(vrrp, signal.SIGCONT)
        lab.wait(lambda: look(pair.d2).get("timer_late", {}).get("max_usec", 0) > 400000, 30, "the lateness is measured")
        lab.expect("own timer late by" in why(pair.d2), why(pair.d2))


lab.main(statistics, lateness)
