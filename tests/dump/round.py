#!/usr/bin/env python3
"""round.py VIPD CONF_PAGE DUMP_SAME - what `vipd --dump` prints of any valid configuration means the same: dumped again it is the same text, with comments
or without, a reload from one to the other has nothing to do, and `vipd -t` finds nothing in it that it did not find in the original."""

import difflib
import re
import sys

import common


def difference(a, b):
    lines = [t.decode("utf-8", "backslashreplace").splitlines(keepends=True) for t in (a, b)]
    return "".join(difflib.unified_diff(*lines, "dump", "dump of the dump"))


def same(program, file, again):
    """What a reload from one file to the other would find different."""
    return common.run(program, file.parent, "left", file.name, again.name).stdout.decode(errors="replace").splitlines()


def check(vipd, program, source):
    """Complaints about one file; None where it has errors."""
    with common.scratch() as path:
        file = common.place(source, path)
        plain = common.dump(vipd, file)
        if plain is None:
            return None
        bad = []
        for how, text in (("plain", plain), ("origin", common.dump(vipd, file, "--dump"))):
            again = path / f"{how}.conf"
            again.write_bytes(text)
            second = common.dump(vipd, again)
            if second is None:
                bad.append(f"the dump ({how}) has errors: {sorted(common.findings(vipd, again))}")
            elif second != plain:
                bad.append(f"the dump ({how}) is not read as itself:\n{difference(plain, second)}")
        bad += [f"means something else: {line}" for line in same(program, file, path / "plain.conf")]
        known = {(k, re.sub(r"\(line \d+\)", "(line)", t)) for k, t in common.findings(vipd, file)}
        old = dict(re.match(r"'(.*)' is an old spelling of '(.*)'", t).groups()[::-1] for _, t in known if "an old spelling" in t)
        found = {(k, re.sub(r"\(line \d+\)", "(line)", t.replace("plain.conf", file.name))) for k, t in common.findings(vipd, path / "plain.conf")}
        new = {(k, t) for k, t in found - known if (k, re.sub(r"'(.*?)'", lambda m: f"'{old.get(m[1], m[1])}'", t)) not in known}
        bad += [f"new in the dump: {kind}: {text}" for kind, text in sorted(new)]
        return bad


def main():
    vipd, _, program = sys.argv[1:4]
    read = failed = 0
    for source in common.inputs():
        bad = check(vipd, program, source)
        read += bad is not None
        failed += bool(bad)
        for line in bad or ():
            print(f"{source.relative_to(common.TOP)}: {line}")
    print(f"{read} of {len(common.inputs())} files are without errors; {failed} of them are not read back")
    sys.exit(1 if failed or read < 20 else 0)


if __name__ == "__main__":
    main()
