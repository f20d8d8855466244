"""globals.py - no mutable variable at file scope (nor a static one in a function): the compiled objects have none."""

import re

import tree

# the log's level and sink
# the log, and the functions of a library that is opened once for the process
ALLOWED = {("lib/base/log.c", "out"), ("lib/io/tls.c", "crypto")}
_MUTABLE = re.compile(r"^(\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss|\*COM\*)")
# what the sanitizers and the compiler add
_FOREIGN = re.compile(r"^(__asan|__odr_asan|__ubsan|\.|_GLOBAL_|__gcov|__llvm|DW\.ref)|^completed\.")


def line_of(source, path, name):
    word = re.compile(rf"\b{re.escape(re.sub(r'[.][0-9]+$', '', name))}\b")
    for n, line in enumerate(tree.read(source, path).splitlines(), 1):
        if word.search(line):
            return n
    return 1


def check(source, build):
    bad = []
    objects = list(tree.objects(source, build))
    symbols = tree.symbols([obj for _, obj in objects])
    for path, obj in objects:
        for name, kind, section in symbols[obj]:
            if not _MUTABLE.match(section) or _FOREIGN.match(name) or kind in ("N", "n"):
                continue
            if (path, name) not in ALLOWED:
                bad.append((path, line_of(source, path, name), f"'{name}' is mutable at file scope ({section})"))
    return bad


if __name__ == "__main__":
    tree.run(check, needs_objects=True)
