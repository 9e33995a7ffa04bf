"""Processes in, the CPU seconds and the memory of them and all that they started out (Linux)."""

import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

_PARENT, _ENDED = 1, (13, 14)  # fields after the command's name, proc(5)


def cpu_s(pid: int) -> float:
    """Seconds of CPU of a process and of all that it started."""
    return cpu_of([pid])


def cpu_of(pids: Iterable[int], *, but: Collection[int] = ()) -> float:
    """The same of several, each with all that it started, whether that still runs or has ended.

    but  what of these does not count, with all that it started
    """
    fields = {int(path.name): _fields(path) for path in Path("/proc").glob("[0-9]*")}
    children = defaultdict[int, list[int]](list)
    for pid, its in fields.items():
        if its:
            children[int(its[_PARENT])].append(pid)
    spent_s, asked = 0.0, list(pids)
    while asked:
        pid = asked.pop()
        if pid in but:
            continue
        asked += children[pid]
        spent_s += _own_s(pid) + _ended_s(fields.get(pid, []))
    return spent_s


def rss_mib(pids: Iterable[int]) -> float:
    """Memory that processes hold, without what they started; those that have ended hold none."""
    return sum(map(_rss_mib, pids))


def _own_s(pid: int) -> float:
    """Of all threads of a process, to the nanosecond."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the kernel's CPUCLOCK_SCHED of that process
    except OSError:
        return 0.0


def _ended_s(fields: list[str]) -> float:
    """Of its children that have ended."""
    return sum(int(fields[at]) for at in _ENDED if fields) / os.sysconf("SC_CLK_TCK")


def _rss_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _fields(path: Path) -> list[str]:
    """What follows the name in a process's line; nothing when it has just ended."""
    try:
        text = (path / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
