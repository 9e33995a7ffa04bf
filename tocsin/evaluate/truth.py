"""A MOT file in, what stands where on each frame of a clip out."""

import math
from pathlib import Path

from pipelines.errors import ConfigError
from pipelines.flow import Box
from pipelines.unread import why_unread

Row = tuple[int, float, float, float, float]
"""A number and the box that carries it: x0, y0, x1, y1 in pixels."""


def load(path: Path) -> dict[int, list[Row]]:
    """Rows by frame, counted from 0. Raises ConfigError.

    Each line is `frame,number,left,top,width,height[,counts,…]`, frames counted from 1; a row whose
    seventh field is 0 does not count.
    """
    rows: dict[int, list[Row]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {why_unread(error)}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            frame, row, counts = _row(path, number, line)
            if counts:
                rows.setdefault(frame, []).append(row)
    if not rows:
        raise ConfigError(f"{path}: holds no box; --truth wants a file in the MOT format")
    return rows


def box_of(row: Row) -> Box:
    """The row's box alone."""
    return Box(*row[1:])


def _row(path: Path, number: int, line: str) -> tuple[int, Row, bool]:
    try:
        frame, thing, left, top, width, height, *rest = map(float, line.split(",")[:7])
    except ValueError as error:
        raise ConfigError(
            f"{path}:{number}: should be frame,number,left,top,width,height, is {line!r}"
        ) from error
    if not all(map(math.isfinite, (frame, thing, left, top, width, height))) or frame < 1:
        raise ConfigError(f"{path}:{number}: frames are counted from 1, boxes are finite: {line!r}")
    return int(frame) - 1, (int(thing), left, top, left + width, top + height), rest != [0.0]
