#!/usr/bin/python3
"""load.py - a large table into IPVS: the load, a weight in every service, one weight, a reload of nothing (in seconds of a
processor), the stop; memory and adverts meanwhile. Of one weight and of nothing the median of several. Runs where the kernel has
IPVS. Files are in memory: no disk is measured.

    load.py [--services N] [--servers N] [--check] DAEMON...    DAEMON: vipd, keepalived

With --check nothing is measured against anybody: the table must be exact at every step within a generous time, else exit 1.
"""
import argparse
import os
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

import ipvs_table
import proc_memory

BIN = os.environ.get("VIPD_BIN", os.path.join(os.path.dirname(__file__), "../../build/bin"))
PATIENCE = 240
ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")
SO_TIMESTAMPNS = 35
INSTANCE = """vrrp_instance bench {
    state MASTER
    interface bench0
    virtual_router_id 51
    priority 200
    advert_int 1
    virtual_ipaddress {
        192.0.2.100/24
    }
}
"""


def command(daemon, conf, folder):
    pids = ["-p", f"{folder}/main.pid", "-r", f"{folder}/vrrp.pid", "-c", f"{folder}/checkers.pid"]
    if daemon == "keepalived":
        return ["/usr/sbin/keepalived", "-n", "-l", "-f", conf, "-b", f"{folder}/bfd.pid"] + pids
    return [os.path.join(BIN, "vipd"), "-n", "-l", "-f", conf, "--run-dir", folder] + pids


class Adverts(threading.Thread):
    """The longest time between two adverts, by the kernel's stamps, at the other end of the link."""

    def __init__(self):
        super().__init__(daemon=True)
        for words in ("link add bench0 type veth peer name bench1", "addr add 192.0.2.1/24 dev bench0", "link set bench0 up",
                      "link set bench1 up", "link set lo up"):
            subprocess.run(["ip", *words.split()], check=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.socket.bind(("bench1", 0x0800))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.forget()
        self.start()

    def forget(self):
        self.last, self.longest, self.count = None, 0, 0

    def run(self):
        while True:
            frame, extra, _, _ = self.socket.recvmsg(256, 64)
            if frame[23] != 112:
                continue
            seconds, nanoseconds = struct.unpack("qq", extra[0][2][:16])
            now = seconds + nanoseconds / 1e9
            self.longest = max(self.longest, now - self.last) if self.last else 0
            self.last, self.count = now, self.count + 1


def family(pid):
    """The process and all that came of it."""
    found = [pid]
    for parent in found:
        try:
            with open(f"/proc/{parent}/task/{parent}/children") as file:
                found += map(int, file.read().split())
        except OSError:
            pass
    return found


def cpu(pid):
    """Seconds of the processor that they have had."""
    total = 0
    for one in family(pid):
        try:
            with open(f"/proc/{one}/stat") as file:
                total += sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
        except OSError:
            pass
    return total / TICKS


def memory(pid):
    """MiB of all of them; what they share counts once."""
    return proc_memory.of(family(pid))


def idle(pid, seconds=5):
    """The share of a processor that they have with nothing to do: looks at the table cost what the machine lets them cost."""
    before = cpu(pid)
    time.sleep(seconds)
    return (cpu(pid) - before) / seconds


def quiet(pid, seconds=PATIENCE, usual=0):
    """Seconds until they do no more than is usual: for what cannot be seen in the table."""
    start, past = time.monotonic(), []
    while time.monotonic() - start < seconds:
        past.append((time.monotonic(), cpu(pid)))
        then = [p for p in past if p[0] <= past[-1][0] - 1.5]
        if then and past[-1][1] - then[-1][1] < 0.2 + usual * (past[-1][0] - then[-1][0]):
            return max(then[-1][0] - start, 0.01)
        time.sleep(0.1)
    return None


def spent(pid, usual, act, times=5):
    """Seconds of a processor that they take for what cannot be seen in the table, beside what is usual: the mean of several."""
    start, before = time.monotonic(), cpu(pid)
    for _ in range(times):
        act()
        time.sleep(0.4)
        if quiet(pid, usual=usual) is None:
            return None
    return max(cpu(pid) - before - usual * (time.monotonic() - start), 1 / TICKS) / times


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
    return times[name] is not None


def end(process):
    """Ends the daemon; how long it took. keepalived takes its time to empty the table, vipd leaves the table for the next start."""
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None
    return time.monotonic() - start


def one_weight(table, n):
    """The same table with another weight of one server, the n-th such weight, and whose that is."""
    service, real = next(reversed(table.items()))
    return {**table, service: {**real, next(reversed(real)): ipvs_table.CHANGED + n}}, service


def until_service(one, real, start, seconds=PATIENCE):
    """Seconds from `start` until the kernel has just these servers of one service, which costs little to look at."""
    while time.monotonic() - start < seconds:
        if one.servers() == real:
            return time.monotonic() - start
        time.sleep(0.001)
    return None


def reloads(times, before, write, process, rounds):
    """Every weight, one weight, nothing."""
    hup = lambda: process.send_signal(signal.SIGHUP)  # noqa: E731
    after = ipvs_table.changed(before)
    write(after)
    if not step(times, "reload", after, hup):
        return
    weights, nothings = [], []
    for n in range(rounds):
        quiet(process.pid)
        table, service = one_weight(after, n)
        write(table)
        one, start = ipvs_table.OneService(service), time.monotonic()
        hup()
        weights.append(until_service(one, table[service], start))
        if weights[-1] is None or until(table) is None:
            return
    for _ in range(rounds):
        quiet(process.pid)
        nothings.append(spent(process.pid, idle(process.pid), hup))
    times["one weight"], times["no change"] = statistics.median(weights), statistics.median(nothings)


def measure(daemon, before, folder, adverts, rounds):
    """All figures of one daemon."""
    conf, times = os.path.join(folder, "bench.conf"), {}
    write = lambda table: open(conf, "w").write(INSTANCE + ipvs_table.text(table)) and None  # noqa: E731
    write(before)
    with open(os.path.join(folder, "log"), "wb") as log:
        process = subprocess.Popen(command(daemon, conf, folder), stdout=log, stderr=log, start_new_session=True)
        if step(times, "load", before, lambda: None):
            quiet(process.pid)
            times["MiB"] = memory(process.pid)
            time.sleep(2)
            adverts.forget()
            reloads(times, before, write, process, rounds)
            times["MiB after"] = memory(process.pid)
            times["advert gap"] = adverts.longest if adverts.count > 2 else None
        times["stop"] = end(process)
    subprocess.run(["ipvsadm", "-C"], check=False)
    if None in times.values():
        sys.stdout.write(open(os.path.join(folder, "log"), errors="replace").read()[-3000:])
    return times


def show(results):
    first, *others = results
    print(f"\n{'seconds':12}" + "".join(f"{d:>14}" for d in results) + "".join(f"{d + '/' + first:>20}" for d in others))
    for name in ("load", "reload", "one weight", "no change", "stop", "advert gap", "MiB", "MiB after"):
        times = [results[d].get(name) for d in results]
        line = f"{name:12}" + "".join(f"{'-' if t is None else format(t, '.3f' if t < 1 else '.2f'):>14}" for t in times)
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
    print(f"{a.services} services of {a.servers} servers; reload: a weight of each service, 10 services less", flush=True)
    if ipvs_table.kernel():
        sys.exit("the IPVS table is not empty: not on a machine in use")
    adverts, results = Adverts(), {}
    for daemon in a.daemon:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            results[daemon] = measure(daemon, before, folder, adverts, 1 if a.check else ROUNDS)
            adverts.forget()
    show(results)
    sys.exit(a.check and any(t is None for t in results[a.daemon[0]].values()))


if __name__ == "__main__":
    main()
