#!/usr/bin/python3
"""lab.py - the laboratory of the net and vm tests: hosts, a switch, daemons, faults, and an observer that saw everything.

A test file defines cases (functions that take nothing) and ends with lab.main(case, ...). main() starts the file again inside its
own mount, pid and network namespaces: whatever a test leaves (processes, interfaces, files in /run) dies with it, however it ends,
and two tests never meet. A host is one process that keeps a network, mount and UTS namespace alive, with its own /run.
"""
import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback

from observer import Observer

BIN = os.environ.get("VIPD_BIN", os.path.join(os.path.dirname(__file__), "../../build/asan/bin"))
KEEPALIVED = "/usr/sbin/keepalived"
STANDIN = os.environ.get("VIPD_STANDIN")  # a daemon to start in vipd's place, to try a laboratory itself
VIP = "192.0.2.100"
# lvs and probe run only where there is a service to keep; without IPVS in the kernel they are there all the same.
SERVICE = f"""virtual_server {VIP} 80 {{
    delay_loop 1
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 192.0.2.9 80 {{
        TCP_CHECK {{
            connect_timeout 1
        }}
    }}
}}
"""
SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|runtime error:")
libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """An expectation that did not come true."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


def wait(condition, seconds, what, step=0.005):
    """Polls until condition() is true and returns its value; fails with `what` (or what it returns) when the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"after {seconds} s still not: {what() if callable(what) else what}")
        time.sleep(step)


def alive(pid):
    """Whether a process exists and is no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Host:
    """A machine of the laboratory; its first process only keeps the namespaces."""

    def __init__(self, lab, name):
        self.lab, self.name, self.started = lab, name, []
        self.boot()
        lab.hosts[name] = self

    def boot(self):
        """A kernel that knows nothing."""
        name = self.name
        self.keeper = subprocess.Popen(
            ["unshare", "--net", "--mount", "--uts", "sh", "-c",
             "mkdir -p /var/lib/vipd && mount -t tmpfs tmpfs /var/lib/vipd && "  # what another run remembers is none of ours
             f"mount -t tmpfs tmpfs /run && mkdir /run/lock && hostname {name} && ip link set lo up && echo ready && exec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        expect(self.keeper.stdout.readline() == b"ready\n", f"{name}: cannot make namespaces")
        self.pid = self.keeper.pid
        self.net = os.stat(f"/proc/{self.pid}/ns/net").st_ino

    def enter(self, *argv):
        return ["nsenter", "-t", str(self.pid), "-n", "-m", "-u", "--", *map(str, argv)]

    def run(self, *argv, check=True, text=None, timeout=20):
        """Runs a command to its end and returns its output (both streams)."""
        done = subprocess.run(self.enter(*argv), input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=timeout)
        if check and done.returncode:
            raise Failed(f"{self.name}: {' '.join(map(str, argv))}: exit {done.returncode}: {done.stdout.strip()}")
        return done.stdout

    def popen(self, *argv, log=None, **more):
        """Starts a program in the background, its output in the laboratory's log `log` (or where `more` says)."""
        if log:
            more["stdout"] = more["stderr"] = open(self.lab.path(log), "ab")
        process = subprocess.Popen(self.enter(*argv), stdin=more.pop("stdin", subprocess.DEVNULL), **more)
        self.started.append(process)
        return process

    @contextlib.contextmanager
    def inside(self):
        """This thread in the host's network namespace: sockets opened here belong to the host for ever."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        try:
            expect(libc.setns(there, 0) == 0, f"setns {self.name}: {os.strerror(ctypes.get_errno())}")
            yield self
        finally:
            libc.setns(home, 0)
            os.close(home)
            os.close(there)

    def write(self, path, text):
        """Writes a file where only this host sees it (under its /run)."""
        real = f"/proc/{self.pid}/root{path}"
        os.makedirs(os.path.dirname(real), exist_ok=True)
        with open(real, "w") as file:
            file.write(text)

    def sysctl(self, **values):
        with self.inside():
            for key, value in values.items():
                with open("/proc/sys/net/" + key.replace("__", "/"), "w") as file:
                    file.write(str(value))

    def ip(self, *lines):
        """A batch of `ip` commands."""
        return self.run("ip", "-batch", "-", text="\n".join(lines) + "\n")

    def addresses(self, dev="eth0"):
        """The IPv4 addresses of an interface, as ip prints them; [] where the interface is missing."""
        links = json.loads(self.run("ip", "-j", "-4", "addr", "show", "dev", dev, check=False).partition("\n")[0] or "[]"
                           if self.has_link(dev) else "[]")
        return [a["local"] for link in links for a in link.get("addr_info", [])]

    def has_link(self, dev):
        with self.inside():
            return dev in [name for _, name in socket.if_nameindex()]

    def processes(self):
        """Pids of everything in this host's network namespace except the keeper; zombies are gone."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == self.pid:
                continue
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{entry}/ns/net").st_ino == self.net and alive(int(entry)):
                    found.append(int(entry))
        return [pid for pid in found if pid != os.getpid()]


class Director(Host):
    """A host that runs vipd or keepalived."""

    def __init__(self, lab, name):
        super().__init__(lab, name)
        self.daemon = None
        self.log_name = f"{name}.log"
        self.program = "vipd"

    def start(self, conf=None, program=None, args=()):
        """Starts the daemon on `conf` (default: the last one) in the foreground, logging to the host's log."""
        if conf is not None:
            self.write("/run/lab/daemon.conf", conf)
        self.program = program or self.program
        binary = KEEPALIVED if self.program == "keepalived" else STANDIN or os.path.join(BIN, "vipd")
        expect(os.access(binary, os.X_OK), f"{binary} was not built")
        pids = ["-p", "/run/lab/main.pid", "-r", "/run/lab/vrrp.pid", "-c", "/run/lab/checkers.pid"]
        self.daemon = self.popen(binary, "-n", "-l", "-D", "-f", "/run/lab/daemon.conf", *pids, *args, log=self.log_name)
        return self.daemon

    def reload(self, conf=None):
        if conf is not None:
            self.write("/run/lab/daemon.conf", conf)
        self.signal(signal.SIGHUP)

    def reload_whole(self):
        """A reload of the same in other bytes: one of the same bytes does nothing."""
        with open(f"/proc/{self.pid}/root/run/lab/daemon.conf", "a") as file:
            file.write("# once more\n")
        self.reload()

    def signal(self, sig):
        os.kill(self.daemon.pid, sig)

    def stop(self, seconds=15):
        """An orderly stop; returns the exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.daemon.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name}: does not stop within {seconds} s") from None

    def family(self):
        """Pids of the daemon and all its children, by title: {"main": pid, "vrrp": pid, ...}."""
        found = {}
        for pid in self.processes():
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    title = file.read().replace(b"\0", b" ").decode(errors="replace").strip()
                if pid == self.daemon.pid:
                    found["main"] = pid
                elif re.match(r"(\S*/)?vipd: (\w+)", title):
                    found[re.match(r"(\S*/)?vipd: (\w+)", title).group(2)] = pid
        return found

    def log(self):
        with open(self.lab.path(self.log_name), errors="replace") as file:
            return file.read()

    def status(self):
        """The status document, parsed."""
        text = self.run(os.path.join(BIN, "vipctl"), "status", "--json")
        return json.loads(text)

    def instance(self, name="VI_1"):
        return next((i for i in self.status().get("instances", []) if i.get("name") == name), {})

    def power_cut(self):
        """The plug is pulled: nothing more reaches the wire, then everything on the host stops at once."""
        self.lab.cut(self)
        pids = self.processes()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sig)
        self.daemon.wait()


class Lab:
    """Hosts on one switch. Use as a context manager: leaving it ends what it started and shows the logs of a failure."""

    def __init__(self):
        self.hosts, self.observer, self.number = {}, None, 0
        self.dir = f"/run/lab.{os.getpid()}"
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        self.switch = Host(self, "sw")
        self.switch.sysctl(ipv6__conf__default__disable_ipv6=1)
        self.switch.ip("link add br0 type bridge mcast_snooping 0 forward_delay 0", "link set br0 up")

    def path(self, name):
        return os.path.join(self.dir, name)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.observer:
            self.observer.stop()
        for host in reversed(list(self.hosts.values())):
            for process in host.started:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            for pid in host.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            host.keeper.kill()
            host.keeper.wait()
        logs = {name: open(self.path(name), errors="replace").read() for name in sorted(os.listdir(self.dir)) if name.endswith(".log")}
        shutil.rmtree(self.dir, ignore_errors=True)
        if kind:
            for name, text in [item for item in logs.items() if item[1]]:
                print(f"---- {name}\n" + "\n".join(text.splitlines()[-80:]))
        for name, text in logs.items():
            if SANITIZER.search(text) and not kind:
                print(text)
                raise Failed(f"{name}: a sanitizer complained")

    def host(self, name, address, kind=Host):
        """A host with eth0 (02:00:00:00:00:NN) on the switch; the switch's port carries the host's name."""
        host = kind(self, name)
        self.number += 1
        host.cable = ("eth0", address, f"02:00:00:00:00:{self.number:02x}")
        host.sysctl(ipv6__conf__default__disable_ipv6=1)
        self.plug(host, *host.cable)
        return host

    def plug(self, host, dev, address, mac, port=None):
        """A cable from the switch to a new interface of the host."""
        port = port or host.name
        self.switch.ip(f"link add name {port} type veth peer name {dev} address {mac} netns {host.pid}",
                       f"link set {port} master br0 up")
        host.ip(f"addr add {address}/24 dev {dev}", f"link set {dev} up")

    def director(self, name, address):
        return self.host(name, address, Director)

    # faults
    def cut(self, host):
        """The cable: carrier lost at once."""
        if self.observer:
            self.observer.unreachable(host.name)
        self.switch.ip(f"link set {host.name} down")

    def power_back(self, host):
        """After power_cut(): the same host, booted; what it ran does not run yet."""
        if self.observer:
            self.observer.forget(host)
        host.keeper.kill()
        host.keeper.wait()
        wait(lambda: not self.switch.has_link(host.name), 20, f"nothing is left of {host.name}")
        host.boot()
        host.sysctl(ipv6__conf__default__disable_ipv6=1)
        self.plug(host, *host.cable)
        if self.observer:
            self.observer.listen_addresses(host)
            self.observer.listen_frames(self.switch, host)
            self.observer.reachable(host.name)

    def mend(self, host):
        self.switch.ip(f"link set {host.name} up")
        if self.observer:
            self.observer.reachable(host.name)

    def isolate(self, host, on=True):
        """Frames between isolated ports die while the carrier stays."""
        self.switch.run("bridge", "link", "set", "dev", host.name, "isolated", "on" if on else "off")

    def deaf(self, host, rule="ip protocol 112", port=None):
        """One way: what the host sends and matches `rule` dies at the switch; it still hears everything. '' ends it."""
        port = port or host.name
        table = f"one_way_{port}"
        self.switch.run("nft", "delete", "table", "netdev", table, check=False)
        if rule:
            self.switch.run("nft", "-f", "-", text=f"table netdev {table} {{ chain i {{ type filter hook ingress device "
                            f"{port} priority 0; {rule} drop; }}\n}}\n")

    def observe(self, vip=VIP):
        """Starts the observer over all directors there are."""
        self.observer = Observer(self, [h for h in self.hosts.values() if isinstance(h, Director)], vip)
        return self.observer

    def frames(self, host):
        """A raw socket on a host's eth0, for sending whole frames and receiving everything."""
        with host.inside():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            sock.bind(("eth0", 0))
        return sock


class Probe:
    """A client that asks the VIP every `usec`; results() ends it."""

    def __init__(self, host, vip=VIP, usec=1000, port=7000):
        self.process = host.popen(os.path.join(BIN, "probe_client"), vip, port, usec, stdout=subprocess.PIPE)
        self.result = None
        if self.process.stdout.readline() != b"ready\n":
            raise Failed("the probe client got no answer")
        self.start = time.monotonic()

    def results(self, after=0.3):
        """Keeps asking for `after` seconds, then stops and returns what was seen."""
        if self.result is None:
            time.sleep(after)
            self.process.send_signal(signal.SIGTERM)
            self.result = json.loads(self.process.stdout.read())
            self.process.wait()
            print(f"    probe: sent {self.result['sent']} lost {self.result['lost']} longest gap {self.result['longest_gap_ms']} ms,"
                  f" answers {self.result['answers']}")
        return self.result


def instance(priority, version=2, interval=1, extra="", name="VI_1", vrid=51, vips=(VIP,), dev="eth0", state="BACKUP"):
    """The text of one vrrp_instance."""
    addresses = "\n".join(f"        {vip}/24" for vip in vips)
    return f"""vrrp_instance {name} {{
    state {state}
    interface {dev}
    version {version}
    virtual_router_id {vrid}
    priority {priority}
    advert_int {interval}
    {extra}
    virtual_ipaddress {{
{addresses}
    }}
}}
"""


class Pair(Lab):
    """Two directors and a client; each director answers the probe on UDP 7000 with its name."""

    def __init__(self, version=2, interval=1, unicast=False, programs=("vipd", "vipd"), priorities=(150, 100), extra=""):
        super().__init__()
        self.d1 = self.director("d1", "192.0.2.1")
        self.d2 = self.director("d2", "192.0.2.2")
        self.client = self.host("client", "192.0.2.9")
        self.directors = (self.d1, self.d2)
        self.version, self.interval, self.priorities = version, interval, priorities
        self.down = 3 * interval + (256 - priorities[1]) * interval / 256 if version == 3 else 3 * interval + (256 - priorities[1]) / 256
        self.conf = {}
        for number, director in enumerate(self.directors):
            peer = f"192.0.2.{2 - number}"
            ways = f"unicast_src_ip 192.0.2.{1 + number}\n    unicast_peer {{\n        {peer}\n    }}" if unicast else ""
            director.program = programs[number]
            self.conf[director.name] = instance(priorities[number], version, interval, extra + "\n    " + ways)
            director.popen(os.path.join(BIN, "probe_echo"), 7000, director.name, log=f"echo_{director.name}.log")
        self.observe()

    def start(self, *directors):
        for director in directors or self.directors:
            director.start(self.conf[director.name])

    def holds(self, director):
        return self.observer.holds(director.name)

    def settled(self, master=None):
        """Waits until the pair serves: `master` (d1) alone holds the VIP, for two intervals on end."""
        master = master or self.d1
        start = time.monotonic()
        wait(lambda: self.observer.holding() == [master.name], 3 * self.down + 60, f"{master.name} alone MASTER")
        time.sleep(2 * self.interval)
        expect(self.observer.holding() == [master.name], f"{master.name} did not stay MASTER: {self.observer.history()}")
        return time.monotonic() - start

    def expect_masters(self, names, since=0, overlap=0.25, without=0.001):
        """Who advertised, in order; never two on the wire for longer than a handover takes, never nobody for longer than `without`."""
        seen, two, none = self.observer.masters(since), self.observer.longest(2, since), self.observer.longest(0, since)
        print(f"    advertised {' '.join(seen)}; both held the VIP for {two * 1000:.1f} ms, nobody for {none * 1000:.1f} ms")
        expect(seen == list(names), f"advertised: {seen}, expected {list(names)}")
        expect(two <= overlap, f"two MASTERs for {two:.3f} s: {self.observer.history()}")
        expect(none <= without, f"no MASTER for {none:.3f} s: {self.observer.history()}")


def expect_lossless(probe):
    result = probe.results()
    expect(result["lost"] == 0, f"lost {result['lost']} of {result['sent']}: {result['gaps']}")


def run_case(case):
    start = time.monotonic()
    try:
        case()
        verdict = "ok"
    except Failed as failure:
        frame = traceback.extract_tb(failure.__traceback__)
        places = " <- ".join(f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(frame[1:]))
        verdict = f"FAILED: {failure} ({places})"
    except Exception:
        verdict = "FAILED: " + traceback.format_exc()
    print(f"{case.__name__}: {verdict} [{time.monotonic() - start:.1f} s]", flush=True)
    return verdict == "ok"


def main(*cases, nightly=()):
    """Runs the cases (or those whose name contains an argument) in namespaces of their own; leaves with 1 if one failed. Those of
    `nightly` run where VIPD_NIGHTLY is set, or by name."""
    if not os.environ.get("VIPD_LAB_INSIDE"):
        if os.geteuid():
            sys.exit("network namespaces need root: run tests/run, or this file with sudo")
        os.environ["VIPD_LAB_INSIDE"] = "1"
        os.environ.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
        os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=8")  # what it keeps of freed memory is no growth of ours
        sys.stdout.flush()
        os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=KILL", "--net", "--",
                              sys.executable, "-u", *sys.argv])
    expect(libc.mount(b"tmpfs", b"/run", b"tmpfs", 0, None) == 0, "cannot mount a private /run")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    usual = [*cases, *nightly] if os.environ.get("VIPD_NIGHTLY") else cases
    chosen = [c for c in (*cases, *nightly) if any(word in c.__name__ for word in words)] if words else usual
    expect(chosen, f"no case is called {words}")
    failed = [c.__name__ for c in chosen if not run_case(c)]
    if failed:
        sys.exit("failed: " + ", ".join(failed))
