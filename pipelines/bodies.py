"""Persons followed over a recording in, where a head may be in sight on each frame out.

The box of somebody whom the picture's side cuts is made as wide again as they are, or the head
would be looked for in the middle of what is left. A head behind somebody nearer is hidden: a face
that shows nevertheless is found by itself. One box may hold two people who stand close: it does for
as long as it is followed, if two faces were ever found side by side on it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from statistics import median
from typing import NamedTuple

from pipelines.flow import Box, Track
from pipelines.redaction import head_of, middle_of

EDGE = 0.04  # of a body's height from the picture's border, at which it is cut
SLIM = 0.4  # of their height that people are wide, at least, with what they carry
WIDE = 0.6  # from which a body may be two
NEARER = 0.03  # of a body's height by which the feet of whom stands before it are lower
FRONT, CHEST = 0.7, 0.2  # of a body's box through which nothing is seen: width, from which height
GONE = 0.7  # share of a head that is behind somebody, from which it is hidden
APART, LEVEL, ALIKE = 0.8, 0.7, 2.0  # of two faces: widths aside, heights up or down, times as high
SPARE = 0.25  # of a face's width by which what lies between the two is widened
TWICE = 0.5  # of its width by which two finds of one face are apart, at most
AMID, BROAD = (
    0.2,
    5.0,
)  # of who is wide alone: how far off its middle the face is, faces to its width
LOWER = 0.35  # of the height of two people in one box, down to which a head of theirs may be

Span = tuple[float, float]


class Body(NamedTuple):
    """A person's box, with what lies beyond the picture's side.

    span    between which two shares of its width faces were found, where they were two at once
    hidden  the head lies behind somebody who is nearer
    """

    box: Box
    span: Span | None = None
    hidden: bool = False


def bodies(
    run: Sequence[Sequence[Track]], faces: Sequence[Sequence[Box]], width: float, height: float
) -> list[list[Body]]:
    """Who is on each frame, of tracks with one numbering.

    faces          that were found for sure on each frame; none where nobody looked
    width, height  of the picture, pixels
    """
    inside = [[(each.number, each.box.clipped(width, height)) for each in there] for there in run]
    usual = _usual((one for there in inside for one in there), width)
    hidden = [{each.number for each in there if _is_hidden(each, there)} for there in run]
    spans = _spans(run, faces)
    return [
        [
            Body(_whole(box, usual.get(number, SLIM), width), spans.get(number), number in gone)
            for number, box in there
            if box.area > 0
        ]
        for there, gone in zip(inside, hidden, strict=True)
    ]


def is_wide(body: Box, height: float) -> bool:
    """Whether a box may hold two people; of whom the lower border cuts nobody can say it."""
    return body.width > WIDE * body.height and not _is_at(height - body.y1, body)


def beside(faces: Sequence[Box], people: Iterable[Body]) -> Iterator[Box]:
    """Where else on a shared body the other face may be, at the height of the one that was found.

    faces  that are sure on this frame
    """
    for box, span, hidden in people:
        on = [face for face in faces if head_of(box).holds(face.middle)]
        if span is not None and not hidden and not _are_two(on):
            x0, x1 = (box.x0 + share * box.width for share in span)
            yield from (Box(x0, face.y0, x1, face.y1).around(face) for face in on)


def several(faces: Sequence[Box], people: Iterable[Body], height: float) -> Iterator[Box]:
    """Where heads may be on bodies that are as wide as two, as long as the faces leave it open.

    They do not where two of them lie on it, or one in its middle, as large as a body's that wide.

    faces   that are sure on this frame
    height  of the picture, pixels
    """
    for box in (each.box for each in people if not each.hidden and is_wide(each.box, height)):
        head = head_of(box)
        on = [face for face in faces if head.holds(face.middle)]
        if not _are_two(on) and not any(_is_alone(face, box) for face in on):
            yield Box(box.x0, head.y0, box.x1, box.y0 + LOWER * box.height)


def _spans(run: Sequence[Sequence[Track]], faces: Sequence[Sequence[Box]]) -> dict[int, Span]:
    """By number: where faces were found on tracks on which there were two at once."""
    spans: dict[int, Span] = {}
    for there, found in zip(run, faces, strict=True):
        pairs = [pair for pair in combinations(found, 2) if _are_neighbours(*pair)]
        for number, box in ((each.number, each.box) for each in there):
            head = head_of(box)
            for face in (one for pair in pairs if _both_lie_on(pair, head) for one in pair):
                wide = face.width * SPARE
                sides = (face.x0 - wide - box.x0) / box.width, (face.x1 + wide - box.x0) / box.width
                low, high = spans.get(number, (1.0, 0.0))
                spans[number] = max(0.0, min(low, sides[0])), min(1.0, max(high, sides[1]))
    return spans


def _both_lie_on(pair: tuple[Box, Box], head: Box) -> bool:
    return all(head.holds(face.middle) for face in pair)


def _are_neighbours(one: Box, other: Box) -> bool:
    aside = abs(one.x0 + one.x1 - other.x0 - other.x1) / 2
    down = abs(one.y0 + one.y1 - other.y0 - other.y1) / 2
    small, large = sorted((one.height, other.height))
    side = (one.width + other.width) / 2
    return aside >= APART * side and down <= LEVEL * large and large <= ALIKE * small


def _are_two(faces: Sequence[Box]) -> bool:
    """Whether they are not all finds of one face."""
    return any(
        abs(one.x0 + one.x1 - other.x0 - other.x1) / 2 >= TWICE * max(one.width, other.width)
        for one, other in combinations(faces, 2)
    )


def _is_alone(face: Box, body: Box) -> bool:
    aside = abs(face.x0 + face.x1 - body.x0 - body.x1) / 2
    return aside <= AMID * body.width and body.width <= BROAD * face.width


def _usual(inside: Iterable[tuple[int, Box]], width: float) -> dict[int, float]:
    """By number: how wide each one is for their height, where both sides were in sight."""
    shares: dict[int, list[float]] = {}
    for number, box in inside:
        if box.area > 0 and not (_is_at(box.x0, box) or _is_at(width - box.x1, box)):
            shares.setdefault(number, []).append(box.width / box.height)
    return {number: max(SLIM, median(some)) for number, some in shares.items()}


def _whole(body: Box, share: float, width: float) -> Box:
    """With what lies beyond the side of the picture that cuts it, if only one does."""
    left, right = _is_at(body.x0, body), _is_at(width - body.x1, body)
    missing = max(0.0, share * body.height - body.width)
    if left == right:
        return body
    return Box(body.x0 - missing * left, body.y0, body.x1 + missing * right, body.y1)


def _is_at(away: float, body: Box) -> bool:
    return away <= EDGE * body.height


def _is_hidden(person: Track, there: Iterable[Track]) -> bool:
    head = middle_of(head_of(person.box), 0.5)
    feet = person.box.y1 + NEARER * person.box.height
    nearer = (middle_of(each.box, FRONT) for each in there if each.box.y1 > feet)
    fronts = (Box(box.x0, box.y0 + CHEST * box.height, box.x1, box.y1) for box in nearer)
    return any(head.overlap(front) >= GONE * head.area for front in fronts)
