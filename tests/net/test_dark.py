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


lab.main(both, one_preempts, one_does_not)
