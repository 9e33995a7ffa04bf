"""The story: who is where, and what the shipped network makes of it."""

from functools import cache

import cv2
import numpy as np
import pytest

from models.families import Detector
from models.load import object_network
from pipelines.flow import Box, Bytes
from pipelines.pixels import scaled
from pipelines.regions import Target, to_look_at
from pipelines.zones import Zone
from tocsin.demo.scenes import Painter
from tocsin.demo.script import LOOP_S, SCENES, STORY_S, Scene

BY_NAME = {scene.name: scene for scene in SCENES}


def inside(scene: Scene, at_s: float) -> bool:
    spot = scene.roles[0].spot(at_s)
    if spot is None:
        return False
    x, y = scene.view.pixel((*spot, 0.0))
    zone = Zone(id="guarded", polygon=scene.corners())
    return zone.holds(x / scene.view.width, y / scene.view.height)


@pytest.mark.parametrize("name", ["yard-east", "yard-west"])
def test_the_intruder_is_in_the_guarded_yard_for_several_seconds(name: str) -> None:
    seen = [at_s for at_s in np.arange(0, LOOP_S, 0.5) if inside(BY_NAME[name], float(at_s))]
    assert 10 <= seen[0] <= 13
    assert seen[-1] - seen[0] >= 7


def test_both_yard_cameras_see_the_same_walk() -> None:
    assert BY_NAME["yard-east"].roles == BY_NAME["yard-west"].roles


def test_two_go_through_the_smart_door_one_close_behind_the_other() -> None:
    hall = BY_NAME["hall-door"]
    (east, sill), (west, _) = hall.line
    over = []
    for role in hall.roles:
        spots = [(float(at_s), role.spot(float(at_s))) for at_s in np.arange(36, 50, 0.1)]
        inside = [at_s for at_s, spot in spots if spot and spot[1] > sill and west < spot[0] < east]
        over.append(inside[0])
    assert 1.5 < over[1] - over[0] < 5


def test_the_cat_crosses_the_guarded_lane() -> None:
    seen = [at_s for at_s in np.arange(0, LOOP_S, 0.5) if inside(BY_NAME["lane"], float(at_s))]
    assert seen[0] >= 6
    assert seen[-1] <= 16
    assert seen[-1] - seen[0] >= 3


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_story_is_told_before_the_loop_ends(scene: Scene) -> None:
    assert all(role.path[-1][0] <= STORY_S for role in scene.roles)
    assert scene.covered_s is None or scene.covered_s[1] <= STORY_S
    assert all(role.spot(0.0) is None for role in scene.roles)


@cache
def painter(name: str) -> Painter:
    return Painter(BY_NAME[name])


@cache
def network() -> Detector:
    return object_network("nanodet-g-416", minimum_score=0.4)


def picture(name: str, at_s: float) -> Bytes:
    return np.asarray(cv2.cvtColor(painter(name)(at_s), cv2.COLOR_YUV2BGR_I420), np.uint8)


def around_the_actor(name: str, at_s: float) -> Bytes:
    """What a box would show its network where it looks closely."""
    scene, role = BY_NAME[name], BY_NAME[name].roles[0]
    spot = role.spot(at_s)
    assert spot is not None
    x, foot = scene.view.pixel((*spot, 0.0))
    high = scene.view.height_px((*spot, 0.0), role.pose(at_s).height_m)
    wide = high * role.pose(at_s).bgr.shape[1] / role.pose(at_s).bgr.shape[0]
    box = Box(x - wide / 2, foot - high, x + wide / 2, foot)
    (patch,) = to_look_at([Target(box, zoom=2.2)], network().sight, width=1280, height=720)
    left, top, right, bottom = map(round, patch.region)
    return scaled(picture(name, at_s)[top:bottom, left:right], patch.scale)


@pytest.mark.parametrize(
    ("name", "begins_s"), [("yard-east", 12.0), ("yard-west", 12.0), ("hall-door", 38.6)]
)
def test_the_network_sees_the_intruder_as_a_person(name: str, begins_s: float) -> None:
    scores = [
        max(
            (d.score for d in network()(around_the_actor(name, at_s)) if d.label == "person"),
            default=0,
        )
        for at_s in np.arange(begins_s, begins_s + 6.0, 1.0)
    ]
    assert sum(score >= 0.5 for score in scores) >= len(scores) - 1, scores


def test_the_network_takes_the_cat_for_a_cat_and_never_for_a_person() -> None:
    found = [network()(around_the_actor("lane", float(at_s))) for at_s in np.arange(7.5, 14, 0.5)]
    cats = [any(d.label == "cat" for d in each) for each in found]
    assert sum(cats) >= len(cats) * 0.7, found
    assert not [d for each in found for d in each if d.label == "person"]


@pytest.mark.parametrize("name", BY_NAME)
def test_the_network_sees_nobody_in_an_empty_place(name: str) -> None:
    empty = picture(name, 57.0)
    views = [empty, *(empty[:416, left : left + 416] for left in (0, 432, 864))]
    views += [empty[304:, left : left + 416] for left in (0, 432, 864)]
    assert not [d for view in views for d in network()(view) if d.label == "person"]
