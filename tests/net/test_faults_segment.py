#!/usr/bin/python3
"""Cables that come back, strangers on the segment, addresses and MACs that move. Audited by faults.py."""
import json
import socket
import struct
import time

import lab
from faults import NIGHTLY, SLACK, Room, Row, run_rows
from link_local import LINK, OWN, instance
from signed import GROUP_MAC, checksum
from virtual import VMAC

BIG = [f"192.0.2.{n}" for n in range(110, 130)]
FOREIGN = "192.0.2.200"


def with_ipv6(room):
    """The directors speak IPv6, too."""
    for host in room.directors:
        host.sysctl(ipv6__conf__eth0__disable_ipv6=0)
    lab.wait(lambda: all(OWN[d.name] in d.run("ip", "-6", "addr", "show", "dev", "eth0", "-tentative") for d in room.directors), 30,
             "link-local addresses")


def second_is_six(priority, extra):
    return instance(priority, (f"{LINK}/64",), "VI_2", extra)


# what a fault may do
def taken_over(room):
    return {"moves": {"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}, "gap": room.down}


# injectors
def cut_until_served(host, other):
    def inject(room):
        room.cut(getattr(room, host))
        lab.wait(lambda: room.holds(getattr(room, other)), 30, f"{other} took over")
    return inject


def reload_both(change):
    """One more line in each instance, or one less."""
    def inject(room):
        for director in room.directors:
            room.conf[director.name] = change(room.conf[director.name])
            count = director.log().count("is applied everywhere")
            director.reload(room.conf[director.name])
            lab.wait(lambda d=director, c=count: d.log().count("is applied everywhere") > c, 30, "reloaded")
    return inject


def claim(room, frames=1):
    """The eye says that the VIP is its own."""
    sock = room.frames(room.eye)
    mac, vip = sock.getsockname()[4], socket.inet_aton(lab.VIP)
    for _ in range(frames):
        sock.send(b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac + vip + bytes(6) + vip)
    sock.close()


def duplicated(room):
    lab.wait(lambda: not room.observer.announcements("d1", time.monotonic() - 1.5), 10, "d1 has said what a new MASTER says", 0.1)
    room.since = time.monotonic()
    room.eye.ip(f"addr add {lab.VIP}/32 dev eth0")
    for _ in range(6):
        claim(room)
        time.sleep(0.25)
    room.until = time.monotonic()


def bounded_war(room, _):
    """It is said (as a split where the other director was never heard), and answered at once and then with one announcement a second at most, whatever the stranger's pace is."""
    said = [s for d in room.directors for s in room.states(d)[1]]
    lab.expect({"vip_conflict", "split_suspected"} & set(said), f"suspected: {said}")
    times = sorted(a.when for a in room.observer.announcements("d1", room.since) if a.when < room.until)
    lab.expect(times, "d1 did not defend the VIP")
    print(f"      d1 announced {len(times)} times in {room.until - room.since:.1f} s")
    lab.expect(times[0] < room.since + 1, f"the first after {times[0] - room.since:.2f} s")
    steps = [after - before for before, after in zip(times, times[1:])]
    lab.expect(not steps or min(steps) > 0.9, f"steps of {min(steps, default=0):.2f} s in {len(times)} announcements")


def stranger(room):
    """A second pair with our VRID, other addresses, and a priority between ours."""
    body = struct.pack("!BBBBHH", 0x31, 51, 120, 1, 20, 0) + socket.inet_aton(FOREIGN)
    pseudo = socket.inet_aton("192.0.2.8") + socket.inet_aton("224.0.0.18") + struct.pack("!HH", 112, len(body))
    body = body[:6] + struct.pack("!H", checksum(pseudo + body)) + body[8:]
    head = struct.pack("!BBHHHBBH", 0x45, 0xc0, 20 + len(body), 0, 0, 255, 112, 0) + pseudo[:8]
    sock = room.frames(room.eye)
    frame = GROUP_MAC + sock.getsockname()[4] + b"\x08\x00" + head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body
    for _ in range(8):
        sock.send(frame)
        time.sleep(room.interval)
    sock.close()


def is_named(room, _):
    said = [s for d in room.directors for s in room.states(d)[1]]
    lab.expect({"foreign_vrid", "address_list_differs"} & set(said), f"suspected: {said}")


def switch_knows(room):
    """The port at which the switch has the virtual MAC."""
    table = json.loads(room.switch.run("bridge", "-j", "fdb", "show", "br", "br0"))
    return [e["ifname"] for e in table if e["mac"] == VMAC and "permanent" not in e.get("flags", ()) and e.get("state") != "permanent"]


def seen_by_switch(port):
    def check(room, _):
        start = time.monotonic()
        lab.wait(lambda: switch_knows(room) == [port], 0.1 + SLACK, f"the switch has the virtual MAC at {port}, not {switch_knows(room)}")
        print(f"      at {port} {1000 * (time.monotonic() - start):.0f} ms after the VIP")
    return check


RETURN = (
    Row("F2", "the cable is back, nopreempt", cut_until_served("d1", "d2"), lambda r: r.mend(r.d1), 0, allowed=lambda r: {
        "moves": {"d1": "FAULT BACKUP", "d2": "MASTER"}, "gap": r.down, "master": r.d2}),
)
BACK = (
    Row("F2", "the other's cable, and back", cut_until_served("d2", "d1"), lambda r: r.mend(r.d2), 0, allowed=lambda r: {
        "moves": {"d1": "MASTER", "d2": "FAULT BACKUP"}, "gap": r.down}),
)
STRANGERS = (
    Row("F14", "somebody else has the VIP", duplicated, lambda r: r.eye.ip(f"addr del {lab.VIP}/32 dev eth0"), 0, bounded_war,
        allowed=lambda r: {"leaves": False}),  # it listens for rivals for a while
    Row("F15", "another pair with our VRID", stranger, hold=0, check=is_named,
        allowed=lambda r: {"late": ("d1",)}),  # it answers each weaker advert with one of its own (RFC 9568 6.4.3)
    Row("F22", "the link-local address is gone", lambda r: r.d1.ip(f"addr del {OWN['d1']}/64 dev eth0"),
        lambda r: r.d1.ip(f"addr add {OWN['d1']}/64 dev eth0"), lambda r: r.holds(r.d2), allowed=taken_over),
)


def segment():
    """F2 F14 F15 F22."""
    with Room(second=second_is_six, extra="garp_master_delay 1") as room:
        with_ipv6(room)
        room.begin()
        run_rows(room, STRANGERS)
        with room.fault("a reload", "nopreempt"):
            reload_both(lambda text: text.replace("state BACKUP", "state BACKUP\n    nopreempt"))(room)
        for _ in range(10 if NIGHTLY else 1):  # one undoes the other
            run_rows(room, RETURN, 1)
            run_rows(room, BACK, 1)
        room.end()


MOVES = (
    Row("F20", "the virtual MAC moves to the other port", cut_until_served("d1", "d2"), lambda r: r.mend(r.d1), 0, seen_by_switch("d2"),
        taken_over),
    Row("F20", "and again", cut_until_served("d1", "d2"), lambda r: r.mend(r.d1), 0, seen_by_switch("d2"),
        taken_over),
)


def virtual_mac():
    """F20."""
    with Room(extra="use_vmac") as room:
        room.begin()
        run_rows(room, MOVES)
        seen_by_switch("d1")(room, None)
        room.end()


UNICAST = (
    Row("F21", "the peer has another address", lambda r: r.d2.ip("addr del 192.0.2.2/24 dev eth0", "addr add 192.0.2.22/24 dev eth0"),
        lambda r: r.d2.ip("addr del 192.0.2.22/24 dev eth0", "addr add 192.0.2.2/24 dev eth0"), 1.5, None,
        lambda r: {"moves": {"d1": "", "d2": "FAULT BACKUP"}}),
)


def unicast():
    """F21."""
    with Room(unicast=True) as room:
        room.begin()
        run_rows(room, UNICAST)
        room.end()


def is_heard(room, _):
    room.d2_heard = room.d2.instance("VI_1")["counters"]["rx"]
    lab.wait(lambda: room.d2.instance("VI_1")["counters"]["rx"] >= room.d2_heard + 2, 30, "d2 hears d1")


BIG_ONE = (
    Row("F13", "the MTU shrinks below the advert, which goes in fragments", lambda r: r.d1.ip("link set eth0 mtu 68"),
        lambda r: r.d1.ip("link set eth0 mtu 1500"), 1.5, is_heard),
)


def big():
    """F13."""
    with Room() as room:
        for name in room.conf:
            room.conf[name] = room.conf[name].replace(f"{lab.VIP}/24\n", f"{lab.VIP}/24\n" + "".join(f"        {v}/24\n" for v in BIG))
        room.begin()
        run_rows(room, BIG_ONE)
        room.end()


lab.main(segment, virtual_mac, unicast, big)
