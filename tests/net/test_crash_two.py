#!/usr/bin/python3
"""kill -9 of every two processes of a director at once, as MASTER and as BACKUP: what is there afterwards is what a fresh start
makes, no address is left behind, no second MASTER appears."""
import contextlib
import itertools
import json
import os
import signal
import time

import lab

PROCESSES = ("main", "vrrp", "lvs", "probe")
TWO = list(itertools.combinations(PROCESSES, 2))


def kernel(director):
    """Everything that vipd may have put there: addresses, links, routes, rules, tables of the packet filter."""
    links = json.loads(director.run("ip", "-j", "addr"))
    addresses = sorted((link["ifname"], a["local"], a["prefixlen"]) for link in links for a in link["addr_info"])
    rest = [sorted(director.run("ip", *words).splitlines()) for words in (("-4", "route"), ("-6", "route"), ("rule",))]
    return addresses, sorted(link["ifname"] for link in links), rest, director.run("nft", "list", "tables", check=False).splitlines()


def state(director):
    """What the daemon says of itself, without times and counters."""
    said = director.status()
    return ([(i["name"], i["state"], i["effective_priority"], i["faults"], [(v["address"], v["present"]) for v in i["vips"]])
             for i in said["instances"]],
            [(s["name"], [(r["name"], r["up"], r["effective_weight"]) for r in s["servers"]]) for s in said["services"]],
            [(p["name"], p["healthy"]) for p in said["processes"]])


def whole(director):
    """As state(), or None while a process is on its way."""
    with contextlib.suppress(lab.Failed, ValueError, KeyError):
        return state(director) if set(director.family()) == set(PROCESSES) else None
    return None


def kill(director, victims):
    """None of them sees another one die before it dies itself."""
    pids = [director.family()[name] for name in victims]
    for sig in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            os.kill(pid, sig)
    if "main" in victims:
        director.daemon.wait()


def one(pair, director, victims, fresh):
    """Two processes of `director` die; `fresh` is what both directors are and have."""
    other = pair.d2 if director is pair.d1 else pair.d1
    echo = {director.started[0].pid}
    before = director.family()
    kill(director, victims)
    if "main" in victims:
        lab.wait(lambda: set(director.processes()) == echo, 30, "no process of the dead main is left", 0.05)
        lab.wait(lambda: pair.observer.holding() == [other.name], 30, f"{other.name} alone holds the address", 0.05)
        lab.expect(lab.VIP not in director.addresses(), "the address was left behind")
        director.start()
    lab.wait(lambda: all(director.family().get(name) not in (None, before[name]) for name in victims), 30, "they are back", 0.05)
    for each, (says, has) in fresh.items():
        lab.wait(lambda e=each, s=says: whole(e) == s, 30, lambda e=each, s=says: f"{e.name} as after a fresh start: {whole(e)} is not {s}", 0.1)
        lab.wait(lambda e=each, h=has: kernel(e) == h, 10, lambda e=each, h=has: f"{e.name} has {kernel(e)}, not {h}", 0.1)


def all_of(number):
    """Each two of the four on d1 (MASTER) or d2 (BACKUP), one pair of directors for all."""
    with lab.Pair(version=3, interval=0.2) as pair:
        for name in pair.conf:
            pair.conf[name] += lab.SERVICE
        pair.start()
        pair.settled()
        director = pair.directors[number]
        for each in pair.directors:
            lab.wait(lambda e=each: (whole(e) or (0, [(0, [(0, True)])]))[1][0][1][0][1] is False, 30, "the check has failed", 0.1)
        fresh = {each: (state(each), kernel(each)) for each in pair.directors}
        for victims in TWO:
            since = time.monotonic()
            try:
                one(pair, director, victims, fresh)
            except lab.Failed as failure:
                raise lab.Failed(f"{' and '.join(victims)} of {director.name}: {failure}") from failure
            seen, two = pair.observer.masters(since), pair.observer.longest(2, since)
            expected = ["d1", "d2", "d1"] if number == 0 and "main" in victims else ["d1"]
            print(f"    {' and '.join(victims)}: advertised {' '.join(seen)}, both had the address for {two * 1000:.0f} ms"
                  f" [{time.monotonic() - since:.1f} s]")
            lab.expect(seen == expected or (number == 0 and seen == ["d1", "d2", "d1"]), f"{victims}: advertised: {seen}")
            lab.expect(two < 5, f"{victims}: the lease of an address that nobody refreshes ends after 3 s, it was held for {two:.1f} s")


def master():
    all_of(0)


def backup():
    all_of(1)


lab.main(master, backup)
