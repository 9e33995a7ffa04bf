"""Secrets that let someone in: sessions, tokens and tickets; the store has only hashes of them."""

import hashlib
import secrets
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from center.rights import Role
from center.tables import passes, users
from center.users import User, by_name

Kind = Literal["session", "token", "ticket"]
SESSION_S = 12 * 3600.0
"""However busy: about a shift."""

IDLE_S = 30 * 60.0
TICKET_S = 3600.0
TOKEN_S = 365 * 86400.0
NOTED_S = 60.0
"""Use is noted at most so often."""

PREFIX = "tocsin_"
_BEGINS = 12


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What someone holds, without its secret.

    begins  first signs of the secret, by which a token is told from others
    label   what it is for
    roles   of a token: no more than these, of its user's
    """

    hash: str
    kind: Kind
    user: str
    begins: str
    label: str
    roles: tuple[Role, ...] | None = None
    created_s: float
    used_s: float
    expires_s: float


class Admitted(NamedTuple):
    """A pass that holds, and whose it is."""

    given: Pass
    user: User

    @property
    def roles(self) -> tuple[Role, ...]:
        """What both the user and the pass have."""
        mine = self.user.roles
        return mine if self.given.roles is None else tuple(r for r in mine if r in self.given.roles)


def give(
    connection: Connection, user: str, kind: Kind, *, now_s: float, lasts_s: float,
    label: str = "", roles: tuple[Role, ...] | None = None,
) -> str:  # fmt: skip
    """A new secret, which nobody can be told again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = {
        "hash": hashed(secret), "kind": kind, "user": user, "begins": secret[:_BEGINS],
        "label": label, "roles": None if roles is None else msgspec.json.encode(roles).decode(),
        "created_s": now_s, "used_s": now_s, "expires_s": now_s + lasts_s,
    }  # fmt: skip
    connection.execute(insert(passes).values(row))
    return secret


def admitted(connection: Connection, key: str, kind: Kind, *, now_s: float) -> Admitted | None:
    """Whom the secret with a hash lets in, if it still does."""
    query = select(passes).join(users, users.c.name == passes.c.user)
    query = query.where(
        passes.c.hash == key, passes.c.kind == kind, passes.c.expires_s > now_s,
        users.c.disabled.is_(False),
    )  # fmt: skip
    row = connection.execute(query).one_or_none()
    given = None if row is None else _pass(row)
    if given is None or (kind == "session" and now_s - given.used_s > IDLE_S):
        return None
    user = by_name(connection, given.user)
    return None if user is None else Admitted(given, user)


def note_use(connection: Connection, key: str, *, now_s: float) -> None:
    """Say that it was used just now."""
    connection.execute(update(passes).where(passes.c.hash == key).values(used_s=now_s))


def take_back(connection: Connection, key: str) -> int:
    """Let one be good for nothing; 0 where it was so already."""
    return connection.execute(delete(passes).where(passes.c.hash == key)).rowcount


def take_back_others(connection: Connection, user: str, *, but: str) -> None:
    """End all sessions and tickets of a user but one."""
    mine = (passes.c.user == user, passes.c.kind.in_(("session", "ticket")))
    connection.execute(delete(passes).where(*mine, passes.c.hash != but))


def take_back_all(connection: Connection, user: str, *kinds: Kind) -> int:
    """The same of all that a user has, or of some kinds; how many there were."""
    gone = delete(passes).where(passes.c.user == user)
    gone = gone.where(passes.c.kind.in_(kinds)) if kinds else gone
    return connection.execute(gone).rowcount


def of_user(connection: Connection, user: str, kind: Kind) -> list[Pass]:
    """What a user has of a kind, the oldest first."""
    query = select(passes).where(passes.c.user == user, passes.c.kind == kind)
    rows = connection.execute(query.order_by(passes.c.created_s))
    return [_pass(row) for row in rows]


def sweep(connection: Connection, *, now_s: float) -> None:
    """Forget what is over."""
    idle = (passes.c.kind == "session") & (passes.c.used_s < now_s - IDLE_S)
    connection.execute(delete(passes).where(or_(passes.c.expires_s <= now_s, idle)))


def hashed(secret: str) -> str:
    """What the store has of a secret: it is long and random, so one round of SHA-256 will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _pass(row: Row[tuple[object, ...]]) -> Pass:
    told = {name: getattr(row, name) for name in Pass.__struct_fields__}
    told["roles"] = None if told["roles"] is None else msgspec.json.decode(told["roles"])
    return msgspec.convert(told, Pass)
