"""clock.py - (TM-13) only mono.c asks the clock, nobody sleeps; everybody else is given `now` and waits in the loop."""

import re

import tree

# the clock of time, and the clock on the wall for the lines that people read
ALLOWED = {("lib/base/mono.c", "clock_gettime"), ("daemon/output.c", "gettimeofday")}
CLOCKS = {"clock_gettime", "gettimeofday", "time", "timespec_get", "ftime", "clock"}
SLEEPS = {"sleep", "usleep", "nanosleep", "clock_nanosleep"}


def check(source, build):
    bad = []
    objects = list(tree.objects(source, build))
    symbols = tree.symbols([obj for _, obj in objects])
    for path, obj in objects:
        for name, _, section in symbols[obj]:
            if section == "*UND*" and (name in SLEEPS or name in CLOCKS) and (path, name) not in ALLOWED:
                text = tree.code(tree.read(source, path)).splitlines()
                line = next((n for n, t in enumerate(text, 1) if re.search(rf"\b{name}\s*\(", t)), 1)
                bad.append((path, line, f"calls {name}(): time arrives as an argument, waiting is a loop timer"))
    return bad


if __name__ == "__main__":
    tree.run(check, needs_objects=True)
