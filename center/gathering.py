"""What a batch asks of the store about alerts in, values out: each question once for all of it."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    TextClause,
    bindparam,
    func,
    select,
    text,
)

from center.alert import Alert
from center.entries import MERGE_MOST_S
from center.happening import Happening
from center.lifecycle import OVER
from center.lookup import happening_of, with_picture
from center.parts import Part
from center.tables import alert_events, alerts, episodes, events, parts

_decoder = msgspec.json.Decoder(Alert)


class Life(NamedTuple):
    """A life of a rule as the store has it: its alert, if it has one, and when it ended."""

    name: str
    alert_id: str | None
    ended_s: float | None


class Lives(NamedTuple):
    """How many lives of an alert go on, and when the last of those ended that do not."""

    ongoing: int = 0
    ended_s: float | None = None


def lives(connection: Connection, names: Collection[str]) -> list[Life]:
    """Those of the lives that the store knows."""
    return [Life(*tuple(row)) for row in _asked(connection, _LIVES, names)]


def alerts_by_id(connection: Connection, ids: Collection[str]) -> list[Alert]:
    """Alerts, whatever became of them."""
    return [_decoder.decode(bytes(row.body)) for row in _asked(connection, _ALERTS, ids)]


def parts_of(connection: Connection, ids: Collection[str]) -> list[tuple[str, Part]]:
    """What some alerts are made of, each part with its alert's id."""
    return [(row[0], Part(*tuple(row)[1:])) for row in _asked(connection, _PARTS, ids)]


def lives_of(connection: Connection, ids: Collection[str]) -> dict[str, Lives]:
    """What the lives of some alerts come to, by the alerts' ids."""
    return {row[0]: Lives(*tuple(row)[1:]) for row in _asked(connection, _LIVES_OF, ids)}


def owners(connection: Connection, event_ids: Collection[str]) -> dict[str, str]:
    """The ids of the alerts that events are part of, by the events' ids."""
    return {row.event_id: row.alert_id for row in _asked(connection, _OWNERS, event_ids)}


def unowned(connection: Connection, named: Collection[str]) -> list[Happening]:
    """Events that no alert has, of lives of these names, as their boxes gave them."""
    return [happening_of(row) for row in _asked(connection, _unowned(), named)]


def meeting(connection: Connection, near: Iterable[Part]) -> list[Alert]:
    """Standing alerts of which a part meets one of these.

    One that is closed takes in nothing more: what nobody has seen yet must be shown.
    """
    dialect, asked = connection.dialect.name, list(near)
    told: dict[str, Any] = {name: [getattr(part, name) for part in asked] for name in Part._fields}
    if dialect == "sqlite":
        told = {"asked": msgspec.json.encode(asked).decode()}
    rows = connection.execute(_meeting(dialect), told)
    return [_decoder.decode(bytes(row.body)) for row in rows]


_ASKED = {
    "sqlite": (
        "(SELECT json_extract(value, '$[0]') AS key, json_extract(value, '$[1]') AS first_s,"
        " json_extract(value, '$[2]') AS last_s, json_extract(value, '$[3]') AS merge_s"
        " FROM json_each(:asked)) AS asked"
    ),
    "postgresql": (
        "unnest(CAST(:key AS text[]), CAST(:first_s AS float8[]), CAST(:last_s AS float8[]),"
        " CAST(:merge_s AS float8[])) AS asked(key, first_s, last_s, merge_s)"
    ),
}
_GREATER = {"sqlite": "max", "postgresql": "greatest"}


@cache
def _meeting(dialect: str) -> TextClause:
    """Bodies of open alerts with a part of a key not farther than the greater `merge_s`.

    The index is by key and `last_s`; it helps since nothing merges farther than a day.
    """
    reach = f"{_GREATER[dialect]}(p.merge_s, asked.merge_s)"
    over = ", ".join(f"'{state}'" for state in OVER)
    return text(
        f"SELECT body FROM alerts WHERE state NOT IN ({over}) AND id IN ("  # noqa: S608 -- ours
        f"SELECT p.alert_id FROM {_ASKED[dialect]} CROSS JOIN parts AS p"
        f" WHERE p.key = asked.key AND p.last_s >= asked.first_s - {MERGE_MOST_S}"
        f" AND p.last_s >= asked.first_s - {reach} AND p.first_s <= asked.last_s + {reach})"
    )


def _asked(
    connection: Connection, query: Select[Any], these: Collection[str]
) -> Iterable[Row[Any]]:
    return connection.execute(query, {"these": list(these)}) if these else ()


def _among(key: ColumnElement[str], *wanted: ColumnElement[Any]) -> Select[Any]:
    return select(*wanted).where(key.in_(bindparam("these", expanding=True)))


_OF = episodes.c
_LIVES = _among(_OF.life, _OF.life, _OF.alert_id, _OF.ended_s)
_GOING_ON = func.count() - func.count(_OF.ended_s)
_LIVES_OF = _among(_OF.alert_id, _OF.alert_id, _GOING_ON, func.max(_OF.ended_s)).group_by(
    _OF.alert_id
)
_ALERTS = _among(alerts.c.id, alerts.c.body)
_PARTS = _among(parts.c.alert_id, *(parts.c[name] for name in ("alert_id", *Part._fields)))
_OWNERS = _among(alert_events.c.event_id, alert_events.c.event_id, alert_events.c.alert_id)
"""Statements are built once: building costs more than asking."""


@cache
def _unowned() -> Select[Any]:
    query = with_picture().outerjoin(alert_events, alert_events.c.event_id == events.c.id)
    these = events.c.episode.in_(bindparam("these", expanding=True))
    return query.where(alert_events.c.alert_id.is_(None), these)
