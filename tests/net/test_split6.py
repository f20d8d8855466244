#!/usr/bin/python3
"""Split brain of IPv6: asked by neighbour solicitation, explained by name, over with the cause; who is told when an interface returns."""
import time

import lab
from halves import look
from link_local import LINK, OWN, VIP, Six, Wire, holds, instance


def suspicions(director):
    return {s["name"]: s["detail"] for s in look(director, "VI_6").get("suspicions", [])}


def adverts_dropped():
    """T01: protocol 112 of IPv6 dies at the switch, both ways: both say who else answers, and that nothing of it is heard."""
    with Six() as six:
        for director, priority in ((six.d1, 150), (six.d2, 100)):
            director.start(instance(priority).replace("advert_int 0.2", "advert_int 0.5"))
        six.serves(six.d1)
        wire = Wire(six, six.d2)
        for director in (six.d1, six.d2):
            six.deaf(director, "ip6 nexthdr 112")
        lab.wait(lambda: holds(six.d1) and holds(six.d2), 30, "two MASTERs")
        for director, other in ((six.d1, 2), (six.d2, 1)):
            lab.wait(lambda d=director: "split_suspected" in suspicions(d), 30, f"{director.name} suspects it")
            detail = suspicions(director)["split_suspected"]
            lab.expect(f"is also answered by 02:00:00:00:00:0{other}" in detail, detail)
        lab.expect("deaf" in suspicions(six.d2), f"{suspicions(six.d2)}")
        asked = [f for f in wire.read() if f[20] == 58 and f[54] == 135]
        lab.expect(asked and asked[0][21] == 255 and asked[0][22:38] != b"\0" * 16, f"asked by {asked[:1]}")
        print(f"    d1: {suspicions(six.d1)}\n    d2: {suspicions(six.d2)}")
        time.sleep(2)
        lab.expect("split_suspected" in suspicions(six.d2), "given up too early")
        for director in (six.d1, six.d2):
            six.deaf(director, "")
        six.serves(six.d1)
        lab.wait(lambda: not suspicions(six.d1) and not suspicions(six.d2), 30, "nothing is suspected any more")


def refused():
    """T43: adverts of IPv6 that the kernel refuses: d1 gives up once d2 serves, tries without a word on the wire, and returns."""
    with Six() as six:
        for director, priority in ((six.d1, 150), (six.d2, 100)):
            director.start(instance(priority).replace("advert_int 0.2", "advert_int 0.5"))
        six.serves(six.d1)
        six.d1.run("nft", "-f", "-", text="table ip6 t { chain o { type filter hook output priority 0; meta l4proto 112 drop; }\n}\n")
        lab.wait(lambda: look(six.d1, "VI_6").get("state") == "FAULT", 30, "d1 gives up")
        six.serves(six.d2)
        wire = Wire(six, six.d1)
        time.sleep(3)
        lab.expect(look(six.d1, "VI_6").get("state") == "FAULT", "d1 came back though its adverts are refused")
        lab.expect(not [f for f in wire.read() if f[20] == 112], "trying was heard on the wire")
        six.d1.run("nft", "delete", "table", "ip6", "t")
        lab.wait(lambda: look(six.d1, "VI_6").get("state") == "BACKUP", 30, "d1 takes part again")
        six.serves(six.d1)


def interface_returns():
    """ND-14: the interface goes and comes back, and the addresses with it: announced to all nodes, with Override."""
    with Six() as six:
        six.d1.start(instance(150))
        six.serves(six.d1)
        wire = Wire(six, six.d1)
        six.d1.ip("link set eth0 down")
        lab.wait(lambda: six.d1.instance("VI_6")["state"] == "FAULT", 30, "FAULT")
        six.d1.ip("link set eth0 up")
        six.serves(six.d1)
        lab.wait(lambda: wire.announcements(VIP) and wire.announcements(LINK), 10, "both addresses are announced")
        frame = wire.announcements(VIP)[0]
        lab.expect(frame[58] & 0x20 and frame[:6].hex(":") == "33:33:00:00:00:01", f"announced with {frame.hex()}")


def global_address_first():
    """5.2.9: a router whose list begins with a global address is accepted, and pointed at."""
    with Six() as six:
        six.d1.start(instance(150, [f"{VIP}/64"]))
        six.d2.start(instance(100))
        lab.wait(lambda: (look(six.d2, "VI_6").get("peer") or {}).get("first_not_link_local"), 30, "d2's status says so")
        lab.expect(f"the first address in the adverts of {OWN['d1']} is not link-local" in six.d2.log(), "the log does not")
        lab.expect(six.d2.instance("VI_6")["state"] == "BACKUP", "not accepted")


lab.main(adverts_dropped, refused, interface_returns, global_address_first)
