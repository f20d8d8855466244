#!/usr/bin/python3
"""F43, F51, F52, F53, F57, F59, F60, F62: what others do to addresses, and what the kernel does to us. Audited by faults.py.

Interfaces that are deleted, made anew, renamed or moved are in net.repair and net.walk, where the observer does not sit on the interface
that goes; a macvlan of ours that is deleted in net.vmac; dumps that are interrupted, and each answer of the kernel, in unit.link.
"""
import contextlib
import os
import re
import socket
import struct
import time

import lab
from faults import SLACK, Room, Row, run_rows

RTM_DELADDR, RTM_DELLINK = 21, 17


# what a fault may do
def taken_over(room):
    return {"moves": {"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}, "gap": room.down}


def noticed(seconds):
    """The VIP is away for a moment; nobody changes state."""
    return lambda room: {"gap": seconds}


# injectors
def delete(times, pause=0.0):
    def inject(room):
        room.since = time.monotonic()
        for _ in range(times):
            room.d1.ip(f"addr del {lab.VIP}/24 dev eth0")
            lab.wait(lambda: lab.VIP in room.d1.addresses(), 5, "the VIP is back")
            time.sleep(pause)
    return inject


def back_and_announced(room, _):
    seen = [e for e in room.observer.events if e[0] >= room.since and e[1] == "d1"]
    took = [b[0] - a[0] for a, b in zip(seen, seen[1:]) if (a[2], b[2]) == ("drops", "holds")]
    lab.expect(took and max(took) <= 0.1 + SLACK, f"back after {took}")
    lab.expect(room.observer.announcements("d1", room.since), "nobody was told")


def flush(room):
    """As a manager of networks that is restarted: all addresses of the interface at once, then its own again."""
    room.since = time.monotonic()
    room.d1.ip("addr flush dev eth0")
    time.sleep(0.5)
    room.d1.ip("addr add 192.0.2.1/24 dev eth0")


def put_on_backup(times):
    """By hand on d2, as often as it is gone again."""
    def inject(room):
        room.since, room.gone, room.said = time.monotonic(), [], len(removals(room))
        for _ in range(times):
            room.d2.ip(f"addr add {lab.VIP}/24 dev eth0")
            since = time.monotonic()
            lab.wait(lambda: lab.VIP not in room.d2.addresses(), 5, "the VIP is gone from the BACKUP", 0.01)
            room.gone.append(time.monotonic() - since)
    return inject


def removals(room):
    return [line for line in room.d2.log().splitlines() if "put there by somebody else removed" in line]


def removed_and_said(room, _):
    lab.expect(max(room.gone) <= 0.05 + SLACK, f"gone after {room.gone}")
    warnings = removals(room)[room.said:]
    lab.expect(len(warnings) == len(room.gone), f"{len(warnings)} warnings of {len(room.gone)}")
    lab.expect(f"VI_1: 1 address put there by somebody else removed, first {lab.VIP} on eth0: we are not MASTER" in warnings[0], warnings[0])
    claims = [a for a in list(room.observer.arps) if a.when >= room.since and a.host == "d2" and a.sender == lab.VIP and a.is_gratuitous]
    lab.expect(not claims, "d2 announced it")


def said_goodbye(room, _):
    """The last word of each instance is whole and of the address that the peer knows, although that is gone."""
    last = [a for a in list(room.observer.adverts) if a.when >= room.since and a.host == "d1" and a.priority == 0]
    lab.expect({a.vrid for a in last} == {51, 52} and {(a.source, a.count) for a in last} == {("192.0.2.1", 1)},
               f"goodbyes {[(a.vrid, a.source, a.count) for a in last]}")
    lab.expect("dropped" not in room.d2.log(), f"d2 cannot read it: {room.d2.log()[-500:]}")


def other_mac(mac):
    def inject(room):
        room.since = time.monotonic()
        room.d1.ip(f"link set eth0 address {mac}")
    return inject


def announced_again(room, _):
    lab.wait(lambda: room.observer.announcements("d1", room.since), 5, "the new MAC is announced")


def sockets(director):
    """[(port, messages lost)] of the rtnetlink sockets of a daemon."""
    own = set()
    for pid in director.family().values():
        for number in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                own.add(os.readlink(f"/proc/{pid}/fd/{number}"))
    with open(f"/proc/{director.pid}/net/netlink", encoding="ascii") as file:
        rows = [line.split() for line in file][1:]
    return [(int(r[2]), int(r[8])) for r in rows if r[1] == "0" and int(r[2]) and f"socket:[{r[9]}]" in own]


def lost(director):
    return sum(drops for _, drops in sockets(director))


def events_lost(room):
    """d2 stands still while its kernel has more to tell than a socket holds, and misses what was last."""
    pid = room.d2.family()["vrrp"]
    room.watch.note(room.d2, "frozen")
    os.kill(pid, 19)
    many = [f"addr {what} 198.51.{n // 250}.{n % 250 + 1}/32 dev lo" for n in range(2000) for what in ("add", "del")]
    end = time.monotonic() + 4
    while not lost(room.d2) and time.monotonic() < end:
        room.d2.ip(*many)
    room.d2.ip("link add late type veth peer name late2", "addr add 203.0.113.9/24 dev late", "link set late up", "link set late2 up")
    os.kill(pid, 18)
    room.watch.note(room.d2, "thawed")
    room.lost = lost(room.d2)
    room.since = time.monotonic()


def knows_the_end(room, _):
    """A reload that tracks what came while it could not hear finds it there."""
    lab.wait(lambda: room.states(room.d2)[0], 30, "d2 answers")
    lab.expect(room.lost, "nothing was lost, so nothing was tried")
    room.d2.reload(room.conf["d2"].replace("interface eth0", "interface eth0\n    track_interface {\n        late\n    }"))
    time.sleep(1)
    lab.expect(set(room.states(room.d2)[0].values()) == {"BACKUP"}, f"late was not found: {room.states(room.d2)}")
    room.d2.reload(room.conf["d2"])
    time.sleep(0.5)
    room.d2.ip("link del late")


def spoof(room):
    """Root on d1 says to each of our netlink sockets that the VIP and eth0 are gone."""
    ports = [port for port, _ in sockets(room.d1)]
    with room.d1.inside():
        index = socket.if_nametoindex("eth0")
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    vip = socket.inet_aton(lab.VIP)
    address = struct.pack("=BBBBI", 2, 24, 0, 0, index) + b"".join(struct.pack("=HH", 8, kind) + vip for kind in (1, 2))
    link = struct.pack("=BxHiII", 0, 1, index, 0, 0xffffffff) + struct.pack("=HH", 9, 3) + b"eth0\0\0\0\0"
    room.sent, room.since, room.foreign = 0, time.monotonic(), room.d1.status()["netlink"]["foreign"]
    for port in ports:
        for kind, body in ((RTM_DELADDR, address), (RTM_DELLINK, link)):
            sock.sendto(struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body, (port, 0))
            room.sent += 1
    sock.close()


def nothing_happened(room, _):
    lab.expect(room.sent >= 2, "there was no socket to lie to")
    moved = [e for e in room.observer.events if e[0] >= room.since]
    lab.expect(not moved, f"the VIP moved: {moved}")
    counted = room.d1.status()["netlink"]["foreign"] - room.foreign
    lab.expect(2 <= counted <= room.sent, f"{counted} of {room.sent} lies were counted")


@contextlib.contextmanager
def refusing(room, error, calls, when):
    """strace makes some calls of d1's vrrp process fail meanwhile."""
    pid = room.d1.family()["vrrp"]
    room.d1.run("rm", "-f", "/run/lab/strace")
    tracer = room.d1.popen("strace", "-f", "-qq", "-o", "/run/lab/strace", "-e", f"trace={calls}", "-e",
                           f"inject={calls}:error={error}:when={when}", "-p", str(pid))
    time.sleep(0.5)
    yield
    tracer.send_signal(2)
    tracer.wait(10)
    text = room.d1.run("cat", "/run/lab/strace", check=False)
    lab.expect("INJECTED" in text, f"no call failed: {text[:300]}")


def injected(error, calls, when):
    """For a second, or until a call failed."""
    def inject(room):
        with refusing(room, error, calls, when):
            time.sleep(1)
            end = time.monotonic() + 10
            while "INJECTED" not in room.d1.run("cat", "/run/lab/strace", check=False) and time.monotonic() < end:
                time.sleep(0.2)
    return inject


def no_address(error, text):
    """d1 comes back, preempts, and is not given its addresses: it says why and lets d2 serve, for at least ten seconds."""
    def inject(room):
        room.cut(room.d1)
        lab.wait(lambda: room.holds(room.d2), 30, "d2 took over")
        with refusing(room, error, "sendto", "1+"):
            room.mend(room.d1)
            since = time.monotonic()
            said = f"address_refused: the kernel refuses 192.0.2.10[01] on eth0: {text}"  # of either member of the group
            lab.wait(lambda: re.search(said, room.d1.log()), 30, "d1 says why")
            lab.wait(lambda: room.observer.holding() == ["d2"], 30, "d2 serves")
            print(f"      {error}: d2 serves {time.monotonic() - since:.1f} s after d1 came back")
    return inject


def refused(room):
    return {"moves": {"d1": "FAULT BACKUP MASTER FAULT BACKUP MASTER", "d2": "MASTER BACKUP MASTER BACKUP"}, "gap": room.down + 0.75,
            "late": ("d1",)}


LATE = {"late": ("d1",), "restarts": ()}
ADDRESSES = (
    Row("F51", "the VIP is deleted", delete(1), hold=0.5, check=back_and_announced, allowed=noticed(0.1)),
    Row("F51", "the VIP is deleted three times in 10 s", delete(3, 1), hold=0.5, check=back_and_announced, allowed=noticed(0.1)),
    Row("F52", "all addresses are flushed", flush, hold=1, check=said_goodbye, allowed=lambda r: {
        **taken_over(r), "skip": {"I4": "put back first, and let go at the FAULT that follows"}}),
    Row("F53", "the VIP appears on the BACKUP, by hand", put_on_backup(1), hold=0.5, check=removed_and_said,
        allowed=lambda r: {"split": True, "skip": {"I4": "not announced, as it must not be"}}),
    Row("F57", "the MASTER's MAC changes", other_mac("02:00:00:00:0a:01"), other_mac("02:00:00:00:00:01"), 0.7, announced_again),
)
NETLINK = (
    Row("F59", "more events than a socket holds", events_lost, hold=0.5, check=knows_the_end),
    Row("F62", "lies to our netlink sockets", spoof, hold=1, check=nothing_happened),
    Row("F60", "every second netlink request fails: ENOBUFS", injected("ENOBUFS", "sendto", "2+2"), hold=0.5, allowed=lambda r: LATE),
    Row("F43", "system calls are interrupted", injected("EINTR", "sendmsg,recvmsg,epoll_wait", "3+3"), hold=0.5, allowed=lambda r: LATE),
    Row("F43", "system calls say EAGAIN", injected("EAGAIN", "recvmsg", "2+3"), hold=0.5, allowed=lambda r: LATE),
)


def addresses():
    """F51 F52 F53 F57."""
    with Room() as room:
        room.begin()
        run_rows(room, ADDRESSES)
        room.end()


def netlink():
    """F59 F60 F62, and F43 for the process that speaks it."""
    with Room() as room:
        room.begin()
        run_rows(room, NETLINK)
        room.end()


SYSCALLS = ("epoll_wait", "recvmsg", "sendmsg", "sendto", "recvfrom", "read", "write", "timerfd_settime", "openat", "clone,clone3")
SOFT = ("EINTR", "EAGAIN")


def fails_once(room, role, calls, error, turn):
    """The Nth such call of a process fails while it works; None where it makes no such call."""
    pid = room.d1.family()[role]
    room.d1.run("rm", "-f", "/run/lab/strace")
    tracer = room.d1.popen("strace", "-f", "-qq", "-o", "/run/lab/strace", "-e", f"trace={calls}", "-e",
                           f"inject={calls}:error={error}:when={turn}", "-p", str(pid))
    time.sleep(0.3)
    room.d1.reload_whole()
    time.sleep(0.7)
    tracer.send_signal(2)
    tracer.wait(10)
    return "INJECTED" in room.d1.run("cat", "/run/lab/strace", check=False)


def every_call():
    """F43: each system call of each process is interrupted, or told to try again, the Nth time: nobody dies, nobody changes state."""
    with Room(glob=lab.SERVICE) as room:
        room.begin()
        failed = 0
        for role in ("vrrp", "lvs", "main", "probe"):
            for calls in SYSCALLS:
                for error, turn in [(e, n) for e in SOFT for n in (1, 3)]:
                    if error == "EAGAIN" and calls in ("epoll_wait", "openat", "timerfd_settime"):
                        continue  # they never say so
                    family = room.d1.family()
                    with room.fault("F43", f"{role}: {calls} {turn} {error}", late=("d1",)):
                        failed += fails_once(room, role, calls, error, turn)
                        lab.expect(room.d1.family() == family, f"{role}: {error} of {calls}: {family} became {room.d1.family()}")
        print(f"    {failed} calls failed")
        lab.expect(failed > 40, "hardly a call failed")
        room.end()


def refusals():
    """F60: the kernel refuses every address."""
    with Room() as room:
        room.begin()
        run_rows(room, [Row("F60", f"the kernel refuses the addresses: {error}", no_address(error, text), hold=0, allowed=refused)
                        for error, text in (("EPERM", "Operation not permitted"), ("EBUSY", "Device or resource busy"))], 1)
        room.end()


lab.main(addresses, netlink, nightly=(refusals, every_call))
