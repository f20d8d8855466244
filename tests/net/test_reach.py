#!/usr/bin/python3
"""What an instance tracks beyond its own machine: services without their quorum; gateways that fall silent or flap."""
import time

import lab
from tracked import tracker, tracking, why

GATEWAY = "192.0.2.254"


def served(extra):
    """A pair with a virtual server whose only real server is on each director itself."""
    return tracking(f"virtual_server {lab.VIP} 80 {{\n    delay_loop 0.2\n    lb_kind NAT\n    real_server 127.0.0.1 8081 {{\n"
                    "        TCP_CHECK {\n            connect_timeout 1\n        }\n    }\n}\n", extra)


def backend(director):
    """The real server; ends with its process."""
    program = "import socket\ns = socket.create_server(('127.0.0.1', 8081), backlog=64)\nwhile True: s.accept()[0].close()"
    process = director.popen("python3", "-c", program)
    lab.wait(lambda: ":8081" in director.run("ss", "-ltn"), 30, "the backend listens")
    return process


def service_without_quorum():
    """T53: a weight moves the VIP when the service is dead on one side; dead on both, nothing moves; a restart of lvs changes nothing."""
    with served(f"track_service {lab.VIP} 80 weight -60") as pair:
        backends = {director: backend(director) for director in pair.directors}
        pair.start()
        pair.settled()
        lab.wait(lambda: tracker(pair.d1)["state"] == "up", 30, "the service is known")
        end(backends[pair.d1])
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over from priority 90")
        lab.expect(tracker(pair.d1)["detail"] == "weight 0 of quorum 1, 0 of 1 servers up", f"{tracker(pair.d1)}")
        lab.expect("service 192.0.2.100:80/tcp" in why(pair.d1) and " -60 down for" in why(pair.d1), why(pair.d1))
        end(backends[pair.d2])
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "both are dead alike: d1 has the higher priority")
        moves = len(pair.observer.history())
        before = pair.d1.family()
        pair.d1.run("kill", "-9", before["lvs"])
        lab.wait(lambda: pair.d1.family().get("lvs") not in (None, before["lvs"]), 30, "lvs is back")
        time.sleep(3)
        lab.expect(len(pair.observer.history()) == moves, f"it moved: {pair.observer.history()}")
        pair.d1.run("kill", "-9", before["vrrp"])
        lab.wait(lambda: pair.d1.family().get("vrrp") not in (None, before["vrrp"]), 30, "vrrp is back")
        lab.wait(lambda: tracker(pair.d1)["state"] == "down", 30, "the new vrrp process knows it")


def service_is_a_fault():
    """Without a weight the lost quorum is a FAULT with its cause, until it is there again."""
    with served(f"track_service {lab.VIP} 80") as pair:
        backends = [backend(director) for director in pair.directors]
        pair.start()
        pair.settled()
        lab.wait(lambda: tracker(pair.d1)["state"] == "up", 30, "the service is known")
        end(backends[0])
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over from FAULT")
        text = why(pair.d1)
        lab.expect("FAULT because service 192.0.2.100:80/tcp has lost its quorum: weight 0 of quorum 1" in text, text)
        backend(pair.d1)
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 came back")


def service_tracked_by_a_reload():
    """The first track_service comes by a reload: what is known of the service counts at once, though nobody had asked for it before."""
    line = f"track_service {lab.VIP} 80 weight -60"
    with served(line) as pair:
        with_it = dict(pair.conf)
        for name, text in with_it.items():
            pair.conf[name] = text.replace(line, "")
        backend(pair.d2)
        pair.start()
        pair.settled()
        for director in pair.directors:
            director.reload(with_it[director.name])
        lab.wait(lambda: tracker(pair.d2)["state"] == "up", 30, "d2 knows that its service has its quorum")
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d1, whose service has none, lost to it")
        lab.expect(tracker(pair.d1)["state"] == "down", f"{tracker(pair.d1)}")


def end(process):
    process.kill()
    process.wait()


def gated(extra, **more):
    pair = tracking("", extra, **more)
    return pair, pair.host("gw", GATEWAY)


def silent(pair, gateway, on=True, director=None):
    """The gateway answers nobody, or not this director."""
    rule = "" if not on else "ether type arp" if not director else f"ether daddr {mac(director)} ether type arp"
    pair.deaf(gateway, rule)


def mac(host):
    return {"d1": "02:00:00:00:00:01", "d2": "02:00:00:00:00:02"}[host.name]


def gateway_of_one_side():
    """T56: silent for d1 alone, the VIP moves; silent for both, it stays where it is; back, it comes home."""
    pair, gateway = gated(f"track_gateway {GATEWAY} interval 0.2 hold 1 weight -60")
    with pair:
        pair.start()
        pair.settled()
        lab.wait(lambda: tracker(pair.d1)["state"] == "up", 30, "the gateway answers")
        silent(pair, gateway, director=pair.d1)
        lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over from priority 90")
        lab.expect("no answer to" in tracker(pair.d1)["detail"], f"{tracker(pair.d1)}")
        silent(pair, gateway, False)
        lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 came back")
        moves = len(pair.observer.history())
        time.sleep(1.2)
        silent(pair, gateway)
        lab.wait(lambda: tracker(pair.d1)["state"] == tracker(pair.d2)["state"] == "down", 30, "both lost it")
        time.sleep(1)
        seen = pair.observer.history()[moves:]
        lab.expect(pair.observer.holding() == ["d1"], f"held by {pair.observer.holding()}: {seen}")


def gateway_that_flaps():
    """T56: however it flaps, there is at most one change within the hold time; the interface's loss is silence too."""
    pair, gateway = gated(f"track_gateway {GATEWAY} dev eth0 interval 0.1 fall 2 rise 2 hold 3 weight -60")
    with pair:
        pair.start()
        pair.settled()
        lab.wait(lambda: tracker(pair.d1)["state"] == "up", 30, "the gateway answers")
        changes, last, end_at = [], "up", time.monotonic() + 9
        while time.monotonic() < end_at:
            silent(pair, gateway, int(time.monotonic() / 0.8) % 2 == 0, pair.d1)
            state = tracker(pair.d1)["state"]
            if state != last:
                changes.append(time.monotonic())
                last = state
            time.sleep(0.1)
        silent(pair, gateway, False)
        lab.expect(1 <= len(changes) <= 3, f"{len(changes)} changes in 9 s")
        lab.expect(all(b - a > 2.5 for a, b in zip(changes, changes[1:])), f"changes at {changes}")


lab.main(service_without_quorum, service_is_a_fault, service_tracked_by_a_reload, gateway_of_one_side, gateway_that_flaps)
