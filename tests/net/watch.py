"""watch.py - the one observer of a fault suite: what observer.py sees of VIPs and frames, and with it everything else that audit.py's
timeline knows: who answers who-has and who serves the client, what the daemons log, tell scripts and the service manager, what they
are and need, what their kernels hold.
"""
import collections
import contextlib
import datetime
import fcntl
import os
import re
import selectors
import socket
import struct
import threading
import time

import lab
from audit import STEP, Event

MOVE = re.compile(r"^(\S+) vrrp: (\S+): (\w+) -> (\w+):?(.*)$")
LINE = re.compile(r"^(\d{4}-\d\d-\d\dT\S+) (.*)$")
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
TOLD, NOTIFY = "/run/lab/told", "/run/lab/notify"
SCRIPT = f"""#!/bin/sh
now() {{ cut -d' ' -f1 /proc/uptime; }}
echo "$2 $3 begin $(now)" >>{TOLD}
echo "$2 $3 end $(now)" >>{TOLD}
"""
# part -> how the kernel shows it, in lines whose order does not matter
KERNEL = {"addresses": "ip -o addr show | grep -v ' inet6 fe80' | awk '{print $2, $4}'", "links": "ip -o link show | awk '{print $2}'",
          "routes": "ip route show table all", "rules": "ip rule show", "nft": "nft list ruleset", "sockets": "ss -Hlx | awk '{print $5}'",
          "files": "find /run -not -type d -not -path '/run/lab*' -not -name '*.state'"}


def who_has(mac, source, target):
    """An ARP request from `source`, as a frame."""
    return b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac + socket.inet_aton(source) + bytes(6) + \
        socket.inet_aton(target)


class Asker:
    """Asks every STEP seconds: who has the VIP (from a host of its own, so that the client's table stays the client's) and, from the
    client, who serves it; reads what daemons tell the service manager."""

    def __init__(self, room):
        self.events, self.ends, self.vip = [], False, lab.VIP
        self.selector = selectors.DefaultSelector()
        with room.eye.inside():
            self.arp = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
            self.arp.bind(("eth0", 0))
        self.request = who_has(self.arp.getsockname()[4], "192.0.2.8", self.vip)
        with room.client.inside():
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.listen(self.udp, self.read_served, None)
        self.listen(self.arp, self.read_nothing, None)
        for director in room.directors:
            self.listen(self.manager_of(director), self.read_notify, director.name)
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self.run, self.touch)]
        for thread in self.threads:
            thread.start()

    def touch(self):
        """All interfaces of all namespaces share one lock of the kernel: how long a change that changes nothing waits for it."""
        same = fcntl.ioctl(self.arp, SIOCGIFFLAGS, struct.pack("16s16x", b"eth0"))
        while not self.ends:
            start = time.monotonic()
            fcntl.ioctl(self.arp, SIOCSIFFLAGS, same)
            if time.monotonic() - start > STEP:
                self.events.append(Event(start, None, "stalled", time.monotonic() - start))
            time.sleep(2 * STEP)

    @staticmethod
    def manager_of(director):
        path = f"/proc/{director.pid}/root{NOTIFY}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(path)
        return sock

    def listen(self, sock, reader, name):
        sock.setblocking(False)
        self.selector.register(sock, selectors.EVENT_READ, (reader, name))

    def run(self):
        due = time.monotonic()
        while not self.ends:
            now = time.monotonic()
            if now >= due:
                due = now + STEP
                self.ask(now)
            for key, _ in self.selector.select(max(0.0, due - time.monotonic())):
                with contextlib.suppress(OSError):
                    key.data[0](key.fileobj, key.data[1])

    def ask(self, now):
        self.events.append(Event(now, "client", "asked", self.vip))
        with contextlib.suppress(OSError):
            self.arp.send(self.request)
        with contextlib.suppress(OSError):
            self.udp.sendto(bytes(8), (self.vip, 7000))

    def read_served(self, sock, _):
        self.events.append(Event(time.monotonic(), sock.recv(64)[8:].rstrip(b"\0").decode(), "served", self.vip))

    @staticmethod
    def read_nothing(sock, _):
        sock.recv(2048)

    def read_notify(self, sock, name):
        self.events.append(Event(time.monotonic(), name, "notify", sock.recv(4096).decode(errors="replace")))

    def stop(self):
        self.ends = True
        for thread in self.threads:
            thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def monotonic_of(stamp, clocks):
    """A time of day as CLOCK_MONOTONIC; `clocks`: (since when, how far the time of day is ahead), in order."""
    ends = [since for since, _ in clocks[1:]] + [float("inf")]
    for (since, offset), until in zip(clocks, ends):
        if since - 1 <= stamp - offset <= until + 1:
            return stamp - offset
    return stamp - clocks[-1][1]


def logged(director, clocks):
    """(log and state events) of a director's whole log."""
    for text in director.log().splitlines():
        if line := LINE.match(text):
            when = monotonic_of(datetime.datetime.fromisoformat(line.group(1)).timestamp(), clocks)
            yield Event(when, director.name, "log", line.group(2))
            if move := MOVE.match(text):
                yield Event(when, director.name, "state", move.groups()[1:])


def told(director):
    """What the notify scripts were told."""
    offset = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    for line in director.run("cat", TOLD, check=False).splitlines():
        words = line.split()
        if len(words) == 4 and words[2] in ("begin", "end"):
            yield Event(float(words[3]) - offset, director.name, "script", tuple(words[:3]))


def brief(document):
    """What audits read of a status document."""
    instances = document["instances"]
    dropped = {}
    for counters in [i["counters"]["dropped"] for i in instances] + [i["interface_counters"] for i in instances[:1]]:
        for reason, count in counters.items():
            dropped[reason] = dropped.get(reason, 0) + count
    return {"generation": document["generation"], "states": {i["name"]: i["state"] for i in instances}, "dropped": dropped,
            "transitions": {i["name"]: i["counters"]["transitions"] for i in instances}, "services": document.get("services") or [],
            "suspicions": {i["name"]: [s["name"] for s in i.get("suspicions", ())] for i in instances},
            "testing": [i["name"] for i in instances if i.get("vmac", {}).get("self_test") == "testing"]}


def field(pid, *names):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        lines = dict(line.split(":", 1) for line in file if ":" in line)
    return tuple(lines.get(name, "").strip() for name in names)


def zombies(pids):
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if field(entry, "PPid")[0] in pids and field(entry, "State")[0].startswith("Z"):
                found.append(int(entry))
    return found


SOCKETS = ("packet", "raw", "raw6", "netlink", "udp", "udp6", "tcp", "tcp6", "unix", "icmp")  # tables below /proc/PID/net


def kinds(pid):
    """What the descriptors of a process are, and how many of each; sockets by the table that has them, packet sockets by protocol too."""
    links, known = [], {}
    for number in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            links.append(os.readlink(f"/proc/{pid}/fd/{number}"))
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    for table in SOCKETS:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/net/{table}", encoding="ascii") as file:
            for words in map(str.split, file):
                for inode in inodes.intersection(words):
                    known[inode] = f"packet {words[3]}" if table == "packet" else table
    return collections.Counter(known.get(link[8:-1], "socket") if link.startswith("socket:[") else link for link in links)


def needs(family):
    roles = {}
    for role, pid in family.items():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/statm", encoding="ascii") as file:
            found = kinds(pid)
            roles[role] = {"fds": found.total(), "kinds": found, "rss": int(file.read().split()[1]) * 4096}
    return {"roles": roles, "zombies": zombies({str(pid) for pid in family.values()})}


def least(family):
    """needs(), but for what there is only for a moment: the socket of a check that runs, of one who asks."""
    found = needs(family)
    for _ in range(4):
        time.sleep(0.03)
        for role, need in needs(family)["roles"].items():
            known = found["roles"].setdefault(role, need)
            if need["fds"] < known["fds"]:
                known.update(fds=need["fds"], kinds=need["kinds"])
    return found


def rights(family):
    found = {}
    for role, pid in family.items():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
            found[role] = field(pid, "Uid", "CapEff", "NoNewPrivs", "Seccomp") + (file.read().replace(b"\0", b" ").decode(),)
    return found


def kernel(director):
    """What the daemon could leave on its host."""
    script = "; ".join(f"echo '#{part}'; {command} 2>/dev/null" for part, command in KERNEL.items())
    parts, part = {}, None
    for line in director.run("sh", "-c", script, check=False).splitlines():
        if line.startswith("#"):
            part = line[1:]
            parts[part] = []
        elif part:
            parts[part].append(line)
    return {name: sorted(lines) for name, lines in parts.items()}


class Watch:
    """The observer of a room."""

    def __init__(self, room):
        self.room, self.marks, self.asker = room, [], Asker(room)
        self.clocks = [(0, time.time() - time.monotonic())]

    def mark(self, name):
        self.marks.append(Event(time.monotonic(), None, "mark", name))

    def note(self, host, kind, data=None):
        """What the laboratory did to a host: frozen, thawed, clock, table."""
        self.marks.append(Event(time.monotonic(), host.name, kind, data))

    def set_clock(self, when):
        """The time of day of all hosts, which share one kernel: only where that is a machine of our own (User-Mode Linux)."""
        with open("/proc/cpuinfo", encoding="ascii") as file:
            lab.expect("User Mode Linux" in file.read(), "not this machine's clock")
        time.clock_settime(time.CLOCK_REALTIME, when)
        self.clocks.append((time.monotonic(), time.time() - time.monotonic()))
        self.room.observer.offset = self.clocks[-1][1]
        for director in self.room.directors:
            self.note(director, "clock", when)

    def look(self, director):
        """What a running daemon says and is, now. One that does not answer is not asked."""
        family = director.family()
        if "vrrp" not in family:
            return
        with contextlib.suppress(lab.Failed, ValueError, KeyError):
            self.note(director, "status", brief(director.status()))
        self.note(director, "needs", least(family))
        self.note(director, "rights", rights(family))

    @staticmethod
    def rest(director, before, seconds):
        """Waits until no process has more descriptors than before: a test or a check that runs is over then, a leak is not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            roles = least(director.family())["roles"]
            if all(need["fds"] <= before["roles"].get(role, need)["fds"] for role, need in roles.items()):
                return
            time.sleep(0.1)

    def snapshot(self, director, label):
        """label before: the daemon has not run yet; after: it has ended."""
        self.note(director, "kernel", (label, kernel(director)))

    def events(self, since):
        """All that happened after `since`, and who held the VIP before."""
        observer, found = self.room.observer, list(self.marks) + list(self.asker.events)
        for advert in [a for a in list(observer.adverts) if a.version in (2, 3)]:  # and not the rest of a fragmented one
            found.append(Event(advert.when, advert.host, "advert", (advert.vrid, advert.priority)))
        for arp in list(observer.arps):
            if arp.sender == observer.vip_text and (arp.is_gratuitous or not arp.is_request):
                found.append(Event(arp.when, arp.host, "claim" if arp.is_gratuitous else "answer", arp.sender))
        for director in self.room.directors:
            if director.daemon:
                found += [*logged(director, self.clocks), *told(director)]
        held = [Event(when, name, what, observer.vip_text) for when, name, what in list(observer.events)]
        return [e for e in found if e.when >= since] + held

    def stop(self):
        self.asker.stop()
