#!/usr/bin/python3
"""HUP applies the difference: what did not change does not notice, what goes hands over, what is broken is refused whole."""
import os
import re
import time

import lab

INTERVAL = 0.2
VIP2, VIP3 = "192.0.2.101", "192.0.2.102"


def second(priority=100, interval=INTERVAL):
    return lab.instance(priority, 3, interval, name="VI_2", vrid=52, vips=(VIP2,))


def third():
    return lab.instance(100, 3, INTERVAL, name="VI_3", vrid=53, vips=(VIP3,))


def expect_steady(pair, since, until):
    """VI_1 on d1: no advert late, no announcement, the VIP never moved."""
    times = [a.when for a in pair.observer.adverts_of("d1", since) if a.when <= until]
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    print(f"    {len(times)} adverts, longest time between two {max(gaps) * 1000:.0f} ms")
    lab.expect(max(gaps) < 1.5 * INTERVAL, f"an advert was missed: {max(gaps):.3f} s between two")
    lab.expect(not pair.observer.announcements("d1", since), "VI_1 was announced again")
    lab.expect(not [e for e in pair.observer.events if e[0] > since], f"the VIP moved: {pair.observer.history()}")


def untouched_instance():
    """SM-23: Other instances change, come and go; VI_1 misses no advert."""
    with lab.Pair(version=3, interval=INTERVAL, extra="garp_master_delay 1") as pair:
        pair.conf["d1"] += second()
        pair.start()
        pair.settled()
        lab.wait(lambda: VIP2 in pair.d1.addresses(), 3, "VI_2 serves")
        time.sleep(1.5)
        since = time.monotonic()
        first = pair.conf["d1"].removesuffix(second())
        for conf in (first + second(120), first + second(120) + third(), first + third(), first + second(), first + second()):
            pair.d1.reload(conf)
            time.sleep(0.8)
        lab.wait(lambda: VIP3 not in pair.d1.addresses(), 3, "VI_3 left with its instance")
        lab.wait(lambda: VIP2 in pair.d1.addresses(), 3, "VI_2 serves again")
        expect_steady(pair, since, time.monotonic())


def removed_instance():
    """An instance that a reload removes hands its VIP over first, nothing is lost; then its notify_stop runs, seconds after the reload."""
    with lab.Pair(version=3, interval=INTERVAL) as pair:
        only_second = second()
        pair.conf["d1"] = pair.conf["d1"].replace("priority", 'notify_stop "/bin/sh -c \'echo stopped >>/run/stopped\'"\n    priority')
        pair.conf["d1"] += only_second
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.reload(only_second)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 alone holds the VIP")
        pair.expect_masters(["d1", "d2"], since)
        lab.expect_lossless(probe)
        lab.expect(VIP2 in pair.d1.addresses(), "VI_2 serves on")
        lab.wait(lambda: pair.d1.run("cat", "/run/stopped", check=False) == "stopped\n", 3, "notify_stop of what is gone ran, once")
        lab.expect("not run" not in pair.d1.log(), "a notification was lost")


def broken_file():
    """Refused whole, with the place of the mistake; what runs stays as it was, and the next good file is taken."""
    with lab.Pair(version=3, interval=INTERVAL, extra="garp_master_delay 1") as pair:
        pair.start()
        pair.settled()
        time.sleep(1.5)
        since = time.monotonic()
        good = pair.conf["d1"]
        for number, conf in enumerate((good.replace("virtual_router_id 51", ""), good.rstrip().removesuffix("}"),
                                       good.replace("192.0.2.100/24", "192.0.2.999/24") + second(), "", good[:9])):
            pair.d1.reload(conf)
            lab.wait(lambda: len(re.findall("refused", pair.d1.log())) > number, 3, f"reload {number} is refused in the log")
        lab.expect(re.search(r"daemon\.conf:\d+:\d+", pair.d1.log()), "the log names file, line and column")
        time.sleep(0.5)
        expect_steady(pair, since, time.monotonic())
        lab.expect(VIP2 not in pair.d1.addresses(), "nothing of a refused file is applied")
        pair.d1.reload(good + second())
        lab.wait(lambda: VIP2 in pair.d1.addresses(), 3, "the good file is taken")
        lab.expect(os.path.exists(f"/proc/{pair.d1.daemon.pid}"), "main lives")


lab.main(untouched_instance, removed_instance, broken_file)
