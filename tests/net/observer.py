"""observer.py - who held the VIP and who advertised, when: one thread that listens on the directors' kernels and the switch's ports.

Address changes come from rtnetlink in each director's namespace (so none is missed between two samples); frames from the switch's
port of each director, incoming only, with the kernel's time stamp. All times are CLOCK_MONOTONIC seconds.
"""
import contextlib
import ctypes
import os
import selectors
import socket
import struct
import threading
import time

RTMGRP_IPV4_IFADDR = 0x10
RTM_NEWADDR, RTM_DELADDR, IFA_LOCAL = 20, 21, 2
SO_TIMESTAMPNS, SO_ATTACH_FILTER, PACKET_OUTGOING = 35, 26, 4
# Classic BPF: ARP, or IPv4 with protocol 112 or 51; nothing else wakes us.
FILTER = ((0x28, 0, 0, 12), (0x15, 4, 0, 0x0806), (0x15, 0, 4, 0x0800), (0x30, 0, 0, 23), (0x15, 1, 0, 112), (0x15, 0, 1, 51),
          (0x06, 0, 0, 65535), (0x06, 0, 0, 0))


class Advert:
    """One VRRP packet as it left a director."""

    def __init__(self, when, host, ip):
        header = (ip[0] & 15) * 4
        body = ip[header:struct.unpack("!H", ip[2:4])[0]]
        self.when, self.host, self.ip, self.body = when, host, ip, body
        self.source, self.to, self.ttl = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20]), ip[8]
        self.version, self.vrid, self.priority, self.count = body[0] >> 4, body[1], body[2], body[3]
        word = struct.unpack("!H", body[4:6])[0]
        self.interval = (word & 0xfff) / 100 if self.version == 3 else body[5]

    def __repr__(self):
        return f"<{self.when:.3f} {self.host} v{self.version} vrid {self.vrid} prio {self.priority}>"


class Arp:
    """One ARP packet as it left a director."""

    def __init__(self, when, host, frame):
        self.when, self.host = when, host
        self.is_request = struct.unpack("!H", frame[20:22])[0] == 1
        self.sender_mac, self.sender = frame[22:28].hex(":"), socket.inet_ntoa(frame[28:32])
        self.target = socket.inet_ntoa(frame[38:42])
        self.is_gratuitous = self.sender == self.target


def attach_filter(sock):
    code = b"".join(struct.pack("HBBI", *line) for line in FILTER)
    room = ctypes.create_string_buffer(code)
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxQ", len(FILTER), ctypes.addressof(room)))


class Observer:
    def __init__(self, lab, directors, vip):
        self.vip, self.events, self.adverts, self.arps = socket.inet_aton(vip), [], [], []
        self.vip_text, self.lock, self.now_holding = vip, threading.Lock(), {}
        self.cut, self.offset = set(), time.time() - time.monotonic()
        self.selector, self.wake = selectors.DefaultSelector(), os.pipe()
        for director in directors:
            self.listen_addresses(director)
            self.listen_frames(lab.switch, director)
        self.selector.register(self.wake[0], selectors.EVENT_READ, None)
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def listen_addresses(self, director):
        with director.inside():
            sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.bind((0, RTMGRP_IPV4_IFADDR))
        sock.setblocking(False)
        self.now_holding[director.name] = False
        self.selector.register(sock, selectors.EVENT_READ, (self.read_addresses, director.name))

    def listen_frames(self, switch, director, port=None):
        """What leaves the director by this port, the one of its name if not said."""
        with switch.inside():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            attach_filter(sock)
            sock.bind((port or director.name, 0x0003))
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sock.setblocking(False)
        self.selector.register(sock, selectors.EVENT_READ, (self.read_frames, director.name))

    def loop(self):
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    return
                with contextlib.suppress(OSError):  # nothing there after all, or ENETDOWN: the port was cut
                    key.data[0](key.fileobj, key.data[1])

    def stop(self):
        os.write(self.wake[1], b".")
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            if key.data:
                key.fileobj.close()

    def read_addresses(self, sock, name):
        data = sock.recv(65536)
        when = time.monotonic()
        while len(data) >= 16:
            length, kind = struct.unpack("IH", data[:6])
            if kind in (RTM_NEWADDR, RTM_DELADDR) and self.vip in self.locals_of(data[24:length]):
                self.note(when, name, kind == RTM_NEWADDR)
            data = data[(length + 3) & ~3:]

    @staticmethod
    def locals_of(data):
        found = []
        while len(data) >= 4:
            length, kind = struct.unpack("HH", data[:4])
            if kind == IFA_LOCAL:
                found.append(data[4:length])
            data = data[max(4, (length + 3) & ~3):]
        return found

    def note(self, when, name, holds):
        """Only changes count: a refreshed lease of the address is no event."""
        with self.lock:
            if self.now_holding[name] != holds:
                self.now_holding[name] = holds
                self.events.append((when, name, "holds" if holds else "drops"))

    def read_frames(self, sock, name):
        frame, ancillary, _, address = sock.recvmsg(2048, 64)
        if address[2] == PACKET_OUTGOING:
            return
        when = time.monotonic()
        for _, kind, data in ancillary:
            if kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack("qq", data[:16])
                when = seconds + nanoseconds / 1e9 - self.offset
        if abs(when - time.monotonic()) > 60:  # the wall clock was set since
            when = time.monotonic()
        if frame[12:14] == b"\x08\x06":
            self.arps.append(Arp(when, name, frame))
        elif len(frame) >= 14 + 20 + 8:
            self.adverts.append(Advert(when, name, frame[14:]))

    def forget(self, director):
        """Its kernel is gone, and what it held."""
        self.note(time.monotonic(), director.name, False)
        for key in [k for k in list(self.selector.get_map().values()) if k.data and k.data[1] == director.name]:
            self.selector.unregister(key.fileobj)
            key.fileobj.close()

    # questions
    def unreachable(self, name):
        """The laboratory cut this director off: what it holds from now on serves nobody."""
        with self.lock:
            self.events.append((time.monotonic(), name, "cut"))
            self.cut.add(name)

    def reachable(self, name):
        with self.lock:
            self.cut.discard(name)
            self.events.append((time.monotonic(), name, "mended"))

    def holds(self, name):
        return self.now_holding[name]

    def holding(self):
        """Names of the directors that hold the VIP now and are on the wire."""
        with self.lock:
            return [name for name, holds in self.now_holding.items() if holds and name not in self.cut]

    def history(self):
        start = self.events[0][0] if self.events else 0
        return " ".join(f"{when - start:.3f}:{name} {what}" for when, name, what in self.events)

    def periods(self, since=0):
        """[(from, until, [names that hold the VIP on the wire])], without holes, up to now."""
        holding, cut, periods, last = set(), set(), [], since
        with self.lock:
            events = sorted(self.events)
        for when, name, what in events + [(time.monotonic(), None, None)]:
            if when > last:
                periods.append((last, when, sorted(holding - cut)))
                last = when
            {"holds": holding.add, "drops": holding.discard, "cut": cut.add, "mended": cut.discard}.get(what, set)(*([name] if name else []))
        return periods

    def longest(self, count, since):
        """Seconds of the longest unbroken time with `count` directors (2: or more) holding the VIP on the wire."""
        longest = run = 0
        for start, end, names in self.periods(since):
            run = run + end - start if (len(names) == count if count < 2 else len(names) >= 2) else 0
            longest = max(longest, run)
        return longest

    def masters(self, since=0, vrid=51):
        """The directors that advertised (priority above 0), in order, each time it changed; first who did so last before `since`."""
        names = []
        for advert in sorted(self.adverts, key=lambda a: a.when):
            if advert.priority and advert.vrid == vrid:
                if advert.when < since:
                    names = [advert.host]
                elif names[-1:] != [advert.host]:
                    names.append(advert.host)
        return names

    def adverts_of(self, name, since=0, vrid=51):
        return [a for a in self.adverts if a.host == name and a.when >= since and a.vrid == vrid]

    def announcements(self, name, since=0):
        """Gratuitous ARP of the VIP."""
        return [a for a in self.arps if a.host == name and a.when >= since and a.is_gratuitous and a.sender == self.vip_text]
