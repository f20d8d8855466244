#!/usr/bin/python3
"""A dead MASTER: the client waits no longer than the protocol makes it, 3 x advert_int + skew, and 60 ms for everything else.

The bound is a time on a machine that others use too: up to three tries, the best one counts and all are printed. That there is one
MASTER at a time is asserted in every try.
"""
import contextlib
import socket
import time

import lab

SPARE = 0.060
TRIES = 3


def try_cut(version, interval, fault):
    with lab.Pair(version=version, interval=interval) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        fault(pair)
        lab.wait(lambda: pair.observer.holding() == ["d2"], pair.down + 3, "d2 took over")
        time.sleep(max(0.2, 2 * interval))
        result = probe.results()
        pair.expect_masters(["d1", "d2"], since, overlap=0, without=pair.down + 1)
        lab.expect(result["answers"].get("d2"), "d2 answers")
        return result["longest_gap_ms"] / 1000, pair.down + SPARE


def cut(version, interval, fault=lambda pair: pair.cut(pair.d1)):
    gaps = []
    for _ in range(TRIES):
        gap, bound = try_cut(version, interval, fault)
        gaps.append(gap)
        print(f"    v{version} {interval} s: longest gap {gap * 1000:.0f} ms, allowed {bound * 1000:.0f} ms")
        if gap <= bound:
            return
    raise lab.Failed(f"gaps {[round(g, 3) for g in gaps]} s, allowed {bound:.3f} s")


def cable_v2_1s():
    cut(2, 1)


def cable_v3_1s():
    cut(3, 1)


def cable_v3_100ms():
    cut(3, 0.1)


def cable_v3_10ms():
    cut(3, 0.01)


def power_v3_100ms():
    cut(3, 0.1, lambda pair: pair.d1.power_cut())


def cable_mended():
    """The director that lost its cable gave the VIP up, and comes back without a lost request."""
    with lab.Pair(version=3, interval=0.1) as pair:
        pair.start()
        pair.settled()
        pair.cut(pair.d1)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 took over")
        lab.wait(lambda: not pair.holds(pair.d1), 1, "d1 without carrier gave the VIP up")
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.mend(pair.d1)
        pair.settled(pair.d1)
        pair.expect_masters(["d2", "d1"], since)
        lab.expect_lossless(probe)


def groups_reported(sock):
    """The groups of the IGMPv3 reports that are there to be read."""
    found = set()
    with contextlib.suppress(OSError):  # no more, or the port was down
        while True:
            frame = sock.recv(2048, socket.MSG_DONTWAIT)
            at = 14 + (frame[14] & 15) * 4 if frame[12:14] == b"\x08\x00" and frame[23] == socket.IPPROTO_IGMP else 0
            for record in range(int.from_bytes(frame[at + 6:at + 8], "big") if at and frame[at] == 0x22 else 0):
                found.add(socket.inet_ntoa(frame[at + 12 + 8 * record:at + 16 + 8 * record]))
    return found


def groups_again():
    """F12: instances with groups of their own on one interface; a switch that forgot them with the link is told of each."""
    groups = {f"224.0.1.{n}": n for n in (1, 2, 3)}
    with lab.Lab() as lan:
        one = lan.director("d1", "192.0.2.1")
        conf = "".join(lab.instance(100, 3, 0.2, f"mcast_dst_ip {group}", f"VI_{n}", 50 + n, (f"192.0.2.{100 + n}",))
                       for group, n in groups.items())
        one.start(conf)
        lab.wait(lambda: "runs: 3 instances" in one.log(), 20, "vipd runs")
        lab.wait(lambda: all(one.instance(f"VI_{n}")["state"] == "MASTER" for n in groups.values()), 20, "all are MASTER")
        with lan.switch.inside(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as sock:
            sock.bind(("d1", 0))
            for _ in range(2):
                lan.cut(one)
                lab.wait(lambda: all(one.instance(f"VI_{n}")["state"] == "FAULT" for n in groups.values()), 20, "the cable is noticed")
                time.sleep(1)  # what the kernel repeats by itself is over
                groups_reported(sock)
                lan.mend(one)
                seen = set()
                lab.wait(lambda: seen.update(groups_reported(sock)) or seen >= set(groups), 5, lambda: f"each group is reported: {seen}")


lab.main(cable_v2_1s, cable_v3_1s, cable_v3_100ms, cable_v3_10ms, power_v3_100ms, cable_mended, groups_again)
