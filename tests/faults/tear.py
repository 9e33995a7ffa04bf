"""A spool that nobody has open in, the same file as a bad disk would give it back out."""

import os
import random
from collections.abc import Callable
from pathlib import Path

_PAGE = 4096


def tear(spool: Path, dice: random.Random) -> str:
    """Damage the file or its log; says how."""
    ways = [_cut, _garble_end, _zero_page, _garble_log, _cut_log]
    return dice.choice(ways)(spool, dice)


def _cut(spool: Path, dice: random.Random) -> str:
    """The end of the file is gone."""
    size = spool.stat().st_size
    left = dice.randrange(size)
    os.truncate(spool, left)
    return f"cut the spool from {size} to {left} bytes"


def _garble_end(spool: Path, dice: random.Random) -> str:
    """The last pages hold something else."""
    pages = dice.randint(1, 3)
    _overwrite(spool, -pages, dice.randbytes(pages * _PAGE))
    return f"wrote chance over the last {pages} pages of the spool"


def _zero_page(spool: Path, dice: random.Random) -> str:
    """A page that was written never reached the disk."""
    page = dice.randrange(max(1, spool.stat().st_size // _PAGE))
    _overwrite(spool, page, bytes(_PAGE))
    return f"wrote zeros over page {page} of the spool"


def _cut_log(spool: Path, dice: random.Random) -> str:
    """The end of the write-ahead log is gone."""
    return _of_log(spool, dice, _cut)


def _garble_log(spool: Path, dice: random.Random) -> str:
    """The end of the write-ahead log holds something else."""
    return _of_log(spool, dice, _garble_end)


def _of_log(spool: Path, dice: random.Random, way: Callable[[Path, random.Random], str]) -> str:
    wal = Path(f"{spool}-wal")
    if not wal.exists() or not wal.stat().st_size:
        return way(spool, dice)
    return way(wal, dice).replace("spool", "spool's log")


def _overwrite(path: Path, page: int, data: bytes) -> None:
    """Write at a page, counted from the end if less than none."""
    with path.open("r+b") as file:
        at = page * _PAGE if page >= 0 else max(0, path.stat().st_size + page * _PAGE)
        file.seek(at)
        file.write(data)
