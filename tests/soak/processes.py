"""Sessions' leaders in, what each of their processes holds now out (Linux)."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
_SESSION, _THREADS, _RSS = 3, 17, 21  # fields after the command's name, proc(5)
_KINDS = (("spawn_main", "worker"), ("resource_tracker", "tracker"))


class Held(NamedTuple):
    """What one process holds.

    rss_mib  MiB of memory that is there, shared pages too
    files    open files, sockets and pipes
    """

    pid: int
    rss_mib: float
    files: int
    threads: int


def held(leaders: Mapping[int, str]) -> dict[str, Held]:
    """Every process of these sessions by its name; `leaders` names each session's first.

    Processes of one kind are numbered by their ids, which is the order in which they were started.
    """
    found: dict[str, Held] = {}
    count: dict[str, int] = {}
    for pid in sorted(int(path.name) for path in _PROC.iterdir() if path.name.isdigit()):
        for name, each in _held(pid, leaders):
            count[name] = count.get(name, 0) + 1
            found[f"{name} {count[name]}" if count[name] > 1 else name] = each
    return found


def _held(pid: int, leaders: Mapping[int, str]) -> Iterator[tuple[str, Held]]:
    """One, or nothing when it is somebody else's or has just ended."""
    folder = _PROC / str(pid)
    try:
        fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        session = int(fields[_SESSION])
        if session in leaders:
            name = _name(pid, session, leaders[session], folder)
            files = sum(1 for _ in (folder / "fd").iterdir())
            yield name, Held(pid, int(fields[_RSS]) * _PAGE_MIB, files, int(fields[_THREADS]))
    except OSError:
        return


def _name(pid: int, session: int, leader: str, folder: Path) -> str:
    if pid == session:
        return leader
    command = (folder / "cmdline").read_text(errors="replace")
    kind = next((name for sign, name in _KINDS if sign in command), "child")
    return f"{leader}'s {kind}"
