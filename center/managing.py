"""What is to become of a user in, the store changed out. Within the transactions of others."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import msgspec
from sqlalchemy import Connection

from center import passes, users
from center.rights import EVERYWHERE, TABLE, Role
from center.users import User
from pipelines.errors import TocsinError


class UnknownUserError(TocsinError):
    """Nobody has this name."""


class UnfitUserError(TocsinError):
    """It would not do; the message says why, and what to do instead."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is to be: see `User`."""

    seat: str
    roles: tuple[Role, ...]
    places: tuple[str, ...]


def known(connection: Connection, name: str) -> User:
    """A user, also one that is disabled. Raises UnknownUserError with the names that there are."""
    user = users.by_name(connection, name)
    if user is None:
        names = ", ".join(each.name for each in users.all_of(connection)) or "none"
        raise UnknownUserError(f"no user is named {name!r}; there are: {names}")
    return user


def put(
    connection: Connection, name: str, wish: Wish, *, places: Iterable[str], now_s: float
) -> User:
    """Make a user, or change one. They sign in by a ticket. Raises UnfitUserError.

    places  that there are
    """
    check_places(wish.places, frozenset(places))
    before = users.by_name(connection, name)
    if before is not None and before.origin != "local":
        raise UnfitUserError(f"{name} signs in elsewhere, where roles and places are granted too")
    told = msgspec.structs.asdict(wish) | {"name": name}
    new = User(**told, created_s=now_s)
    user = msgspec.structs.replace(before, **told) if before else new
    with _still_managed(connection):
        users.put(connection, user)
    return user


def let_in(connection: Connection, name: str, *, yes: bool) -> User:
    """Let someone in again, or no more: all that lets them in ends. Raises both errors."""
    user = msgspec.structs.replace(known(connection, name), disabled=not yes)
    with _still_managed(connection):
        users.put(connection, user)
    if not yes:
        passes.take_back_all(connection, name)
    return user


def ticket(connection: Connection, name: str, *, now_s: float) -> str:
    """The secret of a link that is good once; password and sessions of before are good no more.

    Tokens of programs go on. Raises both errors.
    """
    user = known(connection, name)
    if user.origin != "local":
        raise UnfitUserError(f"{name} signs in elsewhere, and has no password here")
    if user.disabled:
        raise UnfitUserError(f"{name} is disabled; let them in again first")
    users.put(connection, msgspec.structs.replace(user, password=None))
    passes.take_back_all(connection, name, "session", "ticket")
    return passes.give(
        connection, name, "ticket", now_s=now_s, lasts_s=passes.TICKET_S, label="reset"
    )


@contextmanager
def _still_managed(connection: Connection) -> Iterator[None]:
    """A change after which somebody must still manage users, if anybody did before."""
    before = _managers(connection)
    yield
    if before and not _managers(connection):
        raise UnfitUserError(f"{before[0]} is the last who manages users; make another first")


def _managers(connection: Connection) -> list[str]:
    return [
        user.name
        for user in users.all_of(connection)
        if not user.disabled
        and EVERYWHERE in user.places
        and any("users.manage" in TABLE[role] for role in user.roles)
    ]


def check_places(wanted: tuple[str, ...], places: frozenset[str]) -> None:
    """Nobody is limited to a place that is not there. Raises UnfitUserError."""
    for place in wanted:
        if place not in {EVERYWHERE, *places}:
            near = get_close_matches(place, places, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UnfitUserError(f"no place has the id {place!r}{hint}")
