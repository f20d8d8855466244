"""ipvs_table.py - a configuration of many services made by number, and the kernel's table as it should be for it.

Both are the same value: {("10.x.y.z", port): {("10.x.y.z", port): weight}}; text() writes it in keepalived's language, kernel()
reads it back from /proc/net/ip_vs.
"""
import re
import socket
import struct

PORT, CHANGED = 80, 7


def wanted(services, servers, weight=1):
    """`services` services of `servers` servers each; every address is its own."""
    table = {}
    for s in range(services):
        real = {(f"10.{2 + s // 250}.{s % 250}.{r + 1}", PORT): weight for r in range(servers)}
        table[(f"10.1.{s // 250}.{s % 250 + 1}", PORT)] = real
    return table


def changed(table):
    """The table after an ordinary day: in every service the first server has another weight; the last ten services are gone."""
    after = {}
    for service, real in list(table.items())[:-10]:
        first = next(iter(real))
        after[service] = {**real, first: CHANGED}
    return after


def text(table, check=""):
    """The configuration; `check` stands in every real_server."""
    lines = ["global_defs {", "    router_id bench", "}"]
    for (address, port), real in table.items():
        lines += [f"virtual_server {address} {port} {{", "    protocol TCP", "    lvs_sched wlc", "    lvs_method DR"]
        for (server, server_port), weight in real.items():
            lines += [f"    real_server {server} {server_port} {{", f"        weight {weight}", check, "    }"]
        lines.append("}")
    return "\n".join(lines) + "\n"


def address_of(word):
    """("10.1.0.1", 80) from the kernel's 0A010001:0050."""
    number, port = word.split(":")
    return ".".join(str(int(number[i : i + 2], 16)) for i in range(0, 8, 2)), int(port, 16)


def kernel(path="/proc/net/ip_vs"):
    """The table that the kernel has now; fwmark services, a guard for example, are passed over."""
    table, real = {}, None
    with open(path) as f:
        for line in f:
            word = line.split()
            if word and word[0] in ("TCP", "UDP"):
                real = table.setdefault(address_of(word[1]), {})
            elif word and word[0] == "FWM":
                real = {}
            elif len(word) > 3 and word[0] == "->" and real is not None and word[1] != "RemoteAddress:Port":
                real[address_of(word[1])] = int(word[3])
    return table


def marks_of(table):
    """(services, servers, servers of the changed weight): what marks() will say of this table."""
    weights = [weight for real in table.values() for weight in real.values()]
    return len(table), len(weights), weights.count(CHANGED)


def marks(path="/proc/net/ip_vs"):
    """The same of the kernel's table, without reading every word: for waiting."""
    with open(path, "rb") as f:
        data = f.read()
    return data.count(b"\nTCP"), data.count(b" Route "), len(re.findall(rb" Route +%d " % CHANGED, data))


NETLINK_GENERIC = 16  # linux/netlink.h
GENL_CTRL, GETFAMILY, FAMILY_ID, FAMILY_NAME = 16, 3, 1, 2  # linux/genetlink.h
GET_DEST, CMD_SERVICE, CMD_DEST = 8, 1, 2  # linux/ip_vs.h, as the next
SVC_AF, SVC_PROTOCOL, SVC_ADDR, SVC_PORT = 1, 2, 3, 4
DEST_ADDR, DEST_PORT, DEST_WEIGHT = 1, 2, 4
REQUEST, DUMP, DONE, ERROR = 0x1, 0x300, 3, 2


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def attributes(data):
    """{kind: bytes} of a row of attributes."""
    found, at = {}, 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        found[kind & 0x3fff] = data[at + 4:at + size]
        at += (size + 3) & ~3
    return found


class OneService:
    """The servers of one TCP service, asked of the kernel itself: 0.1 ms where starting ipvsadm takes 30."""

    def __init__(self, service):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        (answer,) = self.ask(GENL_CTRL, GETFAMILY, attribute(FAMILY_NAME, b"IPVS\0"), 0)
        (self.family,) = struct.unpack("=H", attributes(answer)[FAMILY_ID])
        address, port = service
        self.key = attribute(CMD_SERVICE, attribute(SVC_AF, struct.pack("=H", socket.AF_INET)) +
                             attribute(SVC_PROTOCOL, struct.pack("=H", socket.IPPROTO_TCP)) +
                             attribute(SVC_ADDR, socket.inet_aton(address).ljust(16, b"\0")) +
                             attribute(SVC_PORT, struct.pack("!H", port)))

    def ask(self, family, command, data, flags):
        """The answers' attributes; none where the kernel says that there is nothing."""
        self.socket.send(struct.pack("=IHHIIBBH", 20 + len(data), family, REQUEST | flags, 1, 0, command, 1, 0) + data)
        answers = []
        while True:
            got, at = self.socket.recv(65536), 0
            while at < len(got):
                size, kind = struct.unpack_from("=IH", got, at)
                if kind in (DONE, ERROR):
                    return answers
                answers.append(got[at + 20:at + size])
                at += (size + 3) & ~3
            if not flags:
                return answers

    def servers(self):
        """{("10.x.y.z", port): weight}."""
        rows = [attributes(attributes(a)[CMD_DEST]) for a in self.ask(self.family, GET_DEST, self.key, DUMP)]
        return {(socket.inet_ntoa(r[DEST_ADDR][:4]), struct.unpack("!H", r[DEST_PORT])[0]): struct.unpack("=I", r[DEST_WEIGHT])[0] for r in rows}
