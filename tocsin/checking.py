"""A configuration in, a short account of what it says out, or the error that names its fault."""

from collections.abc import Mapping
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
from center.entries import names_of
from center.telling.whom import unknown
from center.watchlist import WatchList
from edge import config as edge_config
from models.catalogue import entry, path_of
from pipelines.errors import ConfigError
from pipelines.notation import valued
from pipelines.rules import AnyRule, LineCrossing, OfThings, name_of


def check(path: Path, console: Console) -> None:
    """Check a box's, a centre's or a watch list's file, told apart by their keys.

    Raises ConfigError or ModelError.
    """
    keys = _keys(path)
    if is_of_box(path):
        _box(path, console)
    elif "entries" in keys or "places" in keys:
        listed = watchlist.load(path)
        _watch_list(path, listed, console)
    else:
        _center(path, console)


def _watch_list(path: Path, listed: WatchList, console: Console) -> None:
    table = Table("entry", "place", "form", "about", "grade", "when", box=None)
    for name, each in zip(names_of(listed.entries), listed.entries, strict=True):
        grade = str(each.grade or "its place's")
        when = watchlist.armed(each.schedule)
        table.add_row(name, each.place, each.form, each.rule or each.about, grade, when)
    console.print(table)
    console.print(f"{path}: {len(listed.places)} places, {len(listed.entries)} entries: sound")


def is_of_box(path: Path) -> bool:
    """Whether a file is a box's. Raises ConfigError when it cannot be read."""
    return not {"cameras", "box"}.isdisjoint(_keys(path))


def _keys(path: Path) -> Mapping[str, object]:
    try:
        data = valued(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except (yaml.YAMLError, RecursionError):
        return {}  # the loader says it better
    return data if isinstance(data, dict) else {}


def _box(path: Path, console: Console) -> None:
    config = edge_config.load(path)
    path_of(entry(config.detector.model))
    table = Table("camera", "place", "zones", "rules", "purpose", box=None)
    for camera in config.cameras:
        rules = ", ".join(_said(rule) for rule in camera.rules)
        zones = ", ".join(zone.id for zone in camera.zones)
        why = f"watches nothing: {camera.why_disarmed}" if camera.why_disarmed else camera.purpose
        table.add_row(camera.id, camera.place, zones or "none", rules or "health only", escape(why))
    console.print(table)
    console.print(f"{path}: box {config.box}, {len(config.cameras)} cameras: sound")


def _said(rule: AnyRule) -> str:
    """A rule in a few words: what, of what, where, when."""
    of = f" of {'/'.join(rule.classes)}" if isinstance(rule, OfThings) else ""
    where = f"over {rule.line}" if isinstance(rule, LineCrossing) else f"in {rule.zone}"
    return f"{name_of(rule)}{of} {where}, {rule.schedule.hours}"


def _center(path: Path, console: Console) -> None:
    config = center_config.load(path)
    listed = watchlist.load(Path(config.watch_list))
    channels = {channel.name: channel for channel in config.channels}
    for name in unknown(listed, channels):
        console.print(
            f"{config.watch_list}: {escape(repr(name))} leads to no channel, so nobody is told; "
            "add it to $.channels of the centre's file, or to the contacts of a place"
        )
    now = datetime.fromtimestamp(SystemClock().now_s(), UTC)
    users = [*(each.box for each in config.boxes), *(each.name for each in config.watchers)]
    for said in lacking(users, held(config.tls), now) if config.tls else ():
        console.print(f"{path}: {said}")
    console.print(
        f"{path}: centre {config.name!r}, {len(config.boxes)} boxes, "
        f"{len(listed.places)} places, {len(listed.entries)} entries: sound"
    )
