"""What is asked for in, a fleet that has spoken to a centre out, and the exit code.

Everything that it starts ends with it: at the end of its time, on Ctrl-C or on SIGTERM.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console

from pipelines.errors import ConfigError
from tocsin.demo.run import ended_by_signals
from tocsin.room import make_room
from tocsin.simulate import centre as centres
from tocsin.simulate import report as reports
from tocsin.simulate.asked import Asked
from tocsin.simulate.centre import Running
from tocsin.simulate.course import Course
from tocsin.simulate.fleet import Fleet
from tocsin.simulate.host import FILES_EACH, allow_files
from tocsin.simulate.ids import BOXES, RUNS
from tocsin.simulate.job import Job
from tocsin.simulate.report import Report
from tocsin.simulate.workload import sites

_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of ours within it


def run(asked: Asked, *, json_file: Path | None, console: Console | None = None) -> int:
    """Simulate, tell and return the exit code: 0 when nothing was lost.

    Raises TocsinError when a part does not come up or dies.
    """
    console = console or Console()
    asked = checked(asked)
    if json_file is not None:
        make_room(json_file)
    report = simulate(asked, console)
    console.print(reports.table(report))
    if json_file is not None:
        reports.write(report, json_file)
    if report.wrong:
        console.print(f"wrong: {report.wrong}", style="red", soft_wrap=True)
    return 1 if report.wrong else 0


def simulate(asked: Asked, console: Console) -> Report:
    """Run a fleet against a centre, and judge what became of its events."""
    with ended_by_signals(), contextlib.ExitStack() as held:
        folder = Path(
            held.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-fleet-", dir=asked.state))
        )
        spools = held.enter_context(_spools(asked))
        with console.status("starting the centre"):
            centre = held.enter_context(_centre(asked, folder))
        run_number = secrets.randbelow(RUNS)
        fleet = held.enter_context(Fleet(_jobs(asked, centre, spools, run_number)))
        return Course(asked, centre, fleet, run_number, console).run()


def checked(asked: Asked) -> Asked:
    """The same, if it can be. Raises ConfigError."""
    most = min(asked.cameras, BOXES)
    if not 1 <= asked.dealt <= most:
        raise ConfigError(
            f"--boxes {asked.dealt}: for {asked.cameras} cameras there are from 1 to {most}"
        )
    if asked.brokers not in {1, 3}:
        raise ConfigError(f"--brokers {asked.brokers}: take 1, or 3, which can outvote one")
    if asked.centres > 1 and asked.store != "postgresql" and asked.at is None:
        raise ConfigError(
            f"--aggregators {asked.centres}: several share a database; take --store postgresql"
        )
    for option, folder in (("--state", asked.state), ("--spools", asked.spools)):
        if folder is not None and not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigError(f"{option} {folder}: no folder in which one may write; make it first")
    processes = max(1, min(asked.processes, asked.dealt))
    allow_files(FILES_EACH * -(-asked.dealt // processes) + 100)
    return msgspec.structs.replace(asked, processes=processes)


def _jobs(asked: Asked, centre: Running, spools: Path, run_number: int) -> list[Job]:
    """The boxes, dealt out to processes."""
    whole = list(zip(centre.sites, centre.passwords, strict=True))
    most = None if asked.events is None else -(-asked.events // len(whole))
    jobs = []
    for number in range(asked.processes):
        dealt = whole[number :: asked.processes]
        jobs.append(
            Job(
                run=run_number, seed=asked.seed, sites=tuple(site for site, _ in dealt),
                passwords=tuple(secret for _, secret in dealt), brokers=centre.brokers,
                folder=str(spools), per_s=asked.per_s / asked.cameras, day_in_s=asked.day_in,
                picture_kib=asked.picture_kib, flat_out=asked.flat_out, most=most,
            )
        )  # fmt: skip
    return jobs


@contextlib.contextmanager
def _centre(asked: Asked, folder: Path) -> Iterator[Running]:
    if asked.at is not None:
        with centres.found(asked.at, cameras=asked.cameras, boxes=asked.boxes) as running:
            yield running
        return
    dealt = sites(asked.dealt, asked.cameras)
    with centres.started(
        folder, dealt, database=asked.store == "postgresql", brokers=asked.brokers,
        centres=asked.centres,
    ) as running:  # fmt: skip
        yield running


@contextlib.contextmanager
def _spools(asked: Asked) -> Iterator[Path]:
    """A folder for the spools that goes with the run."""
    where = asked.spools or (_MEMORY if _MEMORY.is_dir() else None)
    with tempfile.TemporaryDirectory(prefix="tocsin-spools-", dir=where) as folder:
        yield Path(folder)
