"""The watch list: what falls under which entry, and what a wrong file is told."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from center.entries import Entry
from center.happening import Happening, arrived
from center.places import Place
from center.watchlist import WatchList, armed, load
from pipelines.errors import ConfigError
from pipelines.schedule import Schedule
from tests.center.centre import event

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
