#!/usr/bin/python3
"""nopreempt in every combination that operators write: who serves when the stronger one is back."""
import signal
import time

import lab
from halves import look

T = 0.2


def nopreempt_matrix():
    """T07: who serves once the stronger one is back, from a restart and from a link that flapped."""
    rows = (("BACKUP", "", "", "d1"), ("BACKUP", "nopreempt", "", "d2"), ("BACKUP", "nopreempt", "nopreempt", "d2"),
            ("BACKUP", "", "nopreempt", "d1"), ("MASTER", "nopreempt", "", "d1"))
    with lab.Pair(version=3, interval=T) as pair:
        drills = "global_defs {\n    drill_interval 0\n}\n"
        first, second = drills + pair.conf["d1"], drills + pair.conf["d2"]
        pair.d1.start(first)
        pair.d2.start(second)
        pair.settled()
        for state, strong, weak, owner in rows:
            conf = first.replace("state BACKUP", f"state {state}").replace("priority 150", f"priority 150\n    {strong}")
            pair.d2.reload(second.replace("priority 100", f"priority 100\n    {weak}"))
            pair.d1.reload(conf)
            for way in ("restart", "flap"):
                if pair.observer.holding() != ["d1"]:  # d1 is to be MASTER first
                    pair.d2.signal(signal.SIGUSR1)
                    lab.wait(lambda: pair.observer.holding() == ["d1"], 30, "d1 serves")
                if way == "restart":
                    pair.d1.stop()
                else:
                    pair.cut(pair.d1)
                lab.wait(lambda: pair.observer.holding() == ["d2"], 30, "d2 took over")
                if way == "restart":
                    pair.d1.start(conf)
                else:
                    pair.mend(pair.d1)
                lab.wait(lambda: look(pair.d1).get("state") in ("BACKUP", "MASTER"), 30, "d1 takes part")
                if owner == "d1":
                    lab.wait(lambda: pair.observer.holding() == ["d1"], 30, f"{state} {strong} {weak} {way}: d1 serves again")
                time.sleep(2 * T if owner == "d1" else 6 * T)
                lab.expect(pair.observer.holding() == [owner], f"{state} {strong} {weak} {way}: {pair.observer.history()}")
        lab.expect("nopreempt has no effect" in pair.d1.log(), "nothing is said of state MASTER")


lab.main(nopreempt_matrix)
