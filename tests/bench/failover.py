#!/usr/bin/python3
"""failover.py - what a client loses, asking every millisecond: stop, return, restart, reload, drill, a pulled cable, a crash of
everything; vipd and keepalived pairs. A crash is given beside the formula: what is left of the down interval when the MASTER dies."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
import lab  # noqa: E402

DAEMONS = ("vipd", "keepalived")
RUNS = int(os.environ.get("VIPD_BENCH_RUNS", "3"))


def seen_while(pair, act, master, seconds=1):
    """Acts, waits until `master` serves alone, and gives the client's longest gap in ms and how many questions had no answer."""
    probe = lab.Probe(pair.client)
    act()
    lab.wait(lambda: pair.observer.holding() == [master.name], pair.down + 15, f"{master.name} serves")
    result = probe.results(after=seconds)
    return result["longest_gap_ms"], result["lost"]


def restart(pair, program):
    """`vipctl restart`, or what an operator of keepalived has: a stop and a start."""
    if program == "vipd":
        pair.d1.run(os.path.join(lab.BIN, "vipctl"), "restart")
    else:
        pair.d1.stop()
        pair.start(pair.d1)


def outages(program, version, interval):
    """One pair through all of it: {name: (longest gap in ms, lost)}."""
    rows = {}
    with lab.Pair(version=version, interval=interval, programs=(program, program)) as pair:
        pair.start()
        pair.settled()
        rows["reload"] = seen_while(pair, pair.d1.reload, pair.d1)
        rows["restart"] = seen_while(pair, lambda: restart(pair, program), pair.d1, pair.down + 2)
        pair.settled()
        rows["stop"] = seen_while(pair, pair.d1.stop, pair.d2)
        rows["return"] = seen_while(pair, lambda: pair.start(pair.d1), pair.d1)
        pair.settled()
        if program == "vipd":
            rows["drill"] = seen_while(pair, lambda: pair.d1.signal(signal.SIGUSR1), pair.d2)
    with lab.Pair(version=version, interval=interval, programs=(program, program)) as pair:
        pair.start()
        pair.settled()
        rows["cut"] = seen_while(pair, lambda: pair.cut(pair.d1), pair.d2)
    with lab.Pair(version=version, interval=interval, programs=(program, program)) as pair:
        pair.start()
        pair.settled()
        rows["crash"] = seen_while(pair, pair.d1.power_cut, pair.d2)
        rows["crash, formula"] = pair.down * 1000, 0
    return rows


def table():
    rows = []
    for version, interval in ((2, 1), (3, 0.1)):
        best = {}
        for program in DAEMONS:
            runs = [outages(program, version, interval) for _ in range(RUNS)]
            best[program] = {k: sorted(r[k] for r in runs)[RUNS // 2] for k in runs[0]}
        for k in best[DAEMONS[0]]:
            rows.append((f"v{version} {interval} s {k}", *(best[p].get(k) for p in DAEMONS)))
    print(f"\n{'longest gap, ms / lost (median of ' + str(RUNS) + ')':40}" + "".join(f"{p:>18}" for p in DAEMONS))
    for name, *values in rows:
        print(f"{name:40}" + "".join(f"{f'{v[0]:.0f} / {v[1]}' if v else '-':>18}" for v in values))
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)


lab.main(table)
