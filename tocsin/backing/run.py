"""A centre's file and a backup's in, the one written from the other, with a bar."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from center.backup.archive import Told
from center.backup.manifest import Manifest
from center.backup.restoring import restore as restored
from center.backup.taking import take
from center.clock import SystemClock
from center.config import load


def backup(config: Path, file: Path) -> None:
    """Write a backup and say what is in it. Raises ConfigError or StoreError."""
    loaded, (by, at) = load(config), _who_and_when()
    with _bar(file) as told:
        manifest = take(loaded, file, by=by, at=at, told=told)
    sys.stdout.write(f"{file}: {_said(manifest)}\n")
    if loaded.broker.url is not None:
        sys.stdout.write("its broker stands by itself: what that holds is not in it\n")
    elif not manifest.at_rest:
        sys.stdout.write(
            "the centre runs: what its broker holds that is not stored yet is not in it; to move a "
            "centre, stop it first\n"
        )


def restore(file: Path, config: Path) -> None:
    """Fill an empty centre and say with what. Raises ConfigError or StoreError."""
    loaded, (by, at) = load(config), _who_and_when()
    with _bar(file) as told:
        manifest = restored(file, loaded, by=by, at=at, told=told)
    sys.stdout.write(f"{loaded.name}: {_said(manifest)}; start it: tocsin center run {config}\n")


def _said(manifest: Manifest) -> str:
    rows = {table.name: table.rows for table in manifest.tables}
    broker = "the broker's files" if manifest.has_broker else "no broker's files"
    return (
        f"{rows['events']} events, {rows['alerts']} alerts, {rows['users']} users, the watch list, "
        f"the audit, {broker}, of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
    )


def _who_and_when() -> tuple[str, datetime]:
    """As the audit has it; being told to stop ends in order, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    return f"terminal:{getuser()}", datetime.fromtimestamp(SystemClock().now_s(), UTC)


@contextmanager
def _bar(file: Path) -> Iterator[Told]:
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(file.name)

        def told(what: str, done: int, total: int) -> None:
            progress.update(
                task, description=f"{file.name}: {what}", completed=done, total=max(total, 1)
            )

        yield told
