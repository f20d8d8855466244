#!/usr/bin/python3
"""Keywords whose effect is on the wire: garp_group, one pace for several interfaces; interface_up_down_delays;
vrrp_delay_after_boot; owner_ignore_adverts."""
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


def blocked_after_link_up():
    """F16: the switch forwards nothing for a while after link up; d1, whose link counts only after that, is no false MASTER meanwhile."""
    with lab.Pair(version=3, interval=T) as pair:
        pair.conf["d1"] = "interface_up_down_delays {\n    eth0 0 6\n}\n" + pair.conf["d1"]
        pair.start()
        pair.settled()
        begin = lab.time.monotonic()
        pair.cut(pair.d1)
        lab.wait(lambda: pair.holds(pair.d2), 30, "d2 took over")
        lab.wait(lambda: pair.d1.instance()["state"] == "FAULT", 30, "a link that is down counts at once")
        pair.deaf(pair.d1, "meta protocol != 0")
        pair.switch.run("nft", "-f", "-", text="table netdev egress { chain e { type filter hook egress device d1 priority 0; drop; }\n}\n")
        up = lab.time.monotonic()
        pair.switch.ip("link set d1 up")
        lab.wait(lambda: "interface_up_down_delays wants" in str(pair.d1.instance()), 30, "the status says why it waits")
        lab.time.sleep(3 * pair.down)
        pair.deaf(pair.d1, "")
        pair.switch.run("nft", "delete", "table", "netdev", "egress")
        pair.observer.reachable("d1")
        if lab.time.monotonic() < up + 5:
            lab.expect(pair.d1.instance()["state"] == "FAULT", "the delay is over too early")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 60, "d1 preempts")
        lab.expect(lab.time.monotonic() - up > 5.9, f"after {lab.time.monotonic() - up:.1f} s")
        pair.expect_masters(["d1", "d2", "d1"], since=begin, without=pair.down + 1)
        log = pair.d1.log()
        lab.expect(log.count("-> MASTER") + log.count("to MASTER") <= 2, "a false MASTER:\n" + log)


def waits_after_boot():
    """d1 takes part 8 s from now by the uptime of the host, however early it is started; a delay that is over is none."""
    with lab.Pair(version=3, interval=T) as pair:
        with open("/proc/uptime", encoding="ascii") as f:
            after = float(f.read().split()[0]) + 8
        if after > 86400:
            print("    the host is up for a day: the longest delay is over")
            after = 1
        begin = lab.time.monotonic()
        pair.conf["d1"] = f"global_defs {{\n    vrrp_startup_delay 0.5\n    vrrp_delay_after_boot {after:.2f}\n}}\n" + pair.conf["d1"]
        pair.conf["d2"] = "global_defs {\n    vrrp_delay_after_boot 1\n}\n" + pair.conf["d2"]
        pair.start()
        if after > 1:
            lab.wait(lambda: pair.holds(pair.d2), 30, "d2 does not wait")
        lab.wait(lambda: pair.observer.holding() == ["d1"], 60, "d1 took part")
        took = lab.time.monotonic() - begin
        lab.expect(took > (8 if after > 1 else 0.5), f"d1 took part after {took:.1f} s")


def ignores():
    """An owner that ignores adverts stays MASTER beside another one with the greater address, which would win."""
    with lab.Pair(version=3, interval=T, priorities=(255, 255), extra="owner_ignore_adverts") as pair:
        pair.conf["d2"] = pair.conf["d2"].replace("owner_ignore_adverts", "owner_ignore_adverts off")
        pair.start(pair.d1)
        lab.wait(lambda: pair.holds(pair.d1), 30, "d1 is MASTER")
        pair.start(pair.d2)
        lab.wait(lambda: "MASTER -> BACKUP" in pair.d2.log(), 60, "d2 hears an owner that does not yield, and steps down")
        lab.time.sleep(3 * pair.down)
        lab.expect(pair.d1.instance()["state"] == "MASTER", "d1 stays MASTER")


if __name__ == "__main__":
    lab.main(garp_group, blocked_after_link_up, waits_after_boot, ignores)
