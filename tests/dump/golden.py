#!/usr/bin/env python3
"""golden.py [--regenerate] VIPD - what `vipd --dump` prints of NAME.conf here, and of the archetypes that have a NAME.dump here, must be
NAME.dump, to the letter. --regenerate writes it instead: read the difference before a commit."""

import difflib
import sys

import common


def check(vipd, golden, regenerate):
    source = common.HERE / f"{golden.stem}.conf"
    if not source.exists():
        source = common.CONF / "archetypes" / source.name
    with common.scratch() as path:
        got = common.dump(vipd, common.place(source, path), "--dump") or b"it has an error\n"
        got = got.replace(str(path).encode(), b"@TMP@")
    want = golden.read_bytes()
    if got == want:
        return True
    lines = [t.decode("utf-8", "backslashreplace").splitlines(keepends=True) for t in (want, got)]
    sys.stdout.writelines(difflib.unified_diff(*lines, golden.name, f"{source.name} now"))
    if regenerate:
        golden.write_bytes(got)
    return regenerate


def main():
    args = [a for a in sys.argv[1:] if a != "--regenerate"]
    goldens = sorted(common.HERE.glob("*.dump"))
    results = [check(args[0], golden, "--regenerate" in sys.argv) for golden in goldens]
    sys.exit(0 if len(results) >= 13 and all(results) else 1)


if __name__ == "__main__":
    main()
