#!/usr/bin/python3
"""What may go wrong with what an instance tracks: scripts that cannot run, hang or die; a source address that goes. And `vipctl why`,
which explains each of them."""
import contextlib
import os
import time

import lab
from tracked import tracker, tracking, why

SCRIPT = "/run/lab/check"


def write_script(director, text, mode=0o755):
    director.write(SCRIPT, text)
    os.chmod(f"/proc/{director.pid}/root{SCRIPT}", mode)


def scripted(lines="", extra="track_script {\n        chk\n    }"):
    return tracking(f"vrrp_script chk {{\n    script {SCRIPT}\n    interval 0.3\n    {lines}\n}}\n", extra)


def broken_script_is_a_fault():
    """T10: not executable, without its interpreter, missing, dead by a signal: each is a FAULT that says why; whole again, it recovers."""
    good = "#!/bin/sh\nexit 0\n"
    with scripted("timeout 1") as pair:
        for director in pair.directors:
            write_script(director, good)
        pair.start()
        pair.settled()
        for what, breaks in (
                ("Permission denied", lambda: write_script(pair.d1, good, 0o644)),
                ("No such file or directory", lambda: write_script(pair.d1, "#!/bin/no-such-shell\n")),
                ("No such file or directory", lambda: pair.d1.run("rm", SCRIPT)),
                ("killed by signal 9", lambda: write_script(pair.d1, "#!/bin/sh\nkill -9 $$\n")),
                ("exit code 3: no route to the world", lambda: write_script(pair.d1, "#!/bin/sh\necho no route to the world; exit 3\n"))):
            breaks()
            lab.wait(lambda: pair.observer.holding() == ["d2"], 30, f"d2 took over after {what}")
            faults = pair.d1.instance()["faults"]
            lab.expect(len(faults) == 1 and faults[0].startswith("script chk failed: ") and what in faults[0], f"{what}: {faults}")
            lab.expect(what in why(pair.d1) and "FAULT because script chk failed" in why(pair.d1), why(pair.d1))
            write_script(pair.d1, good)
            lab.wait(lambda: pair.observer.holding() == ["d1"], 30, f"d1 came back after {what}")


def hanging_script_dies_with_its_children():
    """T11: one run at a time, ended at its deadline with everything it started; it counts as failed with its weight, and recovers."""
    with scripted("timeout 0.5\n    weight -60") as pair:
        for director in pair.directors:
            write_script(director, "#!/bin/sh\nexit 0\n")
        pair.start()
        pair.settled()
        write_script(pair.d1, "#!/bin/sh\ntrap '' TERM\n(trap '' TERM; sleep 987 & wait; sleep 987) &\nsleep 987\n")
        most = 0
        end = time.monotonic() + 4
        while time.monotonic() < end:
            most = max(most, len(hanging(pair.d1)[0]))
            time.sleep(0.05)
        lab.expect(most == 1, f"{most} runs at one time")
        lab.wait(lambda: tracker(pair.d1)["delta"] == -60, 30, "the weight of the script that hangs")
        lab.expect("timed out" in tracker(pair.d1)["detail"], f"{tracker(pair.d1)}")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over from priority 90")
        write_script(pair.d1, "#!/bin/sh\nexit 0\n")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 came back with priority 150")
        lab.wait(lambda: hanging(pair.d1) == ([], []), 10, f"nothing is left of it: {hanging(pair.d1)}")


def hanging(director):
    """Pids of runs (the leader of its session each; its children look like it until they become `sleep`), and of what they started."""
    scripts, sleeps = [], []
    for pid in director.processes():
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if SCRIPT.encode() in words and os.getsid(pid) == pid:
                scripts.append(pid)
            elif words[:2] == [b"sleep", b"987"]:
                sleeps.append(pid)
    return scripts, sleeps


def source_address_goes():
    """track_src_ip: without the source address a director is in FAULT and names it; with it, it takes part again."""
    with lab.Pair(version=3, interval=0.2, extra="track_src_ip") as pair:
        pair.conf["d1"] = pair.conf["d1"].replace("track_src_ip", "track_src_ip\n    mcast_src_ip 192.0.2.77")
        pair.d1.ip("addr add 192.0.2.77/24 dev eth0")
        pair.start()
        pair.settled()
        pair.d1.ip("addr del 192.0.2.77/24 dev eth0")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over")
        lab.expect(pair.d1.instance()["faults"] == ["source address 192.0.2.77 is not on this machine"], f"{pair.d1.instance()}")
        pair.d1.ip("addr add 192.0.2.77/24 dev eth0")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 came back")


def why_explains():
    """T09: The arithmetic of both sides, as text and JSON; an unknown name is an error with the nearest one."""
    with lab.Pair(version=3, interval=0.2, extra="track_interface {\n        lo weight -20\n    }") as pair:
        pair.conf["d2"] = pair.conf["d2"].replace("track_interface", "nopreempt\n    track_interface")
        pair.start()
        pair.settled()
        lab.wait(lambda: "192.0.2.1 wins: 150 is more than 100" in why(pair.d2), 30, why(pair.d2))
        lab.expect("base priority 150" in why(pair.d1), why(pair.d1))
        lab.expect("interface lo +0 up for" in why(pair.d1), why(pair.d1))
        lab.expect("no weight here" not in why(pair.d1), "d2 was never heard: nothing is known of its priority")
        pair.d1.stop()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over")
        pair.d1.start()
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 came back")
        idle = "with all of them failed 130 150 - 20 is not below 100 of 192.0.2.2: no weight here causes a fail-over"
        lab.wait(lambda: idle in why(pair.d1), 5, lambda: why(pair.d1))
        lab.expect("no weight here" not in why(pair.d2), why(pair.d2))
        pair.d1.ip("link set lo down")
        lab.wait(lambda: tracker(pair.d1)["delta"] == -20, 30, "the weight of lo")
        text = why(pair.d1)
        lab.expect("interface lo -20 down for" in text and "effective priority 130" in text, text)
        pair.conf["d1"] = pair.conf["d1"].replace("priority 150", "priority 60")
        pair.d1.reload(pair.conf["d1"])
        lab.wait(lambda: "192.0.2.1 wins: 40 is less than 100, but nopreempt" in why(pair.d2), 30, why(pair.d2))
        told = lab.json.loads(why(pair.d2, "--json"))
        lab.expect(told["rule"] == "nopreempt" and told["priority_sum"] == 100 and len(told["trackers"]) == 1, f"{told}")
        other = pair.d2.run(os.path.join(lab.BIN, "vipctl"), "why", "VI_2", check=False)
        lab.expect(other.strip() == "vipctl: there is no instance 'VI_2': did you mean 'VI_1'?", other)


lab.main(broken_script_is_a_fault, hanging_script_dies_with_its_children, source_address_goes, why_explains)
