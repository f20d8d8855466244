#!/usr/bin/python3
"""load.py - from start to the full IPVS table, from HUP to the changed one. Runs where the kernel has IPVS.

    load.py [--services N] [--servers N] [--check] DAEMON...    DAEMON: vipd, keepalived

With --check nothing is measured against anybody: the table must be exact at every step within a generous time, else exit 1.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

import ipvs_table

BIN = os.environ.get("VIPD_BIN", os.path.join(os.path.dirname(__file__), "../../build/bin"))
PATIENCE = 120


def command(daemon, conf, folder):
    pids = ["-p", f"{folder}/main.pid", "-r", f"{folder}/vrrp.pid", "-c", f"{folder}/checkers.pid"]
    if daemon == "keepalived":
        return ["/usr/sbin/keepalived", "-n", "-l", "-C", "-f", conf, "-b", f"{folder}/bfd.pid"] + pids
    return [os.path.join(BIN, "vipd"), "-n", "-l", "-C", "-f", conf, "--run-dir", folder] + pids


def until(table, seconds=PATIENCE):
    """Seconds until the kernel has exactly this table, or None when the patience is over. Looking costs a fifth of the time at most:
    the numbers of lines and of changed weights are asked for first."""
    start = time.monotonic()
    marks = ipvs_table.marks_of(table)
    while time.monotonic() - start < seconds:
        look = time.monotonic()
        if ipvs_table.marks() == marks and ipvs_table.kernel() == table:
            return look - start
        time.sleep(max(0.02, 4 * (time.monotonic() - look)))
    return None


def explain(table):
    """What differs, in one line."""
    have = ipvs_table.kernel()
    count = sum(map(len, have.values()))
    wrong = sum(have.get(service) != real for service, real in table.items())
    return f"{len(have)} services and {count} servers are there, {wrong} of {len(table)} wanted services are not as they should be"


def step(times, name, table, act):
    """Acts, waits for the table, keeps the time."""
    act()
    times[name] = until(table)
    if times[name] is None:
        print(f"{name}: not within {PATIENCE} s: {explain(table)}", flush=True)


def end(process):
    """Ends the daemon. keepalived takes its time to empty the table, vipd leaves the table for the next start."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measure(daemon, before, after, folder):
    """The three times of one daemon."""
    conf, times = os.path.join(folder, "bench.conf"), {}
    write = lambda table: open(conf, "w").write(ipvs_table.text(table)) and None  # noqa: E731
    write(before)
    with open(os.path.join(folder, "log"), "wb") as log:
        start = time.monotonic()
        process = subprocess.Popen(command(daemon, conf, folder), stdout=log, stderr=log, start_new_session=True)
        times["load"] = until(before)
        if times["load"] is None:
            print(f"load: not within {time.monotonic() - start:.0f} s: {explain(before)}", flush=True)
        else:
            write(after)
            step(times, "reload", after, lambda: process.send_signal(signal.SIGHUP))
        end(process)
    subprocess.run(["ipvsadm", "-C"], check=False)
    if None in times.values():
        sys.stdout.write(open(os.path.join(folder, "log"), errors="replace").read()[-3000:])
    return times


def show(results):
    first, *others = results
    print(f"\n{'seconds':10}" + "".join(f"{d:>14}" for d in results) + "".join(f"{d + '/' + first:>20}" for d in others))
    for name in ("load", "reload"):
        times = [results[d].get(name) for d in results]
        line = f"{name:10}" + "".join(f"{'> ' + str(PATIENCE) if t is None else format(t, '.2f'):>14}" for t in times)
        for t in times[1:]:
            line += f"{'-' if not t or not times[0] else format(t / times[0], '.1f') + ' x':>20}"
        print(line, flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--services", type=int, default=1000)
    p.add_argument("--servers", type=int, default=10)
    p.add_argument("--check", action="store_true")
    p.add_argument("daemon", nargs="+", choices=("vipd", "keepalived"))
    a = p.parse_args()
    before = ipvs_table.wanted(a.services, a.servers)
    after = ipvs_table.changed(before)
    print(f"{a.services} services of {a.servers} servers; reload: {len(after)} weights, 10 services less", flush=True)
    if ipvs_table.kernel():
        sys.exit("the IPVS table is not empty: not on a machine in use")
    results = {}
    for daemon in a.daemon:
        with tempfile.TemporaryDirectory() as folder:
            results[daemon] = measure(daemon, before, after, folder)
    show(results)
    sys.exit(a.check and any(t is None for t in results[a.daemon[0]].values()))


if __name__ == "__main__":
    main()
