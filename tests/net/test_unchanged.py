#!/usr/bin/python3
"""A reload of the files that run does nothing, and says so; whatever is not what runs is found: included files, the overlay, keys."""
import contextlib
import os

import lab
from test_overlay import SERVER, WEB, STATE, begin, becomes, good

INCLUDED = "/run/lab/more/%s.conf"
KEY = "/run/lab/key"


def service(weight, number=1):
    return f"virtual_server 192.0.2.{79 + number} 80 {{\n    lb_kind DR\n" + SERVER % (1, weight) + "}\n"


@contextlib.contextmanager
def director(more=""):
    with lab.Lab() as room:
        one = room.director("d1", "192.0.2.1")
        one.write(STATE + "/.keep", "")
        one.write(INCLUDED % "web", service(10))
        begin(one, lab.instance(100) + "include more/*.conf\n" + more)
        yield one


def weight(number):
    return {"10.0.0.1:80": (number, "enabled", False)}


def reloaded(one, is_changed, conf=None):
    """HUP; whether it was the beginning of another generation."""
    before, said = one.status()["generation"], one.log().count("reload asked for")
    one.reload(conf)
    lab.wait(lambda: one.log().count("reload asked for") > said, 30, "the reload is over")
    last = [line for line in one.log().splitlines() if "reload asked for" in line][-1]
    lab.expect(("nothing has changed" in last) != is_changed, last)
    status = one.status()
    lab.expect(status["generation"] == before + is_changed, f"generation {before}, then {status['generation']}")
    lab.expect(status["last_reload"]["ok"], status["last_reload"])


def files():
    """An included file with other bytes of the same length and time, one that comes, one that goes; the file that says so."""
    with director() as one:
        becomes(one, weight(10))
        pids = one.family()
        reloaded(one, False)
        lab.expect(good(one, "reload").startswith("reload accepted: nothing has changed"), "vipctl says it")
        path = f"/proc/{one.pid}/root{INCLUDED % 'web'}"
        before = os.stat(path)
        one.write(INCLUDED % "web", service(20))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        reloaded(one, True)
        becomes(one, weight(20))
        reloaded(one, False)
        one.write(INCLUDED % "web2", service(30, 2))
        reloaded(one, True)
        becomes(one, weight(30), WEB.replace(".80:", ".81:"))
        os.unlink(f"/proc/{one.pid}/root{INCLUDED % 'web2'}")
        reloaded(one, True)
        becomes(one, {}, WEB.replace(".80:", ".81:"))
        reloaded(one, True, lab.instance(101) + "include more/*.conf\n")
        reloaded(one, False)
        lab.expect(one.family() == pids, "no process was started anew")


def refused_then_as_before():
    """What was refused does not run: the file as it was is still what runs, and a mistake in it is found each time."""
    with director() as one:
        becomes(one, weight(10))
        one.write(INCLUDED % "web", service(10) + "virtual_server {\n")
        for number in (1, 2):
            one.reload()
            lab.wait(lambda: one.log().count("refused, the running") == number, 30, "refused")
        lab.expect(not one.status()["last_reload"]["ok"], "the status says so")
        one.write(INCLUDED % "web", service(10))
        reloaded(one, False)
        becomes(one, weight(10))


def overlay():
    """A change by vipctl is no change of the file; it stays, and a file that changed meanwhile is not missed."""
    with director() as one:
        becomes(one, weight(10))
        good(one, "server", "weight", WEB, "10.0.0.1:80", "7")
        becomes(one, weight(7))
        reloaded(one, False)
        becomes(one, weight(7))
        one.write(INCLUDED % "web", service(10) + "# another line\n")
        good(one, "server", "weight", WEB, "10.0.0.1:80", "8")
        becomes(one, weight(8))
        reloaded(one, True)
        good(one, "overlay", "drop", "all")
        becomes(one, weight(10))
        reloaded(one, False)


def varies():
    """What is another one at each reading is read each time: a number drawn at random, a key in a file."""
    with director("virtual_server 192.0.2.99 ${_RANDOM 80 81} {\n}\n") as one:
        reloaded(one, True)
        one.write(KEY, "hex:" + "11" * 32)
        auth = "auth_hmac {\n        key 1 file:" + KEY + "\n    }"
        reloaded(one, True, lab.instance(100, 3, 1, auth))
        reloaded(one, True)


def after_a_death():
    """The lvs process that was killed has its configuration again, with or without a reload of the same."""
    with director() as one:
        becomes(one, weight(10))
        dead = one.family()["lvs"]
        os.kill(dead, 9)
        reloaded(one, False)
        lab.wait(lambda: one.family().get("lvs", dead) != dead, 30, "another one runs")
        becomes(one, weight(10))


def weights():
    """Other weights alone are changed in what runs, in a lvs process that is new as well; what has another word is read anew."""
    with director() as one:
        becomes(one, weight(10))
        pids = one.family()
        for number, told in ((20, 1), (0, 2)):
            one.write(INCLUDED % "web", service(number))
            reloaded(one, True)
            becomes(one, weight(number))
            lab.expect(one.log().count("services: 1 weight changed") == told, "it is changed in place")
        reloaded(one, False)
        lab.expect(one.family() == pids, "no process was started anew")
        os.kill(pids["lvs"], 9)
        lab.wait(lambda: one.family().get("lvs", pids["lvs"]) != pids["lvs"], 30, "another one runs")
        becomes(one, weight(0))
        one.write(INCLUDED % "web", service(30).replace("weight", "inhibit_on_failure\n        weight"))
        reloaded(one, True)
        becomes(one, weight(30))
        lab.expect(one.log().count("services: 1 weight changed") == 2, "a word more is read")


if __name__ == "__main__":
    lab.main(files, refused_then_as_before, overlay, varies, after_a_death, weights)
