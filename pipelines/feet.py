"""Tracks in, where they stand out: the foot point decides."""

from pipelines.flow import Box, Frame, Track
from pipelines.rules import OfThings

Key = tuple[int, float]
Point = tuple[float, float]


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
