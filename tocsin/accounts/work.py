"""What is to become of a centre's users in, its store changed or a table out.

Works beside a running centre: both use the same store.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from getpass import getpass, getuser
from pathlib import Path
from typing import TypeVar, get_args

import msgspec
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from center import managing, passes, users, watchlist
from center.audit import Audit, What
from center.clock import SystemClock
from center.config import load
from center.levels import places as levels
from center.managing import UnfitUserError, UnknownUserError
from center.passwords import Passwords
from center.rights import EVERYWHERE, Role
from center.service import audit_of, store_of
from center.users import User
from pipelines.errors import ConfigError
from tocsin import secret

Managed = TypeVar("Managed")

_clock = SystemClock()


@contextmanager
def _writing(path: Path, did: str = "", about: str = "", why: str = "") -> Iterator[Connection]:
    """A transaction; what it does goes into the centre's audit before it is committed."""
    config = load(path)
    with closing(store_of(config)) as store, store.write() as connection:
        yield connection
        if did:
            what = What(did=f"tocsin center user {did}", about=about, why=why, via="terminal")
            at = datetime.fromtimestamp(_clock.now_s(), UTC)
            Audit(audit_of(config)).append(what, by=f"terminal:{getuser()}", at=at)


def add(
    config: Path, name: str, *, seat: str, roles: list[str], places: tuple[str, ...],
    password: Path | None,
) -> None:  # fmt: skip
    """A new user, whose password is in a file or is asked for. Raises ConfigError."""
    told = {
        "name": name, "seat": seat, "roles": roles, "places": places,
        "created_s": _clock.now_s(),
    }  # fmt: skip
    try:
        user = msgspec.convert(told, User)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error}; roles: {', '.join(get_args(Role))}") from error
    hashed = Passwords().hash(_password(password, name))
    listed = watchlist.load(Path(load(config).watch_list))
    with _writing(
        config, "add", name, why=f"{', '.join(roles)} at {', '.join(places)}"
    ) as connection:
        if users.by_name(connection, name) is not None:
            raise ConfigError(f"a user is named {name!r} already; use passwd, or another name")
        known = {place.id for place in listed.places}
        known |= {place.id for some in levels.told(connection).values() for place in some}
        _managed(lambda: managing.check_places(user.places, frozenset(known)))
        users.put(connection, msgspec.structs.replace(user, password=hashed))


def show(config: Path, console: Console) -> None:
    """A table of all users."""
    table = Table("name", "seat", "roles", "places", "signs in", "tokens", box=None)
    with _writing(config) as connection:
        for user in users.all_of(connection):
            tokens = len(passes.of_user(connection, user.name, "token"))
            places = ", ".join(user.places).replace(EVERYWHERE, "everywhere")
            table.add_row(
                user.name, user.seat, ", ".join(user.roles), places, _how(user), str(tokens)
            )
    console.print(table)


def _how(user: User) -> str:
    if user.disabled:
        return "no: disabled"
    if user.origin != "local":
        return f"by {user.origin}"
    return "by password" if user.password else "no password yet"


def passwd(config: Path, name: str, password: Path | None) -> None:
    """A new password; what the old one opened is closed. Raises ConfigError."""
    hashed = Passwords().hash(_password(password, name))
    with _writing(config, "passwd", name) as connection:
        user = _known(connection, name)
        users.put(connection, msgspec.structs.replace(user, password=hashed))
        passes.take_back_all(connection, name, "session", "ticket")


def disable(config: Path, name: str) -> None:
    """Let nobody in by this name. Raises ConfigError."""
    with _writing(config, "disable", name) as connection:
        _managed(lambda: managing.let_in(connection, name, yes=False))


def enable(config: Path, name: str) -> None:
    """Let someone in again. Raises ConfigError."""
    with _writing(config, "enable", name) as connection:
        _managed(lambda: managing.let_in(connection, name, yes=True))


def token(config: Path, name: str, *, label: str, roles: list[str] | None, days: float) -> str:
    """A new token, with all roles of its user or some. Raises ConfigError."""
    with _writing(config, "token", name) as connection:
        user = _known(connection, name)
        if not set(roles or ()) <= set(user.roles):
            raise ConfigError(f"{name} has the roles {', '.join(user.roles)}; a token has no more")
        some = tuple(role for role in user.roles if role in roles) if roles else None
        return passes.give(
            connection, name, "token", now_s=_clock.now_s(), lasts_s=days * 86400, label=label,
            roles=some,
        )  # fmt: skip


def tokens(config: Path, name: str, end: str, console: Console) -> None:
    """A table of a user's tokens, once those that begin so are taken back. Raises ConfigError."""
    table = Table("token", "for", "roles", "until", "last used", box=None)
    with _writing(config, "tokens --end" if end else "", name) as connection:
        _known(connection, name)
        for each in passes.of_user(connection, name, "token"):
            if end and each.begins.startswith(end):
                passes.take_back(connection, each.hash)
                continue
            until, used = (
                datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d")
                for at_s in (each.expires_s, each.used_s)
            )
            roles = ", ".join(each.roles or ("all of the user",))
            table.add_row(f"{each.begins}…", each.label, roles, until, used)
    console.print(table)


def _known(connection: Connection, name: str) -> User:
    return _managed(lambda: managing.known(connection, name))


def _managed(do: Callable[[], Managed]) -> Managed:
    """What is done to a user; what is wrong with it is for who typed it. Raises ConfigError."""
    try:
        return do()
    except (UnknownUserError, UnfitUserError) as error:
        raise ConfigError(str(error)) from error


def _password(file: Path | None, name: str) -> str:
    if file is not None:
        return secret.text_of(file).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise ConfigError("there is no terminal to ask for the password; give --password-file")
    first, again = getpass(f"password of {name}: "), getpass("once more: ")
    if first != again:
        raise ConfigError("the two are not the same; nothing was changed")
    return first
