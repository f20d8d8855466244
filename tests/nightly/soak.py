#!/usr/bin/python3
"""Ten minutes of an unruly pair: reloads, kills of every child, drills, status questions. Nobody without the VIP beyond the protocol's
window, and what main and its children need (memory, descriptors, processes) at the end is what they needed at the beginning."""
import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "net"))
import lab  # noqa: E402

SECONDS = int(os.environ.get("VIPD_SOAK_SECONDS", "600"))
SEED = int(os.environ.get("VIPD_SOAK_SEED", "1"))
LEASE = 3  # seconds, as faults.py has it
DRILLS = "global_defs {\n    drill_interval 0\n    drill_hold 2\n}\n"


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def memory(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * 4096


def needs(director):
    """Descriptors, bytes and processes of the daemon's family."""
    pids = director.family().values()
    return sum(map(descriptors, pids)), sum(map(memory, pids)), len(list(pids))


def kill_one(dice, director):
    family = director.family()
    role = dice.choice([r for r in family if r != "main"])
    os.kill(family[role], signal.SIGKILL)
    lab.wait(lambda: director.family().get(role) not in (None, family[role]), 12, f"{role} of {director.name} is back")


def reload_other(dice, director, conf):
    """One reload changes an unrelated instance, the next takes it away again."""
    other = lab.instance(50, version=3, interval=1, name="OTHER", vrid=60 + dice.randrange(9), vips=("192.0.2.200",))
    director.reload(conf + dice.choice(["", other]))


def soak():
    dice = random.Random(SEED)
    with lab.Pair(version=3, interval=0.2) as pair:
        for name in pair.conf:
            pair.conf[name] = DRILLS + pair.conf[name]
        pair.start()
        pair.settled()
        time.sleep(5)
        first = {d.name: needs(d) for d in (pair.d1, pair.d2)}
        since, rounds = time.monotonic(), 0
        while time.monotonic() - since < SECONDS:
            director = dice.choice([pair.d1, pair.d2])
            act = dice.choice(["reload", "reload", "kill", "drill", "status"])
            if act == "reload":
                reload_other(dice, director, pair.conf[director.name])
            elif act == "kill":
                kill_one(dice, director)
            elif act == "drill":
                director.signal(signal.SIGUSR1)
            else:
                director.status()
            rounds += 1
            time.sleep(dice.uniform(0.1, 2.5))
        pair.d1.reload(pair.conf["d1"])
        pair.d2.reload(pair.conf["d2"])
        time.sleep(6)
        print(f"    {rounds} acts in {SECONDS} s, seed {SEED}")
        lab.expect(len(pair.observer.holding()) == 1, f"holding at the end: {pair.observer.holding()}")
        two, none = pair.observer.longest(2, since), pair.observer.longest(0, since)
        print(f"    both held the VIP for {two * 1000:.0f} ms at most, nobody for {none * 1000:.0f} ms")
        # a killed vrrp process is back before the peer is long MASTER; one that is killed time and again is started later, up to its lease
        lab.expect(two < LEASE, f"two holders for {two:.3f} s")
        lab.expect(none < pair.down + 0.5, f"nobody for {none:.3f} s")
        for d in (pair.d1, pair.d2):
            fds, rss, family = needs(d)
            print(f"    {d.name}: descriptors {first[d.name][0]} -> {fds}, resident {first[d.name][1] >> 10} -> {rss >> 10} KiB")
            lab.expect(family == first[d.name][2], f"{family} processes instead of {first[d.name][2]}")
            lab.expect(fds <= first[d.name][0] + 2, f"{d.name} has {fds} descriptors instead of {first[d.name][0]}")
            lab.expect(rss < first[d.name][1] * 1.5 + (32 << 20), f"{d.name} grew from {first[d.name][1]} to {rss} bytes")


lab.main(soak)
