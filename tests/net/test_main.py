#!/usr/bin/python3
"""The main process under abuse: asleep, reloaded and stopped at the worst moment, started in odd ways, its descriptors counted."""
import contextlib
import os
import re
import signal
import socket
import subprocess
import time

import lab
from mains import CONF, INSTANCE, VIPD, not_running, running, stops

VIPCTL = os.path.join(lab.BIN, "vipctl")
NOTIFY = "/run/lab/notify"


def with_notify(director):
    """A script that writes its arguments down, and the instance that calls it."""
    director.write(NOTIFY, "#!/bin/sh\necho $* >>/run/lab/notified\n")
    director.run("chmod", "755", NOTIFY)
    return lab.instance(150, extra=f"notify {NOTIFY}")


def notified(director):
    return director.run("sh", "-c", "cat /run/lab/notified 2>/dev/null", check=False)


def descriptors(pid):
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found[fd] = os.readlink(f"/proc/{pid}/fd/{fd}")
    return found


def all_counts(director):
    return {name: len(descriptors(pid)) for name, pid in director.family().items()}


def reloads_leak_nothing():
    """200 reloads, then as many HUPs as one can send: the same processes with the same descriptors, all at the last generation."""
    with running(INSTANCE + lab.SERVICE) as (_, director):
        before, counts = director.family(), all_counts(director)
        for number in range(200):
            director.reload(INSTANCE.replace("priority 150", f"priority {101 + number % 50}") + lab.SERVICE)
            time.sleep(0.005)
        for _ in range(1000):
            director.signal(signal.SIGHUP)

        def is_applied():
            status = director.status()
            return {p["generation"] for p in status["processes"]} == {status["generation"]}

        lab.wait(is_applied, 30, "the last generation is applied", 0.1)
        lab.expect(director.family() == before, f"processes {before} became {director.family()}")
        after = all_counts(director)
        lab.expect(all(after[name] <= counts[name] + 1 for name in counts), f"descriptors {counts} became {after}")
        stops(director)


def deaths_leak_nothing():
    """Children that die over and over: no zombie, no descriptor of main is lost."""
    with running(INSTANCE + lab.SERVICE) as (_, director):
        before = all_counts(director)
        for _ in range(4):
            pids = director.family()
            for role in ("vrrp", "lvs", "probe"):
                os.kill(pids[role], signal.SIGKILL)
            lab.wait(lambda p=pids: not set(director.family().values()) & {p[r] for r in ("vrrp", "lvs", "probe")}
                     and len(director.family()) == 4, 30, "all are back", 0.05)
        lab.wait(lambda: all_counts(director) == before, 3, f"descriptors as before: {before}", 0.1)
        states = director.run("ps", "-o", "stat=", "--ppid", director.daemon.pid).split()
        lab.expect(len(states) == 3 and not any("Z" in state for state in states), f"children are {states}")
        stops(director)


def change_beside_reload():
    """A transition that main hears of after its reload: the notify script runs all the same."""
    with not_running() as (laboratory, director):
        director.start(with_notify(director))
        lab.wait(lambda: "MASTER" in notified(director), 30, "MASTER was notified")
        director.signal(signal.SIGSTOP)
        director.signal(signal.SIGHUP)
        laboratory.cut(director)
        time.sleep(0.5)
        director.signal(signal.SIGCONT)
        lab.wait(lambda: "INSTANCE VI_1 FAULT 150" in notified(director), 30, "FAULT was notified")
        stops(director)


def reload_while_stopping():
    """vipctl reload during a stop changes nothing and starts nobody."""
    with running() as (_, director):
        vrrp = director.family()["vrrp"]
        os.kill(vrrp, signal.SIGSTOP)
        director.signal(signal.SIGTERM)
        lab.wait(lambda: "stopping:" in director.log(), 2, "it stops")
        director.write(CONF, INSTANCE + lab.SERVICE)
        answer = director.run(VIPCTL, "reload", check=False)
        lab.expect("vipd is stopping" in answer, f"vipctl reload said: {answer}")
        lab.expect("vipd is stopping" in director.run(VIPCTL, "drill", check=False), "a drill was begun")
        lab.expect(set(director.family()) == {"main", "vrrp"}, f"a stop started {director.family()}")
        os.kill(vrrp, signal.SIGCONT)
        lab.expect(director.daemon.wait(30) == 0, "main exited with an error")


def stop_beside_query():
    """The last child dies while a client waits for its answer: main leaves without a leak (the laboratory looks)."""
    with running() as (_, director):
        vrrp = director.family()["vrrp"]
        os.kill(vrrp, signal.SIGSTOP)
        director.popen(VIPCTL, "status", log="vipctl.log")
        time.sleep(0.2)
        director.signal(signal.SIGTERM)
        os.kill(vrrp, signal.SIGKILL)
        lab.expect(director.daemon.wait(30) == 0, f"main exited with {director.daemon.returncode}")


def stop_during_start():
    """TERM at any moment of a start: soon gone, with everything it had made."""
    with not_running(INSTANCE + lab.SERVICE) as (_, director):
        for msec in (0, 15, 25, 40, 60, 90, 130, 200):
            director.start()
            time.sleep(msec / 1000)
            director.signal(signal.SIGTERM)
            code = director.daemon.wait(30)
            lab.expect(code in (0, -signal.SIGTERM), f"TERM after {msec} ms: exit {code}")
            lab.wait(lambda: not director.processes(), 2, f"TERM after {msec} ms: no process is left")


def reload_during_start():
    """HUP while the configuration is still being read: no death, the reload follows the start."""
    services = "".join(lab.SERVICE.replace(" 80 {", f" {port} {{") for port in range(1, 1500))
    with not_running(INSTANCE + services) as (_, director):
        director.daemon = director.popen(VIPD, "-n", "-l", "-f", CONF, log="d1.log")

        def is_blocked():
            with open(f"/proc/{director.daemon.pid}/status") as status:
                return int(re.search(r"SigBlk:\s*(\w+)", status.read()).group(1), 16) & 1

        lab.wait(is_blocked, 30, "HUP is blocked", 0.002)
        lab.expect(not os.path.exists(f"/proc/{director.pid}/root/run/vipd"), "HUP was blocked too late")
        director.signal(signal.SIGHUP)
        lab.wait(lambda: "asked for by SIGHUP" in director.log(), 30, "reloaded", 0.1)
        stops(director)


def background():
    """Without -n, from a relative path, with umask 0: the starter's pipes end, the file is found at reload, modes are sane."""
    with not_running() as (_, director):
        starter = subprocess.Popen(director.enter("sh", "-c", f"cd /run/lab && umask 0 && exec {VIPD} -f daemon.conf -p main.pid"),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = starter.communicate(timeout=5)[0].decode()
        lab.expect(starter.returncode == 0, f"exit {starter.returncode}: {output}")
        pid = int(director.run("cat", "/run/lab/main.pid"))
        lab.expect(director.status()["instances"], "no instance runs")
        os.kill(pid, signal.SIGHUP)
        lab.wait(lambda: director.status().get("last_reload"), 30, "reloaded", 0.05)
        lab.expect(director.status()["last_reload"]["ok"], f"reload: {director.status()['last_reload']}")
        with open(f"/proc/{pid}/status") as status:
            lab.expect("Umask:\t0022" in status.read(), "the starter's umask is kept")
        again = subprocess.run(director.enter(VIPD, "-l", "-f", CONF), capture_output=True, text=True, timeout=5)
        lab.expect(again.returncode == 1 and "another vipd runs" in again.stderr, f"second start: {again}")
        os.kill(pid, signal.SIGTERM)
        lab.wait(lambda: not director.processes(), 30, "it ended")
        lab.expect(director.run("ls", "/run/vipd", "/run/lab").split() == ["/run/lab:", "daemon.conf", "/run/vipd:"], "files are left")


def closed_streams():
    """Started with standard streams closed: nothing else takes their numbers."""
    with not_running() as (_, director):
        director.daemon = director.popen("sh", "-c", f"exec {VIPD} -n -l -f {CONF} <&- >&- 2>&-")
        lab.wait(lambda: "vrrp" in director.family(), 30, "it runs")
        for name, pid in director.family().items():
            found = [descriptors(pid).get(fd) for fd in "012"]
            lab.expect(found == ["/dev/null"] * 3, f"{name} has {found}")
        stops(director)


def odd_starts():
    """-p that names the runtime directory's own pid file; -d with nothing to dump."""
    with not_running("") as (laboratory, director):
        director.daemon = director.popen(VIPD, "-n", "-l", "-d", "-f", CONF, "-p", "/run/vipd/vipd.pid", log="d1.log")
        lab.wait(lambda: "runs:" in director.log(), 30, "it runs")
        lab.expect(director.run("cat", "/run/vipd/vipd.pid").strip() == str(director.daemon.pid), "the pid file is wrong")
        stops(director)
        lab.expect("vipd.pid" not in director.run("ls", "/run/vipd"), "the pid file is left")


def privileges():
    """What each process may still do, and which descriptors a script gets."""
    with not_running() as (_, director):
        conf = with_notify(director)
        director.write(NOTIFY, "#!/bin/sh\nls -l /proc/$$/fd >/run/lab/script\necho $* >>/run/lab/notified\n")
        director.start(conf + lab.SERVICE)
        lab.wait(lambda: len(director.family()) == 4 and "BACKUP" in notified(director), 30, "all run")
        time.sleep(0.5)
        with open(VIPD, "rb") as binary:
            has_filter = b"__asan_init" not in binary.read()
        for role, caps in (("vrrp", 0x3000), ("lvs", 0x1000), ("probe", 0)):
            with open(f"/proc/{director.family()[role]}/status") as status:
                found = dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
            for kind in ("CapPrm", "CapEff", "CapBnd"):
                lab.expect(int(found[kind], 16) == caps, f"{role}: {kind} {found[kind]}")
            lab.expect(int(found["CapInh"], 16) == int(found["CapAmb"], 16) == 0, f"{role} hands on capabilities")
            lab.expect(found["NoNewPrivs"] == "1" and not found["Groups"].strip(), f"{role}: {found['NoNewPrivs']} {found['Groups']}")
            if role == "probe":
                lab.expect("0" not in found["Uid"].split(), f"probe runs as {found['Uid']}")
                lab.expect(found["Seccomp"] == ("2" if has_filter else "0"), f"probe: seccomp {found['Seccomp']}")
        inherited = director.run("cat", "/run/lab/script")
        lab.expect("/dev/null" in inherited and not re.search("socket:|pipe:|memfd:|anon_inode|vipd", inherited), f"the script has {inherited}")
        stops(director)


def shorter_interval():
    """A track script whose interval becomes short in a reload does not wait for the end of the long one."""
    with not_running() as (_, director):
        with_notify(director)
        director.start("vrrp_script s {\n    script %s\n    interval 100\n}\n" % NOTIFY + INSTANCE)
        lab.wait(lambda: len(notified(director).splitlines()) == 1, 30, "it ran once")
        director.reload("vrrp_script s {\n    script %s\n    interval 1\n}\n" % NOTIFY + INSTANCE)
        lab.wait(lambda: len(notified(director).splitlines()) >= 3, 30, "it runs every second")
        stops(director)


def files_at_reload():
    """A file that is gone, a directory, a FIFO: refused at once, with a reason, and the old configuration runs on."""
    with running() as (_, director):
        real = f"/proc/{director.pid}/root{CONF}"
        for make, remove, why in ((lambda: None, lambda: None, "No such file"), (lambda: os.mkdir(real), lambda: os.rmdir(real), "directory"),
                                  (lambda: os.mkfifo(real), lambda: os.unlink(real), "no regular file")):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(real)
            make()
            answer = director.run(VIPCTL, "reload", check=False, timeout=5)
            lab.expect("refused" in answer and why in answer and ":0:" not in answer, f"vipctl reload said: {answer}")
            lab.expect(director.instance(), "the instance is gone")
            remove()
        director.reload(INSTANCE + lab.SERVICE)
        lab.wait(lambda: {"lvs", "probe"} <= set(director.family()), 30, "the late children run")
        director.reload(lab.SERVICE)
        lab.wait(lambda: not director.status()["instances"], 30, "the last instance is gone", 0.05)
        stops(director)


def crowd():
    """Clients that say half a line, nothing, or leave before the answer: one line in the log, no descriptor is lost."""
    with running() as (_, director):
        before = len(descriptors(director.daemon.pid))
        path = f"/proc/{director.pid}/root/run/vipd/control.sock"

        def client(text):
            sock = socket.socket(socket.AF_UNIX)
            sock.connect(path)
            with contextlib.suppress(BrokenPipeError):
                sock.send(text)
            return sock

        held = [client(b"stat") for _ in range(60)]
        time.sleep(0.3)
        lines = re.findall("more than 32 clients", director.log())
        lab.expect(len(lines) == 1, f"{len(lines)} lines about it")
        lab.expect("VI_1" in director.run(VIPCTL, "status"), "who asks comes before who says nothing")
        for sock in held:
            sock.close()
        for _ in range(300):
            client(b"status\n").close()
        lab.wait(lambda: len(descriptors(director.daemon.pid)) <= before, 8, f"{before} descriptors as before", 0.1)
        lab.expect(director.status()["not_responding"] == [], "a child does not answer")
        stops(director)


def systemd():
    """sd_notify: READY once all run, RELOADING and READY around each reload, STOPPING before the end, watchdog between."""
    with not_running(INSTANCE + lab.SERVICE) as (_, director):
        with director.inside():
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(f"/proc/{director.pid}/root/run/notify")
        sock.settimeout(3)
        director.daemon = director.popen("env", "NOTIFY_SOCKET=/run/notify", "WATCHDOG_USEC=2000000", VIPD, "-n", "-l", "-f", CONF, log="d1.log")
        seen = []

        def until(word):
            seen.append(sock.recv(999).decode())
            if word not in seen[-1]:
                until(word)

        until("READY=1")
        director.signal(signal.SIGHUP)
        until("READY=1\nSTATUS=running")
        director.write(CONF, "vrrp_instance {")
        director.signal(signal.SIGHUP)
        until("refused")
        until("WATCHDOG=1")
        director.signal(signal.SIGTERM)
        until("STOPPING=1")
        lab.expect(director.daemon.wait(30) == 0, "main exited with an error")
        order = [text.split("=")[0] for text in seen if not text.startswith("WATCHDOG")]
        lab.expect(order == ["READY", "RELOADING", "READY", "RELOADING", "READY", "STOPPING"], f"said {order}")


lab.main(reloads_leak_nothing, deaths_leak_nothing, change_beside_reload, reload_while_stopping, stop_beside_query,
         stop_during_start, reload_during_start, background, closed_streams, odd_starts, privileges, shorter_interval,
         files_at_reload, crowd, systemd)
