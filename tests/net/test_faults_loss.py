#!/usr/bin/python3
"""Adverts that are lost, late, doubled, out of order, corrupt (relay.py; T46, T65). Audited by faults.py."""
import lab
import relay
from faults import NIGHTLY, Room, Row, run_rows


def at_random(_):
    """As many takeovers as the dice say, each for as long as adverts are missing; nobody is ever without a MASTER."""
    return {"moves": {"d1": "", "d2": None}, "split": True, "lines": 200}


def relayed(host, to, fate):
    """(inject, heal): adverts of host go to the other by a bad cable."""
    def inject(room):
        room.relay = relay.Relay(room, getattr(room, host), getattr(room, to), fate(room))
    return inject, lambda room: room.relay.stop()


def count_flips(room, fault):
    lab.expect(room.relay.flipped, "no advert was corrupted")
    fault.allowed.bad = {"d2": {"checksum": room.relay.flipped - 1}}


ROWS = (
    Row("F6", "every second advert is lost", *relayed("d1", "d2", lambda r: relay.every(2)), 1.5),
    Row("F7", "adverts are lost in bursts of two", *relayed("d1", "d2", lambda r: relay.bursts(7)), 1.5),
    Row("F8", "2.9 intervals late", *relayed("d1", "d2", lambda r: relay.late(8, 2.9 * r.interval, 0.3 * r.interval, 0.02)), 3),
    Row("F9", "twice, out of order, corrupt", *relayed("d1", "d2", lambda r: relay.muddle(9, r.interval)), 3, count_flips),
)
LONG = (
    Row("F6", "30 % are lost", *relayed("d1", "d2", lambda r: relay.loss(30, 0.3)), 60, allowed=at_random),
    Row("F6", "half are lost", *relayed("d1", "d2", lambda r: relay.loss(50, 0.5)), 60, allowed=at_random),
)


def losses():
    """A bad cable between the MASTER and the BACKUP."""
    with Room() as room:
        room.begin()
        run_rows(room, ROWS)
        if NIGHTLY:
            run_rows(room, LONG, 1)
        room.end()


lab.main(losses)
