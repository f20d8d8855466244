#!/usr/bin/python3
"""Cables, lines that are full, a switch that blocks: what a network does to a pair. After each fault I1-I18 are audited over everything that was seen (faults.py)."""
import re
import time

import lab
from faults import NIGHTLY, SLACK, Room, Row, run_rows

FLOOD = """import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setblocking(False)
while True:
    for _ in range(50):
        try: s.sendto(bytes(1400), ("192.0.2.9", 9))
        except OSError: pass
    time.sleep(0.005)
"""


# what a fault may do
def taken_over(room):
    """d1 is out of it, d2 takes over in time; d1 comes back and preempts."""
    return {"moves": {"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}, "gap": room.down}


def split(room):
    """Both are MASTER, by the protocol; the weaker one yields after the heal."""
    return {"moves": {"d1": "", "d2": "MASTER BACKUP"}, "split": True}


def flaps(room):
    """However d1 flaps, d2 takes over at most once."""
    return {"moves": {"d1": None, "d2": ("MASTER BACKUP", "")}, "gap": room.down, "lines": 500}


def unanswered(seconds):
    return lambda room: {"gap": seconds}


# injectors
def d1_is_cut(room):
    room.cut(room.d1)
    room.cut_at = time.monotonic()


def gone_at_once(room, _):
    """A director without carrier lets the VIP go at once."""
    drop = next(when for when, name, what in room.observer.events if when >= room.cut_at - SLACK and (name, what) == ("d1", "drops"))
    lab.expect(drop - room.cut_at <= 0.05 + SLACK, f"d1 kept the VIP for {drop - room.cut_at:.3f} s")


def suspects(name, word):
    return lambda room: word in room.states(getattr(room, name))[1]


def both_deaf(room, rule="ip protocol 112"):
    for director in room.directors:
        room.deaf(director, rule)


def mended_but_blocked(room):
    """The link is up, the switch forwards nothing for it yet."""
    room.deaf(room.d1, "meta protocol != 0")
    room.switch.run("nft", "-f", "-", text="table netdev egress { chain e { type filter hook egress device d1 priority 0; drop; }\n}\n")
    room.switch.ip("link set d1 up")


def forwards_again(room):
    room.deaf(room.d1, "")
    room.switch.run("nft", "delete", "table", "netdev", "egress")
    room.observer.reachable("d1")


def flapping(hertz, seconds):
    def inject(room):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            room.cut(room.d1)
            time.sleep(0.5 / hertz)
            room.mend(room.d1)
            time.sleep(0.5 / hertz)
    return inject


def starved(room):
    """1 Mbit/s, and much more to send: the kernel's bands send adverts first."""
    room.d1.run("tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "tbf", "rate", "1mbit", "burst", "3000", "latency", "50ms")
    room.d1.run("tc", "qdisc", "add", "dev", "eth0", "parent", "1:1", "pfifo_fast", check=False)
    room.flood = room.d1.popen("python3", "-c", FLOOD)


def fed(room):
    room.flood.kill()
    room.flood.wait()
    room.d1.run("tc", "qdisc", "del", "dev", "eth0", "root")


SNOOPS = """table netdev snoops {
    set members { type ifname; flags dynamic,timeout; timeout 4s; }
    counter kept { }
    chain from { type filter hook ingress devices = { d1, d2, eye } priority 0;
        ip protocol igmp @th,32,32 0xe0000012 update @members { meta iifname };
        ip protocol igmp @th,96,32 0xe0000012 update @members { meta iifname };
    }
    chain to { type filter hook egress devices = { d1, d2, eye } priority 0;
        ip daddr 224.0.0.18 meta oifname != @members counter name kept drop;
    }
}
"""


def snooping(on):
    """A switch that asks every second, and to ports without a report of the last four seconds forwards not even 224.0.0.18 (the kernel's
    own bridge would, as RFC 4541 has it)."""
    asks = f"mcast_snooping {on} mcast_querier {on} mcast_query_interval 100 mcast_query_response_interval 50 mcast_startup_query_interval 100"

    def turn(room):
        room.switch.run("nft", "delete", "table", "netdev", "snoops", check=False)
        room.switch.ip(f"link set br0 type bridge {asks}")
        if on:
            room.switch.run("nft", "-f", "-", text=SNOOPS)
            room.switch.run("nft", "add", "element", "netdev", "snoops", "members", "{ d1, d2 }")
    return turn


def members(room):
    """The ports that reported, and how many packets the others were spared."""
    text = room.switch.run("nft", "list", "table", "netdev", "snoops")
    return set(re.findall(r'"(\w+)" expires', text)), int(re.search(r"packets (\d+)", text).group(1))


def only_members_hear(room, _):
    lab.expect(members(room)[0] == {"d1", "d2"}, f"members: {members(room)}")
    lab.expect(members(room)[1] > 0, "the switch forwarded to everybody: nothing was tried")


def link_of_backup(room):
    """The switch, which never asks, forgets the BACKUP with its link: it says itself that it is there again, before its down interval ends."""
    snooping(1)(room)
    room.switch.ip("link set br0 type bridge mcast_querier 0")
    room.cut(room.d2)
    lab.wait(lambda: set(room.states(room.d2)[0].values()) == {"FAULT"}, 30, "d2 is off", 0.05)
    time.sleep(1)  # until what it would have answered to the last question is over
    room.switch.run("nft", "flush", "set", "netdev", "snoops", "members")
    room.switch.run("nft", "add", "element", "netdev", "snoops", "members", "{ d1 timeout 1m }")
    room.mend(room.d2)
    lab.wait(lambda: "d2" in members(room)[0], 10, "d2 reports its membership")


CABLES = (
    Row("F1", "the MASTER's cable", d1_is_cut, lambda r: r.mend(r.d1), lambda r: r.holds(r.d2), gone_at_once, taken_over),
    Row("F3", "the MASTER is not heard", lambda r: r.deaf(r.d1), lambda r: r.deaf(r.d1, ""), suspects("d1", "unheard"), allowed=split),
    Row("F4", "the BACKUP is not heard", lambda r: r.deaf(r.d2), lambda r: r.deaf(r.d2, "")),
    Row("F5", "neither hears the other", both_deaf, lambda r: both_deaf(r, ""), suspects("d2", "split_suspected"), allowed=split),
    Row("F10", "the MASTER's line is full", starved, fed, 1.5, allowed=unanswered(4)),
    Row("F11", "the MASTER's ARP is lost", lambda r: r.deaf(r.d1, "ether type arp"), lambda r: r.deaf(r.d1, ""), allowed=unanswered(4)),
    Row("F12", "a switch that snoops IGMP, and asks", snooping(1), snooping(0), 6, only_members_hear),
    Row("F12", "a switch that snoops IGMP, and a link that was away", link_of_backup, snooping(0), 1.5,
        allowed=lambda r: {"moves": {"d2": "FAULT BACKUP"}}),
    Row("F17", "the cable flaps, 2 Hz", flapping(2, 1.5), hold=0, allowed=flaps),
    Row("F17", "the cable flaps, 20 Hz", flapping(20, 1.5), hold=0, allowed=flaps),
)
LONG = (
    *(Row("F17", f"the cable flaps for a minute, {hertz} Hz", flapping(hertz, 60), hold=0, allowed=flaps) for hertz in (1, 5, 20)),
)


def cables():
    """Cut, deaf, full, flapping."""
    with Room() as room:
        room.begin()
        run_rows(room, CABLES)
        if NIGHTLY:
            run_rows(room, LONG, 1)
        blocked(room)
        room.end()


def blocked(room):
    """The cable is back, but for a second the switch forwards nothing: who serves meanwhile goes on."""
    with room.fault("F16", "a switch that blocks after link up", **taken_over(room)) as fault:
        room.cut(room.d1)
        lab.wait(lambda: room.holds(room.d2), 30, "d2 took over")
        mended_but_blocked(room)
        time.sleep(1)
        fault.heal()
        forwards_again(room)


lab.main(cables)
