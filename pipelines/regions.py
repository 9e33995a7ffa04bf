"""What moved and what is followed in, the squares that a network shall see out."""

from collections.abc import Iterable

from pipelines.flow import Box

SIDE_PX = 416
MARGIN = 0.2


def to_look_at(
    boxes: Iterable[Box], *, width: int, height: int, at_most: int = 3
) -> tuple[Box, ...]:
    """Squares of at least 416 px around `boxes`, joined where one can stand for two.

    boxes          pixels of the frame, the most important first
    width, height  pixels of the frame
    at_most        how many; more are joined until they fit
    """
    squares: list[Box] = []
    for box in boxes:
        squares = _joined([*squares, _square(box.grown(MARGIN), width, height)], width, height)
    while len(squares) > at_most:
        first, second, *rest = sorted(squares, key=lambda box: box.area)
        squares = _joined([*rest, _square(_around(first, second), width, height)], width, height)
    return tuple(squares)


def _square(box: Box, width: int, height: int) -> Box:
    """A square around a box, moved inside the frame where it sticks out."""
    side = max(box.width, box.height, SIDE_PX)
    x, y = (box.x0 + box.x1 - side) / 2, (box.y0 + box.y1 - side) / 2
    x = min(max(x, 0.0), max(0.0, width - side))
    y = min(max(y, 0.0), max(0.0, height - side))
    return Box(x, y, x + side, y + side).clipped(width, height)


def _joined(squares: list[Box], width: int, height: int) -> list[Box]:
    """Join pairs whose common square is hardly larger than the two together."""
    for index, first in enumerate(squares):
        for other in range(index + 1, len(squares)):
            both = _square(_around(first, squares[other]), width, height)
            if both.area <= 1.1 * (
                first.area + squares[other].area - first.overlap(squares[other])
            ):
                rest = squares[:index] + squares[index + 1 : other] + squares[other + 1 :]
                return _joined([*rest, both], width, height)
    return squares


def _around(first: Box, second: Box) -> Box:
    """The smallest box that holds both."""
    return Box(
        min(first.x0, second.x0),
        min(first.y0, second.y0),
        max(first.x1, second.x1),
        max(first.y1, second.y1),
    )
