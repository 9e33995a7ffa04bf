"""Every rule has a judge, a name and an example."""

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import yaml

from pipelines.flow import Frame, Rule
from pipelines.judging import Sketch, judge_of, sight_of
from pipelines.rules import AnyRule, OverTracks, Timed, name_of
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
WORDS = Path(__file__).parents[2] / "center" / "static" / "base" / "terms.js"


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
    assert not list(judge(at(0), motion(), ()))


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
