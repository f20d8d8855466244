"""clock.py - only mono.c asks a clock, only lib/io/loop.c waits; everybody else is given `now`."""

import re

import tree

CLOCKS = {"clock_gettime", "gettimeofday", "time", "timespec_get", "ftime", "clock"}
SLEEPS = {"sleep", "usleep", "nanosleep", "clock_nanosleep"}


def check(source, build):
    bad = []
    for path, obj in tree.objects(build):
        text = tree.code(tree.read(source, path)).splitlines()
        for name, _, section in tree.symbols(obj):
            if section == "*UND*" and (name in SLEEPS or (name in CLOCKS and path != "lib/base/mono.c")):
                line = next((n for n, t in enumerate(text, 1) if re.search(rf"\b{name}\s*\(", t)), 1)
                bad.append((path, line, f"calls {name}(): time arrives as an argument, waiting is a loop timer"))
    return bad


if __name__ == "__main__":
    tree.run(check, needs_objects=True)
