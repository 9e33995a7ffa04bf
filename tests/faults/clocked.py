"""A module's name in, its process out, whose wall clock we can shift from outside.

python -m tests.faults.clocked MODULE [ARGUMENT …]

TOCSIN_FAULTS_CLOCK names a file of three numbers: seconds ahead, seconds gained per second, and the
monotonic second since when. The shift reaches what asks `SystemClock` and the ids that a box makes;
libraries, the broker, the database and monotonic time keep the machine's.
"""

import os
import runpy
import secrets
import sys
import time
import uuid
from pathlib import Path

VARIABLE = "TOCSIN_FAULTS_CLOCK"


def shift(path: Path, *, ahead_s: float = 0.0, gains: float = 0.0) -> None:
    """Let all processes whose clock the file is be so far ahead from now on."""
    new = path.with_suffix(".new")
    new.write_text(f"{ahead_s} {gains} {time.monotonic()}")
    new.replace(path)


def shifted_s(path: Path) -> float:
    """What such a process takes for the time, Unix seconds."""
    ahead_s, gains, since_s = map(float, path.read_text().split())
    return time.time() + ahead_s + gains * (time.monotonic() - since_s)


def _install(path: Path) -> None:
    """Let this process's clocks go by the file."""
    import center.clock
    import edge.clock
    import edge.naming

    def now_s(_: object) -> float:
        return shifted_s(path)

    def new_id() -> str:
        """A UUIDv7 (RFC 9562) of the shifted time."""
        moment = int(shifted_s(path) * 1000)
        return str(uuid.UUID(int=moment << 80 | 0x7 << 76 | secrets.randbits(12) << 64
                             | 0x2 << 62 | secrets.randbits(62)))  # fmt: skip

    for made in (edge.clock.SystemClock, center.clock.SystemClock):
        setattr(made, "now_s", now_s)  # noqa: B010 -- mypy lets nobody assign to a method
    edge.naming.new_id = new_id


if VARIABLE in os.environ and __name__ in ("__main__", "__mp_main__"):
    _install(Path(os.environ[VARIABLE]))

if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__")
