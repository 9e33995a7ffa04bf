"""What levels tell each other: alerts with their entries, entries, hours, places, health, pictures.

On the way a seat or a patrol is `<level>/<name>`; at home each level leaves its own name out.
"""

from datetime import datetime
from typing import Any

import msgspec

from center.alert import Alert
from center.boxes import BoxState
from center.lifecycle import State, Work
from center.places import Place

NAMES = ("seat", "patrol")
"""Fields of an alert's work that name somebody of a level."""


class SharedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an alert, which every level has and none changes.

    id      UUIDv7, made once
    level   whose centre made it
    stamp   µs; after all stamps that its maker knew of the alert. What was done before an alert
            was first told has 0: it is in the alert's `base` already
    at      when it was done, by its maker's clock
    by      who did it
    undoes  id of the entry that it takes back
    The rest is as in `center.logbook.LogEntry`.
    """

    id: str
    level: str
    stamp: int
    at: datetime
    by: str
    what: str
    before: State
    after: State
    reason: str | None = None
    data: dict[str, Any] = {}
    was: dict[str, Any] = {}
    undoes: str | None = None


class SharedAlert(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="alert"):
    """An alert as the centre knows it that made it, and what was done about it since it was told.

    home      the level that made it
    revision  there
    base      the work on it when it was first told
    entries   that are new, or all
    """

    home: str
    revision: int
    alert: Alert
    base: Work
    entries: tuple[SharedEntry, ...] = ()


class SharedEntries(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="entries"):
    """What was done elsewhere about an alert."""

    alert: str
    entries: tuple[SharedEntry, ...]


class SharedHours(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="hours"):
    """All cells of an hour of one of the hourly tables, in the order of its columns."""

    table: str
    hour: int
    rows: tuple[tuple[Any, ...], ...]


class SharedPlaces(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="places"):
    """The places of a centre and of those below it."""

    places: tuple[Place, ...]


Shared = SharedAlert | SharedEntries | SharedHours | SharedPlaces


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the boxes of a centre and of those below it do; said again and again, never kept."""

    boxes: tuple[BoxState, ...]


class LevelState(msgspec.Struct, frozen=True, kw_only=True):
    """A level beside this one.

    above   whether it is the one above
    linked  whether it was heard within the last 10 s
    age_s   since it was heard; nothing if it never was
    """

    name: str
    above: bool
    linked: bool
    age_s: float | None


class PictureAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody above wants to see the redacted still of an alert."""

    alert: str
    by: str


class PictureGiven(msgspec.Struct, frozen=True, kw_only=True):
    """The redacted still, or why there is none; `away` if its centre cannot be reached."""

    data: bytes | None = None
    why: str = ""
    away: bool = False


def named(name: str | None, level: str) -> str | None:
    """A name as it is on the way, said by a level."""
    return name if not name or "/" in name else f"{level}/{name}"


def known(name: str | None, level: str) -> str | None:
    """A name from the way, as a level knows it."""
    return name and name.removeprefix(f"{level}/")


def work_named(work: Work, level: str) -> dict[str, str | None]:
    """The names in a work as they are on the way."""
    return {field: named(getattr(work, field), level) for field in NAMES}


def work_known(work: Work, level: str) -> dict[str, str | None]:
    """The names in a work from the way, as a level knows them."""
    return {field: known(getattr(work, field), level) for field in NAMES}


def entry_named(entry: SharedEntry, level: str) -> SharedEntry:
    """An entry as it is on the way."""
    return msgspec.structs.replace(
        entry, by=named(entry.by, level) or "",
        data=_each(entry.data, level, named), was=_each(entry.was, level, named),
    )  # fmt: skip


def entry_known(entry: SharedEntry, level: str) -> SharedEntry:
    """An entry from the way, as a level knows it."""
    return msgspec.structs.replace(
        entry, by=known(entry.by, level) or "",
        data=_each(entry.data, level, known), was=_each(entry.was, level, known),
    )  # fmt: skip


def _each(fields: dict[str, Any], level: str, change: Any) -> dict[str, Any]:
    return {key: change(value, level) if key in NAMES else value for key, value in fields.items()}
