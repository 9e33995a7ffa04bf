"""What did not come, by the clock: judged once it is due, and again by nobody after a restart."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from center.awaiting import Awaiting
from center.filing import Filing
from tests.center.centre import NOON
from tests.center.empty import empty
from tests.center.test_crosscheck import new_id
from tests.center.test_finding import PATROL, TAIL, Town, at, listed, over
from tests.center.test_listing import Clock

NOON_S = NOON.timestamp()


class Watch:
    """A town with a clock, and what looks at it."""

    def __init__(self, path: Path, *entries: dict[str, Any]) -> None:
        self.town, self.clock, self.told = (
            Town(empty(path), listed(*entries)),
            Clock(),
            list[float](),
        )
        self.start()

    def start(self) -> None:
        """As a centre does, again."""
        filing = Filing(self.town.watched, new_id=new_id)
        tell = lambda: self.told.append(self.clock.at_s)  # noqa: E731
        self.filing, self.awaiting = filing, Awaiting(self.town.store, filing, self.clock, tell)

    def at(self, after_s: float) -> list[float]:
        """Look then; when the alerts that stand began, after noon."""
        self.clock.at_s = NOON_S + after_s
        self.awaiting.run_once()
        return [alert.first_at.timestamp() - NOON_S for alert in self.town.alerts()]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Any]:
    made: list[Watch] = []

    def of(*entries: dict[str, Any]) -> Watch:
        made.append(Watch(tmp_path / f"{len(made)}.db", *entries))
        return made[-1]

    yield of
    for each in made:
        each.town.store.close()


def test_a_patrol_is_missed_once_its_word_could_be_here(watch: Any) -> None:
    patrol = watch(PATROL)
    assert patrol.at(-10) == []
    assert patrol.at(329) == []
    assert patrol.at(331) == [0]
    assert patrol.at(400) == [0]
    assert patrol.told == [NOON_S + 331]


def test_what_ran_when_the_centre_was_first_started_is_held_against_nobody(watch: Any) -> None:
    patrol = watch(PATROL)
    patrol.at(100)
    assert patrol.at(629) == []
    assert patrol.at(631) == [300]


def test_what_fell_due_while_the_centre_was_down_is_found_when_it_is_up(watch: Any) -> None:
    patrol = watch(PATROL)
    patrol.at(-10)
    patrol.town.file(at(-5), now_s=NOON_S - 5)
    patrol.start()
    assert patrol.at(5000) == [0, 300, 600]
    patrol.start()
    assert patrol.at(5001) == [0, 300, 600]


def test_an_entry_that_is_new_begins_with_what_begins_after_it(watch: Any) -> None:
    patrol = watch(TAIL)
    patrol.at(-10)
    patrol.at(100)
    patrol.filing.take(listed(PATROL))
    assert patrol.at(101) == []
    assert patrol.at(2000) == [300, 600]


def test_who_goes_over_the_line_without_a_badge_is_found_when_its_word_is_due(watch: Any) -> None:
    door = watch(TAIL)
    door.at(0)
    door.town.file(over(5), now_s=NOON_S + 5.1)
    assert door.at(7) == []
    assert door.at(9) == [5]


def test_a_centre_that_stopped_before_it_could_judge_does_so_when_it_is_up(watch: Any) -> None:
    door = watch(TAIL)
    door.at(0)
    door.town.file(over(5), now_s=NOON_S + 5.1)
    door.start()
    assert door.at(40000) == [5]


def test_slots_are_counted_from_where_the_schedule_begins(watch: Any) -> None:
    nights = PATROL | {"schedule": {"hours": "22:00-06:00", "timezone": "Asia/Shanghai"}}
    nights |= {"nothing": {"rule": "patrol-passed", "late_s": 0}}
    patrol = watch(nights)
    patrol.at(-3600)
    (first_s,) = patrol.at(36000)
    began = datetime.fromtimestamp(NOON_S + first_s, UTC)
    assert (began.hour, began.minute) == (14, 0)
