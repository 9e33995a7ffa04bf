"""Alerts and when their events began in, the quality of the alarms out. Pure.

After ISA-18.2: a flood begins above 10 alerts in 10 minutes and ends below 5; a source chatters
that speaks 3 times within a minute; an alert is stale that is open for more than 24 hours.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from center.reporting.facts import AlertFacts
from center.reporting.periods import Period
from center.reporting.times import GRADES, GradeTimes

WINDOW_S, FLOODS_ABOVE, ENDS_BELOW = 600.0, 10, 5
CHATTERS, WITHIN_S = 3, 60.0
STALE_S = 86400.0
ASKED = (("low", (3, 4), 0.8), ("high", (2,), 0.15), ("emergency", (1,), 0.05))
MANAGEABLE = 150.0
"""Alerts that one operator can deal with in a day; 300 are too many."""
MOST = 10

Source = tuple[str, str, str]
"""A place, a rule and a camera."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """What share of the alerts is of some grades, beside what is usual in the field."""

    name: str
    grades: tuple[int, ...]
    alerts: int
    share: float | None
    usual: float


class TopSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where many alerts come from; one of several cameras counts with each."""

    place: str
    place_name: str
    rule: str
    camera: str
    alerts: int


class Chattering(msgspec.Struct, frozen=True, kw_only=True):
    """A source that spoke 3 times within a minute; so often anew, each at most once a minute."""

    place: str
    rule: str
    camera: str
    times: int


class Stale(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that was open for more than a day at the end of the period."""

    alert: str
    place: str
    place_name: str
    rule: str
    grade: int
    open_s: float


class RuleTruth(msgspec.Struct, frozen=True, kw_only=True):
    """How often a rule was not right, of what was closed as real or not real."""

    rule: str
    real: int
    not_real: int
    rate: float | None


class AlarmQuality(msgspec.Struct, frozen=True, kw_only=True):
    """How well the alarms serve who sits before them.

    days               of the period that are over, in parts
    per_seat_day       alerts for each seat and day; 150 are manageable
    per_seat_10min     on average
    most_10min         the most within any 10 minutes, of all seats
    flood_min          minutes of flood
    """

    since: datetime
    until: datetime
    place: str | None
    seats: int
    days: float
    alerts: int
    per_seat_day: float
    manageable: float = MANAGEABLE
    per_seat_10min: float
    most_10min: int
    floods: int
    flood_min: float
    split: tuple[Split, ...]
    sources: tuple[TopSource, ...]
    chattering: tuple[Chattering, ...]
    stale: tuple[Stale, ...]
    rules: tuple[RuleTruth, ...]
    times: tuple[GradeTimes, ...]


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows: what was opened in the period, what is open at its end, beginnings."""

    opened: Sequence[AlertFacts]
    still_open: Sequence[AlertFacts]
    beginnings: Sequence[tuple[Source, float]]


def quality(
    period: Period, watched: Watched, *, place: str | None, seats: int, now: datetime,
    times: tuple[GradeTimes, ...],
) -> AlarmQuality:  # fmt: skip
    """The whole of it."""
    end = min(period.until, now)
    days = max(0.0, (end - period.since).total_seconds() / 86400)
    opened_s = sorted(one.opened_at.timestamp() for one in watched.opened)
    found, each = floods(opened_s), len(opened_s) / seats
    return AlarmQuality(
        since=period.since, until=period.until, place=place, seats=seats, days=round(days, 3),
        alerts=len(opened_s), per_seat_day=round(each / days, 2) if days else 0.0,
        per_seat_10min=round(each / days / 144, 3) if days else 0.0,
        most_10min=most_within(opened_s, WINDOW_S), floods=len(found),
        flood_min=round(sum(last - first for first, last in found) / 60, 1),
        split=split(watched.opened), sources=_sources(watched.opened),
        chattering=chattering(watched.beginnings), stale=_stale(watched.still_open, end),
        rules=_rules(watched.opened), times=times,
    )  # fmt: skip


def floods(opened_s: Sequence[float]) -> list[tuple[float, float]]:
    """When floods began and ended, of ordered Unix times at which alerts opened."""
    found, recent = list[tuple[float, float]](), deque[float]()
    began: float | None = None
    for at_s, comes in _comings_and_goings(opened_s):
        if comes:
            recent.append(at_s)
        else:
            recent.popleft()
        if began is None and len(recent) > FLOODS_ABOVE:
            began = at_s
        elif began is not None and len(recent) < ENDS_BELOW:
            found.append((began, at_s))
            began = None
    return found


def _comings_and_goings(opened_s: Sequence[float]) -> list[tuple[float, bool]]:
    """Each opening, and its leaving the window; at one moment what leaves goes first."""
    both = [(at_s, True) for at_s in opened_s] + [(at_s + WINDOW_S, False) for at_s in opened_s]
    return sorted(both)


def most_within(ordered_s: Sequence[float], within_s: float) -> int:
    """The most of the ordered times that lie within any stretch of this length."""
    most, first = 0, 0
    for last, at_s in enumerate(ordered_s):
        while at_s - ordered_s[first] >= within_s:
            first += 1
        most = max(most, last - first + 1)
    return most


def chattering(beginnings: Iterable[tuple[Source, float]]) -> tuple[Chattering, ...]:
    """Sources that spoke too often within a minute, the worst first; times in order."""
    recent: dict[Source, deque[float]] = {}
    times = Counter[Source]()
    for source, at_s in beginnings:
        mine = recent.setdefault(source, deque())
        mine.append(at_s)
        while at_s - mine[0] > WITHIN_S:
            mine.popleft()
        if len(mine) >= CHATTERS:
            times[source] += 1
            mine.clear()
    worst = sorted(times.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        Chattering(place=place, rule=rule, camera=camera, times=number)
        for (place, rule, camera), number in worst
    )


def split(facts: Sequence[AlertFacts]) -> tuple[Split, ...]:
    """Low, high and emergency, beside 80, 15 and 5 of 100."""
    number = Counter(one.grade for one in facts)
    made = []
    for name, grades, usual in ASKED:
        mine = sum(number[grade] for grade in grades)
        share = round(mine / len(facts), 3) if facts else None
        made.append(Split(name=name, grades=grades, alerts=mine, share=share, usual=usual))
    return tuple(made)


def by_grade(facts: Iterable[AlertFacts]) -> tuple[int, int, int, int]:
    """How many of each grade, from 1 to 4."""
    number = Counter(one.grade for one in facts)
    one, two, three, four = (number[grade] for grade in GRADES)
    return one, two, three, four


def _sources(facts: Iterable[AlertFacts]) -> tuple[TopSource, ...]:
    number = Counter(
        (one.place, one.place_name, one.rule, camera) for one in facts for camera in one.cameras
    )
    worst = sorted(number.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return tuple(
        TopSource(place=place, place_name=name, rule=rule, camera=camera, alerts=alerts)
        for (place, name, rule, camera), alerts in worst
    )


def _stale(facts: Iterable[AlertFacts], at: datetime) -> tuple[Stale, ...]:
    known = [(one, (at - one.opened_at).total_seconds()) for one in facts]
    known.sort(key=lambda one: (-one[1], one[0].id))
    return tuple(
        Stale(
            alert=one.id, place=one.place, place_name=one.place_name, rule=one.rule,
            grade=one.grade, open_s=round(open_s, 1),
        )
        for one, open_s in known
        if open_s > STALE_S
    )  # fmt: skip


def _rules(facts: Iterable[AlertFacts]) -> tuple[RuleTruth, ...]:
    number = Counter((one.rule, one.outcome) for one in facts)
    made = []
    for rule in sorted({rule for rule, _ in number}):
        real, not_real = number[rule, "real"], number[rule, "not_real"]
        rate = round(not_real / (real + not_real), 3) if real + not_real else None
        made.append(RuleTruth(rule=rule, real=real, not_real=not_real, rate=rate))
    return tuple(sorted(made, key=lambda one: (-(one.rate or 0), -one.not_real, one.rule)))
