"""A state folder in, a claim on it out: who runs a centre there, and who carries it away.

Each folder has one centre that runs. It shares the first lock with others that only look; whoever
copies the broker's files or writes a backup back must have that alone.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

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
    with _held(state, fcntl.LOCK_SH) as has_it:
        if not has_it:
            raise StoreError(f"{state}: a backup of it is being made or restored; wait for that")
        if (state / UNFINISHED).exists():
            raise StoreError(f"{state}: a restore was cut off; let `tocsin restore` do it again")
        with _held(state, fcntl.LOCK_EX, RUNS) as is_alone:
            if not is_alone:
                raise StoreError(
                    f"{state}: a centre runs there already - at $.state; stop it, or give this one "
                    "a folder of its own"
                )
            yield


@contextlib.contextmanager
def at_rest(state: Path) -> Iterator[bool]:
    """Keep centres from starting there; whether none runs, and no broker of one."""
    with _held(state, fcntl.LOCK_EX) as has_it:
        yield has_it and not _broker_lives(state / "broker.pid")


@contextlib.contextmanager
def _held(state: Path, kind: int, name: str = LOCK) -> Iterator[bool]:
    try:
        handle = os.open(state / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}; may one write there?") from error
    try:
        yield _is_taken(handle, kind)
    finally:
        os.close(handle)


def _is_taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _broker_lives(pid_file: Path) -> bool:
    """A centre that was killed leaves its broker behind for a moment."""
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").startswith("nats-server")
    except (OSError, ValueError):
        return False
