#!/usr/bin/python3
"""on_transmit_failure: what a MASTER does whose adverts the kernel refuses, as the configuration has it."""
import time

import lab
from halves import T, faults, look, suspicions

FILTER = "table ip t { chain o { type filter hook output priority 0; ip protocol 112 drop; }\n}\n"


def state(director):
    return look(director).get("state")


def refuse(director, on=True):
    director.run("nft", *(("-f", "-") if on else ("delete", "table", "ip", "t")), text=FILTER if on else None)


def gives_up_to_a_peer(pair):
    refuse(pair.d1)
    lab.wait(lambda: state(pair.d1) == "FAULT", 30, "d1 is in FAULT")
    lab.expect(faults(pair.d1) == ["cannot transmit: Operation not permitted (on_transmit_failure)"], f"{faults(pair.d1)}")
    lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 alone serves")
    time.sleep(2.5)
    lab.expect(pair.observer.holding() == ["d2"] and state(pair.d1) == "FAULT", "d1 came back though its adverts are refused")
    sent = [a for a in pair.observer.adverts if a.host == "d1"][-1].when
    time.sleep(1.5)
    lab.expect([a for a in pair.observer.adverts if a.host == "d1"][-1].when == sent, "trying was heard on the wire")
    refuse(pair.d1, False)
    lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 serves again")
    lab.expect("VI_1: FAULT -> BACKUP" in pair.d1.log(), "not by way of BACKUP")


def refused():
    """Adverts that are refused: d1 gives up once d2 serves, and returns once it could send; with keep, it does not; alone, neither."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        gives_up_to_a_peer(pair)
        pair.d2.stop()
        refuse(pair.d1)
        lab.wait(lambda: "cannot_transmit" in suspicions(pair.d1), 30, "d1 says that it cannot")
        time.sleep(6 * T)
        lab.expect(pair.observer.holding() == ["d1"], "d1 gave up though nobody else serves")
        pair.d1.reload(pair.conf["d1"].replace("priority 150", "priority 150\n    on_transmit_failure fault"))
        lab.wait(lambda: state(pair.d1) == "FAULT", 30, "with fault, d1 gives up in any case")
        pair.d1.reload(pair.conf["d1"].replace("priority 150", "priority 150\n    on_transmit_failure keep"))
        lab.wait(lambda: state(pair.d1) == "MASTER", 30, "with keep, d1 serves")
        pair.d2.start()
        lab.wait(lambda: state(pair.d2) == "MASTER", 30, "d2 does not hear d1")
        time.sleep(6 * T)
        lab.expect(state(pair.d1) == "MASTER", "with keep, d1 gave up")


def refused_unicast():
    """The same to a unicast peer: given up, tried where nobody listens, and back."""
    with lab.Pair(version=3, interval=T, unicast=True) as pair:
        pair.start()
        pair.settled()
        gives_up_to_a_peer(pair)


lab.main(refused, refused_unicast)
