#!/usr/bin/python3
"""What services do besides the table: checks that pause where the address is not (ha_suspend), scripts at the stop (omega)."""
import contextlib
import os
import signal
import socket
import threading
import time

import lab

PORT = 8080


class Server:
    """A real server on a host: accepts, and remembers whose SYN came when."""

    def __init__(self, pair):
        self.came = []
        with pair.client.inside():
            self.socket = socket.create_server(("", PORT), backlog=100)
        self.frames = pair.frames(pair.client)
        for work in (self.serve, self.listen):
            threading.Thread(target=work, daemon=True).start()

    def serve(self):
        while True:
            with contextlib.suppress(ConnectionAbortedError):  # the check was faster
                self.socket.accept()[0].close()

    def listen(self):
        with contextlib.suppress(OSError):  # the laboratory is gone
            while True:
                frame = self.frames.recv(100)
                is_tcp = frame[12:14] == b"\x08\x00" and frame[23] == 6
                if is_tcp and int.from_bytes(frame[36:38], "big") == PORT and frame[47] & 0x12 == 0x02:
                    self.came.append((time.monotonic(), socket.inet_ntoa(frame[26:30])))

    def of(self, source, since=0):
        """The times at which `source` came."""
        return [when for when, who in list(self.came) if who == source and when >= since]


def service(lines="", server=""):
    return f"""virtual_server {lab.VIP} 80 {{
    delay_loop 0.2
    lb_kind NAT
    {lines}
    real_server 192.0.2.9 {PORT} {{
        {server}
        TCP_CHECK {{
        }}
    }}
}}
"""


def script(word):
    return f"\"/bin/sh -c 'echo {word} >>/run/lab/told'\""


def told(director):
    with contextlib.suppress(FileNotFoundError):
        with open(f"/proc/{director.pid}/root/run/lab/told") as file:
            return sorted(file.read().split())
    return []


def forget(director):
    os.unlink(f"/proc/{director.pid}/root/run/lab/told")


def status_of(director):
    return director.status()["services"][0]


def suspended_where_the_address_is_not():
    """The director with the VIP checks, the other does not; after a drill they have changed places within half a second."""
    with lab.Pair(version=3, interval=0.2) as pair:
        server = Server(pair)
        for name in pair.conf:
            pair.conf[name] += service("ha_suspend")
        pair.start()
        pair.settled()
        since = time.monotonic()
        time.sleep(1.5)
        lab.expect(len(server.of("192.0.2.1", since)) >= 3, f"d1 checked {len(server.of('192.0.2.1', since))} times in 1.5 s")
        lab.expect(not server.of("192.0.2.2"), f"d2 has checked without the VIP: {server.came}")
        lab.expect(status_of(pair.d2)["suspended"] and not status_of(pair.d1)["suspended"], "status says who is suspended")
        lab.expect("checks suspended" in pair.d2.run(os.path.join(lab.BIN, "vipctl"), "status"), "vipctl status shows it")
        drilled = time.monotonic()
        pair.d1.signal(signal.SIGUSR1)
        first = lab.wait(lambda: server.of("192.0.2.2"), 3, "d2 checks")[0]
        took = first - drilled
        print(f"    d2's first check {took:.3f} s after the drill began")
        lab.expect(took < 1, f"d2's first check came after {took:.3f} s")
        lab.wait(lambda: status_of(pair.d1)["suspended"], 2, "d1 is suspended")
        since = time.monotonic()
        time.sleep(1)
        lab.expect(not server.of("192.0.2.1", since), "d1 goes on checking")
        lab.expect(len(server.of("192.0.2.2", since)) >= 3, "d2 checks at its pace")
        lab.expect(status_of(pair.d1)["servers"][0]["checks"][0]["state"] == "UP", "the last known state stays")
        pair.d2.signal(signal.SIGTERM)
        lab.wait(lambda: server.of("192.0.2.1", since), 5, "d1 checks again after d2 has left")


def killed_processes_learn_it_again():
    """Each process of a suspended director dies: it stays suspended, not one check is sent."""
    with lab.Pair(version=3, interval=0.2) as pair:
        server = Server(pair)
        for name in pair.conf:
            pair.conf[name] += service("ha_suspend")
        pair.start()
        pair.settled()
        for role in ("probe", "lvs", "vrrp"):
            for director in pair.directors:
                before = director.family()
                os.kill(before[role], signal.SIGKILL)
                lab.wait(lambda: director.family().get(role) not in (None, before[role]), 2, f"{role} is back")
            time.sleep(0.7)
            since = time.monotonic()
            lab.wait(lambda: len(server.of("192.0.2.1", since)) >= 2, 2, f"d1 checks after the death of {role}")
            lab.expect(status_of(pair.d2)["suspended"] and not status_of(pair.d1)["suspended"], f"status after {role}")
        lab.expect(not server.of("192.0.2.2"), "d2 has checked without the VIP")


def nothing_is_suspended_without_vrrp():
    """vipd -C: nobody says where the address is, so all is checked, and a warning says it."""
    with lab.Pair() as pair:
        server = Server(pair)
        pair.d2.start(pair.conf["d2"] + service("ha_suspend"), args=["-C"])
        lab.wait(lambda: len(server.of("192.0.2.2")) >= 3, 3, "d2 checks")
        lab.expect(not status_of(pair.d2)["suspended"], "status says it")
        lab.expect("ha_suspend needs a vrrp process" in pair.d2.log(), "no warning")


def reload_takes_the_word_away_and_back():
    """ha_suspend goes by a reload: checks begin at once; it comes back: they pause."""
    with lab.Pair(version=3, interval=0.2) as pair:
        server = Server(pair)
        conf = {name: pair.conf[name] for name in pair.conf}
        for name in pair.conf:
            pair.conf[name] += service("ha_suspend")
        pair.start()
        pair.settled()
        pair.d2.reload(conf["d2"] + service())
        lab.wait(lambda: len(server.of("192.0.2.2")) >= 2, 2, "d2 checks without ha_suspend")
        pair.d2.reload(conf["d2"] + service("ha_suspend"))
        lab.wait(lambda: status_of(pair.d2)["suspended"], 2, "d2 is suspended again")
        time.sleep(0.1)
        since = time.monotonic()
        time.sleep(1)
        lab.expect(not server.of("192.0.2.2", since), "d2 checks though suspended")
        lab.expect(server.of("192.0.2.1", since), "d1 checks all the time")


def scripts_for_down_at_the_stop():
    """omega: quorum_down and notify_down run before vipd ends, their ups at the next start; without the word nothing runs."""
    scripts = (f"quorum_up {script('quorum_up')}\n quorum_down {script('quorum_down')}\n",
               f"notify_up {script('up')}\n notify_down {script('down')}\n")
    head = "global_defs {\n script_user root\n}\n"
    with lab.Pair() as pair:
        server = Server(pair)
        one = pair.d1
        one.start(head + service("omega\n " + scripts[0], scripts[1]), args=["-C"])
        lab.wait(lambda: server.came and told(one) == ["quorum_up"], 3, "quorum_up")
        lab.wait(lambda: status_of(one)["servers"][0]["checks"][0]["state"] == "UP", 2, "the check has told")
        forget(one)
        lab.expect(one.stop() == 0, "exit status")
        lab.expect(told(one) == ["down", "quorum_down"], f"at the stop ran {told(one)}")
        forget(one)
        one.start()
        lab.wait(lambda: told(one) == ["quorum_up", "up"], 3, "what was told down is told up")
        forget(one)
        one.reload(head + service(scripts[0], scripts[1]))
        lab.wait(lambda: one.status()["generation"] == 2, 3, "the reload")
        lab.expect(one.stop() == 0, "exit status")
        lab.expect(told(one) == [], f"without omega ran {told(one)}")
        one.start()
        lab.wait(lambda: server.of("192.0.2.1", time.monotonic() - 0.3), 3, "it checks again")
        time.sleep(0.3)
        lab.expect(told(one) == [], f"nothing had ended, but ran {told(one)}")


def a_server_that_is_down_is_not_told_again():
    """omega with the server down and the quorum lost: nothing to tell at the stop."""
    with lab.Pair() as pair:
        one = pair.d1
        one.start("global_defs {\n script_user root\n}\n" + service(
            f"omega\n retry 0\n quorum_down {script('quorum_down')}\n", f"notify_down {script('down')}\n"), args=["-C"])
        lab.wait(lambda: told(one) == ["down", "quorum_down"], 5, "both are told when the server is found down")
        forget(one)
        lab.expect(one.stop() == 0, "exit status")
        lab.expect(told(one) == [], f"at the stop ran {told(one)}")


def a_group_goes_on_over_a_reload():
    """Services by group and mark are checked, by their names in the status; a reload that changes the group keeps what is known."""
    head, group = "virtual_server_group web {\n fwmark 7\n %s\n}\n", "virtual_server group web {\n"
    mark = service().replace(f"virtual_server {lab.VIP} 80", "virtual_server fwmark 9")
    with lab.Pair() as pair:
        server, one = Server(pair), pair.d1
        text = service("alpha").replace(f"virtual_server {lab.VIP} 80 {{\n", group)

        def services():
            return {s["name"]: (s["entries"], s["servers"][0]["up"]) for s in one.status()["services"]}

        one.start(head % "192.0.2.80-89 80" + text + mark, args=["-C"])
        lab.wait(lambda: "is applied everywhere" in one.log(), 60, "it runs")
        lab.wait(lambda: services() == {"group web": (11, True), "fwmark 9": (1, True)}, 20, "checked and up")
        one.reload(head % "192.0.2.80-84 80" + text + mark)
        lab.wait(lambda: one.status()["generation"] == 2, 10, "the reload")
        lab.expect(services() == {"group web": (6, True), "fwmark 9": (1, True)}, f"{services()}")
        lab.expect(server.of("192.0.2.1"), "it was checked")
        lab.expect("DOWN" not in one.log() and "killed" not in one.log(), "nothing was lost meanwhile")
        lab.expect(one.stop() == 0, "exit status")


lab.main(a_group_goes_on_over_a_reload, suspended_where_the_address_is_not, killed_processes_learn_it_again, nothing_is_suspended_without_vrrp,
         reload_takes_the_word_away_and_back, scripts_for_down_at_the_stop, a_server_that_is_down_is_not_told_again)
