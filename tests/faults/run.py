"""A seed and a length in, a site under faults and the verdict on it out.

python -m tests.faults.run [--seed N] [--seconds S | --kills N] [--store postgresql|sqlite]
                           [--rate N] [--only KIND …] [--no-real] [--json FILE] [--report FILE]
                           [--keep]

Rounds of faults (`schedule`) befall a running site (`site`); after each, everything must be whole
again by itself within a bound (`settling`); at the end the store, the alerts and what people were
told are held against what the boxes believe (`verdict`). A failing run prints its seed and keeps
its folder; one that is asked to end (Ctrl-C, SIGTERM) ends with its round, and is judged.
"""

import argparse
import logging
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.postgres import BIN
from pipelines.errors import StoreError
from tests.faults import nemesis, report
from tests.faults.book import UNREADABLE
from tests.faults.checker import Violation
from tests.faults.nemesis import Done
from tests.faults.schedule import Round, rounds
from tests.faults.settling import bound_s, settle, unconfirmed
from tests.faults.site import DRAWN, Site, running
from tests.faults.town import REAL
from tests.faults.verdict import Figures, judge, untold

_PER_S, _MANY_KILLS_PER_S = 25.0, 8.0  # where many are killed, starting again is the work
_log = logging.getLogger("faults.run")
_asked_to_end = threading.Event()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked for; it ends with the round in which one of the two is reached."""

    seed: int
    seconds: float = float("inf")
    kills: int | None = None
    database: bool = False
    real: bool = True
    per_s: float = _PER_S
    kills_a_round: int = 4
    span_s: float = 6.0
    only: tuple[str, ...] = ()


@dataclass(slots=True)
class Ran:
    """What came of it.

    ended  somebody asked it to end
    """

    wanted: Wanted
    done: Done = field(default_factory=Done)
    rounds: int = 0
    seconds: float = 0.0
    ended: bool = False
    recovered_s: list[float] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    broken: list[Violation] = field(default_factory=list)
    figures: Figures | None = None


def run(wanted: Wanted, folder: Path) -> Ran:
    """Run rounds until it is enough or something is broken, then judge."""
    logging.basicConfig(
        filename=folder / "harness.log", level=logging.INFO, format="%(asctime)s %(message)s"
    )
    ran = Ran(wanted)
    with running(folder, database=wanted.database, real=wanted.real, per_s=wanted.per_s) as site:
        ran.not_run = nemesis.absent(site)
        first = settle(site)
        ran.broken += _away(first.away, "before any fault")
        begun_s = time.monotonic()
        for each in _rounds(wanted, site, ran.not_run):
            if ran.broken or _enough(ran, time.monotonic() - begun_s):
                break
            _befall(site, each, ran.done)
            settled = settle(site)
            ran.rounds, ran.recovered_s = each.number, [*ran.recovered_s, settled.took_s]
            ran.broken += _away(settled.away, f"after round {each.number}")
            _say(each, ran, settled.took_s)
        ran.seconds, ran.ended = time.monotonic() - begun_s, _asked_to_end.is_set()
        if restless := _rest(site):
            ran.broken += restless  # what still moves cannot be held against anything
        else:
            broken, ran.figures = judge(site, ran.done)
            ran.broken += broken
    return ran


def _rounds(wanted: Wanted, site: Site, not_run: dict[str, str]) -> Iterator[Round]:
    possible = [
        kind for kind in sorted(nemesis.kinds(site))
        if kind not in not_run and (not wanted.only or kind.startswith(wanted.only))
    ]  # fmt: skip
    often = nemesis.OFTEN if wanted.kills else {}
    return rounds(
        wanted.seed, possible, kills=wanted.kills_a_round, span_s=wanted.span_s, often=often
    )


def _enough(ran: Ran, lasted_s: float) -> bool:
    kills, wanted = ran.done.kills.total(), ran.wanted
    is_dead_enough = wanted.kills is not None and kills >= wanted.kills
    return _asked_to_end.is_set() or lasted_s >= wanted.seconds or is_dead_enough


def _befall(site: Site, each: Round, done: Done) -> None:
    """Do a round's faults, each at its moment and in its own time."""
    harms, threads = nemesis.kinds(site), list[threading.Thread]()
    begun_s = time.monotonic()
    for fault in each.faults:
        time.sleep(max(0.0, begun_s + fault.at_s - time.monotonic()))
        harm = harms[fault.kind]
        _log.info("round=%d does=%s lasts_s=%.1f", each.number, fault.kind, fault.lasts_s)
        threads.append(threading.Thread(target=harm, args=(site, fault, done), name=fault.kind))
        threads[-1].start()
    for thread in threads:
        thread.join()


def _rest(site: Site) -> list[Violation]:
    """Let the boxes tell what they still have and end, and the centre tell of it."""
    for box in DRAWN:
        site.kept[f"{box}.teller"].end()
    if REAL in site.kept:
        site.kept[REAL].end()
    until_s = time.monotonic() + bound_s()
    away: tuple[str, ...] = ("nothing was asked",)
    while time.monotonic() < until_s:
        away = tuple(_unfinished(site))
        if not away:
            break
        time.sleep(0.5)
    return _away(away, "at the end")


def _unfinished(site: Site) -> Iterator[str]:
    for box in site.boxes():
        try:
            site.book.drain(box)
        except UNREADABLE as error:
            yield f"the spool of {box}: {error}"
        if box in DRAWN and site.book.accounts[box].said.waiting:
            yield f"{box} has not sent all"
    yield from unconfirmed(site, set(site.book.unconfirmed))
    try:
        if left := untold(site):
            yield f"{left} messages"
    except StoreError as error:
        yield f"the store: {error}"


def _away(what: tuple[str, ...], when: str) -> list[Violation]:
    return [Violation("away", when, f"not back within {bound_s():.0f} s: {each}") for each in what]


def _say(each: Round, ran: Ran, took_s: float) -> None:
    kinds = " ".join(fault.kind for fault in each.faults)
    kills = ran.done.kills.total()
    sys.stdout.write(f"round={each.number} kills={kills} whole_after_s={took_s:.1f} {kinds}\n")
    sys.stdout.flush()


def main() -> int:
    """Run, report, and say by the exit code whether all promises were kept."""
    asked = _asked()
    seed = random.SystemRandom().randrange(1 << 31) if asked.seed is None else asked.seed
    database = asked.store == "postgresql"
    wanted = Wanted(
        seed, per_s=asked.rate or (_MANY_KILLS_PER_S if asked.kills else _PER_S),
        kills=asked.kills, database=database, real=not asked.no_real,
        only=tuple(asked.only),
        seconds=asked.seconds if asked.seconds is not None else float("inf"),
        kills_a_round=36 if asked.kills else 4, span_s=15.0 if asked.kills else 6.0,
    )  # fmt: skip
    sys.stdout.write(f"seed={seed} store={asked.store}\n")
    sys.stdout.flush()  # whoever ends us must know it
    folder = Path(tempfile.mkdtemp(prefix="tocsin-faults-"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _asked_to_end.set())
    ran = run(wanted, folder)
    sys.stdout.write(report.text(ran))
    if asked.json:
        asked.json.write_bytes(report.as_json(ran))
    if asked.report:
        asked.report.write_text(report.page(ran))
    if ran.broken or asked.keep:
        sys.stdout.write(f"kept={folder}\n")
    else:
        shutil.rmtree(folder)
    return 1 if ran.broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--seed", type=int)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=float)
    length.add_argument("--kills", type=int)
    stores = ("postgresql", "sqlite")
    there = stores[0] if (BIN / "initdb").exists() else stores[1]
    parser.add_argument("--store", choices=stores, default=there)
    parser.add_argument("--rate", type=float, help="events a second of a drawn box")
    parser.add_argument("--only", action="append", default=[], metavar="KIND")
    parser.add_argument("--no-real", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
