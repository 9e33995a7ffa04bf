"""Tasks in, rows in the store; and rows in, tasks out. Within others' transactions."""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert, select, update

from center import photos
from center.lifecycle import OPEN
from center.tables import alerts, tasks
from center.tasks import ENDED, Task
from pipelines.errors import StoreError

KEY_BYTES = 32


class Links:
    """Makes the secret in a task's link out of a key and the task's id.

    The store holds a hash of it only, and yet a link can be shown again.
    """

    def __init__(self, key: bytes) -> None:
        self.key = key

    def token(self, task_id: str) -> str:
        """43 letters, digits, `-` and `_` that nobody can guess."""
        made = hmac.digest(self.key, task_id.encode(), "sha256")
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def link(self, task_id: str) -> str:
        """Where the patrol's page for a task is."""
        return f"/p/{self.token(task_id)}"


def key_in(path: Path) -> bytes:
    """The key in a file, which is made when it is not there. Raises StoreError."""
    try:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(KEY_BYTES))
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: {error}") from error
    if len(key) != KEY_BYTES:
        raise StoreError(f"{path}: not {KEY_BYTES} bytes; remove it, and links end")
    return key


def put_new(connection: Connection, task: Task, *, token: str) -> None:
    """Store a task under the hash of its token."""
    row = {
        "id": task.id,
        "alert_id": task.alert,
        "token_hash": hashed(token),
        "expires_s": task.expires_at.timestamp(),
    }
    connection.execute(insert(tasks).values({**row, "patrol": task.patrol, **_row(task)}))


def put_changed(connection: Connection, task: Task) -> None:
    """Store what became of a task."""
    connection.execute(update(tasks).where(tasks.c.id == task.id).values(_row(task)))


def by_token(connection: Connection, token: str) -> Task | None:
    """The task that a token opens, also one that is over."""
    query = select(tasks.c.body).where(tasks.c.token_hash == hashed(token))
    body = connection.execute(query).scalar()
    return msgspec.json.decode(body, type=Task) if body else None


def of_alert(connection: Connection, alert_id: str) -> list[Task]:
    """All tasks of an alert, oldest first."""
    query = select(tasks.c.body).where(tasks.c.alert_id == alert_id).order_by(tasks.c.id)
    return [msgspec.json.decode(body, type=Task) for body in connection.execute(query).scalars()]


def running(connection: Connection) -> list[Task]:
    """Tasks that patrols have, of alerts that are open."""
    query = select(tasks.c.body).join(alerts, alerts.c.id == tasks.c.alert_id)
    query = query.where(tasks.c.state.not_in(ENDED), alerts.c.state.in_(OPEN)).order_by(tasks.c.id)
    return [msgspec.json.decode(body, type=Task) for body in connection.execute(query).scalars()]


def move(connection: Connection, *, old: str, new: str) -> None:
    """Take the tasks of an alert along into the one that it was joined into."""
    for task in of_alert(connection, old):
        moved = msgspec.structs.replace(task, alert=new)
        row = {"alert_id": new, **_row(moved)}
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(row))
    photos.move(connection, old=old, new=new)


def hashed(token: str) -> str:
    """What the store holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _row(task: Task) -> dict[str, object]:
    return {"state": task.state, "body": msgspec.json.encode(task)}
