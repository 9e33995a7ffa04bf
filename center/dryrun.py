"""A watch list and the last days' events in, the alerts that it would have made out.

The events are filed again, in the order in which they happened, into a store in memory, by the same
cross-check that runs. So a dry run is not like what would happen; it is what would happen.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, create_engine

from center import lookup
from center.alert import Alert
from center.copying import copy
from center.filing import Filing
from center.happening import Happening
from center.lifecycle import OVER
from center.store import Store
from center.tables import events, metadata
from center.watchlist import WatchList

DAY_S = 86400.0
MOST = 100_000
EXAMPLES = 20
BATCH = 500


class DryDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day's alerts by their grades, from 1 to 4."""

    day: date
    grades: tuple[int, int, int, int]


class DryRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a watch list would have made of the last days.

    events    that it was tried on; where there were more, these are the newest, and not `whole`
    alerts    that it would have made; `now` is how many there were
    by_day    each day of these, in the zone that was asked for
    by_hour   alerts by the hour of the day at which they began
    by_entry  alerts by the entry that gives them their grade
    examples  the newest of them, the gravest first; they exist nowhere else
    """

    since: datetime
    events: int
    whole: bool
    alerts: int
    now: int
    by_day: tuple[DryDay, ...]
    by_hour: tuple[int, ...]
    by_entry: dict[str, int]
    examples: tuple[Alert, ...]


def dry_run(store: Store, listed: WatchList, *, days: int, now_s: float, zone: str) -> DryRun:
    """Try a watch list on what is stored; the store stays as it is."""
    since_s = now_s - days * DAY_S
    with store.read() as connection:
        rows = lookup.rows_between(connection, since_s, now_s, limit=MOST + 1)
        stood = lookup.begun_since(connection, since_s)
    made = _made(listed, rows[-MOST:], since_s, now_s)
    here = ZoneInfo(zone)
    at = [alert.first_at.astimezone(here) for alert in made]
    hours = Counter(moment.hour for moment in at)
    begin = datetime.fromtimestamp(since_s, here)
    newest = sorted(made, key=lambda alert: (alert.grade, -alert.first_at.timestamp()))
    return DryRun(
        since=begin,
        events=min(len(rows), MOST),
        whole=len(rows) <= MOST,
        alerts=len(made),
        now=stood,
        by_day=tuple(_by_day(made, begin.date(), days, here)),
        by_hour=tuple(hours[hour] for hour in range(24)),
        by_entry=dict(Counter(alert.entry for alert in made).most_common()),
        examples=tuple(newest[:EXAMPLES]),
    )


def _by_day(alerts: Sequence[Alert], first: date, days: int, zone: ZoneInfo) -> Iterator[DryDay]:
    found = Counter((alert.first_at.astimezone(zone).date(), alert.grade) for alert in alerts)
    for number in range(days + 1):
        day = first + timedelta(days=number)
        one, two, three, four = (found[day, grade] for grade in range(1, 5))
        yield DryDay(day=day, grades=(one, two, three, four))


def _made(
    listed: WatchList, rows: Sequence[lookup.StoredRow], since_s: float, now_s: float
) -> list[Alert]:
    """The alerts that stand at the end."""
    numbers = count()
    filing = Filing(listed, new_id=lambda: f"dry-{next(numbers):09d}")
    since = {pattern.name: since_s for pattern in listed.expecting}
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            for batch in _batches(rows):
                _file(connection, filing, batch)
            filing.pass_time(connection, since, until_s=now_s)
            bodies = lookup.bodies_after(connection, 0, limit=len(rows) + 100_000)
    finally:
        engine.dispose()
    found = [msgspec.json.decode(each.body, type=Alert) for each in bodies]
    return [alert for alert in found if alert.state not in OVER]


def _batches(rows: Sequence[lookup.StoredRow]) -> Iterator[Sequence[lookup.StoredRow]]:
    return (rows[first : first + BATCH] for first in range(0, len(rows), BATCH))


def _file(connection: Connection, filing: Filing, batch: Sequence[lookup.StoredRow]) -> None:
    copy(connection, events, [row.values for row in batch])
    happened: list[Happening] = [row.happening for row in batch]
    filing.cross_check(connection, happened, now_s=happened[-1].at_s)
