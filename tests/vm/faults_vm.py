#!/usr/bin/python3
"""What needs a kernel that has bonds, VLANs and IPVS, or a clock of its own: a slave is lost, a parent goes down, the processes of the
IPVS table and of the checks die, the wall clock jumps (F44, T08). Audited by faults.py; the table by I6."""
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../net"))
import lab  # noqa: E402
from faults import Room, Row, run_rows  # noqa: E402
from signed import block  # noqa: E402

T = 0.5
EYE = "192.0.2.8"
SERVICE = f"""virtual_server {lab.VIP} 80 {{
    delay_loop 1
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server {EYE} 80 {{
        TCP_CHECK {{
            connect_timeout 0.5
        }}
    }}
}}
"""
LISTEN = "import socket\ns = socket.create_server(('', 80), backlog=64)\nwhile True: s.accept()[0].close()"


def real(director):
    """How many servers the director's kernel has in its table. (To fork is slow here; ipvsadm would say the same.)"""
    with open(f"/proc/{director.pid}/net/ip_vs", encoding="ascii") as table:
        return len(re.findall(r"^  -> [0-9A-F]+:[0-9A-F]+ ", table.read(), re.M))


class Machine(Room):
    """A room whose calm includes the IPVS table: what the status says is what the kernel has."""
    slack, tell, step = 1.5, "", 0.5

    def __init__(self, dev, **more):
        super().__init__(interval=T, glob=SERVICE, **more)
        self.server = self.eye.popen("python3", "-c", LISTEN)
        self.conf["d1"] = self.conf["d1"].replace("interface eth0", f"interface {dev}")

    def is_calm(self, master):
        return all(real(d) == 1 for d in self.directors) and super().is_calm(master)

    def calm(self, master=None, seconds=60, before=()):
        super().calm(master, seconds, before)
        for status in [e for e in self.watch.marks if e.kind == "status"][-2:]:
            director = self.hosts[status.host]
            in_table = sum(s["in_table"] for service in status.data["services"] for s in service["servers"])
            self.watch.note(director, "table", (in_table, real(director)))


def replaced(_):
    return {"moves": {"d1": ""}, "restarts": ("d1",)}


def kill(role):
    """SIGKILL; the table stays as it is all the time."""
    def inject(room):
        before = room.d1.family()
        os.kill(before[role], signal.SIGKILL)
        while room.d1.family().get(role) in (None, before[role]):
            lab.expect(real(room.d1) == 1, f"the table of d1 without {role}")
    return inject


def cabled(room):
    """d1 is on VLAN 10 by a bond of two cables, one of which works; both ports are watched as d1's. The others have untagged ports."""
    room.plug(room.d1, "eth1", "192.0.2.201", "02:00:00:00:01:01", "d1b")
    room.observer.listen_frames(room.switch, room.d1, "d1b")
    room.switch.ip("link set br0 type bridge vlan_filtering 1")
    for port in ("d1", "d1b", "d2", "client", "eye"):
        how = ("vid", "10") if port.startswith("d1") else ("vid", "10", "pvid", "untagged")
        room.switch.run("bridge", "vlan", "add", *how, "dev", port)
    room.d1.ip("addr flush dev eth0", "addr flush dev eth1", "link set eth0 down", "link set eth1 down",
               "link add bond0 type bond mode active-backup miimon 50", "link set eth0 master bond0", "link set eth1 master bond0",
               "link set bond0 up", "link add link bond0 name bond0.10 type vlan id 10", "link set bond0.10 up",
               "addr add 192.0.2.1/24 dev bond0.10")


def parent(word):
    def change(room):
        room.d1.ip(f"link set bond0 {word}")
        (room.observer.reachable if word == "up" else room.observer.unreachable)("d1")
    return change


ROWS = (
    Row("F25", "the process of the IPVS table dies", kill("lvs"), allowed=replaced),
    Row("F26", "the process of the checks dies", kill("probe"), allowed=replaced),
    Row("F18", "a slave that waits is lost", lambda r: r.switch.ip("link set d1b down"), lambda r: r.switch.ip("link set d1b up")),
    Row("F18", "the slave that works is lost", lambda r: r.switch.ip("link set d1 down"), lambda r: r.switch.ip("link set d1 up"),
        allowed=lambda r: {"gap": 2 * T}),
    Row("F19", "the VLAN's parent goes down", parent("down"), parent("up"), lambda r: r.holds(r.d2),
        allowed=lambda r: {"moves": {"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}, "gap": r.down}),
)


def bond_and_vlan():
    with Machine("bond0.10") as room:
        cabled(room)
        room.begin()
        run_rows(room, ROWS, 1)
        room.end()


DAY, Y2038 = 86400, 1 << 31


def clock_set(to):
    """The hosts share a kernel: the MASTER's clock and the BACKUP's are set at once."""
    def inject(room):
        room.since = time.monotonic()
        room.watch.set_clock(to())
    return inject


def goes_on(room, _):
    """Adverts keep their interval, checks find a server that dies, the log has the new time, vipctl answers."""
    times = [a.when for a in room.observer.adverts_of("d1", room.since - 2 * T)]
    gaps = [after - before for before, after in zip(times, times[1:])]
    print(f"      {time.strftime('%F %T')}: {len(gaps)} adverts, {min(gaps):.2f} to {max(gaps):.2f} s apart", flush=True)
    lab.expect(len(gaps) > 3 and max(gaps) <= 1.5 * T + 0.5, f"gaps {gaps}")
    room.server.kill()
    room.server.wait()
    for director in room.directors:
        lab.wait(lambda d=director: real(d) == 0, 20, f"{director.name} sees that the server is dead", 0.1)
        lab.expect(time.strftime("%Y-%m-%dT%H:") in director.log(), f"the time of the log: {director.log()[-300:]}")
        lab.expect("BACKUP" in director.run(os.path.join(lab.BIN, "vipctl"), "why", "VI_1") or director is room.d1, "vipctl why")
    room.server = room.eye.popen("python3", "-c", LISTEN)


CLOCKS = (
    Row("F44", "the wall clock: 30 days ahead", clock_set(lambda: time.time() + 30 * DAY), hold=6 * T, check=goes_on),
    Row("F44", "the wall clock: 60 days back", clock_set(lambda: time.time() - 60 * DAY), hold=6 * T, check=goes_on),
    Row("F44", "the wall clock passes 2^31 s", clock_set(lambda: Y2038 - 2), hold=6 * T, check=goes_on),
    Row("F44", "the wall clock: 1970", clock_set(lambda: 3 * 3600), hold=6 * T, check=goes_on),
)


def wall_clock():
    """F44: with keys, whose sequence is made of the time of day."""
    with Machine("eth0", extra=block()) as room:
        room.begin()
        run_rows(room, CLOCKS, 1)
        room.end()


lab.main(bond_and_vlan, wall_clock)
