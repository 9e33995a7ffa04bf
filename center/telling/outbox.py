"""What must be told in, rows out, and back: each function is one step of others' transactions.

What an alert's change asks to be told is written with the change. Whom it is told is found later,
in a transaction that writes the messages and lets go of the word; so a kill loses none. A message
that was delivered and not yet marked is sent once more.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from center.alert import Alert
from center.copying import copy
from center.tables import alerts, messages, to_tell
from center.telling.occasions import What, occasion
from center.telling.text import Held

State = Literal["waiting", "held", "sent", "moot", "given-up"]
KEPT_S = 7 * 86400.0
_decoder = msgspec.json.Decoder(Alert)


class Word(NamedTuple):
    """A change of an alert that somebody must be told of."""

    id: int
    alert: Alert
    what: What


class Message(NamedTuple):
    """What a channel has to tell; a digest has no alert."""

    id: int
    what: Any
    grade: int
    place: str
    at_s: float
    alert: Alert | None
    held: tuple[Held, ...]


def note(connection: Connection, changes: Iterable[tuple[Alert | None, Alert]]) -> None:
    """Write down what changes of alerts ask to be told, if anything."""
    told = [(alert.id, occasion(was, alert)) for was, alert in changes]
    rows = [(alert_id, what) for alert_id, what in told if what is not None]
    copy(connection, to_tell, rows, names=("alert_id", "what"))


def words(connection: Connection, *, limit: int) -> list[Word]:
    """What is to be told, the oldest first, with each alert as it is now."""
    query = select(to_tell.c.id, to_tell.c.what, alerts.c.body)
    query = query.join(alerts, alerts.c.id == to_tell.c.alert_id).order_by(to_tell.c.id)
    rows = connection.execute(query.limit(limit))
    return [Word(row.id, _decoder.decode(row.body), row.what) for row in rows]


def put(connection: Connection, channel: str, word: Word, *, at_s: float) -> None:
    """Let a channel tell of an alert."""
    row = {"channel": channel, "alert_id": word.alert.id, "what": word.what, "at_s": at_s}
    row |= {"grade": word.alert.grade, "place": word.alert.place_name, "state": "waiting"}
    connection.execute(insert(messages), row)


def forget(connection: Connection, some: Sequence[Word]) -> None:
    """Let go of words whose messages are written."""
    connection.execute(delete(to_tell).where(to_tell.c.id.in_([word.id for word in some])))


def waiting(connection: Connection, channel: str, *, limit: int) -> list[Message]:
    """Messages that wait, the most urgent first, then the oldest."""
    of = messages.c
    query = select(messages, alerts.c.body.label("of_alert")).outerjoin(
        alerts, alerts.c.id == of.alert_id
    )
    query = query.where(of.channel == channel, of.state == "waiting")
    rows = connection.execute(query.order_by(of.grade, of.id).limit(limit))
    return [_message(row) for row in rows]


def sent_since(connection: Connection, channel: str, since_s: float) -> int:
    """How many messages a channel delivered since."""
    of = messages.c
    query = select(func.count()).where(
        of.channel == channel, of.state == "sent", of.done_s > since_s
    )
    return int(connection.execute(query).scalar_one())


def mark(
    connection: Connection, ids: Sequence[int], state: State, *, at_s: float | None = None
) -> None:
    """Say what became of messages, and when if that was their end."""
    changed = update(messages).where(messages.c.id.in_(list(ids)))
    connection.execute(changed.values(state=state, done_s=at_s))


def held_since(connection: Connection, channel: str) -> float | None:
    """When the oldest of the messages that are held back was written."""
    of = messages.c
    query = select(func.min(of.at_s)).where(of.channel == channel, of.state == "held")
    return connection.execute(query).scalar()


def digest(connection: Connection, channel: str, *, at_s: float) -> None:
    """Put one message in place of all that are held back; each alert counts once."""
    of = messages.c
    mine = (of.channel == channel, of.state == "held")
    number = func.count(of.alert_id.distinct()).label("number")
    query = select(of.grade, of.place, number).where(*mine).group_by(of.grade, of.place)
    rows = connection.execute(query.order_by(of.grade, number.desc(), of.place))
    held = tuple(Held(row.grade, row.place, row.number) for row in rows)
    connection.execute(delete(messages).where(*mine))
    row = {"channel": channel, "what": "digest", "grade": min(each.grade for each in held)}
    row |= {"place": "", "state": "waiting", "at_s": at_s, "body": msgspec.json.encode(held)}
    connection.execute(insert(messages), row)


def counted(connection: Connection, channel: str) -> dict[str, int]:
    """How many messages of a channel are in each state, of the last days."""
    of = messages.c
    query = select(of.state, func.count().label("number")).where(of.channel == channel)
    return {row.state: row.number for row in connection.execute(query.group_by(of.state))}


def sweep(connection: Connection, now_s: float) -> None:
    """Let go of messages of days ago: they came to an end, or their channel is there no more."""
    connection.execute(delete(messages).where(messages.c.at_s < now_s - KEPT_S))


def _message(row: Row[Any]) -> Message:
    held = msgspec.json.decode(row.body, type=tuple[Held, ...]) if row.body else ()
    alert = _decoder.decode(row.of_alert) if row.of_alert else None
    return Message(row.id, row.what, row.grade, row.place, row.at_s, alert, held)
