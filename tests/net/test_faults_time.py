#!/usr/bin/python3
"""F39, F40, F41, F42, F46, F49, F50: power cuts, signals, starts and stops at bad moments, clocks that overflow, wake-ups that are late. Audited by faults.py."""
import os
import random
import signal
import time

import lab
from faults import SLACK, Room, Row, run_rows

AHEAD = 12  # seconds from the start until a clock overflows


# injectors
def storm(room):
    """A thousand of each signal that a daemon may be sent in passing."""
    main = room.d1.family()["main"]
    room.count = room.d1.log().count("reload asked for by SIGHUP")
    for _ in range(1000):
        for sig in (signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGWINCH):
            os.kill(main, sig)


def few_reloads(room, _):
    count = room.d1.log().count("reload asked for by SIGHUP") - room.count
    print(f"    a thousand SIGHUP: {count} reloads")
    lab.expect(1 <= count <= 100, f"{count} reloads")


def hold(director, seconds, before=""):
    """An orderly end; or death by SIGTERM of one that had not said a word since `before`: then there was nothing to order."""
    time.sleep(seconds)
    director.signal(signal.SIGTERM)
    status = director.daemon.wait(15)
    unborn = status == -signal.SIGTERM and director.log() == before
    lab.expect(status == 0 or unborn, f"{director.name}: exit status {status}, {seconds} s after")
    lab.expect(not director.family().keys() - {"main"}, f"{director.name}: {director.family()} are left")
    lab.expect(lab.VIP not in director.addresses(), f"{director.name} kept the VIP")


def ended_early(room):
    """The BACKUP is stopped while it starts, and while it reloads."""
    lab.expect(room.d2.stop() == 0, "an orderly end")
    for moment in (0, 0.02, 0.1, 0.2, 0.35, 0.5):
        before = room.d2.log()
        room.start(room.d2)
        hold(room.d2, moment, before)
    room.start(room.d2)
    lab.wait(lambda: room.states(room.d2)[0], 30, "d2 runs")
    for moment in (0, 0.02, 0.08):
        room.d2.reload_whole()
        hold(room.d2, moment)
        room.start(room.d2)
        lab.wait(lambda: room.states(room.d2)[0], 30, "d2 runs")


def master_ended_in_a_reload(room):
    """The MASTER is stopped while it reloads: it says so, and hands over."""
    since = time.monotonic()
    room.d1.reload_whole()
    hold(room.d1, 0.01)
    lab.expect(any(a.priority == 0 for a in room.observer.adverts_of("d1", since)), "no advert of priority 0")
    lab.expect(room.holds(room.d2), "d2 does not serve")


def both_anew(room):
    """Both stop, then start with a skew of up to 0.6 s."""
    for director in reversed(room.directors):
        lab.expect(director.stop() == 0, "an orderly end")
    order = list(room.directors)
    random.shuffle(order)
    for director in order:
        room.start(director)
        time.sleep(random.uniform(0, 0.6))
    room.since = time.monotonic()


def one_master_soon(room, _):
    lab.wait(lambda: room.is_calm(room.d1), 15, "one MASTER")


def pauses(*seconds):
    """The vrrp process of d1 wakes up late."""
    def inject(room):
        pid = room.d1.family()["vrrp"]
        for pause in seconds:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(pause)
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.4)
    return inject


def asleep(seconds):
    """The MASTER sleeps for longer than the others wait."""
    def inject(room):
        pid = room.d1.family()["vrrp"]
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        room.woke = time.monotonic()
        os.kill(pid, signal.SIGCONT)
    return inject


def heard_first(room, _):
    """Who slept that long hears of the other one before it speaks; the lateness is counted, however it learned of it."""
    lab.wait(lambda: [a for a in room.observer.adverts_of("d1", room.woke) if a.priority], 30, "d1 speaks again", 0.05)
    spoke = [a.when - room.woke for a in room.observer.adverts_of("d1", room.woke)]
    lab.expect(spoke[0] >= room.interval, f"d1 spoke {spoke[0]:.3f} s after it woke up")
    lab.expect("listens first" in room.d1.log(), "d1 does not say that it did not run")
    late = room.d1.instance()["timer_late"]["max_usec"]
    lab.expect(late > 1000000, f"its lateness is not counted: {late}")


STOPS = {"I13": "a stop is told as STOP, and logged as INIT by the next start", "I15": "who is stopped feeds nobody"}
STARTS = ("INIT BACKUP", "INIT BACKUP MASTER BACKUP")
MOMENTS = (
    Row("F39", "a storm of signals", storm, hold=2, check=few_reloads, allowed=lambda r: {"lines": 1000}),
    Row("F49", "wake-ups up to two adverts late", pauses(0.1, 0.2, 0.3, 0.2), hold=0.5, allowed=lambda r: {"late": ("d1",)}),
    Row("F49", "a wake-up two seconds late", asleep(2), hold=0, check=heard_first,
        allowed=lambda r: {"moves": {"d1": "BACKUP MASTER", "d2": "MASTER BACKUP"}, "split": True, "late": ("d1",)}),
    Row("F40", "SIGTERM at bad moments of a BACKUP", ended_early, hold=0.5,
        allowed=lambda r: {"moves": {"d2": None}, "restarts": ("d2",), "lines": 500, "skip": STOPS}),
    Row("F40", "SIGTERM while a MASTER reloads", master_ended_in_a_reload, lambda r: r.start(r.d1), 0.5,
        allowed=lambda r: {"moves": {"d1": None, "d2": "MASTER BACKUP"}, "restarts": ("d1",), "lines": 500, "skip": STOPS}),
    Row("F42", "both start cold, together", both_anew, hold=0, check=one_master_soon,
        allowed=lambda r: {"moves": {"d1": "LEAVING INIT BACKUP MASTER", "d2": STARTS}, "restarts": ("d1", "d2"), "gap": r.down + 5, "lines": 500,
                           "skip": STOPS}),
)


def plug_pulled(room):
    room.since = time.monotonic()
    room.d1.power_cut()


def power_returns(room):
    room.boot(room.d1)
    room.d1.popen(os.path.join(lab.BIN, "probe_echo"), 7000, "d1", log="echo_d1.log")


def took_over_in_time(room, _):
    first = next(a.when for a in room.observer.adverts_of("d2", room.since) if a.priority)
    print(f"      d2 took over {first - room.since:.2f} s after the cut, at adverts every {room.interval} s")
    lab.expect(first - room.since <= room.down + SLACK, f"not within {room.down:.2f} s")


def listened_first(room):
    """From its first word on, the director that was booted listened for an interval before it spoke."""
    begun = next(e.when for e in room.watch.events(room.since) if e.host == "d1" and e.kind == "state" and e.data[1:3] == ("INIT", "BACKUP")
                 and e.when > room.since)
    spoke = [a.when for a in room.observer.adverts_of("d1", room.since + SLACK)]
    lab.expect(all(when - begun >= room.interval for when in spoke), f"d1 spoke {spoke[:1]}, was there since {begun}")


def cut_row(preempts):
    moves = {"d1": "BACKUP MASTER", "d2": "MASTER BACKUP"} if preempts else {"d1": "BACKUP", "d2": "MASTER"}
    moves["d1"] = (moves["d1"], "FAULT " + moves["d1"])  # the cable goes first, which it may see
    return Row("F41", "a power cut, and a boot" + ("" if preempts else " that does not preempt"), plug_pulled, power_returns,
               lambda r: r.observer.holding() == ["d2"], took_over_in_time,
               lambda r: {"moves": moves, "restarts": ("d1",), "gap": r.down, "skip": {"I13": "its files are gone"}})


def power_cut():
    """F41."""
    with Room() as room:
        room.begin()
        run_rows(room, [cut_row(True)])
        listened_first(room)
        room.end()


def power_cut_at_a_second():
    """F41: 3.61 s, and a director that comes back as BACKUP."""
    for preempts, extra in ((True, ""), (False, "nopreempt")):
        with Room(interval=1, extra=extra) as room:
            room.begin()
            with room.fault("F41", "a power cut, and a boot", room.d1 if preempts else room.d2,
                            **cut_row(preempts).allowed(room)) as fault:
                plug_pulled(room)
                lab.wait(lambda r=room: r.observer.holding() == ["d2"], 30, "d2 took over")
                took_over_in_time(room, fault)
                fault.heal()
                power_returns(room)
                if not preempts:
                    lab.wait(lambda r=room: len(r.states(r.d1)[0]) == 2, 30, "d1 runs")
                    time.sleep(2 * room.down)
            listened_first(room)
            room.end()


def in_another_time(director, seconds):
    """Its daemon lives in a time namespace: CLOCK_MONOTONIC and CLOCK_BOOTTIME begin with `seconds`."""
    plain = director.popen

    def popen(program, *argv, **more):
        if os.path.basename(program) != "vipd":
            return plain(program, *argv, **more)
        offset = int(seconds - time.monotonic())
        return plain("unshare", "--time", "--monotonic", str(offset), "--boottime", str(offset), program, *argv, **more)
    director.popen = popen


def moments():
    """F39 F40 F42 F49."""
    with Room() as room:
        room.begin()
        run_rows(room, MOMENTS)
        room.end()


def late_at_a_second():
    """F49: adverts every second, wake-ups up to two of them late: nobody changes state."""
    with Room(interval=1) as room:
        room.begin()
        with room.fault("F49", "wake-ups up to two seconds late", late=("d1",)) as fault:
            pauses(0.3, 0.7, 1, 1.5, 2)(room)
            time.sleep(1)
            fault.heal()
        room.end()


STEP_MS = 10


def every_moment():
    """F40: SIGTERM in each 10 ms of half a second (at a random one of them) after a start and after a HUP, and of a MASTER while it fails over."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.start()
        pair.settled()
        two, dice = pair.d2, random.Random()
        lab.expect(two.stop() == 0, "an orderly end")
        for moment in range(0, 500, STEP_MS):
            before = two.log()
            two.start(pair.conf["d2"])
            hold(two, (moment + dice.randrange(STEP_MS)) / 1000, before)
            two.start(pair.conf["d2"])
            lab.wait(lambda: state_of(two) == "BACKUP", 30, "d2 is BACKUP", 0.02)
            two.reload_whole()
            hold(two, (moment + dice.randrange(STEP_MS)) / 1000)
            lab.expect(pair.observer.holding() == ["d1"], f"d1 serves: {pair.observer.history()}")
        for moment in range(0, 1000, 5 * STEP_MS):  # the down interval is 0.72 s: as BACKUP, at the takeover, as MASTER
            two.start(pair.conf["d2"])
            lab.wait(lambda: state_of(two) == "BACKUP", 30, "d2 is BACKUP", 0.02)
            pair.isolate(pair.d1)
            pair.isolate(two)
            since = time.monotonic()
            hold(two, (moment + dice.randrange(STEP_MS)) / 1000)
            said = [a.priority for a in pair.observer.adverts_of("d2", since)]
            lab.expect(not said or said[-1] == 0, f"the last words of who was active: {said[-3:]}")
            pair.isolate(pair.d1, False)
            pair.isolate(two, False)
        print(f"    {500 // STEP_MS} moments of a start and of a reload, 20 of a failover")


def state_of(director):
    try:
        return director.instance().get("state")
    except lab.Failed:
        return None


REALTIME = "global_defs {\n    vrrp_rt_priority 50\n    vrrp_no_swap\n}\n"


def ten_milliseconds():
    """F50: adverts every 10 ms for a minute. Ten milliseconds on a machine that others use: whoever takes over has a reason that is seen on
    the wire, a silence of the down interval (36 ms); and the table says how regular the adverts were."""
    with lab.Pair(version=3, interval=0.01) as pair:
        for director in pair.directors:
            pair.conf[director.name] = REALTIME + pair.conf[director.name]
        pair.start()
        pair.settled()
        since = time.monotonic()
        time.sleep(60)
        until = time.monotonic()
        seen = [a for a in list(pair.observer.adverts) if since <= a.when <= until and a.vrid == 51]
        times = [a.when for a in seen if a.host == "d1" and a.priority]
        gaps = sorted(b - a for a, b in zip(times, times[1:]))
        takeovers = [m.when for n, m in enumerate(seen) if m.host == "d2" and m.priority and n and seen[n - 1].host == "d1"]
        print(f"    {len(seen)} adverts, {len(takeovers)} takeovers; between two of d1: " + ", ".join(
            f"{share} % within {gaps[min(len(gaps) - 1, int(len(gaps) * share / 100))] * 1000:.1f} ms" for share in (50, 90, 99, 99.9, 100)))
        lab.expect(len(times) > 4000, f"{len(times)} adverts of d1 in a minute")
        for when in takeovers:
            silence = when - max(t for t in times if t < when)
            lab.expect(silence > 0.03, f"a takeover {silence * 1000:.1f} ms after an advert")


def overflows():
    """F46: one clock passes 2^31 ms (24.8 days), the other 2^32 ms (49.7 days), both as MASTER and BACKUP; nothing is different."""
    foreign = {"I13": "scripts tell the time of their daemon's namespace"}
    with Room() as room:
        start = time.monotonic()
        in_another_time(room.d1, (1 << 31) / 1000 - AHEAD)
        in_another_time(room.d2, (1 << 32) / 1000 - AHEAD)
        room.begin()
        lab.expect(time.monotonic() - start < AHEAD, "too slow: the clocks overflowed before it began")
        run_rows(room, (Row("F46", "clocks pass 2^31 and 2^32 ms", lambda r: time.sleep(max(0.0, start + AHEAD + 2 - time.monotonic())),
                            allowed=lambda r: {"skip": foreign}),
                        Row("F46", "a takeover afterwards", lambda r: r.cut(r.d1), lambda r: r.mend(r.d1), lambda r: r.holds(r.d2),
                            allowed=lambda r: {"moves": {"d1": "FAULT BACKUP MASTER", "d2": "MASTER BACKUP"}, "gap": r.down, "skip": foreign})))
        room.end()


lab.main(power_cut, moments, overflows, nightly=(power_cut_at_a_second, late_at_a_second, every_moment, ten_milliseconds))
