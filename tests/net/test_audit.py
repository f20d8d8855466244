#!/usr/bin/python3
"""The audits themselves, without any network: a made-up failover of which nothing is wrong, and each way in which it could be."""
import sys

import audit
from audit import Allowed, Event, Timeline

T, DOWN, LEASE, SPARE = 1.0, 3.6, 3, 0.01
END = 20.0
MOVES = {"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}
QUIET = {"d1": "", "d2": ""}


def grid(start, end, step):
    return [start + n * step for n in range(int((end - start) / step) + 1)]


def speaks(host, start, end, priority=150):
    return [Event(when, host, "advert", (51, priority)) for when in grid(start, end, T)]


def holds(host, start, end=None, claim=0.01):
    return [Event(start, host, "holds", "VIP"), Event(start + claim, host, "claim", "VIP")] + \
        ([Event(end, host, "drops", "VIP")] if end else [])


def answers(host, start, end):
    return [Event(when, host, kind, "VIP") for when in grid(start, end, audit.STEP) for kind in ("answer", "served")]


def asks():
    return [Event(when, "client", "asked", "VIP") for when in grid(0, END, audit.STEP)]


def marks(fault=2.0, heal=8.0, calm=END):
    return [Event(fault, None, "mark", "fault"), Event(heal, None, "mark", "heal"), Event(calm, None, "mark", "calm")]


def moves(host, *steps):
    """(when, from, to) of both members of the group."""
    return [Event(when + late, host, "state", (name, a, b, "a reason"))
            for when, a, b in steps for name, late in (("VI_1", 0), ("VI_2", 0.002))]


def status(when, host, transitions, **more):
    data = {"generation": 1, "states": {}, "dropped": {}, "transitions": {"VI_1": transitions, "VI_2": transitions}, "services": []}
    return Event(when, host, "status", {**data, **more})


def needs(when, host, zombies=(), **roles):
    data = {role: {"fds": 7, "rss": 1 << 20} for role in ("main", "vrrp")}
    return Event(when, host, "needs", {"roles": {**data, **roles}, "zombies": list(zombies)})


def failover():
    """d1 is cut at 2, d2 serves from 5.6 on, the cable is back at 8, d1 preempts at 11.6."""
    return marks() + asks() + [
        *holds("d1", 0, 2.03), *speaks("d1", 0, 2.0), *answers("d1", 0, 1.99), Event(2.0, "d1", "cut", None),
        *moves("d1", (2.02, "MASTER", "FAULT"), (8.1, "FAULT", "BACKUP"), (11.6, "BACKUP", "MASTER")), Event(8.0, "d1", "mended", None),
        *moves("d2", (5.6, "BACKUP", "MASTER"), (11.63, "MASTER", "BACKUP")),
        *holds("d2", 5.6, 11.64), *speaks("d2", 5.6, 11.6, 100), *answers("d2", 5.61, 11.63),
        *holds("d1", 11.6), *speaks("d1", 11.6, END), *answers("d1", 11.65, END),
        status(1.9, "d1", 3), status(END, "d1", 6), status(1.9, "d2", 1), status(END, "d2", 3), needs(1.9, "d1"), needs(END, "d1"),
        *[Event(e.when, e.host, "script", (e.data[0], e.data[2], word)) for word in ("begin", "end")
          for e in moves("d2", (5.61, "", "MASTER"), (11.65, "", "BACKUP"))]]


def still(*more):
    """Nothing happens: d1 serves all the time."""
    return marks() + asks() + [*holds("d1", 0), *speaks("d1", 0, END), *answers("d1", 0, END), status(1.9, "d1", 2),
                               status(END, "d1", 2), *more]


def split(until, claims=True):
    """Both serve from 5 until the heal at 8, d2 until `until`."""
    return marks() + [*holds("d1", 0), *speaks("d1", 0, END), *holds("d2", 5, until), *([] if not claims else
                      [Event(8.5, "d1", "claim", "VIP")]), *moves("d2", (5, "BACKUP", "MASTER"), (until, "MASTER", "BACKUP"))]


def judge(events, allowed=None, **more):
    line = Timeline(list(events), T, DOWN, LEASE, groups=(("VI_1", "VI_2"),), slack=SPARE, **more)
    return audit.audit(line, allowed or Allowed(moves=QUIET))


def without(events, **wanted):
    """All but the events that are all this."""
    return [e for e in events if not all(getattr(e, k) == v for k, v in wanted.items())]


FAILED = Allowed(moves=MOVES, gap=DOWN)
FROZEN = [Event(2.0, "d1", "frozen", None), Event(12.0, "d1", "thawed", None)]
BOTH = [*holds("d2", 4.0, 9.0)]
SERVICE = {"name": "S", "quorum_met": True, "sorry": True, "servers": [{"effective_weight": 70000}]}
# what is seen, what is allowed, which invariants must complain: exactly these
ROWS = (
    ("a failover", failover(), FAILED, ()),
    ("nothing", still(), None, ()),
    ("no events at all", [], None, ()),
    ("I1 two at once", still(*BOTH), None, {"I1"}),
    ("I1 a hand-over overlaps", still(*holds("d2", 4.0, 4.05)), None, ()),
    ("I1 cut off, not on the segment", still(Event(3.9, "d2", "cut", None), *BOTH, Event(9.5, "d2", "mended", None)), None, ()),
    ("I1 the dead one's lease", [e for e in still() if e.kind not in ("answer", "served") or e.when < 5.2] + FROZEN + [
        *holds("d2", 4.0), *answers("d2", 4, END), Event(5.2, "d1", "drops", "VIP")], None, ()),
    ("I1 after the dead one's lease", still(*FROZEN, *holds("d2", 4.0, 9.0)), None, {"I1", "I3"}),
    ("I2 longer than the protocol", failover(), Allowed(moves=MOVES, gap=DOWN - 0.5), {"I2"}),
    ("I2 no gap is allowed", failover(), Allowed(moves=MOVES), {"I2"}),
    ("I2 it holds but does not answer", [e for e in still() if e.kind not in ("answer", "served") or not 4 < e.when < 6], None, {"I2"}),
    ("I2 nobody asks for a while", [e for e in still() if e.kind not in ("answer", "served", "asked") or not 4 < e.when < 6], None, ()),
    ("I2 nobody ever answers", [e for e in still() if e.kind != "answer"], None, {"I2"}),
    ("I3 a split that ends in time", split(8.9), Allowed(moves={"d2": "MASTER BACKUP"}, split=True), ()),
    ("I3 a split that does not", split(10.5), Allowed(moves={"d2": "MASTER BACKUP"}, split=True), {"I1", "I3"}),
    ("I3 a frozen one that keeps it", still(*FROZEN), None, {"I3"}),
    ("I3 a frozen one within its lease", still(FROZEN[0], Event(4.0, "d1", "thawed", None)), None, ()),
    ("I4 no announcement", without(failover(), host="d2", kind="claim"), FAILED, {"I4"}),
    ("I4 announced late", without(failover(), host="d2", kind="claim") + [Event(6.0, "d2", "claim", "VIP")], FAILED, {"I4"}),
    ("I4 the client stays on the other", failover() + [Event(19.0, "d2", "served", "VIP")], FAILED, {"I4"}),
    ("I4 nobody serves the client", [e for e in failover() if e.kind != "served" or e.when < 12], FAILED, {"I4"}),
    ("I5 a transition too many", failover(), Allowed(moves={**MOVES, "d2": "MASTER"}, gap=DOWN), {"I5"}),
    ("I5 none foreseen", failover(), Allowed(gap=DOWN), {"I5"}),
    ("I5 one of two ways", failover(), Allowed(moves={**MOVES, "d2": ("", "MASTER BACKUP")}, gap=DOWN), ()),
    ("I5 not predicted", failover(), Allowed(moves={"d1": None, "d2": None}, gap=DOWN), ()),
    ("I6 the model's table", still(Event(9, "d1", "table", (["r1"], ["r1"]))), None, ()),
    ("I6 another table", still(Event(9, "d1", "table", (["r1"], ["r1", "r2"]))), None, {"I6"}),
    ("I7 all left as found", still(*[Event(t, "d1", "kernel", (w, {"links": ["eth0"]})) for t, w in ((0, "before"), (9, "after"))]),
     None, ()),
    ("I7 a link left", still(Event(0, "d1", "kernel", ("before", {"links": []})), Event(9, "d1", "kernel", ("after", {"links": ["v"]}))),
     None, {"I7"}),
    ("I8 255 of no owner", still(Event(9.005, "d2", "advert", (52, 255))), None, {"I8"}),
    ("I8 weights out of range, sorry with quorum", still(status(3, "d2", 0, services=[SERVICE])), None, {"I8"}),
    ("I9 a descriptor more", still(needs(1, "d1"), needs(19, "d1", main={"fds": 8, "rss": 1 << 20})), None, {"I9"}),
    ("I9 a descriptor more as another one", still(needs(1, "d1"), needs(19, "d1", main={"fds": 8, "rss": 1 << 20}),
                                                  status(END + 1, "d1", 2, states={"VI_1": "MASTER"})), None, ()),
    ("I9 more memory", still(needs(1, "d1"), needs(19, "d1", vrrp={"fds": 7, "rss": 1 << 28})), None, {"I9"}),
    ("I9 a process less", still(needs(1, "d1", lvs={"fds": 1, "rss": 1}), needs(19, "d1")), None, {"I9"}),
    ("I9 a zombie", still(needs(1, "d1"), needs(19, "d1", zombies=[7])), None, {"I9"}),
    ("I10 one advert missing", without(still(), when=9.0, kind="advert"), None, {"I10"}),
    ("I10 one missing, but it may", without(still(), when=9.0, kind="advert"), Allowed(moves=QUIET, late=("d1",)), ()),
    ("I10 too slow", [e for e in still() if e.kind != "advert"] + [Event(n * 1.2, "d1", "advert", (51, 150)) for n in range(16)], None,
     {"I10"}),
    ("I11 counted", still(status(1, "d1", 2, dropped={"ttl": 4}), status(END + 1, "d1", 2, dropped={"ttl": 9})),
     Allowed(moves=QUIET, bad={"d1": {"ttl": 5}}), ()),
    ("I11 not counted", still(), Allowed(moves=QUIET, bad={"d1": {"ttl": 5}}), {"I11"}),
    ("I11 logged too much", still(*[Event(9 + n / 100, "d1", "log", "x") for n in range(62)]), None, {"I11"}),
    ("I12 refused", still(Event(9, "d1", "log", "main: refused: a.conf:3: what")), Allowed(moves=QUIET, refused=True), ()),
    ("I12 taken", still(status(END + 1, "d1", 2, generation=2), Event(9, "d1", "log", "main: refused")),
     Allowed(moves=QUIET, refused=True), {"I12"}),
    ("I12 silent", still(), Allowed(moves=QUIET, refused=True), {"I12"}),
    ("I13 two at once", still(*[Event(w, "d1", "script", ("VI_1", s, "begin")) for w, s in ((9, "BACKUP"), (9.1, "MASTER"))]), None, {"I13"}),
    ("I13 the last one is not true", [e for e in failover() if e.kind != "script" or e.when < 10], FAILED, {"I13"}),
    ("I13 the wrong order", [e if e.kind != "script" else e._replace(when=20 - e.when) for e in failover()], FAILED, {"I13"}),
    ("I14 more rights", still(*[Event(w, "d1", "rights", {"vrrp": ("0", caps)}) for w, caps in ((1, "00"), (9, "ff"))]), None, {"I14"}),
    ("I14 a secret in the log", still(Event(9, "d1", "log", "key sesame")), None, {"I14"}),
    ("I15 not fed", still(*[Event(w, "d1", "notify", "WATCHDOG=1") for w in (1, 2, 5)]), None, {"I15"}),
    ("I15 not fed while frozen", still(*[Event(w, "d1", "notify", "WATCHDOG=1") for w in (1, 2, 5)], Event(2.5, "d1", "frozen", None),
                                       Event(4.5, "d1", "thawed", None)), None, ()),
    ("I15 ready, but it never said a word", still(Event(9, "d3", "notify", "READY=1")), None, {"I15"}),
    ("I16 one member lags", [e for e in failover() if not (e.kind == "state" and e.host == "d2" and e.data[0] == "VI_2" and e.when > 9)]
     + [Event(14, "d2", "state", ("VI_2", "MASTER", "BACKUP", "late"))], Allowed(moves=MOVES, gap=DOWN), {"I16"}),
    ("I17 the clock", failover() + [Event(11, "d1", "clock", None)], FAILED, {"I17"}),
    ("I18 no reason", [e if e.kind != "state" else e._replace(data=e.data[:3] + (" ",)) for e in failover()], FAILED, {"I18"}),
    ("I18 counted twice", failover() + [status(END + 1, "d1", 7)], FAILED, {"I18"}),
    ("an invariant that cannot be judged", still(*BOTH), Allowed(moves=QUIET, skip={"I1": "why"}), ()),
)


def main():
    failed = 0
    for name, events, allowed, wanted in ROWS:
        seen = judge(events, allowed, secrets=("sesame",))
        if set(seen) != set(wanted):
            failed += 1
            print(f"{name}: complained {seen}, expected {sorted(wanted)}")
    named = {row[0].split()[0] for row in ROWS if row[3]}
    missing = set(audit.AUDITS) - named
    print(f"{len(ROWS)} timelines, {failed} failed")
    sys.exit(f"no violation of {sorted(missing)}" if missing else 1 if failed else 0)


main()
