#!/usr/bin/python3
"""Directors that boot while the ports of the switch pass nothing, as STP and LACP do at first: what they do then, and once frames pass."""
import time

import lab
from halves import T


def dead(pair, director, on=True):
    """The port passes nothing in either direction, and the carrier stays."""
    pair.switch.run("bridge", "link", "set", "dev", director.name, "state", "listening" if on else "forwarding")


def neighbour(client):
    words = client.run("ip", "neigh", "show", lab.VIP).split()
    return words[words.index("lladdr") + 1] if "lladdr" in words else None


def both():
    """T25: Both boot with carrier and dead ports: RFC 9568 6.4.2 has both claim; once frames pass d1 is alone within an advert or two."""
    with lab.Pair(version=3, interval=T) as pair:
        for director in pair.directors:
            dead(pair, director)
        pair.start()
        lab.wait(lambda: pair.holds(pair.d1) and pair.holds(pair.d2), 30, "both hold the VIP")
        time.sleep(3 * T)
        for director in pair.directors:
            dead(pair, director, False)
        start = time.monotonic()
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 alone holds the VIP")
        took = time.monotonic() - start
        pair.client.run("ping", "-c1", "-W5", lab.VIP)
        print(f"    one MASTER {took:.2f} s after the ports opened")
        lab.expect(took < 4 * T, "they went on beside one another")
        lab.expect(neighbour(pair.client) == "02:00:00:00:00:01", f"the client is on {neighbour(pair.client)}")


def one(nopreempt):
    """d2 serves, d1 boots behind a dead port: d2 goes on serving the clients meanwhile; the stronger one has them when frames pass."""
    with lab.Pair(version=3, interval=T, extra="nopreempt" if nopreempt else "") as pair:
        pair.start(pair.d2)
        pair.settled(pair.d2)
        pair.client.run("ping", "-c1", "-W5", lab.VIP)
        dead(pair, pair.d1)
        pair.start(pair.d1)
        lab.wait(lambda: pair.holds(pair.d1), 30, "d1 claims: it hears nobody")
        time.sleep(2 * T)
        pair.client.run("ping", "-c1", "-W5", lab.VIP)
        lab.expect(neighbour(pair.client) == "02:00:00:00:00:02", f"the client went to {neighbour(pair.client)}")
        dead(pair, pair.d1, False)
        start = time.monotonic()
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 alone holds the VIP")
        lab.expect(time.monotonic() - start < 4 * T, "they went on beside one another")
        lab.wait(lambda: neighbour(pair.client) == "02:00:00:00:00:01", 10, "the client is on d1")


def one_preempts():
    """T07: The stronger director boots behind a dead port."""
    one(False)


def one_does_not():
    """T07: The same with nopreempt: a MASTER that heard nobody is one, and the higher priority decides between two MASTERs."""
    one(True)


def boots_after_a_power_cut():
    """
    D14: the MASTER's power fails and comes back, its port forwards a second later than its link is up. With vrrp_startup_delay longer
    than that it claims nothing before frames pass: no advert, no VIP; then it preempts, and no client is without answer.
    """
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.conf["d1"] = "global_defs {\n    vrrp_startup_delay 2\n}\n" + pair.conf["d1"]
        pair.start()
        pair.settled()
        cut = time.monotonic()
        pair.d1.power_cut()
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over")
        print(f"    d2 took over {pair.observer.events[-1][0] - cut:.2f} s after the power cut")
        lab.expect(pair.observer.events[-1][0] - cut < pair.down + 0.3, "not in its down interval")
        pair.power_back(pair.d1)
        dead(pair, pair.d1)
        since = time.monotonic()
        pair.start(pair.d1)
        lab.wait(lambda: pair.d1.log().count(" runs: ") == 2, 10, "d1 runs")
        time.sleep(max(0.0, since + 1.2 - time.monotonic()))  # longer than the down interval
        lab.expect(not pair.observer.adverts_of("d1", since) and lab.VIP not in pair.d1.addresses(), "d1 claims behind a dead port")
        dead(pair, pair.d1, False)
        pair.d1.popen(f"{lab.BIN}/probe_echo", 7000, "d1", log="echo_d1.log")
        probe = lab.Probe(pair.client)
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 preempts")
        pair.expect_masters(["d2", "d1"], since)
        lab.expect_lossless(probe)


lab.main(both, one_preempts, one_does_not, boots_after_a_power_cut)
