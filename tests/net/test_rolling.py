#!/usr/bin/python3
"""What operators do to a pair that serves: its addresses and peers changed one director at a time, edits
elsewhere in the file, and addresses that come late."""
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


def peers(conf, *more):
    """The configuration with more unicast peers."""
    return conf.replace("unicast_peer {\n", "unicast_peer {\n" + "".join(f"        {peer}\n" for peer in more))


def peer_added():
    """T03: a third unicast peer is added by reload, d2 before d1, comes, goes and is taken off again: no transition, no announcement, and it
    is spoken to from then on."""
    with lab.Pair(version=3, interval=T, unicast=True, extra="garp_master_delay 1") as pair:
        third = pair.director("d3", "192.0.2.3")
        pair.start()
        pair.settled()
        time.sleep(1.5)
        since, counts = time.monotonic(), [look(d)["counters"]["transitions"] for d in pair.directors]
        for director in reversed(pair.directors):
            director.reload(peers(pair.conf[director.name], "192.0.2.3"))
            expect_one_owner(pair, 100, pair.down)
        lab.wait(lambda: any(a.to == "192.0.2.3" for a in pair.observer.adverts_of("d1", since)), 20, "d1 speaks to the third")
        third.start(peers(pair.conf["d2"].replace("unicast_src_ip 192.0.2.2", "unicast_src_ip 192.0.2.3"), "192.0.2.2").replace(
            "priority 100", "priority 90"))
        lab.wait(lambda: " runs: " in third.log() and look(third).get("state") == "BACKUP", 30, "the third is there")
        expect_one_owner(pair, 100, 2 * pair.down)
        lab.expect("MASTER" not in third.log(), "the third did not hear d1")
        lab.expect(third.stop() == 0, "an orderly end")
        for director in reversed(pair.directors):
            director.reload(pair.conf[director.name])
            expect_one_owner(pair, 100, pair.down)
        gone = time.monotonic()
        time.sleep(3 * T)
        lab.expect({a.to for a in pair.observer.adverts_of("d1", gone)} == {"192.0.2.2"}, "d1 still speaks to the third")
        lab.expect(counts == [look(d)["counters"]["transitions"] for d in pair.directors], "somebody changed its state")
        times = [a.when for a in pair.observer.adverts_of("d1", since) if a.to == "192.0.2.2"]
        lab.expect(max(b - a for a, b in zip(times, times[1:])) < pair.down - T / 2, "adverts were lost on the way")
        lab.expect(not pair.observer.announcements("d1", since), "announced again")


KINDS = ("the same bytes", "a comment", "a server's weight", "one instance more", "and into a group that is MASTER", "a priority")
EXTRA, NEW = range(1, 16), 200


def sixteen(priority, joins=False, is_new=False):
    """15 more instances in 4 groups; `is_new`: and another one, which `joins` a group."""
    text = "".join(lab.instance(priority, 3, 0.1, "garp_master_delay 1", f"VI_x{n}", vrid=100 + n, vips=(f"192.0.2.{150 + n}",)) for n in EXTRA)
    if is_new:
        text += lab.instance(priority, 3, 0.1, "garp_master_delay 1", "VI_new", vrid=NEW, vips=("192.0.2.180",))
    for group in range(4):
        members = [f"VI_x{n}" for n in EXTRA if n % 4 == group] + ["VI_new"] * (joins and group == 1)
        text += f"vrrp_sync_group G{group} {{\n    group {{\n        {' '.join(members)}\n    }}\n}}\n"
    return text


def edited(first, turn):
    """(the configuration of this turn's kind of edit, seconds until the next one)."""
    kind, service = turn % len(KINDS), lab.SERVICE
    if kind == 2:
        service = service.replace("80 {\n        TCP", f"80 {{\n        weight {turn % 90 + 1}\n        TCP")
    text = first + sixteen(100, kind == 4, kind in (3, 4)) + service
    if kind == 5:
        text = text.replace("priority 100", f"priority {101 + turn % 100}", 1)
    return text + (f"# {turn}\n" if kind == 1 else ""), 0.6 if kind in (3, 4) else 0.15


def states_of(director):
    return {i["name"]: i["state"] for i in director.status().get("instances", [])}


def edits_elsewhere():
    """T04: 16 instances in 4 sync groups; reloads that change nothing, an instance more or less, a member more in a group that is MASTER, a
    service, a priority: no transition on either side, nobody resigns, nothing is announced again, no advert is missed."""
    with lab.Pair(version=3, interval=0.1, extra="garp_master_delay 1") as pair:
        for name, priority in (("d1", 100), ("d2", 90)):
            pair.conf[name] = pair.conf[name].strip() + "\n"
            pair.directors[name == "d2"].start(pair.conf[name] + sixteen(priority) + lab.SERVICE)
        for director, state in zip(pair.directors, ("MASTER", "BACKUP")):
            lab.wait(lambda d=director, s=state: " runs: " in d.log() and set(states_of(d).values()) == {s}, 40, f"{director.name}: all {state}", 0.1)
        time.sleep(2.5)
        since = time.monotonic()
        before, served = [transitions(d) for d in pair.directors], 0
        for turn in range(RELOADS):
            text, pause = edited(pair.conf["d1"], turn)
            pair.d1.reload(text)
            time.sleep(pause)
            if turn % len(KINDS) == 4 and turn < 3 * len(KINDS):
                served += states_of(pair.d1).get("VI_new") == "MASTER"
        until = time.monotonic()
        lab.expect(served, "the new member never was MASTER: nothing was tried")
        lab.expect(before == [transitions(d) for d in pair.directors], f"{before} became {[transitions(d) for d in pair.directors]}")
        expect_undisturbed(pair, since, until)


def transitions(director):
    return {i["name"]: i["counters"]["transitions"] for i in director.status()["instances"] if i["name"] != "VI_new"}


def expect_undisturbed(pair, since, until):
    """All routers but the new one, on the wire."""
    seen = [a for a in list(pair.observer.adverts) if since <= a.when <= until and a.vrid != NEW]
    lab.expect({a.host for a in seen} == {"d1"}, "d2 spoke")
    lab.expect(not [a for a in seen if a.priority == 0], "somebody resigned")
    again = [a for a in list(pair.observer.arps) if a.host == "d1" and a.is_gratuitous and since <= a.when <= until and a.sender != "192.0.2.180"]
    lab.expect(not again, f"{len(again)} announcements again")
    sent = {}
    for a in seen:
        sent.setdefault(a.vrid, []).append(a.when)
    gaps = sorted(b - a for times in sent.values() for a, b in zip(times, times[1:]))
    print(f"    {RELOADS} reloads; {len(sent)} instances, {len(seen)} adverts, between two 99 % within {gaps[len(gaps) * 99 // 100] * 1000:.0f} ms,"
          f" longest {gaps[-1] * 1000:.0f} ms")
    lab.expect(len(sent) == 16 and gaps[-1] < 0.3, f"a peer would have taken over: {gaps[-1]:.3f} s")


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


lab.main(list_changed_one_by_one, peer_added, edits_elsewhere, source_comes_late)
