"""Clips with their truth in, a table and JSON out: our tracker, and others on the same boxes."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from models.load import chosen, object_network
from pipelines.errors import ConfigError
from tocsin.evaluate.clip import PLANS, Plan, Shot, Watching, length_s, shots
from tocsin.evaluate.following import PEERS, others, ours
from tocsin.evaluate.scoring import TRACKEVAL, Followed, Measures, scored
from tocsin.evaluate.workshop import Talk, noted
from tocsin.room import make_room

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be evaluated.

    pairs  clips with their truth
    model  a name of the catalogue
    label  the class that the truth is about
    score  under which a finding is none
    plan   which parts of a frame the network is shown
    fps    frames per second that are taken; 0 for all
    peers  whether other trackers are asked, too
    """

    pairs: tuple[tuple[Path, Path], ...]
    model: str
    label: str
    score: float
    plan: Plan
    fps: float
    peers: bool


class Row(Measures, frozen=True, kw_only=True):
    """One tracker over all clips.

    us_per_frame  microseconds that the tracker alone took, the network not counted
    settings      of a peer, the best of several by HOTA
    clips         the measures of each clip
    """

    us_per_frame: float
    settings: str = ""
    clips: dict[str, Measures]


class Report(Row, frozen=True, kw_only=True):
    """Our tracker's row, and those of its peers by name.

    model        the network that was shown the frames, never `auto`
    onnxruntime  the version of what ran it: scores differ a little between versions
    """

    model: str
    onnxruntime: str
    plan: str
    frames: int
    peers: dict[str, Row]


def pairs(clips: Sequence[Path], truths: Sequence[Path]) -> tuple[tuple[Path, Path], ...]:
    """Clips and truths as they were given. Raises ConfigError."""
    if len(clips) != len(truths):
        raise ConfigError(f"{len(clips)} clips and {len(truths)} --truth: give one for each clip")
    return tuple(zip(clips, truths, strict=True))


def planned(plan: str, fps: float) -> Plan:
    """A plan by its name, if it can take so many frames per second. Raises ConfigError."""
    if plan == "live" and fps:
        raise ConfigError(f"--plan live --fps {fps:g}: a box chooses its looks: leave --fps out")
    for known in PLANS:
        if plan == known:
            return known
    raise ConfigError(f"--plan {plan}: no such plan; there are: {', '.join(PLANS)}")


def run(order: Order, *, json_file: Path | None) -> Report:
    """Look at the clips once, follow what was seen, print the table and write the JSON.

    Raises ConfigError, ModelError or StreamError.
    """
    if json_file is not None:
        make_room(json_file)
    console = Console(width=None if sys.stdout.isatty() else 132)
    said: list[str] = []
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        clips = _seen(order, progress)
        said += [
            f"{clip}: nothing moves in it at which a box would look"
            for (clip, _), shown in zip(order.pairs, clips, strict=True)
            if all(shot.look is None for shot in shown)
        ]
        task = progress.add_task("", total=None)
        report = _report(order, clips, lambda now: progress.update(task, description=now), said)
    console.print(table(report))
    for line in said:
        console.print(line, highlight=False, soft_wrap=True)
    if json_file is not None:
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return report


def table(report: Report) -> Table:
    """The rows as a person reads them."""
    result = Table(title="Tracks against the truth, on the same boxes")
    result.add_column("tracker")
    for name in ("precision", "recall", "F1", "HOTA", "IDF1", "MOTA", "switches", "µs per frame"):
        result.add_column(name, justify="right")
    for name, row in {"tocsin": report, **report.peers}.items():
        shares = (row.precision, row.recall, row.f1, row.hota, row.idf1, row.mota)
        told = [f"{share:.3f}" for share in shares]
        result.add_row(name, *told, str(row.id_switches), f"{row.us_per_frame:.0f}")
    if len(report.clips) > 1:
        for name, each in report.clips.items():
            shares = (each.precision, each.recall, each.f1, each.hota, each.idf1, each.mota)
            told = [f"{share:.3f}" for share in shares]
            result.add_row(f"tocsin, {name}", *told, str(each.id_switches), "")
    return result


def _seen(order: Order, progress: Progress) -> list[list[Shot]]:
    """Show all clips to the network."""
    network = object_network(order.model, minimum_score=order.score)
    watching = Watching(network, order.label, order.plan, order.fps, network.sight)
    clips = []
    for clip, truth in order.pairs:
        task = progress.add_task(clip.name, total=length_s(clip) or None)
        advanced = partial(_advanced, progress, task)
        clips.append(shots(clip, truth, watching, advanced))
    return clips


def _advanced(progress: Progress, task: TaskID, at_s: float) -> None:
    progress.update(task, completed=at_s)


def _report(order: Order, clips: list[list[Shot]], tell: Tell, said: list[str]) -> Report:
    """Follow and measure; what cannot be asked is told in `said`."""
    names = [clip.name for clip, _ in order.pairs]
    with noted(tell, TRACKEVAL).opened() as talk:
        tell("following")
        mine = _row(talk, clips, ours(clips), names)
        peers = _peers(talk, clips, names, tell, said) if order.peers else {}
    return Report(
        **msgspec.structs.asdict(mine), model=chosen(order.model).name,
        onnxruntime=version("onnxruntime"), plan=order.plan, frames=sum(map(len, clips)),
        peers=peers,
    )  # fmt: skip


def _peers(
    talk: Talk, clips: list[list[Shot]], names: list[str], tell: Tell, said: list[str]
) -> dict[str, Row]:
    """Each peer at the best of its settings."""
    best: dict[str, Row] = {}
    for shop in PEERS:
        try:
            tell(f"asking {noted(tell, shop).name}")
            runs = others(shop, clips)
        except ConfigError as error:
            said.append(f"left out: {error}")
            continue
        for followed in runs:
            row = _row(talk, clips, followed, names)
            if followed.name not in best or row.hota > best[followed.name].hota:
                best[followed.name] = row
    return best


def _row(talk: Talk, clips: list[list[Shot]], followed: Followed, names: list[str]) -> Row:
    truth = [[shot.truth for shot in clip] for clip in clips]
    result = scored(talk, truth, followed)
    return Row(
        **msgspec.structs.asdict(result.pooled),
        us_per_frame=round(followed.us_per_frame, 1),
        settings=followed.settings,
        clips=dict(zip(names, result.clips, strict=True)),
    )
