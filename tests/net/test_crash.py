#!/usr/bin/python3
"""No process's death takes the service down: each child killed, then main; what a crashed run left is adopted or removed."""
import os
import signal
import subprocess
import time

import lab



def kill_child(role, version=3, interval=0.2):
    """D12: VIP and peer do not notice: served all the time, the child back within a second, no second MASTER."""
    with lab.Pair(version=version, interval=interval) as pair:
        for name in pair.conf:
            pair.conf[name] += lab.SERVICE
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        before = pair.d1.family()
        killed = time.monotonic()
        os.kill(before[role], signal.SIGKILL)
        lab.wait(lambda: pair.d1.family().get(role) not in (None, before[role]), 10, f"{role} is back")
        took = time.monotonic() - killed
        print(f"    {role}: back after {took:.2f} s")
        lab.expect(took < 1, f"{role} was away for {took:.2f} s")
        time.sleep(pair.down + 1)
        pair.expect_masters(["d1"], since, overlap=0)
        lab.expect_lossless(probe)
        lab.expect(set(pair.d1.family()) == set(before), f"processes {before} became {pair.d1.family()}")
        if role == "vrrp":
            adverts = pair.observer.adverts_of("d1", since)
            gaps = [later.when - earlier.when for earlier, later in zip(adverts, adverts[1:])]
            print(f"    longest time between two adverts {max(gaps):.3f} s")
            lab.expect(max(gaps) < 2.1, f"silent for {max(gaps):.3f} s")


def kill_vrrp():
    kill_child("vrrp", 2, 1)


def kill_lvs():
    kill_child("lvs")


def kill_probe():
    kill_child("probe")


def kill_main():
    """The children hand over to d2 and leave nothing behind: no VIP, no process, no socket."""
    with lab.Pair(version=3, interval=0.2) as pair:
        echo = set(pair.d1.processes())
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.signal(signal.SIGKILL)
        pair.d1.daemon.wait()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 alone holds the VIP")
        lab.wait(lambda: set(pair.d1.processes()) == echo, 2, "no process of the dead main is left")
        pair.expect_masters(["d1", "d2"], since)
        lab.expect_lossless(probe)
        lab.expect(lab.VIP not in pair.d1.addresses(), "d1 kept the VIP")
        lab.expect(not pair.d1.run("ss", "-Hlx").strip(), f"sockets left: {pair.d1.run('ss', '-Hlx')}")


def kill_all(pair, director):
    """T31: Everything of the daemon at once: nobody can clean up."""
    pids = director.family().values()
    for sig in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            os.kill(pid, sig)
    director.daemon.wait()


def crashed_alone():
    """With no second director the next run takes the VIP over from the dead one: there once, never doubled."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.start(pair.d1)
        pair.settled()
        kill_all(pair, pair.d1)
        pair.start(pair.d1)
        lab.wait(lambda: any(a.priority for a in pair.observer.adverts_of("d1", time.monotonic() - 0.3)), 4, "d1 advertises again")
        lab.wait(lambda: pair.d1.addresses().count(lab.VIP) == 1, 1, "the VIP is there once")
        time.sleep(1)
        lab.expect(pair.d1.addresses().count(lab.VIP) == 1, f"addresses {pair.d1.addresses()}")
        lab.expect_lossless(lab.Probe(pair.client))
        lab.expect(pair.d1.stop() == 0 and lab.VIP not in pair.d1.addresses(), "the adopted VIP leaves with the daemon")


def crashed_in_a_pair():
    """While it was dead the other took over: the leftover is removed before the first BACKUP period ends."""
    with lab.Pair(version=3, interval=0.2, priorities=(150, 200)) as pair:
        pair.start(pair.d2)
        pair.settled(pair.d2)
        pair.d1.ip(f"addr add {lab.VIP}/24 dev eth0")
        since = time.monotonic()
        pair.start(pair.d1)
        lab.wait(lambda: lab.VIP not in pair.d1.addresses(), 1.2, "d1 removed the leftover")
        time.sleep(2)
        lab.expect(pair.observer.masters(since) == ["d2"], f"advertised: {pair.observer.masters(since)}")
        lab.expect(pair.observer.holding() == ["d2"], pair.observer.history())


def stopped_after_a_crash():
    """A stop in the moment in which the vrrp process dies, before its successor runs or on its way out: nothing is left."""
    with lab.Pair(version=3, interval=0.2, extra="use_vmac") as pair:
        for first, second in ((signal.SIGKILL, signal.SIGTERM), (signal.SIGTERM, signal.SIGKILL)):
            pair.start(pair.d1)
            lab.wait(lambda: lab.VIP in pair.d1.addresses("vrrp.51"), 30, "d1 serves")
            vrrp, main = pair.d1.family()["vrrp"], pair.d1.daemon.pid
            os.kill(main, signal.SIGSTOP)
            os.kill(vrrp if first == signal.SIGKILL else main, first)
            os.kill(vrrp if second == signal.SIGKILL else main, second)
            os.kill(main, signal.SIGCONT)
            lab.expect(pair.d1.daemon.wait(30) == 0, "an orderly end")
            lab.expect(not pair.d1.has_link("vrrp.51"), "vrrp.51 is left")
            lab.expect(pair.d1.addresses() == ["192.0.2.1"], f"left: {pair.d1.addresses()}")


def stopped_in_a_restart():
    """A stop while the vrrp process of before still serves: it is waited for until it has let go of everything."""
    with lab.Pair(version=3, interval=0.2) as pair:
        for pause in (0, 0.08, 0.1, 0.12):
            pair.start(pair.d1)
            lab.wait(lambda: lab.VIP in pair.d1.addresses(), 30, "d1 serves")
            count = pair.d1.log().count("restarting in place")
            restart = pair.d1.popen(os.path.join(lab.BIN, "vipctl"), "restart", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            lab.wait(lambda: pair.d1.log().count("restarting in place") > count, 10, "it restarts")
            time.sleep(pause)
            pair.d1.signal(signal.SIGTERM)
            lab.expect(pair.d1.daemon.wait(30) == 0, "an orderly end")
            restart.wait(10)
            lab.expect(pair.d1.addresses() == ["192.0.2.1"], f"left after {pause} s: {pair.d1.addresses()}")


lab.main(kill_vrrp, kill_lvs, kill_probe, kill_main, crashed_alone, crashed_in_a_pair, stopped_after_a_crash, stopped_in_a_restart)
