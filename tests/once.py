"""What takes long to make in, a folder that one worker of a run fills for all out."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder, filled; nobody writes there again."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of the run; each worker has a folder in it
    folder, making = root / name, root / f"{name}.{os.getpid()}"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making.mkdir()
            make(making)
            making.rename(folder)
    return folder
