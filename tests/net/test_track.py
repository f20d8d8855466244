#!/usr/bin/python3
"""What is tracked outside the network: a number in a file moves the priority, or keeps the instance from taking part."""
import time

import lab

FILES = """track_file shift {
    file /run/lab/later/shift
}
track_file hold {
    file /run/lab/hold
    weight 0
    init_file
}
"""


def priority(director):
    """The effective priority, as the status says."""
    return director.instance()["effective_priority"]


def replace(director, path, text):
    """As deployment tools do: another file is moved over it."""
    director.write(path + ".new", text)
    director.run("mv", path + ".new", path)


def file_moves_the_priority():
    """Written, replaced, removed: each within a moment; its folder comes after the daemon; a reload keeps it."""
    with lab.Pair(version=3, interval=0.1, extra="track_file {\n        shift\n        hold\n    }") as pair:
        for name in pair.conf:
            pair.conf[name] = FILES + pair.conf[name]
        pair.start()
        pair.settled()
        lab.expect(pair.d1.run("cat", "/run/lab/hold") == "0\n", "init_file wrote the file")
        probe = lab.Probe(pair.client)
        pair.d1.run("mkdir", "/run/lab/later")
        pair.d1.write("/run/lab/later/shift", "-60\n")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 took over from priority 90")
        lab.expect(priority(pair.d1) == 90, f"effective priority {priority(pair.d1)}")
        pair.d1.reload()
        time.sleep(0.5)
        lab.expect(priority(pair.d1) == 90, f"effective priority {priority(pair.d1)} after a reload")
        replace(pair.d1, "/run/lab/later/shift", "-40\n")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 2, "d1 took over with priority 110")
        pair.d1.run("rm", "-r", "/run/lab/later")
        lab.wait(lambda: priority(pair.d1) == 150, 1, "the priority without the file")
        lab.expect_lossless(probe)
        for line in ("priority 150 -> 90: 150 as configured, file shift -60", "priority 90 -> 110: 150 as configured, file shift -40",
                     "priority 110 -> 150: 150 as configured"):
            lab.expect(f"VI_1: {line}\n" in pair.d1.log(), f"the log says '{line}': {pair.d1.log()}")


def file_is_a_fault():
    """Weight 0: a number is a FAULT at once, 0 ends it; a new vrrp process hears of it before it takes part."""
    with lab.Pair(version=3, interval=0.1, extra="track_file {\n        hold\n    }") as pair:
        for name in pair.conf:
            pair.conf[name] = FILES + pair.conf[name]
        pair.start()
        pair.settled()
        pair.d1.write("/run/lab/hold", "1\n")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 1.5, "d2 took over from FAULT")
        instance = pair.d1.instance()
        lab.expect(instance["state"] == "FAULT" and instance["faults"] == ["file hold has 1"], f"{instance}")
        before = pair.d1.family()["vrrp"]
        pair.d1.run("kill", "-9", before)
        lab.wait(lambda: pair.d1.family().get("vrrp") not in (None, before), 1, "the vrrp process is back")
        time.sleep(1)
        lab.expect(pair.observer.holding() == ["d2"], f"held by {pair.observer.holding()}")
        pair.d1.write("/run/lab/hold", "0\n")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 2, "d1 came back")


def process_moves_the_priority():
    """A process that ends takes its weight along, and brings it back; here, in namespaces, by the look each second."""
    extra = "track_process {\n        worker\n    }"
    with lab.Pair(version=3, interval=0.1, priorities=(90, 100), extra=extra) as pair:
        for name in pair.conf:
            pair.conf[name] = "vrrp_track_process worker {\n    process sleep 98765\n    weight 20\n}\n" + pair.conf[name]
        worker = pair.d1.popen("sleep", "98765")
        lab.wait(lambda: b"98765" in open(f"/proc/{worker.pid}/cmdline", "rb").read(), 1, "the worker runs")
        pair.conf["d2"] = pair.conf["d2"].replace("sleep 98765", "sleep 56789")
        pair.start()
        pair.settled()
        lab.expect(priority(pair.d1) == 110, f"effective priority {priority(pair.d1)}")
        worker.kill()
        worker.wait()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 3, "d2 took over from priority 90")
        pair.d1.popen("sleep", "98765")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 3, "d1 took over with priority 110")
        lab.expect(pair.d1.log().count("once a second") <= 1, "said once")


lab.main(file_moves_the_priority, file_is_a_fault, process_moves_the_priority)
