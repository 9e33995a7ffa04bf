"""The bodies of what is asked and answered about users."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from sqlalchemy import Connection

from center import passes
from center.rights import EVERYWHERE, Role
from center.users import Origin, Seat, User

Way = Literal["password", "link", "nothing", "elsewhere"]
Place = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    """A user, without anything that is secret.

    places      ids, each with all that it holds; none for all there are
    everywhere  whether these are all
    by          how they sign in: by a password, by a link that waits to be used, not at all yet,
                or at an OpenID provider
    sessions, tokens  that they have
    """

    name: str
    seat: str
    roles: tuple[Role, ...]
    places: tuple[str, ...]
    everywhere: bool
    origin: Origin
    by: Way
    disabled: bool
    created_at: datetime
    sessions: int
    tokens: int


class PlaceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A place that a user may be limited to."""

    id: str
    name: str


class UserPage(msgspec.Struct, frozen=True, kw_only=True):
    """Users by their names; `next` is the cursor of the next page, if there is one.

    places  that there are to choose from
    """

    users: tuple[UserView, ...]
    places: tuple[PlaceLine, ...]
    next: str | None


class ToPutUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a user is to be; `everywhere` in place of `places`. The seat is the name if left out."""

    seat: Seat | None = None
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1, max_length=6)]
    places: Annotated[tuple[Place, ...], msgspec.Meta(max_length=200)] = ()
    everywhere: bool = False


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """A link that lets a user in once, as a path of this console; it is shown this once."""

    name: str
    path: str
    ends_at: datetime


def view(connection: Connection, user: User, *, now_s: float) -> UserView:
    """A user as the one who manages them sees them."""

    def held(kind: passes.Kind) -> int:
        given = passes.of_user(connection, user.name, kind)
        return sum(each.expires_s > now_s for each in given)

    return UserView(
        name=user.name, seat=user.seat, roles=user.roles,
        places=tuple(place for place in user.places if place != EVERYWHERE),
        everywhere=EVERYWHERE in user.places, origin=user.origin,
        by=_way(user, tickets=held("ticket")), disabled=user.disabled,
        created_at=datetime.fromtimestamp(user.created_s, UTC),
        sessions=held("session"), tokens=held("token"),
    )  # fmt: skip


def _way(user: User, *, tickets: int) -> Way:
    if user.origin != "local":
        return "elsewhere"
    if user.password is not None:
        return "password"
    return "link" if tickets else "nothing"
