#!/usr/bin/python3
"""T55: two heartbeat paths and a witness, of words that are there: a vrrp_sync_group of one instance in the front network and one on a
line of its own (silence counts when it is everybody's), and track_gateway as the third vote."""
import time

import lab

INTERVAL, DOWN, GATEWAY = 0.2, 0.8, "192.0.2.254"
LINE = {"d1": "10.9.0.1", "d2": "10.9.0.2"}


def config(priority, gateway):
    """`gateway`: the words behind it are the policy for a witness that is gone: FAULT, or a weight."""
    front = lab.instance(priority, 3, INTERVAL, gateway)
    line = lab.instance(priority, 3, INTERVAL, "dont_track_primary", "VI_2", 52, ("10.9.0.100",), "eth1")
    return f"vrrp_sync_group G {{\n    group {{\n        VI_1\n        VI_2\n    }}\n}}\n{front}{line}"


class Wires(lab.Pair):
    """A pair whose eth1 are the ends of a line of their own, and a gateway in the front network."""

    def __init__(self, words):
        super().__init__(version=3, interval=INTERVAL)
        self.gateway = self.host("gw", GATEWAY)
        self.switch.ip("link add line type bridge mcast_snooping 0 forward_delay 0", "link set line up")
        for number, (director, priority) in enumerate(zip(self.directors, self.priorities), 1):
            self.plug(director, "eth1", LINE[director.name], f"02:00:00:00:09:{number:02x}", f"{director.name}line")
            self.switch.ip(f"link set {director.name}line master line")
            self.conf[director.name] = config(priority, f"track_gateway {GATEWAY} interval 0.2 hold 0.5 {words}")
        self.start()
        self.settled()
        lab.wait(lambda: all(self.sees(d) for d in self.directors), 30, "both see the gateway")

    @staticmethod
    def sees(director):
        trackers = [t for t in director.instance()["trackers"] if t["kind"] == "gateway"]
        return trackers and all(t["state"] == "up" for t in trackers)

    def line(self, works):
        for director in self.directors:
            self.deaf(director, "" if works else "ip protocol 112", f"{director.name}line")

    def front(self, works):
        for director in self.directors:
            self.deaf(director, "" if works else "ip protocol 112")

    def without_witness(self, *directors):
        """The gateway answers all but these."""
        macs = ", ".join(d.cable[2] for d in directors)
        self.deaf(self.gateway, f"ether daddr {{ {macs} }} ether type arp" if macs else "")

    def states(self):
        return [d.instance()["state"] for d in self.directors]

    def stays(self, seconds, what):
        """d1 is the only one that serves, and d2 never spoke."""
        since = time.monotonic()
        time.sleep(seconds)
        lab.expect(self.observer.holding() == ["d1"] and self.states() == ["MASTER", "BACKUP"],
                   f"{what}: {self.observer.holding()}, {self.states()}")
        spoke = [a for vrid in (51, 52) for a in self.observer.adverts_of("d2", since, vrid) if a.priority]
        lab.expect(not spoke, f"{what}: d2 advertised: {spoke[:2]}")

    def one_owner(self, director, states, what):
        lab.wait(lambda: self.observer.holding() == [director.name] and self.states() == states, 30,
                 lambda: f"{what}: {director.name} alone: {self.observer.holding()}, {self.states()}")


def one_path_is_cut():
    """The line alone, by silence and by carrier: nothing moves. The front alone: one owner by the line, and d2 says that it is deaf there."""
    with Wires("") as wires:
        wires.line(False)
        wires.stays(3 * DOWN, "the line is silent")
        wires.line(True)
        wires.switch.ip("link set d1line down")
        wires.stays(3 * DOWN, "the line has no carrier")
        wires.switch.ip("link set d1line up")
        wires.stays(2 * DOWN, "the line is back")
        wires.front(False)
        wires.stays(3 * DOWN, "the front is silent")
        lab.expect("VI_1: BACKUP: no advert for 0." in wires.d2.log() and "but its sync group hears a MASTER elsewhere" in wires.d2.log(),
                   "d2 does not say that the front is cut")
        wires.front(True)
        wires.stays(2 * DOWN, "the front is back")
        wires.cut(wires.d1)
        wires.one_owner(wires.d2, ["FAULT", "MASTER"], "the front's cable of d1")
        wires.mend(wires.d1)
        wires.one_owner(wires.d1, ["MASTER", "BACKUP"], "the cable is back")


def both_are_cut():
    """Whoever the witness does not answer releases, the other one serves: either way round, and one owner after each heal."""
    with Wires("") as wires:
        for loser, winner, states in ((wires.d1, wires.d2, ["FAULT", "MASTER"]), (wires.d2, wires.d1, ["MASTER", "FAULT"])):
            wires.without_witness(loser)
            wires.line(False)
            wires.front(False)
            wires.one_owner(winner, states, f"{loser.name} is cut off")
            wires.without_witness()
            wires.front(True)
            wires.line(True)
            wires.one_owner(wires.d1, ["MASTER", "BACKUP"], "healed")


def witness_is_dead():
    """The policy: with a weight who serves goes on, both weigh less; without one nobody serves whom the witness does not answer."""
    with Wires("weight -60") as wires:
        wires.without_witness(*wires.directors)
        lab.wait(lambda: [d.instance()["effective_priority"] for d in wires.directors] == [90, 40], 30, "both weigh less")
        wires.stays(2 * DOWN, "without a witness, with a weight")
        wires.without_witness()
        lab.wait(lambda: all(wires.sees(d) for d in wires.directors), 30, "both see the gateway")
        for director, priority in zip(wires.directors, wires.priorities):
            director.reload(config(priority, f"track_gateway {GATEWAY} interval 0.2 hold 0.5"))
        lab.wait(lambda: all(d.status()["generation"] == 2 for d in wires.directors), 30, "reloaded")
        wires.stays(DOWN, "without a weight")
        wires.without_witness(*wires.directors)
        lab.wait(lambda: wires.observer.holding() == [] and wires.states() == ["FAULT", "FAULT"], 30, "nobody serves")
        wires.without_witness()
        wires.one_owner(wires.d1, ["MASTER", "BACKUP"], "the witness is back")


lab.main(one_path_is_cut, both_are_cut, witness_is_dead)
