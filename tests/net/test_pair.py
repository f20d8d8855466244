#!/usr/bin/python3
"""A pair forms: one MASTER, the stronger one, whoever starts first; v2 and v3, multicast and unicast."""
import lab


def form(version, unicast):
    with lab.Pair(version=version, interval=1 if version == 2 else 0.2, unicast=unicast) as pair:
        pair.start()
        pair.settled()
        probe = lab.Probe(pair.client)
        probe.results(1)
        since = pair.observer.events[0][0]
        lab.expect(probe.result["lost"] == 0, f"lost {probe.result['lost']}")
        lab.expect(pair.observer.longest(2, since) < 0.2, f"two MASTERs: {pair.observer.history()}")
        lab.expect(pair.observer.masters(since)[-1:] == ["d1"], f"advertised: {pair.observer.masters()}")
        adverts = pair.observer.adverts_of("d1")
        lab.expect(all(a.version == version and a.ttl == 255 for a in adverts), f"{adverts[:3]}")
        lab.expect({a.to for a in adverts} == {"192.0.2.2" if unicast else "224.0.0.18"}, f"sent to {[a.to for a in adverts]}")


def v2_multicast():
    form(2, False)


def v3_multicast():
    form(3, False)


def v2_unicast():
    form(2, True)


def v3_unicast():
    form(3, True)


lab.main(v2_multicast, v3_multicast, v2_unicast, v3_unicast)
