"""Nothing in, pictures of people out: drawn places with people at random spots, and their boxes.

No two pictures show the same people at the same spots, so that each one tells something new; frames
of a walk hardly do.
"""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from pipelines.flow import Box, Bytes
from tocsin.bench.truth import VISIBLE
from tocsin.demo.person import person
from tocsin.demo.scenes import Outline, Painter
from tocsin.demo.script import LOOP_S, SCENES, Role, Scene

LIGHTS = (1.0, 0.5)
MOST = 3  # people in a picture
SLOT_S = 0.25  # of a scene's time, in which one picture's people stand there
TALL_PX = 60.0  # of a picture 1280 wide: smaller ones are for looks that go closer

Shown = tuple[Bytes, list[Box]]


def of_people(count: int, *, seed: int = 7) -> Iterator[Shown]:
    """About `count` pictures, (720, 1280, 3) uint8 BGR, and where people are on each.

    A scene without a zone has no ground to stand on. Pictures on which somebody is half hidden,
    tiny, or before somebody else are left out: what a network should find there is a matter of
    taste.
    """
    random = np.random.default_rng(seed)
    grounds = [scene for scene in SCENES if scene.zone]
    each = -(-count // (len(grounds) * len(LIGHTS)))
    for scene in grounds:
        for light in LIGHTS:
            yield from _of_place(replace(scene, light=light, covered_s=None), each, random)


def _of_place(scene: Scene, count: int, random: np.random.Generator) -> Iterator[Shown]:
    slots = np.arange(0.0, LOOP_S - SLOT_S, SLOT_S)
    roles = [role for begin_s in slots for role in _people(scene, begin_s, random)]
    painter = Painter(replace(scene, roles=tuple(roles)))
    given = 0
    for begin_s in slots:
        at_s = float(begin_s) + SLOT_S / 2
        if given >= count:
            return
        outlines = painter.outlines(at_s)
        if outlines and all(_is_plain(each) for each in outlines):
            boxes = [each.box for each in outlines]
            if not _any_meet(boxes):
                given += 1
                yield np.asarray(cv2.cvtColor(painter(at_s), cv2.COLOR_YUV2BGR_I420)), boxes


def _people(scene: Scene, begin_s: float, random: np.random.Generator) -> Iterator[Role]:
    """Some people at spots in and around the scene's zone."""
    corners = np.array(scene.zone)
    for _ in range(random.integers(1, MOST + 1)):
        x, y = random.uniform(corners.min(axis=0) - 0.5, corners.max(axis=0) + 0.5).tolist()
        cycle_s = float(random.uniform(0.5, 1.5))
        yield Role(person, ((begin_s, x, y), (begin_s + SLOT_S, x, y)), cycle_s)


def _is_plain(outline: Outline) -> bool:
    return outline.visible >= VISIBLE and outline.box.height >= TALL_PX


def _any_meet(boxes: list[Box]) -> bool:
    return any(
        one.overlap(other) > 0 for number, one in enumerate(boxes) for other in boxes[:number]
    )
