"""A site and a language in, the rows of the report's tables out."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from center.entries import Entry
from center.watchlist import armed
from edge.config import Camera
from edge.evidence.settings import Evidence, Keep
from edge.purpose import KEYS
from pipelines.rules import AnyRule, OfThings, name_of, where
from pipelines.schedule import Schedule
from tocsin.dpia.site import Site
from tocsin.dpia.words import Words

Row = tuple[str, ...]


class Why(NamedTuple):
    """Statements, and the cameras that make them."""

    cameras: tuple[str, ...]
    said: tuple[str, ...]


def whys(cameras: Sequence[Camera]) -> list[Why]:
    """Cameras grouped by what they state of themselves, in the order of the file."""
    order: dict[tuple[str, ...], list[str]] = {}
    for camera in cameras:
        said = tuple(getattr(camera, key).strip() for key in KEYS)
        order.setdefault(said, []).append(camera.id)
    return [Why(tuple(names), said) for said, names in order.items()]


def hours(schedule: Schedule, w: Words) -> str:
    """Days, hours and the zone that they are meant in."""
    said = armed(schedule)
    return w("always") if said == "always" else f"{said} {schedule.timezone}"


def rules(camera: Camera, w: Words) -> list[Row]:
    """What, of what, where, when, and whether it is armed."""
    return [_rule(rule, w) for rule in camera.rules]


def _rule(rule: AnyRule, w: Words) -> Row:
    about = ", ".join(rule.classes) if isinstance(rule, OfThings) else w("anything")
    is_armed = w("yes" if rule.armed else "no")
    return w.rule(name_of(rule)), about, where(rule), hours(rule.schedule, w), is_armed


def alerts(site: Site, w: Words) -> list[tuple[Row, tuple[str, ...]]]:
    """Entries of the watch list about the box's places: place, rule, class and hours; steps."""
    if site.centre is None:
        return []
    tree = site.centre.listed.tree
    here = {camera.place for camera in site.box.cameras}
    entries = (
        entry
        for entry in site.centre.listed.entries
        if here & {place.id for place in tree.below(entry.place)}
    )
    return [(_alert(entry, w), tuple(map(str, entry.steps))) for entry in entries]


def _alert(entry: Entry, w: Words) -> Row:
    about = entry.label or w("anything")
    return entry.place, w.rule(entry.about), about, hours(entry.schedule, w)


def lives(site: Site, w: Words) -> Iterator[Row]:
    """What is kept, for how long, and where."""
    box = site.box
    yield w("frames"), w("frames-how"), w("memory")
    yield w("packets"), w("packets-how"), w("memory")
    yield w("spool"), w("spool-how", box.spool.limit_mib), w("box")
    if box.evidence is not None:
        yield from _evidence(box.evidence, w)
    if "live" in box.commands:
        yield w("live"), w("live-how", box.live.full, box.live.low), w("wire")
    if box.commands or box.evidence is not None:
        yield w("audit"), w("audit-how"), w("box")
    if site.centre is None:
        yield w("store"), w("store-unknown"), w("centre")
        return
    most, store = site.centre.config.broker.max_file_gib, site.centre.config.store
    yield w("broker-kept"), w("broker-kept-how", most), w("centre")
    days = store.keep_days, store.keep_pictures_days, store.keep_alerts_days
    yield w("store"), w("store-how", *days), w("centre")


def _evidence(evidence: Evidence, w: Words) -> Iterator[Row]:
    """Sealed clips, and their previews."""
    others = ", ".join(map(_exception, evidence.keep)) or w("none")
    facts = f"{evidence.hours:g}", others, f"{evidence.quota_gib:g}"
    yield w("evidence"), w("evidence-how", *facts), w("box")
    if (shown := evidence.preview) is not None:
        sizes = f"{shown.before_s:g}", f"{shown.after_s:g}", shown.fps, shown.width
        yield w("preview"), w("preview-how", *sizes), w("centre")


def _exception(keep: Keep) -> str:
    """Whose clips are kept for another time, and for how long."""
    grade = None if keep.grade is None else f"grade {keep.grade}"
    return " ".join(filter(None, (keep.place, grade, f"{keep.hours:g} h")))


def openers(site: Site, w: Words) -> Iterator[Row]:
    """Who, in which role, and what they may."""
    for custodian in site.box.evidence.custodians if site.box.evidence else ():
        yield custodian.name, w("role-custodian"), w("may-unseal")
    if site.centre is None:
        return
    config = site.centre.config
    for box in config.boxes:
        yield box.box, w("role-box"), w("may-send", box.site)
    for watcher in config.watchers:
        may = w("may-listen")
        may += w("may-command", ", ".join(watcher.commands)) if watcher.commands else ""
        yield watcher.name, w("role-watcher"), may
    console = config.console
    may = "may-console" if console.sign_in else "may-console-all"
    yield config.name, w("role-console"), w(may, console.host, console.port)


def places(cameras: Sequence[Camera]) -> list[tuple[str, list[Camera]]]:
    """Cameras by their places, both in the order of their names."""
    known = sorted(cameras, key=lambda camera: (camera.place, camera.id))
    return [(place, list(some)) for place, some in groupby(known, lambda camera: camera.place)]
