"""halves.py - directors that hear one another in part: what each says and does."""
import contextlib

import lab

T = 0.5


def look(director, name="VI_1"):
    """The instance in the status; {} while the daemon does not answer yet."""
    with contextlib.suppress(lab.Failed):
        return director.instance(name)
    return {}


def faults(director):
    return look(director).get("faults") or [""]


def suspicions(director):
    """Name -> detail; nothing while the daemon does not answer yet."""
    with contextlib.suppress(lab.Failed):
        return read(director)
    return {}


def read(director):
    return {s["name"]: s["detail"] for s in director.instance().get("suspicions", [])}
