"""tracked.py - a pair that tracks something, and what its directors say of it."""
import os

import lab


def why(director, *words):
    text = director.run(os.path.join(lab.BIN, "vipctl"), "why", "VI_1", *words, check=False)
    return " ".join(text.split())


def tracker(director):
    """The only one, as the status says."""
    return director.instance()["trackers"][0]


def tracking(text, extra, **more):
    """A pair whose directors track what `text` defines, by the line `extra`."""
    pair = lab.Pair(version=3, interval=0.2, extra=extra, **more)
    for name in pair.conf:
        pair.conf[name] = text + pair.conf[name]
    return pair
