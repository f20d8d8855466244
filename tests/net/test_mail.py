#!/usr/bin/python3
"""Mail about transitions: one, then digests; through a relay or sendmail; a relay that is dead, deaf or rude delays nothing."""
import socket
import threading
import time

import lab

RELAY = "192.0.2.3"


class Relay:
    """A mail relay on a host. `mood`: well, silent (takes connections, says nothing) or rude (refuses the recipients)."""

    def __init__(self, host, mood="well"):
        self.mails, self.said, self.mood, self.calls = [], [], mood, 0
        with host.inside():
            self.socket = socket.socket()
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind((RELAY, 2525))
            self.socket.listen(64)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            self.calls += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        if self.mood == "silent":
            time.sleep(120)
            return
        file = connection.makefile("rwb")

        def say(line):
            file.write(line.encode() + b"\r\n")
            file.flush()

        say("220-relay.example.com")
        say("220 ready")
        for line in file:
            lab.expect(line.endswith(b"\r\n"), f"{line} has no CRLF")
            word = line.decode().strip()
            self.said.append(word)
            if word == "DATA":
                say("354 go on")
                self.mails.append(self.read(file))
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                return
            elif word.startswith("EHLO"):
                say("500 what?")
            else:
                say("550 nobody here" if self.mood == "rude" and word.startswith("RCPT") else "250 fine")

    @staticmethod
    def read(file):
        text = []
        while True:
            line = file.readline().decode().rstrip("\r\n")
            if line == ".":
                return text
            text.append(line[1:] if line.startswith(".") else line)


def mailing(pair, more=f"    smtp_server {RELAY} 2525\n"):
    """d1 sends mail of its instance; its own switch makes it FAULT and back. The third host is returned."""
    pair.conf["d1"] = ("global_defs {\n    router_id LVS1\n    notification_email {\n        a@example.com\n        b@example.com\n    }\n"
                       f"    notification_email_from lb1@example.com\n    smtp_helo_name lb1.example.com\n    smtp_connect_timeout 1\n{more}}}\n"
                       "track_file hold {\n    file /run/lab/switch\n    weight 0\n}\n" + pair.conf["d1"].replace(
                           "virtual_ipaddress", "smtp_alert\n    track_file {\n        hold\n    }\n    virtual_ipaddress", 1))
    hold(pair.d1, 0)
    return pair.host("relay", RELAY)


def hold(director, value):
    director.write("/run/lab/switch", f"{value}\n")


def mail(director):
    return director.status()["mail"]


def master(director):
    lab.wait(lambda: "BACKUP -> MASTER" in director.log(), 30, "MASTER in the log")
    lab.wait(lambda: director.instance().get("state") == "MASTER", 30, "MASTER")


def one_then_a_digest():
    """T61: the first mail is there in seconds, in SMTP's words; many flaps after it are one digest, a minute later."""
    with lab.Pair(version=3, interval=0.2) as pair:
        relay = Relay(mailing(pair))
        pair.d1.start(pair.conf["d1"])
        master(pair.d1)
        lab.wait(lambda: relay.mails, 30, "the first mail")
        first = relay.mails[0]
        began = time.monotonic()
        lab.expect(relay.said[:6] == ["EHLO lb1.example.com", "HELO lb1.example.com", "MAIL FROM:<lb1@example.com>", "RCPT TO:<a@example.com>",
                                      "RCPT TO:<b@example.com>", "DATA"], f"{relay.said}")
        for line in ("From: lb1@example.com", "To: a@example.com,", " b@example.com", "Subject: [LVS1] 2 events"):
            lab.expect(line in first, f"{line} is not in {first}")
        lab.expect(first[-2].endswith("VRRP Instance VI_1 - Entering BACKUP state") and
                   first[-1].endswith("VRRP Instance VI_1 - Entering MASTER state"), f"{first}")
        for _ in range(5):
            hold(pair.d1, 1)
            lab.wait(lambda: pair.d1.instance().get("state") == "FAULT", 30, "FAULT")
            hold(pair.d1, 0)
            master(pair.d1)
        lab.wait(lambda: mail(pair.d1)["waiting"] == 15, 30, "15 events wait")
        lab.expect(mail(pair.d1)["sent"] == 1 and len(relay.mails) == 1, f"{mail(pair.d1)}: sent too soon")
        print(f"    {mail(pair.d1)} {time.monotonic() - began:.1f} s after the first mail")
        pair.d1.stop()  # the rest goes out with the end, and STOP is in it
        lab.wait(lambda: len(relay.mails) == 2, 30, "the digest")
        lab.expect("Subject: [LVS1] 16 events" in relay.mails[1], f"{relay.mails[1]}")


def quiet_about_faults():
    """no_email_faults, and an instance without smtp_alert: only what is asked for is mailed."""
    with lab.Pair(version=3, interval=0.2) as pair:
        relay = Relay(mailing(pair, f"    smtp_server {RELAY} 2525\n    no_email_faults\n    smtp_alert\n"))
        hold(pair.d1, 1)
        conf = pair.conf["d1"] + lab.instance(100, name="VI_2", vrid=52, vips=("192.0.2.102",), extra="smtp_alert off")
        pair.d1.start(conf)
        lab.wait(lambda: "VI_2: BACKUP -> MASTER" in pair.d1.log(), 30, "VI_2 is MASTER")
        lab.wait(lambda: pair.d1.instance("VI_2").get("state") == "MASTER", 30, "MASTER")
        hold(pair.d1, 0)
        master(pair.d1)
        lab.wait(lambda: relay.mails, 30, "mail")
        pair.d1.stop()
        lab.wait(lambda: any("STOP" in line for text in relay.mails for line in text), 30, "the last mail")
        text = "\n".join(line for m in relay.mails for line in m)
        lab.expect("FAULT" not in text and "VI_2" not in text and "VI_1 - Entering MASTER" in text, text)


def bad_relays():
    """T61 D42: silent, absent, refusing: no advert is late, it is tried again, and the mail comes once there is somebody."""
    with lab.Pair(version=3, interval=0.2) as pair:
        host = mailing(pair)
        relay = Relay(host, "silent")
        pair.observe()
        pair.d1.start(pair.conf["d1"])
        master(pair.d1)
        start = time.monotonic()
        lab.wait(lambda: mail(pair.d1)["failed"] == 1, 30, "the silent relay failed")
        lab.expect(mail(pair.d1)["last_error"].startswith("the relay does not answer in time"), f"{mail(pair.d1)}")
        lab.expect(mail(pair.d1)["waiting"] == 2, f"{mail(pair.d1)}")
        relay.mood = "rude"
        lab.wait(lambda: mail(pair.d1)["failed"] == 2, 30, "the rude relay failed")
        lab.expect(mail(pair.d1)["last_error"].startswith("the relay refused all recipients"), f"{mail(pair.d1)}")
        relay.mood = "well"
        lab.wait(lambda: mail(pair.d1)["sent"] == 1, 40, "the mail is delivered at last")
        lab.expect(mail(pair.d1) == {"sent": 1, "events": 2, "failed": 2, "waiting": 0}, f"{mail(pair.d1)}")
        lab.expect("Subject: [LVS1] 2 events" in relay.mails[0], f"{relay.mails}")
        lab.expect("tried again in" in pair.d1.log(), "the log says so")
        print(f"    delivered after {time.monotonic() - start:.1f} s")
        pair.expect_masters(["d1"], since=start)


def local_sendmail():
    """Without smtp_server the local sendmail gets the mail, as the unprivileged user, with its recipients in the headers."""
    with lab.Pair(version=3, interval=0.2) as pair:
        mailing(pair, "")
        pair.d1.write("/run/mail/sendmail", "#!/bin/sh\n(echo \"$@\"; id -un; cat) >/run/mail/out.$$ && mv /run/mail/out.$$ /run/mail/out\n")
        pair.d1.run("chmod", "755", "/run/mail/sendmail")
        pair.d1.run("chmod", "777", "/run/mail")
        pair.d1.run("sh", "-c", "mkdir -p /run/upper /run/work && mount -t tmpfs tmpfs /run/upper && mkdir /run/upper/u /run/upper/w && "
                    "mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir=/run/upper/u,workdir=/run/upper/w /usr/sbin && "
                    "rm -f /usr/sbin/sendmail && cp -p /run/mail/sendmail /usr/sbin/sendmail")
        pair.d1.start(pair.conf["d1"])
        master(pair.d1)
        text = lab.wait(lambda: pair.d1.run("cat", "/run/mail/out", check=False) if "out" in pair.d1.run("ls", "/run/mail").split() else "",
                        30, "sendmail ran")
        lines = text.splitlines()
        lab.expect(lines[0] == "-t -i" and lines[1] in ("vipd", "nobody"), f"{lines}")
        lab.expect("To: a@example.com," in lines and "Subject: [LVS1] 2 events" in lines, f"{lines}")
        lab.wait(lambda: mail(pair.d1)["sent"] == 1, 30, "it counts")


lab.main(one_then_a_digest, quiet_about_faults, bad_relays, local_sendmail)
