#!/usr/bin/python3
"""What happens to a pair whose processes die, stand still, or get too little of the machine. Audited by faults.py."""
import os
import signal
import time

import lab
from faults import LEASE, NIGHTLY, SLACK, Room, Row, run_rows
from leased import KERNEL


# what a fault may do
def replaced(*names, state="", times=1):
    """Another process in the place of one: nobody notices but the log of its host, once for each."""
    return lambda room: {"moves": {name: " ".join([state] * times) for name in names}, "restarts": names}


def worn_out(_):
    """A process that does not live is started later each time, and its VIP is leased: the other director takes over for as long; twice
    where the last one that came back as MASTER met it half-way."""
    return {"moves": {"d1": None, "d2": ("", "MASTER BACKUP", "MASTER BACKUP MASTER BACKUP")}, "restarts": ("d1",)}


def handed_over(room):
    """d1's main is gone: its children make room (the log went with main); the next d1 preempts."""
    return {"moves": {"d1": "BACKUP MASTER", "d2": "MASTER BACKUP"}, "restarts": ("d1",)}


def lost(room):
    """d1 is dead or frozen and its VIP leased: both hold it for at most the rest of the lease."""
    return {"moves": {"d1": "BACKUP MASTER", "d2": "MASTER BACKUP"}, "restarts": ("d1",)}


# injectors
def kill(name, role):
    """SIGKILL of a process; it is back, as another one."""
    def inject(room):
        director = getattr(room, name)
        before = director.family()
        room.since = time.monotonic()
        os.kill(before[role], signal.SIGKILL)
        lab.wait(lambda: director.family().get(role) not in (None, before[role]), 30, f"{role} is back")
    return inject


def advertises_on(room, _):
    """The next advert after a death is not later than one interval after it was due."""
    times = [a.when for a in room.observer.adverts_of("d1", room.since - 2 * room.interval)]
    gap = max(b - a for a, b in zip(times, times[1:]))
    lab.expect(gap <= 2 * room.interval + SLACK, f"{gap:.3f} s between two adverts")


def kill_again_and_again(room):
    for _ in range(4 + 2 * NIGHTLY):
        room.watch.note(room.d1, "frozen")
        kill("d1", "vrrp")(room)
        room.watch.note(room.d1, "thawed")
        time.sleep(0.4)


def kill_main(room):
    room.since = time.monotonic()
    room.d1.signal(signal.SIGKILL)
    room.d1.daemon.wait()


def made_room(room, _):
    """The children of a dead main hand over, and nothing of it is left."""
    lab.expect(any(a.priority == 0 for a in room.observer.adverts_of("d1", room.since)), "d1 did not say that it leaves")
    lab.wait(lambda: not room.d1.family(), 5, "no process of the dead main is left")
    lab.expect(lab.VIP not in room.d1.addresses(), "d1 kept the VIP")


def gone_with_its_lease(room, _):
    gone = [when for when, name, what in room.observer.events if (name, what) == ("d1", "drops") and when >= room.since]
    lab.expect(gone and gone[0] - room.since <= LEASE + KERNEL + SLACK, "d1 kept the VIP longer than its lease")


def at(what):
    """Remembers when."""
    def inject(room):
        room.since = time.monotonic()
        what(room)
    return inject


def stop_vrrp(room):
    room.watch.note(room.d1, "frozen")
    room.stopped = room.d1.family()["vrrp"]
    os.kill(room.stopped, signal.SIGSTOP)


def go_on(room):
    room.woke = time.monotonic()
    os.kill(room.stopped, signal.SIGCONT)
    room.watch.note(room.d1, "thawed")


def throttled(room):
    """One fifth of the time, in slices of 30 ms."""
    pids = room.d1.family().values()
    end = time.monotonic() + 2
    while time.monotonic() < end:
        for sig, pause in ((signal.SIGSTOP, 0.12), (signal.SIGCONT, 0.03)):
            for pid in pids:
                os.kill(pid, sig)
            time.sleep(pause)


def hogs(seconds, policy=os.SCHED_RR, priority=50):
    """Two programs that never wait, before everything else of their class, on the one processor that d1 may use; the observer has the others."""
    def inject(room):
        room.woke = None
        for pid in room.d1.family().values():
            os.sched_setaffinity(pid, {0})
        hog = f"import os, time\nos.sched_setaffinity(0, {{0}})\nos.sched_setscheduler(0, {policy}, os.sched_param({priority}))\n" \
              f"end = time.monotonic() + {seconds}\nwhile time.monotonic() < end:\n    pass\n"
        for process in [room.eye.popen("python3", "-c", hog) for _ in range(2)]:
            process.wait()
        room.woke = time.monotonic()
        for pid in room.d1.family().values():
            os.sched_setaffinity(pid, set(range(os.cpu_count())))
    return inject


def is_counted(room, _):
    lab.expect(room.d1.instance()["timer_late"]["max_usec"] > 10000, "its lateness is not counted")


DEATHS = (
    Row("F23", "the MASTER's vrrp process dies", kill("d1", "vrrp"), check=advertises_on, allowed=replaced("d1", state="MASTER")),
    Row("F23", "the BACKUP's vrrp process dies", kill("d2", "vrrp"), allowed=replaced("d2", state="BACKUP")),
    Row("F24", "the MASTER's vrrp process dies again and again", kill_again_and_again, hold=0, allowed=worn_out),
    Row("F25", "the process of the IPVS table dies", kill("d1", "lvs"), hold=0.5, allowed=replaced("d1")),
    Row("F26", "the process of the checks dies", kill("d1", "probe"), hold=0.5, allowed=replaced("d1")),
    Row("F27", "main dies", kill_main, lambda r: r.again(r.d1), lambda r: r.observer.holding() == ["d2"], made_room, handed_over),
    Row("F28", "all die at once", at(lambda r: r.crash(r.d1)), lambda r: r.again(r.d1), LEASE + 0.7, gone_with_its_lease, lost),
)
PAUSES = (
    Row("F29", "the vrrp process stands still", at(stop_vrrp), go_on, LEASE + 0.7, gone_with_its_lease, lost),
    Row("F30", "all stand still", at(lambda r: r.freeze(r.d1)), lambda r: r.thaw(r.d1), LEASE + 0.7, gone_with_its_lease, lost),
    Row("F31", "a fifth of a processor", throttled, hold=0, allowed=lambda r: {"late": ("d1",)}),
)


REALTIME = (
    Row("F31", "hogs of the real-time class below the vrrp process", hogs(1.5), hold=0.5, allowed=lambda r: {"late": ("d1",)}),
)
STARVED = (
    Row("F31", "hogs of the real-time class above the vrrp process", hogs(1.5), hold=0.5, check=is_counted,
        allowed=lambda r: {"moves": {"d1": ("", "BACKUP MASTER"), "d2": ("", "MASTER BACKUP")}, "split": True, "late": ("d1",)}),
)


def deaths():
    """F23-F28."""
    with Room(glob=lab.SERVICE) as room:
        room.begin()
        run_rows(room, DEATHS)
        room.end()


def pauses():
    """F29-F31."""
    with Room() as room:
        room.begin()
        run_rows(room, PAUSES)
        run_rows(room, STARVED)
        room.end()


def realtime():
    """F31: SCHED_RR as the configuration has it."""
    with Room(glob="global_defs {\n    vrrp_rt_priority 60\n    vrrp_rlimit_rttime 900000\n}\n") as room:
        room.begin()
        if "vrrp_rt_priority has no effect" in room.d1.log():
            print("    SCHED_RR is not allowed here")
            return
        run_rows(room, REALTIME)
        room.end()


lab.main(deaths, pauses, realtime)
