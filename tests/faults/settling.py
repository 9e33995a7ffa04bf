"""A site after a round of faults in, for how long it took to be whole again out."""

import logging
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from center.tables import clips, events
from pipelines.errors import StoreError
from tests.faults.book import UNREADABLE
from tests.faults.site import DRAWN, Site

_BOUND_S = 120.0  # generous: the slowest part takes ten seconds on a machine that is idle
_BUSY = 3.0  # processes that want each core, from which on it takes as much longer
_MOST = 10.0  # times as long, at most
_SCHEDSTAT = Path("/proc/self/schedstat")  # ns that we ran, and that we could have and did not

_LOOK_S = 0.25
_AT_ONCE = 500


_log = logging.getLogger("faults.settling")


class Settled(NamedTuple):
    """How a round ended: `away` says what was not back within the bound, if anything."""

    took_s: float
    away: tuple[str, ...] = ()


def bound_s() -> float:
    """Within this all must be back: longer on a machine that has too much to do, or none for us."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    return _BOUND_S * min(_MOST, max(1.0, busy / _BUSY, _held_up() / _BUSY))


def _held_up() -> float:
    """How many times as long as on an idle core all takes that is run as politely as we are."""
    ran_ns, waited_ns, _ = map(int, _SCHEDSTAT.read_text().split())
    return (ran_ns + waited_ns) / ran_ns


def settle(site: Site) -> Settled:
    """Wait until what boxes hold now has arrived, all parts serve, and nothing acknowledged lacks.

    What the boxes tell meanwhile need not have arrived, but they must tell something.
    """
    begun_s, before = time.monotonic(), Counter(each.box for each in site.book.entries.values())
    marks: dict[str, set[str]] = {}
    while True:
        away = (*_away(site, marks), *_mute(site, before))
        _log.info("away=%s", list(away))
        took_s = time.monotonic() - begun_s
        if not away or took_s > bound_s():
            return Settled(took_s, away)
        time.sleep(_LOOK_S)


def _away(site: Site, marks: dict[str, set[str]]) -> Iterator[str]:
    """What is not back yet; `marks` are the events that each box held when we looked first."""
    for box in sorted(site.boxes()):
        try:
            site.book.drain(box, forget=True)
        except UNREADABLE as error:
            yield f"the spool of {box}: {error}"
            continue
        waiting = site.book.waiting(box)
        of_box = marks.setdefault(box, waiting | site.book.unconfirmed)
        if left := of_box & waiting - site.book.at_risk:
            yield f"{len(left)} events of {box} that wait for the broker"
    yield from unconfirmed(site, set[str]().union(*marks.values()))
    if not site.answers():
        yield "the centre"
    elif not site.live():
        yield "a box, or its cameras"


def _mute(site: Site, before: Counter[str]) -> Iterator[str]:
    now = Counter(each.box for each in site.book.entries.values())
    yield from (f"the worker of {box}" for box in DRAWN if now[box] <= before[box])


def unconfirmed(site: Site, marked: set[str]) -> Iterator[str]:
    """How many of these events are acknowledged, and not in the store."""
    try:
        site.book.confirm(stored(site, site.book.unconfirmed | site.book.forgotten))
    except StoreError as error:
        yield f"the store: {error}"
        return
    if left := marked & site.book.unconfirmed - site.book.at_risk:
        yield f"{len(left)} events that were acknowledged, such as {min(left)}"


def stored(site: Site, names: Iterable[str]) -> set[str]:
    """Which of these events, and clips, the store has. Raises StoreError."""
    asked, found = sorted(names), set[str]()
    with site.reading().read() as connection:
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            for table in (events, clips):
                found |= set(
                    connection.execute(select(table.c.id).where(table.c.id.in_(some))).scalars()
                )
    return found
