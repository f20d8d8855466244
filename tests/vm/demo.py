#!/usr/bin/python3
"""demo.py - the DR laboratory shown: tests/demo starts it where the kernel has IPVS (here, or in User-Mode Linux)."""
import os
import signal
import subprocess
import sys
import time

import dr
import lab

INTERVAL = 1  # seconds between adverts
DOWN = 3 * INTERVAL + (256 - 100) / 256 * INTERVAL
OUT = 1 + 1 + 1  # delay_loop, one retry after delay_before_retry, connect_timeout
SPARE = 0.3  # of everything that is not protocol: one processor runs seven machines and the client
CHECK = "HTTP_GET {\n url {\n path /\n status_code 200\n }\n connect_timeout 1\n }"


def director_conf(name):
    priority = 150 if name == "d1" else 100
    return (f"global_defs {{\n    router_id {name}\n    drill_hold 4\n}}\n" + lab.instance(priority, 3, INTERVAL)
            + dr.virtual_server(CHECK, scheduler="mh", extra="mh-port\n    mh-fallback"))


class Show:
    """The phases, each with a live line a second, and the table at the end."""

    def __init__(self, cluster, ms):
        self.cluster, self.rows = cluster, []
        self.requests = dr.Requests(cluster.client, ms)

    def line(self, started, before):
        numbers = self.requests.now()
        answers = {name: numbers["answers"].get(name, 0) - before.get("answers", {}).get(name, 0) for name in dr.SERVERS}
        tables = " | ".join(f"{d.name}: " + " ".join(f"{rs}={w}" for rs, w in self.weights(d)) for d in self.cluster.directors)
        print(f"  {time.monotonic() - started:5.1f} s  MASTER {self.cluster.master():8} IPVS {tables}   "
              f"answers {' '.join(f'{n} {c:3}' for n, c in answers.items())}   lost {numbers['lost']}")
        return numbers

    def weights(self, director):
        service = self.cluster.table(director).get(f"{lab.VIP}:80", {})
        names = {address: name for name, address in dr.ADDRESS.items()}
        return sorted((names[rs.split(":")[0]], weight) for rs, weight in service.items())

    def phase(self, title, note, seconds, done=lambda: True, allowed=0.0):
        """At least `seconds`, then until done(), 15 s more at most. `allowed`: seconds of the longest gap; 0: nothing may be lost."""
        print(f"\n{title}: {note}")
        started, numbers = time.monotonic(), {}
        while time.monotonic() - started < seconds or not done():
            if time.monotonic() - started > seconds + 15:
                raise lab.Failed(f"{title}: not finished after {seconds + 15} s")
            time.sleep(1)
            numbers = self.line(started, numbers)
        self.rows.append((title, self.requests.phase(), allowed))

    def table(self):
        print(f"\n{'phase':32} {'requests':>8} {'lost':>6} {'longest gap':>14}   answers")
        for title, row, _ in self.rows:
            answers = " ".join(f"{name} {row['answers'].get(name, 0)}" for name in dr.SERVERS)
            print(f"{title:32} {row['sent']:8} {row['lost']:6} {row['longest_gap_ms']:11.0f} ms   {answers}")
        print(f"\nwhen a MASTER dies the protocol waits 3 x advert_int + skew = {DOWN * 1000:.0f} ms")

    def verdict(self):
        """What the table must say; a demonstration that failed ends with status 1."""
        wrong = [f"{title}: lost {row['lost']}, longest gap {row['longest_gap_ms']} ms, allowed {allowed * 1000:.0f} ms"
                 for title, row, allowed in self.rows if row["longest_gap_ms"] > allowed * 1000 or (row["lost"] and not allowed)]
        lab.expect(not wrong, "; ".join(wrong))


def start(cluster):
    for director in cluster.directors:
        dr.forget_the_dead(director)
        director.sysctl(ipv4__vs__sloppy_tcp=1)  # with mh both directors choose the same server: a handover costs no connection
        director.start(director_conf(director.name))
    lab.wait(lambda: cluster.observer.holding() == ["d1"] and all(cluster.pool(d) == list(dr.SERVERS) for d in cluster.directors),
             20, "d1 serves, three servers on both directors", step=0.1)
    print("\n" + cluster.d1.run("ipvsadm", "-Ln", check=False).strip())


def steady(show):
    show.phase("steady state", "d1 is MASTER, three servers", 6)


def server_death(show):
    show.cluster.servers["r2"].die()
    show.phase("server r2 dies", "nginx killed; the checks take it out on both directors", 5,
               lambda: all(show.cluster.pool(d) == ["r1", "r3"] for d in show.cluster.directors), allowed=OUT + SPARE)


def server_return(show):
    show.cluster.servers["r2"].serve()
    show.phase("server r2 returns", "nginx started again", 4,
               lambda: all(show.cluster.pool(d) == list(dr.SERVERS) for d in show.cluster.directors))


def drill(show):
    d1 = show.cluster.d1
    d1.signal(signal.SIGUSR1)
    show.phase("drill: kill -USR1 on d1", "make before break: d1 serves until d2 has announced the VIP", 3,
               lambda: show.cluster.observer.holding() == ["d2"])
    show.phase("d1 preempts after the drill", "drill_hold (4 s here) is over, d1 is the stronger one", 6,
               lambda: show.cluster.observer.holding() == ["d1"])


def crash(show):
    show.cluster.d1.power_cut()
    show.phase("crash of the MASTER d1", "plug pulled, everything on it killed", DOWN + 2,
               lambda: show.cluster.observer.holding() == ["d2"], allowed=DOWN + SPARE)


def master_returns(show):
    cluster = show.cluster
    cluster.d1.ip(f"addr del {lab.VIP}/24 dev eth0") if lab.VIP in cluster.d1.addresses() else None  # a reboot forgets
    cluster.d1.run("ipvsadm", "-C", check=False)
    cluster.mend(cluster.d1)
    cluster.d1.start()
    show.phase("d1 returns", "it listens, then preempts; d2 serves until then", DOWN + 3,
               lambda: cluster.observer.holding() == ["d1"])


def answer(cluster, name, command):
    """The output of a command on a host, or outside of all of them ("lab", where the logs are)."""
    if name in cluster.hosts:
        return cluster.hosts[name].run(*command, check=False)
    if name == "lab":
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    return f"hosts: lab {' '.join(cluster.hosts)}\n"


def serve_commands(cluster):
    """--keep: a line "HOST COMMAND" on the control channel is run there; its output comes back, closed by a line "--end"."""
    path = os.environ["VIPD_LAB_CONTROL"].split(",")
    subprocess.run(["stty", "-F", path[0], "raw", "-echo"], check=False, stderr=subprocess.DEVNULL)
    with open(path[0]) as questions, open(path[-1], "w") as answers:
        for line in questions:
            name, _, command = line.strip().partition(" ")
            if name == "end":
                return
            text = answer(cluster, name, ["sh", "-c", f"PATH={lab.BIN}:$PATH; {command}"])
            answers.write(text + ("" if text.endswith("\n") or not text else "\n") + "--end\n")
            answers.flush()


def keep(cluster):
    look = os.environ["VIPD_LOOK"]
    print(f"""
It stays until Ctrl-C here. To look around, from another terminal:
  {look} d1 vipctl status
  {look} d2 vipctl status --json
  {look} d1 ipvsadm -Ln
  {look} d1 ip addr show dev eth0
  {look} lab tail -n 20 {cluster.path('d2.log')}
  {look} client curl -s http://{lab.VIP}/
  {look} r1 ip addr show dev lo
  {look} d1 'kill -USR1 $(cat /run/lab/main.pid)'""")
    serve_commands(cluster)


def demo():
    native = os.environ.get("VIPD_WHERE", "")
    print(f"a client, two directors, three nginx; {native}")
    with dr.Cluster() as cluster:
        start(cluster)
        show = Show(cluster, int(os.environ.get("VIPD_REQUEST_MS", "20")))
        for step in (steady, server_death, server_return, drill, crash, master_returns):
            step(show)
        show.table()
        show.verdict()
        if "--keep" in sys.argv:
            sys.stdout.flush()
            keep(cluster)


if "--keep" in sys.argv and os.environ.get("VIPD_LAB_INSIDE"):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
lab.main(demo)
