"""Every rule has a judge; a camera that shows nothing says so once, and when it sees again."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import yaml

from pipelines.flow import Frame, Rule
from pipelines.judging import BlindJudge, Sketch, judge_of, sight_of
from pipelines.rules import AnyRule, Blind, OverTracks, Timed, name_of
from pipelines.zones import Line, Zone
from tests.builders import facts, frame, motion
from tests.pipelines.test_ground import ROAD


def at(now_s: float) -> Frame:
    return frame(at_s=now_s, width=1280, height=720)


ALL = Zone(id="all", polygon=((0, 0), (1, 0), (1, 1), (0, 1)), calibration=ROAD)
ACROSS = Line(id="across", points=((0, 0.5), (1, 0.5)))
NEEDED: dict[str, Any] = {
    "zone": "all", "line": "across", "limit": 3, "limit_kmh": 30, "way": ((0, 0), (1, 1)),
}  # fmt: skip
DOCS = Path(__file__).parents[2] / "docs"
WORDS = Path(__file__).parents[2] / "center" / "static" / "words.js"


def of(kind: type[Timed]) -> Any:
    """A rule of the kind with no more than it needs."""
    needed = {field.name for field in msgspec.structs.fields(kind) if field.required}
    return kind(**{name: NEEDED[name] for name in needed})


@pytest.mark.parametrize("kind", get_args(AnyRule))
def test_every_rule_has_a_judge_that_names_it_in_its_events(kind: type[Timed]) -> None:
    rule = of(kind)
    camera = Sketch(facts(), {"all": ALL}, {"across": ACROSS}, lambda _: ())
    make: Any = judge_of if isinstance(rule, OverTracks) else sight_of
    judge: Any = make(rule, camera, str)
    assert judge.facts.rule == name_of(rule)
    assert judge.facts.line or judge.facts.zone
    assert not list(judge(at(0), SCENE, ()))


@pytest.mark.parametrize("name", get_args(Rule))
def test_every_rule_is_on_the_page_of_events_and_on_the_console(name: str) -> None:
    assert f"`{name}`" in (DOCS / "reference" / "events.md").read_text()
    assert re.search(rf'^  "?{name}"?: \[', WORDS.read_text(), re.MULTILINE)


@pytest.mark.parametrize("kind", get_args(AnyRule))
def test_every_rule_is_on_the_page_of_rules_with_an_example_that_is_right(
    kind: type[Timed],
) -> None:
    name = name_of(of(kind))
    page = (DOCS / "guide" / "rules.md").read_text()
    shown = re.findall(rf"^ *- (\{{rule: {name},.*\}})$", page, re.MULTILINE)
    assert shown
    for each in shown:
        assert name_of(msgspec.convert(yaml.safe_load(each), AnyRule)) == name


SCENE, NOTHING = motion(detail=12.0), motion(detail=0.4)


def blinks(watch: BlindJudge, spans: Iterable[tuple[float, bool]]) -> list[tuple[float, str]]:
    """What a judge says, and when, as the camera shows something for so long, or nothing."""
    said: list[tuple[float, str]] = []
    now_s = 0.0
    for seconds, covered in spans:
        for _ in range(round(seconds * 10)):
            seen = NOTHING if covered else SCENE
            said += [(now_s, found.facts.rule) for found in watch(at(now_s), seen, ())]
            now_s += 0.1
    return said


def blind() -> BlindJudge:
    return BlindJudge(Blind(after_s=3), facts())


def test_a_covered_camera_is_told_of_once_and_so_is_its_return() -> None:
    said = blinks(blind(), [(5, False), (20, True), (20, False)])
    assert [rule for _, rule in said] == ["camera-blind", "camera-sees"]
    assert [now_s for now_s, _ in said] == pytest.approx([8, 28], abs=0.2)


def test_a_camera_that_is_dark_from_the_start_is_told_of() -> None:
    assert [rule for _, rule in blinks(blind(), [(5, True)])] == ["camera-blind"]


def test_a_camera_that_sees_from_the_start_says_nothing() -> None:
    assert not blinks(blind(), [(20, False)])


def test_a_truck_before_the_lens_is_not_blindness() -> None:
    assert not blinks(blind(), [(5, False), (2.5, True)] * 5)


def test_a_torch_in_the_dark_is_not_sight() -> None:
    said = blinks(blind(), [(5, True), (2, False), (5, True), (2, False), (5, True)])
    assert [rule for _, rule in said] == ["camera-blind"]


def test_a_clock_that_is_set_back_neither_blinds_nor_stalls() -> None:
    watch = blind()
    assert not list(watch(at(100), NOTHING, ()))
    assert not list(watch(at(0), NOTHING, ()))
    assert not list(watch(at(2.9), NOTHING, ()))
    assert list(watch(at(3.0), NOTHING, ()))


def test_blindness_is_about_a_place_and_nothing_in_it() -> None:
    watch = BlindJudge(Blind(after_s=0), facts())
    (found,) = watch(at(0), NOTHING, ())
    assert found.facts == facts("camera-blind")
    assert watch.blind
