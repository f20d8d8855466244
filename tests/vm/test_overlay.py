#!/usr/bin/python3
"""Changes by vipctl in the kernel's table: random transactions while the file is reloaded again and again; the table is the model's."""
import os
import random
import re
import signal
import subprocess
import threading

import dr
import lab

STATE = "/run/lab/state"
VIPCTL = os.path.join(lab.BIN, "vipctl")
COUNT = int(os.environ.get("VIPD_TRANSACTIONS", "50"))
SEED = int(os.environ.get("VIPD_SEED", "22"))
SERVICES = [f"192.0.2.10{i}:80" for i in range(4)]


class Model:
    """What the table should be: the file's weights, and the changes over them."""

    def __init__(self):
        self.file = {(vs, f"10.0.{i}.{k}:80"): 10 * k for i, vs in enumerate(SERVICES) for k in range(1, 5)}
        self.added, self.removed, self.weight, self.state, self.whole = {}, set(), {}, {}, {}

    def copy(self):
        other = Model()
        other.file = self.file
        for name in ("added", "removed", "weight", "state", "whole"):
            setattr(other, name, getattr(self, name).copy())
        return other

    def servers(self):
        return sorted((set(self.file) - self.removed) | set(self.added))

    def table(self):
        """{service: {server: weight}}, as far as new connections go there."""
        found = {}
        for vs, rs in self.servers():
            weight = self.added.get((vs, rs), self.file.get((vs, rs)))
            kind, value = self.weight.get((vs, rs), ("", 0))
            if kind == "%":
                weight = max(weight * value // 100, 1 if weight and value else 0)
            elif kind == "=":
                weight = value
            if weight and (vs, rs) not in self.state and vs not in self.whole:
                found.setdefault(vs, {})[rs] = weight
        return found

    def change(self, rng):
        """A random change that is valid: its line; the model has it."""
        vs, rs = key = rng.choice(self.servers())
        what = rng.choice(("weight", "weight", "share", "file", "drain", "disable", "enable", "enable", "add", "remove", "back", "whole"))
        if what == "weight":
            self.weight[key] = ("=", rng.randrange(200))
            return f"server weight {vs} {rs} {self.weight[key][1]}"
        if what == "share":
            self.weight[key] = ("%", rng.randrange(0, 300))
            return f"server weight {vs} {rs} {self.weight[key][1]}%"
        if what == "file":
            self.weight.pop(key, None)
            return f"server weight {vs} {rs} file"
        if what in ("drain", "disable"):
            self.state[key] = what
            return f"server {what} {vs} {rs}"
        if what == "enable":
            self.state.pop(key, None)
            return f"server enable {vs} {rs}"
        if what == "whole":
            return self.change_service(rng, vs)
        if what == "remove" and len(self.servers()) > 8:
            return self.remove(key)
        if what == "back" and self.removed:
            key = rng.choice(sorted(self.removed))
            self.removed.discard(key)
            return f"server add {key[0]} {key[1]}"
        return self.add(rng, vs)

    def change_service(self, rng, vs):
        how = rng.choice(("drain", "disable", "enable", "enable"))
        if how == "enable":
            self.whole.pop(vs, None)
        else:
            self.whole[vs] = how
        return f"service {how} {vs}"

    def remove(self, key):
        self.weight.pop(key, None)
        self.state.pop(key, None)
        if self.added.pop(key, None) is None:
            self.removed.add(key)
        return f"server remove {key[0]} {key[1]}"

    def add(self, rng, vs):
        key = (vs, f"10.1.{rng.randrange(3)}.{rng.randrange(1, 5)}:80")
        if key in self.added:
            return f"server enable {key[0]} {key[1]}" if self.state.pop(key, None) else f"server weight {vs} {key[1]} file" \
                if self.weight.pop(key, None) else f"server add {vs} {key[1]} weight {self.added[key]}"
        self.added[key] = rng.randrange(1, 100)
        return f"server add {vs} {key[1]} weight {self.added[key]}"


def conf(file):
    text = ""
    for vs in SERVICES:
        address, port = vs.split(":")
        text += f"virtual_server {address} {port} {{\n    lb_kind DR\n    lb_algo wrr\n"
        text += "".join(f"    real_server {rs.replace(':', ' ')} {{\n        weight {weight}\n    }}\n"
                        for (service, rs), weight in file.items() if service == vs)
        text += "}\n"
    return text


def table(director):
    return {vs: servers for vs, servers in
            ((vs, {rs: w for rs, w in found.items() if w}) for vs, found in dr.Cluster.table(dr.Cluster, director).items()) if servers}


def apply(director, lines):
    return subprocess.run(director.enter(VIPCTL, "apply", "-"), input="\n".join(lines) + "\n", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)


def begin(director, text=None):
    done = director.log().count("is applied everywhere") if director.daemon else 0
    director.start(text, args=["-C", "--state-dir", STATE])
    lab.wait(lambda: director.log().count("is applied everywhere") > done, 60, "it runs")


def expect_table(director, model, what):
    lab.wait(lambda: table(director) == model.table(), 60,
             lambda: f"{what}: the table is {table(director)}, the model {model.table()}", step=0.1)


class Reloads(threading.Thread):
    """The file is written and reloaded again and again, with other weights and half of the time half written."""

    def __init__(self, director, model):
        super().__init__(daemon=True)
        self.director, self.model, self.rng, self.end, self.n = director, model, random.Random(SEED + 1), threading.Event(), 0

    def run(self):
        while not self.end.wait(0.4):
            file = {key: self.rng.randrange(1, 100) for key in self.model.file}
            text = conf(file)
            self.director.write("/run/lab/daemon.conf", text if self.n % 2 else text[:text.rindex("real_server")])
            self.director.run(VIPCTL, "reload", check=False)
            self.n += 1

    def stop(self):
        self.end.set()
        self.join(60)


def step(director, model, rng):
    """One transaction; one of six has a change that cannot be, and must fail whole. The model afterwards, lines that count."""
    after = model.copy()
    lines = [after.change(rng) for _ in range(rng.randrange(1, 6))]
    is_wrong = rng.randrange(6) == 0
    if is_wrong:
        lines.insert(rng.randrange(len(lines) + 1), f"server drain {SERVICES[0]} 10.9.9.9:80")
    done = apply(director, lines)
    lab.expect((done.returncode != 0) == is_wrong, f"{lines}: exit {done.returncode}: {done.stdout}")
    lab.expect(not is_wrong or "10.9.9.9:80" in done.stdout, done.stdout)
    return model if is_wrong else after


def random_transactions():
    """T22: Transactions of changes beside reloads, a sixth of them with one that cannot be: the kernel has what a model has."""
    rng, model = random.Random(SEED), Model()
    with lab.Lab() as room:
        director = room.director("d1", "192.0.2.1")
        director.write(STATE + "/.keep", "")
        begin(director, conf(model.file))
        expect_table(director, model, "at the start")
        reloads = Reloads(director, model)
        reloads.start()
        for i in range(COUNT):
            model = step(director, model, rng)
            if i == COUNT // 2:
                os.kill(director.family()["lvs"], signal.SIGKILL)
        reloads.stop()
        director.write("/run/lab/daemon.conf", conf(model.file))
        director.run(VIPCTL, "reload")
        expect_table(director, model, "after all")
        print(f"    {COUNT} transactions, {reloads.n} reloads, generation {director.status()['generation']}")
        audit = re.findall(r"overlay: root \(uid 0\): (?:server|service) ", director.log())
        lab.expect(len(audit) >= COUNT / 2, f"{len(audit)} lines about who changed what")
        director.daemon.kill()
        director.daemon.wait()
        begin(director)
        expect_table(director, model, "after kill -9 of main and a start")
        lab.expect(director.stop() == 0, "exit status")
        begin(director)
        expect_table(director, model, "after a stop and a start")
        director.run(VIPCTL, "overlay", "drop", "all")
        plain = Model()
        expect_table(director, plain, "after dropping all")


def ipvsadm(director):
    return director.run("ipvsadm", "-Ln")


def services_come_and_go():
    """A service added by its words is in the kernel's table as the words say, also after kill -9 of lvs and a restart; removed ones
    are gone, and come back."""
    model = Model()
    with lab.Lab() as room:
        director = room.director("d1", "192.0.2.1")
        director.write(STATE + "/.keep", "")
        begin(director, conf(model.file))
        expect_table(director, model, "at the start")
        director.run(VIPCTL, "service", "add", "192.0.2.200:443/tcp", "lvs_sched mh; lvs_method DR; persistence_timeout 77; "
                     "real_server 10.0.0.1 443 { weight 5 }; real_server 10.0.0.2 443 { weight 6 }", "--for", "1h")
        want = {"10.0.0.1:443": 5, "10.0.0.2:443": 6}
        lab.wait(lambda: table(director).get("192.0.2.200:443") == want, 30, lambda: f"{table(director)}")
        said = ipvsadm(director)
        lab.expect(re.search(r"TCP +192.0.2.200:443 mh persistent 77", said), said)
        director.run(VIPCTL, "service", "remove", SERVICES[0])
        lab.wait(lambda: SERVICES[0] not in ipvsadm(director), 30, "it left the table")
        old = director.family()["lvs"]
        os.kill(old, signal.SIGKILL)
        lab.wait(lambda: director.family().get("lvs") not in (None, old), 30, "a new lvs process")
        lab.expect(director.stop() == 0, "exit status")
        begin(director)
        lab.wait(lambda: table(director).get("192.0.2.200:443") == want, 30, lambda: f"{table(director)}")
        lab.expect(SERVICES[0] not in ipvsadm(director), "it stays away")
        director.run(VIPCTL, "service", "remove", "192.0.2.200:443")
        director.run(VIPCTL, "service", "add", SERVICES[0])
        expect_table(director, model, "all is the file's")
        lab.wait(lambda: "192.0.2.200" not in ipvsadm(director), 30, "nothing of it is left")


lab.main(random_transactions, services_come_and_go)
