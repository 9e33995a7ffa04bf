"""A site that has come to rest in, every broken promise and the figures of the run out."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from center import lookup, watchlist
from center.store import Reading
from center.tables import events, hourly_events, messages, pictures, to_tell
from pipelines.flow import Event
from pipelines.wire import decode_event
from tests.faults import checker, recheck
from tests.faults.checker import Believed, Stored, Violation
from tests.faults.nemesis import Done
from tests.faults.site import DRAWN, Site

_OPENED = re.compile(r"\AWhat: .*alert=([0-9a-f-]{36})", re.DOTALL)


class Figures(NamedTuple):
    """What was counted at the end.

    missing  acknowledged by a broker that went back to yesterday, and not in the store
    torn     on the disk of a box whose spool was torn, and nowhere else
    """

    told: int
    acked: int
    dropped: int
    stored: int
    duplicates: int
    rejected: int
    alerts: int
    messages: int
    missing: int
    torn: int


def judge(site: Site, done: Done) -> tuple[list[Violation], Figures]:
    """Hold everything against everything."""
    believed = {
        name: _believed(entry.body, entry.fate) for name, entry in site.book.entries.items()
    }
    risk, reading = site.book.at_risk, site.reading()
    with reading.read() as connection:
        rows = _rows(connection)
        counted = lookup.counters(connection)
        found = list(_counted(connection, len(rows)))
    found += checker.violations(believed, rows, at_risk=risk)
    for box in DRAWN:
        journal = (site.folder / f"{box}.journal").read_text().split()
        found += checker.unwritten(journal, believed, risk)
    found += checker.untold(believed)
    found += [
        Violation("sums", account.box, said)
        for account in site.book.accounts.values() for said in account.faults()
    ]  # fmt: skip
    found += checker.of_yesterday(went_back=done.faults["old.broker"], forgot=site.rewound())
    there = {row.row[0] for row in rows}
    stored = [believed[name].event for name in there if name in believed]
    standing = recheck.standing(reading)
    found += _of_alerts(site, reading, stored)
    told = _told(site)
    found += checker.of_telling([alert.id for alert in standing], told, disturbed=done.at_centre)
    figures = Figures(
        told=len(believed), acked=sum(each.acked for each in believed.values()),
        dropped=sum(each.dropped for each in believed.values()), stored=len(rows),
        duplicates=counted.get("duplicates", 0), rejected=counted.get("rejected", 0),
        alerts=len(standing), messages=len(told),
        missing=len([name for name in checker.missing(believed, there) if name in risk]),
        torn=sum(name in risk and name not in there and not each.acked and not each.dropped
                 for name, each in believed.items()),
    )  # fmt: skip
    return found, figures


def _believed(body: str, fate: str) -> Believed:
    return Believed(decode_event(body.encode()), fate == "acked", fate == "dropped")


def _rows(connection: Connection) -> list[Stored]:
    with_picture = set(connection.execute(select(pictures.c.event_id)).scalars())
    return [
        Stored(tuple(row), row.id in with_picture) for row in connection.execute(select(events))
    ]


def _counted(connection: Connection, rows: int) -> Iterator[Violation]:
    """The store's own sums: what came is what is there, and the hours have it all."""
    counted = lookup.counters(connection)
    parts = sum(counted.get(name, 0) for name in ("stored", "duplicates", "rejected"))
    if counted.get("received", 0) != parts:
        yield Violation("sums", "the centre", f"received is not what became of it: {counted}")
    if counted.get("stored", 0) != rows:
        yield Violation("sums", "the centre", f"{counted.get('stored', 0)} stored, {rows} there")
    hours = connection.execute(select(func.coalesce(func.sum(hourly_events.c.events), 0)))
    if (of_hours := int(hours.scalar_one())) != rows:
        yield Violation("sums", "the hours", f"{of_hours} counted, {rows} there")


def _of_alerts(site: Site, reading: Reading, stored: list[Event]) -> Iterator[Violation]:
    listed = watchlist.load(site.folder / "watch.yaml")
    with tempfile.TemporaryDirectory() as folder:
        expected = recheck.expected(stored, listed, Path(folder) / "fresh.db")
    stand = [recheck.said(alert) for alert in recheck.standing(reading)]
    yield from checker.differing(stand, [recheck.said(alert) for alert in expected])


def _told(site: Site) -> list[str]:
    """Ids of alerts, once for each message that said that they have opened."""
    found = [_OPENED.match(each["message"]) for each in site.hook.got]
    return [match[1] for match in found if match]


def untold(site: Site) -> int:
    """How many messages are still to go out. Raises StoreError."""
    with site.reading().read() as connection:
        waiting = select(func.count()).select_from(messages).where(messages.c.state == "waiting")
        words = select(func.count()).select_from(to_tell)
        return sum(int(connection.execute(query).scalar_one()) for query in (waiting, words))
