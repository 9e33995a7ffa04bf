"""Consoles and bursts of alerts in, what each console lost and how late it was told out.

python -m benchmarks.bench_stream [--consoles 200] [--rate 1000] [--seconds 20]

A real store, server and stream in this process; the consoles are sockets of another, which read
all that comes and check that each revision comes once and in order. Each second's alerts are
committed at once, in transactions of 250 as the inbox would; events are not cross-checked here,
since what is measured is the way from the commit to the consoles.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import msgspec
import numpy as np
import uuid_utils
from rich.console import Console as Terminal

from benchmarks.figures import Result, once
from center import record
from center.access import Access
from center.alert import Alert
from center.announcing import Announcing
from center.api import app
from center.audit import Audit
from center.boxes import Boxes
from center.clock import SystemClock
from center.commanding import Commanding
from center.config import Console, Reports
from center.copying import copy
from center.desk import Desk
from center.feeding import Feeding
from center.hub import Hub
from center.listing import Listing
from center.liveviews import LiveViews
from center.reporting.making import Making
from center.seconding import Seconding
from center.store import Store
from center.tables import alerts
from center.taskstore import Links
from center.watchlist import WatchList
from center.web import Server, bound
from center.working import Working

STREAM = "consoles in a burst"
LOST, WRONG = "alerts lost", "doubled or out of order"
AT_ONCE = 250
PATIENCE_S = 120.0
_ID = b"\nid: "


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one console got.

    alerts  how many
    wrong   how often one was told twice or out of order
    at      revisions, and the Unix time at which it had them
    """

    alerts: int
    wrong: int
    at: tuple[tuple[int, float], ...]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All consoles together.

    lost    alerts that a console was not told, over all consoles
    wrong   told twice or out of order
    cpu     share of a core that store, server and stream took
    """

    consoles: int
    alerts: int
    lost: int
    wrong: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    cpu: float
    took_s: float


def figures(*, consoles: int = 200, rate: int = 1000, seconds: int = 15) -> Result:
    """The same as figures."""
    told = run(consoles=consoles, rate=rate, seconds=seconds)
    rows = {
        LOST: (float(told.lost), ".0f"), WRONG: (float(told.wrong), ".0f"),
        "ms from commit to console, median": (told.p50_ms, ".0f"), "p95": (told.p95_ms, ".0f"),
        "worst": (told.worst_ms, ".0f"), "cores for store, server and stream": (told.cpu, ".2f"),
    }  # fmt: skip
    return Result(once(STREAM, f"{consoles} consoles, {told.alerts} alerts", rows))


def run(*, consoles: int, rate: int, seconds: int) -> Measured:
    """Serve that many consoles that many alerts a second."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_served(Path(folder), consoles, rate, seconds))


async def _served(folder: Path, consoles: int, rate: int, seconds: int) -> Measured:
    with closing(Store(folder / "center.db")) as store:
        hub, changed = Hub(), asyncio.Event()
        async with _serving(folder, store, hub, changed) as port:
            ours, theirs = multiprocessing.Pipe()
            context = multiprocessing.get_context("spawn")
            child = context.Process(
                target=listen, args=(theirs, port, consoles, rate * seconds), daemon=True
            )
            child.start()
            while hub.listeners < consoles:  # noqa: ASYNC110  # the hub tells nobody who comes
                await asyncio.sleep(0.05)
            began_s, cpu_s = time.monotonic(), _cpu_s()
            committed = list[tuple[int, float]]()
            for second in range(seconds):
                loop = asyncio.get_running_loop()
                committed += await asyncio.to_thread(_burst, store, rate, changed, loop)
                await asyncio.sleep(max(0.0, began_s + second + 1 - time.monotonic()))
            heard: list[Heard] = await asyncio.to_thread(ours.recv)
            took_s, used_s = time.monotonic() - began_s, _cpu_s() - cpu_s
            hub.close()
            child.join()
    return _measured(heard, committed, used_s / took_s, took_s)


@asynccontextmanager
async def _serving(
    folder: Path, store: Store, hub: Hub, changed: asyncio.Event
) -> AsyncIterator[int]:
    """The port of a centre's API and stream over a store, without a broker."""
    (folder / "watch.yaml").write_text("places: []")
    clock, is_open = SystemClock(), asyncio.Event()
    boxes, listed = Boxes((), clock), WatchList(places=())
    listing = Listing(folder / "watch.yaml", store, clock, lambda _: None)
    desk = Desk("bench", store, boxes, clock)
    feeding = Feeding(desk, hub, changed, is_open, Announcing(), listed=lambda: listed)
    working = Working(
        store, clock, changed.set, watch_list=lambda: listed, patrols=(), links=Links(b"k"),
        new_id=_new_id,
    )  # fmt: skip

    async def held() -> None:
        return None

    commanding = Commanding(clock)

    api = app(
        desk, hub, working=working, commanding=commanding, seconding=Seconding(listing, asks=False),
        status=feeding.status, held=held, names=frozenset(),
        audit=Audit(folder / "audit.jsonl"), access=Access(store, desk.boxes, working.watch_list),
        live=LiveViews(commanding, clock),
        reports=Making("bench", Reports(), store, clock, working.watch_list),
    )  # fmt: skip
    with closing(bound(Console(port=18080))) as listening:
        server = Server(api, listening, ready=lambda: None)
        work = [server.keep(), feeding.keep_alerts(), feeding.keep_status()]
        tasks = [asyncio.create_task(each) for each in work]
        try:
            yield int(listening.getsockname()[1])
        finally:
            await server.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _burst(
    store: Store, many: int, changed: asyncio.Event, loop: asyncio.AbstractEventLoop
) -> list[tuple[int, float]]:
    """Commit new alerts, and tell; the last revision of each commit and its Unix time."""
    committed = list[tuple[int, float]]()
    for start in range(0, many, AT_ONCE):
        number = min(AT_ONCE, many - start)
        with store.write() as connection:
            last = record.revisions(connection, number)
            rows = [record.alert_row(_alert(last - number + one + 1)) for one in range(number)]
            copy(connection, alerts, rows)
        committed.append((last, time.time()))
        loop.call_soon_threadsafe(changed.set)
    return committed


def _alert(revision: int) -> Alert:
    now = datetime.now(UTC)
    return Alert(
        id=_new_id(), revision=revision, place="yard", place_name="Depot yard, north gate",
        rule="intrusion", label="person", grade=2, opened_at=now, first_at=now, last_at=now,
        captured_at=now,
        cameras=("yard-east", "yard-west"), merge_s=120, acknowledge_by=now,
        why="intrusion of class person at Depot yard, armed always; 2 events from 2 cameras",
        steps=("Look at both cameras of the yard", "Send the nearest patrol"),
    )  # fmt: skip


def _new_id() -> str:
    return str(uuid_utils.uuid7())


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def listen(pipe: Pipe, port: int, consoles: int, until: int) -> None:
    """Be the consoles until each has been told of the last revision; what they heard."""

    async def all_of_them() -> list[Heard]:
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(lambda: Listening(until), "127.0.0.1", port)
            for _ in range(consoles)
        ]
        return [await listening.heard() for _, listening in made]

    pipe.send(asyncio.run(all_of_them()))


class Listening(asyncio.Protocol):
    """One console. HTTP 1.0 has no chunks that would stand in the text's way.

    Each piece that is read must begin with the number after the last, and hold as many as from its
    first to its last: cheap enough for hundreds of consoles on one core.
    """

    def __init__(self, until: int) -> None:
        self.until, self.over = until, asyncio.Event()
        self.rest, self.last, self.alerts, self.wrong = b"", 0, 0, 0
        self.at = list[tuple[int, float]]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        self.transport = transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(b"GET /api/stream HTTP/1.0\r\nHost: localhost\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        """Read on."""
        whole, _, self.rest = (self.rest + data).rpartition(b"\n\n")
        count = whole.count(_ID)
        if not count:
            return
        first, last = _number(whole, whole.find(_ID)), _number(whole, whole.rfind(_ID))
        self.wrong += (first, last) != (self.last + 1, self.last + count)
        self.last, self.alerts = last, self.alerts + count
        self.at.append((last, time.time()))
        if last >= self.until:
            self.over.set()

    def connection_lost(self, _: Exception | None) -> None:
        """There is no more."""
        self.over.set()

    async def heard(self) -> Heard:
        """What it got by the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), PATIENCE_S)
        self.transport.close()
        return Heard(alerts=self.alerts, wrong=self.wrong, at=tuple(self.at))


def _number(text: bytes, at: int) -> int:
    start = at + len(_ID)
    return int(text[start : text.index(b"\n", start)])


def _measured(
    heard: list[Heard], committed: list[tuple[int, float]], cpu: float, took_s: float
) -> Measured:
    """From the commit of a revision to each console, for the last revision of all that it read."""
    revisions, times = (np.array(column) for column in zip(*committed, strict=True))
    at = np.array([sample for one in heard for sample in one.at])
    late = (at[:, 1] - times[np.searchsorted(revisions, at[:, 0])]) * 1000
    alerts = int(revisions[-1])
    return Measured(
        consoles=len(heard),
        alerts=alerts,
        lost=sum(alerts - one.alerts for one in heard),
        wrong=sum(one.wrong for one in heard),
        p50_ms=float(np.percentile(late, 50)),
        p95_ms=float(np.percentile(late, 95)),
        worst_ms=float(late.max()),
        cpu=cpu,
        took_s=took_s,
    )


def main() -> None:
    """Measure, and print."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--consoles", type=int, default=200)
    asked.add_argument("--rate", type=int, default=1000)
    asked.add_argument("--seconds", type=int, default=20)
    options = asked.parse_args()
    told = run(consoles=options.consoles, rate=options.rate, seconds=options.seconds)
    Terminal().print(
        f"{told.consoles} consoles, {told.alerts} alerts in bursts of {options.rate} a second, "
        f"{told.took_s:.1f} s: {told.lost} lost, {told.wrong} doubled or out of order; from "
        f"commit to console {told.p50_ms:.0f} ms median, {told.p95_ms:.0f} ms p95, "
        f"{told.worst_ms:.0f} ms worst; {told.cpu:.2f} cores for store, server and stream"
    )


if __name__ == "__main__":
    main()
