"""A few words in, values of the core out: what all tests build their frames and facts with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypedDict

import cv2
import numpy as np
from hypothesis import settings

from pipelines.flow import Box, Bytes, Detection, Event, Facts, Frame, Look, Motion, Rule, Track


class Stated(TypedDict):
    """What a camera must state of itself before it watches."""

    purpose: str
    legal_basis: str
    office: str


STATED: Stated = {"purpose": "a test", "legal_basis": "none needed", "office": "the bench"}

quick = settings(deadline=None, max_examples=60, derandomize=True)
"""For properties: the same examples each time, and no clock in the verdict."""


def frame(
    luma: Bytes | int = 128,
    *,
    at_s: float = 0.0,
    width: int = 64,
    height: int = 48,
    padding: int = 0,
    colour: tuple[int, int] = (128, 128),
) -> Frame:
    """A frame of one grey value, or of an (H, W) uint8 picture; its rows may carry padding."""
    grey = np.full((height, width), luma, np.uint8) if isinstance(luma, int) else luma
    rows, columns = grey.shape
    y = np.pad(grey, ((0, 0), (0, padding)), constant_values=255) if padding else grey.copy()
    half = (rows + 1) // 2, (columns + 1) // 2 + padding
    u, v = (np.full(half, value, np.uint8) for value in colour)
    return Frame(at_s, columns, rows, y, u, v)


def frame_of(picture: Bytes, *, at_s: float = 0.0) -> Frame:
    """A frame that shows a (H, W, 3) uint8 BGR picture with even sides."""
    height, width = picture.shape[:2]
    packed = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8).reshape(-1)
    y, u, v = np.split(packed, [height * width, height * width * 5 // 4])
    half = height // 2, width // 2
    return Frame(at_s, width, height, y.reshape(height, width), u.reshape(half), v.reshape(half))


def box(x: float = 10.0, y: float = 10.0, width: float = 20.0, height: float = 40.0) -> Box:
    """A box by its upper left corner and its size."""
    return Box(x, y, x + width, y + height)


def detection(where: Box, label: str = "person", score: float = 0.8) -> Detection:
    """What a network might have found."""
    return Detection(where, label, score)


def look(*found: Detection, regions: tuple[Box, ...] = (Box(0, 0, 1280, 720),)) -> Look:
    """A look over the whole of a 720p frame, or at some regions."""
    return Look(regions, found)


def motion(*regions: Box) -> Motion:
    """What the motion stage might have seen."""
    return Motion(regions=regions, share=0.1 if regions else 0.0)


def track(
    where: Box | None = None,
    *,
    number: int = 1,
    label: str = "person",
    score: float = 0.8,
    seen_s: float = 0.0,
) -> Track:
    """One thing that is followed."""
    return Track(number, label, where or box(), score, 0.0, seen_s)


def facts(
    rule: Rule = "intrusion", *, site: str = "north", camera: str = "gate-1", place: str = "gate"
) -> Facts:
    """Facts about the gate of the north site."""
    return Facts(site=site, camera=camera, place=place, rule=rule)


def event(told: Facts | None = None, *, number: int = 1, at_s: float = 1_750_000_000.0) -> Event:
    """An event as a box would wrap it."""
    about = told or facts()
    return Event(
        id=f"01890000-0000-7000-8000-{number:012d}",
        source=f"/sites/{about.site}/cameras/{about.camera}",
        type=f"tocsin.{about.rule}",
        subject=about.place,
        time=datetime.fromtimestamp(at_s, UTC),
        data=about,
    )


def ground(width: int = 320, height: int = 240, *, seed: int = 7) -> Bytes:
    """A scene with texture: soft patches of 16 px, grey levels 60 to 180."""
    patches = np.random.default_rng(seed).integers(60, 180, (height // 16 + 1, width // 16 + 1))
    drawn = cv2.resize(patches.astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(drawn, np.uint8)


def drawn(
    seconds: float,
    *,
    fps: float = 25.0,
    start_s: float = 0.0,
    size: tuple[int, int] = (320, 240),
    square: Callable[[float], Box | None] = lambda _: None,
    light: Callable[[float], float] = lambda _: 1.0,
    noise: float = 2.0,
) -> Iterator[Frame]:
    """Frames of a textured scene with a sensor's noise.

    square  where a bright square is at a time, or None
    light   by what the scene is lit at a time
    noise   standard deviation, grey levels
    """
    width, height = size
    scene, random = ground(width, height).astype(np.float32), np.random.default_rng(11)
    for index in range(round(seconds * fps)):
        now_s = start_s + index / fps
        lit = scene * np.float32(light(now_s))
        where = square(now_s)
        if where is not None:
            x0, y0, x1, y1 = (round(side) for side in where)
            lit[y0:y1, x0:x1] = 240
        seen = lit + random.standard_normal(lit.shape, np.float32) * np.float32(noise)
        yield frame(np.clip(seen, 0, 255).astype(np.uint8), at_s=now_s)
