#!/usr/bin/python3
"""--json of every command of vipctl: one valid document whatever happens, with fields that vipctl(1) names, and its exit status."""
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time

import lab
from mains import CONF, INSTANCE

VIPCTL = os.path.join(lab.BIN, "vipctl")
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../doc/vipctl.1")
VS, RS = f"{lab.VIP}:80", "192.0.2.9:80"
STATE = "/run/lab/realserver.json"
KEPT = "/run/lab/kept"  # the overlay is
FULL = lab.instance(150, extra="""use_vmac
    virtual_routes {
        198.51.100.0/24 via 192.0.2.9
    }
    virtual_rules {
        from 198.51.100.0/24 lookup main
    }""")
# The words of a command, its exit status, members that its document must have. In this order, on a director that serves.
ROWS = [
    ("status", 0, "version processes instances services findings generation config_file"),
    ("status extra", 2, "error"),
    ("why VI_1", 0, "name state priority effective_priority reason trackers vmac routes rules"),
    ("why VI_9", 1, "error"),
    ("why", 2, "error"),
    ("check", 2, "level problems instances services"),  # no server answers
    ("events", 0, "events"),
    ("events --plan", 2, "error"),
    ("reload", 0, "result findings"),
    ("reload --plan", 0, "changes summary text findings"),
    ("restart now", 2, "error"),
    ("doctor", 2, "findings not_looked_at count"),
    ("doctor 203.0.113.9:80", 2, "error"),
    ("doctor --frob", 2, "error"),
    (f"server weight {VS} {RS} 7", 0, "result changed"),
    (f"server weight {VS} {RS} 7", 0, "result changed"),
    (f"server weight {VS} {RS} 70000", 1, "error"),
    ("server frob", 1, "error"),
    ("server", 2, "error"),
    (f"service disable {VS} --for 1h --reason test", 0, "result changed"),
    ("service remove 203.0.113.9:80", 1, "error"),
    ("service", 2, "error"),
    ("overlay", 0, "overlay"),
    ("overlay save --diff", 0, "files kept patch saved"),
    ("overlay save /run/lab/overlay.inc", 0, "written saved kept"),
    ("overlay save /no/such/place", 1, "error"),
    ("overlay save", 0, "written saved kept"),
    ("overlay drop all", 0, "result changed"),
    ("overlay drop", 2, "error"),
    ("overlay save", 0, "written saved"),
    ("overlay frob", 2, "error"),
    ("apply /run/lab/changes", 0, "result changed"),
    ("apply /run/lab/empty", 2, "error"),
    ("apply /no/such/file", 2, "error"),
    ("apply /run", 2, "error"),
    ("apply", 2, "error"),
    (f"realserver apply 192.0.2.200 --plan --state {STATE}", 0, "done steps notes addresses"),
    (f"realserver apply 192.0.2.200 --state {STATE}", 0, "done steps notes addresses"),
    (f"realserver check --state {STATE}", 1, "findings filter_seen worst"),
    (f"realserver undo --state {STATE}", 0, "done steps notes addresses"),
    (f"realserver check --state {STATE}", 2, "error"),
    ("realserver frob", 2, "error"),
    ("realserver apply nonsense", 2, "error"),
    ("drill", 0, "result"),
    ("help", 0, "commands"),
    ("help why", 0, "commands"),
    ("help frob", 2, "error"),
    ("statsu", 2, "error"),
    ("--frob", 2, "error"),
    ("", 2, "error"),
    ("restart", 0, "result"),
]


@contextlib.contextmanager
def running(conf):
    """One director that runs `conf`; nothing of its overlay is left on this machine."""
    with lab.Lab() as laboratory:
        director = laboratory.director("d1", "192.0.2.1")
        director.write(KEPT + "/.keep", "")
        director.start(conf, args=["--state-dir", KEPT])
        lab.wait(lambda: "runs:" in director.log(), 30, "it runs")
        yield director


def once(pairs):
    """An object, of which no member may be there twice."""
    names = [name for name, _ in pairs]
    lab.expect(len(names) == len(set(names)), f"twice: {sorted(name for name in names if names.count(name) > 1)}")
    return dict(pairs)


def socket_says(director, request):
    """What the daemon itself answers."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(f"/proc/{director.pid}/root/run/vipd/control.sock")
        sock.sendall(request.encode() + b"\n")
        with sock.makefile() as file:
            return json.load(file, object_pairs_hook=once)


def ask(director, words, timeout=60):
    """The document, the exit status and what stands on the standard error."""
    done = subprocess.run(director.enter(VIPCTL, *words.split(), "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=timeout, check=False)
    try:
        document = json.loads(done.stdout, object_pairs_hook=once)
    except ValueError:
        raise lab.Failed(f"vipctl {words}: no JSON: {done.stdout!r} {done.stderr!r}") from None
    lab.expect(isinstance(document, dict), f"vipctl {words}: {done.stdout}")
    return document, done.returncode, done.stderr


def documented():
    """The fields of the section JSON of vipctl(1), by command; those of "any" are in every document."""
    with open(PAGE) as file:
        section = re.search(r"^\.Sh JSON\n(.*?)^\.Sh ", file.read(), re.M | re.S)
    lab.expect(section, "vipctl(1) has no section JSON")
    fields = {}
    for block in re.split(r"^\.It Cm ", section.group(1), flags=re.M)[1:]:
        names = block.split("\n", 1)[0].split(" , ")
        for name in names:
            fields[name.removeprefix("Cm ").strip()] = set(re.findall(r"^\.Li (\w+)", block, re.M))
    return fields


def key_of(words, fields):
    """The part of the manual that is about these words: the longest name that they begin with."""
    names = [name for name in fields if (words + " ").startswith(name + " ")]
    return max(names, key=len, default=None)


def judge(director, words, code, members, fields):
    document, was, said = ask(director, words)
    lab.expect(was == code, f"vipctl {words}: exit {was}, not {code}: {document} {said}")
    lab.expect(not said, f"vipctl {words}: beside the document: {said}")
    missing = set(members.split()) - set(document)
    lab.expect(not missing, f"vipctl {words}: without {missing}: {document}")
    known = fields.get(key_of(words, fields), set()) | fields["error"]
    lab.expect(set(document) <= known, f"vipctl {words}: not in vipctl(1): {sorted(set(document) - known)}")
    lab.expect("error" not in document or (document["error"] and code), f"vipctl {words}: exit {code}: {document}")


def every_command():
    """T14: Healthy: each row; every command of the table has one, every name of the manual's section is a command."""
    fields = documented()
    with running(FULL + lab.SERVICE) as director:
        director.write("/run/lab/changes", f"server drain {VS} {RS}\nserver undrain {VS} {RS}\n")
        director.write("/run/lab/empty", "# nothing\n")
        lab.wait(lambda: director.instance().get("state") == "MASTER", 30, "MASTER", 0.1)
        lab.wait(lambda: ask(director, "check")[0]["level"] == "CRITICAL", 30, "the server is down", 0.1)
        names = [c["name"] for c in ask(director, "help")[0]["commands"]]
        untried = [name for name in names if not any((row[0] + " ").startswith(name + " ") for row in ROWS)]
        lab.expect(not untried, f"no row for {untried}")
        unsaid = [name for name in names if not any((field + " ").startswith(name + " ") for field in fields)]
        lab.expect(not unsaid, f"not in the section JSON: {unsaid}")
        for request in ("status", "events", "overlay", "reload --plan"):
            lab.expect(set(socket_says(director, request)) == set(ask(director, request)[0]), f"{request}: vipctl says something else")
        for request in ("check", "instances"):
            lab.expect([i["name"] for i in socket_says(director, request)["instances"]] == ["VI_1"], f"{request}: not the instance")
        for words, code, members in ROWS:
            judge(director, words, code, members, fields)
        lab.wait(lambda: "runs" in director.log().split("restarting in place")[-1], 30, "restarted")


def refused():
    """A file with errors: reload and --plan name each of them, with line and cure; the running one's findings are not mixed in."""
    fields = documented()
    with running(INSTANCE + lab.SERVICE) as director:
        director.write(CONF, "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 300\n    prioritty 9\n}\n"
                             "virtual_server 192.0.2.100 80 {\n    lb_algo rrr\n}\n")
        for words in ("reload", "reload --plan"):
            judge(director, words, 1, "error findings", fields)
            found = ask(director, words)[0]["findings"]
            lab.expect({(f["line"], f["class"]) for f in found} >= {(3, "error"), (4, "warning"), (7, "error")}, f"{words}: {found}")
            lab.expect(all(f["file"] == CONF and f["line"] <= 8 for f in found), f"{words}: of another file: {found}")
            lab.expect("'rr'" in next(f for f in found if f["line"] == 7)["hint"], f"{words}: no cure: {found}")
            text = director.run(VIPCTL, *words.split(), check=False)
            lab.expect(":7:13: error: 'rrr' is no scheduler - did you mean 'rr'?" in text, text)
        lab.expect(ask(director, "status")[0]["last_reload"]["ok"] is False, "status does not say so")


def nobody_answers():
    """No daemon: exit 3 and the reason as a document, of all that ask it; a frozen one: the same."""
    with running(INSTANCE) as director:
        asks = [row[0] for row in ROWS if row[1] == 0 and row[0].split()[0] not in ("help", "realserver", "doctor")]
        director.write("/run/lab/changes", f"server drain {VS} {RS}\n")
        os.kill(director.daemon.pid, signal.SIGSTOP)
        document, code, said = ask(director, "status")
        lab.expect(code == 3 and "does not answer within 5 s" in document["error"] and not said, f"{code} {document} {said}")
        slow = director.popen(VIPCTL, "reload", stdout=subprocess.PIPE, text=True)
        time.sleep(6)
        lab.expect(slow.poll() is None, "a reload that takes longer than a look is waited for")
        os.kill(director.daemon.pid, signal.SIGCONT)
        said = slow.communicate(timeout=60)[0]
        lab.expect(slow.returncode == 0 and "reload accepted" in said, f"{slow.returncode}: {said}")
        lab.expect("Is a directory" in ask(director, "apply /run")[0]["error"], "the reason is named")
        director.stop()
        for words in asks:
            document, code, said = ask(director, words)
            lab.expect(code == 3 and "no vipd at" in document["error"] and not said, f"{words}: {code} {document} {said}")
        document, code, _ = ask(director, "doctor")
        lab.expect(code == 1 and document["findings"][0]["id"] == "no-daemon", f"{code} {document}")


lab.main(every_command, refused, nobody_answers)
