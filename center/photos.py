"""A patrol's redacted photos in, rows in the store out; and an alert in, its photos out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from center.tables import photos
from pipelines.flow import Picture

MOST = 20
"""Photos of one task."""

_SLICE = 200


class StoredPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that a patrol took, as the API tells of it; the store has the redacted one only.

    taken_at  by the phone's clock
    """

    id: str
    task: str
    taken_at: datetime
    width: int
    height: int


class NewPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """One to be stored. `key` is how the phone calls it: told twice it is one."""

    id: str
    alert: str
    task: str
    key: str
    taken_at: datetime
    received_at: datetime
    picture: Picture


_TOLD = (photos.c.id, photos.c.task_id, photos.c.taken_s, photos.c.width, photos.c.height)


def put(connection: Connection, photo: NewPhoto) -> None:
    """Store one."""
    connection.execute(
        insert(photos).values(
            id=photo.id, alert_id=photo.alert, task_id=photo.task, key=photo.key,
            taken_s=photo.taken_at.timestamp(), received_s=photo.received_at.timestamp(),
            width=photo.picture.width, height=photo.picture.height, data=photo.picture.data,
        )
    )  # fmt: skip


def keys_of(connection: Connection, task: str) -> set[str]:
    """How the phone calls those that are stored of a task."""
    query = select(photos.c.key).where(photos.c.task_id == task)
    return set(connection.execute(query).scalars())


def of_task(connection: Connection, task: str) -> list[StoredPhoto]:
    """Photos of a task, the earliest first."""
    return _earliest_first(connection, photos.c.task_id == task)


def of_alert(connection: Connection, alert: str) -> list[StoredPhoto]:
    """Photos of all that was done about an alert, the earliest first."""
    return _earliest_first(connection, photos.c.alert_id == alert)


def picture_of(
    connection: Connection, photo: str, *, alert: str | None = None, task: str | None = None
) -> bytes | None:
    """The redacted JPEG, if it is of this alert or of this task."""
    of = photos.c.alert_id == alert if alert is not None else photos.c.task_id == task
    query = select(photos.c.data).where(photos.c.id == photo, of)
    return connection.execute(query).scalar()


def move(connection: Connection, *, old: str, new: str) -> None:
    """Take the photos of an alert along into the one that it was joined into."""
    connection.execute(update(photos).where(photos.c.alert_id == old).values(alert_id=new))


def old_photos_gone(connection: Connection, *, before_s: float) -> int:
    """Let go of some that came before a time; how many these were."""
    old = select(photos.c.id).where(photos.c.received_s < before_s).limit(_SLICE)
    ids: Sequence[str] = connection.execute(old).scalars().all()
    if ids:
        connection.execute(delete(photos).where(photos.c.id.in_(ids)))
    return len(ids)


def _earliest_first(connection: Connection, of: ColumnElement[bool]) -> list[StoredPhoto]:
    query = select(*_TOLD).where(of).order_by(photos.c.taken_s)
    return [_stored(row) for row in connection.execute(query)]


def _stored(row: Any) -> StoredPhoto:
    return StoredPhoto(
        id=row.id, task=row.task_id, taken_at=datetime.fromtimestamp(row.taken_s, UTC),
        width=row.width, height=row.height,
    )  # fmt: skip
