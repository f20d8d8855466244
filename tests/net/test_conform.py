#!/usr/bin/python3
"""The standard's sentences that only the wire can show, judged by packets alone, so that any VRRP daemon can stand there.

A tester (192.0.2.2, injector and sniffer) and one daemon (192.0.2.1, priority 100) on a switch. What a packet must look like, what a
BACKUP must not do, what a MASTER must, and in which order. Each case names its rows of vectors/vrrp_checklist.json. The packets that a
receiver must accept or refuse are in net.wire.
"""
import socket
import struct
import time

import lab
from observer import PACKET_OUTGOING, SO_TIMESTAMPNS, Advert, Arp

T = 0.2
VIPS = ("192.0.2.100", "192.0.2.101", "192.0.2.99")
DOWN = 3 * T + 156 / 256 * T
SLACK = 0.3  # a shared machine's wake-up


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def advert(priority, interval=T, source="192.0.2.2", to="224.0.0.18", vips=VIPS, ttl=255):
    """A version 3 advert as the installed base sends it (RFC 5798, with pseudo-header), with its IP header."""
    body = struct.pack("!BBBBHH", 0x31, 51, priority, len(vips), round(interval * 100), 0) + b"".join(map(socket.inet_aton, vips))
    pseudo = socket.inet_aton(source) + socket.inet_aton(to) + struct.pack("!HH", 112, len(body))
    body = body[:6] + struct.pack("!H", checksum(pseudo + body)) + body[8:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(body), 0, 0, ttl, 112, 0, socket.inet_aton(source), socket.inet_aton(to))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def arp(operation, sender_mac, sender, target, target_mac=b"\0" * 6):
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + sender_mac + socket.inet_aton(sender) + target_mac + socket.inet_aton(target)


class Frame:
    """One frame as the tester saw it."""

    def __init__(self, when, data):
        self.when, self.data = when, data
        self.to, self.source = data[:6].hex(":"), data[6:12].hex(":")
        self.is_arp, self.is_ip = data[12:14] == b"\x08\x06", data[12:14] == b"\x08\x00"
        self.advert = Advert(when, "dut", data[14:]) if self.is_ip and data[23] == 112 else None
        self.arp = Arp(when, "dut", data) if self.is_arp else None
        self.is_announcement = bool(self.arp and self.arp.is_gratuitous)


class Bench(lab.Lab):
    """L1: one tester, one daemon."""

    MAC, OWN = "02:00:00:00:00:02", bytes.fromhex("020000000001")

    def __init__(self, extra="", priority=100, interval=T, vips=VIPS, globals_="", start=True):
        super().__init__()
        self.tester, self.dut = self.host("tst", "192.0.2.2"), self.director("dut", "192.0.2.1")
        self.offset = time.time() - time.monotonic()
        self.sock = self.frames(self.tester)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.seen = []
        self.conf = f"global_defs {{\n    router_id dut\n    {globals_}\n}}\n" + lab.instance(priority, 3, interval, extra, vips=vips)
        self.dut.write("/run/lab/daemon.conf", self.conf)
        if start:
            self.started = time.monotonic()
            self.dut.start()

    def send_ip(self, packet, mac=None):
        to = mac or (b"\x01\x00\x5e\x00\x00\x12" if packet[16] == 224 else bytes.fromhex(self.MAC.replace(":", "")))
        self.sock.send(to + self.OWN + b"\x08\x00" + packet)
        return time.monotonic()

    def ask(self, target):
        """An ARP request of the tester for the target, to everybody."""
        self.sock.send(b"\xff" * 6 + self.OWN + b"\x08\x06" + arp(1, self.OWN, "192.0.2.2", target))

    def listen(self, seconds):
        """What the daemon sends in this time."""
        frames, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.sock.settimeout(left)
            try:
                data, ancillary, _, address = self.sock.recvmsg(65536, 64)
            except TimeoutError:
                break
            if address[2] == PACKET_OUTGOING or data[6:12].hex(":") == "02:00:00:00:00:01":
                continue
            seconds_, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
            frames.append(Frame(seconds_ + nanoseconds / 1e9 - self.offset, data))
        self.seen += frames
        return frames

    def adverts(self, seconds):
        return [f.advert for f in self.listen(seconds) if f.advert]

    def until_master(self, seconds=30):
        """Listens until the first advert; the frames of that time."""
        frames, end = [], time.monotonic() + seconds
        while not any(f.advert for f in frames):
            lab.expect(time.monotonic() < end, f"no advert in {seconds} s")
            frames += self.listen(0.1)
        return frames

    def keep_quiet(self, seconds, priority=150, **more):
        """A stronger MASTER speaks; what the daemon sends meanwhile, from the first advert that it can have heard."""
        frames, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            self.send_ip(advert(priority, **more))
            frames += self.listen(T / 2)
        return frames


def packet():
    """TX-01 TX-02 TX-06 TX-10 TX-11 TX-12 TX-13 TX-14 TX-18 TX-20 TX-22 TX-23 TX-25: what an advert looks like, byte for byte."""
    with Bench() as bench:
        frame = next(f for f in bench.until_master() if f.advert)
        ip, body = frame.data[14:34], frame.advert.body
        lab.expect(frame.data[12:14] == b"\x08\x00" and ip[9] == 112, f"no IP protocol 112: {frame.data.hex()}")
        lab.expect(frame.to == "01:00:5e:00:00:12" and frame.advert.to == "224.0.0.18", f"sent to {frame.to} {frame.advert.to}")
        lab.expect(frame.advert.source == "192.0.2.1", f"source {frame.advert.source}")
        lab.expect(ip[8] == 255 and ip[1] == 0xc0, f"TTL {ip[8]}, TOS {ip[1]:#x}")
        wanted = struct.pack("!BBBBH", 0x31, 51, 100, 3, 20)
        lab.expect(body[:6] == wanted, f"begins {body[:6].hex()}, not {wanted.hex()}")
        lab.expect(body[8:] == b"".join(map(socket.inet_aton, VIPS)), f"addresses {body[8:].hex()}, not in the order of the file")
        pseudo = socket.inet_aton("192.0.2.1") + socket.inet_aton("224.0.0.18") + struct.pack("!HH", 112, len(body))
        lab.expect(checksum(pseudo + body) == 0, "the checksum is not that of RFC 5798")
        lab.expect(struct.unpack("!H", ip[2:4])[0] == 20 + 8 + 12, "the IP length is not 8 + 4n")


def packet_of_9568():
    """TX-15 TX-17: the checksum of RFC 9568 where it is chosen, and the largest interval: all twelve bits, nothing above."""
    with Bench("v3_checksum_as_v2", priority=255, interval=40.95, vips=VIPS[:1]) as bench:
        body = next(f.advert.body for f in bench.until_master() if f.advert)
        lab.expect(checksum(body) == 0, "the checksum covers more than the message")
        lab.expect(body[4:6] == b"\x0f\xff", f"interval {body[4:6].hex()}")
        lab.expect(body[2] == 255, f"priority {body[2]}")


def start_and_beat():
    """SM-02 TM-09 TM-02 TM-08 TM-11 SM-13 TX-26: silence for 3 T and skew, then an advert every T, without drift."""
    with Bench() as bench:
        frames = bench.until_master()
        first = next(f.when for f in frames if f.advert)
        lab.expect(first - bench.started > DOWN - 0.01, f"advertised {first - bench.started:.3f} s after the start, not {DOWN:.3f}")
        times = [first] + [a.when for a in bench.adverts(30 * T)]
        beats = [(b - a) for a, b in zip(times, times[1:])]
        mean = (times[-1] - times[0]) / (len(times) - 1)
        print(f"    {len(beats)} intervals: mean {mean * 1000:.2f} ms, longest {max(beats) * 1000:.2f} ms")
        lab.expect(len(beats) >= 27, f"{len(beats)} adverts in 30 intervals")
        lab.expect(abs(mean - T) < 0.01 * T, f"mean interval {mean:.4f} s")
        if not lab.STANDIN:
            lab.expect(bench.dut.instance()["counters"]["dropped"]["own_source"] == 0, "it hears itself")


def order_of_taking_over():
    """SM-06 AR-04 AR-05 AR-12 AR-13 AC-09: the advert goes first, then each address once before any twice, as a request, again later."""
    with Bench("garp_master_delay 1\n    garp_master_repeat 3") as bench:
        frames = bench.until_master() + bench.listen(2)
        kinds = [f for f in frames if f.advert or f.is_announcement]
        lab.expect(kinds[0].advert is not None, "announced before the first advert")
        announced = [f for f in kinds if f.is_announcement]
        lab.expect([f.arp.sender for f in announced[:3]] == list(VIPS), f"first round: {[f.arp.sender for f in announced[:3]]}")
        lab.expect(all(f.arp.is_request and f.arp.sender_mac == bench.MAC and f.to == "ff:ff:ff:ff:ff:ff" for f in announced),
                   "not all announcements are requests with the sender's address and MAC")
        late = [f for f in announced if f.when > kinds[0].when + 0.8]
        lab.expect(len(announced) == 18 and len(late) == 9, f"{len(announced)} announcements, {len(late)} of them after a second")


def backup_is_silent():
    """SM-08 TX-27 AR-01 AR-15 AC-04: a BACKUP sends no advert, answers no ARP and no packet for the addresses, announces nothing."""
    with Bench() as bench:
        frames = bench.keep_quiet(2 * DOWN + 1)
        for vip in VIPS:
            bench.ask(vip)
        frames += bench.keep_quiet(1)
        echo = struct.pack("!BBHHH", 8, 0, 0, 7, 1)
        echo = echo[:2] + struct.pack("!H", checksum(echo)) + echo[4:]
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 1, 0, socket.inet_aton("192.0.2.2"), socket.inet_aton(VIPS[0]))
        bench.send_ip(head[:10] + struct.pack("!H", checksum(head)) + head[12:] + echo, bytes.fromhex(bench.MAC.replace(":", "")))
        frames += bench.keep_quiet(0.5)
        talk = [f for f in frames if f.advert or (f.arp and f.arp.sender in VIPS) or (f.is_ip and f.data[26:30] == socket.inet_aton(VIPS[0]))]
        lab.expect(not talk, f"a BACKUP said {[f.data.hex() for f in talk[:3]]}")
        lab.expect(not set(VIPS) & set(bench.dut.addresses()), "a BACKUP has the addresses")


def master_serves():
    """AC-01 AR-02 SM-11 SM-04: a MASTER answers ARP and ping for the addresses, and says priority 0 once, at once, when it ends."""
    with Bench() as bench:
        bench.until_master()
        bench.listen(1)
        bench.ask(VIPS[1])
        answers = [f.arp for f in bench.listen(0.5) if f.arp and not f.is_announcement and f.arp.sender == VIPS[1]]
        lab.expect(answers and answers[0].sender_mac == bench.MAC, f"answers: {answers}")
        lab.expect("1 received" in bench.tester.run("ping", "-c1", "-W5", VIPS[0], check=False), "the address does not answer")
        told = time.monotonic()
        bench.dut.signal(15)
        frames = bench.listen(DOWN + 1)
        zero = [f for f in frames if f.advert and f.advert.priority == 0]
        lab.expect(len(zero) == 1 and zero[0].when - told < SLACK, f"priority 0: {[f.when - told for f in zero]}")
        lab.expect(not [f for f in frames if f.advert and f.when > zero[0].when], "advertised after the goodbye")
        lab.expect(bench.dut.daemon.wait(30) == 0, "an orderly stop failed")


def backup_leaves_silently():
    """SM-05: a BACKUP that is stopped sends no packet."""
    with Bench() as bench:
        bench.keep_quiet(1.5)
        bench.dut.signal(15)
        lab.expect(not [f for f in bench.keep_quiet(1) if f.advert], "a BACKUP said something when it left")


def yields():
    """SM-15 TM-07 AR-14 PR-01: a MASTER that hears a stronger one is silent at once, has let go soon, and learned its interval."""
    with Bench() as bench:
        bench.until_master()
        sent = bench.send_ip(advert(200, 0.5))
        lab.expect(not bench.adverts(0.6), "advertised after a stronger advert")
        bench.ask(VIPS[0])
        answers = [f for f in bench.listen(0.2) if f.arp and f.arp.sender == VIPS[0] and not f.is_announcement]
        lab.expect(not answers, "answers ARP after it yielded")
        back = next(f for f in bench.until_master() if f.advert)
        due = 3 * 0.5 + 156 / 256 * 0.5
        lab.expect(due - 0.02 < back.when - sent < due + SLACK, f"back after {back.when - sent:.3f} s, not {due:.3f}")


def preempts():
    """PR-01 SM-10 TM-06: a weaker MASTER is preempted at the deadline that ran before, whatever interval it claims."""
    with Bench() as bench:
        bench.keep_quiet(1)
        last = bench.send_ip(advert(150))
        bench.listen(T)
        for _ in range(2):
            bench.send_ip(advert(50, 40.95))
            bench.listen(T / 4)
        first = next(f for f in bench.until_master(10) if f.advert)
        lab.expect(abs(first.when - last - DOWN) < SLACK, f"took over after {first.when - last:.3f} s, not {DOWN:.3f}")


def source_follows():
    """TX-04: the source is the interface's primary address, also after that has changed; never the virtual one."""
    with Bench() as bench:
        bench.until_master()
        bench.dut.ip("addr add 192.0.2.5/24 dev eth0", "addr del 192.0.2.1/24 dev eth0")
        bench.dut.ip("addr add 192.0.2.6/24 dev eth0")
        lab.wait(lambda: (seen := bench.adverts(T * 2)) and seen[-1].source not in ("192.0.2.1",), 30, "another source")
        sources = {a.source for a in bench.adverts(5 * T)}
        lab.expect(sources <= {"192.0.2.5", "192.0.2.6"} and len(sources) == 1, f"sources {sources}")


def priority_is_effective():
    """TX-13 SM-24: a tracked interface changes the priority on the wire at once; the sum stays within 1 to 254."""
    with Bench("track_interface {\n        eth9 weight -30\n    }") as bench:
        bench.until_master()
        lab.expect({a.priority for a in bench.adverts(3 * T)} == {70}, "100 - 30 is not advertised")
        bench.dut.ip("link add eth9 type veth peer name eth8", "link set eth8 up", "link set eth9 up")
        lab.wait(lambda: {a.priority for a in bench.adverts(2 * T)} == {100}, 30, "100 is advertised")


def members():
    """MC-01 MC-03: member of the group, with a report on the wire; still after the interface was down."""
    with Bench() as bench:
        bench.until_master()
        lab.expect("224.0.0.18" in bench.dut.run("ip", "maddr", "show", "dev", "eth0"), "no member of 224.0.0.18")
        bench.dut.ip("link set eth0 down")
        time.sleep(0.5)
        bench.dut.ip("link set eth0 up")
        bench.until_master()
        lab.expect("224.0.0.18" in bench.dut.run("ip", "maddr", "show", "dev", "eth0"), "no member of 224.0.0.18 any more")
        lab.expect(not [a for a in bench.keep_quiet(4 * DOWN)[-8:] if a.advert], "does not hear a stronger MASTER after the flap")


def after_a_fault():
    """SM-21 SM-22: without carrier silent and without the addresses; back as BACKUP for a whole down interval."""
    with Bench() as bench:
        bench.until_master()
        bench.cut(bench.dut)
        lab.wait(lambda: not set(VIPS) & set(bench.dut.addresses()), 10, "the addresses are gone")
        bench.listen(0.1)
        up = time.monotonic()
        bench.mend(bench.dut)
        first = next(f for f in bench.until_master() if f.advert)
        lab.expect(first.when - up > DOWN - 0.02, f"advertised {first.when - up:.3f} s after the carrier came back")


def unicast():
    """UC-01 UC-02 UC-03 UC-06 UC-08 RX-25: a copy to each peer and none to the group, from the interface's own MAC; heard is who is a peer."""
    extra = "unicast_src_ip 192.0.2.1\n    check_unicast_src\n    unicast_peer {\n        192.0.2.2\n        192.0.2.3\n    }"
    with Bench(extra, start=False) as bench:
        bench.host("other", "192.0.2.3")
        bench.dut.ip("neigh add 192.0.2.2 lladdr 02:00:00:00:00:01 dev eth0 nud permanent",
                     "neigh add 192.0.2.3 lladdr 02:00:00:00:00:01 dev eth0 nud permanent")
        bench.dut.start()
        frames = [f for f in bench.until_master() + bench.listen(4 * T) if f.advert]
        lab.expect({f.advert.to for f in frames} == {"192.0.2.2", "192.0.2.3"}, f"sent to {({f.advert.to for f in frames})}")
        copies = [sum(f.advert.to == peer for f in frames) for peer in ("192.0.2.2", "192.0.2.3")]
        lab.expect(abs(copies[0] - copies[1]) <= 1 and {f.source for f in frames} == {bench.MAC}, f"copies {copies}")
        for f in frames:
            pseudo = f.data[26:34] + struct.pack("!HH", 112, len(f.advert.body))
            lab.expect(checksum(pseudo + f.advert.body) == 0, "the pseudo-header has not the real destination")
            lab.expect(f.advert.ttl == 255, f"TTL {f.advert.ttl}")
        bench.send_ip(advert(200, source="192.0.2.7", to="192.0.2.1"))
        lab.expect(bench.adverts(3 * T), "a stranger's advert was obeyed")
        bench.send_ip(advert(200))
        lab.expect(bench.adverts(3 * T), "an advert to the group was obeyed")
        bench.send_ip(advert(200, to="192.0.2.1"))
        lab.expect(not bench.adverts(2 * T), "the peer's advert was not obeyed")


def no_peers():
    """UC-05: unicast without a peer never falls back to the group: nothing is sent at all."""
    with Bench("unicast_src_ip 192.0.2.1\n    unicast_peer {\n    }") as bench:
        lab.expect(not [f for f in bench.listen(2 * DOWN + 2) if f.advert], "an advert was sent")


def added_by_reload():
    """AR-07 SM-23: an address that a reload adds is announced; the others are not, and no advert is late."""
    with Bench("garp_master_delay 1") as bench:
        bench.until_master()
        bench.listen(2.5)
        bench.dut.reload(bench.conf.replace("        192.0.2.99/24", "        192.0.2.99/24\n        192.0.2.98/24"))
        frames = bench.listen(2)
        announced = {f.arp.sender for f in frames if f.is_announcement}
        lab.expect(announced == {"192.0.2.98"}, f"announced: {announced}")
        times = [f.when for f in frames if f.advert]
        lab.expect(max(b - a for a, b in zip(times, times[1:])) < 2 * T, "an advert was late")


def both_at_once():
    """PR-09 PR-06: two that start at once: one stays, the greater address at equal priority, after three transitions at most."""
    with lab.Pair(version=3, interval=T, priorities=(100, 100)) as pair:
        for director in pair.directors:
            pair.deaf(director)
        pair.start()
        lab.wait(lambda: pair.observer.holding() == ["d1", "d2"], 30, "both are MASTER, neither hears the other")
        for director in pair.directors:
            pair.deaf(director, "")
        pair.settled(pair.d2)
        seen = [f"{name} {what}" for _, name, what in pair.observer.events]
        lab.expect(len(seen) == 3 and seen[2] == "d1 drops", f"changes of the holder: {pair.observer.history()}")


def padding():
    """RX-30: the bytes with which Ethernet fills a short frame do not count."""
    with Bench(vips=VIPS[:1]) as bench:
        end = time.monotonic() + 3 * DOWN
        frames = []
        while time.monotonic() < end:
            bench.send_ip(advert(150, vips=VIPS[:1]) + b"\x55" * 14)
            frames += bench.listen(T / 2)
        lab.expect(not [f for f in frames if f.advert], "a padded advert was not heard")


def flood():
    """RX-35 RX-36 SM-20: weaker adverts by the thousand: adverts keep their beat, answers are bounded."""
    with Bench() as bench:
        bench.until_master()
        packet, times, end, sent = advert(50), [], time.monotonic() + 10 * T, 0
        while time.monotonic() < end:
            for _ in range(50):
                bench.send_ip(packet)
                sent += 1
            times += [a.when for a in bench.adverts(0.005)]
        gaps = [b - a for a, b in zip(times, times[1:])]
        print(f"    {sent} adverts sent, {len(times)} answers and beats, longest gap {max(gaps) * 1000:.0f} ms")
        lab.expect(max(gaps) < 1.5 * T, f"longest gap {max(gaps):.3f} s")
        lab.expect(len(times) <= 10 * (1 + 4) + 5, f"{len(times)} adverts in ten intervals")


def refused():
    """TX-12 TX-14 TX-16 TX-20 TX-24 V2-12 V2-16 PR-05: what no advert can carry is refused when the file is read."""
    many = "\n".join(f"        10.{i // 250}.0.{i % 250 + 1}" for i in range(256))
    wrong = {
        "virtual_router_id 51": ("virtual_router_id 0", "virtual_router_id 256"),
        "advert_int 0.2": ("advert_int 0", "advert_int 40.96", "advert_int 0.005", "version 2\n    advert_int 256"),
        "priority 100": ("priority 256", "priority 0"),
        "        192.0.2.100/24": ("        192.0.2.100/24\n        2001:db8::1",),
    }
    with Bench(vips=VIPS[:1], start=False) as bench:
        def exit_of(conf):
            bench.dut.write("/run/lab/try.conf", conf)
            return bench.dut.run("sh", "-c", f"{lab.STANDIN or lab.BIN + '/vipd'} -t -f /run/lab/try.conf >/run/lab/out 2>&1; echo $?").strip()

        lab.expect(exit_of(bench.conf) == "0", "the plain file is not accepted")
        accepted = [new for old, news in wrong.items() for new in news if exit_of(bench.conf.replace(old, new)) == "0"]
        lab.expect(not accepted, f"accepted: {accepted}")
        lab.expect(exit_of(bench.conf.replace("        192.0.2.100/24", many)) in ("0", "5"), "more addresses than an advert holds")


lab.main(packet, packet_of_9568, start_and_beat, order_of_taking_over, backup_is_silent, master_serves, backup_leaves_silently, yields,
         preempts, source_follows, priority_is_effective, members, after_a_fault, unicast, no_peers, added_by_reload, both_at_once, padding, flood, refused)
