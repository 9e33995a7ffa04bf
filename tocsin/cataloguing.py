"""The catalogue of networks in, a table of what is there and whether it is sound out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Column, Table

from models.adding import add, free_name
from models.catalogue import CATALOGUE, Entry, added, own_folder, path_of
from models.choosing import choice
from models.coco import LABELS
from models.fetching import Told, fetch
from models.load import detector, face_network
from models.releases import RELEASES, Release
from pipelines.errors import ConfigError, ModelError

_BLANK_PX = 416


def list_models(console: Console, folder: Path | None = None) -> None:
    """Print what the catalogue says, what `auto` means here, and what can be fetched."""
    name_whole = Column("name", no_wrap=True)
    table = Table(name_whole, "finds", "input", "labels", "licence", "source", box=None)
    listed = _all(folder)
    for each in listed:
        labels = _labels(each)
        table.add_row(each.name, each.finds, each.input, labels, each.licence, each.source)
    console.print(table)
    name, why = choice()
    console.print(f"\nauto: {name} ({why})", highlight=False)
    there = {each.name for each in listed}
    missing = [release.name for release in RELEASES if release.name not in there]
    if missing:
        console.print(f"tocsin models fetch: {', '.join(missing)}", highlight=False)


def verify_models(console: Console, folder: Path | None = None) -> None:
    """Check every file's hash and run every network once.

    Raises ModelError that names all that failed.
    """
    failed = [problem for each in _all(folder) if (problem := _problem(each, console))]
    if failed:
        raise ModelError("; ".join(failed))


def add_model(
    file: Path,
    console: Console,
    *,
    folder: Path | None = None,
    name: str = "",
    labels: tuple[str, ...] = (),
    family: str = "",
) -> None:
    """Take a user's file in. Raises ConfigError, ModelError."""
    made = add(file, folder=folder or own_folder(), name=name, labels=labels, family=family)
    _say(made, console)


def fetch_model(name: str, console: Console, *, folder: Path | None = None) -> None:
    """Fetch a network from its makers. Raises ConfigError, ModelError."""
    found = next((release for release in RELEASES if release.name == name), None)
    if found is None:
        known = ", ".join(release.name for release in RELEASES)
        raise ConfigError(f"no model {name!r} can be fetched; there are: {known}")
    fetch_release(found, console, folder=folder or own_folder())


def fetch_release(release: Release, console: Console, *, folder: Path) -> None:
    """Fetch, check and add. Raises ConfigError, ModelError."""
    free_name(release.name, folder)
    whole = folder / f".{release.name}.fetched"
    with _bar(release, console) as told:
        fetch(release.url, whole, sha256=release.sha256, told=told)
    try:
        made = add(
            whole, folder=folder, name=release.name, family=release.family,
            licence=release.licence, source=release.source,
        )  # fmt: skip
    finally:
        whole.unlink(missing_ok=True)
    _say(made, console)


@contextmanager
def _bar(release: Release, console: Console) -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(release.name, total=release.size)
        yield lambda has, of: progress.update(task, completed=has, total=of or release.size)


def _say(made: Entry, console: Console) -> None:
    console.print(
        f"{made.name}: {made.family}, {_labels(made)}, sha256 {made.sha256[:12]}…, {made.file}\n"
        f"use it with `detector: {{model: {made.name}}}`",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


def _all(folder: Path | None) -> tuple[Entry, ...]:
    return CATALOGUE + added(folder or own_folder())


def _labels(each: Entry) -> str:
    if each.labels == LABELS:
        return "COCO-80"
    more = f" and {len(each.labels) - 3} more" if len(each.labels) > 3 else ""
    return ", ".join(each.labels[:3]) + more


def _problem(each: Entry, console: Console) -> str:
    try:
        path_of(each)
        blank = np.zeros((_BLANK_PX, _BLANK_PX, 3), np.uint8)
        network = face_network() if each.finds == "faces" else detector(each, minimum_score=0.4)
        network(blank)
    except ModelError as error:
        console.print(f"{each.name}: {error}", style="bold", highlight=False)
        return str(error)
    console.print(f"{each.name}: sha256 {each.sha256[:12]}… matches, runs", highlight=False)
    return ""
