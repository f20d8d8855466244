"""beside.py - a pair of two programs, in either order: stops, returns."""
import time

import lab

VIPD_FIRST, KEEPALIVED_FIRST = ("vipd", "keepalived"), ("keepalived", "vipd")


def both_ways(version, interval, programs, unicast=False):
    """d1 serves, stops, comes back. What vipd does when it leaves or yields costs nothing; keepalived's own stop costs skew."""
    with lab.Pair(version=version, interval=interval, programs=programs, unicast=unicast) as pair:
        pair.start()
        pair.settled()
        since = time.monotonic()
        probe = lab.Probe(pair.client)
        pair.d1.stop()
        lab.wait(lambda: pair.observer.holding() == ["d2"], pair.down + 2, "d2 took over")
        time.sleep(0.2)
        if programs == VIPD_FIRST:
            lab.expect_lossless(probe)
        else:
            skew = pair.down - 3 * interval
            lab.expect(probe.results()["longest_gap_ms"] <= 1000 * skew + 60, f"took over later than {skew:.3f} s + 60 ms")
        back = lab.Probe(pair.client)
        pair.start(pair.d1)
        pair.settled(pair.d1)
        pair.expect_masters(["d1", "d2", "d1"], since, without=pair.down)
        if programs == KEEPALIVED_FIRST:
            lab.expect_lossless(back)
        else:
            lab.expect(back.results()["longest_gap_ms"] <= 60, f"gap {back.result['longest_gap_ms']} ms at fail-back")
