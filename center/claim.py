"""A state folder in, a claim on it out: who runs a centre there, and who carries it away.

Each folder has one centre that runs. It shares the first lock with others that only look; whoever
copies the broker's files or writes a backup back must have that alone.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from disk.locks import held
from pipelines.errors import StoreError

LOCK = "lock"
RUNS = "running"
"""Held by the centre that runs."""
UNFINISHED = "restoring"
"""Lies in a folder while a backup is written back into it, and after that was cut off."""


@contextlib.contextmanager
def running(state: Path) -> Iterator[None]:
    """Run a centre there.

    Raises StoreError while another one does, or a backup is made of it, or after one was half
    restored.
    """
    with _held(state, fcntl.LOCK_SH) as handle:
        if handle is None:
            raise StoreError(f"{state}: a backup of it is being made or restored; wait for that")
        if (state / UNFINISHED).exists():
            raise StoreError(f"{state}: a restore was cut off; let `tocsin restore` do it again")
        with _held(state, fcntl.LOCK_EX, RUNS) as ours:
            if ours is None:
                raise StoreError(
                    f"{state}: a centre runs there already - at $.state; stop it, or give this one "
                    "a folder of its own"
                )
            yield


@contextlib.contextmanager
def at_rest(state: Path) -> Iterator[bool]:
    """Keep centres from starting there; whether none runs, and no broker of one."""
    with _held(state, fcntl.LOCK_EX) as handle:
        yield handle is not None and not _broker_lives(state / "broker.pid")


def _held(state: Path, kind: int, name: str = LOCK) -> AbstractContextManager[int | None]:
    def refused(error: OSError) -> StoreError:
        return StoreError(f"{state}: {error.strerror}; may one write there?")

    return held(state / name, kind, refused)


def _broker_lives(pid_file: Path) -> bool:
    """A centre that was killed leaves its broker behind for a moment."""
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").startswith("nats-server")
    except (OSError, ValueError):
        return False
