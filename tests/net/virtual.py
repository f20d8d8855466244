"""virtual.py - virtual MAC addresses as the wire, the neighbours and the kernel show them."""
import json
import socket
import struct
import threading
import time

import lab

VMAC = "00:00:5e:00:01:33"


def mac_text(raw):
    return ":".join(f"{byte:02x}" for byte in raw)


class Sniffer:
    """Every frame that enters the switch by the cable of a host: (time, source MAC, protocol, frame)."""

    def __init__(self, pair, host):
        self.frames, self.done = [], False
        with pair.switch.inside():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.sock.bind((host.name, 0))
        self.sock.settimeout(0.05)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.done:
            try:
                frame, where = self.sock.recvfrom(2048)
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                return
            if where[2] != socket.PACKET_OUTGOING:
                self.frames.append((time.monotonic(), mac_text(frame[6:12]), struct.unpack("!H", frame[12:14])[0], frame))

    def stop(self):
        self.done = True
        self.thread.join()
        self.sock.close()

    def since(self, when, mac=None):
        return [f for f in list(self.frames) if f[0] >= when and (mac is None or f[1] == mac)]

    def adverts(self, when):
        """Source MAC addresses of the adverts."""
        return [f[1] for f in self.since(when) if f[2] == 0x0800 and f[3][23] == 112]

    def adverts6(self, when):
        """Of IPv6: (source MAC address, source address)."""
        return [(f[1], socket.inet_ntop(socket.AF_INET6, f[3][22:38])) for f in self.since(when) if f[2] == 0x86dd and f[3][20] == 112]


def neighbour(client, address=lab.VIP):
    """The MAC address that the client knows for an address; None: none."""
    found = json.loads(client.run("ip", "-j", "neigh", "show", address) or "[]")
    return found[0].get("lladdr") if found else None


def answers(client, target, source_ip, count=1, seconds=1.0):
    """Asks for `target` by ARP from the client's MAC; the (sender MAC, Ethernet source) pairs of all answers."""
    with client.inside():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
        sock.bind(("eth0", 0))
    own = sock.getsockname()[4]
    sock.settimeout(0.05)
    request = b"\xff" * 6 + own + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + own + socket.inet_aton(source_ip) + \
        bytes(6) + socket.inet_aton(target)
    found = []
    for _ in range(count):
        sock.send(request)
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(found) < 10 * count:
        try:
            frame = sock.recv(2048)
        except (TimeoutError, socket.timeout):
            continue
        if struct.unpack("!H", frame[20:22])[0] == 2 and frame[28:32] == socket.inet_aton(target):
            found.append((mac_text(frame[22:28]), mac_text(frame[6:12])))
    sock.close()
    return found


def pings(client, target):
    return "1 received" in client.run("ping", "-c", "1", "-W", "2", target, check=False)


def start_in_order(pair):
    """d1 is MASTER before d2 listens: d2 is BACKUP from its first moment on."""
    pair.start(pair.d1)
    lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 serves")
    pair.start(pair.d2)
    if pair.d2.program == "vipd":
        lab.wait(lambda: "is applied everywhere" in pair.d2.log(), 60, "d2 takes part")
    pair.settled()
