"""What a process on this machine takes of it, as the Linux kernel counts."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Use:
    """``processor`` is the seconds used so far, ``memory`` the bytes held now."""

    processor: float
    memory: int


def use(pid: int) -> Use | None:
    """None where there is no such process, or no such kernel."""
    try:
        stat = (PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
        pages = int((PROC / f"{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return None
    ticks = int(stat[11]) + int(stat[12])  # utime and stime, see proc(5)
    return Use(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE"))


def files_allowed(pid: int) -> int | None:
    """How many files, and so connections, the process may have open."""
    try:
        limits = (PROC / f"{pid}/limits").read_text()
    except OSError:
        return None
    found = [line.split()[3] for line in limits.splitlines() if line.startswith("Max open files")]
    return int(found[0]) if found and found[0].isdigit() else None


def memory_left() -> int | None:
    """Bytes that a process on this machine could still have."""
    try:
        lines = (PROC / "meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable")]
    return int(found[0]) * 1024 if found else None
