"""leased.py - addresses with a lifetime: who holds them for how long."""
import contextlib
import json
import os
import re
import signal
import time

import lab

LEASE = 3         # the default with an advert a second
KERNEL = 0.35     # lifetimes are looked at within a quarter of a second


def send_all(director, sig):
    """To every process of the daemon at once."""
    for pid in director.family().values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sig)


def gone_after(pair, director, since, seconds):
    """How long after `since` the director's kernel let the VIP go."""
    def dropped():
        return next((when for when, name, what in list(pair.observer.events) if name == director.name and what == "drops"
                     and when >= since), None)
    took = lab.wait(dropped, seconds + 5, f"the VIP leaves {director.name}") - since
    print(f"    VIP gone after {took:.3f} s")
    lab.expect(took <= seconds, f"the VIP stayed for {took:.3f} s")
    return took


def lifetimes(director, dev="eth0"):
    """{address: seconds} of all with a lifetime."""
    forever = 2 ** 32 - 1
    links = json.loads(director.run("ip", "-j", "-4", "addr", "show", "dev", dev))
    return {a["local"]: a["valid_life_time"] for a in links[0]["addr_info"] if a["valid_life_time"] != forever}


def silent(pair, director, since, seconds):
    """From `since` on the director sends neither advert nor announcement for so long."""
    time.sleep(max(0, since + seconds - time.monotonic()))
    adverts = [a for a in pair.observer.adverts_of(director.name, since) if a.when < since + seconds]
    spoken = [a for a in pair.observer.announcements(director.name, since) if a.when < since + seconds]
    lab.expect(not adverts and not spoken, f"{director.name} spoke after it woke: {adverts} {len(spoken)} announcements")


def freeze(seconds, extra=""):
    """All of the MASTER stands still for so long: its VIP is gone in time, it wakes as BACKUP and hears before it speaks."""
    with lab.Pair(version=3, interval=1, extra=extra) as pair:
        pair.start()
        pair.settled()
        time.sleep(1.3)
        since = time.monotonic()
        send_all(pair.d1, signal.SIGSTOP)
        gone_after(pair, pair.d1, since, LEASE + KERNEL)
        time.sleep(max(0, since + seconds - time.monotonic()))
        woke = time.monotonic()
        send_all(pair.d1, signal.SIGCONT)
        silent(pair, pair.d1, woke, 2)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 10, "d2 alone holds the VIP")
        lab.expect(pair.observer.longest(2, since) == 0, f"two owners: {pair.observer.history()}")
        line = re.search(r"VI_1: MASTER -> BACKUP: (.*)", pair.d1.log())
        lab.expect(line and "lease" in line.group(1), f"d1 said {line and line.group(0)}")
        return pair.d1.log()
