"""How long alerts waited in, how that compares with what was asked for out. Pure."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from center.reporting.facts import AlertFacts

GRADES = (1, 2, 3, 4)


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """How long some alerts waited, against their targets.

    alerts    that were to be done by now: those whose time has not run out are left out
    done      of those, at last; `in_time` within their targets
    share     in_time of alerts; nothing while there are none
    median_s  of those that were done; so is `p90_s`, which 9 of 10 did not exceed
    """

    alerts: int = 0
    done: int = 0
    in_time: int = 0
    share: float | None = None
    median_s: float | None = None
    p90_s: float | None = None


class GradeTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How fast the alerts of a grade were taken on, and reached once somebody was sent."""

    grade: int
    acknowledge: Waits
    arrive: Waits
    arrive_within_s: float


def grade_times(
    facts: Iterable[AlertFacts], arrive_within_s: Sequence[float], now: datetime
) -> tuple[GradeTimes, ...]:
    """Of each grade. To be taken on each alert has its own target, its entry's or its grade's."""
    known = list(facts)
    return tuple(
        _of_grade([one for one in known if one.grade == grade], grade, within_s, now)
        for grade, within_s in zip(GRADES, arrive_within_s, strict=True)
    )


def _of_grade(
    facts: Sequence[AlertFacts], grade: int, within_s: float, now: datetime
) -> GradeTimes:
    taken = [(one.acknowledged_s, one.within_s, one) for one in facts if one.outcome != "duplicate"]
    sent = [(one.arrived_s, within_s, one) for one in facts if one.dispatched_at or one.arrived_at]
    return GradeTimes(
        grade=grade, acknowledge=_waits(taken, now), arrive=_waits(sent, now),
        arrive_within_s=within_s,
    )  # fmt: skip


def _waits(some: Iterable[tuple[float | None, float, AlertFacts]], now: datetime) -> Waits:
    due = [
        (took_s, within_s)
        for took_s, within_s, one in some
        if took_s is not None or (now - one.opened_at).total_seconds() > within_s
    ]
    took = sorted(took_s for took_s, _ in due if took_s is not None)
    in_time = sum(took_s is not None and took_s <= within_s for took_s, within_s in due)
    return Waits(
        alerts=len(due), done=len(took), in_time=in_time,
        share=round(in_time / len(due), 3) if due else None,
        median_s=quantile(took, 0.5), p90_s=quantile(took, 0.9),
    )  # fmt: skip


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The least of the ordered values that a share of them does not exceed: the nearest rank."""
    if not ordered:
        return None
    return round(ordered[math.ceil(share * len(ordered)) - 1], 1)
