"""Configurations in, a short account of what they say out, or the error that names a fault."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from center import config as center_config
from center import watchlist
from center.admission import held, lacking
from center.clock import SystemClock
from center.config import CenterConfig
from center.entries import names_of
from center.telling.whom import unknown
from center.watchlist import WatchList
from disk.texts import text_in
from edge import config as edge_config
from edge.config import Camera, EdgeConfig
from edge.labels import check_persons
from models.catalogue import Entry, entry, path_of
from models.coco import LABELS
from pipelines.errors import ConfigError
from pipelines.notation import valued
from pipelines.rules import AnyRule, LineCrossing, OfThings, name_of
from pipelines.schedule import Schedule
from pipelines.settings import lined
from tocsin.matching import BoxFile, faults, idle


def check(paths: Sequence[Path], console: Console) -> None:
    """Check files of boxes, a centre or a watch list, told apart by their keys.

    Boxes' files that come with a centre's are held against it and its watch list.

    Raises ConfigError or ModelError.
    """
    boxes, centers = list[BoxFile](), list[tuple[CenterConfig, WatchList]]()
    for path in paths:
        keys = _keys(path)
        if is_of_box(path):
            boxes.append(BoxFile(path, _box(path, console)))
        elif "entries" in keys or "places" in keys:
            listed = watchlist.load(path)
            _watch_list(path, listed, console)
        else:
            centers.append(_center(path, console))
    if boxes and len(centers) > 1:
        raise ConfigError(f"{len(centers)} files of centres: boxes are held against one")
    if boxes and centers:
        _together(*centers[0], boxes, console)


def _together(
    center: CenterConfig, listed: WatchList, boxes: Sequence[BoxFile], console: Console
) -> None:
    """Hold files against each other. Raises ConfigError with all that does not fit."""
    if said := list(faults(center, listed, boxes)):
        raise ConfigError("\n".join(said))
    _note(console, center.watch_list, idle(center, listed, boxes))


def _note(console: Console, path: str | Path, said: Iterable[str]) -> None:
    """Say something of a file that is sound."""
    for each in said:
        console.print(f"{path}: {escape(each)}", soft_wrap=True)


def _watch_list(path: Path, listed: WatchList, console: Console) -> None:
    table = Table("entry", "place", "form", "about", "grade", "when", box=None)
    for name, each in zip(names_of(listed.entries), listed.entries, strict=True):
        grade = str(each.grade or "its place's")
        when = watchlist.armed(each.schedule)
        table.add_row(name, each.place, each.form, each.rule or each.about, grade, when)
    console.print(table)
    _note(console, path, _of_list(listed))
    counts = _counted(place=listed.places, entry=listed.entries)
    console.print(f"{path}: {counts}: sound", soft_wrap=True)


def is_of_box(path: Path) -> bool:
    """Whether a file is a box's. Raises ConfigError when it cannot be read."""
    return not {"cameras", "box"}.isdisjoint(_keys(path))


def _keys(path: Path) -> Mapping[str, object]:
    try:
        data = valued(text_in(path))
    except (yaml.YAMLError, RecursionError):
        return {}  # the loader says it better
    return data if isinstance(data, dict) else {}


def _box(path: Path, console: Console) -> EdgeConfig:
    text = edge_config.text_of(path)
    config = edge_config.loaded(text, path)
    with lined(text, str(path)):
        _check_network(path, config.detector.model)
        _check_files(path, config.cameras)
    table = Table("camera", "place", "zones", "rules", "purpose", box=None)
    for camera in config.cameras:
        rules = ", ".join(_said(rule) for rule in camera.rules)
        zones = ", ".join(zone.id for zone in camera.zones)
        why = f"watches nothing: {camera.why_disarmed}" if camera.why_disarmed else camera.purpose
        table.add_row(camera.id, camera.place, zones or "none", rules or "health only", escape(why))
    console.print(table)
    _note(console, path, _in_utc(_hours_of_box(config)))
    counts = _counted(camera=config.cameras)
    console.print(f"{path}: box {config.box}, {counts}: sound", soft_wrap=True)
    return config


def _check_network(path: Path, name: str) -> None:
    """The network is there, and one that a box may have. Raises ConfigError or ModelError."""
    try:
        found = _detector(name)
    except ConfigError as error:
        said, _, fix = str(error).partition("; ")
        raise ConfigError(f"{path}: {said} - at $.detector.model; {fix}") from error
    path_of(found)


def _detector(name: str) -> Entry:
    """The entry of a network that finds things, persons among them. Raises ConfigError."""
    each = entry(name)
    if each.finds != "objects":
        raise ConfigError(
            f"{name!r} finds {each.finds}, a detector finds objects; see: tocsin models list"
        )
    check_persons(name)
    return each


def _check_files(path: Path, cameras: Sequence[Camera]) -> None:
    """What is no URL is a file that is there. Raises ConfigError."""
    for index, camera in enumerate(cameras):
        for key, url in (("url", camera.url), ("substream", camera.substream)):
            if url and "://" not in url and not Path(url).exists():
                raise ConfigError(
                    f"{path}: camera {camera.id!r} has no file {url} - at $.cameras[{index}].{key};"
                    " write rtsp://HOST:PORT/PATH, or a file that is there"
                )


def _said(rule: AnyRule) -> str:
    """A rule in a few words: what, of what, where, when."""
    of = f" of {'/'.join(rule.classes)}" if isinstance(rule, OfThings) else ""
    where = f"over {rule.line}" if isinstance(rule, LineCrossing) else f"in {rule.zone}"
    return f"{name_of(rule)}{of} {where}, {rule.schedule.hours}"


def _center(path: Path, console: Console) -> tuple[CenterConfig, WatchList]:
    config = center_config.load(path)
    with lined(text_in(path), str(path)):
        if not Path(config.watch_list).is_file():
            fix = "copy configs/watch.yaml there, or name another"
            raise ConfigError(f"{path}: no file {config.watch_list} - at $.watch_list; {fix}")
    listed = watchlist.load(Path(config.watch_list))
    _note(console, config.watch_list, _of_list(listed))
    channels = {channel.name: channel for channel in config.channels}
    for name in unknown(listed, channels):
        console.print(
            f"{config.watch_list}: {escape(repr(name))} leads to no channel, so nobody is told; "
            "add it to $.channels of the centre's file, or to the contacts of a place",
            soft_wrap=True,
        )
    now = datetime.fromtimestamp(SystemClock().now_s(), UTC)
    users = [*(each.box for each in config.boxes), *(each.name for each in config.watchers)]
    for said in lacking(users, held(config.tls), now) if config.tls else ():
        console.print(f"{path}: {said}", soft_wrap=True)
    counts = _counted(box=config.boxes, place=listed.places, entry=listed.entries)
    console.print(f"{path}: centre {config.name!r}, {counts}: sound", soft_wrap=True)
    return config, listed


def _of_list(listed: WatchList) -> Iterator[str]:
    """What to say of a watch list that is sound."""
    yield from _unfound(listed)
    schedules = (each.schedule for each in listed.entries)
    yield from _in_utc(zip(names_of(listed.entries), schedules, strict=True))


def _unfound(listed: WatchList) -> Iterator[str]:
    """Classes that no network of ours finds; one that somebody added may."""
    for name, each in zip(names_of(listed.entries), listed.entries, strict=True):
        for label in sorted({part.label for part in each.parts if part.label} - set(LABELS)):
            near = difflib.get_close_matches(label, LABELS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"no network of ours finds the class {label!r} of the entry {name!r}{hint}"


def _hours_of_box(config: EdgeConfig) -> Iterator[tuple[str, Schedule]]:
    """When a box's rules hold, by camera and rule."""
    for camera in config.cameras:
        for rule in camera.rules:
            yield f"{camera.id}'s {name_of(rule)}", rule.schedule


def _in_utc(hours: Iterable[tuple[str, Schedule]]) -> Iterator[str]:
    """Those that hold at some hours only, of the zone that nobody lives in."""
    names = [name for name, when in hours if when != Schedule() and when.timezone == "UTC"]
    if names:
        said = "UTC; state a timezone, such as Asia/Shanghai, where a place's own are meant"
        yield f"the hours of {', '.join(names)} are {said}"


def _counted(**some: Sequence[object]) -> str:
    """How many there are of each, in words."""
    plurals = {"box": "boxes", "entry": "entries"}
    return ", ".join(
        f"{len(each)} {name if len(each) == 1 else plurals.get(name, f'{name}s')}"
        for name, each in some.items()
    )
