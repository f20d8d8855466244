#!/usr/bin/python3
"""A kernel without IPVS: the log names the module, VRRP does not care."""
import os
import re
import time

import dr
import lab


def no_module():
    lab.expect(not os.path.exists("/proc/thread-self/net/ip_vs"), "this machine was to have no IPVS")
    with dr.Cluster() as cluster:
        for director in cluster.directors:
            director.start(lab.instance(150 if director.name == "d1" else 100, 3, 0.5) + dr.virtual_server())
        lab.wait(lambda: cluster.observer.holding() == ["d1"], 60, "d1 serves the VIP")
        time.sleep(2)
        lines = [line for line in cluster.d1.log().splitlines() if re.search(r"\bip_vs\b", line)]
        print("    " + "\n    ".join(lines))
        lab.expect(lines, "the log names the module ip_vs")
        lab.expect(len(lines) <= 3, f"said {len(lines)} times in a few seconds")
        lab.expect(cluster.d1.stop() == 0, "orderly stop")
        lab.wait(lambda: cluster.observer.holding() == ["d2"], 3, "d2 took over")


lab.main(no_module)
