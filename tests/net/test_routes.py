#!/usr/bin/python3
"""virtual_routes: there while MASTER, put back when somebody removes them, adopted or removed after a crash."""
import os
import signal
import time

import lab

GATEWAY = "192.0.2.9"
EXTRA = f"""virtual_routes {{
        default via {GATEWAY} dev eth0
        src {lab.VIP} to 10.1.0.0/16 via {GATEWAY} metric 7
        10.2.0.0/16 dev eth0 table 100
        blackhole 10.3.0.0/16
    }}"""


def routes(director):
    """What is there with vipd's mark, in all tables."""
    shown = director.run("ip", "-4", "route", "show", "table", "all", "proto", "112")
    return sorted(line.strip() for line in shown.splitlines())


WANTED = [f"10.1.0.0/16 via {GATEWAY} dev eth0 src {lab.VIP} metric 7", "10.2.0.0/16 dev eth0 table 100 scope link",
          "blackhole 10.3.0.0/16", f"default via {GATEWAY} dev eth0"]


def follow_the_master():
    """They move with the VIP; one that is removed is back within 50 ms (best of three), all after the link was down."""
    with lab.Pair(version=3, interval=0.1, extra=EXTRA) as pair:
        pair.start()
        pair.settled()
        lab.expect(routes(pair.d1) == WANTED, f"routes {routes(pair.d1)}")
        lab.expect(routes(pair.d2) == [], f"d2 has {routes(pair.d2)}")
        took = []
        for _ in range(3):
            pair.d1.ip("route del default")
            deleted = time.monotonic()
            lab.wait(lambda: pair.d1.run("ip", "route", "show", "default"), 1, "the route is back", step=0)
            took.append(time.monotonic() - deleted)
            time.sleep(0.3)
        print(f"    back after {[round(t * 1000, 1) for t in took]} ms")
        lab.expect(min(took) <= 0.050, f"back after {took}")
        pair.d1.ip("link set eth0 down")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 2, "d2 took over")
        lab.wait(lambda: len(routes(pair.d2)) == 4, 1, "d2 has the routes")
        pair.d1.ip("link set eth0 up")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 4, "d1 came back")
        lab.wait(lambda: len(routes(pair.d1)) == 4, 1, "d1 has all of them again")
        lab.wait(lambda: routes(pair.d2) == [], 1, "d2 has none")
        lab.expect(pair.d1.stop() == 0 and routes(pair.d1) == [], f"left behind: {routes(pair.d1)}")


def crashed():
    """The vrrp process dies: they stay and are adopted. All of it dies: the next run removes those it does not know."""
    with lab.Pair(version=3, interval=0.2, extra=EXTRA) as pair:
        pair.start(pair.d1)
        pair.settled()
        before = pair.d1.family()["vrrp"]
        os.kill(before, signal.SIGKILL)
        lab.wait(lambda: pair.d1.family().get("vrrp") not in (None, before), 1, "the vrrp process is back")
        time.sleep(0.5)
        lab.expect(routes(pair.d1) == WANTED, f"routes {routes(pair.d1)}")
        pids = pair.d1.family().values()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, sig)
        pair.d1.daemon.wait()
        lab.expect(len(routes(pair.d1)) == 4, "a dead daemon leaves its routes")
        pair.d1.start(pair.conf["d1"].replace("10.3.0.0", "10.4.0.0"))
        lab.wait(lambda: len(routes(pair.d1)) == 4 and "blackhole 10.4.0.0/16" in "".join(routes(pair.d1)), 3, "the new ones")


lab.main(follow_the_master, crashed)
