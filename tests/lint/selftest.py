"""selftest.py - every rule finds what it is for: a small tree full of violations, and for each the file and line expected."""

import os
import shutil
import subprocess
import sys
import tempfile

import doors
import floors
import format as format_rule
import globals as globals_rule
import clock
import headers
import paths
import purity
import scripts
import sizes
import tree

DEEP = "int deep(int a, int b, int c, int d, int e, int f)\n{\n\tif (a)\n\t\tif (b)\n\t\t\tif (c)\n\t\t\t\tif (d)\n\t\t\t\t\treturn 1;\n"
TREE = {
    "lib/base/good.h": "/* good */\n#ifndef BASE_GOOD_H\n#define BASE_GOOD_H\nint good(void);\n#endif\n",
    "lib/base/good.c": '#include "base/good.h"\n\nint good(void)\n{\n\treturn 0;\n}\n',
    "lib/base/up.c": '#include "base/good.h"\n#include "vrrp/one.h"\n#include "base/gone.h"\n',
    "vrrp/one.h": '#ifndef VRRP_ONE_H\n#define VRRP_ONE_H\n#include "vrrp/two.h"\n#endif\n',
    "vrrp/two.h": '#ifndef VRRP_TWO_H\n#define VRRP_TWO_H\nstruct one;\nint two(const struct one *o);\n#endif\n',
    "vrrp/two.c": '#include "vrrp/two.h"\n#include "vrrp/one.h"\n',
    "checkers/peek.c": '#include "vrrp/two.h"\n#include <event2/event.h>\n#include <jansson.h>\n',
    "lib/io/loop.c": "#include <event2/event.h>\n",
    "ctl/bad.h": "#ifndef CTL_BAD_H\n#define CTL_BAD_H\nsize_t needs_stddef;\n#endif\n",
    "ctl/order.c": '#include <stdio.h>\n#include "order.h"\n',
    "ctl/order.h": "#ifndef VIPCTL_ORDER_H\n#define VIPCTL_ORDER_H\n#endif\n",
    "daemon/deep.c": DEEP + "\treturn 0;\n}\n\nint longer(void)\n{\n" + "\n" * 60 + "\treturn 0;\n}\n",
    "daemon/file.c": "int x;\n" * 501,
    "daemon/table.c": "static const int t[] = {\n" + "\t1,\n" * 600 + "};\n",
    "daemon/state.c": "static int counter;\nint *count(void)\n{\n\tstatic int calls = 1;\n\n\treturn calls++ ? &counter : 0;\n}\n",
    "lib/base/log.c": "static struct {\n\tint level;\n} out = { 1 };\nint log_level(void)\n{\n\treturn out.level++;\n}\n",
    "vrrp/step.c": "#include <stdlib.h>\n#include <string.h>\n#include <time.h>\nvoid *step(const char *s)\n{\n"
    "\treturn time(0) && strlen(s) ? malloc(1) : 0;\n}\n",
    "daemon/where.c": "/* see /" + "home/somebody/notes */\n",
    "tests/bad.sh": "#!/bin/bash\necho $1\n",
    "tests/bad.py": "import os\n",
    "daemon/ugly.c": "static const int t[] = {\n\t1,   2,\n};\nint ugly( int a )\n{\n\treturn a + t[0];\n}\n",
}
# rule -> its violations
EXPECTED = {
    floors: {("lib/base/up.c", 2), ("lib/base/up.c", 3), ("vrrp/one.h", 3), ("checkers/peek.c", 1)},
    doors: {("checkers/peek.c", 2), ("checkers/peek.c", 3)},
    sizes: {("daemon/deep.c", 1), ("daemon/deep.c", 6), ("daemon/deep.c", 11), ("daemon/file.c", 501), (".", 0)},
    headers: {("ctl/bad.h", 1), ("ctl/order.c", 1)},
    globals_rule: {("daemon/state.c", 1), ("daemon/state.c", 4)},
    purity: {("vrrp/step.c", 6)},
    clock: {("vrrp/step.c", 6)},
    paths: {("daemon/where.c", 1)},
    scripts: {("tests/bad.sh", 2), ("tests/bad.py", 1)},
    format_rule: {("daemon/ugly.c", 4)},
}
COMPILED = ("daemon/state.c", "lib/base/log.c", "vrrp/step.c")


def plant(source, build):
    for path, text in TREE.items():
        os.makedirs(os.path.join(source, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(source, path), "w", encoding="utf-8") as f:
            f.write(text)
    for path in COMPILED:
        folder, name = os.path.split(path)
        out = os.path.join(build, folder, "CMakeFiles", "x.dir")
        os.makedirs(out, exist_ok=True)
        subprocess.run(["gcc", "-c", os.path.join(source, path), "-o", os.path.join(out, name + ".o")], check=True)


def main():
    home = os.path.dirname(os.path.abspath(__file__))
    failed = 0
    with tempfile.TemporaryDirectory() as top:
        source, build = os.path.join(top, "s"), os.path.join(top, "b")
        plant(source, build)
        shutil.copy(os.path.join(home, "..", "..", ".clang-format"), source)
        for rule, expected in EXPECTED.items():
            found = {(path, line) for path, line, _ in rule.check(source, build)}
            if rule is format_rule:
                found = {f for f in found if f[0] == "daemon/ugly.c"}
            if found != expected:
                failed += 1
                print(f"{rule.__name__}: missed {sorted(expected - found)}, invented {sorted(found - expected)}")
    if sizes.parameters("int f(int (*g)(int, int), char *b)") != 2 or list(tree.functions("int a[] = {\n\t1,\n};\n")):
        failed += 1
        print("signatures are misread")
    print("clean" if not failed else f"{failed} rules fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
