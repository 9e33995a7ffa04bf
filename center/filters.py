"""What to look for in, a narrower query of alerts out."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Select, exists, select

from center.lifecycle import OPEN, State
from center.tables import alert_events, alerts, events

StateWanted = State | Literal["open"]


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """All of these must hold; what is left out does not matter.

    states        `open` is new, acknowledged, dispatched or on site; none is all but joined
    places        ids of places, a subtree spelt out
    since, until  the alert's events lie at least partly within, the end left out
    number        part of its id: the console shows the last eight signs
    """

    states: tuple[StateWanted, ...] = ()
    grades: tuple[int, ...] = ()
    places: frozenset[str] | None = None
    rules: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    number: str | None = None


def seen_by(by: Filters, seen: frozenset[str] | None) -> Filters:
    """The same at places that somebody may see; None for all."""
    if seen is None:
        return by
    return msgspec.structs.replace(by, places=seen if by.places is None else by.places & seen)


def narrowed(query: Select[Any], by: Filters) -> Select[Any]:
    """The query for those alerts only."""
    of = alerts.c
    query = query.where(_of_states(by.states))
    if by.grades:
        query = query.where(of.grade.in_(by.grades))
    if by.places is not None:
        query = query.where(of.place.in_(by.places))
    if by.rules:
        query = query.where(of.rule.in_(by.rules))
    if by.cameras:
        query = query.where(_seen_by(by.cameras))
    if by.since:
        query = query.where(of.last_s >= by.since.timestamp())
    if by.until:
        query = query.where(of.first_s < by.until.timestamp())
    return query.where(of.id.contains(by.number, autoescape=True)) if by.number else query


def _of_states(states: tuple[StateWanted, ...]) -> Any:
    if not states:
        return alerts.c.state != "joined"
    spelt = {*states, *OPEN} - {"open"} if "open" in states else set(states)
    return alerts.c.state.in_(sorted(spelt))


def _seen_by(cameras: tuple[str, ...]) -> Any:
    joined = alert_events.join(events, events.c.id == alert_events.c.event_id)
    mine = (alert_events.c.alert_id == alerts.c.id, events.c.camera.in_(cameras))
    return exists(select(1).select_from(joined).where(*mine).correlate(alerts))
