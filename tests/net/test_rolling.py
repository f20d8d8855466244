#!/usr/bin/python3
"""What operators do to a pair that serves: its addresses changed one director at a time, no-op reloads, and addresses that come late."""
import time

import lab
from faults import NIGHTLY
from halves import look, suspicions

T = 0.2
PLACE = "        192.0.2.100/24\n"
RELOADS = 500 if NIGHTLY else 40


def with_vips(conf, last):
    """The configuration with the addresses 192.0.2.100 to .LAST."""
    return conf.replace(PLACE, "".join(f"        192.0.2.{n}/24\n" for n in range(100, last + 1)))


def owners(pair, last):
    """Of each address, the directors that have it."""
    have = {d.name: set(d.addresses()) for d in pair.directors}
    return [[name for name in have if f"192.0.2.{n}" in have[name]] for n in range(100, last + 1)]


def expect_one_owner(pair, last, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = owners(pair, last)
        lab.expect(all(len(o) <= 1 for o in got) and got[0] == ["d1"], f"owners: {got}")
        time.sleep(0.05)


def list_changed_one_by_one():
    """T03: one more VIP, then 25 instead of 1, then 1 again, d2 before d1, then 3 in another order: no transition, never two owners; said and over."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        counts = [look(d)["counters"]["transitions"] for d in pair.directors]
        for last in (101, 124, 100):
            pair.d2.reload(with_vips(pair.conf["d2"], last))
            lab.wait(lambda: "address_list_differs" in suspicions(pair.d2), 20, "d2 says that the lists differ")
            expect_one_owner(pair, 124, 10 * pair.down / 4)
            pair.d1.reload(with_vips(pair.conf["d1"], last))
            lab.wait(lambda: owners(pair, last) == [["d1"]] * (last - 99), 20, "d1 has all that are wanted")
            lab.wait(lambda: not suspicions(pair.d2) and not suspicions(pair.d1), 20, "they do not differ any more")
        lasting = [with_vips(pair.conf[d.name], 102) for d in pair.directors]
        for director, text in zip(pair.directors, lasting):
            director.reload(text)
        lab.wait(lambda: owners(pair, 102) == [["d1"]] * 3, 20, "three addresses")
        lab.wait(lambda: not suspicions(pair.d2), 20, "on both")
        for director, text in zip(reversed(pair.directors), reversed(lasting)):
            lines = with_vips(PLACE, 102)
            director.reload(text.replace(lines, "\n".join(reversed(lines.splitlines())) + "\n"))
            expect_one_owner(pair, 102, 5 * pair.down / 4)
            lab.expect(not suspicions(director), f"another order is the same list: {suspicions(director)}")
        lab.expect(counts == [look(d)["counters"]["transitions"] for d in pair.directors], "somebody changed its state")


def no_op_reloads():
    """T04: 16 instances in 4 sync groups; reloads that change nothing, or only one of them: nobody else notices."""
    names = range(1, 16)
    more = "".join(lab.instance(100, 3, 0.1, "garp_master_delay 1", f"VI_x{n}", vrid=100 + n, vips=(f"192.0.2.{150 + n}",)) for n in names)
    groups = "".join(f"vrrp_sync_group G{g} {{\n    group {{\n        {' '.join(f'VI_x{n}' for n in names if n % 4 == g)}\n    }}\n}}\n"
                     for g in range(4))
    with lab.Pair(version=3, interval=0.1, extra="garp_master_delay 1") as pair:
        conf = pair.conf["d1"] + more + groups
        pair.d1.start(conf)
        lab.wait(lambda: {i["state"] for i in pair.d1.status().get("instances", [])} == {"MASTER"} if pair.d1.log() and look(pair.d1)
                 else False, 30, "all are MASTER")
        time.sleep(2.5)
        since, sent = time.monotonic(), {}
        before = {i["name"]: i["counters"]["transitions"] for i in pair.d1.status()["instances"]}
        for turn in range(RELOADS):
            pair.d1.reload(conf if turn % 4 else conf.replace("priority 100", f"priority {101 + turn % 100}", 1) + f"# {turn}\n")
            time.sleep(0.15)
        until = time.monotonic()
        after = {i["name"]: i["counters"]["transitions"] for i in pair.d1.status()["instances"]}
        lab.expect(before == after, f"{before} {after}")
        seen = [a for a in pair.observer.adverts if a.host == "d1" and since <= a.when <= until]
        lab.expect(not [a for a in seen if a.priority == 0], "somebody resigned")
        again = [a for a in pair.observer.arps if a.host == "d1" and a.is_gratuitous and since <= a.when <= until]
        lab.expect(not again, f"{len(again)} announcements again")
        for a in seen:
            sent.setdefault(a.vrid, []).append(a.when)
        worst = max(b - a for times in sent.values() for a, b in zip(times, times[1:]))
        print(f"    {len(sent)} instances, {len(seen)} adverts, longest time between two {worst * 1000:.0f} ms")
        lab.expect(len(sent) == 16 and worst < 0.3, f"a peer would have taken over: {worst:.3f} s")


def source_comes_late():
    """T24: no address at start: FAULT by that name; it comes, changes, goes: adverts come from it within a moment, nobody doubles."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.d1.sysctl(ipv4__conf__eth0__promote_secondaries=1)
        pair.d1.ip("addr flush dev eth0")
        pair.start()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 serves")
        lab.wait(lambda: look(pair.d1).get("faults") == ["interface eth0 has no IPv4 address of its own"], 20, "d1 says what is missing")
        since = time.monotonic()
        pair.d1.ip("addr add 192.0.2.1/24 dev eth0")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 20, "d1 serves as soon as it can")
        lab.expect({a.source for a in pair.observer.adverts_of("d1", since)} == {"192.0.2.1"}, "another source")
        since = time.monotonic()
        pair.d1.ip("addr add 192.0.2.11/24 dev eth0", "addr del 192.0.2.1/24 dev eth0")
        lab.wait(lambda: look(pair.d1).get("source") == "192.0.2.11", 20, "d1 speaks from its new address")
        time.sleep(3 * T)
        pair.settled()
        lab.expect(pair.observer.adverts_of("d1", since)[-1].source == "192.0.2.11", "not from its new address")
        since = time.monotonic()
        pair.d1.ip("addr del 192.0.2.11/24 dev eth0")
        lab.wait(lambda: pair.observer.holding() == ["d2"] and look(pair.d1).get("state") == "FAULT", 20, "d2 serves without it")
        lab.expect(pair.observer.longest(2, since) < 0.5, f"both held the VIP: {pair.observer.history()}")


lab.main(list_changed_one_by_one, no_op_reloads, source_comes_late)
