#!/usr/bin/python3
"""A pair forms: one MASTER, the stronger one, whoever starts first; v2 and v3, multicast and unicast."""
import os
import socket
import subprocess
import time

import lab
from halves import look


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


EMPTY = "unicast_peer is empty: there is nobody to speak to"
NAMED = "'peer2.example.org' is not an IP address"
SELF = "the peers list this router itself: 192.0.2.1 is its unicast_src_ip [W107]"
PEERS = (  # peers, a line of the instance; vipd -t: exit, words; state, what is sent to
    ("", "", 4, EMPTY, None, set()),
    ("peer2.example.org", "", 4, NAMED, None, set()),  # a name is refused, never looked up
    ("192.0.2.2\n        peer2.example.org", "", 4, NAMED, None, set()),
    ("", "unicast_fault_no_peer", 0, "clean", "FAULT", set()),
    ("192.0.2.1", "", 5, SELF, "MASTER", set()),
    ("192.0.2.2", "", 0, "clean", "MASTER", {"192.0.2.2"}),
)


def peers_of(peers, line=""):
    return lab.instance(100, 3, 0.2, f"unicast_src_ip 192.0.2.1\n    {line}\n    unicast_peer {{\n        {peers}\n    }}")


def sent(sock, seconds):
    """The daemon's adverts and IPv4 multicast of this time: (to, protocol)."""
    found, end = [], time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, address = sock.recvfrom(65536)
        except TimeoutError:
            break
        if address[2] != socket.PACKET_OUTGOING and data[12:14] == b"\x08\x00" and (data[0] & 1 or data[23] == 112):
            found.append((socket.inet_ntoa(data[30:34]), data[23]))
    return found


def said_of(director, conf):
    """Exit status and words of `vipd -t`."""
    director.write("/run/lab/daemon.conf", conf)
    done = subprocess.run(director.enter(os.path.join(lab.BIN, "vipd"), "-t", "-f", "/run/lab/daemon.conf"), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    return done.returncode, done.stdout


def runs_with_peers(director, sock, row):
    """One row of PEERS, started anew."""
    peers, line, code, words, state, to = row
    status, said = said_of(director, peers_of(peers, line))
    lab.expect(status == code and words in said, f"{row}: exit {status}: {said}")
    sent(sock, 0.5)
    mark = len(director.log())
    process = director.start()
    if state:
        lab.wait(lambda: look(director).get("state") == state, 30, f"{row}")
    else:
        lab.expect(process.wait(30) != 0 and words in director.log()[mark:], f"{row}: {director.log()[mark:]}")
    seen = sent(sock, 2 if state else 0.5)
    lab.expect({a for a, _ in seen} == to and {p for _, p in seen} <= {112}, f"{row}: sent {set(seen)}")
    lab.expect(state != "FAULT" or "unicast_peer is empty" in look(director)["faults"], f"{row}: {look(director)}")


def unicast_is_never_multicast():
    """T57: no peer, itself, a name, one peer: nothing goes to a group, not even IGMP; what cannot be is refused by its name."""
    with lab.Lab() as room:
        director, peer = room.director("d1", "192.0.2.1"), room.host("peer", "192.0.2.2")
        sock = room.frames(peer)
        director.start(lab.instance(100, 3, 0.2))
        lab.wait(lambda: ("224.0.0.18", 112) in sent(sock, 0.5), 30, "without the block it is multicast, and seen")
        lab.expect(director.stop() == 0, "it stops")
        lab.wait(lambda: not sent(sock, 2), 30, "the kernel has left the group, and repeats it no more")
        for row in PEERS:
            runs_with_peers(director, sock, row)
            if row[4] and row is not PEERS[-1]:
                lab.expect(director.stop() == 0, "it stops")
        for peers, words in (("", EMPTY), ("peer2.example.org", NAMED)):  # a reload that is refused changes nothing
            mark = len(director.log())
            director.reload(peers_of(peers))
            lab.wait(lambda at=mark, what=words: what in director.log()[at:], 30, f"{words}: in the log")
            seen = sent(sock, 2)
            lab.expect({a for a, _ in seen} == {"192.0.2.2"}, f"{words}: sent {set(seen)}")
        director.reload(peers_of("", "unicast_fault_no_peer"))
        lab.wait(lambda: look(director).get("state") == "FAULT", 30, "the last peer is taken away")
        lab.expect({a for a, _ in sent(sock, 0.5)} <= {"192.0.2.2"}, "it turned to the group")
        lab.expect(not sent(sock, 2), "without a peer it speaks")


lab.main(v2_multicast, v3_multicast, v2_unicast, v3_unicast, unicast_is_never_multicast)
