"""A rule is armed when its hours say so, where its clock hangs."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.schedule import DAYS, Schedule, SpecialDay
from tests.builders import quick

moments = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001 # hypothesis adds the zone
    max_value=datetime(2099, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns"])


def hours() -> st.SearchStrategy[str]:
    minutes = st.integers(0, 24 * 60 - 1)
    return st.builds(lambda a, b: f"{_hh_mm(a)}-{_hh_mm(b)}", minutes, minutes)


def _hh_mm(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def at(day: int, hour: int, minute: int = 0, zone: str = "UTC") -> datetime:
    """A moment in June 2026, whose first day is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(zone))


@quick
@given(moments, zones)
def test_every_moment_lies_within_always(moment: datetime, zone: str) -> None:
    assert Schedule(timezone=zone).holds(moment)


@quick
@given(moments, zones, hours())
def test_hours_and_the_hours_turned_round_share_the_day_between_them(
    moment: datetime, zone: str, span: str
) -> None:
    begin, end = span.split("-")
    one = Schedule(hours=span, timezone=zone)
    other = Schedule(hours=f"{end}-{begin}", timezone=zone)
    assert one.holds(moment) + other.holds(moment) == (2 if begin == end else 1)


@quick
@given(moments, hours())
def test_the_zone_that_a_moment_is_told_in_makes_no_difference(moment: datetime, span: str) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=9, minutes=30)))
    schedule = Schedule(hours=span, timezone="Asia/Shanghai")
    assert schedule.holds(moment) == schedule.holds(elsewhere)


def test_the_first_minute_is_inside_and_the_last_is_not() -> None:
    office = Schedule(hours="08:00-17:30")
    assert office.holds(at(1, 8))
    assert office.holds(at(1, 17, 29))
    assert not office.holds(at(1, 17, 30))
    assert not office.holds(at(1, 7, 59))


def test_a_night_runs_over_midnight() -> None:
    night = Schedule(hours="22:00-06:00")
    assert night.holds(at(1, 23))
    assert night.holds(at(2, 5, 59))
    assert not night.holds(at(2, 6))
    assert not night.holds(at(2, 21, 59))


def test_a_night_belongs_to_the_day_it_began_on() -> None:
    friday_night = Schedule(days=("fri",), hours="22:00-06:00")
    assert friday_night.holds(at(5, 23))
    assert friday_night.holds(at(6, 5))
    assert not friday_night.holds(at(5, 5))
    assert not friday_night.holds(at(6, 23))


def test_sundays_night_ends_on_monday() -> None:
    assert Schedule(days=("sun",), hours="22:00-06:00").holds(at(8, 3))


def test_a_day_ends_at_24_00() -> None:
    evening = Schedule(days=("mon",), hours="18:00-24:00")
    assert evening.holds(at(1, 23, 59))
    assert not evening.holds(at(2, 0))


def test_hours_are_those_of_the_place() -> None:
    office = Schedule(hours="08:00-17:00", timezone="Asia/Shanghai")
    assert office.holds(at(1, 0, 30))
    assert not office.holds(at(1, 12))


def test_the_day_is_that_of_the_place() -> None:
    tuesday = Schedule(days=("tue",), timezone="Asia/Shanghai")
    assert tuesday.holds(at(1, 17))
    assert not tuesday.holds(at(2, 17))


def test_summer_time_moves_the_hours_with_the_clocks_on_the_wall() -> None:
    office = Schedule(hours="08:00-17:00", timezone="Europe/Berlin")
    assert office.holds(datetime(2026, 7, 1, 6, 30, tzinfo=UTC))
    assert not office.holds(datetime(2026, 1, 1, 6, 30, tzinfo=UTC))


def test_the_hour_that_autumn_repeats_is_armed_both_times() -> None:
    small_hours = Schedule(hours="02:00-03:00", timezone="Europe/Berlin")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert small_hours.holds(first)
    assert small_hours.holds(first + timedelta(hours=1))
    assert not small_hours.holds(first + timedelta(hours=2))


def test_no_days_at_all_means_never() -> None:
    assert not any(Schedule(days=()).holds(at(day, 12)) for day in range(1, 8))


def test_every_day_has_a_name_of_its_own() -> None:
    for index, day in enumerate(DAYS):
        holding = [number for number in range(1, 8) if Schedule(days=(day,)).holds(at(number, 12))]
        assert holding == [index + 1]


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc", "/etc/passwd", "Europe", "a\0b"])
def test_a_time_zone_that_does_not_exist_is_named(zone: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="no time zone is named"):
        msgspec.convert({"timezone": zone}, Schedule)


@pytest.mark.parametrize(
    "span", ["8:00-9:00", "08:00", "25:00-26:00", "24:00-08:00", "08:60-09:00", "08:00-09:00\n"]
)
def test_hours_of_another_shape_are_refused(span: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"hours": span}, Schedule)


FEAST = (date(2026, 6, 3),)
"""A Wednesday."""


def test_on_a_holiday_no_interval_begins() -> None:
    office = Schedule(hours="08:00-18:00", holidays=FEAST)
    assert [office.holds(at(day, 9)) for day in (2, 3, 4)] == [True, False, True]
    night = Schedule(hours="22:00-06:00", holidays=FEAST)
    assert night.holds(at(3, 5))  # it began the day before
    assert not night.holds(at(3, 23))
    assert not night.holds(at(4, 5))
    assert night.holds(at(4, 22))


def test_on_a_holiday_it_may_hold_all_day() -> None:
    closed = Schedule(hours="18:00-08:00", days=("mon",), holidays=FEAST, on_holidays="always")
    assert all(closed.holds(at(3, hour)) for hour in range(24))
    assert closed.holds(at(4, 7))  # what began on the holiday runs on
    assert not closed.holds(at(4, 8))
    assert not closed.holds(at(4, 19))


def test_a_holiday_is_where_the_clock_hangs() -> None:
    there = Schedule(timezone="Asia/Shanghai", holidays=FEAST)
    assert there.holds(at(3, 16))  # midnight in Shanghai
    assert not there.holds(at(2, 16))


def test_dates_are_read_as_yaml_gives_them_and_as_text() -> None:
    for dates in (FEAST, ("2026-06-03",)):
        assert msgspec.convert({"holidays": list(dates)}, Schedule).holidays == FEAST


def test_a_special_day_has_hours_of_its_own_whatever_day_it_is() -> None:
    office = Schedule(
        days=("mon",), hours="08:00-17:00", holidays=(date(2026, 6, 1), date(2026, 6, 8)),
        special_days=(
            SpecialDay(date=date(2026, 6, 1), hours="10:00-12:00"),
            SpecialDay(date=date(2026, 6, 6), hours="22:00-02:00"),
        ),
    )  # fmt: skip
    assert office.holds(at(1, 11))
    assert not office.holds(at(1, 13))
    assert office.holds(at(6, 23))
    assert office.holds(at(7, 1, 59))
    assert not office.holds(at(8, 11))
    assert office.holds(at(15, 13))


@quick
@given(moments, zones, hours(), st.sampled_from(["never", "always"]))
def test_a_moment_is_held_exactly_when_it_lies_in_an_interval(
    moment: datetime, zone: str, span: str, on_holidays: Literal["never", "always"]
) -> None:
    schedule = Schedule(
        days=("mon", "wed", "sat"), hours=span, timezone=zone, on_holidays=on_holidays,
        holidays=(moment.date(),),
        special_days=(SpecialDay(date=moment.date() + timedelta(days=1), hours="23:00-01:00"),),
    )  # fmt: skip
    around = schedule.intervals(moment - timedelta(days=1), moment + timedelta(days=1))
    inside = [begin <= moment < end for begin, end in around]
    if not _clocks_turn(moment, zone):
        assert any(inside) == schedule.holds(moment)


def _clocks_turn(moment: datetime, zone: str) -> bool:
    """Whether they do within two days: an hour that is there twice, or not at all, is another."""
    offsets = {
        (moment + timedelta(days=days)).astimezone(ZoneInfo(zone)).utcoffset()
        for days in (-2, -1, 0, 1, 2)
    }
    return len(offsets) > 1
