#!/usr/bin/python3
"""SCHED_RR, nice and locked memory of the vrrp process: granted where the machine allows it, said where it does not."""
import os

import lab

WORDS = "vrrp_rt_priority 50\n vrrp_rlimit_rttime 500000\n vrrp_no_swap\n"


def vrrp(director):
    """The process's part of the status, and what the kernel says of it."""
    status = next(p for p in director.status()["processes"] if p["name"] == "vrrp")
    pid = status["pid"]
    policy = os.sched_getscheduler(pid) & ~os.SCHED_RESET_ON_FORK
    return status, policy, os.sched_getparam(pid).sched_priority, os.getpriority(os.PRIO_PROCESS, pid)


def granted():
    with lab.Lab() as laboratory:
        d1 = laboratory.director("d1", "192.0.2.1")
        conf = lab.instance(150, 3, 0.2)
        d1.start(f"global_defs {{\n {WORDS}}}\n" + conf)
        lab.wait(lambda: d1.has_link("eth0") and d1.addresses().count(lab.VIP) == 1, 20, "the VIP is there")
        status, policy, priority, _ = vrrp(d1)
        if "vrrp_rt_priority has no effect" in d1.log():
            print("    SCHED_RR is not allowed here, and that is said")
            lab.expect(policy == os.SCHED_OTHER and status["scheduling"] == "nice 0", f"{status}")
        else:
            lab.expect((policy, priority) == (os.SCHED_RR, 50) and status["scheduling"] == "SCHED_RR 50", f"{policy} {priority} {status}")
        lab.expect(status["locked_bytes"] > 0 or "vrrp_no_swap has no effect" in d1.log(), f"{status}")
        print(f"    {status['scheduling']}, {status['locked_bytes']} bytes locked")
        d1.reload("global_defs {\n vrrp_priority -5\n}\n" + conf)
        lab.wait(lambda: vrrp(d1)[0]["scheduling"] in ("nice -5", "nice 0") and vrrp(d1)[0]["locked_bytes"] == 0, 20, "the reload")
        status, policy, _, nice = vrrp(d1)
        lab.expect(policy == os.SCHED_OTHER, f"still {policy}")
        lab.expect(nice == -5 or "vrrp_priority has no effect" in d1.log(), f"nice {nice}")
        lab.expect(d1.stop() == 0, "an orderly stop")


lab.main(granted)
