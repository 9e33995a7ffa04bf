"""The watch list: what falls under which entry, and what a wrong file is told."""

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from center.entries import Entry, Form, names_of
from center.happening import Happening, arrived
from center.places import Place
from center.watchlist import WatchList, armed, load, loaded
from pipelines.errors import ConfigError
from pipelines.schedule import Schedule
from tests.center.centre import event

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "watch-list.md"
DEPOT = Place(id="depot", name="Depot yard", grade=2)
NIGHT = Schedule(hours="22:00-06:00")
TEN_HOURS_S = 36_000.0
A_PLACE = "places: [{id: a, name: A, grade: 2}]\n"


def happened(**facts: Any) -> Happening:
    return arrived(event(**facts))


def listed(*entries: Entry) -> WatchList:
    return WatchList(places=(DEPOT,), entries=entries)


PERSON = Entry(place="depot", rule="intrusion", label="person", steps=("Look",))


def person(**other: Any) -> Entry:
    """The entry of a person's intrusion, with other fields as given."""
    return msgspec.structs.replace(PERSON, **other)


def test_an_event_falls_under_the_first_entry_that_covers_it() -> None:
    match = listed(person(grade=1), person(grade=4)).match(happened())
    assert match is not None
    assert match.grade == 1


def test_an_entry_without_a_grade_has_its_places() -> None:
    match = listed(person()).match(happened())
    assert match is not None
    assert match.grade == DEPOT.grade


def test_an_entry_without_a_class_covers_any_class_and_none() -> None:
    any_class = listed(person(label=None))
    assert any_class.match(happened(label="truck"))
    assert any_class.match(happened(label=None))


@pytest.mark.parametrize(
    "other",
    [
        happened(place="school"),  # another place
        happened(label="truck"),  # another class
        happened(rule="camera-blind"),  # another rule
    ],
)
def test_what_no_entry_covers_matches_nothing(other: Happening) -> None:
    assert listed(person()).match(other) is None


def test_the_schedule_is_held_against_the_time_of_the_event() -> None:
    night = listed(person(schedule=NIGHT))
    assert night.match(happened()) is None
    assert night.match(happened(after_s=TEN_HOURS_S))


def test_hours_are_told_in_a_few_signs() -> None:
    assert armed(Schedule()) == "always"
    assert armed(NIGHT) == "22:00-06:00"
    assert armed(Schedule(days=("sat", "sun"), hours="08:00-12:00")) == "sat sun 08:00-12:00"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            A_PLACE.replace("id: a", "id: depot")
            + "entries: [{place: yard, rule: intrusion, steps: [Look]}]",
            "no place is named 'yard' - at $.entries[0].place; known places: depot",
        ),
        (
            "places: [{id: a, name: A, grade: 2}, {id: a, name: B, grade: 1}]",
            "two places are named 'a' - at $.places[1].id",
        ),
        ("places: [{id: a, name: A, grade: 5}]", "Expected `int` <= 4"),
        (
            A_PLACE + "entries: [{place: a, rule: intrusion, steps: []}]",
            "length >= 1",
        ),
        (
            A_PLACE + "entries: [{place: a, rule: intrusion, steps: [x], notes: y}]",
            "unknown key 'notes'",
        ),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong_and_where(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "watch.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert told in str(caught.value)


FORMS = "one of rule, then, together, nothing, unbadged"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("", f"this one has no rule - at $.entries[0]; give it {FORMS}"),
        ("rule: motion, nothing: {}", "this one has single and nothing"),
        ("rule: motion, at_least: 3", "`at_least` and `within_s` belong together"),
        ("then: [{rule: motion}]", "a chain has two parts or more - at $.entries[0].then"),
        ("then: [{rule: motion}, {rule: speed}]", "at $.entries[0].then[1].within_s"),
        ("then: [{rule: motoin}]",
         "Invalid enum value 'motoin' - at $.entries[0].then[0].rule; did you mean 'motion'?"),
        ("rule: motion, rises_to: [town]",
         "at $.entries[0].rises_to[0]; known: community, district, place, street"),
        ("rule: motion, device: cam-9", "no device is named 'cam-9' there"),
        ("then: [{rule: motion, place: b}, {rule: speed, within_s: 9}]",
         "'b' does not lie within 'a' - at $.entries[0].then[0].place"),
        ("unbadged: {door: d-9, line: sill}", "no door is named 'd-9' there - at $.entries[0].unb"),
        ("together: {what: [], within_s: 9}", "length >= 1"),
        ("rule: motion, schedule: {special_days: [{date: 2026-02-30, hours: '08:00-09:00'}]}",
         "not YAML"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_told_where_it_is_wrong(tmp_path: Path, entry: str, told: str) -> None:
    path = tmp_path / "watch.yaml"
    path.write_text(
        "places: [{id: a, name: A, grade: 2, cameras: [{id: cam-1}]}, {id: b, name: B, grade: 2}]\n"
        f"entries: [{{place: a, steps: [x], {entry}}}]\n"
    )
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert told in str(caught.value)
    assert f"{path}:" in str(caught.value)


def test_two_entries_may_not_share_an_id(tmp_path: Path) -> None:
    path = tmp_path / "watch.yaml"
    one = "{id: x, place: a, rule: motion, steps: [x]}"
    path.write_text(A_PLACE + f"entries: [{one}, {one}]")
    with pytest.raises(ConfigError, match="two entries are named 'x'"):
        load(path)


def test_entries_without_an_id_are_named_by_what_they_say_and_numbered() -> None:
    alike = (person(), person(), person(label="dog"))
    names = names_of(alike)
    assert names == ("depot-intrusion-person", "depot-intrusion-person#2", "depot-intrusion-dog")


def test_every_example_of_the_guide_is_right_and_every_form_has_one() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    places = blocks[0].replace("map: town.geojson # optional: positions and outlines\n", "")
    bare = "".join(block.removeprefix("entries:\n") for block in blocks[1:])
    listed = loaded(f"{places}entries:\n{bare}", Path("watch.yaml"))
    assert {entry.form for entry in listed.entries} == set(get_args(Form))
