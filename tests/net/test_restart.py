#!/usr/bin/python3
"""vipctl restart: another program in the daemon's place, and nobody notices; if it does not come up, the VIP is handed over."""
import contextlib
import json
import os
import shutil
import signal
import time

import lab

NOTIFY = """notify_master /run/lab/note
    notify_backup /run/lab/note
    notify /run/lab/note"""


def restart(director, check=True):
    start = time.monotonic()
    text = director.run(os.path.join(lab.BIN, "vipctl"), "restart", check=check, timeout=40)
    print(f"    {text.strip()} [{time.monotonic() - start:.2f} s]")
    return text


def scripts(director):
    """A notify script that counts its calls."""
    director.write("/run/lab/note", "#!/bin/sh\necho \"$*\" >> /run/lab/notes\n")
    os.chmod(f"/proc/{director.pid}/root/run/lab/note", 0o755)


def notes(director):
    try:
        with open(f"/proc/{director.pid}/root/run/lab/notes") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def installed(director, text=None):
    """The program as a package would put it: a new file in the old one's place; `text` makes it a script instead."""
    path = f"/proc/{director.pid}/root/run/lab/vipd"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if text is None:
        shutil.copy(os.path.join(lab.BIN, "vipd"), path + ".new")
    else:
        with open(path + ".new", "w") as file:
            file.write(text)
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)


def start_installed(pair, director):
    installed(director)
    director.write("/run/lab/daemon.conf", pair.conf[director.name])
    director.daemon = director.popen("/run/lab/vipd", "-n", "-l", "-D", "-f", "/run/lab/daemon.conf", "-p", "/run/lab/main.pid",
                                     log=director.log_name)


def unnoticed():
    """Ten times the MASTER, then the BACKUP: no transition, no lost request, no script; the same main, other children."""
    with lab.Pair(version=3, interval=1, extra=NOTIFY) as pair:
        for director in pair.directors:
            scripts(director)
            pair.conf[director.name] += lab.SERVICE
        pair.start()
        pair.settled()
        lab.wait(lambda: "MASTER" in notes(pair.d1), 20, "the script ran")
        time.sleep(1)
        last = pair.d1.instance().get("last_transition")
        said, since = [notes(d) for d in pair.directors], time.monotonic()
        probe = lab.Probe(pair.client)
        for director, times in ((pair.d1, 10), (pair.d2, 2)):
            for _ in range(times):
                before = director.family()
                lab.expect("restarted" in restart(director), "vipctl says that it is done")
                after = director.family()
                lab.expect(before["main"] == after["main"], "main has another process id")
                lab.expect(all(before[r] != after.get(r) for r in ("vrrp", "lvs", "probe")), f"{before} became {after}")
        time.sleep(pair.down)
        pair.expect_masters(["d1"], since, overlap=0)
        lab.expect_lossless(probe)
        lab.expect([notes(d) for d in pair.directors] == said, f"scripts ran: {[notes(d) for d in pair.directors]} after {said}")
        adverts = pair.observer.adverts_of("d1", since)
        gaps = [later.when - earlier.when for earlier, later in zip(adverts, adverts[1:])]
        print(f"    longest time between two adverts {max(gaps):.3f} s; {len(pair.observer.events)} address events")
        lab.expect(max(gaps) < 2, f"silent for {max(gaps):.3f} s")
        lab.expect(not [e for e in pair.observer.events if e[0] >= since], f"the VIP moved: {pair.observer.history()}")
        lab.expect("BACKUP -> MASTER" not in pair.d2.log(), "d2 noticed")
        now = pair.d1.instance().get("last_transition")
        lab.expect(last is None or (now["from"], now["to"]) == (last["from"], last["to"]), f"last transition {last} became {now}")
        lab.expect(not [d.name for d in pair.directors if d.stop() != 0], "an orderly stop after restarts")


def events(director):
    return json.loads(director.run(os.path.join(lab.BIN, "vipctl"), "--json", "events"))["events"]


def ensured(director):
    (one,) = director.status()["notify_ensure"]
    return one["state"], one["runs"]


def counters(director):
    """Of the only instance, flat: what only grows."""
    counts = dict(director.instance()["counters"])
    return {**counts.pop("dropped"), **counts}


def memory():
    """Twice: events and counters stay; a script of the old program ends in its own time, and is known; notify_ensure is still done, or retried."""
    with lab.Pair(version=3, interval=0.2, extra=NOTIFY.replace("notify /", "notify_ensure /run/lab/sure\n    notify_ensure_interval 2\n    notify /")) as pair:
        for name, text in (("note", "sleep 3; echo \"$*\" >>/run/lab/notes"), ("sure", "echo $$; test -e /run/lab/agreed")):
            pair.d1.write(f"/run/lab/{name}", f"#!/bin/sh\n{text}\n")
            pair.d1.run("chmod", "755", f"/run/lab/{name}")
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: lab.VIP in pair.d1.addresses() and "runs:" in pair.d1.log(), 30, "d1 is MASTER")
        lab.wait(lambda: ensured(pair.d1)[1] >= 1, 30, "notify_ensure ran")
        before = events(pair.d1)
        lab.expect("a notify script waits" in restart(pair.d1, check=False), "no restart that would lose a script")
        pair.d1.run("ip", "address", "delete", lab.VIP + "/24", "dev", "eth0")
        lab.wait(lambda: counters(pair.d1)["vips_repaired"] >= 1, 30, "the VIP is put back")
        counted = counters(pair.d1)
        lab.wait(lambda: "restarted" in restart(pair.d1, check=False), 30, "once it runs")
        lab.expect(events(pair.d1)[:len(before)] == before, f"{before} became {events(pair.d1)}")
        now = counters(pair.d1)
        lab.expect(all(now[key] >= counted[key] for key in counted), f"the counters {counted} became {now}")
        lab.expect(now["became_master"] == counted["became_master"] == 1, f"{counted} became {now}")
        lab.expect(now["transitions"] == counted["transitions"], f"a restart is no transition: {counted} became {now}")
        lab.wait(lambda: "MASTER" in notes(pair.d1), 30, "the script came to its end")
        lab.wait(lambda: "from before the restart: done" in pair.d1.log(), 30, "its end is known")
        pair.d1.run("touch", "/run/lab/agreed")
        lab.wait(lambda: ensured(pair.d1)[0] == "done", 60, "notify_ensure is retried")
        restart(pair.d1)
        lab.expect(events(pair.d1)[:len(before)] == before, "the events are there after the second one")
        lab.expect(ensured(pair.d1) == ("done", 0), f"{ensured(pair.d1)}: it was done before")
        lab.expect("that nobody here started" not in pair.d1.log(), "a script is not known")


def together():
    """Several at once, and others who ask meanwhile: each hears a clear answer, one is done, nothing is lost."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        ask = [os.path.join(lab.BIN, "vipctl"), "restart"]
        for turn in range(3):
            before = pair.d1.family()
            logs = [f"together-{turn}-{i}.log" for i in range(4)]
            asking = [pair.d1.popen(*ask, log=log) for log in logs]
            ends = [process.wait(40) for process in asking]
            said = []
            for log in logs:
                with open(pair.d1.lab.path(log)) as file:
                    said.append(file.read().strip())
            print(f"    {sorted(said)}")
            lab.expect(0 in ends and all((end == 0) == ("restarted" in text) for end, text in zip(ends, said)), f"{ends}: {said}")
            lab.expect(all("restarted" in text or "try again in a moment" in text for text in said), f"no clear answer: {said}")
            after = pair.d1.family()
            lab.expect(before["main"] == after["main"], "main has another process id")
            lab.wait(lambda: pair.d1.family().keys() == before.keys(), 30, "all processes are there")
            lab.wait(lambda: "restarted" in restart(pair.d1, check=False), 30, "a later one is done")
        pair.expect_masters(["d1"], since, overlap=0)
        lab.expect(pair.d1.stop() == 0, "an orderly stop afterwards")


def hold_is_kept():
    """Who was drilled does not preempt before its time, restarted or not."""
    with lab.Pair(version=3, interval=0.2) as pair:
        for name in pair.conf:
            pair.conf[name] = "global_defs {\n drill_hold 300\n}\n" + pair.conf[name]
        pair.start()
        pair.settled()
        pair.d1.run(os.path.join(lab.BIN, "vipctl"), "drill")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 20, "d2 took over")
        since = time.monotonic()
        restart(pair.d1)
        time.sleep(pair.down + 1)
        lab.expect(pair.observer.masters(since) == ["d2"], f"advertised: {pair.observer.masters(since)}")
        lab.expect("drill" in pair.d1.run(os.path.join(lab.BIN, "vipctl"), "drill", check=False), "the next drill")


def refused():
    """A configuration with an error, and a program that cannot run: said, and all goes on."""
    with lab.Pair(version=3, interval=0.2) as pair:
        start_installed(pair, pair.d1)
        pair.settled()
        since, before = time.monotonic(), pair.d1.family()
        pair.d1.write("/run/lab/daemon.conf", pair.conf["d1"].replace("priority 150", "priority 999"))
        lab.expect("errors" in restart(pair.d1, check=False), "the reason is said")
        pair.d1.write("/run/lab/daemon.conf", pair.conf["d1"])
        installed(pair.d1, "#!/bin/sh\nexit 1\n")
        lab.expect("status 1" in restart(pair.d1, check=False), "the reason is said")
        installed(pair.d1, "not a program")
        lab.expect("status 127" in restart(pair.d1, check=False), "the reason is said")
        lab.expect(pair.d1.family() == before, "the processes are the same")
        installed(pair.d1)
        lab.expect("restarted" in restart(pair.d1), "it works again")
        pair.expect_masters(["d1"], since, overlap=0)


def never_up(program, seconds):
    """The new main is no vipd: the old vrrp process hands over, the VIP leaves, d2 has it; never both longer than an advert."""
    with lab.Pair(version=3, interval=0.2) as pair:
        start_installed(pair, pair.d1)
        pair.start(pair.d2)
        pair.settled()
        installed(pair.d1, f"#!/bin/sh\ncase \"$*\" in *-t*) exit 0;; esac\n{program}\n")
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.popen(os.path.join(lab.BIN, "vipctl"), "restart", log="vipctl.log")
        lab.wait(lambda: pair.observer.holding() == ["d2"], seconds, "d2 alone holds the VIP")
        pair.expect_masters(["d1", "d2"], since)
        lab.expect_lossless(probe)
        lab.wait(lambda: "vrrp" not in pair.d1.family(), 10, "the old vrrp process is gone")


def successor_exits():
    never_up("exit 1", 10)


def successor_hangs():
    never_up("exec sleep 60", 25)


SLOW = """#!/bin/sh
case "$*" in *-t*) ;; *) touch /run/lab/replaced; until [ -e /run/lab/read_on ]; do sleep 0.02; done;; esac
exec /run/lab/vipd.real "$@"
"""


def wanted(pair):
    """d1 tells what it runs, and waits for the end of its hook; a second instance before the first one moves its index."""
    pair.conf["d1"] = pair.conf["d1"].replace("virtual_ipaddress", NOTIFY.replace("notify /", "pre_master /run/lab/note root\n    notify /") +
                                              "\n    virtual_ipaddress", 1)
    scripts(pair.d1)
    start_installed(pair, pair.d1)
    pair.d1.run("cp", "/run/lab/vipd", "/run/lab/vipd.real")


def asked_meanwhile(changed):
    """What the old vrrp process asks for while the new main reads is run: hook and scripts, once, by the name that it meant."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.conf["d1"] = pair.conf["d1"].replace("priority 150", "priority 50")
        wanted(pair)
        pair.start(pair.d2)
        pair.settled(pair.d2)
        lab.wait(lambda: pair.d1.instance().get("state") == "BACKUP" and "BACKUP" in notes(pair.d1), 20, "d1 is BACKUP")
        time.sleep(0.5)
        installed(pair.d1, SLOW)
        if changed:
            pair.d1.write("/run/lab/daemon.conf", lab.instance(40, name="VI_0", vrid=77, vips=["192.0.2.77"]) + pair.conf["d1"])
        before, since = notes(pair.d1), time.monotonic()
        asking = pair.d1.popen(os.path.join(lab.BIN, "vipctl"), "restart", log="asked.log")
        lab.wait(lambda: os.path.exists(f"/proc/{pair.d1.pid}/root/run/lab/replaced"), 20, "the old main is gone")
        pair.d2.power_cut()
        lab.wait(lambda: pair.observer.adverts_of("d1", since), 20, "d1 is MASTER all the same")
        time.sleep(0.3)
        lab.expect(notes(pair.d1) == before, "nobody is there yet to run a script")
        pair.d1.run("touch", "/run/lab/read_on")
        lab.wait(lambda: lab.VIP in pair.d1.addresses(), 10, "the hook has run and ended, the address comes")
        lab.wait(lambda: asking.poll() is not None, 20, "the restart is over")
        lab.wait(lambda: notes(pair.d1)[len(before):].count("VI_1 MASTER") >= 2, 10, "hook and notify")
        time.sleep(0.5)
        new = notes(pair.d1)[len(before):].splitlines()
        print(f"    {new} after {time.monotonic() - since:.2f} s")
        mine = sorted(line for line in new if "VI_0" not in line)
        lab.expect(mine == ["", "INSTANCE VI_1 MASTER 50", "INSTANCE VI_1 MASTER 50"], f"the hook, notify_master and notify, once: {new}")
        lab.expect(lab.VIP in pair.d1.addresses(), "and it stays")


def asked_of_the_same():
    asked_meanwhile(False)


def asked_of_another():
    asked_meanwhile(True)


def fault_is_kept():
    """An instance in FAULT is so after it, with the same cause and no second word to scripts; it goes on when the cause goes."""
    with lab.Pair(version=3, interval=0.2, extra=NOTIFY) as pair:
        scripts(pair.d1)
        pair.start()
        pair.settled()
        pair.d1.ip("link set eth0 down")
        lab.wait(lambda: "INSTANCE VI_1 FAULT 150" in notes(pair.d1), 10, "FAULT is told")
        time.sleep(0.5)
        before, cause = notes(pair.d1), pair.d1.instance()
        for _ in range(3):
            lab.expect("restarted" in restart(pair.d1), "vipctl says that it is done")
        time.sleep(0.5)
        now = pair.d1.instance()
        lab.expect(now["state"] == "FAULT" and now["faults"] == cause["faults"], f"{cause} became {now}")
        lab.expect(now["counters"]["transitions"] == cause["counters"]["transitions"], f"{cause} became {now}")
        lab.expect(notes(pair.d1) == before, f"told again: {notes(pair.d1)[len(before):]}")
        pair.d1.ip("link set eth0 up")
        pair.settled(pair.d1)
        lab.wait(lambda: "INSTANCE VI_1 MASTER 150" in notes(pair.d1)[len(before):], 10, "scripts hear of the end")


@contextlib.contextmanager
def successors_get(director, sign):
    """Each new vrrp process gets this signal while it opens its ports: it has its configuration, and is not ready yet. Nobody else has as
    many options of sockets to set."""
    tracer = director.popen("strace", "-f", "-qq", "-o", "/run/lab/strace", "-e", "trace=setsockopt", "-e",
                            f"inject=setsockopt:signal={sign}:when=12", "-p", str(director.family()["main"]))
    time.sleep(0.5)
    yield
    tracer.send_signal(signal.SIGINT)
    tracer.wait(10)


def dies_while_preparing(sign, said, seconds):
    """One that dies or hangs before it is ready costs nothing, again and again: the old one serves on, not one advert is late; the next
    that comes up ends the restart, as if nothing had been."""
    with lab.Pair(version=3, interval=0.5, extra=NOTIFY) as pair:
        scripts(pair.d1)
        start_installed(pair, pair.d1)
        pair.d1.run("cp", "/run/lab/vipd", "/run/lab/vipd.real")
        pair.start(pair.d2)
        pair.settled()
        lab.wait(lambda: "MASTER" in notes(pair.d1), 20, "the script ran")
        installed(pair.d1, SLOW)
        elder, before, since = pair.d1.family()["vrrp"], notes(pair.d1), time.monotonic()
        probe = lab.Probe(pair.client)
        asking = pair.d1.popen(os.path.join(lab.BIN, "vipctl"), "restart", log="asked.log")
        lab.wait(lambda: os.path.exists(f"/proc/{pair.d1.pid}/root/run/lab/replaced"), 20, "the old main is gone")
        with successors_get(pair.d1, sign):
            pair.d1.run("touch", "/run/lab/read_on")
            lab.wait(lambda: said in pair.d1.log(), seconds, f"{said!r} is said")
            time.sleep(3)
            lab.expect(elder in pair.d1.processes(), "the old vrrp process is there")
            lab.expect("restarted in place" not in pair.d1.log(), "the restart is not over")
        lab.wait(lambda: "restarted in place" in pair.d1.log(), 40, "the next one comes up")
        lab.wait(lambda: elder not in pair.d1.processes(), 10, "the old one ends")
        asking.wait(40)
        time.sleep(2 * pair.down)
        adverts = pair.observer.adverts_of("d1", since)
        gap = max(later.when - earlier.when for earlier, later in zip(adverts, adverts[1:]))
        print(f"    longest time between two of {len(adverts)} adverts {gap:.3f} s")
        lab.expect(gap < 1, f"silent for {gap:.3f} s")
        pair.expect_masters(["d1"], since, overlap=0)
        lab.expect_lossless(probe)
        lab.expect(not [e for e in pair.observer.events if e[0] >= since], f"the VIP moved: {pair.observer.history()}")
        lab.expect("BACKUP -> MASTER" not in pair.d2.log(), "d2 noticed")
        lab.expect(notes(pair.d1) == before, f"scripts ran: {notes(pair.d1)[len(before):]}")
        lab.expect("restarted" in restart(pair.d1), "and another one works")


def killed_while_preparing():
    dies_while_preparing("SIGKILL", "was killed by signal 9", 20)


def hung_while_preparing():
    dies_while_preparing("SIGSTOP", "did not answer for 15 s", 40)


lab.main(unnoticed, memory, together, hold_is_kept, refused, successor_exits, successor_hangs, asked_of_the_same, asked_of_another, fault_is_kept,
         killed_while_preparing, nightly=(hung_while_preparing,))
