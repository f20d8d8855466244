#!/usr/bin/python3
"""Split brain that is none, or that somebody else makes: adverts nobody can read, a stranger's VRID, and a quiet pair."""
import os
import subprocess
import time

import lab
from halves import T, suspicions


def unreadable():
    """Row 25: a peer with another password is no peer: both say whose packets are dropped and why."""
    auth = "authentication {{\n        auth_type PASS\n        auth_pass {}\n    }}"
    with lab.Pair(version=2, interval=1) as pair:
        for director, word in ((pair.d1, "one"), (pair.d2, "two")):
            pair.conf[director.name] = pair.conf[director.name].replace("virtual_ipaddress", auth.format(word) + "\n    virtual_ipaddress")
        pair.start()
        lab.wait(lambda: len(pair.observer.holding()) == 2, 30, "two MASTERs")
        for director, peer in ((pair.d1, "192.0.2.2"), (pair.d2, "192.0.2.1")):
            lab.wait(lambda d=director: "peer_unreadable" in suspicions(d), 30, f"{director.name} says that it cannot read the other")
            lab.expect(peer in suspicions(director)["peer_unreadable"], f"{suspicions(director)}")


def foreign_vrid():
    """RX-21: Row 8: a stronger stranger with our VRID and other addresses: we conform, and say that nobody serves ours."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.conf["d1"] = pair.conf["d1"].replace(lab.VIP, "192.0.2.200")
        pair.start()
        lab.wait(lambda: "foreign_vrid" in suspicions(pair.d2), 30, "d2 says so")
        lab.expect("192.0.2.1 with priority 150" in suspicions(pair.d2)["foreign_vrid"], f"{suspicions(pair.d2)}")
        pair.d1.stop()
        lab.wait(lambda: pair.observer.holding() == ["d2"] and not suspicions(pair.d2), 30, "over once the stranger is gone")


def quiet():
    """A healthy pair suspects nothing: start, drill, stop, return."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        pair.d1.signal(10)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over in the drill")
        pair.d2.stop()
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 took over")
        pair.d2.start()
        time.sleep(4 * T)
        pair.d1.stop()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over")
        pair.d1.start()
        pair.settled()
        time.sleep(2)
        for director in pair.directors:
            lab.expect("suspected" not in director.log() and "deaf" not in director.log(), "something was suspected")


def check(director):
    done = subprocess.run(director.enter(os.path.join(lab.BIN, "vipctl"), "check"), stdout=subprocess.PIPE, text=True, timeout=20)
    return done.returncode, done.stdout


def stranger():
    """Row 43: a plain host has the VIP while the other director is dead or well: vip_conflict, its MAC and IP; no split, nobody deaf."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        pair.d1.stop()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over from d1, which it heard")
        other = pair.host("h1", "192.0.2.77")
        mac = "02:00:00:00:00:4d"
        other.ip(f"link set eth0 address {mac}")
        pair.d2.run("ping", "-c1", "-W5", "192.0.2.77")
        for alive in (False, True):
            if alive:  # d1 is BACKUP: it does not preempt
                pair.d1.start(lab.instance(90, 3, T))
                time.sleep(4 * T)
            other.ip(f"addr add {lab.VIP}/32 dev eth0")
            other.run("arping", "-U", "-c1", "-w1", "-I", "eth0", lab.VIP, check=False)
            lab.wait(lambda: "vip_conflict" in suspicions(pair.d2), 30, "d2 names the stranger")
            lab.expect(suspicions(pair.d2) == {"vip_conflict": f"{lab.VIP} is also on {mac} (192.0.2.77), which is no director of ours"},
                       f"{suspicions(pair.d2)}")
            code, text = check(pair.d2)
            lab.expect(code == 2 and "CRITICAL: VI_1: vip_conflict: " in text, f"vipctl check: {code}: {text}")
            other.ip(f"addr del {lab.VIP}/32 dev eth0")
            lab.wait(lambda: not suspicions(pair.d2), 30, "over when it is gone")
        lab.expect("VI_1: vip_conflict is over after" in pair.d2.log(), "the log does not say that it is over")
        lab.expect("split_suspected:" not in pair.d2.log() and "deaf:" not in pair.d2.log(), "it was taken for a director")


lab.main(unreadable, foreign_vrid, quiet, stranger)
