"""A session's leader in, the CPU seconds of all its processes out (Linux)."""

import os
from pathlib import Path

_STATE, _SESSION, _FIRST, _LAST = 0, 3, 11, 14  # fields after the command's name, proc(5)


def session_cpu_s(leader: int) -> float | None:
    """CPU seconds of every process in the session, with children that have ended.

    None where there is no /proc.
    """
    proc = Path("/proc")
    if not (proc / "self/stat").exists():
        return None
    fields = (_fields(path / "stat") for path in proc.iterdir() if path.name.isdigit())
    ticks = (
        sum(map(int, f[_FIRST : _LAST + 1])) for f in fields if f and int(f[_SESSION]) == leader
    )
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _fields(stat: Path) -> list[str]:
    """What follows the name in a process's line; nothing when it has just ended."""
    try:
        return stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
