"""page.py - commands as doc/dr.md writes them, so that what an operator types is what is tested."""
import os
import re

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "doc", "dr.md")


def section(heading):
    with open(PAGE, encoding="utf-8") as file:
        return file.read().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def typed(heading, **words):
    """The indented lines of the section's last block of code, and what stands in backticks in its table, one command each; `words` (RIP=...)
    are put in their place."""
    text = section(heading)
    blocks = re.findall(r"(?:^    .+\n)+", text, re.M)
    cells = re.findall(r"`([^`|]+)`", "".join(line for line in text.splitlines() if line.startswith("| ")))
    lines = blocks[-1].splitlines() if blocks else [part for cell in cells for part in cell.split(";")]
    found = [line.strip() for line in lines if line.strip().split()[0] in ("ip", "sysctl")]
    for name, value in words.items():
        found = [re.sub(rf"\b{name}\b", value, line) for line in found]
    return found
