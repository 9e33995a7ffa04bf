"""A recording and a box's file in; its events as a table, as JSON and on an annotated video out."""

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import msgspec
from av.error import FFmpegError
from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from edge import logs
from edge.config import Camera, load
from edge.worker import load_networks
from pipelines.errors import ConfigError, StreamError, TocsinError
from tocsin.cameras import chosen
from tocsin.demo.clips import write_clip
from tocsin.replay.drawing import Artist
from tocsin.replay.notes import Notes, Progressed, Replay, remarks, tables
from tocsin.replay.playing import Player
from tocsin.room import make_room

FPS = 5
"""Pictures per second of the video: each is redacted for itself, and that takes its time."""

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
"""When a clip is assumed to begin unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played.

    camera   id in the file; may be empty where the file has but one
    start    when the clip is assumed to begin
    begin_s  where the part begins that is watched, in seconds of the clip
    end_s    where it ends
    """

    clip: Path
    config: Path
    camera: str = ""
    start: datetime = MIDNIGHT
    begin_s: float = 0.0
    end_s: float = float("inf")


def run(order: Order, *, json_file: Path | None = None, video: Path | None = None) -> Replay:
    """Play the clip, print the table, write what was asked for.

    Raises ConfigError, ModelError or StreamError.
    """
    logs.begin("ERROR")
    config = load(order.config)
    camera = _at_the_clip(chosen(config, order.camera, order.config), order.clip)
    for option, file in (("--json", json_file), ("--video", video)):
        if file is not None:
            make_room(file, option)
    networks = load_networks(config.detector)
    start_s = order.start.timestamp()
    player = Player(config, camera, networks.objects, start_s, networks.sight)
    artist = Artist(camera, networks.snapshot, order.start)
    notes = Notes(order.clip, camera, order.start, order.begin_s)
    console = Console(width=None if sys.stdout.isatty() else 132)
    with _bar(order, console) as progressed:
        moments = player.moments(begin_s=order.begin_s, end_s=order.end_s)
        watched = notes.taken(moments, progressed)
        if video is None:
            deque(watched, maxlen=0)
        else:
            film = artist.film(watched, begin_s=order.begin_s, fps=FPS)
            with _writing(video, "--video"):
                write_clip(video, film, fps=FPS)
    if not notes.frames:
        raise _nothing(order)
    replay = notes.replay(blank=artist.blank)
    for table in tables(replay):
        console.print(table)
    for line in remarks(replay):
        console.print(line, highlight=False, soft_wrap=True)
    if json_file is not None:
        with _writing(json_file, "--json"):
            json_file.write_bytes(msgspec.json.format(msgspec.json.encode(replay), indent=2))
    return replay


def _nothing(order: Order) -> TocsinError:
    """Why no picture was seen."""
    if order.begin_s > 0:
        length_s = _length_s(order.clip) or 0.0
        return ConfigError(f"--from {order.begin_s:g}: {order.clip} ends at {length_s:.0f} s")
    return StreamError(f"{order.clip}: holds no picture that can be decoded")


def moment_of(said: str) -> datetime:
    """When a clip shall be assumed to begin; without a zone it is this machine's time.

    Raises ConfigError.
    """
    if not said:
        return MIDNIGHT
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise ConfigError(f"--at {said}: no moment; write it so: 2026-01-01T08:00:00") from error
    return moment if moment.tzinfo else moment.astimezone()


def _at_the_clip(camera: Camera, clip: Path) -> Camera:
    """The camera as if the clip were its stream, read as fast as it goes."""
    stream = replace(camera.stream, realtime=False, loop=False)
    return replace(
        camera, url=str(clip.resolve()), substream="", username="", mode="full", stream=stream
    )


@contextmanager
def _writing(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{option} {path}: cannot be written: {error.strerror}") from error


@contextmanager
def _bar(order: Order, console: Console) -> Iterator[Progressed]:
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        length_s = _length_s(order.clip)
        part_s = None if length_s is None else min(length_s, order.end_s) - order.begin_s
        task = progress.add_task(order.clip.name, total=part_s)
        yield lambda at_s: progress.update(task, completed=at_s - order.begin_s)


def _length_s(clip: Path) -> float | None:
    """How long a clip says it is; None when it does not say, or cannot be opened."""
    try:
        with av.open(str(clip)) as container:
            return None if container.duration is None else container.duration / av.time_base
    except (FFmpegError, OSError):
        return None
