#!/usr/bin/python3
"""`vipctl reload --plan` says what a reload would do and does nothing; the reload then does what was said, and `-t --diff` agrees."""
import json
import os
import re
import time

import lab

INTERVAL = 0.2
VIP2, VIP3 = "192.0.2.101", "192.0.2.102"
VIPCTL, VIPD = os.path.join(lab.BIN, "vipctl"), os.path.join(lab.BIN, "vipd")
SERVICE = """virtual_server 192.0.2.100 80 {
    lb_kind NAT
    real_server 192.0.2.9 8080 {
        TCP_CHECK {
        }
    }
}
"""
# What stays the same while nothing happens; counters and times go on.
STATE = ("name", "state", "priority", "effective_priority", "vrid", "interface", "transitions", "became_master", "reason")


def vi(number, priority=100, vrid=None, vips=None, extra=""):
    vip = {1: lab.VIP, 2: VIP2, 3: VIP3}[number]
    return lab.instance(priority, 3, INTERVAL, extra, f"VI_{number}", vrid or 50 + number, vips or (vip,))


def plan(director):
    return json.loads(director.run(VIPCTL, "reload", "--plan", "--json"))


def brief(document):
    """{"vrrp_instance VI_1": ("changed", {keyword: (old, new)}, {effect})}"""
    return {f"{c['kind']} {c['name']}": (c["action"], {k["keyword"]: (k["old"], k["new"]) for k in c["keywords"]},
                                         {e["effect"] for e in c["effects"]}) for c in document["changes"]}


def state(director):
    status = director.status()
    return (status["generation"], status["findings"], [{k: i.get(k) for k in STATE} for i in status["instances"]],
            status["services"] and [s["name"] for s in status["services"]], sorted(director.family().items()),
            director.addresses(), status.get("last_reload"))


def said_then_done():
    """Instances that are changed, started anew, added and removed: as planned, and nothing before."""
    with lab.Pair(version=3, interval=INTERVAL, extra="garp_master_delay 0") as pair:
        d1, old = pair.d1, vi(1, 150) + vi(2) + vi(3)
        new = vi(1, 150, vips=(lab.VIP, "192.0.2.110")) + vi(2, vrid=62) + SERVICE
        pair.conf["d1"] = old
        pair.start(d1)
        lab.wait(lambda: {lab.VIP, VIP2, VIP3} <= set(d1.addresses()), 60, "d1 serves all")
        lab.wait(lambda: d1.status().get("generation") == 1, 3, "settled")
        time.sleep(1)
        before, log = state(d1), d1.log()
        lab.expect(brief(plan(d1)) == {} and plan(d1)["summary"]["text"] == "nothing changes", f"the same file: {plan(d1)}")
        d1.write("/run/lab/daemon.conf", new)
        said = plan(d1)
        text = d1.run(VIPCTL, "reload", "--plan")
        print("    " + text.replace("\n", "\n    "))
        expect_said(said, text)
        time.sleep(1)
        lab.expect(state(d1) == before, f"a plan changes nothing:\n{before}\n{state(d1)}")
        lab.expect(d1.log() == log, f"and logs nothing: {d1.log()[len(log):]}")
        same_without_daemon(d1, old, said)
        d1.reload()
        expect_done(d1)


def expect_said(said, text):
    lab.expect(brief(said) == {
        "vrrp_instance VI_1": ("changed", {"virtual_ipaddress": (None, "192.0.2.110/24")}, {"announce"}),
        "vrrp_instance VI_2": ("changed", {"virtual_router_id": ("52", "62")}, {"peer", "restart", "fail-over"}),
        "vrrp_instance VI_3": ("removed", {}, {"fail-over"}),
        "virtual_server 192.0.2.100:80/tcp": ("added", {}, {"ipvs-add", "check"}),
        "process lvs": ("added", {}, {"start"}),
        "process probe": ("added", {}, {"start"}),
    }, f"said: {brief(said)}")
    lab.expect("6 objects change, 2 fail-overs if MASTER, no connection lost" in text, f"summary: {text}")
    lab.expect(re.search(r"virtual_router_id: 52 -> 62 \(/run/lab/daemon.conf:\d+\)", text), f"place: {text}")
    lab.expect(said["text"] == text[:len(said["text"])], "text and JSON are one document")


def same_without_daemon(d1, old, said):
    d1.write("/run/lab/old.conf", old)
    out = d1.run("/bin/sh", "-c", f"{VIPD} -t --diff /run/lab/old.conf -f /run/lab/daemon.conf; echo exit $?")
    lab.expect(out.endswith("exit 1\n") and said["text"] in out.replace("old.conf", "daemon.conf"), f"-t --diff says the same: {out}")


def expect_done(d1):
    """The log says of each what the plan said."""
    lab.wait(lambda: "192.0.2.110" in d1.addresses() and VIP3 not in d1.addresses(), 5, "addresses as planned")
    lab.wait(lambda: d1.instance("VI_2").get("vrid") == 62 and d1.instance("VI_2")["state"] == "MASTER", 5, "VI_2 anew")
    log = d1.log()
    for line in ("VI_1: changed", "VI_2: changed so that it starts anew", "VI_3: no longer configured"):
        lab.expect(log.count(line + "\n") == 1, f"'{line}' in the log")
    lab.expect("VI_1: MASTER ->" not in log, "VI_1 stayed MASTER")
    lab.wait(lambda: {"lvs", "probe"} <= set(d1.family()), 5, "the lvs half runs")
    lab.expect(brief(plan(d1)) == {}, "nothing is left to do")


def broken_file():
    """The findings instead of a plan, exit status 1; the daemon goes on."""
    with lab.Pair(version=3, interval=INTERVAL) as pair:
        d1 = pair.d1
        pair.start(d1)
        lab.wait(lambda: lab.VIP in d1.addresses(), 60, "d1 serves")
        d1.write("/run/lab/daemon.conf", vi(1, 150).replace("virtual_router_id 51", "virtual_router_id 510"))
        out = d1.run("/bin/sh", "-c", f"{VIPCTL} reload --plan 2>&1; echo exit $?")
        lab.expect("a reload would be refused" in out and "daemon.conf:5:" in out and out.endswith("exit 1\n"), f"said: {out}")
        lab.expect("refused" not in d1.log() and "last_reload" not in d1.status(), "it was no reload")
        out = d1.run("/bin/sh", "-c", f"{VIPD} -t --diff /run/lab/daemon.conf -f /run/lab/daemon.conf 2>&1; echo exit $?")
        lab.expect(out.endswith("exit 2\n"), f"OLD is refused: {out}")
        out = d1.run("/bin/sh", "-c", f"{VIPD} -t --diff /dev/null -f /run/lab/daemon.conf 2>&1; echo exit $?")
        lab.expect("exit 2" in out, f"OLD is no file: {out}")


lab.main(said_then_done, broken_file)
