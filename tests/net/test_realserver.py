#!/usr/bin/python3
"""`vipctl realserver`: what a real server of direct routing says in ARP, seen by a neighbour; check says the same from inside; undo leaves
the host as it was."""
import json
import os
import socket

import lab
from ward import MACVLANS, RIP, STATE, VIP, VIP6, VIPCTL, Ward, check_devices


# where the VIP is; settings; does the neighbour get an answer; does the server tell the VIP in requests of its own. Rows of doc/ipvs.md.
LO, ETH, HOST, ROUTE = "addr add {}/32 dev lo", "addr add {}/32 dev eth0", "addr add {}/32 dev {} scope host", "route add local {}/32 dev lo"
MATRIX = (
    ("lo", LO, {}, True, True),  # ARP-01 ARP-12
    ("lo", LO, {"lo__arp_ignore": 1, "lo__arp_announce": 2}, True, True),  # ARP-02 ARP-15
    ("lo", LO, {"lo__arp_ignore": 2}, True, True),
    ("lo", LO, {"eth0__arp_ignore": 1}, False, True),  # ARP-03
    ("lo", LO, {"eth0__arp_ignore": 2}, False, True),
    ("lo", LO, {"all__arp_ignore": 1, "all__arp_announce": 1}, False, True),  # ARP-13
    ("lo", LO, {"all__arp_ignore": 2, "eth0__arp_announce": 2}, False, False),  # ARP-15
    ("lo", LO, {"all__arp_ignore": 1, "all__arp_announce": 2}, False, False),  # ARP-14
    ("lo", LO, {"all__arp_ignore": 3, "all__arp_announce": 2}, True, False),  # ARP-04
    ("lo, scope host", "addr add {}/32 dev lo scope host", {"all__arp_ignore": 3, "all__arp_announce": 2}, False, False),
    ("lo", LO, {"all__arp_ignore": 1, "eth0__arp_ignore": 3, "all__arp_announce": 2}, True, False),  # ARP-11
    ("lo", LO, {"all__arp_ignore": 3, "eth0__arp_ignore": 1, "all__arp_announce": 2, "eth0__arp_announce": 1}, True, False),
    ("lo", LO, {"all__arp_filter": 1, "all__arp_announce": 2}, True, False),  # ARP-09
    ("eth0", ETH, {"all__arp_announce": 2}, True, False),  # ARP-06
    ("eth0", ETH, {"all__arp_ignore": 1, "all__arp_announce": 2}, True, False),
    ("eth0", ETH, {"all__arp_ignore": 2, "all__arp_announce": 2}, True, False),
    ("eth0", ETH, {"all__arp_ignore": 3, "all__arp_announce": 2}, True, False),
    ("eth0, scope host", "addr add {}/32 dev eth0 scope host", {"all__arp_ignore": 3, "all__arp_announce": 2}, False, False),
    ("route", ROUTE, {"all__arp_announce": 2}, True, False),  # ARP-07
    ("route", ROUTE, {"all__arp_ignore": 1, "all__arp_announce": 2}, False, False),
)


def matrix():
    """Every row: the wire says what the row says, and check says what the wire says."""
    with Ward() as ward:
        lab.expect(ward.found(VIP, code=2) == ["not-local"], "an address that is not there")
        for place, command, settings, answers, tells in MATRIX:
            row = f"VIP on {place}, {settings}"
            ward.server.ip(command.format(VIP))
            ward.server.sysctl(**{f"ipv4__conf__{key}": value for key, value in settings.items()})
            lab.expect(ward.asks() == answers if answers else ward.silent(), f"{row}: answers differ from {answers}")
            lab.expect((ward.teller() == VIP) == tells, f"{row}: tells differ from {tells}")
            wrong = ["arp-answered"] * answers + ["arp-told"] * tells
            lab.expect(ward.found(VIP, code=2 if wrong else 0) == wrong, f"{row}: check does not say {wrong}")
            ward.server.sysctl(**{f"ipv4__conf__{key}": 0 for key in settings})
            ward.server.ip(command.format(VIP).replace(" add ", " del "))
        ward.server.ip(LO.format(VIP))
        ward.server.sysctl(ipv4__conf__all__arp_ignore=8, ipv4__conf__all__arp_announce=2)
        lab.expect(ward.silent() and ward.silent(RIP), "ARP-05: arp_ignore 8 is silent about everything")
        lab.expect(ward.found(VIP, code=2) == ["rip-silent"], "check says so")


def macvlans():
    """ARP-08: a macvlan for the VIP answers with a MAC of its own until ARP is off there: the wire says so, and check does."""
    check_devices(MACVLANS)


def filtered():
    """ARP-10, ARP-16: the filter alone, with the VIP on the network card as in the days of arptables: silent for it, not for the RIP."""
    with Ward() as ward:
        ward.server.ip(ETH.format(VIP))
        lab.expect(ward.asks() and ward.teller() == VIP, "loud before")
        ward.server.run("nft", "-f", "-", text=f"""table arp lvs {{
    chain in {{ type filter hook input priority 0; arp operation request arp daddr ip {VIP} drop; }}
    chain out {{ type filter hook output priority 0; arp saddr ip {VIP} arp saddr ip set {RIP}; }}
}}
""")
        lab.expect(ward.silent() and ward.asks(RIP) and ward.teller() == RIP, "silent for the VIP, requests tell the RIP")
        lab.expect(ward.found(VIP, code=0) == [], "check has read the rules")


def methods():
    """ARP-18, ARP-19. Each method: loud before, silent after, a second application changes nothing, and undo leaves what was."""
    with Ward() as ward:
        ward.server.run("nft", "-f", "-", text="table inet house {\n\tchain in {\n\t\ttype filter hook input priority 0;\n\t}\n}\n")
        before = ward.world()
        for method in ("sysctl", "nft", "auto"):
            said = ward.vipctl("apply", VIP, VIP6, "--method", method)
            lab.expect(f"{VIP}: by {'sysctl' if method == 'auto' else method} on lo" in said, said)
            lab.expect(ward.silent() and ward.asks(RIP), f"{method}: silent for the VIP, not for the RIP")
            lab.expect(ward.teller() == RIP, f"{method}: requests tell the RIP")
            lab.expect(ward.found(code=0) == [], f"{method}: check is content")
            after = ward.world()
            lab.expect(after != before, "something was done")
            ward.vipctl("apply", VIP, VIP6)
            lab.expect(ward.world() == after, f"{method}: a second application changes nothing")
            ward.vipctl("undo")
            lab.expect(ward.world() == before, f"{method}: {ward.world()} is not what was: {before}")
            lab.expect("no address was put there" in ward.vipctl("check", code=2), "nothing is left to check")
            lab.expect(not os.path.exists(f"/proc/{ward.server.pid}/root{STATE}"), "the state is gone")


def neighbours6():
    """IPv6: on lo nobody hears of it; on eth0 solicitations are answered, and check says so."""
    with Ward() as ward:
        for host, address in ((ward.server, "2001:db8::11"), (ward.client, "2001:db8::9")):
            host.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
            host.ip(f"addr add {address}/64 dev eth0 nodad")

        def reaches(address):
            ward.client.run("ip", "neigh", "flush", "all")
            return "1 received" in ward.client.run("ping", "-c", "1", "-W", "2", address, check=False)
        lab.wait(lambda: reaches("2001:db8::11"), 30, "the server by its own address")
        ward.vipctl("apply", VIP6)
        lab.expect(not reaches(VIP6), "no neighbour advertisement for the VIP")
        lab.expect(ward.found(VIP6, code=1) == ["no-gateway"], "check misses the default route alone")
        ward.vipctl("undo", VIP6)
        ward.server.ip(f"addr add {VIP6}/128 dev eth0 nodad")
        lab.expect(reaches(VIP6), "on eth0 it is answered for")
        lab.expect("nd-answered" in ward.found(VIP6, code=2), "check says so")
        lab.expect("is already on eth0" in ward.vipctl("apply", VIP6, code=1), "refused")


def redirected():
    """ARP-20: without the address on the host: a director's packet for it is answered, ARP is not."""
    with Ward() as ward:
        before = ward.world()
        lab.expect("redirect needs the ports" in ward.vipctl("apply", VIP, "--method", "redirect", code=1), "no port")
        ward.vipctl("apply", VIP, "--method", "redirect", "--port", "8080/tcp")
        with ward.server.inside():
            listener = socket.create_server((RIP, 8080))  # bound to the RIP alone
        mac = json.loads(ward.server.run("ip", "-j", "link", "show", "eth0"))[0]["address"]
        ward.client.ip(f"neigh replace {VIP} lladdr {mac} dev eth0 nud permanent", f"route add {VIP}/32 dev eth0")  # as a director sends
        with ward.client.inside():
            sock = socket.socket()
        sock.settimeout(10)
        sock.connect((VIP, 8080))
        lab.expect(sock.getpeername()[0] == VIP and ward.silent(), "served, and silent")
        lab.expect(ward.found(code=0) == [] and ward.found(VIP, code=0) == [], "check is content")
        sock.close()
        listener.close()
        ward.vipctl("undo", VIP)
        lab.expect(ward.world() == before, "as before")


def several():
    """Addresses come and go one by one; each takes with it what it brought, the last one the settings."""
    with Ward() as ward:
        ward.server.sysctl(ipv4__conf__all__arp_announce=1)
        ward.server.ip("addr add 192.0.2.103/32 dev lo")
        before = ward.world()
        ward.vipctl("apply", VIP)
        ward.vipctl("apply", "192.0.2.101", "--method", "nft")
        ward.vipctl("apply", "192.0.2.102/32", "192.0.2.103")
        lab.expect("192.0.2.101" in ward.server.run("nft", "list", "table", "arp", "vipd_realserver"), "in the set")
        lab.expect("is there by nft" in ward.vipctl("apply", "192.0.2.101", "--method", "sysctl", code=1), "another method")
        ward.vipctl("undo", VIP, "192.0.2.101")
        lab.expect(ward.world()[1]["all/arp_ignore"] == "1" and not ward.world()[2], "the settings stay, the table goes")
        lab.expect(ward.silent("192.0.2.102"), "still silent")
        lab.expect("nothing to undo" in ward.vipctl("undo", VIP, code=1), "twice")
        ward.server.sysctl(ipv4__conf__all__arp_announce=2, ipv4__conf__all__arp_ignore=2)
        lab.expect("all/arp_ignore is 2, which was not set here" in ward.vipctl("undo"), "what somebody else set since stays")
        ward.server.sysctl(ipv4__conf__all__arp_ignore=0)
        lab.expect(ward.world() == before, f"{ward.world()} is not {before}")


def refused():
    """What is wrong is refused with the reason, and nothing is done."""
    with Ward() as ward:
        before = ward.world()
        for words, code, reason in (((RIP,), 1, "is already on eth0"), (("192.0.2.100/24",), 2, "as /32"), (("vip",), 2, "is not an IP address"),
                                    ((VIP, "--dev", "eth0"), 1, "neither lo nor a dummy"), ((VIP, "--dev", "dummy9"), 1, "no interface dummy9"),
                                    ((VIP, "--port", "80"), 2, "is no port"), ((VIP, "--method", "iptables"), 2, "is no method"),
                                    ((VIP, "--interface", "eth7"), 1, "no interface eth7"), (("224.0.0.18",), 2, "multicast"), ((), 2, "usage")):
            lab.expect(reason in ward.vipctl("apply", *words, code=code), f"{words}: not '{reason}'")
            lab.expect(ward.world() == before, f"{words}: something was done")
        lab.expect("addresses and settings" in ward.server.run("setpriv", "--reuid=65534", "--clear-groups", VIPCTL, "realserver", "apply", VIP,
                                                               check=False), "not root")
        ward.server.ip(f"addr add {VIP}/24 dev lo")
        lab.expect("as /24" in ward.vipctl("apply", VIP, code=1), "on lo as /24")
        lab.expect("prefix" in ward.found(VIP, code=2), "check says so")
        ward.server.ip(f"addr del {VIP}/24 dev lo")
        ward.server.sysctl(ipv4__conf__eth0__arp_ignore=3)
        lab.expect("arp_ignore is 3 on eth0" in ward.vipctl("apply", VIP, "--method", "sysctl", code=1), "contradicted")
        lab.expect(f"{VIP}: by nft" in ward.vipctl("apply", VIP), "the best is another method")
        lab.expect(ward.silent() and ward.teller() == RIP, "which works")


def failed():
    """What fails half way is taken back; what was interrupted can be undone."""
    with Ward() as ward:
        ward.server.sysctl(ipv6__conf__lo__disable_ipv6=1)
        before = ward.world()
        said = ward.vipctl("apply", VIP, VIP6, code=1)
        lab.expect("disable_ipv6" in said and "all is as it was before" in said and ward.world() == before, said)
        ward.server.run("mount", "--bind", "/dev/null", "/usr/sbin/nft")
        lab.expect("nft has no arp rules" in ward.vipctl("apply", VIP, "--method", "nft", code=1), "without nft")
        ward.server.run("umount", "/usr/sbin/nft")
        ward.vipctl("apply", VIP)
        state = ward.server.run("cat", STATE)
        ward.vipctl("undo")
        ward.server.write(STATE, state)  # killed between the file and the first step
        ward.vipctl("undo")
        lab.expect(ward.world() == before, "nothing was there to undo")
        ward.server.write(STATE, state.replace('"boot":"', '"boot":"0'))
        ward.vipctl("undo")
        lab.expect(ward.world() == before, "of another boot")
        ward.server.write(STATE, "{}")
        lab.expect("is not what vipctl wrote" in ward.vipctl("apply", VIP, code=1), "another file")


def locked():
    """Settings that cannot be written, as in a container: the best method is nft, where an interface says otherwise it still is."""
    with Ward() as ward:
        ward.server.run("mount", "--bind", "-o", "ro", "/proc/sys", "/proc/sys")
        lab.expect("cannot be written" in ward.vipctl("apply", VIP, "--method", "sysctl", code=1), "locked")
        lab.expect(f"{VIP}: by nft" in ward.vipctl("apply", VIP), "the best is nft")
        lab.expect(ward.silent() and ward.teller() == RIP, "and it works")
        ward.vipctl("undo")
        lab.expect("is not an address of this host" in ward.vipctl("check", VIP, code=2), "gone")


lab.main(matrix, macvlans, filtered, methods, neighbours6, redirected, several, refused, failed, locked)
