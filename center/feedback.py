"""Closed alerts in, how often each rule and camera was right out: which rule to tune."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection, select

from center.lifecycle import Cause, Outcome
from center.tables import alerts

DAYS = 28


class Verdict(msgspec.Struct, frozen=True):
    """One closed alert, once for each camera that saw it."""

    place: str
    rule: str
    camera: str
    outcome: Outcome
    cause: Cause | None
    closed_s: float


class _Seen(msgspec.Struct, frozen=True):
    """What of an alert's JSON is looked at."""

    cameras: tuple[str, ...]


_seen_in = msgspec.json.Decoder(_Seen)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What closed alerts were.

    precision  real of real and not real; nothing while there are none
    causes     why those that were not real were not
    """

    real: int = 0
    not_real: int = 0
    no_trace: int = 0
    test: int = 0
    duplicate: int = 0
    precision: float | None = None
    causes: dict[str, int] = {}


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """Seven days, of which `since` is the first moment."""

    since: datetime
    judged: Judged


class RuleFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """A rule at one camera; an alert of several cameras counts with each.

    weeks  the oldest first, none left out
    """

    rule: str
    camera: str
    place: str
    judged: Judged
    weeks: tuple[Week, ...]


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules to tune: those with the most alerts that were not real come first.

    judged  each alert once, over all rules
    """

    since: datetime
    until: datetime
    judged: Judged
    rules: tuple[RuleFeedback, ...]


def feedback(
    connection: Connection, *, since: datetime, until: datetime, places: frozenset[str] | None
) -> Feedback:
    """Of what was closed from `since` until before `until`."""
    found = list(_verdicts(connection, since, until, places))
    groups: dict[tuple[str, str, str], list[Verdict]] = {}
    for _, one in found:
        groups.setdefault((one.rule, one.camera, one.place), []).append(one)
    rules = [
        RuleFeedback(
            rule=rule, camera=camera, place=place, judged=judged(mine),
            weeks=_weeks(mine, since, until),
        )
        for (rule, camera, place), mine in groups.items()
    ]  # fmt: skip
    rules.sort(key=lambda one: (-one.judged.not_real, one.rule, one.camera, one.place))
    once = dict(found)
    return Feedback(since=since, until=until, judged=judged(once.values()), rules=tuple(rules))


def judged(verdicts: Iterable[Verdict]) -> Judged:
    """Count them."""
    known = list(verdicts)
    counted = Counter[str](one.outcome for one in known)
    sure = counted["real"] + counted["not_real"]
    causes = Counter(one.cause for one in known if one.cause is not None)
    return Judged(
        **counted,
        precision=round(counted["real"] / sure, 3) if sure else None,
        causes=dict(sorted(causes.items())),
    )


def _weeks(verdicts: list[Verdict], since: datetime, until: datetime) -> tuple[Week, ...]:
    weeks, start = list[Week](), since
    while start < until:
        end = min(start + timedelta(days=7), until)
        mine = [one for one in verdicts if start.timestamp() <= one.closed_s < end.timestamp()]
        weeks.append(Week(since=start, judged=judged(mine)))
        start = end
    return tuple(weeks)


def _verdicts(
    connection: Connection, since: datetime, until: datetime, places: frozenset[str] | None
) -> Iterable[tuple[str, Verdict]]:
    """Alerts that were closed, once for each of their cameras; their events may be gone."""
    of = alerts.c
    query = select(of.id, of.place, of.rule, of.outcome, of.cause, of.closed_s, of.body)
    query = query.where(
        of.outcome.is_not(None), of.closed_s >= since.timestamp(), of.closed_s < until.timestamp()
    )
    if places is not None:
        query = query.where(of.place.in_(places))
    for row in connection.execute(query):
        for camera in _seen_in.decode(row.body).cameras:
            yield row.id, Verdict(row.place, row.rule, camera, row.outcome, row.cause, row.closed_s)


def period(
    since: datetime | None, until: datetime | None, now: Callable[[], datetime]
) -> tuple[datetime, datetime]:
    """The time asked for; the last four weeks when nothing is said."""
    end = until or now()
    start = since or end - timedelta(days=DAYS)
    return start.astimezone(UTC), end.astimezone(UTC)
