"""Routes by which who manages users lists, makes, changes, disables and lets them in anew."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import FastAPI, HTTPException, Path, Request, Response
from sqlalchemy import Connection

from center import managing, users
from center.actor import Asker, Caller, asked_of
from center.asked import Plain
from center.bodies import Raw, json, read
from center.managing import UnfitUserError, UnknownUserError, Wish
from center.needs import needs
from center.openapi import answers, taken
from center.paging import Cursor, Limit, paged
from center.passes import TICKET_S
from center.rights import EVERYWHERE
from center.users import User
from center.userviews import PlaceLine, TicketView, ToPutUser, UserPage, UserView, view
from center.working import Working

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.@-]{0,59}$")]
EXAMPLE = ToPutUser(seat="seat-3", roles=("operator",), places=("north-street",))
Made = TypeVar("Made")
_OWN = "another who manages users does that for you: nobody changes their own rights"


class _Users:
    """The store's users, for the routes; what cannot be is a 404 or a 422."""

    def __init__(self, working: Working) -> None:
        self.store, self.clock, self.watch_list = (
            working.store, working.clock, working.watch_list,
        )  # fmt: skip

    def change(self, do: Callable[[Connection, float], Made]) -> Made:
        """What is done within one transaction, at this time."""
        try:
            with self.store.write() as connection:
                return do(connection, self.clock.now_s())
        except UnknownUserError as error:
            raise HTTPException(404, str(error)) from error
        except UnfitUserError as error:
            raise HTTPException(422, str(error)) from error

    def shown(self, do: Callable[[Connection, float], User]) -> Response:
        """A change of a user, and the user after it."""

        def done(connection: Connection, now_s: float) -> UserView:
            return view(connection, do(connection, now_s), now_s=now_s)

        return json(self.change(done))


def routes(api: FastAPI, working: Working) -> None:
    """Add them to an application."""
    held = _Users(working)
    _reading(api, held)
    _making(api, held)
    _letting_in(api, held)


def _reading(api: FastAPI, held: _Users) -> None:
    @api.get("/api/users", responses=answers(UserPage))
    @needs("users.manage")
    def list_users(limit: Limit = 100, cursor: Cursor = None) -> Response:
        """Who may sign in, with their roles and places."""
        now_s = held.clock.now_s()
        with held.store.read() as connection:
            all_of = users.all_of(connection)
            some, after = paged(all_of, lambda user: user.name, limit=limit, cursor=cursor)
            page = tuple(view(connection, user, now_s=now_s) for user in some)
        listed = held.watch_list().places
        places = tuple(PlaceLine(id=place.id, name=place.name) for place in listed)
        return json(UserPage(users=page, places=places, next=after))

    @api.get("/api/users/{name}", responses=answers(UserView, 404))
    @needs("users.manage")
    def get_user(name: Name) -> Response:
        """One of them."""
        return held.shown(lambda connection, _: managing.known(connection, name))


def _making(api: FastAPI, held: _Users) -> None:
    @api.put(
        "/api/users/{name}",
        responses=answers(UserView, 413, 415),
        openapi_extra=taken(ToPutUser, EXAMPLE),
    )
    @needs("users.manage")
    def put_user(name: Name, request: Request, body: Raw, who: Asker) -> Response:
        """Make a user, or change the seat, the roles and the places of one.

        A new one has no password: a ticket lets them in once, to set one.
        """
        wish = _wish(name, read(ToPutUser, body))
        _others(who, name)
        _note(request, name, f"{', '.join(wish.roles)} at {', '.join(wish.places)}")
        places = [place.id for place in held.watch_list().places]
        return held.shown(
            lambda connection, now_s: managing.put(
                connection, name, wish, places=places, now_s=now_s
            )
        )


def _letting_in(api: FastAPI, held: _Users) -> None:
    @api.post(
        "/api/users/{name}/disable",
        responses=answers(UserView, 404, 413, 415),
        openapi_extra=taken(Plain),
    )
    @needs("users.manage")
    def disable(name: Name, request: Request, body: Raw, who: Asker) -> Response:
        """Let a user in no more: sessions, tokens and streams end within seconds."""
        _others(who, name)
        _note(request, name, read(Plain, body).reason or "")
        return held.shown(lambda connection, _: managing.let_in(connection, name, yes=False))

    @api.post(
        "/api/users/{name}/enable",
        responses=answers(UserView, 404, 413, 415),
        openapi_extra=taken(Plain),
    )
    @needs("users.manage")
    def enable(name: Name, request: Request, body: Raw) -> Response:
        """Let a user in again, with the password of before."""
        _note(request, name, read(Plain, body).reason or "")
        return held.shown(lambda connection, _: managing.let_in(connection, name, yes=True))

    @api.post(
        "/api/users/{name}/ticket",
        responses=answers(TicketView, 404, 413, 415),
        openapi_extra=taken(Plain),
    )
    @needs("users.manage")
    def give_ticket(name: Name, request: Request, body: Raw) -> Response:
        """A new link for a user, good once and for an hour, in place of their password.

        Their password, sessions and links of before are good no more; tokens go on.
        """
        _note(request, name, read(Plain, body).reason or "")

        def do(connection: Connection, now_s: float) -> TicketView:
            secret = managing.ticket(connection, name, now_s=now_s)
            ends = datetime.fromtimestamp(now_s + TICKET_S, UTC)
            return TicketView(name=name, path=f"/enter?ticket={secret}", ends_at=ends)

        return json(held.change(do))


def _wish(name: str, asked: ToPutUser) -> Wish:
    if asked.everywhere == bool(asked.places):
        raise HTTPException(422, "say either places or everywhere - at `$.places`")
    places = (EVERYWHERE,) if asked.everywhere else tuple(dict.fromkeys(asked.places))
    seat = asked.seat or name
    return Wish(seat=seat[:40], roles=tuple(dict.fromkeys(asked.roles)), places=places)


def _others(who: Caller, name: str) -> None:
    if who.name == name and who.via != "open":
        raise HTTPException(422, _OWN)


def _note(request: Request, name: str, why: str = "") -> None:
    """What the audit is to have of it."""
    asked = asked_of(request)
    asked.about, asked.why = name, why or asked.why
