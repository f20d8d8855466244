#!/usr/bin/python3
"""T52: vrrp_sync_group: three members on three interfaces are one machine. A fault of one moves all, reloads move none."""
import time

import lab

INTERVAL = 0.2
VIPS = {"VI_1": (51, "eth0", "192.0.2.100"), "VI_2": (52, "eth1", "198.51.100.100"), "VI_3": (53, "eth2", "203.0.113.100")}
NETS = {"eth1": "198.51.100", "eth2": "203.0.113"}
SCRIPT = "#!/bin/sh\necho \"$@\" >> /run/lab/notify\n"


def config(priority, members=tuple(VIPS), more="", extra=""):
    """Instances VI_1.. and the group of them; all instances are there, members or not."""
    text = f"vrrp_sync_group G {{\n    group {{\n        {' '.join(members)}\n    }}\n    {more}\n}}\n" if members else ""
    for name, (vrid, dev, vip) in VIPS.items():
        text += lab.instance(priority, 3, INTERVAL, extra if name == "VI_2" else "", name, vrid, (vip,), dev)
    return text


class Trio(lab.Lab):
    """d1 and d2 with eth0, eth1 and eth2, each pair of these in a network of its own, and a client."""

    def __init__(self, program="vipd"):
        super().__init__()
        self.d1, self.d2 = self.director("d1", "192.0.2.1"), self.director("d2", "192.0.2.2")
        self.d2.program = program
        self.client = self.host("client", "192.0.2.9")
        for dev in NETS:
            self.switch.ip(f"link add {dev} type bridge mcast_snooping 0 forward_delay 0", f"link set {dev} up")
        for number, director in enumerate((self.d1, self.d2), 1):
            for dev, net in NETS.items():
                self.plug(director, dev, f"{net}.{number}", f"02:00:00:00:{dev[3]}1:{number:02x}", f"{director.name}{dev}")
                self.switch.ip(f"link set {director.name}{dev} master {dev}")
            director.popen(f"{lab.BIN}/probe_echo", 7000, director.name, log=f"echo_{director.name}.log")
            director.write("/run/lab/notify.sh", SCRIPT)
            director.run("chmod", "755", "/run/lab/notify.sh")
        self.conf = {"d1": config(150), "d2": config(100)}
        self.observe()

    def start(self):
        self.d1.start(self.conf["d1"])
        self.d2.start(self.conf["d2"])

    def held(self, director):
        """The names of the instances whose VIP the kernel of the director has."""
        return [name for name, (_, dev, vip) in VIPS.items() if vip in director.addresses(dev)]

    def serves(self, master):
        other = self.d2 if master is self.d1 else self.d1
        return self.held(master) == list(VIPS) and self.held(other) == []

    def settled(self, master, seconds=30):
        lab.wait(lambda: self.serves(master), seconds, f"{master.name} holds everything, the other nothing", 0.02)

    def group(self, director):
        return next(g for g in director.status()["groups"] if g["name"] == "G")

    def counts(self, director):
        return [director.instance(name)["counters"]["transitions"] for name in VIPS]


def one_fault_moves_all():
    """A carrier lost on one interface: FAULT of all three at once, the other director takes all; back again when it is mended."""
    with Trio() as lan:
        lan.start()
        lan.settled(lan.d1)
        lab.expect(lan.group(lan.d1)["state"] == "MASTER" and lan.group(lan.d2)["state"] == "BACKUP", "states of the group")
        lan.switch.ip("link set d1eth1 down")
        start = time.monotonic()
        lan.settled(lan.d2, 5)
        print(f"    all moved within {time.monotonic() - start:.3f} s")
        lab.wait(lambda: lan.group(lan.d1)["state"] == "FAULT", 5, "the group is in FAULT")
        faults = {name: lan.d1.instance(name)["faults"] for name in VIPS}
        lab.expect(faults["VI_1"] == ["sync group G: VI_2: interface eth1 is down"] == faults["VI_3"], f"{faults}")
        lan.switch.ip("link set d1eth1 up")
        lan.settled(lan.d1)
        text = lan.d1.run(f"{lab.BIN}/vipctl", "status")
        lab.expect("group G MASTER priority 150: VI_1 VI_2 VI_3\n" in text, text)


def weights_count_for_all():
    """A file that one member tracks, and a script's worth of priority of the group itself, lower all three."""
    tracked = "track_file shift {\n    file /run/lab/shift\n}\n"
    with Trio() as lan:
        for name, priority in (("d1", 150), ("d2", 100)):
            lan.conf[name] = tracked + config(priority, extra="track_file {\n        shift\n    }")
        lan.start()
        lan.settled(lan.d1)
        lan.d1.write("/run/lab/shift", "-60\n")
        lan.settled(lan.d2)
        lab.expect([lan.d1.instance(name)["effective_priority"] for name in VIPS] == [90, 90, 90], "priority of all members")
        lines = [line for line in lan.d1.log().splitlines() if "priority 150 -> 90" in line]
        lab.expect(len(lines) == 1 and lines[0].endswith("sync group G: priority 150 -> 90: 150 as configured, file shift -60"), f"{lines}")
        lan.conf["d1"] = tracked + config(150, more="track_file {\n        shift\n    }")
        lan.d1.reload(lan.conf["d1"])
        lab.wait(lambda: "shift" in lan.d1.run("cat", "/run/lab/daemon.conf"), 1, "the file is there")
        lan.d1.write("/run/lab/shift", "-20\n")
        lan.settled(lan.d1)
        lab.expect([lan.d1.instance(name)["effective_priority"] for name in VIPS] == [130, 130, 130], "the group's own tracker")
        group = lan.group(lan.d1)
        tracked = [(t["kind"], t["name"], t["delta"]) for t in group["trackers"]]
        lab.expect((group["priority"], tracked, group["priority_sum"]) == (150, [("file", "shift", -20)], 130), f"{group}")
        why = " ".join(lan.d1.run(f"{lab.BIN}/vipctl", "why", "VI_3").split())
        for words in ("base priority 150 the least of sync group G", "file shift -20 has -20", "effective priority 130"):
            lab.expect(words in why, f"{words}: {why}")


def cut_one_way():
    """d2 hears nothing of one member: it waits for the two others, and nothing moves to and fro."""
    with Trio() as lan:
        lan.start()
        lan.settled(lan.d1)
        before = lan.counts(lan.d1), lan.counts(lan.d2)
        lan.deaf(lan.d1, port="d1eth1")
        time.sleep(10 * INTERVAL)
        lab.expect((lan.counts(lan.d1), lan.counts(lan.d2)) == before, "transitions while one member is cut off")
        lab.expect("its sync group hears a MASTER elsewhere" in lan.d2.log(), "d2 says why it waits")
        lan.d1.power_cut()
        lab.wait(lambda: lan.held(lan.d2) == list(VIPS), 5, "d2 takes all once nobody is heard at all", 0.02)


def reload_moves_nothing():
    """A member leaves the group and comes back, the group goes and comes back: no transition, no advert of priority 0."""
    with Trio() as lan:
        lan.start()
        lan.settled(lan.d1)
        probe = lab.Probe(lan.client)
        before = lan.counts(lan.d1), lan.counts(lan.d2)
        for members in (("VI_1", "VI_2"), tuple(VIPS), (), tuple(VIPS)):
            for director, priority in ((lan.d2, 100), (lan.d1, 150)):
                generation = director.status()["generation"]
                director.reload(config(priority, members))
                lab.wait(lambda: director.status()["generation"] > generation, 10, "the reload is done", 0.05)
            time.sleep(2 * INTERVAL)
        lab.expect((lan.counts(lan.d1), lan.counts(lan.d2)) == before, f"transitions in reloads: {lan.counts(lan.d1)}, {before}")
        lab.expect(all(lan.d1.instance(name)["counters"]["priority_zero_sent"] == 0 for name in VIPS), "priority 0 was sent")
        lab.expect_lossless(probe)


def handed_over_together():
    """Drill and stop cost a client nothing, and all members go; the scripts of the group run once per change."""
    with Trio() as lan:
        more = "notify /run/lab/notify.sh\n    notify_master \"/run/lab/notify.sh master\""
        lan.conf["d1"], lan.conf["d2"] = config(150, more=more), config(100, more=more)
        lan.start()
        lan.settled(lan.d1)
        probe = lab.Probe(lan.client)
        lan.d1.signal(lab.signal.SIGUSR1)
        lan.settled(lan.d2)
        lab.wait(lambda: lan.group(lan.d1)["state"] == "BACKUP", 2, "the group is BACKUP after the drill")
        lan.d2.stop()
        lan.settled(lan.d1)
        lab.expect_lossless(probe)
        lines = ["GROUP G BACKUP 150", "GROUP G MASTER 150", "GROUP G BACKUP 150", "GROUP G MASTER 150"]
        lab.wait(lambda: lan.d1.run("grep", "GROUP", "/run/lab/notify").splitlines() == lines, 5, "notify of the group")
        lab.expect(lan.d1.run("grep", "-c", "^master$", "/run/lab/notify").strip() == "2", "notify_master of the group")
        end = lan.d2.run("tail", "-n", "1", "/run/lab/notify").strip()
        lab.expect(end == "GROUP G STOP 100", f"the last line of d2 is {end!r}")


def keepalived_is_the_other():
    """keepalived with the same group: each takes all of it from the other."""
    with Trio("keepalived") as lan:
        lan.start()
        lan.settled(lan.d1)
        lan.switch.ip("link set d1eth2 down")
        lan.settled(lan.d2, 10)
        lan.switch.ip("link set d1eth2 up")
        lan.settled(lan.d1)
        lan.d1.stop()
        lan.settled(lan.d2, 10)


lab.main(one_fault_moves_all, weights_count_for_all, cut_one_way, reload_moves_nothing, handed_over_together,
         keepalived_is_the_other)
