"""vectors.py - the IPv4 vectors of tests/vectors/vrrp.json sent to a running daemon, one interface and one instance each."""
import contextlib
import json
import os
import selectors
import socket
import struct
import time

import lab
from observer import PACKET_OUTGOING, SO_TIMESTAMPNS, Advert, attach_filter

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../vectors/vrrp.json")
# IP protocol 51 is not spoken: the authentication header of RFC 2338 is refused as a configuration, so nothing receives it.
NOT_SPOKEN = {"v2-ah-hmac-md5-96-rfc2402"}
# The kernel drops it before any socket sees it (a martian source); ignored it must be all the same.
KERNEL_DROPS = {"bad-own-source-address"}
# Nobody can say whose these are: counted at the interface.
NOBODYS = {"bad-empty": "malformed", "bad-truncated-1": "malformed", "bad-vrid-0": "vrid", "bad-vrid-unknown-52": "vrid"}
COUNTER = {"addrcount": "address_count", "authtype": "auth_type", "authfail": "auth", "addrlist": "address_list", "ownsrc": "own_source"}
EARLY, LATE = 0.015, 0.200  # seconds around the due time: rounding, scheduling of a shared machine
PRIORITY = 100
LOCAL = {2: 1.0, 3: 0.2}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


class Port:
    """One vector with its interface on the tester and on the daemon's host."""

    def __init__(self, number, vector):
        self.vector, self.name, self.dev = vector, vector["name"], f"e{number}"
        rx = vector["rx"].split("+")
        self.version = 3 if rx[0].startswith("v3") else 2
        words = dict(word.partition("=")[::2] for word in rx[1:])
        self.unicast, self.auth = "unicast" in words, words.get("auth", "").removeprefix("PASS:")
        self.primary = words.get("primary", "192.0.2.1")
        self.priority = int(words.get("priority", PRIORITY))
        self.vips = [f"192.0.2.{100 + i}" for i in range(3 if "vips3" in words else 2 if "vips2" in words else 1)]
        self.mac = bytes.fromhex(f"0200000001{number:02x}")
        self.sock, self.heard, self.base, self.sent = None, [], 0, 0

    def conf(self):
        ways = f"unicast_src_ip {self.primary}\n    unicast_peer {{\n        192.0.2.2\n    }}" if self.unicast else ""
        auth = f"authentication {{\n        auth_type PASS\n        auth_pass {self.auth}\n    }}" if self.auth else ""
        # RFC 3768 7.1 leaves comparing the list open; vipd drops for it where the operator is strict.
        strict = "strict_mode on" if self.vector["expect"].endswith("addrlist") else ""
        text = lab.instance(self.priority, self.version, LOCAL[self.version], f"{ways}{auth}{strict}{self.held()}", self.name, 51, self.vips, self.dev)
        return text.replace("/24", "/32")

    @staticmethod
    def held():
        """What puts it into FAULT when the test says so."""
        return "" if lab.STANDIN else "\n    track_file {\n        hold\n    }"

    def baseline(self):
        """A good advert of a stronger MASTER, as this instance expects it."""
        vips = b"".join(map(socket.inet_aton, self.vips))
        if self.version == 3:
            body = struct.pack("!BBBBHH", 0x31, 51, 150, len(self.vips), int(LOCAL[3] * 100), 0) + vips
        else:
            body = struct.pack("!BBBBBBH", 0x21, 51, 150, len(self.vips), 1 if self.auth else 0, 1, 0) + vips
            body += self.auth.encode().ljust(8, b"\0")
        to = self.primary if self.unicast else "224.0.0.18"
        pseudo = socket.inet_aton("192.0.2.2") + socket.inet_aton(to) + struct.pack("!HH", 112, len(body))
        body = body[:6] + struct.pack("!H", checksum((pseudo if self.version == 3 else b"") + body)) + body[8:]
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(body), 0, 0, 255, 112, 0, socket.inet_aton("192.0.2.2"),
                           socket.inet_aton(to))
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body

    def send(self, ip):
        multicast = ip[16] & 0xf0 == 0xe0
        mac = b"\x01\x00\x5e" + bytes([ip[17] & 0x7f]) + ip[18:20] if multicast else self.mac
        self.sock.send(mac + bytes.fromhex("020000000200") + b"\x08\x00" + ip)
        return time.monotonic()

    @property
    def packet(self):
        return bytes.fromhex(self.vector["ip_hex"])

    def down(self, interval):
        return 3 * interval + self.skew(interval)

    def skew(self, interval):
        return (256 - PRIORITY) / 256 * (interval if self.version == 3 else 1)

    def due(self):
        """When a BACKUP must speak up, and why."""
        body = self.packet[(self.packet[0] & 15) * 4:]
        ignored = self.base + self.down(LOCAL[self.version]), "ignored"
        if not self.vector["expect"].startswith("accept") or 0 < body[2] < PRIORITY:
            return ignored
        if body[2] == 0:
            return self.sent + self.skew(LOCAL[self.version]), "resigned"
        return self.sent + self.down(self.learned()), "accepted"

    def counter(self):
        """The one counter that this vector moves, or None."""
        word = self.vector["expect"].partition("count:")[2]
        if not word or self.name in KERNEL_DROPS:
            return None
        return "interface " + NOBODYS[self.name] if self.name in NOBODYS else COUNTER.get(word, word)

    def learned(self):
        """The interval in the vector, in seconds."""
        word = struct.unpack("!H", self.packet[(self.packet[0] & 15) * 4:][4:6])[0]
        return (word & 0xfff) / 100 if self.version == 3 else 1


class Wire(lab.Lab):
    """L1: a tester and one daemon, a cable for every vector."""

    def __init__(self, vectors):
        super().__init__()
        self.tester, self.dut = lab.Host(self, "tst"), lab.Director(self, "dut")
        self.ports = [Port(number, vector) for number, vector in enumerate(vectors)]
        self.selector, self.offset = selectors.DefaultSelector(), time.time() - time.monotonic()
        for host in (self.tester, self.dut):
            host.sysctl(ipv6__conf__default__disable_ipv6=1, ipv4__conf__all__rp_filter=0, ipv4__conf__default__rp_filter=0)
        self.tester.ip(*[f"link add name {p.dev} type veth peer name {p.dev} address {p.mac.hex(':')} netns {self.dut.pid}"
                         for p in self.ports], *[f"link set {p.dev} up" for p in self.ports])
        self.dut.ip(*[line for p in self.ports for line in (
            f"addr add {p.primary}/24 dev {p.dev}", f"link set {p.dev} up",
            f"neigh add 192.0.2.2 lladdr 02:00:00:00:02:00 dev {p.dev} nud permanent")])
        for port in self.ports:
            self.open(port)

    def open(self, port):
        with self.tester.inside():
            port.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            attach_filter(port.sock)
            port.sock.bind((port.dev, 3))
        port.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        port.sock.setblocking(False)
        self.selector.register(port.sock, selectors.EVENT_READ, port)

    def listen(self, until):
        """Collects adverts of the daemon until the given time."""
        while (left := until - time.monotonic()) > 0:
            for key, _ in self.selector.select(left):
                with contextlib.suppress(BlockingIOError):
                    self.read(key.data)

    def read(self, port):
        frame, ancillary, _, address = port.sock.recvmsg(2048, 64)
        if address[2] == PACKET_OUTGOING or frame[12:14] != b"\x08\x00" or len(frame) < 42:
            return
        seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
        port.heard.append(Advert(seconds + nanoseconds / 1e9 - self.offset, port.dev, frame[14:]))

    def keep_quiet(self, seconds):
        """Everyone but an owner hears a stronger MASTER at half the shortest interval."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for port in self.ports:
                if port.priority != 255:
                    port.base = port.send(port.baseline())
            self.listen(time.monotonic() + LOCAL[3] / 2)

    def counters(self):
        if lab.STANDIN:
            return {}
        return {i["name"]: i["counters"]["dropped"] | {f"interface {k}": i["interface_counters"][k] for k in ("malformed", "vrid")}
                for i in self.dut.status()["instances"]}


def backup(wire, wrong):
    """HOLD, IGN and EARLY of every vector at once."""
    backups = [p for p in wire.ports if p.priority != 255]
    early = [p.name for p in backups if p.heard]
    lab.expect(not early, f"advertised though a stronger MASTER was there: {early}")
    before = wire.counters()
    for port in backups:
        port.base = port.send(port.baseline())
    for version in (3, 2):
        wire.listen(max((p.base + 1.5 * LOCAL[version] for p in backups if p.version == version), default=0))
    for port in backups:
        port.sent = port.send(port.packet)
    wire.listen(max(p.due()[0] for p in backups) + LATE + 0.1)
    for port in backups:
        due, why = port.due()
        when = port.heard[0].when if port.heard else float("inf")
        if not due - EARLY <= when <= due + LATE:
            wrong.append(f"{port.name}: to be {why}: advert due at {due - port.sent:.3f} s, came at {when - port.sent:.3f} s")
    after = wire.counters()
    for port in backups if after else []:
        moved = {k: after[port.name][k] - before[port.name][k] for k in after[port.name] if after[port.name][k] != before[port.name][k]}
        expected = {port.counter(): 1} if port.counter() else {}
        if moved != expected:
            wrong.append(f"{port.name}: counters moved {moved}, expected {expected}")


def expect_of_master(port):
    """yield, answer, or ignore; None: already judged as BACKUP."""
    body = port.packet[(port.packet[0] & 15) * 4:]
    if port.name in ("bad-own-source-address", "bad-source-0.0.0.0") or port.vector["expect"].startswith("drop"):
        return "ignore"
    mine = socket.inet_aton(port.primary)
    if (body[2], port.packet[12:16]) > (port.priority, mine):
        return "yield"
    return "answer" if port.version == 3 or body[2] == 0 else "ignore"


def master(wire, wrong):
    """YIELD, REASSERT, or no reaction at all, one vector after the other."""
    silent = [p.name for p in wire.ports if not p.heard]
    lab.expect(not silent, f"no MASTER: {silent}")
    for port in wire.ports:
        if not send_between_adverts(wire, port):
            wrong.append(f"{port.name}: not advertising as MASTER")
        elif not judge_master(wire, port):
            soon = [round(a.when - port.sent, 3) for a in port.heard]
            wrong.append(f"{port.name}: MASTER was to {expect_of_master(port)}, adverts after {soon}")


def send_between_adverts(wire, port):
    """Sends the vector in the middle between two adverts; again where this machine was too late for that."""
    interval = LOCAL[port.version]
    for _ in range(5):
        port.heard.clear()
        end = time.monotonic() + 2 * interval
        while not port.heard and time.monotonic() < end:
            wire.listen(time.monotonic() + 0.01)
        if not port.heard:
            return False
        tick = port.heard[-1].when
        wire.listen(tick + interval / 2)
        if time.monotonic() < tick + 0.6 * interval:
            break
    port.heard.clear()
    port.sent = port.send(port.packet)
    return True


def judge_master(wire, port):
    interval, wanted = LOCAL[port.version], expect_of_master(port)
    if wanted == "yield":
        until = port.sent + min(1.2 * interval, port.down(port.learned()) - EARLY)
        wire.listen(until)
        return not [a for a in port.heard if a.when < until]
    wire.listen(port.sent + 0.35 * interval)
    soon = [a for a in port.heard if a.when < port.sent + 0.35 * interval]
    return len(soon) == 1 and soon[0].when < port.sent + 0.05 if wanted == "answer" else not soon


def mute(wire, wrong, state):
    """In a state that takes part in nothing each vector is heard and answered by nobody, and changes nothing."""
    states = lambda: {i["state"] for i in wire.dut.status()["instances"]}
    lab.wait(lambda: states() == {state}, 30, lambda: f"all are {state}: {states()}", 0.1)
    wire.listen(time.monotonic() + 0.1)
    for port in wire.ports:
        port.heard.clear()
        port.send(port.packet)
    wire.listen(time.monotonic() + 0.5)
    wrong += [f"{port.name}: spoke in {state}" for port in wire.ports if port.heard]
    if states() != {state}:
        wrong.append(f"from {state} to {states()}")


def run_vectors(version):
    with open(VECTORS) as file:
        vectors = [v for v in json.load(file)["vectors"] if v["family"] == "ipv4" and v["name"] not in NOT_SPOKEN
                   and v["rx"].startswith(f"v{version}")]
    wrong = []
    with Wire(vectors) as wire:
        head = "global_defs {\n    router_id dut\n    vrrp_startup_delay 4\n}\ntrack_file hold {\n    file /run/lab/hold\n    weight 0\n}\n"
        wire.dut.write("/run/lab/hold", "0\n")
        wire.dut.start((head if not lab.STANDIN else "") + "".join(port.conf() for port in wire.ports))
        if not lab.STANDIN:
            lab.wait(lambda: " runs: " in wire.dut.log(), 30, "the daemon runs")
            mute(wire, wrong, "INIT")
        wire.keep_quiet(5)
        backup(wire, wrong)
        master(wire, wrong)
        if not lab.STANDIN:
            wire.dut.write("/run/lab/hold", "1\n")
            mute(wire, wrong, "FAULT")
        print(f"    {len(vectors)} vectors, {len(wrong)} wrong")
        lab.expect(not wrong, "\n        ".join([f"{len(wrong)} wrong:"] + wrong))
