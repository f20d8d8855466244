#!/usr/bin/python3
"""Changes by vipctl over the file: transactions, errors, who made them, ends, conflicts with a reload, a restart and a crash."""
import contextlib
import json
import os
import re
import signal
import subprocess
import time

import lab

STATE = "/run/lab/state"
VIPCTL = os.path.join(lab.BIN, "vipctl")
WEB = "192.0.2.80:80/tcp"
SERVER = "    real_server 10.0.0.%d 80 {\n        weight %d\n    }\n"


def conf(servers=((1, 10), (2, 20)), more=""):
    return ("virtual_server 192.0.2.80 80 {\n    lb_kind DR\n" + "".join(SERVER % s for s in servers) + "}\n"
            "virtual_server 192.0.2.81 53 {\n    protocol UDP\n    real_server 10.0.0.9 53 {\n    }\n}\n" + more)


@contextlib.contextmanager
def director(text=None):
    with lab.Lab() as room:
        one = room.director("d1", "192.0.2.1")
        one.write(STATE + "/.keep", "")
        begin(one, text or conf())
        yield one


def begin(one, text=None):
    """Starts it, and waits until it says that all of it runs."""
    done = one.log().count("is applied everywhere") if one.daemon else 0
    one.start(text, args=["-C", "--state-dir", STATE])
    lab.wait(lambda: one.log().count("is applied everywhere") > done, 60, "it runs")


def ctl(one, *words, text=None):
    """Exit status and output of vipctl."""
    done = subprocess.run(one.enter(VIPCTL, *words), input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=20)
    return done.returncode, done.stdout.strip()


def good(one, *words, text=None):
    code, said = ctl(one, *words, text=text)
    lab.expect(code == 0, f"{words}: exit {code}: {said}")
    return said


def bad(one, *words, text=None, code=1):
    got, said = ctl(one, *words, text=text)
    lab.expect(got == code, f"{words}: exit {got}: {said}")
    return said


def servers(one, service=WEB):
    """{name: (wanted weight, state, added)} of a service."""
    for s in one.status()["services"]:
        if s["name"] == service:
            return {r["name"]: (r["effective_weight"], r["admin"], r["added"]) for r in s["servers"]}
    return {}


def becomes(one, expected, service=WEB):
    lab.wait(lambda: servers(one, service) == expected, 20, lambda: f"{expected}: {servers(one, service)}")


def overlay(one):
    return json.loads(good(one, "overlay", "--json"))["overlay"]


def changes(one):
    return [e["change"] for e in overlay(one)]


def one_change_after_the_other():
    """Every command once; the wanted weights follow, saying it again changes nothing, status shows what is not the file's."""
    plain = {"10.0.0.1:80": (10, "enabled", False), "10.0.0.2:80": (20, "enabled", False)}
    with director() as one:
        becomes(one, plain)
        lab.expect(good(one, "overlay") == "no changes over the configuration", "an empty list")
        lab.expect(good(one, "server", "weight", WEB, "10.0.0.1:80", "50%").startswith("1 change"), "a share")
        becomes(one, plain | {"10.0.0.1:80": (5, "enabled", False)})
        generation = one.status()["generation"]
        lab.expect("so already" in good(one, "server", "weight", WEB, "10.0.0.1:80", "50%"), "again")
        lab.expect(one.status()["generation"] == generation, "saying it again is no generation")
        good(one, "server", "weight", "192.0.2.80:80", "10.0.0.1", "7")
        becomes(one, plain | {"10.0.0.1:80": (7, "enabled", False)})
        good(one, "server", "weight", WEB, "10.0.0.1:80", "file")
        becomes(one, plain)
        good(one, "server", "drain", WEB, "10.0.0.2:80", "--reason", "it is \"hot\" } $HOME")
        becomes(one, plain | {"10.0.0.2:80": (0, "drain", False)})
        shown = good(one, "status")
        lab.expect("[drain]" in shown and "it is \"hot\" } $HOME" in shown, shown)
        good(one, "server", "undrain", WEB, "10.0.0.2:80")
        good(one, "server", "add", WEB, "10.0.0.3:80", "like", "10.0.0.2:80", "--weight", "4")
        becomes(one, plain | {"10.0.0.3:80": (4, "enabled", True)})
        good(one, "server", "disable", WEB, "10.0.0.3:80", "--for", "1h")
        becomes(one, plain | {"10.0.0.3:80": (0, "disabled", True)})
        lab.expect("ends in" in good(one, "overlay"), "the end is shown")
        good(one, "server", "enable", WEB, "10.0.0.3:80")
        good(one, "server", "remove", WEB, "10.0.0.1:80")
        becomes(one, {"10.0.0.2:80": (20, "enabled", False), "10.0.0.3:80": (4, "enabled", True)})
        good(one, "service", "drain", "192.0.2.81:53")
        becomes(one, {"10.0.0.9:53": (0, "drain", False)}, "192.0.2.81:53/udp")
        good(one, "service", "disable", "192.0.2.81:53")
        lab.wait(lambda: [s["entries"] for s in one.status()["services"]] == [1, 0], 20, "nothing is for it any more")
        good(one, "service", "enable", "192.0.2.81:53")
        lab.wait(lambda: [s["entries"] for s in one.status()["services"]] == [1, 1], 20, "back")
        good(one, "overlay", "drop", "all")
        becomes(one, plain)
        lab.expect("so already" in good(one, "overlay", "drop", "all"), "dropping nothing")
        lab.expect(not os.path.exists(f"/proc/{one.pid}/root{STATE}/overlay.conf"), "no changes, no file")
        audit = re.findall(r"overlay: root \(uid 0\): (.*) \(generation \d+\)", one.log())
        lab.expect(len(audit) == 13, f"{len(audit)} lines about who changed what: {audit}")


def a_transaction_is_whole():
    """Of several lines all are made or none; the error names the line, and what was meant."""
    with director() as one:
        becomes(one, {"10.0.0.1:80": (10, "enabled", False), "10.0.0.2:80": (20, "enabled", False)})
        generation = one.status()["generation"]
        said = bad(one, "apply", "-", text=f"# three\nserver weight {WEB} 10.0.0.1:80 1\n\nserver drain {WEB} 10.0.0.2:81\n"
                   f"server add {WEB} 10.0.0.4:80\n")
        lab.expect("change 2 of 3" in said and "did you mean '10.0.0.2:80'?" in said, said)
        lab.expect(changes(one) == [] and one.status()["generation"] == generation, "nothing has changed")
        said = bad(one, "apply", "-", text=f"server add {WEB} 10.0.0.4:80\nserver add {WEB} 224.0.0.1:80\n")
        lab.expect("not the address of a server" in said, said)
        lab.expect(changes(one) == [] and one.status()["generation"] == generation, "rules refuse all of it")
        good(one, "apply", "-", text="".join(f"server add {WEB} 10.0.1.{i}:80 weight {i}\n" for i in range(1, 201)))
        lab.wait(lambda: len(servers(one)) == 202, 20, "200 servers in one go")
        lab.expect(one.status()["generation"] == generation + 1, "one generation")
        for words, part in (
                (("server", "drain", "192.0.2.80:81/tcp", "10.0.0.1:80"), f"did you mean '{WEB}'?"),
                (("server", "drian", WEB, "10.0.0.1:80"), "drian"),
                (("server", "weight", WEB, "10.0.0.1:80", "70000"), "70000"),
                (("server", "drain", WEB, "10.0.0.1:80", "--for", "ever"), "no duration"),
                (("service", "remove", "192.0.2.80:81"), "there is no service"),
                (("service", "add", "192.0.2.82:80"), "needs words"),
                (("service", "add", "192.0.2.82:80", "lvs_shed wrr"), "did you mean 'lvs_sched'?"),
                (("service", "add", WEB, "lvs_sched wrr"), "is a service of the configuration"),
                (("service", "add", "group web", "lvs_sched wrr"), "no virtual_server_group"),
                (("service", "add", "192.0.2.82:80", "real_server 10.0.0.1 80 { weight 70000 }"), "70000"),
                (("overlay", "drop", "192.0.2.81:53"), "nothing is changed at")):
            said = bad(one, *words)
            lab.expect(part in said and "nothing has changed" in said, f"{words}: {said}")
        for words in (("server",), ("service",), ("apply",), ("apply", "/nowhere"), ("overlay", "drop"), ("overlay", "what"),
                      ("server", "drain", WEB, "10.0.0.1\x01:80")):
            bad(one, *words, code=2)


def it_outlives_reload_restart_and_crash():
    """What was said stays over a reload of a half edited file, `vipctl restart`, a stop, kill -9 of lvs and of main."""
    want = {"10.0.0.1:80": (5, "enabled", False), "10.0.0.2:80": (0, "drain", False)}
    with director() as one:
        good(one, "server", "weight", WEB, "10.0.0.1:80", "50%")
        one.write("/run/lab/daemon.conf", "virtual_server 192.0.2.80 80 {\n")
        good(one, "server", "drain", WEB, "10.0.0.2:80")  # the file on disk does not matter
        becomes(one, want)
        bad(one, "reload")
        lab.expect(servers(one) == want, "a file that is refused changes nothing")
        one.write("/run/lab/daemon.conf", conf())
        good(one, "reload")
        becomes(one, want)
        good(one, "restart")
        becomes(one, want)
        lvs = one.family()["lvs"]
        os.kill(lvs, signal.SIGKILL)
        lab.wait(lambda: one.family().get("lvs") not in (None, lvs), 20, "a new lvs process")
        becomes(one, want)
        one.daemon.kill()
        one.daemon.wait()
        begin(one)
        becomes(one, want)
        lab.expect(one.stop() == 0, "exit status")
        begin(one)
        becomes(one, want)
        mode = os.stat(f"/proc/{one.pid}/root{STATE}/overlay.conf").st_mode & 0o777
        lab.expect(mode == 0o600, f"mode {mode:o}")
        lab.expect([e["by"] for e in overlay(one)] == ["root (uid 0)"] * 2, "who made them")


def conflicts_are_named():
    """A reload takes away what a change is about: it runs, and reload, log, status and overlay name the change until it is dropped."""
    with director() as one:
        good(one, "apply", "-", text=f"server drain {WEB} 10.0.0.2:80\nserver add {WEB} 10.0.0.3:80\n")
        one.write("/run/lab/daemon.conf", conf(((1, 10), (3, 30))))
        said = good(one, "reload")
        lab.expect("10.0.0.2:80 drain: no effect" in said and "10.0.0.3:80: no effect" in said, said)
        becomes(one, {"10.0.0.1:80": (10, "enabled", False), "10.0.0.3:80": (30, "enabled", False)})
        lab.expect([bool(e["conflict"]) for e in overlay(one)] == [True, True], f"{overlay(one)}")
        shown = good(one, "status")
        lab.expect(shown.count("CONFLICT") == 2 and "overlay.conf:2" in shown, shown)
        lab.expect(re.search(r"overlay.conf:2:\d+: server state .*no effect", one.log()), "the log")
        good(one, "overlay", "drop", WEB, "10.0.0.2:80")
        shown = good(one, "status")
        lab.expect(shown.count("CONFLICT") == 1, shown)
        one.write("/run/lab/daemon.conf", conf())
        good(one, "reload")
        lab.wait(lambda: not overlay(one)[0]["conflict"], 20, "the file gives it back its effect")
        becomes(one, {"10.0.0.1:80": (10, "enabled", False), "10.0.0.2:80": (20, "enabled", False), "10.0.0.3:80": (10, "enabled", True)})


BLOCK = """! of the shop
virtual_server 192.0.2.83 443 { # two
    lvs_sched wlc
    lvs_method DR
    real_server 10.0.0.5 443 {
        weight 5
    }
}
virtual_server 192.0.2.84 443 {
    lvs_method DR
}
"""


def names(one):
    return sorted(s["name"] for s in one.status()["services"])


def services_come_and_go():
    """A whole service by its words or as a block; one of the file taken out and back; both stay over a restart; a reload may
    bring the same."""
    plain, shop = [WEB, "192.0.2.81:53/udp"], "192.0.2.82:80/tcp"
    with director() as one:
        good(one, "service", "add", "192.0.2.82 80", "lvs_sched wrr; lvs_method DR; real_server 10.0.0.5 80 { weight 5 }", "--for", "1h",
             "--reason", "a new shop")
        becomes(one, {"10.0.0.5:80": (5, "enabled", False)}, shop)
        listed = good(one, "overlay")
        lab.expect("service add 192.0.2.82:80/tcp" in listed and "ends in" in listed and "a new shop" in listed, listed)
        lab.expect(good(one, "service", "add", shop).startswith("1 change"), "without an end from now on")
        lab.expect("so already" in good(one, "service", "add", "192.0.2.82:80", "lvs_sched wrr;lvs_method DR;real_server 10.0.0.5 80 {weight 5}"),
                   "the same again")
        lab.expect("[added]" in good(one, "status"), "status says whose it is")
        good(one, "apply", "-", text=f"server add {shop} 10.0.0.6:80 weight 2\nserver weight {shop} 10.0.0.5:80 7\nservice remove {WEB}\n"
             "service add 192.0.2.85:25 \"real_server 10.0.0.7 25 { weight 3 }\"\nserver drain 192.0.2.85:25 10.0.0.7\n")
        becomes(one, {"10.0.0.5:80": (7, "enabled", False), "10.0.0.6:80": (2, "enabled", True)}, shop)
        becomes(one, {"10.0.0.7:25": (0, "drain", False)}, "192.0.2.85:25/tcp")
        want = ["192.0.2.81:53/udp", shop, "192.0.2.85:25/tcp"]
        lab.wait(lambda: names(one) == want, 20, lambda: f"{names(one)}")
        good(one, "restart")
        lab.wait(lambda: names(one) == want, 20, lambda: f"after a restart: {names(one)}")
        lab.expect(one.stop() == 0, "exit status")
        begin(one)
        lab.wait(lambda: names(one) == want, 20, lambda: f"after a stop: {names(one)}")
        becomes(one, {"10.0.0.5:80": (7, "enabled", False), "10.0.0.6:80": (2, "enabled", True)}, shop)
        one.write("/run/lab/daemon.conf", conf(more="virtual_server 192.0.2.82 80 {\n    quorum 1\n}\n"))
        said = good(one, "reload")
        lab.expect("service add 192.0.2.82:80/tcp: no effect: the configuration has this service by itself" in said, said)
        lab.expect(names(one) == want, f"{names(one)}")
        one.write("/run/lab/daemon.conf", conf())
        good(one, "reload")
        becomes(one, {"10.0.0.5:80": (7, "enabled", False), "10.0.0.6:80": (2, "enabled", True)}, shop)
        good(one, "service", "add", WEB)
        lab.wait(lambda: WEB in names(one), 20, "back")
        good(one, "service", "remove", shop)
        good(one, "service", "remove", "192.0.2.85:25")
        lab.wait(lambda: names(one) == plain, 20, lambda: f"{names(one)}")
        lab.expect(changes(one) == [], f"{changes(one)}")
        good(one, "service", "add", "-", text=BLOCK)
        lab.wait(lambda: names(one) == plain + ["192.0.2.83:443/tcp", "192.0.2.84:443/tcp"], 20, lambda: f"{names(one)}")
        good(one, "overlay", "drop", "192.0.2.84:443")
        good(one, "service", "add", "-", "--for", "2s", text=BLOCK.replace("weight 5", "weight 6"))
        good(one, "server", "drain", "192.0.2.83:443", "10.0.0.5")
        lab.wait(lambda: names(one) == plain and changes(one) == [], 20, lambda: f"its time is over: {names(one)} {changes(one)}")


def findings_name_the_lines_of_the_file():
    """After a change, the status' findings still point into the file as people wrote it."""
    with director("! a comment\n\n" + conf(more="\n# more\nvirtual_server 192.0.2.82 80 {\n    quorum 0\n}\n")) as one:
        def findings():
            return [(f["file"], f["line"], f["text"]) for f in one.status()["findings"]]

        before = findings()
        lab.expect(before and before[0][1] > 10, f"{before}")
        good(one, "server", "drain", WEB, "10.0.0.1:80")
        lab.expect(findings() == before, f"{findings()} after {before}")


def ends_come():
    """--for: it ends by itself, also while vipd does not run."""
    plain = {"10.0.0.1:80": (10, "enabled", False), "10.0.0.2:80": (20, "enabled", False)}
    with director() as one:
        good(one, "server", "weight", WEB, "10.0.0.1:80", "1", "--for", "3s")
        good(one, "server", "drain", WEB, "10.0.0.2:80", "--for", "1h")
        lab.wait(lambda: len(changes(one)) == 1, 20, "the first ends")
        becomes(one, plain | {"10.0.0.2:80": (0, "drain", False)})
        lab.expect("its time is over, as root (uid 0) said" in one.log(), "the log says it")
        good(one, "server", "drain", WEB, "10.0.0.2:80", "--for", "2s")
        lab.expect(one.stop() == 0, "exit status")
        time.sleep(2.5)
        begin(one)
        becomes(one, plain)
        lab.expect(changes(one) == [], f"{changes(one)}")


FILE = """# our shop
virtual_server 192.0.2.80 80 {
  lb_kind DR
  real_server 10.0.0.1 80 {   # the old box
    weight 10   # as of May
    TCP_CHECK {
    }
  }

  # spare
  real_server 10.0.0.2 80 {
    weight 20
  }
  include /run/lab/more.conf
  quorum 1
}
$W=4
virtual_server 192.0.2.81 80 {
  lb_kind DR
  real_server 10.0.0.7 80 { weight $W }
@^other real_server 10.0.0.8 80 {
  }
  real_server 10.0.0.9 80 {
  }
}"""
MORE = "real_server 10.0.0.3 80 {\n\tweight 30\n}\n"


def content(one, path="/run/lab/daemon.conf"):
    with open(f"/proc/{one.pid}/root{path}", encoding="utf-8") as f:
        return f.read()


def weights(one, service=WEB):
    return {name: weight for name, (weight, admin, _) in servers(one, service).items() if admin != "disabled"}


@contextlib.contextmanager
def shop():
    with lab.Lab() as room:
        one = room.director("d1", "192.0.2.1")
        one.write(STATE + "/.keep", "")
        one.write("/run/lab/more.conf", MORE)
        begin(one, FILE)
        yield one


def a_save_edits_the_lines_that_are_there():
    """Words change in place, servers come with the file's indentation, others go; what no edit can say stays and is named; nothing
    flaps, and the file says what runs."""
    more = "192.0.2.81:80/tcp"
    with shop() as one:
        good(one, "apply", "-", text=f"server weight {WEB} 10.0.0.1:80 50%\nserver add {WEB} 10.0.0.4:80 like 10.0.0.1:80 weight 3\n"
             f"server weight {WEB} 10.0.0.3:80 31\nserver disable {WEB} 10.0.0.2:80\nserver weight {more} 10.0.0.7:80 5\n"
             f"server remove {more} 10.0.0.8:80\nserver weight {more} 10.0.0.9:80 6\nserver drain {more} 10.0.0.9:80\n"
             "service add 192.0.2.82:80 \"lb_kind DR; real_server 10.0.0.5 80 { weight 5 }\"\nserver weight 192.0.2.82:80 10.0.0.5:80 7\n")
        lab.wait(lambda: weights(one) == {"10.0.0.1:80": 5, "10.0.0.3:80": 31, "10.0.0.4:80": 3}, 20, lambda: f"{weights(one)}")
        family, tables = one.family(), [weights(one), weights(one, more)]
        patch = subprocess.run(one.enter(VIPCTL, "overlay", "save", "--diff"), stdout=subprocess.PIPE, text=True, check=True).stdout
        lab.expect(content(one) == FILE and len(changes(one)) == 10, "--diff writes nothing")
        lab.expect("-    weight 10   # as of May\n+    weight 5   # as of May\n" in patch, patch)
        one.run("chmod", "640", "/run/lab/daemon.conf")
        one.run("ln", "-s", "/run/lab/daemon.conf", "/run/lab/link.conf")
        said = good(one, "overlay", "save")
        want = (FILE.replace("weight 10 ", "weight 5 ").replace("  # spare\n  real_server 10.0.0.2 80 {\n    weight 20\n  }\n",
                "  # spare\n#  real_server 10.0.0.2 80 {\n#    weight 20\n#  }\n"
                "  real_server 10.0.0.4 80 {\n    weight 3\n    TCP_CHECK {\n    }\n  }\n")
                .replace("10.0.0.9 80 {\n", "10.0.0.9 80 {\n    weight 6\n")
                + "\nvirtual_server 192.0.2.82 80 {\n  lb_kind DR\n  real_server 10.0.0.5 80 {\n    weight 7\n  }\n}\n")
        lab.expect(content(one) == want, f"{content(one)}\n{said}")
        lab.expect(content(one, "/run/lab/more.conf") == MORE.replace("30", "31"), "the included file")
        mode = os.stat(f"/proc/{one.pid}/root/run/lab/daemon.conf").st_mode & 0o777
        lab.expect(mode == 0o640, f"mode {mode:o}")
        lab.expect("daemon.conf:22: it comes from a variable" in said, said)
        lab.expect("condition" in said and "draining is a state" in said, said)
        lab.expect(sorted(changes(one)) == sorted([f"server weight {more} 10.0.0.7:80 5", f"server remove {more} 10.0.0.8:80",
                                                   f"server state {more} 10.0.0.9:80 drain"]), f"{changes(one)}")
        lab.expect([weights(one), weights(one, more)] == tables, "what runs is what ran")
        lab.expect([e["conflict"] for e in overlay(one)] == [None] * 3, "no conflicts")
        good(one, "reload")
        lab.expect([weights(one), weights(one, more)] == tables, "after a reload too")
        lab.expect(one.family() == family, "nobody died")
        lab.expect(not re.search(r"10\.0\.0\.[134]:80", one.log().split("save: 6")[1]), "nothing is said of servers: nothing flaps")


def a_save_that_is_cut_short_counts_once():
    """vipctl dies after it wrote the file and before it said so: a share of a weight is in the file, and not taken of it again. The
    configuration is a symbolic link: it stays one, and its target has the lines."""
    with shop() as one:
        one.run("mv", "/run/lab/daemon.conf", "/run/lab/target.conf")
        one.run("ln", "-s", "target.conf", "/run/lab/daemon.conf")
        good(one, "reload")
        good(one, "apply", "-", text=f"server weight {WEB} 10.0.0.1:80 50%\nserver remove {WEB} 10.0.0.2:80\n"
             f"server add {WEB} 10.0.0.4:80 weight 3\n")
        lab.wait(lambda: weights(one) == {"10.0.0.1:80": 5, "10.0.0.3:80": 30, "10.0.0.4:80": 3}, 20, lambda: f"{weights(one)}")
        before = weights(one)
        one.run("strace", "-f", "-qq", "-o", "/run/lab/strace", "-e", "trace=connect", "-e", "inject=connect:signal=KILL:when=3",
                VIPCTL, "overlay", "save", check=False)
        lab.expect("weight 5" in content(one, "/run/lab/target.conf"), "it was written before it died")
        good(one, "reload")
        time.sleep(0.5)
        lab.expect(weights(one) == before, f"the share counts once: {weights(one)}")
        conflicts = sorted(e["change"] for e in overlay(one) if e["conflict"])
        lab.expect(len(conflicts) == 2, f"what the file has done itself is named: {overlay(one)}")
        good(one, "overlay", "drop", "all")
        lab.expect(weights(one) == before, f"the file says it all: {weights(one)}")
        good(one, "server", "weight", WEB, "10.0.0.1:80", "200%")
        good(one, "overlay", "save")
        lab.expect("weight 10" in content(one, "/run/lab/target.conf") and changes(one) == [], "saved to the end")
        lab.expect(os.readlink(f"/proc/{one.pid}/root/run/lab/daemon.conf") == "target.conf", "the link is still one")


TIERS = """virtual_server 192.0.2.80 80 {
    lb_kind DR
    real_server 10.0.0.1 80 {
        weight 10
    }
    backup_pool spare {
        real_server 10.0.0.5 80 {
            weight 5
        }
        include /run/lab/more.conf
        real_server 10.0.0.6 80 {
            weight 6
        }
    }
}
"""


def a_save_knows_tiers():
    """Servers of a backup_pool are edited where they stand, one that is added stands in the tier that it was added to, and what runs is
    what ran: no server is lost or there twice."""
    with lab.Lab() as room:
        one = room.director("d1", "192.0.2.1")
        one.write(STATE + "/.keep", "")
        one.write("/run/lab/more.conf", MORE)
        begin(one, TIERS)
        good(one, "apply", "-", text=f"server weight {WEB} 10.0.0.5:80 15\nserver weight {WEB} 10.0.0.3:80 33\nserver disable {WEB} 10.0.0.6:80\n"
             f"server add {WEB} 10.0.0.2:80 weight 2\n")
        lab.wait(lambda: weights(one).get("10.0.0.2:80") == 2, 20, lambda: f"{weights(one)}")
        before = weights(one)
        said = good(one, "overlay", "save")
        print("   ", said.splitlines())
        want = (TIERS.replace("weight 5\n", "weight 15\n")
                .replace("        real_server 10.0.0.6 80 {\n            weight 6\n        }\n",
                         "#        real_server 10.0.0.6 80 {\n#            weight 6\n#        }\n")
                .replace("        weight 10\n    }\n", "        weight 10\n    }\n    real_server 10.0.0.2 80 {\n        weight 2\n    }\n"))
        lab.expect(content(one) == want, content(one))
        lab.expect(content(one, "/run/lab/more.conf") == MORE.replace("30", "33"), "the included file")
        lab.expect(changes(one) == [] and weights(one) == before, f"{changes(one)}: {before} became {weights(one)}")
        good(one, "reload")
        lab.expect(weights(one) == before, f"{before} became {weights(one)}")


def a_save_is_refused_whole():
    """A file that changed, that cannot be written, changes that end by themselves: nothing is written, all stays."""
    with shop() as one:
        good(one, "server", "weight", WEB, "10.0.0.1:80", "4", "--for", "1h")
        said = good(one, "overlay", "save")
        lab.expect("it ends by itself" in said and content(one) == FILE, said)
        good(one, "server", "weight", WEB, "10.0.0.1:80", "4")
        good(one, "server", "weight", WEB, "10.0.0.3:80", "4")
        one.write("/run/lab/more.conf", MORE + "# touched\n")
        said = bad(one, "overlay", "save")
        lab.expect("has changed since the last accepted reload" in said, said)
        lab.expect(content(one) == FILE and len(changes(one)) == 2, "nothing is written")
        good(one, "reload")
        one.run("mount", "--bind", "/run/lab/more.conf", "/run/lab/more.conf")
        said = bad(one, "overlay", "save")
        lab.expect("nothing is saved: /run/lab/more.conf: " in said, said)
        lab.expect(content(one) == FILE and len(changes(one)) == 2, f"the other file is put back: {content(one)}")
        one.run("umount", "/run/lab/more.conf")
        good(one, "overlay", "save", "/run/lab/changes.conf")
        lab.expect("weight" in content(one, "/run/lab/changes.conf"), "a file to include")
        said = good(one, "overlay", "save")
        lab.expect("2 changes saved" in said and changes(one) == [], said)
        lab.expect("no changes" in ctl(one, "overlay", "save")[1], "nothing more to save")


def a_broken_overlay_does_not_stop_vipd():
    """Lines that nobody can read are logged and left out, the others count."""
    with lab.Lab() as room:
        one = room.director("d1", "192.0.2.1")
        one.write(STATE + "/overlay.conf", f"overlay {{\n\tserver wait {WEB} 10.0.0.1:80 5\n\tserver weight {WEB} 10.0.0.2:80 2\n}}\n")
        begin(one, conf())
        becomes(one, {"10.0.0.1:80": (10, "enabled", False), "10.0.0.2:80": (2, "enabled", False)})
        lab.expect(re.search(r"overlay.conf:2: .*wait.*: it has no effect", one.log()), "the log names the line")


def a_file_that_goes_bad():
    """Added services are no configuration: an empty file is refused all the same. Where the file cannot be read nothing is said of
    changes that do not fit to it, which are not what is wrong."""
    with director() as one:
        good(one, "service", "add", "192.0.2.99:80", "real_server 10.0.0.5 80 { }")
        good(one, "server", "weight", WEB, "10.0.0.1:80", "7")
        before = one.status()["generation"]
        file = f"/proc/{one.pid}/root/run/lab/daemon.conf"
        for text, error in (("", "daemon.conf: error: nothing is configured in it any more"), ("# nothing\n", "nothing is configured"),
                            (None, "daemon.conf: error: cannot read the file: Is a directory")):
            os.remove(file)
            if text is None:
                os.mkdir(file)
            else:
                one.write("/run/lab/daemon.conf", text)
            said = bad(one, "reload")
            lab.expect(error in said and (text is not None or "overlay drop" not in said), said)
        lab.expect(one.status()["generation"] == before and len(servers(one)) == 2, "what ran does not run any more")


if __name__ == "__main__":
    lab.main(one_change_after_the_other, a_transaction_is_whole, it_outlives_reload_restart_and_crash, conflicts_are_named,
             services_come_and_go, findings_name_the_lines_of_the_file, ends_come, a_save_edits_the_lines_that_are_there,
             a_save_that_is_cut_short_counts_once, a_save_knows_tiers, a_save_is_refused_whole, a_broken_overlay_does_not_stop_vipd,
             a_file_that_goes_bad)
