"""Events at a real broker in, how many of them a centre stores in a second of CPU out.

python -m benchmarks.bench_aggregator

All that an aggregator does with an event, by the code that runs: it is pulled from the partition's
consumer, read, checked, de-duplicated, cross-checked, stored, committed and acknowledged. The
events wait at a real nats-server when the clock starts. Side by side: a watch list that asks for
none of them, for one life in ten, for all; each on SQLite and on Debian's PostgreSQL, where it is
there. The CPU is told by itself for us, for the broker and for the database.
"""

import argparse
import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

import nats
from rich.console import Console
from sqlalchemy import func, select

from benchmarks import tables
from benchmarks.bench_store import batches
from benchmarks.figures import Figure, Result
from benchmarks.postgres import BIN, Server, served
from center.broker import Broker
from center.clock import SystemClock
from center.config import OWN_USER, CenterConfig
from center.config import Broker as BrokerConfig
from center.days import prepare
from center.engines import Engines
from center.entries import Entry
from center.filing import Filing
from center.inbox import Inbox
from center.letter import Letter
from center.partitions import PARTITIONS
from center.places import Place
from center.pull import Pull
from center.store import Store
from center.tables import events
from center.watchlist import WatchList
from tocsin.bench.rounds import spread
from tocsin.demo.ports import free_port
from tocsin.simulate.cpu import cpu_of

SECTION = "aggregator, events a second of CPU"
FOLDER = Path("build/bench/aggregator")
_PLACES = 50
MIXES = {"under no alert": 0, "one in ten under alerts": 5, "all under alerts": _PLACES}
"""How many of the fifty places the watch list asks for."""


Publish = Callable[[str, bytes], Awaitable[Any]]


class Speed(NamedTuple):
    """Events per second of CPU of each, and per second by the clock."""

    ours: float
    broker: float
    database: float
    by_clock: float


def watch_list(asked: int) -> WatchList:
    """One that asks for intrusions at so many places."""
    places = tuple(Place(id=f"place-{n}", name=f"Place {n}", grade=2) for n in range(_PLACES))
    entries = (Entry(place=each.id, rule="intrusion", steps=("Look",)) for each in places[:asked])
    return WatchList(places=places, entries=tuple(entries))


def figures(*, number: int = 6000, rounds: int = 1) -> Result:
    """Each mix on each database, in turn within a round."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    told = list[tuple[str, str, Speed]]()
    with ExitStack() as held:
        server = held.enter_context(served("", password=token_hex(16))) if _has_server() else None
        kinds = ["SQLite", *(["PostgreSQL"] if server else [])]
        for turn in range(rounds):
            for kind in kinds:
                for mix, asked in MIXES.items():
                    where = FOLDER / f"{turn}-{kind}-{asked}".lower()
                    where.mkdir(parents=True)
                    database = server if kind == "PostgreSQL" else None
                    speed = asyncio.run(_measured(where, number, asked, database))
                    told.append((kind, mix, speed))
    notes = [] if server else [f"{SECTION}: there is no /usr/lib/postgresql, so SQLite alone"]
    return Result(list(_told(told)), notes)


def _has_server() -> bool:
    return (BIN / "initdb").exists()


async def _measured(folder: Path, number: int, asked: int, server: Server | None) -> Speed:
    """One run, with a broker and a store of its own."""
    ports = BrokerConfig(port=free_port(), mqtt_port=free_port(), sync="2m")
    broker = Broker(CenterConfig(state=str(folder), watch_list="", broker=ports))
    keeping = asyncio.create_task(broker.keep())
    where: Path | Engines = server.engines() if server else folder / "center.db"
    try:
        await broker.is_open.wait()
        with closing(Store(where)) as store:
            with store.append() as connection:
                prepare(connection, time.time())
            pid = int((folder / "broker.pid").read_text())
            return await _drained(broker, pid, store, number, asked, server)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _drained(
    broker: Broker, pid: int, store: Store, number: int, asked: int, server: Server | None
) -> Speed:
    """Hand all over to the broker, then time the inbox until all is stored."""
    letters = [letter for batch in batches(number) for letter in batch.letters]
    client = await nats.connect(broker.url, user=OWN_USER, password=broker.password)
    await _put(client.jetstream().publish, letters)
    filing = Filing(watch_list(asked), new_id=_numbered().__next__)
    inbox = Inbox(Pull(client), store, filing, clock=SystemClock(), tell=lambda: None)
    begun = time.process_time(), cpu_of([pid]), server.cpu_s() if server else 0.0
    begun_s = time.perf_counter()
    while _stored(store) < len(letters):
        for _ in range(4):
            await inbox.run_once()
    passed_s = time.perf_counter() - begun_s
    ended = time.process_time(), cpu_of([pid]), server.cpu_s() if server else 0.0
    await client.close()
    spent = [max(after - before, 1e-9) for before, after in zip(begun, ended, strict=True)]
    ours, brokers, database = (len(letters) / each for each in spent)
    return Speed(ours, brokers, database if server else 0.0, len(letters) / passed_s)


async def _put(publish: Publish, letters: Sequence[Letter]) -> None:
    """Hand letters over, some at once, to all partitions in turn, as many sites would."""
    for first in range(0, len(letters), 100):
        some = letters[first : first + 100]
        to = [
            each.subject.replace(".pe.3.", f".pe.{n % PARTITIONS}.") for n, each in enumerate(some)
        ]
        await asyncio.gather(
            *(publish(subject, each.payload) for subject, each in zip(to, some, strict=True))
        )


def _stored(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def _numbered() -> Iterator[str]:
    """Ids of alerts that sort by their making."""
    return (f"01900000-0000-7000-8000-{number:012d}" for number in count())


def _told(told: Sequence[tuple[str, str, Speed]]) -> Iterator[Figure]:
    for kind, mix in dict.fromkeys((kind, mix) for kind, mix, _ in told):
        speeds = [speed for k, m, speed in told if (k, m) == (kind, mix)]
        for what in Speed._fields:
            values = [getattr(speed, what) for speed in speeds]
            if any(values):
                yield _figure(kind, f"{mix}, {what.replace('_', ' ')}", values)


def _figure(kind: str, what: str, values: Sequence[float]) -> Figure:
    return Figure(
        section=SECTION, what=what, clip=kind, kind=None, value=spread(values), form=".0f"
    )


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--events", type=int, default=6000)
    asked.add_argument("--rounds", type=int, default=1)
    words = asked.parse_args()
    tables.show(figures(number=words.events, rounds=words.rounds), Console())


if __name__ == "__main__":
    main()
