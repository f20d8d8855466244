#!/usr/bin/python3
"""T54: pre_master and pre_release: the addresses wait for them, adverts do not; a hook that hangs is killed at its deadline."""
import signal
import time

import lab


def hooked(pair, *lines):
    """d1 has these lines in its instance, and a script that tells each begin and end; /run/lab/go lets it end."""
    pair.d1.write("/run/lab/hook", "#!/bin/sh\necho \"begin $*\" >>/run/lab/told\n"
                  "until [ -e /run/lab/go ]; do sleep 0.05; done\necho \"end $*\" >>/run/lab/told\nexit 3\n")
    pair.d1.run("chmod", "755", "/run/lab/hook")
    pair.conf["d1"] = pair.conf["d1"].replace("virtual_ipaddress", "\n    ".join([*lines, "virtual_ipaddress"]), 1)


def go(director, on=True):
    director.run(*(("touch", "/run/lab/go") if on else ("rm", "-f", "/run/lab/go")))


def told(director):
    return director.run("cat", "/run/lab/told", check=False).splitlines()


def sent(director):
    return director.instance()["counters"]["tx"]


def hooks(director):
    (one,) = director.status()["hooks"]
    return one


def before_master():
    """MASTER and advertising, without the address, until the script ended; that it failed is said and counted, and stops nothing."""
    with lab.Pair(version=3, interval=0.2) as pair:
        hooked(pair, "pre_master /run/lab/hook root", "pre_master_timeout 60")
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: "BACKUP -> MASTER" in pair.d1.log() and "runs:" in pair.d1.log(), 30, "MASTER")
        lab.wait(lambda: told(pair.d1) == ["begin INSTANCE VI_1 MASTER 150"], 30, "the hook runs")
        before = sent(pair.d1)
        lab.wait(lambda: sent(pair.d1) >= before + 5, 30, "it advertises meanwhile")
        state = pair.d1.instance()
        lab.expect(lab.VIP not in pair.d1.addresses() and state["waits_for"]["hook"] == "pre_master", f"{state}")
        go(pair.d1)
        lab.wait(lambda: lab.VIP in pair.d1.addresses(), 30, "the address comes with the end")
        lab.wait(lambda: "waits_for" not in pair.d1.instance(), 30, "nothing waits")
        lab.expect("pre_master: exit code 3" in pair.d1.log(), "the failure is logged")
        lab.expect((hooks(pair.d1)["runs"], hooks(pair.d1)["failures"]) == (1, 1), f"{hooks(pair.d1)}")


def deadline():
    """A hook that hangs is killed with its group, and the address comes."""
    with lab.Pair(version=3, interval=0.2) as pair:
        hooked(pair, "pre_master /run/lab/hook root", "pre_master_timeout 1.5")
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: told(pair.d1), 30, "the hook runs")
        start = time.monotonic()
        lab.wait(lambda: lab.VIP in pair.d1.addresses(), 30, "the address comes at the deadline")
        took = time.monotonic() - start
        lab.expect(took > 0.5, f"it came after {took:.1f} s: too soon")
        lab.wait(lambda: "pre_master: timed out and was killed" in pair.d1.log(), 30, "killed")
        lab.expect(not [pid for pid in pair.d1.processes() if b"/run/lab/hook" in open(f"/proc/{pid}/cmdline", "rb").read()],
                   "a hook is left")
        lab.expect(told(pair.d1) == ["begin INSTANCE VI_1 MASTER 150"], f"{told(pair.d1)}")


def before_release():
    """A drill waits for pre_release as MASTER; then it makes before it breaks. A stop does the same, with STOP."""
    with lab.Pair(version=3, interval=0.2) as pair:
        hooked(pair, "pre_release /run/lab/hook root", "pre_release_timeout 60")
        pair.start()
        pair.settled()
        pair.observe()
        pair.d1.signal(signal.SIGUSR1)
        lab.wait(lambda: told(pair.d1) == ["begin INSTANCE VI_1 BACKUP 150"], 30, "the hook runs")
        before = sent(pair.d1)
        lab.wait(lambda: sent(pair.d1) >= before + 5, 30, "it advertises meanwhile")
        lab.expect(pair.d1.instance()["state"] == "MASTER" and lab.VIP in pair.d1.addresses(), f"{pair.d1.instance()}")
        lab.expect(pair.d2.instance()["state"] == "BACKUP", f"{pair.d2.instance()}")
        go(pair.d1)
        lab.wait(lambda: pair.d1.instance()["state"] == "BACKUP" and lab.VIP not in pair.d1.addresses(), 30, "d1 is BACKUP")
        lab.wait(lambda: pair.d2.instance()["state"] == "MASTER", 30, "d2 is MASTER")
        pair.d2.stop()
        lab.wait(lambda: lab.VIP in pair.d1.addresses(), 30, "d1 is MASTER again")
        pair.d1.stop()
        lab.expect(told(pair.d1)[1:] == ["end INSTANCE VI_1 BACKUP 150", "begin INSTANCE VI_1 STOP 150", "end INSTANCE VI_1 STOP 150"],
                   f"{told(pair.d1)}")


def yields():
    """To a stronger one: silent at once, the address goes with the end of pre_release."""
    with lab.Pair(version=3, interval=0.2, priorities=(150, 200)) as pair:
        hooked(pair, "pre_release /run/lab/hook root", "pre_release_timeout 60")
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: lab.VIP in pair.d1.addresses() and "runs:" in pair.d1.log(), 30, "d1 is MASTER")
        pair.d2.start(pair.conf["d2"])
        lab.wait(lambda: pair.d1.instance()["state"] == "BACKUP", 30, "d1 yields")
        lab.wait(lambda: told(pair.d1) == ["begin INSTANCE VI_1 BACKUP 150"], 30, "the hook runs")
        before = sent(pair.d1)
        time.sleep(1)
        lab.expect(sent(pair.d1) == before, "BACKUP, and advertises")
        lab.expect(lab.VIP in pair.d1.addresses(), "the address went before the end")
        go(pair.d1)
        lab.wait(lambda: lab.VIP not in pair.d1.addresses(), 30, "the address goes with the end")


def hangs_at_the_stop():
    """A notify script that hangs and takes no SIGTERM: the stop waits some seconds, then it is named and killed with its group."""
    with lab.Pair(version=3, interval=0.2, extra="notify_stop /run/lab/hang") as pair:
        pair.d1.write("/run/lab/hang", "#!/bin/sh\ntrap '' TERM\nsleep 997 &\nwhile :; do sleep 0.2; done\n")
        pair.d1.run("chmod", "755", "/run/lab/hang")
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: lab.VIP in pair.d1.addresses(), 30, "d1 is MASTER")
        start = time.monotonic()
        lab.expect(pair.d1.stop(25) == 0, "an orderly stop")
        took = time.monotonic() - start
        lab.expect(took > 3, f"the script had {took:.1f} s: too little")
        lab.expect("instance VI_1 notify_*: /run/lab/hang holds up the stop" in pair.d1.log(), "it is named")
        lines = [open(f"/proc/{pid}/cmdline", "rb").read() for pid in pair.d1.processes()]
        lab.expect(not [line for line in lines if b"/run/lab/hang" in line or b"sleep\0997" in line], f"left: {lines}")
        print(f"    stopped after {took:.1f} s")


lab.main(hangs_at_the_stop, before_master, deadline, before_release, yields)
