#!/usr/bin/python3
"""Keywords whose effect is on the wire: garp_group, one pace for several interfaces."""
import lab

T = 0.2
VIPS = {"eth0": [f"192.0.3.{n}" for n in range(1, 31)], "wire1": [f"192.0.4.{n}" for n in range(1, 31)]}
PACE = 0.02


def instances():
    """One on each interface, which become MASTER together."""
    return "".join(lab.instance(150, 3, T, "garp_master_repeat 2\n    garp_master_delay 0", name, vrid, vips, dev)
                   for (dev, vips), name, vrid in zip(VIPS.items(), ("VI_1", "VI_2"), (51, 52)))


def listen(director, seconds, enough):
    """(time, address) of each gratuitous ARP request that leaves by any of the interfaces, until there are enough."""
    heard, end = [], lab.time.monotonic() + seconds
    wanted = {lab.socket.inet_aton(vip) for vips in VIPS.values() for vip in vips}
    with director.inside():
        ear = lab.socket.socket(lab.socket.AF_PACKET, lab.socket.SOCK_RAW, lab.socket.htons(3))
    ear.settimeout(0.2)
    while len(heard) < enough and lab.time.monotonic() < end:
        try:
            frame, place = ear.recvfrom(2048)
        except TimeoutError:
            continue
        arp = frame[14:42]
        if place[2] == lab.socket.PACKET_OUTGOING and frame[12:14] == b"\x08\x06" and arp[14:18] == arp[24:28] and arp[14:18] in wanted:
            heard.append((lab.time.monotonic(), lab.socket.inet_ntoa(arp[14:18])))
    ear.close()
    return heard


def garp_group():
    """Two interfaces, 60 addresses: one announcement each 20 ms on both together; each is announced once before any is repeated."""
    group = f"garp_group {{\n    garp_interval {PACE}\n    interfaces {{\n        {' '.join(VIPS)}\n    }}\n}}\n"
    with lab.Pair(version=3, interval=T) as pair:
        pair.d1.ip("link add wire1 type veth peer name wire2", "link set wire1 up", "link set wire2 up", "addr add 198.51.100.1/24 dev wire1")
        pair.d1.start(group + instances())
        heard = listen(pair.d1, 40, 120)
        lab.expect(len(heard) == 120, f"{len(heard)} announcements")
        first = [who for _, who in heard[:60]]
        # Who is MASTER a moment later than the other is announced before the other's repeats.
        lab.expect(len(set(first)) == 60, f"{len(set(first))} addresses in the first 60 announcements")
        spans = [b - a for (a, _), (b, _) in zip(heard, heard[20:])]
        print(f"    20 announcements took {1000 * min(spans):.0f} ms at least")
        lab.expect(min(spans) > 20 * PACE * 0.8, f"20 announcements took {min(spans):.3f} s")
        lab.expect(pair.d1.stop() == 0, "an orderly stop")


if __name__ == "__main__":
    lab.main(garp_group)
