"""Users in, rows in the store; and rows in, users out. Within the transactions of others."""

from typing import Annotated, Literal

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from center.rights import Role
from center.tables import users

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_.@-]{0,59}$")]
Seat = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Origin = Literal["local", "oidc"]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Someone, or a post, that may sign in.

    name      by which they sign in, and the audit knows them
    seat      as others see it in the log of an alert
    places    ids, each with all that it holds; `*` is everywhere
    password  hash of argon2id; nothing for who signs in elsewhere, or has not set one
    origin    where they sign in: here, or at the OpenID provider
    """

    name: Name
    seat: Seat
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)]
    places: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    password: str | None = None
    origin: Origin = "local"
    disabled: bool = False
    created_s: float


def put(connection: Connection, user: User) -> None:
    """Store a user, or what changed of one."""
    row = {
        **msgspec.structs.asdict(user),
        "roles": msgspec.json.encode(user.roles).decode(),
        "places": msgspec.json.encode(user.places).decode(),
    }
    if by_name(connection, user.name) is None:
        connection.execute(insert(users).values(row))
    else:
        connection.execute(update(users).where(users.c.name == user.name).values(row))


def by_name(connection: Connection, name: str) -> User | None:
    """One user, also one that is disabled."""
    row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
    return None if row is None else _user(row)


def all_of(connection: Connection) -> list[User]:
    """All users by their names."""
    return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]


def number(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute(select(func.count()).select_from(users)).scalar_one())


def _user(row: Row[tuple[object, ...]]) -> User:
    told = {name: getattr(row, name) for name in User.__struct_fields__}
    told["roles"] = msgspec.json.decode(told["roles"])
    told["places"] = msgspec.json.decode(told["places"])
    return msgspec.convert(told, User)
