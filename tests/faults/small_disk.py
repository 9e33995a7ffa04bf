"""A folder in, a small disk of its own there out, which can be filled to its last byte."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BALLAST = "ballast"
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A disk that is mounted at `at`."""

    at: Path

    def fill(self) -> None:
        """Leave no byte."""
        with (self.at / _BALLAST).open("ab", buffering=0) as file:
            for size in (_STEP, 512, 1):
                with contextlib.suppress(OSError):
                    while True:
                        os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), size)

    def empty(self) -> None:
        """Give back what `fill` took."""
        (self.at / _BALLAST).unlink(missing_ok=True)

    def free(self) -> int:
        """Bytes that are left."""
        return shutil.disk_usage(self.at).free


@contextlib.contextmanager
def small_disk(at: Path, *, size_mib: int) -> Iterator[SmallDisk]:
    """A disk of memory. Raises OSError where this machine does not let us mount one."""
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", str(at)]
    try:
        done = subprocess.run(mounting, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise OSError("there is no `mount`") from error
    if done.returncode:
        raise OSError(f"no small disk may be mounted: {done.stderr.strip()}")
    try:
        yield SmallDisk(at)
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=False)
