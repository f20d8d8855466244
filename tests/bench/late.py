#!/usr/bin/python3
"""late.py - whether adverts stay on time while something else goes on: reloads, a sibling killed, 10,000 failing checks, a full
disk, a log that nobody reads, main replaced (`vipctl restart`), a takeover of everything. Printed is the longest advert gap of
all virtual routers, in intervals, meanwhile; after a takeover that of the new MASTER. With --limit the program fails when a gap
of vipd's is longer.

    late.py [--instances N] [--vips N] [--checks N] [--programs P,P] [--scenes S,S] [--limit INTERVALS]
"""
import argparse
import os
import signal
import subprocess
import sys
import time

import vrrp_scale
from vrrp_scale import lab

HOLD = 8  # seconds of watching after each act
BEFORE = 2  # seconds: the adverts from which the gap that an act makes is counted


def checks_conf(count):
    """`count` checks that fail: connections that are refused."""
    servers = "\n".join(f"    real_server 127.0.{k // 250 + 1}.{k % 250 + 1} 9 {{\n        TCP_CHECK {{\n        }}\n    }}"
                        for k in range(count))
    return f"virtual_server 192.0.2.80 80 {{\n    delay_loop 1\n    lb_kind NAT\n{servers}\n}}\n" if count else ""


class Master:
    """One MASTER of many routers or addresses (director `number` of the two), and who watches its wires."""

    def __init__(self, wires, program, conf, number=0):
        self.lab, self.number, self.program = wires, number, program
        self.host, self.wire = wires.directors[number], wires.wires[number]
        self.host.run("mkdir", "-p", "/run/lab")
        self.reader = None
        self.conf = conf

    def start(self, **where):
        self.host.write("/run/lab/daemon.conf", self.conf)
        binary = lab.KEEPALIVED if self.program == "keepalived" else os.path.join(lab.BIN, "vipd")
        self.host.daemon = self.host.popen(binary, "-n", "-l", "-D", "-f", "/run/lab/daemon.conf", **(where or {"log": self.host.log_name}))

    def all_master(self, since, routers, vips, limit=vrrp_scale.LIMIT):
        vrrp_scale.took(self.lab, self.number, since, routers, vips, limit)
        time.sleep(5)  # repeated announcements

    def end(self):
        pids = vrrp_scale.family(self.host)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.host.daemon.wait()

    def gap_while(self, act):
        since = time.monotonic() - BEFORE
        act()
        time.sleep(HOLD)
        return self.wire.longest_gap(since)

    def reload(self, conf):
        self.host.write("/run/lab/daemon.conf", conf)
        self.host.signal(signal.SIGHUP)

    def restart(self):
        self.host.run(os.path.join(lab.BIN, "vipctl"), "restart", timeout=60)

    def kill_siblings(self):
        """Every process but main and the one that sends adverts."""
        for pid in vrrp_scale.family(self.host):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                title = file.read()
            if b"lvs" in title or b"probe" in title:
                os.kill(pid, signal.SIGKILL)


def running(row, master, make, checks, program):
    """What happens to a daemon that runs."""
    row["nothing"] = master.gap_while(lambda: None)
    row["reload, nothing changed"] = master.gap_while(lambda: master.reload(make(150)))
    row["reload, every priority changed"] = master.gap_while(lambda: master.reload(make(149)))
    if program == "vipd":  # keepalived's checkers end where the kernel has no IPVS
        row[f"reload, {checks} failing checks more"] = master.gap_while(lambda: master.reload(make(149) + checks_conf(checks)))
        row[f"{checks} failing checks"] = master.gap_while(lambda: None)
        row["lvs and probe killed"] = master.gap_while(master.kill_siblings)


def restarted(row, master):
    """main is replaced by the program on disk: `vipctl restart`."""
    if master.program == "vipd":
        row["vipctl restart"] = master.gap_while(master.restart)


def wires_for(routers):
    return vrrp_scale.Wires((routers + vrrp_scale.PER_WIRE - 1) // vrrp_scale.PER_WIRE)


def settled(program, make, routers, vips, act):
    """One director of the program is MASTER of everything; what `act` does with it is measured."""
    with wires_for(routers) as wires:
        master = Master(wires, program, make(150))
        since = time.monotonic()
        master.start()
        master.all_master(since, routers, vips)
        act(master)
        master.end()


def scene_running(row, program, make, routers, vips, checks):
    settled(program, make, routers, vips, lambda master: running(row, master, make, checks, program))


def scene_restart(row, program, make, routers, vips, _):
    settled(program, make, routers, vips, lambda master: restarted(row, master))


def scene_full(row, program, make, routers, vips, _):
    with wires_for(routers) as wires:
        master = Master(wires, program, make(150))
        master.host.run("sh", "-c", "mkdir /run/full && mount -t tmpfs -o size=64k tmpfs /run/full && yes >/run/full/all; true")
        since = time.monotonic()
        with open(f"/proc/{master.host.pid}/root/run/full/log", "wb") as log:
            master.start(stdout=log, stderr=log)
        master.all_master(since, routers, vips)
        row["full disk, reload"] = master.gap_while(lambda: master.reload(make(149)))
        master.end()


def scene_unread(row, program, make, routers, vips, _):
    with wires_for(routers) as wires:
        master = Master(wires, program, make(150))
        since = time.monotonic()
        master.start(stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            master.all_master(since, routers, vips, 60)
            row["log that nobody reads, reload"] = master.gap_while(lambda: master.reload(make(149)))
        except lab.Failed:
            row["log that nobody reads, reload"] = float("inf")
        master.end()


def scene_takeover(row, program, make, routers, vips, _):
    """The MASTER of everything is killed; the longest gap of its successor's adverts, from the first of each router on."""
    with wires_for(routers) as wires:
        old, new = Master(wires, program, make(150)), Master(wires, program, make(100), 1)
        since = time.monotonic()
        old.start()
        old.all_master(since, routers, vips)
        new.start()
        time.sleep(5 + (routers + vips) / 1000)
        lab.expect(not new.wire.first_adverts(since), "the second director advertises beside a MASTER")
        killed = time.monotonic()
        old.end()
        try:
            new.all_master(killed, routers, vips, 60)
            row["takeover"] = new.wire.longest_gap(killed)
        except lab.Failed:
            row["takeover"] = float("inf")
        new.end()


SCENES = {"running": scene_running, "restart": scene_restart, "full": scene_full, "unread": scene_unread, "takeover": scene_takeover}


def measure(program, scenes, *what):
    row = {}
    for scene in scenes:
        SCENES[scene](row, program, *what)
    return row


def compare(title, args, *what):
    """Prints a table; returns what of vipd's is beyond the limit."""
    programs = args.programs.split(",")
    rows = {program: measure(program, args.scenes.split(","), *what) for program in programs}
    print(f"\n{title + ': longest gap, intervals':54}" + "".join(f"{p:>12}" for p in programs))
    for key in rows[programs[0]]:
        print(f"{key:54}" + "".join(f"{rows[p].get(key, float('nan')):12.2f}" for p in programs))
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; nan: not to be had, "
          "inf: never all MASTER", flush=True)
    return [f"{title}, {key}: {gap:.2f}" for key, gap in rows.get("vipd", {}).items() if args.limit and not gap <= args.limit]


def table():
    args = parser().parse_args(ARGS)
    beyond = []
    if args.instances:
        beyond += compare(f"{args.instances} instances", args, lambda p: vrrp_scale.instances_conf(args.instances, p), args.instances,
                          args.instances, args.checks)
    if args.vips:
        beyond += compare(f"one instance, {args.vips} VIPs", args, lambda p: vrrp_scale.addresses_conf(args.vips, p), 1, args.vips,
                          args.checks)
    lab.expect(not beyond, f"beyond {args.limit} intervals: " + "; ".join(beyond))


def parser():
    p = argparse.ArgumentParser()
    p.add_argument("--instances", type=int, default=1000)
    p.add_argument("--vips", type=int, default=1000)
    p.add_argument("--checks", type=int, default=10000)
    p.add_argument("--programs", default="vipd,keepalived")
    p.add_argument("--scenes", default=",".join(SCENES), help="of " + ", ".join(SCENES))
    p.add_argument("--limit", type=float, help="intervals that no gap of vipd's may exceed")
    return p


if __name__ == "__main__":  # lab.main() takes arguments as names of cases, and starts the file again
    ARGS = os.environ.setdefault("VIPD_LATE", " ".join(sys.argv[1:])).split()
    del sys.argv[1:]
    lab.main(table)
