#!/usr/bin/python3
"""test_bfd.py - BFD (RFC 5880, 5881, 5883) of two directors and with FRR's bfdd: it comes up, agrees on timers, notices a cut within
the detection time, says goodbye, comes back; what tracks it follows."""

import json
import os
import time

import frr
from lab import BIN, Lab, Pair, expect, instance, main, wait

ROUTER = "192.0.2.254"
V6 = {"d1": "2001:db8::1", "r": "2001:db8::fe"}


def session(neighbor, name="up", more=""):
    return f"bfd_instance {name} {{\n neighbor_ip {neighbor}\n min_rx 50\n min_tx 50\n multiplier 3\n {more}\n}}\n"


def tracking(priority, weight):
    return instance(priority, version=3, interval=0.2, extra=f"track_bfd {{\n        up {weight}\n    }}")


# Sessions that end after 100 ms of silence on a machine that others use: who speaks and hears has the processor when it needs it.
REALTIME = "global_defs {\n vrrp_rt_priority 50\n}\n"


def start(director, conf=None):
    """Starts vipd and waits until it can be asked."""
    director.start(None if conf is None else REALTIME + conf)
    wait(lambda: " runs: " in "".join(director.log().splitlines()[-3:]), 30, f"{director.name} runs", 0.02)


def bfd(director, name="up"):
    return next((s for s in director.status().get("bfd", []) if s["name"] == name), {})


def wait_state(director, state, name="up", seconds=30):
    wait(lambda: bfd(director, name).get("state") == state, seconds, f"{director.name}: {name} is {state}", 0.02)
    return bfd(director, name)


def expect_agreed(s, tx=50000, rx=50000, detection=150000):
    wait_for = {"tx_usec": tx, "rx_usec": rx, "detection_usec": detection, "polling": False}
    seen = {key: s[key] for key in wait_for}
    expect(seen == wait_for, f"agreed on {seen}, expected {wait_for}")


def agreed(director, **values):
    """The poll sequence of coming up takes a packet in each direction."""
    wait(lambda: not bfd(director)["polling"] and bfd(director)["remote"], 10, "poll sequence over", 0.02)
    wait(lambda: bfd(director)["detection_usec"] == values.get("detection", 150000), 10, "the neighbor's timers", 0.02)
    expect_agreed(bfd(director), **values)


def router(lab, name="r", address=ROUTER):
    frr.expect_installed()
    return lab.host(name, address)


def with_v6(*hosts):
    for host in hosts:
        host.sysctl(ipv6__conf__all__disable_ipv6=0, ipv6__conf__eth0__disable_ipv6=0, ipv6__conf__eth0__accept_dad=0)
        host.ip(f"addr add {V6[host.name]}/64 dev eth0 nodad")


def two_directors():
    """Up; a cut is seen on both sides by silence; a stop is told, not timed out; nothing of it disturbs who is MASTER."""
    with Lab() as lab:
        d1, d2 = lab.director("d1", "192.0.2.1"), lab.director("d2", "192.0.2.2")
        start(d1, session("192.0.2.2"))
        start(d2, session("192.0.2.1", more="passive"))
        for d in (d1, d2):
            expect(wait_state(d, "Up")["counts_as"] == "up", "an Up session counts as up")
            agreed(d)
        ports = [bfd(d)["source_port"] for d in (d1, d2)]
        expect(all(49152 <= port <= 65535 for port in ports), f"source ports {ports}")
        lab.switch.ip("link set d1 down")
        for d in (d1, d2):
            s = wait_state(d, "Down")
            expect(s["diag"] == "control detection time expired" and s["counts_as"] == "down", f"{s}")
        lab.switch.ip("link set d1 up")
        for d in (d1, d2):
            wait_state(d, "Up")
        expect(d1.stop() == 0, "exit status")
        s = wait_state(d2, "Down")
        expect(s["diag"] == "neighbor signaled session down", f"told, not timed out: {s}")
        expect("Up -> Down: 192.0.2.1 says AdminDown" in d2.log(), "the log has the reason")
        wait(lambda: not bfd(d2)["remote"], 15, "silence", 0.1)
        expect(bfd(d2)["counts_as"] == "unknown", "silence after AdminDown does not count")
        start(d1)
        wait_state(d2, "Up")


def frr_v4():
    """FRR on one hop: timers by the greater, detection within them, AdminDown both ways, back again."""
    with Lab() as lab:
        d1, r = lab.director("d1", "192.0.2.1"), router(lab)
        frr.start(r, frr.peer("192.0.2.1", receive=100, transmit=80, multiplier=4))
        start(d1, session(ROUTER) + tracking(100, "weight -30"))
        wait_state(d1, "Up")
        agreed(d1, tx=100000, rx=80000, detection=320000)
        peer = frr.wait_for(r, "192.0.2.1", "up")
        expect((peer["remote-receive-interval"], peer["remote-transmit-interval"], peer["remote-detect-multiplier"]) ==
               (50, 50, 3), f"bfdd's view of our timers: {peer}")
        wait(lambda: d1.instance()["effective_priority"] == 100, 10, "priority while up", 0.05)
        before = bfd(d1)["counters"]["rx"]
        time.sleep(2)
        heard = bfd(d1)["counters"]["rx"] - before
        expect(12 <= heard <= 45, f"{heard} packets in 2 s of one in 60 to 80 ms")
        # A cut, seen from both sides.
        lab.deaf(r, "udp dport 3784")
        s = wait_state(d1, "Down")
        silence = float(s["reason"].split("was not heard for ")[1].split()[0])
        expect(320 <= silence < 1500, f"detected after {silence} ms, not 320 and a little")
        expect(d1.instance()["effective_priority"] == 70, "the weight counts")
        wait(lambda: frr.peers(r)["192.0.2.1"]["status"] != "up", 10, "bfdd was told", 0.05)
        lab.deaf(r, "")
        wait_state(d1, "Up")
        wait(lambda: d1.instance()["effective_priority"] == 100, 10, "priority while up", 0.05)
        # Their AdminDown, which is no failure while it is said; ours.
        frr.vtysh(r, "configure terminal", "bfd", "peer 192.0.2.1", "shutdown")
        s = wait_state(d1, "Down")
        expect(s["counts_as"] == "unknown" and "says AdminDown" in s["reason"], f"{s}")
        expect(d1.instance()["effective_priority"] == 100, "AdminDown is no failure")
        frr.vtysh(r, "configure terminal", "bfd", "peer 192.0.2.1", "no shutdown")
        wait_state(d1, "Up")
        frr.wait_for(r, "192.0.2.1", "up")
        expect(d1.stop() == 0, "exit status")
        peer = frr.wait_for(r, "192.0.2.1", "down")
        expect("neighbor signaled" in peer["diagnostic"], f"told, not timed out: {peer['diagnostic']}")


def frr_v6_and_multihop():
    """The same sessions over IPv6, and over a router in between with several hops: TTL as configured."""
    with Lab() as lab:
        d1, r, far = lab.director("d1", "192.0.2.1"), router(lab), router(lab, "far", "192.0.2.77")
        with_v6(d1, r)
        far.ip("addr flush dev eth0", "addr add 198.51.100.2/24 dev eth0", "route add 192.0.2.0/24 via 198.51.100.1")
        r.ip("addr add 198.51.100.1/24 dev eth0")
        r.sysctl(ipv4__ip_forward=1)
        d1.ip(f"route add 198.51.100.0/24 via {ROUTER}")
        frr.start(r, frr.peer(V6["d1"]))
        frr.start(far, frr.peer("192.0.2.1", local="198.51.100.2", multihop=True))
        near = session("198.51.100.2", "near", "source_ip 192.0.2.1\n multihop\n max_hops 1")
        start(d1, session(V6["r"]) + near + session("192.0.2.254", "nobody"))
        wait_state(d1, "Up")
        frr.wait_for(r, V6["d1"], "up")
        agreed(d1)
        wait_state(d1, "Up", "near")
        frr.wait_for(far, "192.0.2.1", "up")
        expect(bfd(d1, "near")["counters"]["dropped"]["ttl"] == 0, "one hop is allowed")
        expect(bfd(d1, "nobody")["state"] == "Down", "nobody listens for the third")
        # A reload that allows no hop more: what comes is too far. The other session is not touched.
        before = bfd(d1)["discriminator"], bfd(d1)["counters"]["down"]
        d1.reload(REALTIME + session(V6["r"]) + session("198.51.100.2", "near", "source_ip 192.0.2.1\n multihop\n max_hops 0")
                  .replace("max_hops 0", "max_hops -1"))
        wait(lambda: d1.status()["generation"] == 2 and not bfd(d1, "nobody"), 10, "the reload is applied", 0.05)
        expect(bfd(d1, "near")["state"] == "Up", "not checked any more: still up")
        expect((bfd(d1)["discriminator"], bfd(d1)["counters"]["down"]) == before, "the unchanged session was touched")


def renegotiated_by_reload():
    """Other timers at reload: a poll sequence, no interruption; another neighbor: another session."""
    with Lab() as lab:
        d1, r = lab.director("d1", "192.0.2.1"), router(lab)
        frr.start(r, frr.peer("192.0.2.1"))
        start(d1, session(ROUTER))
        wait_state(d1, "Up")
        agreed(d1)
        d1.reload(REALTIME + session(ROUTER).replace("50", "200").replace("multiplier 3", "multiplier 2"))
        wait(lambda: d1.status()["generation"] == 2, 10, "the reload is applied", 0.05)
        wait(lambda: bfd(d1)["tx_usec"] == 200000 and not bfd(d1)["polling"], 10, "slower", 0.02)
        expect_agreed(bfd(d1), 200000, 200000, 600000)
        peer = frr.wait_for(r, "192.0.2.1", "up")
        expect((peer["remote-transmit-interval"], peer["remote-detect-multiplier"]) == (200, 2), f"{peer}")
        d1.reload(REALTIME + session(ROUTER))
        wait(lambda: bfd(d1)["tx_usec"] == 50000 and not bfd(d1)["polling"], 10, "faster", 0.02)
        agreed(d1)
        expect(bfd(d1)["counters"]["down"] == 0, "it stayed up")
        expect("warning" not in d1.log() and "-> Down: 192" not in d1.log(), "no word of trouble")


def moves_the_address():
    """The session of the MASTER fails: with a weight the other one takes over, without one it is a FAULT; then it comes back."""
    with Pair(version=3, interval=0.2) as lab:
        r = router(lab)
        frr.start(r, frr.peer("192.0.2.1"), frr.peer("192.0.2.2"))
        for weight, state in (("weight -60", "BACKUP"), ("", "FAULT")):
            for number, d in enumerate(lab.directors):
                lab.conf[d.name] = session(ROUTER) + tracking(lab.priorities[number], weight)
            for d in lab.directors:
                start(d, lab.conf[d.name])
                wait_state(d, "Up")
            lab.settled()
            lab.deaf(lab.d1, "udp dport 3784")
            lab.deaf(r, "ip daddr 192.0.2.1 udp dport 3784")
            wait(lambda: lab.observer.holding() == ["d2"], 30, f"d2 has the address (track_bfd {weight})")
            wait(lambda: lab.d1.instance()["state"] == state, 10, f"d1 is {state}", 0.05)
            lab.deaf(lab.d1, "")
            lab.deaf(r, "")
            wait(lambda: lab.observer.holding() == ["d1"], 30, "d1 has it again")
            for d in lab.directors:
                expect(d.stop() == 0, "exit status")


def transitions(director):
    """What both ends of a session count and say of themselves; equal means that nothing happened."""
    s = bfd(director)
    return s["state"], s["counters"]["up"], s["counters"]["down"], s["discriminator"], s["source_port"]


def told_by_frr(host):
    counters = json.loads(frr.vtysh(host, "show bfd peers counters json"))
    return [(c["session-up"], c["session-down"]) for c in counters]


def restarted_unnoticed():
    """vipctl restart, three times: neither FRR's bfdd nor another vipd sees the session go, which ends after 100 ms of silence."""
    with Lab() as lab:
        d1, d2, r = lab.director("d1", "192.0.2.1"), lab.director("d2", "192.0.2.2"), router(lab)
        frr.start(r, frr.peer("192.0.2.1"))
        fast = session("192.0.2.2", "peer").replace("50", "20").replace("multiplier 3", "multiplier 5")
        start(d1, session(ROUTER) + fast + tracking(100, "weight -30"))
        start(d2, session("192.0.2.1", "up").replace("50", "20").replace("multiplier 3", "multiplier 5"))
        wait_state(d1, "Up")
        wait_state(d1, "Up", "peer")
        agreed(d2, tx=20000, rx=20000, detection=100000)
        wait(lambda: d1.instance()["state"] == "MASTER", 30, "d1 is MASTER", 0.05)
        frr.wait_for(r, "192.0.2.1", "up")
        agreed(d1)
        before = transitions(d1), transitions(d2), told_by_frr(r)
        for _ in range(3):
            d1.run(os.path.join(BIN, "vipctl"), "restart", timeout=40)
            wait(lambda: not bfd(d1)["polling"] and bfd(d1)["detection_usec"] == 150000, 10, "agreed again", 0.02)
            expect(d1.instance()["effective_priority"] == 100, f"the tracker follows: {d1.instance()}")
        agreed(d1)
        after = transitions(d1), transitions(d2), told_by_frr(r)
        expect(after == before, f"{before} became {after}")
        expect(d1.log().count("up: goes on as Up") == 3, "the log says so")
        wait(lambda: bfd(d2)["detection_usec"] == 100000, 10, "d2 waits as long as before", 0.02)
        # Another neighbor in the file at the restart: a session anew.
        d1.write("/run/lab/daemon.conf", REALTIME + session(ROUTER) + session("192.0.2.77", "peer") + tracking(100, "weight -30"))
        d1.run(os.path.join(BIN, "vipctl"), "restart", timeout=40)
        wait_state(d1, "Down", "peer")
        expect(transitions(d1)[1:3] == before[0][1:3], "the other one goes on")
        wait_state(d2, "Down")


def crashed_unnoticed():
    """The vrrp process dies three times: whose neighbor waits for longer than that takes sees nothing; no tracker calls it failed."""
    with Lab() as lab:
        d1, d2 = lab.director("d1", "192.0.2.1"), lab.director("d2", "192.0.2.2")
        slow = session("192.0.2.2", "peer").replace("50", "700").replace("multiplier 3", "multiplier 5")
        start(d1, slow + tracking(100, "").replace("up", "peer"))
        start(d2, session("192.0.2.1", "up").replace("50", "700").replace("multiplier 3", "multiplier 5"))
        wait_state(d1, "Up", "peer")
        wait_state(d2, "Up")
        wait(lambda: d1.instance()["state"] == "MASTER", 30, "d1 is MASTER", 0.05)
        wait(lambda: not bfd(d1, "peer")["polling"], 30, "agreed", 0.05)
        before = bfd(d2)["counters"]["down"], bfd(d1, "peer")["discriminator"]
        for number in range(3):
            os.kill(d1.family()["vrrp"], 9)
            wait(lambda: d1.log().count("peer: goes on as Up") == number + 1, 30, "the next process goes on", 0.05)
            time.sleep(1)
        after = bfd(d2)["counters"]["down"], bfd(d1, "peer")["discriminator"]
        expect(after == before, f"{before} became {after}")
        expect("FAULT" not in d1.log() and d1.instance()["state"] == "MASTER", "the tracker followed")


def server(director, number=0):
    """A real server of the first service."""
    services = director.status().get("services") or [{"servers": [{}] * 9}]
    return services[0]["servers"][number]


def wait_server(director, is_up, seconds=30):
    wait(lambda: server(director).get("up") is is_up, seconds, f"the server is {'up' if is_up else 'down'}", 0.02)


def real_server():
    """BFD_CHECK: the server is up while its session with FRR's bfdd is; with alpha not before; AdminDown is no failure."""
    with Lab() as lab:
        d1, r = lab.director("d1", "192.0.2.1"), router(lab)
        check = "BFD_CHECK {\n   name up\n   alpha\n  }"
        service = (f"virtual_server 192.0.2.100 80 {{\n lb_kind DR\n quorum 2\n real_server {ROUTER} 80 {{\n  weight 7\n  {check}\n }}\n"
                   " real_server 192.0.2.88 80 {\n }\n}\n")
        start(d1, session(ROUTER, more="checker") + service)
        wait(lambda: bfd(d1).get("counts_as") == "unknown", 10, "the session counts for no instance", 0.05)
        expect(server(d1)["up"] is False, f"alpha: down before the session was up: {server(d1)}")
        frr.start(r, frr.peer("192.0.2.1"))
        wait_server(d1, True)
        expect((server(d1)["effective_weight"], server(d1)["checks"][0]["kind"]) == (7, "BFD_CHECK"), f"{server(d1)}")
        wait(lambda: d1.status()["services"][0]["quorum_met"], 5, "quorum", 0.02)
        agreed(d1)
        cut = time.monotonic()
        lab.deaf(r, "udp dport 3784")
        wait_server(d1, False)
        took = time.monotonic() - cut
        print(f"    out of service {took * 1000:.0f} ms after the cut")
        expect(took < 3, f"detection takes 150 ms, this took {took:.3f} s")
        expect(server(d1)["reason"] == "BFD session not up" and "was not heard" in server(d1)["detail"], f"{server(d1)}")
        expect("DOWN: BFD_CHECK: 192.0.2.254 was not heard" in d1.log() and "quorum lost" in d1.log(), "the log says it")
        lab.deaf(r, "")
        wait_server(d1, True)
        # Other processes anew: nothing is down meanwhile.
        downs = d1.log().count("DOWN: BFD_CHECK")
        d1.run(os.path.join(BIN, "vipctl"), "restart", timeout=40)
        for role in ("lvs", "vrrp", "probe"):
            before = d1.family()
            os.kill(before[role], 9)
            wait(lambda: d1.family().get(role) not in (None, before[role]), 10, f"{role} is back")
            wait(lambda: d1.status().get("services") and d1.status().get("bfd"), 10, "both can be asked", 0.05)
            wait_server(d1, True)
            wait_state(d1, "Up")
        expect(d1.log().count("DOWN: BFD_CHECK") == downs, "out of service because a process of ours was restarted")
        # AdminDown says nothing of the path, silence does.
        frr.wait_for(r, "192.0.2.1", "up")
        frr.vtysh(r, "configure terminal", "bfd", "peer 192.0.2.1", "shutdown")
        wait_state(d1, "Down")
        expect(server(d1)["up"] and server(d1)["checks"][0]["last"] == "UNKNOWN", f"AdminDown: {server(d1)}")
        frr.vtysh(r, "configure terminal", "bfd", "peer 192.0.2.1", "no shutdown")
        wait_state(d1, "Up")
        # A reload that names another session: nothing is known of it, so with alpha the server is down.
        d1.reload(REALTIME + session(ROUTER) + session("192.0.2.77", "other") + service.replace("name up", "name other"))
        wait_server(d1, False)
        d1.reload(REALTIME + session(ROUTER) + service)
        wait_server(d1, True)


main(two_directors, frr_v4, frr_v6_and_multihop, renegotiated_by_reload, restarted_unnoticed, crashed_unnoticed, real_server,
     moves_the_address)
