#!/usr/bin/python3
"""Where two features meet: a sync group over both families with virtual MAC addresses; `vipctl restart` beside each of the others.

A restart must cost nothing, whatever is configured: no address moves, the other director never becomes MASTER, and no advert of the
new process is taken for a forged one. A BFD session may go down once.
"""
import json
import os
import time

import lab

INTERVAL, VIP6, LINK = 0.2, "2001:db8::100", "fe80::100"
KEY = bytes(range(32)).hex()
SIGNED = f"auth_hmac {{\n        key 1 hex:{KEY}\n        active_key 1\n        mode enforce\n    }}"
GROUP = "vrrp_sync_group G {\n    group {\n        VI_1 VI_6\n    }\n}\n"


def six(priority, extra=""):
    """The IPv6 sister of VI_1, of the same number."""
    text = lab.instance(priority, 3, INTERVAL, extra, "VI_6", 51, (LINK, VIP6))
    return text.replace(f"{LINK}/24", f"{LINK}/64").replace(f"{VIP6}/24", f"{VIP6}/64")


def links(host):
    return sorted(link["ifname"] for link in json.loads(host.run("ip", "-j", "link")))


def holds6(host):
    """The interface that has the IPv6 VIP, or None."""
    found = json.loads(host.run("ip", "-j", "-6", "addr", "show").partition("\n")[0] or "[]")
    return next((link["ifname"] for link in found for a in link.get("addr_info", []) if a["local"] == VIP6), None)


class Seam(lab.Pair):
    """A pair with what `extra` says in all instances, with or without IPv6, a group, and BFD sessions to a third machine."""

    def __init__(self, extra="", with_six=False, group=False, bfd=""):
        extra += f"\n    track_bfd {{\n        router {bfd}\n    }}" if bfd else ""
        super().__init__(version=3, interval=INTERVAL, extra=extra)
        self.with_six, self.router = with_six, None
        for number, director in enumerate(self.directors):
            conf = self.conf[director.name]
            if with_six:
                self.speak_six(number, director)
                conf += six(self.priorities[number], extra)
            self.conf[director.name] = (GROUP if group else "") + (self.session("192.0.2.3") if bfd else "") + conf
        if bfd:
            self.meet_router()

    def speak_six(self, number, director):
        director.sysctl(ipv6__conf__default__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
        director.ip(f"addr add 2001:db8::{number + 1:x}/64 dev eth0 nodad")
        lab.wait(lambda: "scope link" in director.run("ip", "-6", "addr", "show", "dev", "eth0", "-tentative"), 30, "link-local address")

    @staticmethod
    def session(neighbor, name="router"):
        return f"bfd_instance {name} {{\n    neighbor_ip {neighbor}\n    min_rx 100\n    min_tx 100\n    multiplier 5\n}}\n"

    def meet_router(self):
        """A third machine that only speaks BFD, with each of the directors."""
        self.router = lab.Director(self, "router")
        self.plug(self.router, "eth0", "192.0.2.3", "02:00:00:00:00:13")
        self.router.start("".join(self.session(f"192.0.2.{n}", f"d{n}") for n in (1, 2)))

    def serves(self, master):
        other = self.d2 if master is self.d1 else self.d1
        return self.observer.holding() == [master.name] and (not self.with_six or bool(holds6(master) and not holds6(other)))

    def ready(self):
        self.start(self.d1)
        lab.wait(lambda: self.serves(self.d1), 30, "d1 serves", 0.05)
        self.start(self.d2)
        lab.wait(lambda: all(i["state"] == "BACKUP" for i in instances(self.d2)), 30, "d2 is BACKUP", 0.05)
        self.sessions_up()
        self.settled()

    def sessions_up(self):
        if self.router:
            lab.wait(lambda: all(s["state"] == "Up" for d in (self.d1, self.d2, self.router) for s in d.status()["bfd"]), 30,
                     "all sessions are up", 0.05)

    def restarted(self, director):
        before = director.family()
        text = director.run(os.path.join(lab.BIN, "vipctl"), "restart", timeout=40)
        lab.expect("restarted" in text, text)
        after = director.family()
        lab.expect(before["main"] == after["main"] and before["vrrp"] != after["vrrp"], f"{before} became {after}")


def instances(director):
    """As the status says; [] while the daemon cannot be asked."""
    text = director.run(os.path.join(lab.BIN, "vipctl"), "status", "--json", check=False)
    return json.loads(text).get("instances", [{"state": None}]) if text.startswith("{") else [{"state": None}]


def down(director):
    """How often the sessions of a machine went down."""
    return {s["name"]: s["counters"]["down"] for s in director.status()["bfd"]}


def unnoticed(seam):
    """The MASTER restarts, then the BACKUP: nothing moves in either family, and nothing that is sent is dropped."""
    probe, since = lab.Probe(seam.client), time.monotonic()
    said, where = [len(d.log()) for d in seam.directors], holds6(seam.d1)
    for director in seam.directors:
        seam.restarted(director)
        lab.wait(lambda: [i["state"] for i in instances(director)] == [i["state"] for i in instances(director)] ==
                 ["MASTER" if director is seam.d1 else "BACKUP"] * (1 + seam.with_six), 30, f"{director.name} is what it was", 0.05)
        seam.sessions_up()
    time.sleep(seam.down + INTERVAL)
    seam.expect_masters(["d1"], since, overlap=0)
    lab.expect_lossless(probe)
    moved = [e for e in seam.observer.events if e[0] >= since]
    lab.expect(not moved, f"the VIP moved: {seam.observer.history()}")
    lab.expect(holds6(seam.d1) == where and not holds6(seam.d2), "the IPv6 VIP moved")
    for director, start in zip(seam.directors, said):
        log = director.log()[start:]
        lab.expect("-> MASTER" not in log or director is seam.d1, f"{director.name} noticed:\n{log}")
        lab.expect("-> FAULT" not in log, f"{director.name} was in FAULT:\n{log}")
        for one in instances(director):
            lab.expect(not any(one["counters"]["dropped"].values()), f"{one['name']} of {director.name}: {one['counters']['dropped']}")


def left_clean(seam, names):
    for director, links_before in zip(seam.directors, names):
        lab.expect(director.stop() == 0, "an orderly stop")
        lab.expect(links(director) == links_before, f"left behind: {links(director)}")
        lab.expect(not holds6(director) and lab.VIP not in director.addresses(), "an address is left behind")


def restart_with_bfd():
    """A session whose failure is a FAULT: it may flap once, the VIP stays, and the session counts again."""
    with Seam(bfd="weight 0") as seam:
        seam.ready()
        before = down(seam.router)
        unnoticed(seam)
        flaps = {name: count - before[name] for name, count in down(seam.router).items()}
        print(f"    sessions went down {flaps}")
        lab.expect(all(count <= 1 for count in flaps.values()), f"{flaps}")
        seam.cut(seam.router)
        lab.wait(lambda: all(i["state"] == "FAULT" for d in seam.directors for i in instances(d)), 30, "the session counts", 0.05)


def restart_with_group():
    """The members of a group over both families stay together."""
    with Seam(with_six=True, group=True) as seam:
        seam.ready()
        unnoticed(seam)
        for director, state in zip(seam.directors, ("MASTER", "BACKUP")):
            lab.expect(director.status()["groups"][0]["state"] == state, f"{director.status()['groups']}")


def restart_with_vmac():
    """The devices stay while the process changes, and go with it at the end."""
    with Seam("use_vmac") as seam:
        names = [links(d) for d in seam.directors]
        seam.ready()
        unnoticed(seam)
        lab.expect(seam.d1.addresses("vrrp.51") == [lab.VIP], f"on vrrp.51: {seam.d1.addresses('vrrp.51')}")
        left_clean(seam, names)


def restart_with_hmac():
    """The sequence of the signer goes on, so do the marks of the one that verifies."""
    with Seam(SIGNED, with_six=True) as seam:
        seam.ready()
        unnoticed(seam)


def everything():
    """All at once; then a fault of one member moves the group with its devices, and nothing is left behind."""
    with Seam("use_vmac\n    " + SIGNED, with_six=True, group=True, bfd="weight -20") as seam:
        names = [links(d) for d in seam.directors]
        seam.ready()
        unnoticed(seam)
        lab.expect((seam.d1.addresses("vrrp.51"), holds6(seam.d1)) == ([lab.VIP], "vrrp6.51"), "the VIPs are on their devices")
        source = instances(seam.d1)[-1]["source"]
        seam.d1.ip(f"addr del {source}/64 dev eth0")
        lab.wait(lambda: seam.serves(seam.d2), 30, "d2 serves both families after the loss of one", 0.05)
        lab.expect([i["state"] for i in instances(seam.d1)] == ["FAULT", "FAULT"], f"{instances(seam.d1)}")
        seam.d1.ip(f"addr add {source}/64 dev eth0")
        lab.wait(lambda: seam.serves(seam.d1), 30, "d1 serves both families again", 0.05)
        left_clean(seam, names)


lab.main(restart_with_bfd, restart_with_group, restart_with_vmac, restart_with_hmac, everything)
