#!/usr/bin/python3
"""T06 T12 T67 in their numbers: 50 restarts under a download, 200 flips under a slow notify script, 100 failovers without a residue.

The normal run does some of each; the nightly one (VIPD_NIGHTLY) all. Of T06 the download goes to a server on the director: a kernel
with IPVS is vm.*'s.
"""
import os
import random
import socket
import time

import lab
import watch
from faults import NIGHTLY

RESTARTS, FLIPS, FAILOVERS = (50, 200, 100) if NIGHTLY else (4, 30, 6)
PACE = 0.05  # seconds of a flip
FIFO = "/run/lab/fifo"
SERVER = f"""import socket, time
s = socket.create_server(("{lab.VIP}", 7070), family=socket.AF_INET)
c = s.accept()[0]
while True:
    c.sendall(bytes(1000))
    time.sleep(0.002)
"""
SLOW = """#!/bin/sh
echo "begin $3 $(cut -d' ' -f1 /proc/uptime)" >>/run/lab/told
sleep $(shuf -i 0-2 -n 1).$(shuf -i 0-9 -n 1)
echo "end $3 $(cut -d' ' -f1 /proc/uptime)" >>/run/lab/told
"""
ROUTES = """virtual_routes {
        10.9.1.0/24 via 192.0.2.9
        10.9.2.0/24 via 192.0.2.9 table 77
    }
    virtual_rules {
        from 10.9.3.0/24 table 77 preference 900
    }"""


def restarts_below_a_download():
    """T06: one TCP connection to the VIP lives through all of them, the client's probe loses nothing, the peer sees nothing."""
    with lab.Pair(version=3, interval=1) as pair:
        pair.start()
        pair.settled()
        pair.d1.popen("python3", "-c", SERVER, log="server.log")
        with pair.client.inside():
            sock = lab.wait(lambda: connected(lab.VIP), 20, "the server listens", 0.1)
        sock.settimeout(5)
        probe, since, got, took = lab.Probe(pair.client), time.monotonic(), 0, []
        for _ in range(RESTARTS):
            begun = time.monotonic()
            lab.expect("restarted" in pair.d1.run(os.path.join(lab.BIN, "vipctl"), "restart", timeout=40), "it is said")
            took.append(time.monotonic() - begun)
            got += len(sock.recv(1 << 20))
        before = got
        lab.wait(lambda: len(sock.recv(1 << 20)), 5, "the download goes on")
        pair.expect_masters(["d1"], since, overlap=0)
        lab.expect_lossless(probe)
        lab.expect("BACKUP -> MASTER" not in pair.d2.log(), "d2 noticed")
        lab.expect(not [e for e in pair.observer.events if e[0] >= since], f"the VIP moved: {pair.observer.history()}")
        print(f"    T06: {RESTARTS} restarts of {min(took):.2f} to {max(took):.2f} s, one download of {before >> 10} KiB, nothing lost")


def connected(address):
    try:
        return socket.create_connection((address, 7070), 2)
    except OSError:
        return None


def told(director):
    """[(begin or end, state)] of the slow script."""
    return [tuple(line.split()[:2]) for line in director.run("cat", "/run/lab/told", check=False).splitlines()
            if line.split()[0] in ("begin", "end")]


def flips_below_a_slow_script():
    """T12: states change faster than the script tells: never two at once, the last one told is the true one, the FIFO has all."""
    with lab.Pair(version=3, interval=0.2) as pair:
        one = pair.d1
        one.write("/run/lab/slow", SLOW)
        one.write("/run/lab/number", "0\n")
        one.run("chmod", "755", "/run/lab/slow")
        one.write("/run/lab/reader", "#!/bin/sh\nexec cat \"$1\" >>/run/lab/lines\n")
        one.run("chmod", "755", "/run/lab/reader")
        conf = (f"global_defs {{\n    notify_fifo {FIFO}\n    notify_fifo_script /run/lab/reader root\n}}\n"
                "track_file hold {\n    file /run/lab/number\n    weight 0\n}\n" + pair.conf["d1"].replace(
                    "virtual_ipaddress", "track_file {\n        hold\n    }\n    notify /run/lab/slow root\n    virtual_ipaddress", 1))
        one.start(conf)
        lab.wait(lambda: pair.holds(one), 30, "d1 is MASTER")
        begun = time.monotonic()
        for flip in range(FLIPS):
            one.write("/run/lab/number", f"{(flip + 1) % 2}\n")
            time.sleep(max(0.0, begun + (flip + 1) * PACE - time.monotonic()))
            if flip == FLIPS // 2:
                one.reload_whole()
        took = time.monotonic() - begun
        lab.wait(lambda: one.instance()["state"] == "MASTER", 30, "d1 is MASTER again")
        lab.wait(lambda: told(one)[-1:] == [("end", "MASTER")], 60, "the last state is told", 0.2)
        seen, moves = told(one), one.log().count("vrrp: VI_1: ")
        lab.expect([w for w, _ in seen] == ["begin", "end"] * (len(seen) // 2), f"two at once: {seen}")
        log = [line.split(" -> ")[1].split(":")[0] for line in one.log().splitlines() if "vrrp: VI_1: " in line and " -> " in line]
        lines = lab.wait(lambda: [text.split()[2] for text in one.run("cat", "/run/lab/lines").splitlines() if '"VI_1"' in text], 10, "lines")
        wanted = [state for state in log if state != "INIT"]
        lab.expect(lines == wanted, f"FIFO: {len(lines)} lines of {len(wanted)} states\n{lines}\n{wanted}")
        print(f"    T12: {FLIPS} flips in {took:.1f} s, {len(wanted)} transitions ({moves} lines of log), all in the FIFO; "
              f"{len(seen) // 2} runs of the script, one at a time, the last one MASTER")


def residue(director):
    """What a MASTER has and a BACKUP has not."""
    parts = watch.kernel(director)
    return {name: parts[name] for name in ("addresses", "links", "routes", "rules", "nft", "files")}


def failovers_without_residue():
    """T67: after each of many failovers the loser's kernel is as it was before it ever was MASTER."""
    head = "global_defs {\n    drill_interval 0\n    drill_hold 1\n}\n"
    with lab.Pair(version=3, interval=0.2, extra="nopreempt\n    " + ROUTES) as pair:
        for name in pair.conf:
            pair.conf[name] = head + pair.conf[name]
        pair.start(pair.d1)
        lab.wait(lambda: pair.holds(pair.d1), 30, "d1 serves")
        pair.start(pair.d2)
        lab.wait(lambda: " runs: " in pair.d2.log(), 30, "d2 is BACKUP")
        clean, holder, other, took = {"d2": residue(pair.d2)}, pair.d1, pair.d2, []
        probe = lab.Probe(pair.client)
        for _ in range(FAILOVERS):
            begun = time.monotonic()
            lab.wait(lambda: "drill" in holder.run(os.path.join(lab.BIN, "vipctl"), "drill", check=False), 5, "a drill")
            lab.wait(lambda: pair.observer.holding() == [other.name], 30, f"{other.name} serves")
            took.append(time.monotonic() - begun)
            lab.wait(lambda h=holder: h.instance().get("state") == "BACKUP", 10, "the loser is BACKUP", 0.05)
            want = clean.setdefault(holder.name, residue(holder))
            lab.wait(lambda h=holder, w=want: residue(h) == w, 5, f"{holder.name}: {residue(holder)} was {want}", 0.1)
            holder, other = other, holder
            time.sleep(random.uniform(0, 0.2))
        lab.expect(not any(lab.VIP in text for text in clean["d2"]["addresses"]), "nothing was compared")
        result = probe.results()
        print(f"    T67: {FAILOVERS} failovers of {min(took):.2f} to {max(took):.2f} s, no residue; the client lost {result['lost']} of "
              f"{result['sent']}")


lab.main(restarts_below_a_download, flips_below_a_slow_script, failovers_without_residue)
