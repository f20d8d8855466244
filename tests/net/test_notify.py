#!/usr/bin/python3
"""Who is told of a transition:
FIFOs in order and their readers, scripts one at a time with the true state last; nobody is waited for."""
import os
import random
import signal
import time

import lab

FIFO = "/run/lab/events"


def reader_of(director):
    """A reader script that copies lines to /run/lab/read."""
    director.write("/run/lab/reader", "#!/bin/sh\nwhile read -r line; do echo \"$line\" >>/run/lab/read; done <\"$1\"\n")
    director.run("chmod", "755", "/run/lab/reader")


def lines(director):
    return director.run("cat", "/run/lab/read", check=False).splitlines()


def fifo_and_reader():
    """T12 F105:
    each transition is one line, in order; the reader is started, started again when it dies, and reads the last line."""
    with lab.Pair(version=3, interval=0.2) as pair:
        reader_of(pair.d1)
        for word, path in (("notify_fifo", FIFO), ("vrrp_notify_fifo", FIFO + ".vrrp")):
            pair.conf["d1"] = f"global_defs {{\n    {word} {path}\n}}\n" + pair.conf["d1"]
        pair.conf["d1"] = pair.conf["d1"].replace(f"notify_fifo {FIFO}\n", f"notify_fifo {FIFO}\n    notify_fifo_script /run/lab/reader root\n")
        pair.start()
        pair.settled()
        wanted = ['INSTANCE "VI_1" BACKUP 150', 'INSTANCE "VI_1" MASTER 150']
        lab.wait(lambda: lines(pair.d1) == wanted, 30, "BACKUP and MASTER were read")
        reader = next(pid for pid in pair.d1.processes() if b"/run/lab/reader" in open(f"/proc/{pid}/cmdline", "rb").read())
        os.kill(reader, signal.SIGKILL)
        lab.wait(lambda: "started again in a second" in pair.d1.log(), 30, "the log says that the reader died")
        pair.d1.signal(signal.SIGUSR1)
        wanted.append('INSTANCE "VI_1" BACKUP 150')
        lab.wait(lambda: lines(pair.d1) == wanted, 30, "the drill's line waits for the new reader")
        fifos = pair.d1.status()["fifos"]
        lab.expect([f["written"] for f in fifos] == [3, 3] and not any(f["lost"] for f in fifos), f"{fifos}")
        pair.d1.stop()
        lab.wait(lambda: lines(pair.d1)[3:] == ['INSTANCE "VI_1" STOP 150'], 30, "the last line was read")
        lab.expect("events" not in pair.d1.run("ls", "/run/lab"), "a FIFO is left")


def reload_repeats():
    """fifo_write_vrrp_states_on_reload: a reload that keeps the FIFO says the states again; one that takes it away removes it."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.d1.run("mkdir", "-p", "/run/lab")
        pair.d1.run("mkfifo", FIFO)  # made by somebody before: not removed
        pair.d1.run("sh", "-c", f"(while read -r line; do echo \"$line\" >>/run/lab/read; done <>{FIFO}) >/dev/null 2>&1 &")
        plain = pair.conf["d1"]
        with_fifo = f"global_defs {{\n    vrrp_notify_fifo {FIFO}\n    fifo_write_vrrp_states_on_reload\n}}\n" + plain
        pair.d1.start(with_fifo)
        lab.wait(lambda: lines(pair.d1)[-1:] == ['INSTANCE "VI_1" MASTER 150'], 30, "MASTER")
        lab.wait(lambda: "runs:" in pair.d1.log(), 30, "it runs")
        pair.d1.reload(with_fifo + "# again\n")
        lab.wait(lambda: lines(pair.d1)[2:] == ['INSTANCE "VI_1" MASTER 150'], 30, "told again")
        pair.d1.reload(plain)
        lab.wait(lambda: not pair.d1.status()["fifos"], 30, "no FIFO")
        lab.expect("events" in pair.d1.run("ls", "/run/lab"), "a FIFO of somebody else was removed")


def one_at_a_time():
    """OP-07:
    T12: forty changes in a few seconds, a script of random length: never two at once, the last one told is the true state."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.d1.write("/run/lab/script", "#!/bin/sh\nmkdir /run/lab/busy || echo TWICE >>/run/lab/told\n"
                      "sleep 0.$(($$ % 4))\necho \"$3\" >>/run/lab/told\nrmdir /run/lab/busy\n")
        pair.d1.run("chmod", "755", "/run/lab/script")
        pair.d1.run("sh", "-c", "echo 0 >/run/lab/switch")
        conf = "track_file hold {\n    file /run/lab/switch\n    weight 0\n}\n" + pair.conf["d1"].replace(
            "virtual_ipaddress", "track_file {\n        hold\n    }\n    notify /run/lab/script root\n    virtual_ipaddress", 1)
        pair.d1.start(conf)
        lab.wait(lambda: "BACKUP -> MASTER" in pair.d1.log(), 30, "MASTER")
        for number in range(40):
            pair.d1.run("sh", "-c", f"echo {(number + 1) % 2} >/run/lab/switch")
            time.sleep(random.random() * 0.1)
        lab.wait(lambda: pair.d1.instance().get("state") == "MASTER", 30, "MASTER again")

        def told():
            return pair.d1.run("cat", "/run/lab/told", check=False).split()

        lab.wait(lambda: told()[-1:] == ["MASTER"] and "busy" not in pair.d1.run("ls", "/run/lab"), 30, "MASTER was told last")
        time.sleep(1)
        lab.expect(told()[-1] == "MASTER" and "TWICE" not in told(), f"{told()}")
        print(f"    told {len(told())} times: {' '.join(told())}")


def ensure_until_it_succeeds():
    """T13:
    notify_ensure runs again until it succeeds, is asked again after a rival, and is killed when the instance leaves MASTER."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.d1.write("/run/lab/claim", "#!/bin/sh\necho \"$*\" >>/run/lab/claims\n[ -e /run/lab/slow ] && sleep 60 && echo LATE >>/run/lab/claims\n"
                      "[ $(wc -l </run/lab/claims) -gt 3 ]\n")
        pair.d1.run("chmod", "755", "/run/lab/claim")
        pair.conf["d1"] = pair.conf["d1"].replace(
            "virtual_ipaddress", "notify_ensure /run/lab/claim root\n    notify_ensure_interval 1\n    virtual_ipaddress", 1)
        pair.start()
        lab.wait(lambda: "BACKUP -> MASTER" in pair.d1.log(), 30, "MASTER")

        def claims():
            return pair.d1.run("cat", "/run/lab/claims", check=False).splitlines()

        lab.wait(lambda: len(claims()) == 4, 30, "three failures, then a success")
        lab.expect(set(claims()) == {"INSTANCE VI_1 MASTER 150"}, f"{claims()}")
        time.sleep(2)
        (state,) = pair.d1.status()["notify_ensure"]
        lab.expect(len(claims()) == 4 and (state["state"], state["runs"], state["failures"]) == ("done", 4, 3), f"{claims()} {state}")
        pair.deaf(pair.d1)
        lab.wait(lambda: "BACKUP -> MASTER" in pair.d2.log(), 30, "d2 steals, hearing nothing")
        lab.wait(lambda: "unheard" in pair.d1.log(), 30, "d1 hears a weaker MASTER")
        pair.deaf(pair.d1, "")
        lab.wait(lambda: len(claims()) >= 5 and "unheard is over" in pair.d1.log(), 30, "once more after the rival")
        lab.wait(lambda: pair.d1.status()["notify_ensure"][0]["state"] == "done", 30, "it succeeded")
        time.sleep(1)
        pair.d1.write("/run/lab/slow", "")
        before = len(claims())
        pair.d1.signal(signal.SIGUSR1)  # a drill: BACKUP, and it stays so a while
        lab.wait(lambda: pair.d1.status()["notify_ensure"][0]["state"] == "not MASTER", 30, "it left MASTER")
        lab.expect(len(claims()) == before, f"{claims()}: claimed by who is not MASTER")
        pair.d2.signal(signal.SIGTERM)
        lab.wait(lambda: len(claims()) == before + 1, 60, "d1 claims again")
        pair.d1.stop()
        lab.expect(not [pid for pid in pair.d1.processes() if b"claim" in open(f"/proc/{pid}/cmdline", "rb").read()],
                   "what ran at the end is killed")
        lab.expect("LATE" not in claims(), f"{claims()}")


def what_is_no_transition():
    """MASTER_RX_LOWER_PRI and its script, priorities of a MASTER, DELETED instead of STOP: only where they are asked for."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.d1.write("/run/lab/tell", "#!/bin/sh\necho \"$*\" >>/run/lab/told\n")
        pair.d1.run("chmod", "755", "/run/lab/tell")
        reader_of(pair.d1)
        pair.d1.write("/run/lab/switch", "0\n")
        head = (f"global_defs {{\n    notify_fifo {FIFO}\n    notify_fifo_script /run/lab/reader root\n    vrrp_notify_priority_changes\n}}\n"
                "track_file less {\n    file /run/lab/switch\n    weight 1\n}\n")
        more = ("track_file {\n        less\n    }\n    notify_master_rx_lower_pri \"/run/lab/tell lower\" root\n"
                "    notify_deleted \"/run/lab/tell deleted\" root\n    notify_stop \"/run/lab/tell stopped\" root\n"
                "    notify \"/run/lab/tell any\" root\n    ")
        other = lab.instance(100, name="VI_2", vrid=52, vips=("192.0.2.102",), extra="notify_stop \"/run/lab/tell stopped2\" root")
        plain = pair.conf["d1"]
        pair.conf["d1"] = head + plain.replace("virtual_ipaddress", more + "virtual_ipaddress", 1) + other
        pair.start()
        lab.wait(lambda: all(f"VI_{n}: BACKUP -> MASTER" in pair.d1.log() for n in (1, 2)) and "runs:" in pair.d1.log(), 30, "MASTER of both")
        pair.d1.write("/run/lab/switch", "-10\n")
        lab.wait(lambda: 'INSTANCE "VI_1" MASTER_PRIORITY 140' in lines(pair.d1), 30, "the priority was told")
        pair.deaf(pair.d1)
        lab.wait(lambda: "BACKUP -> MASTER" in pair.d2.log(), 30, "d2 is MASTER too")
        lab.wait(lambda: 'INSTANCE "VI_1" MASTER_RX_LOWER_PRI 140' in lines(pair.d1), 30, "the rival was told")
        pair.deaf(pair.d1, "")

        def told():
            return pair.d1.run("cat", "/run/lab/told", check=False).splitlines()

        lab.wait(lambda: "lower" in told(), 30, "its script ran")
        pair.d1.reload(head + other)
        lab.wait(lambda: "deleted" in told() and "any INSTANCE VI_1 DELETED 140" in told(), 30, "deleted")
        lab.wait(lambda: 'INSTANCE "VI_1" DELETED 140' in lines(pair.d1), 30, "deleted, in the FIFO")
        lab.expect("stopped" not in told() and "any INSTANCE VI_1 STOP 140" not in told(), f"{told()}")
        pair.d1.stop()
        lab.expect("stopped2" in told() and 'INSTANCE "VI_2" STOP 100' in lines(pair.d1), f"{told()} {lines(pair.d1)}")


def priority_of_a_group():
    """notify_priority_changes of a vrrp_sync_group: a line of the GROUP for each other priority, none of its instances."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.d1.write("/run/lab/switch", "0\n")
        reader_of(pair.d1)
        plain = pair.conf["d1"]
        pair.conf["d1"] = (f"global_defs {{\n    notify_fifo {FIFO}\n    notify_fifo_script /run/lab/reader root\n}}\n"
                           "track_file less {\n    file /run/lab/switch\n    weight 1\n}\n"
                           "vrrp_sync_group G {\n    group {\n        VI_1\n    }\n    notify_priority_changes\n"
                           "    track_file {\n        less\n    }\n}\n" + plain)
        pair.start()
        lab.wait(lambda: 'GROUP "G" MASTER 150' in lines(pair.d1), 30, "the group is MASTER")
        pair.d1.write("/run/lab/switch", "-10\n")
        lab.wait(lambda: 'GROUP "G" MASTER_PRIORITY 140' in lines(pair.d1), 30, "the priority was told")
        pair.d1.write("/run/lab/switch", "-80\n")
        lab.wait(lambda: 'GROUP "G" BACKUP 70' in lines(pair.d1), 30, "too low")
        pair.d1.write("/run/lab/switch", "-90\n")
        lab.wait(lambda: 'GROUP "G" BACKUP_PRIORITY 60' in lines(pair.d1), 30, "as BACKUP too")
        lab.expect(not [line for line in lines(pair.d1) if "INSTANCE" in line and "_PRIORITY" in line], f"{lines(pair.d1)}")
        told = len([line for line in lines(pair.d1) if "_PRIORITY" in line])
        pair.d1.reload(pair.conf["d1"].replace("    notify_priority_changes\n", ""))
        lab.wait(lambda: "generation 2 is applied everywhere" in pair.d1.log(), 30, "reloaded")
        pair.d1.write("/run/lab/switch", "-95\n")
        lab.wait(lambda: pair.d1.status()["instances"][0]["effective_priority"] == 55, 30, "the priority is another")
        lab.expect(len([line for line in lines(pair.d1) if "_PRIORITY" in line]) == told, f"{lines(pair.d1)}")


def around_the_processes():
    """startup_script before the processes, shutdown_script behind them; one that hangs is killed and delays for no longer."""
    with lab.Pair(version=3, interval=0.2) as pair:
        pair.d1.write("/run/lab/phase", "#!/bin/sh\necho \"$1 $(ip -br addr show to 192.0.2.100 | wc -l)\" >>/run/lab/told\n"
                      "[ $1 = start ] && sleep 60\nexit 4\n")
        pair.d1.run("chmod", "755", "/run/lab/phase")
        pair.conf["d1"] = ("global_defs {\n    startup_script \"/run/lab/phase start\" root\n    startup_script_timeout 1\n"
                           "    shutdown_script \"/run/lab/phase end\" root\n}\n" + pair.conf["d1"])
        pair.d1.start(pair.conf["d1"])
        lab.wait(lambda: "BACKUP -> MASTER" in pair.d1.log() and "runs:" in pair.d1.log(), 30, "MASTER")
        log = pair.d1.log()
        lab.expect(0 < log.find("startup_script: killed, it took longer than 1 s") < log.find("INIT -> BACKUP"), log)
        pair.d1.stop()
        lab.wait(lambda: "shutdown_script: exit code 4" in pair.d1.log(), 30, "the end is told")
        told = pair.d1.run("cat", "/run/lab/told").splitlines()
        lab.expect([line.split()[0] for line in told] == ["start", "end"] and told[1].split()[1] == "0", f"{told}")


lab.main(fifo_and_reader, reload_repeats, one_at_a_time, ensure_until_it_succeeds, what_is_no_transition,
         priority_of_a_group, around_the_processes)
