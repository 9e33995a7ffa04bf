"""Tracks in, where they stand and what is told of them out: the foot point decides."""

from collections.abc import Hashable, Iterable, Sequence

import msgspec

from pipelines.flow import Box, Facts, Frame, Track
from pipelines.lives import Case
from pipelines.rules import OfThings
from pipelines.shares import Point

Key = tuple[int, float]


def key_of(track: Track) -> Key:
    """What tells a track from all others, also from those of an earlier stream."""
    return track.number, track.born_s


def foot_of(track: Track, frame: Frame) -> Point:
    """The foot point in shares of the picture; feet that the edge cuts off are on its last row."""
    x, below = track.box.foot
    return x / frame.width, min(below, frame.height - 0.5) / frame.height


def wanted(rule: OfThings, track: Track, frame: Frame) -> bool:
    """Say whether the rule is about this thing: class, score and size."""
    tall = track.box.height >= rule.minimum_height * frame.height
    return tall and track.label in rule.classes and track.score >= rule.confidence


def shares(box: Box, frame: Frame) -> tuple[float, float, float, float]:
    """A box as shares 0..1 of the picture, to four digits."""
    inside = box.clipped(frame.width, frame.height)
    return (
        round(inside.x0 / frame.width, 4),
        round(inside.y0 / frame.height, 4),
        round(inside.x1 / frame.width, 4),
        round(inside.y1 / frame.height, 4),
    )


def case_of(tracks: Sequence[Track], frame: Frame, facts: Facts, *, news: bool = False) -> Case:
    """Some tracks of one class as one case: how many they are, and the surest of them."""
    surest = max(tracks, key=lambda track: track.score)
    told = msgspec.structs.replace(
        facts, label=surest.label, count=len(tracks), confidence=round(surest.score, 3),
        box=shares(surest.box, frame),
    )  # fmt: skip
    return Case(told, frozenset(map(key_of, tracks)), news)


def own_cases(tracks: Iterable[Track], frame: Frame, facts: Facts) -> dict[Hashable, Case]:
    """A case for each track: what it does is its own matter."""
    return {key_of(track): case_of([track], frame, facts) for track in tracks}
