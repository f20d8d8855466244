#!/usr/bin/python3
"""on_address_mismatch: what a router with our VRID and other addresses is worth; and two that start while no frame passes."""
import time

import lab
from halves import T, faults, look, suspicions


def state(director):
    return look(director).get("state")


def mismatch():
    """A stronger stranger with our VRID: ignored it does not count; with fault it is one, by name, as long as it is heard."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.conf["d1"] = pair.conf["d1"].replace(lab.VIP, "192.0.2.200")
        conf = pair.conf["d2"].replace("priority 100", "priority 100\n    on_address_mismatch ignore")
        pair.d1.start(pair.conf["d1"])
        pair.d2.start(conf)
        lab.wait(lambda: state(pair.d2) == "MASTER", 30, "d2 serves its address all the same")
        lab.wait(lambda: "is ignored" in suspicions(pair.d2).get("address_list_differs", ""), 30, "d2 says whom it ignores")
        lab.expect(pair.d2.instance()["counters"]["dropped"]["address_list"] > 0, "nothing was dropped")
        pair.d2.reload(conf.replace("mismatch ignore", "mismatch fault"))
        lab.wait(lambda: state(pair.d2) == "FAULT", 30, "d2 is in FAULT")
        lab.expect("192.0.2.1" in faults(pair.d2)[0] and "on_address_mismatch" in faults(pair.d2)[0], f"{faults(pair.d2)}")
        lab.expect(lab.VIP not in pair.d2.addresses(), "the address stays")
        time.sleep(5 * T)
        lab.expect(state(pair.d2) == "FAULT", "FAULT ended though the stranger is heard")
        pair.d1.stop()
        lab.wait(lambda: state(pair.d2) == "MASTER", 30, "d2 serves again once the stranger is gone")


def ports_open_late():
    """T25: both start while their ports of the switch pass nothing to one another; once they do, one MASTER within an advert, and it stays."""
    with lab.Pair(version=3, interval=T) as pair:
        for director in pair.directors:
            pair.isolate(director)
        pair.start()
        lab.wait(lambda: len(pair.observer.holding()) == 2, 30, "each is alone in its world")
        for director in pair.directors:
            pair.isolate(director, False)
        opened = time.monotonic()
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 alone")
        took = time.monotonic() - opened
        time.sleep(4 * T)
        print(f"    one MASTER {took:.2f} s after the ports opened")
        lab.expect(took < 2.5 * T and pair.observer.holding() == ["d1"], f"{took:.2f} s: {pair.observer.history()}")
        lab.expect([e for e in pair.observer.events if e[0] > opened][:1][0][1:] == ("d2", "drops"), f"{pair.observer.history()}")


lab.main(mismatch, ports_open_late)
