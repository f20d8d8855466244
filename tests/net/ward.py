"""A real server of direct routing and a neighbour that listens: what the host says in ARP, and what `vipctl realserver` says of it."""
import contextlib
import json
import os
import socket
import struct
import time

import lab

VIP, VIP6, RIP, CLIENT = "192.0.2.100", "2001:db8::100", "192.0.2.11", "192.0.2.9"
VIPCTL = os.path.join(lab.BIN, "vipctl")
STATE = "/run/realserver.json"


class Ward(lab.Lab):
    """A real server, and a neighbour that asks."""

    def __init__(self):
        super().__init__()
        self.client, self.server = self.host("client", CLIENT), self.host("r1", RIP)
        self.server.ip("route add default via 192.0.2.254")
        self.wire = self.frames(self.client)

    def hear(self, seconds, match):
        """The first ARP frame to come in that matches, or None."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.wire.settimeout(left)
            with contextlib.suppress(TimeoutError, socket.timeout):
                frame = self.wire.recv(2048)
                if frame[12:14] == b"\x08\x06" and match(frame):
                    return frame
        return None

    def drain(self):
        self.wire.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self.wire.recv(2048):
                pass

    def asks(self, address=VIP, seconds=10, heard=None):
        """Whether the server's host answers an ARP request for the address; the MAC of the answer is added to what was heard."""
        mac, ip = bytes.fromhex("020000000001"), socket.inet_aton(address)
        self.drain()
        self.wire.send(b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac + socket.inet_aton(CLIENT) + b"\0" * 6 + ip)
        answer = self.hear(seconds, lambda f: f[20:22] == b"\0\2" and f[28:32] == ip)
        if answer and heard is not None:
            heard.add(answer[22:28])
        return answer is not None

    def silent(self, address=VIP):
        """No answer for it."""
        return not any(self.asks(address, 0.15) for _ in range(2))

    def answerers(self, links):
        """The names of the devices whose MACs answer an ARP request for the VIP; links by their MACs."""
        macs = set()
        if self.asks(seconds=0.3, heard=macs):
            self.hear(0.3, lambda f: macs.add(f[22:28]) if f[20:22] == b"\0\2" and f[28:32] == socket.inet_aton(VIP) else None)
        return sorted(links[mac.hex(":")] for mac in macs)

    def teller(self):
        """The source address in the server's own requests for what it sends from the VIP."""
        target = "192.0.2.77"  # nobody has it
        self.server.run("ip", "neigh", "flush", "all")
        self.drain()
        with self.server.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((VIP, 0))
            sock.sendto(b"x", (target, 9))
        frame = self.hear(10, lambda f: f[20:22] == b"\0\1" and f[38:42] == socket.inet_aton(target))
        lab.expect(frame, "the server asks for nobody")
        return socket.inet_ntoa(frame[28:32])

    def world(self):
        """All that may not change in the end."""
        keys = ("arp_ignore", "arp_announce", "rp_filter", "arp_filter")
        settings = {f"{i}/{k}": self.server.run("cat", f"/proc/sys/net/ipv4/conf/{i}/{k}").strip() for i in ("all", "default", "lo", "eth0")
                    for k in keys}
        addresses = json.loads(self.server.run("ip", "-j", "addr"))
        return addresses, settings, self.server.run("nft", "list", "ruleset"), self.server.run("ip", "route", "show", "table", "all")

    def vipctl(self, *words, code=0):
        said = self.server.run("sh", "-c", '"$@"; echo "exit $?"', "sh", VIPCTL, "realserver", *words, "--state", STATE)
        said, _, status = said.rpartition("exit ")
        lab.expect("Sanitizer" not in said and int(status) == code, f"{words}: exit {status.strip()}, expected {code}: {said}")
        return said

    def found(self, *addresses, code):
        """The ids of what check finds wrong."""
        said = json.loads(self.vipctl("check", "--json", *addresses, code=code))
        lab.expect(said["filter_seen"], "the rules were looked at")
        lab.expect(all(f["cure"] for f in said["findings"] if f["severity"] != "note"), f"{said}")
        return sorted({f["id"] for f in said["findings"] if f["severity"] != "note"})


# a device of its own for the VIP; settings; whose MACs answer for it, in order
DUMMY, MACVLAN = "link add dummy0 type dummy", "link add mv0 link eth0 type macvlan mode {}"
DUMMIES = (("dummy0", (DUMMY,), {}, ["eth0"]), ("dummy0", (DUMMY,), {"all__arp_ignore": 1}, []))
MACVLANS = tuple(
    row for mode in ("private", "vepa", "bridge") for row in (
        ("mv0", (MACVLAN.format(mode),), {}, ["eth0", "mv0"]),
        ("mv0", (MACVLAN.format(mode),), {"all__arp_ignore": 1}, ["mv0"]),
        ("mv0", (MACVLAN.format(mode), "link set mv0 arp off"), {"all__arp_ignore": 1}, [])))


def check_devices(rows):
    """Each row: the wire says what the row says, and check says what the wire says."""
    with Ward() as ward:
        for name, made, settings, answers in rows:
            row = f"VIP on {made}, {settings}"
            for command in (*made, f"link set {name} up", f"addr add {VIP}/32 dev {name}"):
                ward.server.ip(command)
            ward.server.sysctl(**{f"ipv4__conf__{key}": value for key, value in {"all__arp_announce": 2, **settings}.items()})
            links = {link["address"]: link["ifname"] for link in json.loads(ward.server.run("ip", "-j", "link"))}
            lab.wait(lambda answers=answers, links=links: ward.answerers(links) == answers, 20,
                     lambda row=row, answers=answers, links=links: f"{row}: {ward.answerers(links)} answer, not {answers}")
            wrong = ["arp-answered"] if answers else []
            lab.expect(ward.found(VIP, code=2 if wrong else 0) == wrong, f"{row}: check does not say {wrong}")
            said = ward.vipctl("check", VIP, code=2 if wrong else 0)
            lab.expect([n for n in ("eth0", "mv0") if f"are answered on {n}" in said] == answers, f"{row}: {said}")
            ward.server.ip(f"link del {name}")
            ward.server.sysctl(ipv4__conf__all__arp_ignore=0, ipv4__conf__all__arp_announce=0)
