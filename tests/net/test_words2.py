#!/usr/bin/python3
"""More keywords whose effect is in the kernel, on the wire or in the log: garp_extra_if, promote_secondaries, log_unknown_vrids,
disable_local_igmp."""
import os
import signal
import time

import lab

T = 0.2
EXTRA = ["192.0.4.1", "192.0.4.2"]


def with_wire(director):
    director.ip("link add wire1 type veth peer name wire2", "link set wire1 up", "link set wire2 up")


def heard(director, seconds):
    """The addresses of gratuitous ARP requests that leave by any interface, in this time."""
    found, end = [], time.monotonic() + seconds
    with director.inside():
        ear = lab.socket.socket(lab.socket.AF_PACKET, lab.socket.SOCK_RAW, lab.socket.htons(3))
    ear.settimeout(0.1)
    while time.monotonic() < end:
        try:
            frame, place = ear.recvfrom(2048)
        except TimeoutError:
            continue
        arp = frame[14:42]
        if place[2] == lab.socket.PACKET_OUTGOING and frame[12:14] == b"\x08\x06" and arp[14:18] == arp[24:28]:
            found.append(lab.socket.inet_ntoa(arp[14:18]))
    ear.close()
    return found


def garp_extra_if():
    """Of two addresses on another interface one is announced each second, with `all` both, those beside the adverts never; a reload tells."""
    vips = "\n".join(f"        {vip}/24 dev wire1" for vip in EXTRA)
    text = lab.instance(150, 3, T, "garp_master_delay 0\n    garp_master_repeat 1\n    {}").replace(f"{lab.VIP}/24", f"{lab.VIP}/24\n{vips}")
    with lab.Pair(version=3, interval=T) as pair:
        with_wire(pair.d1)
        pair.d1.start(text.replace("{}", ""))
        lab.wait(lambda: len(pair.d1.addresses("wire1")) == 2, 30, "d1 holds the addresses")
        time.sleep(0.5)
        lab.expect(heard(pair.d1, 1.5) == [], "announced without garp_extra_if")
        words = (("garp_extra_if 1", {EXTRA[0]}), ("garp_extra_if all 1", set(EXTRA)), ("garp_extra_if 0", set()))
        for number, (word, wanted) in enumerate(words, 2):
            pair.d1.reload(text.replace("{}", word))
            lab.wait(lambda n=number: f"generation {n} is applied everywhere" in pair.d1.log(), 30, f"{word} is applied")
            found = heard(pair.d1, 3.5)
            lab.expect(set(found) == wanted, f"{word}: {found}")
            lab.expect(len(found) <= 5 * len(wanted), f"{word}: more than one a second: {found}")


def promote_secondaries():
    """
    An address that leaves does not take the others of its network with it: the host's own one stays. With the word the setting is
    made when the address comes, without it when it would take another one along.
    """
    def setting(director):
        return director.run("cat", "/proc/sys/net/ipv4/conf/eth0/promote_secondaries").strip()

    for word, at_once in (("promote_secondaries", True), ("", False)):
        with lab.Pair(version=3, interval=T) as pair:
            pair.d1.sysctl(ipv4__conf__all__promote_secondaries=0, ipv4__conf__eth0__promote_secondaries=0)
            pair.d1.start(lab.instance(150, 3, T, word, vips=("198.51.100.1",)))
            lab.wait(lambda p=pair: "198.51.100.1" in p.d1.addresses(), 30, "d1 holds the address")
            lab.wait(lambda p=pair, k=at_once: setting(p.d1) == str(int(k)), 10, f"the setting is {int(at_once)}")
            pair.d1.ip("addr add 198.51.100.9/24 dev eth0")
            pair.d1.stop()
            lab.expect("198.51.100.9" in pair.d1.addresses() and setting(pair.d1) == "1", f"{word}: {pair.d1.addresses()}")


def log_unknown_vrids():
    """A stranger's VRID is a line, one a minute; without the word it is none."""
    for word, lines in (("log_unknown_vrids", 1), ("", 0)):
        with lab.Pair(version=3, interval=T) as pair:
            pair.conf["d1"] = f"global_defs {{\n    {word}\n}}\n" + pair.conf["d1"]
            pair.conf["d2"] = lab.instance(100, 3, T, vrid=77, vips=("192.0.2.200",))
            pair.start()
            lab.wait(lambda p=pair: "192.0.2.200" in p.d2.addresses() and p.holds(p.d1), 30, "both are MASTER of their own")
            time.sleep(6 * T)
            count = pair.d1.log().count("eth0: advert of 192.0.2.2 with VRID 77, which no instance here has")
            lab.expect(count == lines, f"{word}: {count} lines")


REPORTS = "/proc/sys/net/ipv4/igmp_link_local_mcast_reports"


def joins(director, act):
    """Whether an IGMP report for the group of the adverts leaves eth0 within 3 s of act()."""
    with director.inside():
        ear = lab.socket.socket(lab.socket.AF_PACKET, lab.socket.SOCK_RAW, lab.socket.htons(3))
    ear.bind(("eth0", 3))
    ear.settimeout(0.1)
    act()
    found, end = False, time.monotonic() + 3
    while time.monotonic() < end and not found:
        try:
            frame = ear.recv(2048)
        except TimeoutError:
            continue
        found = frame[12:14] == b"\x08\x00" and frame[23] == 2 and lab.socket.inet_aton("224.0.0.18") in frame[30:]
    ear.close()
    return found


def disable_local_igmp():
    """No report while the word is there; the old value comes back at a reload without it, a stop and the start after a crash."""
    plain = lab.instance(150, 3, T)
    word = "global_defs {\n    disable_local_igmp\n}\n" + plain
    with lab.Pair(version=3, interval=T) as pair:
        def value():
            return pair.d1.run("cat", REPORTS).strip()

        def holds(what):
            lab.wait(lambda: lab.VIP in pair.d1.addresses(), 30, what)

        lab.expect(value() == "1", "the kernel's own")
        lab.expect(not joins(pair.d1, lambda: pair.d1.start(word)), "no report is sent")
        holds("MASTER")
        lab.expect(value() == "0", "set")
        pair.d1.reload(plain)
        lab.wait(lambda: value() == "1", 30, "a reload puts it back")
        pair.d1.reload(word)
        lab.wait(lambda: value() == "0", 30, "and sets it again")
        pair.d1.stop()
        lab.expect(value() == "1", "a stop puts it back")
        pair.d1.start(word)
        holds("MASTER again")
        for pid in pair.d1.processes():
            os.kill(pid, signal.SIGKILL)
        lab.wait(lambda: not pair.d1.processes(), 30, "all are dead")
        lab.expect(value() == "0", "nobody was there to put it back")
        lab.expect(joins(pair.d1, lambda: pair.d1.start(plain)), "a report is sent")
        lab.expect(value() == "1", "the start after a crash puts it back")
        pair.d1.stop()
        pair.d1.run("sh", "-c", f"echo 0 >{REPORTS}")
        pair.d1.start(word)
        holds("MASTER")
        pair.d1.stop()
        lab.expect(value() == "0", "what was 0 before stays 0")


lab.main(garp_extra_if, promote_secondaries, log_unknown_vrids, disable_local_igmp)
