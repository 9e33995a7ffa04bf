"""What boxes left behind and a store in, what was lost and what is there twice out: id by id."""

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import func, select

from center.store import Store
from center.tables import alerts, events, rejected
from tocsin.simulate.ids import name_of
from tocsin.simulate.job import Left

_AT_ONCE = 20_000


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a run's events.

    acknowledged  left their spools because the broker had them
    stored        different ones that are in the store
    lost          acknowledged, and not in the store
    duplicated    rows beyond the first of an id
    unsent        still in a spool; stored or not, nobody was told that they are safe
    dropped       that full spools gave up; each box says so in an event of its own
    """

    acknowledged: int
    stored: int
    lost: int
    duplicated: int
    unsent: int
    dropped: int
    examples: tuple[str, ...] = ()


def judge(run: int, left: Iterable[Left], ids: Iterable[str]) -> Verdict:
    """Compare what the boxes believe with the ids that the store holds."""
    boxes = {each.box: each for each in left}
    seen = {each.box: bytearray(each.put) for each in boxes.values()}
    twice = _mark(run, seen, ids)
    missing = {box: _missing(each, seen[box]) for box, each in boxes.items()}
    dropped = sum(each.dropped for each in boxes.values())
    unsent = sum(len(each.waiting) for each in boxes.values())
    lost = max(0, sum(map(len, missing.values())) - dropped)
    return Verdict(
        acknowledged=sum(each.put for each in boxes.values()) - unsent - dropped,
        stored=sum(map(sum, seen.values())), lost=lost, duplicated=twice, unsent=unsent,
        dropped=dropped, examples=tuple(_named(missing))[:10] if lost else (),
    )  # fmt: skip


def ids_in(store: Store) -> Iterator[str]:
    """The ids of all events in a store."""
    with store.read() as connection:
        streamed = connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
        yield from streamed.execute(select(events.c.id)).scalars()


def counted(store: Store) -> int:
    """How many events are in a store."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def last_stored_s(store: Store) -> float:
    """When the last event was stored, in Unix time; 0 when there is none."""
    with store.read() as connection:
        return float(connection.execute(select(func.max(events.c.received_s))).scalar_one() or 0.0)


def alerts_since(store: Store, since_s: float) -> int:
    """How many alerts opened since a Unix time, those that became part of others left out."""
    query = select(func.count()).where(alerts.c.opened_s >= since_s, alerts.c.state != "joined")
    with store.read() as connection:
        return int(connection.execute(query).scalar_one())


def refusal(store: Store) -> str:
    """Why the centre refused an event last; empty when it took all."""
    query = select(rejected.c.reason).order_by(rejected.c.id.desc()).limit(1)
    with store.read() as connection:
        return connection.execute(query).scalar_one_or_none() or ""


def _mark(run: int, seen: dict[int, bytearray], ids: Iterable[str]) -> int:
    """Mark what is there; returns how many were there already."""
    twice = 0
    for text in ids:
        name = name_of(text)
        if name is None or name.run != run or name.box not in seen:
            continue
        marks = seen[name.box]
        if name.number < len(marks):
            twice += marks[name.number]
            marks[name.number] = 1
    return twice


def _missing(left: Left, marks: bytearray) -> list[int]:
    """Numbers of events that nobody waits to send and that are not there."""
    waiting, found, at = set(left.waiting), [], marks.find(0)
    while at >= 0:
        if at not in waiting:
            found.append(at)
        at = marks.find(0, at + 1)
    return found


def _named(missing: dict[int, list[int]]) -> Iterator[str]:
    for box, numbers in missing.items():
        yield from (f"event {number} of box {box}" for number in numbers)
