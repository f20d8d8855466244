#!/usr/bin/python3
"""IPv6: a pair beside its IPv4 sister; who is told of a takeover, what makes an address unusable, many addresses."""
import os
import signal
import socket
import struct
import time

import lab
from link_local import LINK, OWN, Six, VIP, Wire, holds, infos, instance, unusable


def check_advert(frame, source):
    head, body = frame[14:54], frame[54:]
    lab.expect(head[0] == 0x6c and head[1] < 16 and head[7] == 255, f"version, class, hop limit: {head[:8].hex()}")
    lab.expect(socket.inet_ntop(socket.AF_INET6, head[8:24]) == source, f"source {head[8:24].hex()}")
    lab.expect(socket.inet_ntop(socket.AF_INET6, head[24:40]) == "ff02::12" and frame[:6].hex(":") == "33:33:00:00:00:12", "group")
    lab.expect(body[:4] == bytes([0x31, 51, body[2], 2]) and len(body) == 40, f"advert {body.hex()}")
    lab.expect(body[8:24] == socket.inet_pton(socket.AF_INET6, LINK), "the first address is not the link-local one")
    words = head[8:40] + struct.pack("!II", len(body), 112) + body
    total = sum(struct.unpack(f"!{len(words) // 2}H", words))
    lab.expect((total & 0xffff) + (total >> 16) == 0xffff, "checksum")


def pair():
    """TX-03 TX-05 TX-07 TX-19 TX-21 ND-03 ND-06 ND-07 MC-02:
    Takes over from one that crashed, gives back, takes over from one that stops; clients are told."""
    with Six() as six:
        wires = {d.name: Wire(six, d) for d in (six.d1, six.d2)}
        six.d1.start(instance(150))
        six.d2.start(instance(100))
        six.serves(six.d1)
        check_advert(wires["d1"].adverts()[-1], OWN["d1"])
        lab.expect(six.d2.instance("VI_6")["master"]["address"] == OWN["d1"], f"{six.d2.instance('VI_6')['master']}")
        announced = len(wires["d2"].announcements(VIP))
        six.d1.power_cut()
        six.serves(six.d2)
        said = wires["d2"].announcements(VIP)[announced:]
        lab.expect(said and said[0][58] == 0x20 and said[0][21] == 255 and said[0][:6].hex(":") == "33:33:00:00:00:01",
                   f"announced with {said[:1]}")
        six.mend(six.d1)
        lab.wait(lambda: not unusable(six.d1), 30, "link-local address of d1")
        six.d1.start()
        six.serves(six.d1)
        lab.expect(not six.d2.instance("VI_6")["faults"], "d2 is in FAULT")
        lab.expect(six.d1.stop() == 0, "exit status")
        six.serves(six.d2)
        lab.expect(not holds(six.d1) and not holds(six.d1, LINK), f"left on d1: {infos(six.d1)}")


def sisters():
    """TX-28: The same number for both families: each its own virtual router, and only one of them is cut off."""
    with Six() as six:
        for director, priority in ((six.d1, 150), (six.d2, 100)):
            director.start(instance(priority) + lab.instance(priority, version=3, interval=0.2, name="VI_4"))
        six.serves(six.d1)
        lab.wait(lambda: lab.VIP in six.d1.addresses(), 30, "d1 serves IPv4")
        moved = six.d2.instance("VI_4")["counters"]["transitions"]
        six.deaf(six.d1, "ip6 nexthdr 112")
        lab.wait(lambda: six.d2.instance("VI_6")["state"] == "MASTER", 30, "d2 takes over IPv6")
        lab.expect(six.d2.instance("VI_4")["state"] == "BACKUP", "d2 took over IPv4 too")
        six.deaf(six.d1, "")
        lab.wait(lambda: six.d2.instance("VI_6")["state"] == "BACKUP", 30, "d2 gives IPv6 back")
        six.serves(six.d1)
        lab.expect(six.d2.instance("VI_4")["counters"]["transitions"] == moved, f"IPv4 moved: {six.d2.instance('VI_4')}")


def dad_failed():
    """ND-17: Somebody puts the address back with duplicate address detection, which fails: repaired as soon as it is seen."""
    with Six() as six:
        six.d1.start(instance(150).replace("advert_int 0.2", "advert_int 1.5"))
        lab.wait(lambda: holds(six.d1), 60, "d1 is MASTER")
        vrrp = six.d1.family()["vrrp"]
        os.kill(vrrp, signal.SIGSTOP)
        six.client.ip(f"addr add {VIP}/64 dev eth0 nodad")
        six.d1.ip(f"addr del {VIP}/64 dev eth0", f"addr add {VIP}/64 dev eth0")
        lab.wait(lambda: any(a["local"] == VIP and a.get("dadfailed") for a in infos(six.d1)), 10, "detection fails")
        six.client.ip(f"addr del {VIP}/64 dev eth0")
        os.kill(vrrp, signal.SIGCONT)
        lab.wait(lambda: holds(six.d1) and not unusable(six.d1), 10, "the address is healed")
        lab.wait(lambda: "put back after duplicate address detection" in six.d1.log(), 10, "it is said")
        lab.expect(six.d1.instance("VI_6")["state"] == "MASTER", "no longer MASTER")


def source_waits():
    """ND-20: Without a link-local address FAULT, which is named; not sent from another one; back when detection is over."""
    with Six() as six:
        six.d1.start(instance(150, extra="virtual_ipaddress_excluded {\n        192.0.2.100/24\n    }"))
        six.d2.start(instance(100))
        six.serves(six.d1)
        lab.expect(lab.VIP in six.d1.addresses(), "the excluded IPv4 address is missing")
        wire = Wire(six, six.d1)
        six.d1.ip(f"addr del {OWN['d1']}/64 dev eth0")
        lab.wait(lambda: six.d1.instance("VI_6")["state"] == "FAULT", 10, "FAULT")
        lab.expect(six.d1.instance("VI_6")["faults"] == ["interface eth0 has no link-local IPv6 address of its own"],
                   f"{six.d1.instance('VI_6')['faults']}")
        six.serves(six.d2)
        lab.expect(lab.VIP not in six.d1.addresses(), "the excluded IPv4 address stays")
        six.d1.ip(f"addr add {OWN['d1']}/64 dev eth0")
        six.serves(six.d1)
        lab.expect({f[22:38] for f in wire.adverts()} == {socket.inet_pton(socket.AF_INET6, OWN["d1"])}, "another source")


def many():
    """A thousand addresses: ninety in the advert, the others beside it."""
    vips = [f"{LINK}/64"] + [f"2001:db8::1:{i:x}/64" for i in range(1, 1000)]
    with Six() as six:
        six.d1.start(instance(150, vips))
        lab.wait(lambda: len([a for a in infos(six.d1) if ":1:" in a["local"]]) == 999, 60, "all addresses")
        wire = Wire(six, six.d1)
        lab.wait(wire.adverts, 10, "an advert")
        frame = wire.adverts()[0]
        lab.expect(frame[57] == 90 and len(frame) == 54 + 8 + 90 * 16, f"count {frame[57]}, {len(frame)} bytes")
        lab.expect("an advert carries 90 addresses" in six.d1.log(), "nothing is said")
        six.d1.stop()
        lab.expect(len(infos(six.d1)) == 2, f"{len(infos(six.d1))} addresses left")


def reported_again():
    """F12: a switch that snoops MLD forgot the port with its link: who is back reports the group of VRRP in MLDv2, unasked."""
    with Six() as six:
        six.d1.start(instance(150))
        six.d2.start(instance(100))
        six.serves(six.d1)
        wire = Wire(six, six.d2)
        six.cut(six.d2)
        lab.wait(lambda: six.d2.instance("VI_6")["state"] == "FAULT", 30, "d2 is off")
        time.sleep(1)  # the kernel repeats what it said before
        wire.read()
        wire.frames.clear()
        six.mend(six.d2)
        lab.wait(lambda: group_reports(wire.read()), 10, "d2 reports ff02::12", 0.05)
        lab.wait(lambda: six.d2.instance("VI_6")["state"] == "BACKUP", 30, "d2 is BACKUP")
        six.serves(six.d1)


def group_reports(frames):
    """The MLDv2 reports (RFC 9777 5.2) that name the group of VRRP: behind a hop-by-hop header, type 143."""
    reports = [f for f in frames if f[20] == 0 and f[54] == 58 and f[62] == 143]
    return [f for f in reports if socket.inet_pton(socket.AF_INET6, "ff02::12") in f[70:]]


lab.main(pair, sisters, dad_failed, source_waits, reported_again, many)
