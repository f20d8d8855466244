#!/usr/bin/python3
"""failover.py - the longest gap a client sees, asking every millisecond: stop, return, and a pulled cable; vipd and keepalived pairs."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
import lab  # noqa: E402

DAEMONS = ("vipd", "keepalived")
RUNS = int(os.environ.get("VIPD_BENCH_RUNS", "3"))


def gap_of(pair, act, master):
    """Acts, waits until `master` serves alone, and gives the client's longest gap in ms."""
    probe = lab.Probe(pair.client)
    act()
    lab.wait(lambda: pair.observer.holding() == [master.name], pair.down + 15, f"{master.name} serves")
    return probe.results(after=1)["longest_gap_ms"]


def gaps(program, version, interval):
    with lab.Pair(version=version, interval=interval, programs=(program, program)) as pair:
        pair.start()
        pair.settled()
        stop = gap_of(pair, pair.d1.stop, pair.d2)
        back = gap_of(pair, lambda: pair.start(pair.d1), pair.d1)
        pair.settled()
        cut = gap_of(pair, lambda: pair.cut(pair.d1), pair.d2)
        return {"stop": stop, "return": back, "cut": cut}


def table():
    rows = []
    for version, interval in ((2, 1), (3, 0.1)):
        best = {}
        for program in DAEMONS:
            runs = [gaps(program, version, interval) for _ in range(RUNS)]
            best[program] = {k: sorted(r[k] for r in runs)[RUNS // 2] for k in runs[0]}
        for k in ("stop", "return", "cut"):
            rows.append((f"v{version} {interval} s {k}", *(best[p][k] for p in DAEMONS)))
    print(f"\n{'longest gap, ms (median of ' + str(RUNS) + ')':34}" + "".join(f"{p:>14}" for p in DAEMONS))
    for name, *values in rows:
        print(f"{name:34}" + "".join(f"{v:14.0f}" for v in values))
    print(time.strftime("%Y-%m-%d %H:%M:%S"), flush=True)


lab.main(table)
