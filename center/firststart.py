"""A centre that nobody can sign in to in, its first administrator's link out, where only they look.

It goes to the terminal; without one, into a file that only the centre's user may read. It is never
logged.
"""

import os
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection

from center import passes, users
from center.entrance import Entrance
from center.rights import EVERYWHERE
from center.users import User

ADMIN = "admin"
FILE = "first-sign-in"


def link(url: str, entrance: Entrance) -> str | None:
    """A link that signs the first administrator in, once; nothing when others can sign in."""
    now_s = entrance.clock.now_s()
    with entrance.store.write() as connection:
        if _can_anybody(connection, now_s):
            return None
        if users.by_name(connection, ADMIN) is None:
            users.put(connection, first_user(now_s))
        passes.take_back_all(connection, ADMIN, "ticket")
        ticket = passes.give(
            connection, ADMIN, "ticket", now_s=now_s, lasts_s=passes.TICKET_S, label="first"
        )
    return f"{url}/enter?ticket={ticket}"


def first_user(now_s: float) -> User:
    """May do what supervisors and administrators do, everywhere, until others are there."""
    return User(
        name=ADMIN, seat=ADMIN, roles=("administrator", "supervisor"), places=(EVERYWHERE,),
        created_s=now_s,
    )  # fmt: skip


def tell(url: str, entrance: Entrance, folder: Path, terminal: TextIO) -> None:
    """Show the link, if there is one, and take the file of before away."""
    file = folder / FILE
    file.unlink(missing_ok=True)
    found = link(url, entrance)
    if found is None:
        return
    if terminal.isatty():
        terminal.write(
            f"nobody can sign in yet; the first link, good once, for an hour:\n{found}\n"
        )
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(found + "\n")
    terminal.write(f"nobody can sign in yet; the first link is in {file}\n")


def _can_anybody(connection: Connection, now_s: float) -> bool:
    """Whether someone has a password, or holds something that lets them in."""
    able = [user for user in users.all_of(connection) if not user.disabled]
    if any(user.password or user.origin != "local" for user in able):
        return True
    held = (
        given
        for user in able
        for kind in ("session", "token")
        for given in passes.of_user(connection, user.name, kind)
    )
    return any(given.expires_s > now_s for given in held)
