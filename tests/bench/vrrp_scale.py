#!/usr/bin/python3
"""vrrp_scale.py - many instances, and many addresses on one: vipd and Debian's keepalived on the same configuration, in the same run.

Two directors on direct wires, one for every 250 instances. A director starts alone, a second one joins and listens, the first is
killed. Seen are the frames at the wire's other end, with the kernel's time stamps, and the addresses, as rtnetlink tells of them.

    vrrp_scale.py [--full] [--instances N,N,...] [--vips N,N,...] [--seconds S] [--programs P,P]
"""
import argparse
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
import lab  # noqa: E402
import proc_memory  # noqa: E402
from wire import Addresses, Wire  # noqa: E402

PER_WIRE, IN_ADVERT = 250, 200
PRIORITIES = (150, 100)
DOWN = [3 + (256 - priority) / 256 for priority in PRIORITIES]
LIMIT = 300


def instances_conf(count, priority):
    """`count` instances with one address each."""
    return "".join(lab.instance(priority, name=f"VI_{k}", vrid=k % PER_WIRE + 1, dev=f"e{k // PER_WIRE}",
                                vips=[f"10.{100 + k // PER_WIRE}.{k % PER_WIRE}.10"]).replace("/24", "/16") for k in range(count))


def addresses_conf(count, priority):
    """One instance with `count` addresses; an advert holds the first of them."""
    vips = [f"10.100.{k // 250}.{k % 250 + 1}" for k in range(count)]
    excluded = "\n".join(f"        {vip}/16" for vip in vips[IN_ADVERT:])
    extra = f"virtual_ipaddress_excluded {{\n{excluded}\n    }}" if excluded else ""
    return lab.instance(priority, dev="e0", vips=vips[:IN_ADVERT], extra=extra).replace("/24", "/16")


class Wires(lab.Lab):
    """Two directors with `count` wires between them."""

    def __init__(self, count):
        super().__init__()
        self.directors = [lab.Director(self, name) for name in ("d1", "d2")]
        one, two = (d.pid for d in self.directors)
        for director in self.directors:
            director.sysctl(ipv6__conf__default__disable_ipv6=1)
        self.switch.ip(*(f"link add e{i} netns {one} type veth peer name e{i} netns {two}" for i in range(count)))
        for number, director in enumerate(self.directors):
            director.ip(*(line for i in range(count) for line in (f"addr add 10.{100 + i}.255.{number + 1}/16 dev e{i}",
                                                                   f"link set e{i} up")))
        self.wires = [Wire(d) for d in reversed(self.directors)]  # what d1 sends is seen where d2 is
        self.addresses = [Addresses(d) for d in self.directors]

    def __exit__(self, *what):
        for seer in self.wires + self.addresses:
            seer.stop()
        super().__exit__(*what)


def begin(director, conf, program):
    """Starts the daemon as one would have it in service: it does not log every announcement."""
    director.write("/run/lab/daemon.conf", conf)
    binary = lab.KEEPALIVED if program == "keepalived" else os.path.join(lab.BIN, "vipd")
    director.daemon = director.popen(binary, "-n", "-l", "-f", "/run/lab/daemon.conf", log=director.log_name)


def family(director):
    """The daemon and its children; a daemon that has not finished to start is smaller."""
    return [pid for pid in director.processes() if "vip" in comm(pid) or "keepalived" in comm(pid)]


def comm(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read()
    except OSError:
        return ""


def cpu(pids):
    """Seconds that the processes have run, from the scheduler's own count."""
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
    return total / 1e9


def memory(pids):
    """MiB: what the processes have for themselves, and their part of what they share."""
    return proc_memory.of(pids)


def took(lab_, number, since, routers, vips, limit=LIMIT):
    """Waits until all routers advertise and all addresses are there and announced; when the last of each came."""
    wire, addresses = lab_.wires[number], lab_.addresses[number]
    lab.wait(lambda: len(addresses.since(since)) >= vips and len(wire.announced(since)) >= vips and
             len(wire.first_adverts(since)) >= routers, limit, f"{routers} routers and {vips} addresses", step=0.2)
    return {"master": max(wire.first_adverts(since).values()) - since, "vip": max(addresses.since(since).values()) - since,
            "announced": max(wire.announced(since).values()) - since}


def measure(program, count, conf, routers, vips, seconds):
    """One program on one configuration: a row of figures."""
    with Wires((count + PER_WIRE - 1) // PER_WIRE) as l:
        d1, d2 = l.directors
        row, start = {}, time.monotonic()
        begin(d1, conf(PRIORITIES[0]), program)
        row.update({f"start: last {k}, s": v for k, v in took(l, 0, start, routers, vips).items()})
        row["start: CPU, s"] = cpu(family(d1))
        time.sleep(3)
        begin(d2, conf(PRIORITIES[1]), program)
        time.sleep(5 + count / 1000)
        row["start: longest gap, intervals"] = l.wires[0].longest_gap(start)
        pids = [family(d) for d in l.directors]
        before = [cpu(p) for p in pids]
        time.sleep(seconds)
        for role, number in (("MASTER", 0), ("BACKUP", 1)):
            row[f"CPU s per minute {role}"] = (cpu(pids[number]) - before[number]) * 60 / seconds
        row["memory MiB MASTER"] = memory(pids[0])
        before = cpu(pids[1])
        killed = time.monotonic()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids[0]:
                os.kill(pid, sig)
        d1.daemon.wait()
        row.update({f"takeover: last {k}, s": v for k, v in took(l, 1, killed, routers, vips).items()})
        last, first = l.wires[0].last_adverts(), l.wires[1].first_adverts(killed)
        row["takeover: latest after detection, s"] = max(first[k] - last[k] for k in first) - DOWN[1]
        time.sleep(6)
        row["takeover: longest gap, intervals"] = l.wires[1].longest_gap(killed)
        row["takeover: CPU, s"] = cpu(pids[1]) - before
        return row


def compare(title, programs, *what):
    rows = {}
    for program in programs:
        try:
            rows[program] = measure(program, *what)
            print(f"{title}: {program}: {rows[program]}", file=sys.stderr, flush=True)
        except lab.Failed as failure:
            print(f"{title}: {program}: {failure}", flush=True)
            rows[program] = {}
    print(f"\n{title:42}" + "".join(f"{p:>12}" for p in programs) + (f"{'ratio':>8}" if len(programs) == 2 else ""))
    for key in next((r for r in rows.values() if r), {}):
        values = [rows[p].get(key, float("nan")) for p in programs]
        ratio = f"{values[0] / values[1]:8.2f}" if len(values) == 2 and values[1] else ""
        print(f"{key:42}" + "".join(f"{v:12.2f}" for v in values) + ratio)
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)


def numbers(text):
    return [int(n) for n in text.split(",") if int(n)]  # 0: none


def table():
    args = parser().parse_args(ARGS)
    for count in args.instances if args.instances is not None else ([250, 1000, 4000] if args.full else [250, 1000]):
        compare(f"{count} instances", args.programs.split(","), count, lambda p, n=count: instances_conf(n, p), count, count,
                args.seconds)
    for count in args.vips if args.vips is not None else ([1000, 4000, 8000] if args.full else [1000]):
        compare(f"one instance, {count} VIPs", args.programs.split(","), 1, lambda p, n=count: addresses_conf(n, p), 1, count,
                args.seconds)


def parser():
    p = argparse.ArgumentParser()
    p.add_argument("--full", action="store_true")
    p.add_argument("--instances", type=numbers)
    p.add_argument("--vips", type=numbers)
    p.add_argument("--seconds", type=int, default=20)
    p.add_argument("--programs", default="vipd,keepalived")
    return p


if __name__ == "__main__":  # lab.main() takes arguments as names of cases, and starts the file again: ours wait in the environment
    ARGS = os.environ.setdefault("VIPD_SCALE", " ".join(sys.argv[1:])).split()
    del sys.argv[1:]
    lab.main(table)
