"""faults.py - a fault is done to a pair, undone, and then everything that was seen is audited (audit.py: I1-I18).

A room is a pair with two instances in a sync group, a client, an eye that asks who has the VIP, and one observer (watch.py). Many
faults share a room, one after the other; after each the pair must be calm again: d1 MASTER, d2 BACKUP, nothing suspected.

    with Room() as room:
        room.begin()
        with room.fault("F1", gap=room.down, moves={"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}) as fault:
            room.cut(room.d1)
            time.sleep(2)
            fault.heal()              # from here on the segment is whole again, and the bounds after a heal count
            room.mend(room.d1)

What a fault may do that calm may not are the fields of audit.Allowed: which states each director goes through (none named: none),
how long nobody may answer, whether there may be two. Everything else is forbidden. A table of rows (Row) is run by run_rows().
"""
import contextlib
import dataclasses
import os
import random
import signal
import time

import audit
import lab
import watch

SLACK = 0.3       # seconds that a machine which others use may add to any bound
LEASE = 3         # the default of vip_lease at these intervals
NIGHTLY = bool(os.environ.get("VIPD_NIGHTLY"))  # longer, and at more moments
VIP2 = "192.0.2.101"
HINTS = ("adverts_late",)  # stand in the status for minutes after what they are about
GROUP = "vrrp_sync_group G1 {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"
TELL = 'notify "/run/lab/tell"'


class Room(lab.Pair):
    """A pair whose every step is watched. `extra` goes into each instance, `glob` before them; `second` makes the text of VI_2 from
    priority and extra."""

    slack, tell, step = SLACK, TELL, 0.1

    def __init__(self, interval=0.2, extra="", glob="", second=None, **more):
        extra += "\n    " + self.tell
        super().__init__(version=3, interval=interval, extra=extra, **more)
        self.eye = self.host("eye", "192.0.2.8")
        for director, priority in zip(self.directors, self.priorities):
            make = second or (lambda prio, more: lab.instance(prio, 3, interval, more, "VI_2", 52, (VIP2,)))
            self.conf[director.name] = glob + self.conf[director.name] + make(priority, extra) + GROUP
            self.prepare(director)
        os.environ.update(NOTIFY_SOCKET=watch.NOTIFY, WATCHDOG_USEC="2000000")
        self.watch, self.seen, self.secrets = watch.Watch(self), [], ()

    def __exit__(self, *failure):
        self.watch.stop()
        super().__exit__(*failure)

    def begin(self):
        """Both run, d1 serves."""
        for director in self.directors:
            self.watch.snapshot(director, "before")
        self.start()
        self.settled()
        self.calm()

    def end(self):
        """Both stop; what they leave is what they found."""
        for director in reversed(self.directors):
            lab.expect(director.stop() == 0, f"{director.name}: an orderly end")
            self.watch.snapshot(director, "after")
        bad = list(audit.i7(audit.Timeline([e for e in self.watch.marks if e.kind == "kernel"], self.interval, self.down, LEASE), None))
        lab.expect(not bad, f"I7: {bad}")

    # faults of processes
    def freeze(self, director):
        """No process of the daemon acts until thaw()."""
        self.watch.note(director, "frozen")
        send(director, signal.SIGSTOP)

    def thaw(self, director):
        send(director, signal.SIGCONT)
        self.watch.note(director, "thawed")

    def crash(self, director):
        """Every process of the daemon dies at once."""
        self.freeze(director)
        send(director, signal.SIGKILL)
        director.daemon.wait()

    def boot(self, director):
        """After power_cut(): the host and its daemon."""
        self.power_back(director)
        self.prepare(director)
        self.watch.asker.listen(self.watch.asker.manager_of(director), self.watch.asker.read_notify, director.name)
        self.watch.snapshot(director, "before")
        self.start(director)

    def prepare(self, director):
        director.write("/run/lab/tell", watch.SCRIPT)
        director.run("chmod", "755", "/run/lab/tell")

    def again(self, director):
        """After a crash: a new daemon."""
        self.start(director)
        self.watch.note(director, "thawed")

    # calm
    def states(self, director):
        """{instance: state}, and what is suspected or still tested; nothing while the daemon does not answer."""
        with contextlib.suppress(lab.Failed, ValueError, KeyError):
            seen = watch.brief(director.status())
            return seen["states"], [s for names in seen["suspicions"].values() for s in names if s not in HINTS] + seen["testing"]
        return {}, []

    def is_calm(self, master):
        for director in self.directors:
            wanted = "MASTER" if director is master else "BACKUP"
            states, suspected = self.states(director)
            if len(states) < 2 or suspected or set(states.values()) != {wanted}:
                return False
        return self.observer.holding() == [master.name]

    def calm(self, master=None, seconds=30, before=()):
        """`before`: (director, its needs) which it comes back to, as soon as what runs for a moment is over."""
        master = master or self.d1
        lab.wait(lambda: self.is_calm(master), seconds, f"calm again with {master.name} as MASTER", self.step)
        time.sleep(2 * self.interval + audit.CLIENT + self.slack)
        for director, needs in before:
            self.watch.rest(director, needs, 5)
        for director in self.directors:
            self.watch.look(director)

    @contextlib.contextmanager
    def fault(self, name, sentence="", master=None, **allowed):
        """Between calm and calm: what is done inside, then the audits. See audit.Allowed."""
        since = time.monotonic() - self.slack
        for director in self.directors:
            self.watch.look(director)
        fault = Fault(self, name, since, audit.Allowed(**allowed))
        before = [(d, watch.least(d.family())) for d in self.directors] if fault.allowed.leaves else ()
        self.watch.mark("fault")
        yield fault
        if not fault.healed:
            fault.heal()
        self.calm(master, before=before)
        self.watch.mark("calm")
        fault.judge()
        print(f"    {name}: {sentence or 'holds'} [{time.monotonic() - since:.1f} s]", flush=True)


# what an eye does not want to see between the events
NOISE = ("asked", "served", "answer", "advert", "notify", "needs", "rights", "status")


class Stalled(lab.Failed):
    """What was seen says nothing of the daemons: nobody on this machine ran for longer than any bound allows."""


class Fault:
    def __init__(self, room, name, since, allowed):
        self.room, self.name, self.since, self.allowed, self.healed = room, name, since, allowed, False

    def heal(self):
        self.room.watch.mark("heal")
        self.healed = True

    def line(self):
        room = self.room
        return audit.Timeline(room.watch.events(self.since), room.interval, room.down, LEASE, groups=(("VI_1", "VI_2"),), slack=room.slack,
                              secrets=room.secrets)

    def judge(self):
        line = self.line()
        bad = audit.audit(line, self.allowed)
        if bad:
            print(f"    {self.name}: the last events")
            for event in [e for e in line.events if e.kind not in NOISE][-60:]:
                print(f"      {audit.at(line, event.when)} {event.host} {event.kind} {event.data}")
        text = f"{self.name}: " + "; ".join(f"{name}: {word}" for name, words in bad.items() for word in words)
        if bad and self.stall(line) > 2 * self.room.slack:
            raise Stalled(f"{text}; but the machine itself stood still for {self.stall(line):.3f} s")
        lab.expect(not bad, text)

    @staticmethod
    def stall(line):
        """How long the observer, who has nothing to wait for, could not ask, or the kernel changed nothing for anybody."""
        asked = [e.when for e in line.of("asked")]
        return max([b - a - audit.STEP for a, b in zip(asked, asked[1:])] + [e.data for e in line.of("stalled")], default=0)


def send(director, sig):
    for pid in director.family().values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sig)


@dataclasses.dataclass
class Row:
    """A fault of the table: what is done and undone with a room; `hold`: seconds, or a question that must become true first."""
    name: str
    sentence: str
    inject: callable
    heal: callable = lambda room: None
    hold: object = 1.0
    check: callable = None        # (room, fault): what must be true besides, before the heal
    allowed: callable = lambda room: {}


def run_row(room, row):
    with room.fault(row.name, row.sentence, **row.allowed(room)) as fault:
        row.inject(room)
        if callable(row.hold):
            lab.wait(lambda: row.hold(room), 30, f"{row.name}: {row.sentence}")
        else:
            time.sleep(row.hold)
        if row.check:
            row.check(room, fault)
        fault.heal()
        row.heal(room)


def run_rows(room, rows, turns=10 if NIGHTLY else 1):
    """All rows, one after the other, each from calm to calm; each of the turns meets other moments. Once more where the machine stalled."""
    dice = random.Random(1)
    for row in [r for r in rows for _ in range(turns)]:
        time.sleep(dice.random() * room.interval)
        try:
            run_row(room, row)
        except Stalled as stalled:
            print(f"    again: {stalled}", flush=True)
            run_row(room, row)
