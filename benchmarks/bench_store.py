"""Events in, how many of them are stored in a second of CPU out: bare rows beside the whole inbox.

python -m benchmarks.bench_store

The same events go, in batches as the inbox pulls them, into fresh stores of either kind: as rows
that are ready, by what the database likes best (`executemany`; COPY beside the table and then
INSERT … ON CONFLICT DO NOTHING); by SQLAlchemy Core; and as letters that are read, checked,
de-duplicated, stored and counted, without and with a watch list that asks for each. Every batch is
on disk before the next begins. The CPU is that of both sides: ours, and that of all processes of
the server. Without Debian's PostgreSQL there is SQLite alone.
"""

import argparse
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uuid_utils
from rich.console import Console
from sqlalchemy import Connection, func, insert, select

from benchmarks import tables
from benchmarks.figures import Figure, Result
from benchmarks.postgres import BIN, Server, served
from center.arrivals import row_of, taken
from center.config import Storage
from center.copying import copy
from center.days import DAY_S, prepare
from center.engines import Engines
from center.entries import Entry
from center.filing import Filing
from center.letter import Letter, opened
from center.places import Place
from center.retention import sweep
from center.store import Store
from center.tables import events
from center.watchlist import WatchList
from pipelines.flow import Facts, Phase
from pipelines.wire import encode, event_from
from tocsin.bench.rounds import cores_of, spread

STORE = "store, events a second"
ROWS, CORE, STORED, ALERTED = "rows alone", "SQLAlchemy Core", "inbox", "inbox, all under alerts"
FOLDER = Path("build/bench/store")
_BATCH = 500
_PLACES = 50
_LIFE: tuple[tuple[Phase, float], ...] = (("begin", 0.0), ("update", 5.0), ("end", 20.0))
_PACE_S = 300.0  # between lives at one place; each is an alert of its own


@dataclass(frozen=True, slots=True)
class Batch:
    """The same events as the sides want them."""

    letters: list[Letter]
    rows: list[tuple[Any, ...]]
    named: list[dict[str, Any]]


Write = Callable[[Connection, Batch], object]


def sides() -> dict[str, Write]:
    """Ways to store a batch, each within a transaction; new ones for each store."""
    places = tuple(Place(id=f"place-{n}", name=f"Place {n}", grade=2) for n in range(_PLACES))
    entries = tuple(Entry(place=each.id, rule="intrusion", steps=("Look",)) for each in places)
    plain, whole = (
        Filing(WatchList(places=places, entries=some), new_id=_new_id) for some in ((), entries)
    )
    return {
        ROWS: _rows,
        CORE: lambda connection, batch: connection.execute(insert(events), batch.named),
        STORED: lambda connection, batch: plain(connection, batch.letters, now_s=time.time()),
        ALERTED: lambda connection, batch: whole(connection, batch.letters, now_s=time.time()),
    }


def _rows(connection: Connection, batch: Batch) -> None:
    if connection.dialect.name == "sqlite":
        copy(connection, events, batch.rows)
    else:
        taken(connection, batch.rows)


def batches(number: int) -> list[Batch]:
    """Lives of three events each at many places, in the order of their times."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    lives = range(-(-number // len(_LIFE)))
    told = [(life, step) for life in lives for step in _LIFE]
    letters = [_letter(begun, life, step) for life, step in told[:number]]
    return [_batch(letters[at : at + _BATCH]) for at in range(0, number, _BATCH)]


def _letter(begun: datetime, life: int, step: tuple[Phase, float]) -> Letter:
    phase, after_s = step
    facts = Facts(
        site="bench", camera=f"cam-{life % _PLACES}", place=f"place-{life % _PLACES}",
        rule="intrusion", label="person", phase=phase, episode=f"life-{life}", zone="yard",
        confidence=0.87, box=(0.41, 0.32, 0.49, 0.71),
    )  # fmt: skip
    happened = begun + timedelta(seconds=_PACE_S * (life // _PLACES) + after_s)
    event = event_from(facts, happened_s=happened.timestamp(), new_id=_new_id)
    subject = f"$MQTT.msgs.pe.3.{facts.site}.{facts.camera}.{facts.rule}"
    return Letter(subject, encode(event))


def _batch(letters: list[Letter]) -> Batch:
    rows = [row_of(opened(letter), time.time()) for letter in letters]
    names = [column.name for column in events.columns]
    return Batch(letters, rows, [dict(zip(names, row, strict=True)) for row in rows])


def figures(*, number: int = 3000, rounds: int = 3, options: str = "") -> Result:
    """Each way on each database, the ways in turn within a round; `options` are PostgreSQL's."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    made, told = batches(number), list[tuple[str, str, Speed]]()
    with ExitStack() as held:
        server, kinds = None, ["SQLite"]
        if (BIN / "initdb").exists():
            server = held.enter_context(served(options, password=_new_id()))
            kinds.append("PostgreSQL")
        for turn in range(rounds):
            with _held_to(cores_of(turn)):
                told += [
                    (kind, name, _measured(kind, name, made, server))
                    for kind in kinds
                    for name in sides()
                ]
    notes = [] if server else ["store: there is no /usr/lib/postgresql, so SQLite alone"]
    return Result(list(_told(told)), notes)


@dataclass(frozen=True, slots=True)
class Speed:
    """Events per second of CPU, ours and the server's, and per second; bytes for each on disk.

    gone_per_s  when their days are over and all are let go of
    """

    per_cpu_s: float
    per_s: float
    size: float
    gone_per_s: float


@contextmanager
def _held_to(cores: tuple[int, ...]) -> Iterator[None]:
    """Hold us, and no server, to some cores."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _measured(kind: str, name: str, made: Sequence[Batch], server: Server | None) -> Speed:
    """One way, with a store of its own."""
    path = FOLDER / f"{uuid_utils.uuid7()}.db"
    where: Path | Engines = server.engines() if server and kind == "PostgreSQL" else path
    write = sides()[name]
    with closing(Store(where)) as store:
        with store.write() as connection:
            prepare(connection, time.time())
            before = _size(connection, path)
        cpu_s, begun_s = _cpu_s(server), time.perf_counter()
        for batch in made:
            with store.write() as connection:
                write(connection, batch)
        cpu_s, passed_s = _cpu_s(server) - cpu_s, time.perf_counter() - begun_s
        with store.read() as connection:
            number = connection.execute(select(func.count()).select_from(events)).scalar_one()
            after = _size(connection, path)
        begun_s = time.perf_counter()
        for _ in sweep(store, Storage(), time.time() + 200 * DAY_S):
            pass
        swept_s = time.perf_counter() - begun_s
    return Speed(number / cpu_s, number / passed_s, (after - before) / number, number / swept_s)


def _cpu_s(server: Server | None) -> float:
    return time.process_time() + (server.cpu_s() if server else 0.0)


def _size(connection: Connection, path: Path) -> int:
    if connection.dialect.name == "postgresql":
        return int(
            connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
        )
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))


def _told(told: Sequence[tuple[str, str, Speed]]) -> Iterator[Figure]:
    """By CPU, the inbox beside the bare rows of its round, by the clock, and on disk."""
    for kind in dict.fromkeys(kind for kind, _, _ in told):
        of = {name: [speed for k, n, speed in told if (k, n) == (kind, name)] for name in sides()}
        for name, speeds in of.items():
            yield _figure(kind, f"{name}, of CPU", [each.per_cpu_s for each in speeds], ".0f")
        for name in (CORE, STORED, ALERTED):
            pairs = zip(of[name], of[ROWS], strict=True)
            shares = [each.per_cpu_s / bare.per_cpu_s for each, bare in pairs]
            yield _figure(kind, f"{name} / {ROWS}", shares, ".3f")
        for name, speeds in of.items():
            yield _figure(kind, f"{name}, by the clock", [each.per_s for each in speeds], ".0f")
        yield _figure(kind, "swept, by the clock", [each.gone_per_s for each in of[STORED]], ".0f")
        for name in (STORED, ALERTED):
            yield _figure(kind, f"{name}, bytes each", [each.size for each in of[name]], ".0f")


def _figure(kind: str, what: str, values: Sequence[float], form: str) -> Figure:
    return Figure(section=STORE, what=what, clip=kind, kind=None, value=spread(values), form=form)


def _new_id() -> str:
    return str(uuid_utils.uuid7())


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--events", type=int, default=3000)
    asked.add_argument("--rounds", type=int, default=3)
    words = asked.parse_args()
    tables.show(figures(number=words.events, rounds=words.rounds), Console())


if __name__ == "__main__":
    main()
