"""Stored events in, the alerts that they ask for out: one thread, in one go, in a fresh store."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import uuid_utils

from center import lookup
from center.alert import Alert
from center.filing import Filing
from center.letter import Letter
from center.lifecycle import Work
from center.store import Store
from center.watchlist import WatchList
from pipelines.flow import Event
from pipelines.wire import encode
from tests.center.empty import empty

_AT_ONCE = 500
_OF_ITS_MAKING = {"id", "revision", "opened_at", "captured_at", "why", *Work.__struct_fields__}
"""What depends on when the centre heard of it, and what was done about it since."""


def expected(events: Iterable[Event], listed: WatchList, path: Path) -> list[Alert]:
    """The alerts that stand once these events were filed; `path` is of a scratch file."""
    filing = Filing(listed, new_id=lambda: str(uuid_utils.uuid7()))
    store = empty(path)
    try:
        for some in _slices(sorted(events, key=lambda event: event.id)):
            letters = [letter(event) for event in some]
            with store.write() as connection:
                filing(connection, letters, now_s=some[-1].time.timestamp())
        return standing(store)
    finally:
        store.close()


def letter(event: Event) -> Letter:
    """An event as the broker hands it out."""
    facts = event.data
    subject = f"$MQTT.msgs.pe.0.{facts.site}.{facts.camera}.{facts.rule}"
    return Letter(subject, encode(event))


def standing(store: Store) -> list[Alert]:
    """Alerts that were neither joined into others nor withdrawn."""
    with store.read() as connection:
        bodies = lookup.bodies_after(connection, 0, limit=1_000_000)
    found = [msgspec.json.decode(each.body, type=Alert) for each in bodies]
    return [alert for alert in found if alert.state not in ("joined", "withdrawn")]


def said(alert: Alert) -> str:
    """All that an alert says which follows from its events alone, as text to compare."""
    fields = msgspec.to_builtins(alert)
    known = {name: value for name, value in fields.items() if name not in _OF_ITS_MAKING}
    return msgspec.json.encode(known, order="sorted").decode()


def _slices(events: Sequence[Event]) -> Iterable[Sequence[Event]]:
    return (events[start : start + _AT_ONCE] for start in range(0, len(events), _AT_ONCE))
