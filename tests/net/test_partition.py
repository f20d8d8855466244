#!/usr/bin/python3
"""
Two halves of a network, a MASTER in each, and clients in d2's. When the halves are one again, d2 may hear d1 before d1 hears d2: then d1
never knows that clients were told otherwise. d2, which yields, asks who has the addresses, and d1 tells everybody.
"""
import random
import time

import lab
from link_local import Six, VIP, instance

T = 0.2
HEALS = 6
MINE = "02:00:00:00:00:01"
OTHER = "vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"


def part(room, on):
    """Nothing comes from d1 or goes to it; its carrier stays."""
    room.deaf(room.d1, "meta protocol != 0" if on else "")
    if on:
        room.switch.run("nft", "-f", "-", text="table netdev apart { chain e { type filter hook egress device d1 priority 0; drop; }\n}\n")
    else:
        room.switch.run("nft", "delete", "table", "netdev", "apart")


def entry(client, vip, family="-4"):
    words = client.run("ip", family, "neigh", "show", vip).split()
    return words[words.index("lladdr") + 1] if "lladdr" in words else None


def meet(client, vip, family="-4"):
    client.run("ip", "neigh", "flush", "all")
    client.run("ping", family, "-c1", "-W1", vip, check=False)
    return entry(client, vip, family)


def halves(room, vip, both, alone, family="-4"):
    """Time and again, at any moment of an interval: the clients follow d1 within half a second after d2 let go."""
    dice, took = random.Random(1), []
    for _ in range(HEALS):
        part(room, True)
        lab.wait(both, 30, "a MASTER in each half")
        time.sleep(1 + dice.random() * T)
        lab.wait(lambda: meet(room.client, vip, family) == "02:00:00:00:00:02", 10, "the client is in d2's half")
        part(room, False)
        lab.wait(alone, 30, "d1 alone")
        since = time.monotonic()
        lab.wait(lambda: entry(room.client, vip, family) == MINE, 10, "the client follows d1")
        took.append(time.monotonic() - since)
        time.sleep(0.5)
    print(f"    the client followed after {[round(t * 1000) for t in took]} ms")
    lab.expect(max(took) < 0.5, f"{took}")


def apart():
    """T02: one virtual router."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        halves(pair, lab.VIP, lambda: len(pair.observer.holding()) == 2, lambda: pair.observer.holding() == ["d1"])


def apart_in_a_group():
    """F16: members of a sync group, of which one alone may hear the other side."""
    with lab.Pair(version=3, interval=T) as pair:
        for name, priority in (("d1", 150), ("d2", 100)):
            pair.conf[name] = OTHER + pair.conf[name] + lab.instance(priority, 3, T, name="VI_2", vrid=52, vips=("192.0.2.101",))
        pair.start()
        pair.settled()
        halves(pair, lab.VIP, lambda: len(pair.observer.holding()) == 2, lambda: pair.observer.holding() == ["d1"])


def apart_over_ipv6():
    """T02: IPv6, where every host that is asked so tells all nodes."""
    with Six() as six:
        six.d1.start(instance(150))
        six.serves(six.d1)
        six.d2.start(instance(100))

        def states():
            return [d.instance("VI_6").get("state") for d in (six.d1, six.d2)]

        lab.wait(lambda: states() == ["MASTER", "BACKUP"], 30, "d2 hears d1")
        halves(six, VIP, lambda: states() == ["MASTER", "MASTER"], lambda: states() == ["MASTER", "BACKUP"], "-6")


lab.main(apart, apart_in_a_group, apart_over_ipv6)
