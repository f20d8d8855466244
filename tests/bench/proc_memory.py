"""proc_memory.py - what processes cost in memory: pages in their address spaces, and files in memory (memfd) that they hold open, which
are in nobody's address space."""
import os


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))


def held(pid):
    """Bytes of each file in memory, by inode."""
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        path = f"/proc/{pid}/fd/{fd}"
        if os.readlink(path).startswith("/memfd:"):
            status = os.stat(path)
            found[status.st_ino] = status.st_blocks * 512
    return found


def of(pids):
    """MiB of all of them; what several have counts once."""
    total, files = 0, {}
    for pid in pids:
        try:
            total += pss(pid)
            files.update(held(pid))
        except OSError:
            pass  # it has ended meanwhile
    return (total + sum(files.values())) / (1024 * 1024)
