#!/usr/bin/python3
"""Make before break: TERM, the USR1 drill and fail-back cost a client that asks every millisecond nothing."""
import os
import re
import signal
import time

import lab


def stop_and_return(version, interval, unicast=False):
    with lab.Pair(version=version, interval=interval, unicast=unicast) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        lab.expect(pair.d1.stop() == 0, "exit status of an orderly stop")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 1, "d2 alone holds the VIP once d1 has left")
        lab.expect(lab.VIP not in pair.d1.addresses(), "d1 kept the VIP")
        left = time.monotonic()
        pair.start(pair.d1)
        pair.settled(pair.d1)
        lab.expect(time.monotonic() - left >= 2 * interval, "d1 took over without listening first")
        pair.expect_masters(["d1", "d2", "d1"], since)
        lab.expect_lossless(probe)
        lab.expect(set(probe.result["answers"]) == {"d1", "d2"}, f"answers {probe.result['answers']}")


def stop_and_return_v2():
    stop_and_return(2, 1)


def stop_and_return_v3():
    stop_and_return(3, 0.1)


def stop_and_return_unicast():
    stop_and_return(3, 0.2, unicast=True)


def drill():
    """USR1: d2 serves, d1 stays BACKUP though it is the stronger one, and still takes over at once when d2 dies."""
    with lab.Pair(version=3, interval=0.1) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.signal(signal.SIGUSR1)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 alone holds the VIP after the drill")
        time.sleep(2)
        pair.expect_masters(["d1", "d2"], since)
        lab.expect_lossless(probe)
        line = next((text for text in pair.d1.log().splitlines() if re.search("drill", text)), "")
        lab.expect(re.search(rf"\b{os.getpid()}\b", line), f"the log names the sender: {line!r}")
        pair.d2.power_cut()
        lab.wait(lambda: pair.holds(pair.d1), pair.down + 0.5, "d1 takes over from a dead d2 during drill_hold")


def drill_hold_survives():
    """The vrrp process dies during drill_hold: the one after it does not preempt either."""
    with lab.Pair(version=3, interval=0.1) as pair:
        pair.start()
        pair.settled()
        pair.d1.signal(signal.SIGUSR1)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 alone holds the VIP after the drill")
        since, before = time.monotonic(), pair.d1.family()["vrrp"]
        os.kill(before, signal.SIGKILL)
        lab.wait(lambda: pair.d1.family().get("vrrp") not in (None, before), 1, "the vrrp process is back")
        time.sleep(2)
        pair.expect_masters(["d2"], since)
        pair.d2.power_cut()
        lab.wait(lambda: pair.holds(pair.d1), pair.down + 0.5, "d1 takes over from a dead d2 during drill_hold")


def drill_v2():
    with lab.Pair(version=2, interval=1) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.signal(signal.SIGUSR1)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 3, "d2 alone holds the VIP after the drill")
        pair.expect_masters(["d1", "d2"], since)
        lab.expect_lossless(probe)


def drill_without_second_director():
    """Nobody comes: the VIP never leaves, the log says so, and notify_master does not run again."""
    with lab.Pair(version=3, interval=0.1, extra="notify_master \"/bin/sh -c 'echo M >>/run/lab/notified'\"") as pair:
        pair.start(pair.d1)
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.signal(signal.SIGUSR1)
        lab.wait(lambda: re.search("nobody", pair.d1.log()), 3, "the log says that nobody took over")
        time.sleep(0.5)
        pair.expect_masters(["d1"], since)
        lab.expect_lossless(probe)
        resigned = [a for a in pair.observer.adverts_of("d1", since) if a.priority == 0]
        lab.expect(len(resigned) >= 1, "the drill did not say priority 0")
        lab.expect(pair.observer.adverts_of("d1")[-1].priority == 150, "d1 does not advertise again")
        lab.expect(pair.d1.run("cat", "/run/lab/notified") == "M\n", "notify_master did not run once")


lab.main(stop_and_return_v2, stop_and_return_v3, stop_and_return_unicast, drill, drill_hold_survives, drill_v2,
         drill_without_second_director)
