"""audit.py - what must be true of a pair of directors whatever happens to it: eighteen invariants, pure functions over a timeline.

A timeline is what one observer saw (watch.py records it): events (when, host, kind, data), times in CLOCK_MONOTONIC seconds.
    mark     fault, heal, calm: the laboratory's own steps      advert   (vrid, priority) left the host
    holds    drops: an address came to the host's kernel, left  claim    a gratuitous ARP of the VIP left the host
    cut      mended: the host is off the wire, back on it       answer   the host answered who-has for the VIP
    frozen   thawed: no process of the daemon acts, acts again  served   the host answered the client; asked: the client asked
    state    (instance, from, to, reason), as the log says      log      a line
    status   what the control socket said, in brief             needs    role -> descriptors, memory, pid; and zombies
    rights   role -> who it is, what it may                     kernel   (label, part -> lines): what the host's kernel holds
    script   (instance, state, begin or end)                    table    (what IPVS should have, what it has)
    notify   READY, WATCHDOG: to the service manager            clock    the wall clock was set
    stalled  seconds: the kernel's lock of all interfaces was somebody else's
Each i<n>(timeline, allowed) yields its violations in words. A fault declares what it may break: see Allowed. Bounds are the
invariants' own plus the timeline's `slack`, for a machine that others use too.
"""
import bisect
import collections
import dataclasses
import statistics

HANDOVER, LEASE_SPARE, GAIN_CLAIM, CLIENT = 0.05, 0.35, 0.1, 0.2
WATCHDOG, STEP = 2.0, 0.05
STAMP = 0.001  # log lines have milliseconds: one may seem to come before what it is about
MEMORY = 32 << 20
Event = collections.namedtuple("Event", "when host kind data")


@dataclasses.dataclass
class Allowed:
    """What a fault may do that calm may not. All that is not named here is forbidden."""
    moves: dict = dataclasses.field(default_factory=dict)   # host -> the states it goes through, "FAULT BACKUP MASTER", or a tuple of such
    split: bool = False       # two holders between fault and heal: the directors do not hear one another
    gap: float = 0            # seconds without a holder that answers
    late: tuple = ()          # hosts whose adverts may come late
    bad: dict = dataclasses.field(default_factory=dict)     # host -> {reason: packets it must have dropped for it, at least}
    refused: bool = False     # a reload that must be refused
    restarts: tuple = ()      # hosts of which a process is replaced
    leaves: bool = True       # descriptors, processes and memory at the end are those of the beginning
    lines: int = 60           # log lines a second
    skip: dict = dataclasses.field(default_factory=dict)    # "I5" -> why it cannot be judged here


@dataclasses.dataclass
class Timeline:
    events: list
    interval: float           # of the adverts, seconds
    down: float               # the backup's master down interval
    lease: float
    groups: tuple = ()        # of instances that move together
    owner: tuple = ()         # hosts that may say 255
    slack: float = 0
    secrets: tuple = ()

    def __post_init__(self):
        self.events = sorted(self.events, key=lambda e: e.when)

    def of(self, *kinds, host=None, since=0.0, until=float("inf")):
        return [e for e in self.events if e.kind in kinds and host in (None, e.host) and since <= e.when <= until]

    def mark(self, name):
        """When the laboratory last did this; the ends of the timeline where it did not."""
        found = [e.when for e in self.of("mark") if e.data == name]
        edge = (self.events[0].when if name == "fault" else self.events[-1].when) if self.events else 0
        return found[-1] if found else edge

    def hosts(self, *kinds):
        return sorted({e.host for e in self.of(*kinds) if e.host})

    def spans(self, begin, end, host):
        """[(from, until)] between such events of a host."""
        spans, start = [], None
        for event in self.of(begin, end, host=host):
            if event.kind == begin and start is None:
                start = event.when
            elif event.kind == end and start is not None:
                spans.append((start, event.when))
                start = None
        return spans + ([(start, float("inf"))] if start is not None else [])

    def within(self, when, begin, end, host):
        return any(a <= when < b for a, b in self.spans(begin, end, host))

    def holding(self):
        """[(from, until, [hosts that hold the VIP on the wire])], without holes, from the fault to calm."""
        since, until = self.mark("fault"), self.mark("calm")
        holders, cut, periods, last = set(), set(), [], since
        turns = {"holds": holders.add, "drops": holders.discard, "cut": cut.add, "mended": cut.discard}
        for event in self.of(*turns) + [Event(until, None, None, None)]:
            if min(event.when, until) > last:
                periods.append((last, min(event.when, until), sorted(holders - cut)))
                last = min(event.when, until)
            if event.kind:
                turns[event.kind](event.host)
        return periods


def runs(periods, wanted):
    """[(from, until)] of the longest unbroken stretches of periods for which wanted(names) is true."""
    found = []
    for start, end, names in periods:
        if not wanted(names):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def at(line, when):
    return f"{when - line.mark('fault'):+.3f} s"


def i1(line, allowed):
    """At most one holder of a VIP on a healthy segment, but for a hand-over; what the dead still hold is judged by I3."""
    healed = line.mark("heal") + line.interval + HANDOVER + line.slack
    for start, end in runs(line.holding(), lambda names: len(names) > 1):
        if allowed.split:
            start = max(start, healed) if start >= line.mark("fault") else start
        for host in line.hosts("frozen"):
            for begin, _ in line.spans("frozen", "thawed", host):
                if start >= begin - HANDOVER:
                    start = max(start, min(end, begin + line.lease + LEASE_SPARE + line.slack))
        if end - start > HANDOVER + line.slack:
            yield f"two held the VIP for {end - start:.3f} s at {at(line, start)}"


def i2(line, allowed):
    """At least one holder that answers, except for as long as the fault allows."""
    limit = allowed.gap + line.slack + STEP
    for start, end in runs(line.holding(), lambda names: not names):
        if end - start > limit:
            yield f"nobody held the VIP for {end - start:.3f} s at {at(line, start)}, allowed {limit:.3f} s"
    times = [e.when for e in line.of("answer", since=line.mark("fault") - 1, until=line.mark("calm"))]
    asked = [e.when for e in line.of("asked", since=line.mark("fault") - 1, until=line.mark("calm") - STEP)]
    if not asked:
        return
    for before, after in zip(times or asked[:1], times[1:] + asked[-1:]):
        first = next((t for t in asked[bisect.bisect(asked, before + STEP / 4):] if t < after), after)  # whoever asks may be late, too
        if after - first > limit:
            yield f"nobody answered for {after - first:.3f} s at {at(line, first)}, allowed {limit:.3f} s"


def i3(line, allowed):
    """Dual holding ends an advert after the heal; what a dead or frozen daemon held is gone with its lease."""
    heal = line.mark("heal")
    if allowed.split:
        for start, end in runs(line.holding(), lambda names: len(names) > 1):
            if start < heal < end and end - heal > line.interval + HANDOVER + line.slack:
                yield f"two held the VIP for {end - heal:.3f} s after the heal"
    for host in line.hosts("frozen"):
        for start, end in line.spans("frozen", "thawed", host):
            limit = start + line.lease + LEASE_SPARE + line.slack
            for _, gone in [s for s in line.spans("holds", "drops", host) if s[0] < start < s[1]]:
                if min(gone, end, line.mark("calm")) > limit:
                    yield f"{host}, frozen at {at(line, start)}, still held the VIP after {limit - start:.3f} s"


def i4(line, _):
    """Each gain is announced at once, and the client is served by who holds the VIP, at once."""
    since, calm = line.mark("fault"), line.mark("calm")
    for event in line.of("holds", since=since, until=calm - GAIN_CLAIM - line.slack):
        if line.within(event.when, "cut", "mended", event.host) or line.within(event.when, "frozen", "thawed", event.host):
            continue
        if not line.of("claim", host=event.host, since=event.when - HANDOVER - line.slack, until=event.when + GAIN_CLAIM + line.slack):
            yield f"{event.host} gained the VIP at {at(line, event.when)} and did not announce it"
    turns = line.of("holds", "drops", "mended", until=calm) + [e for e in line.of("mark") if e.data in ("fault", "heal")]
    settled = max([e.when for e in turns], default=since) + CLIENT + line.interval + line.slack
    served, holders = line.of("served", since=settled, until=calm), line.holding()[-1:]
    names = holders[0][2] if holders else []
    for event in [e for e in served if [e.host] != names][:1]:
        yield f"{event.host} served the client at {at(line, event.when)}, but {names} holds the VIP"
    if line.of("asked") and calm - settled > 4 * STEP and not served:
        yield f"nobody served the client after {at(line, settled)}"


def i5(line, allowed):
    """As many transitions as the fault script predicts, the same ones."""
    leading = line.of("state")[0].data[0] if line.of("state") else None
    for host in line.hosts("state", "advert", "holds", "status"):
        seen = " ".join(e.data[2] for e in line.of("state", host=host, since=line.mark("fault") - STAMP, until=line.mark("calm"))
                        if e.data[0] == leading)
        wanted = allowed.moves.get(host, "")
        if wanted is not None and seen not in ((wanted,) if isinstance(wanted, str) else wanted):
            yield f"{host} went through '{seen}', foreseen: '{wanted}'"


def i6(line, _):
    """The IPVS table is the model's, once calm."""
    for host in line.hosts("table"):
        model, real = line.of("table", host=host)[-1].data
        if model != real:
            yield f"{host}: the table should be {model}, it is {real}"


def i7(line, _):
    """What a daemon leaves is what it found."""
    for host in line.hosts("kernel"):
        seen = dict(e.data for e in line.of("kernel", host=host))
        if "before" in seen and "after" in seen:
            for part in seen["before"]:
                if seen["before"][part] != seen["after"][part]:
                    yield f"{host}: {part} was {seen['before'][part]}, is {seen['after'][part]}"


def i8(line, _):
    """Priorities and weights stay in range, quorum is what the weights say."""
    for event in line.of("advert"):
        vrid, priority = event.data
        if not 0 <= priority <= (255 if event.host in line.owner else 254):
            yield f"{event.host} advertised priority {priority} for {vrid}"
    for event in line.of("status"):
        for service in event.data.get("services", ()):
            weights = [s["effective_weight"] for s in service["servers"]]
            if not all(0 <= w <= 65535 for w in weights):
                yield f"{event.host}: {service['name']}: weights {weights}"
            if service.get("sorry") and service["quorum_met"]:
                yield f"{event.host}: {service['name']}: the sorry server serves although the quorum is met"


STATE, CHILDREN = "/memfd:state (deleted)", 3


def first_states(a, b):
    """How many more children told main a state that it keeps for their successors: one of each child, from the first one on."""
    before, after = (need.get("kinds", {}).get(STATE, 0) for need in (a, b))
    return max(0, after - before) if after <= CHILDREN else 0


def i9(line, allowed):
    """Descriptors, memory and processes do not grow; a MASTER needs more descriptors than a BACKUP."""
    for host in line.hosts("needs") if allowed.leaves else ():
        seen = [e.data for e in line.of("needs", host=host)]
        first, last = seen[0], seen[-1]
        states = [e.data["states"] for e in line.of("status", host=host)]
        is_same = not states or states[0] == states[-1]
        if set(first["roles"]) != set(last["roles"]):
            yield f"{host}: processes {sorted(first['roles'])} became {sorted(last['roles'])}"
        for role in set(first["roles"]) & set(last["roles"]):
            a, b = first["roles"][role], last["roles"][role]
            if is_same and b["fds"] > a["fds"] + first_states(a, b):
                more = b["kinds"] - a["kinds"] if "kinds" in a else {}
                yield f"{host}: {role} has {b['fds']} descriptors, had {a['fds']}: more of {dict(more)}"
            if b["rss"] - a["rss"] > MEMORY:
                yield f"{host}: {role} grew from {a['rss'] >> 10} to {b['rss'] >> 10} KB"
        if last["zombies"]:
            yield f"{host}: zombies {last['zombies']}"


def i10(line, allowed):
    """A MASTER that stays one keeps its interval."""
    for host in line.hosts("advert"):
        if host in allowed.late or host in allowed.restarts:
            continue
        for vrid in sorted({e.data[0] for e in line.of("advert", host=host)}):
            gaps = list(steady(line, host, vrid))
            for when, gap in gaps:
                if gap > 1.5 * line.interval + line.slack:
                    yield f"{host} {vrid}: {gap:.3f} s between two adverts at {at(line, when)}"
            middle = statistics.median(g for _, g in gaps) if len(gaps) > 4 else line.interval
            if abs(middle - line.interval) > 0.1 * line.interval:
                yield f"{host} {vrid}: adverts every {middle:.3f} s"


def steady(line, host, vrid):
    """(when, gap) of the adverts between which nothing happened to this host."""
    seen = [e for e in line.of("advert", "state", "cut", "mended", "frozen", "thawed", host=host)
            if e.kind != "advert" or e.data[0] == vrid]
    for before, after in zip(seen, seen[1:]):
        if before.kind == after.kind == "advert" and before.data[1] and after.data[1]:
            yield before.when, after.when - before.when


def i11(line, allowed):
    """Bad input is dropped, counted by its reason, and does not fill the log."""
    for host, reasons in allowed.bad.items():
        seen = [e.data["dropped"] for e in line.of("status", host=host)]
        for reason, count in reasons.items():
            grown = seen[-1].get(reason, 0) - seen[0].get(reason, 0) if seen else 0
            if grown < count:
                yield f"{host} counted {grown} as {reason}, sent were {count}"
    limit = 10 if allowed.bad else allowed.lines
    for host in line.hosts("log"):
        times = [e.when for e in line.of("log", host=host, since=line.mark("fault"), until=line.mark("calm"))]
        if any(b - a < 1 for a, b in zip(times, times[limit:])):
            yield f"{host} logged more than {limit} lines in a second"


def i12(line, allowed):
    """A refused reload changes nothing, and says where."""
    for host in line.hosts("status") if allowed.refused else ():
        seen = [e.data for e in line.of("status", host=host)]
        if seen[0]["generation"] != seen[-1]["generation"]:
            yield f"{host}: generation {seen[0]['generation']} became {seen[-1]['generation']}"
        if not any("refused" in e.data or ".conf:" in e.data for e in line.of("log", host=host, since=line.mark("fault"))):
            yield f"{host} does not say why"


def i13(line, _):
    """Scripts: one at a time for each object, in the order of the states, the last one told is the true one."""
    for host in line.hosts("script"):
        for name in sorted({e.data[0] for e in line.of("script", host=host)}):
            begun = [e for e in line.of("script", host=host) if e.data[0] == name]
            for before, after in zip(begun, begun[1:]):
                if before.data[2] == after.data[2] == "begin":
                    yield f"{host}: {name}: told {after.data[1]} while {before.data[1]} was still being told"
            told = [e.data[1] for e in begun if e.data[2] == "begin"]
            true = [e.data[2] for e in line.of("state", host=host) if e.data[0] == name]
            rest = iter(true)
            if true and not all(state in rest for state in told):
                yield f"{host}: {name}: told {told}, true were {true}"
            if true and told[-1:] != true[-1:]:
                yield f"{host}: {name}: last told {told[-1:]}, it is {true[-1]}"


def i14(line, _):
    """Each process is who it was and may what it might; no secret in a log or a command line."""
    for host in line.hosts("rights"):
        seen = [e.data for e in line.of("rights", host=host)]
        for role in set(seen[0]) & set(seen[-1]):
            if seen[0][role] != seen[-1][role]:
                yield f"{host}: {role} was {seen[0][role]}, is {seen[-1][role]}"
        if any(secret in repr(seen) for secret in line.secrets):
            yield f"{host}: a secret in a command line"
    for event in line.of("log"):
        if any(secret in event.data for secret in line.secrets):
            yield f"{event.host}: a secret in the log"


def i15(line, allowed):
    """The service manager is fed as long as main can, and hears READY only of a daemon that serves."""
    for host in line.hosts("notify"):
        fed = [e.when for e in line.of("notify", host=host) if "WATCHDOG" in e.data]
        for before, after in zip(fed, fed[1:]):
            lame = any(start < after and end > before for start, end in line.spans("frozen", "thawed", host))
            if after - before > WATCHDOG + line.slack and not lame and host not in allowed.restarts:
                yield f"{host}: no WATCHDOG=1 for {after - before:.3f} s at {at(line, before)}"
        for event in line.of("notify", host=host):
            if "READY=1" in event.data and not line.of("status", "state", host=host):
                yield f"{host}: READY=1 of a daemon that never answered"


def i16(line, _):
    """The members of a sync group are in one state, within an advert."""
    for host in line.hosts("state"):
        for group in line.groups:
            states, since = {}, None
            for event in line.of("state", host=host) + [Event(line.mark("calm"), host, "end", ("", "", "", ""))]:
                if since is not None and event.when - since > line.interval + line.slack:
                    yield f"{host}: {states} for {event.when - since:.3f} s at {at(line, since)}"
                if event.data[0] in group:
                    states[event.data[0]] = event.data[2]
                differ = len({states.get(name) for name in group if name in states}) > 1
                since = (since if since is not None else event.when) if differ else None


def i17(line, _):
    """Setting the wall clock causes no transition."""
    for clock in line.of("clock"):
        for event in line.of("state", host=clock.host, since=clock.when, until=clock.when + line.down + line.slack):
            yield f"{event.host}: {event.data[1]} -> {event.data[2]} after the clock was set"


def i18(line, allowed):
    """Each transition has one log line with a reason, and is counted once."""
    for event in line.of("state"):
        if not event.data[3].strip():
            yield f"{event.host}: {event.data[0]}: {event.data[1]} -> {event.data[2]} without a reason"
    for host in line.hosts("status"):
        seen = line.of("status", host=host)
        if host in allowed.restarts or len(seen) < 2:
            continue
        for name, last in seen[-1].data["transitions"].items():
            logged = [e for e in line.of("state", host=host, since=seen[0].when, until=seen[-1].when) if e.data[0] == name]
            counted = last - seen[0].data["transitions"].get(name, 0)
            if len(logged) != counted:
                yield f"{host}: {name}: {counted} transitions counted, {len(logged)} in the log"


AUDITS = {f.__name__.upper(): f for f in (i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15, i16, i17, i18)}


def audit(line, allowed):
    """{"I1": [what is wrong, ...]}: the invariants that do not hold."""
    found = {name: list(check(line, allowed)) for name, check in AUDITS.items() if name not in allowed.skip}
    return {name: words for name, words in found.items() if words}
