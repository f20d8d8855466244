#!/usr/bin/python3
"""Split brain is explained: who suspects what, by name, while it lasts; after the heal one MASTER, and the clients are on it."""
import os
import subprocess
import time

import lab
from halves import T, suspicions

VIPCTL = os.path.join(lab.BIN, "vipctl")


def check(director):
    """Exit status and output of vipctl check."""
    done = subprocess.run(director.enter(VIPCTL, "check"), stdout=subprocess.PIPE, text=True, timeout=20)
    return done.returncode, done.stdout


def neighbour(client):
    """The MAC that the client has for the VIP."""
    words = client.run("ip", "neigh", "show", lab.VIP).split()
    return words[words.index("lladdr") + 1] if "lladdr" in words else None


def expect_healed(pair, since):
    """d1 alone within an advert or two, and the client's entry is d1's half a second later."""
    lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 alone holds the VIP")
    healed = time.monotonic()
    lab.wait(lambda: neighbour(pair.client) == "02:00:00:00:00:01", 30, f"the client is on d1, not {neighbour(pair.client)}")
    print(f"    one MASTER {healed - since:.2f} s after the heal, the client on it {time.monotonic() - healed:.2f} s later")
    lab.expect(time.monotonic() - healed < 1.5, "the client stayed on the other one")
    lab.wait(lambda: not suspicions(pair.d1) and not suspicions(pair.d2), 30, "nothing is suspected any more")


def ping(pair):
    pair.client.run("ping", "-c1", "-W1", lab.VIP, check=False)


def adverts_dropped_both_ways():
    """MC-04:
    T01: protocol 112 dies at the switch, the carrier stays: both say split_suspected, by whom, and deaf; it ends with the cause."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        ping(pair)
        for director in pair.directors:
            pair.deaf(director)
        lab.wait(lambda: len(pair.observer.holding()) == 2, 30, "two MASTERs")
        lab.wait(lambda: "split_suspected" in suspicions(pair.d1) and "split_suspected" in suspicions(pair.d2), 10, "both suspect it")
        lab.expect("02:00:00:00:00:02" in suspicions(pair.d1)["split_suspected"], f"{suspicions(pair.d1)}")
        lab.expect("02:00:00:00:00:01" in suspicions(pair.d2)["split_suspected"], f"{suspicions(pair.d2)}")
        lab.expect("deaf" in suspicions(pair.d2), f"{suspicions(pair.d2)}")
        time.sleep(2)
        lab.expect("split_suspected" in suspicions(pair.d1) and "split_suspected" in suspicions(pair.d2), "it was given up too early")
        print(f"    d1: {suspicions(pair.d1)}\n    d2: {suspicions(pair.d2)}")
        code, text = check(pair.d1)
        lab.expect(code == 2 and "CRITICAL: VI_1: split_suspected: " in text, f"vipctl check: {code}: {text}")
        lab.expect("ALARM split_suspected since" in pair.d1.run(VIPCTL, "status"), "vipctl status does not say it")
        for director in pair.directors:
            pair.deaf(director, "")
        expect_healed(pair, time.monotonic())
        lab.expect("split_suspected is over after" in pair.d1.log(), "the log does not say that it is over")
        lab.expect(check(pair.d1) == (0, "OK: 1 instances, 0 services\n"), f"vipctl check: {check(pair.d1)}")


def one_way():
    """T02:
    d1's adverts do not reach d2: d1 says unheard and keeps the clients; d2 says split_suspected; the heal leaves d1 alone."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.start()
        pair.settled()
        ping(pair)
        pair.deaf(pair.d1)
        lab.wait(lambda: "unheard" in suspicions(pair.d1), 30, "d1 is unheard")
        lab.wait(lambda: "split_suspected" in suspicions(pair.d2), 30, "d2 suspects a split")
        time.sleep(1)
        lab.expect(neighbour(pair.client) == "02:00:00:00:00:01", f"the client is on {neighbour(pair.client)}")
        pair.deaf(pair.d1, "")
        expect_healed(pair, time.monotonic())


def cannot_transmit():
    """T43 T02:
    d1's own filter eats its adverts: cannot_transmit with the errno; it keeps the address (keep), or leaves it to d2 (yield); once
    the filter is gone, d1 alone with the clients on it."""
    for policy in ("keep", "yield"):
        with lab.Pair(version=3, interval=T, extra=f"on_transmit_failure {policy}") as pair:
            pair.start()
            pair.settled()
            ping(pair)
            pair.d1.run("nft", "-f", "-", text="table ip t { chain o { type filter hook output priority 0; ip protocol 112 drop; }\n}\n")
            lab.wait(lambda: suspicions(pair.d1).get("cannot_transmit") == "Operation not permitted", 30, "d1 says that it cannot")
            want = ["d1", "d2"] if policy == "keep" else ["d2"]
            lab.wait(lambda: sorted(pair.observer.holding()) == want, 30, f"{want} hold the VIP")
            time.sleep(1)
            lab.expect(sorted(pair.observer.holding()) == want, f"not {want} any more")
            pair.d1.run("nft", "delete", "table", "ip", "t")
            expect_healed(pair, time.monotonic())


lab.main(adverts_dropped_both_ways, one_way, cannot_transmit)
