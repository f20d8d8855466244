#!/usr/bin/python3
"""T37: a check leaves as its words say. Each kind of check with each of bindto, bind_port, bind_if and fwmark (and some of them together), in both
families: the real server captures source address, source port and the MAC of the interface that the packet came out of."""
import json
import socket
import struct
import time

import lab

SERVER = {4: "192.0.2.11", 6: "2001:db8::11"}
OWN = {4: "192.0.2.1", 6: "2001:db8::1"}
BOUND = {4: "192.0.2.31", 6: "2001:db8::31"}
SECOND = {4: "192.0.2.201", 6: "2001:db8::201"}
THIRD = {4: "192.0.2.202", 6: "2001:db8::202"}  # of eth1
VIPS = {4: lab.VIP, 6: "2001:db8::100"}
ETH0, ETH1 = "02:00:00:00:00:01", "02:00:00:00:01:01"
MARK, SOURCE_PORT = 7, 20000
KINDS = {"TCP_CHECK": "TCP_CHECK {{\n connect_timeout 2\n {words}\n }}",
         "HTTP_GET": "HTTP_GET {{\n url {{\n path /\n status_code 200\n }}\n connect_timeout 2\n {words}\n }}"}
# words of the check -> where it comes from: an address, a port ("own": one of the kernel's), an interface
ROWS = (
    ("", OWN, "own", ETH0),
    ("bindto {bound}", BOUND, "own", ETH0),
    ("bind_port {port}", OWN, "own port", ETH0),
    ("bind_if eth1", SECOND, "own", ETH1),
    ("fwmark 7", SECOND, "own", ETH1),
    ("bindto {third}\n bind_if eth1", THIRD, "own", ETH1),
    ("bindto {bound}\n bind_port {port}\n fwmark 7", BOUND, "own port", ETH1),
)
HTTP = """import socketserver
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        if self.request.recv(2000):
            self.request.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
class Server(socketserver.ThreadingTCPServer):
    address_family, allow_reuse_address, request_queue_size = 10, True, 64
Server(("::", 80), Handler).serve_forever()
"""


def entries():
    """(destination port, kind, family, row): each check has a port of its own."""
    return [(8000 + n, kind, family, row) for n, (kind, family, row) in
            enumerate((k, f, r) for k in KINDS for f in (4, 6) for r in ROWS)]


def service(port, kind, family, row):
    words = row[0].format(bound=BOUND[family], third=THIRD[family], port=SOURCE_PORT + port)
    return f"""virtual_server {VIPS[family]} {port} {{
    delay_loop 1
    dr_path off
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server {SERVER[family]} {port} {{
        {KINDS[kind].format(words=words)}
    }}
}}
"""


def two_ways(director, switch_lab):
    """eth0 and eth1 in one segment; what has the mark leaves by eth1."""
    switch_lab.plug(director, "eth1", SECOND[4], ETH1, "d1b")
    director.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0, ipv6__conf__eth1__disable_ipv6=0)
    director.ip(f"addr add {BOUND[4]}/32 dev eth0", f"addr add {OWN[6]}/64 dev eth0 nodad", f"addr add {SECOND[6]}/64 dev eth1 nodad",
                f"addr add {THIRD[4]}/32 dev eth1", f"addr add {BOUND[6]}/128 dev eth0 nodad preferred_lft 0",
                f"addr add {THIRD[6]}/128 dev eth1 nodad preferred_lft 0",
                f"rule add fwmark {MARK} table {MARK}", f"route add 192.0.2.0/24 dev eth1 src {SECOND[4]} table {MARK}")
    for words in (f"rule add fwmark {MARK} table {MARK}", f"route add 2001:db8::/64 dev eth1 src {SECOND[6]} table {MARK}",
                  "route replace 2001:db8::/64 dev eth0 metric 1"):
        director.run("ip", "-6", *words.split())


def parse(frame):
    """A SYN: (destination port, family, source, source port, MAC), or None."""
    kind, mac = frame[12:14], ":".join(f"{b:02x}" for b in frame[6:12])
    if kind == b"\x08\x00" and frame[23] == socket.IPPROTO_TCP:
        family, source, tcp = 4, socket.inet_ntop(socket.AF_INET, frame[26:30]), frame[14 + 4 * (frame[14] & 15):]
    elif kind == b"\x86\xdd" and frame[20] == socket.IPPROTO_TCP:
        family, source, tcp = 6, socket.inet_ntop(socket.AF_INET6, frame[22:38]), frame[54:]
    else:
        return None
    source_port, port = struct.unpack("!HH", tcp[:4])
    return (port, family, source, source_port, mac) if tcp[13] & 0x12 == 2 else None


def captured(wire, seconds):
    """What arrives within the time, by destination port and family."""
    found, end = {}, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        wire.settimeout(left)
        try:
            syn = parse(wire.recv(2048))
        except TimeoutError:
            break
        if syn:
            found.setdefault(syn[:2], set()).add(syn[2:])
    return found


def expect_syns(found, port, kind, family, row):
    words, source, which, mac = row
    text = f"{kind}, IPv{family}, '{' '.join(words.split())}'"
    seen = found.get((port, family), set())
    lab.expect(len(seen) >= 1, f"{text}: nothing was sent")
    for from_address, from_port, from_mac in seen:
        lab.expect((from_address, from_mac) == (source[family], mac), f"{text}: {from_address} {from_mac}, not {source[family]} {mac}")
        fixed = from_port == SOURCE_PORT + port
        lab.expect(fixed == (which == "own port"), f"{text}: from port {from_port}")


def checks():
    """TCP_CHECK and HTTP_GET, each row of ROWS, IPv4 and IPv6; and each of them succeeds."""
    with lab.Lab() as room:
        d1, server = room.director("d1", OWN[4]), room.host("r1", SERVER[4])
        two_ways(d1, room)
        server.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
        server.ip(f"addr add {SERVER[6]}/64 dev eth0 nodad")
        all_of = entries()
        ports = f"{all_of[0][0]}-{all_of[-1][0]}"
        server.run("nft", "-f", "-", text=f"""table inet lab {{
    chain in {{ type nat hook prerouting priority -100; tcp dport {ports} redirect to :80; }}
}}
""")
        server.popen("python3", "-c", HTTP, log="http.log")
        lab.wait(lambda: ":80 " in server.run("ss", "-ltn"), 20, "the server listens", step=0.1)
        wire = room.frames(server)
        d1.start(lab.instance(150, 3, 0.5) + "".join(service(*entry) for entry in all_of))
        found = captured(wire, 6)
        for entry in all_of:
            expect_syns(found, *entry)
        lab.wait(lambda: all(s["servers"][0]["checks"][0]["last"] == "UP" for s in d1.status()["services"]), 20, lambda: "all pass: " + json.dumps(
            [(s["port"], s["servers"][0]["detail"]) for s in d1.status()["services"] if s["servers"][0]["checks"][0]["last"] != "UP"]), step=0.2)
        print(f"    {len(all_of)} checks, {sum(map(len, found.values()))} connections captured")


def bfd():
    """The session of a BFD_CHECK comes from its source_ip, in both families."""
    names = {4: "four", 6: "six"}
    with lab.Lab() as room:
        d1, server = room.director("d1", OWN[4]), room.host("r1", SERVER[4])
        two_ways(d1, room)
        server.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0)
        server.ip(f"addr add {SERVER[6]}/64 dev eth0 nodad")
        heard = {}
        for family, number in ((4, socket.AF_INET), (6, socket.AF_INET6)):
            with server.inside():
                heard[family] = socket.socket(number, socket.SOCK_DGRAM)
            if family == 6:
                heard[family].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            heard[family].bind(("", 3784))
            heard[family].settimeout(10)
        text = "".join(f"bfd_instance {names[f]} {{\n neighbor_ip {SERVER[f]}\n source_ip {BOUND[f]}\n}}\n" for f in (4, 6))
        text += "".join(service(80, "TCP_CHECK", f, ROWS[0]).replace(KINDS["TCP_CHECK"].format(words=""),
                                                                   f"BFD_CHECK {{\n name {names[f]}\n }}") for f in (4, 6))
        d1.start(lab.instance(150, 3, 0.5) + text)
        for family in (4, 6):
            for _ in range(3):
                source = heard[family].recvfrom(100)[1][0]
                lab.expect(source == BOUND[family], f"BFD over IPv{family} from {source}, not {BOUND[family]}")


lab.main(checks, bfd)
