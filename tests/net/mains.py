"""mains.py - what the tests of the main process ask and count."""
import contextlib
import os

import lab

INSTANCE = lab.instance(150)
VIPD = os.path.join(lab.BIN, "vipd")
CONF = "/run/lab/daemon.conf"


@contextlib.contextmanager
def running(conf=INSTANCE):
    """One director that runs `conf`."""
    with lab.Lab() as laboratory:
        director = laboratory.director("d1", "192.0.2.1")
        director.start(conf)
        lab.wait(lambda: "runs:" in director.log(), 30, "it runs")
        yield laboratory, director


@contextlib.contextmanager
def not_running(conf=INSTANCE):
    with lab.Lab() as laboratory:
        director = laboratory.director("d1", "192.0.2.1")
        director.write(CONF, conf)
        yield laboratory, director


def stops(director, seconds=10):
    lab.expect(director.stop(seconds) == 0, "main exited with an error")
    lab.expect(not director.processes(), f"processes left: {director.processes()}")
