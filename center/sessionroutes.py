"""Routes by which one signs in and out, and sees who one is to the centre."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from center.actor import Asker, Caller, asked_of
from center.bodies import Raw, json, read
from center.entrance import Entrance, WrongError, cookie_of
from center.needs import needs
from center.openapi import answers, taken
from center.passes import IDLE_S, SESSION_S
from center.rights import EVERYWHERE, permissions
from center.sessionviews import Ended, SessionView, ToSetPassword, ToSignIn, Ways
from pipelines.errors import ConfigError

Ticket = Annotated[str, Query(max_length=200)]
_OPEN = "nobody signs in at this centre: see $.console.sign_in"


def routes(api: FastAPI, entrance: Entrance | None, provider: str | None = None) -> None:
    """Add them to an application; without an entrance nobody signs in.

    provider  the name of an OpenID provider at which one may sign in instead
    """
    _who(api, entrance, provider)
    _in_and_out(api, entrance)


def _who(api: FastAPI, entrance: Entrance | None, provider: str | None) -> None:
    @api.get("/api/session", responses=answers(SessionView))
    @needs("signed-in")
    def get_session(who: Asker) -> Response:
        """Who you are, what you may do, and where."""
        return json(_view(entrance, who))

    @api.get("/api/session/ways", responses=answers(Ways))
    @needs("anyone")
    def get_ways() -> Response:
        """How one may sign in here."""
        url = "/enter/provider" if provider else None
        ways = Ways(sign_in=entrance is not None, provider=provider, provider_url=url)
        return json(ways)

    @api.put(
        "/api/session/password",
        responses=answers(SessionView, 413, 415, 429),
        openapi_extra=taken(ToSetPassword, ToSetPassword(old="of before", new="of twelve or more")),
    )
    @needs("signed-in")
    def set_password(request: Request, body: Raw, who: Asker) -> Response:
        """Change your password; your other sessions end."""
        asked = read(ToSetPassword, body)
        if entrance is None or who.via != "session":
            raise HTTPException(422, _OPEN if entrance is None else "a token has no password")
        try:
            entrance.set_password(who, asked.old, asked.new, address_of(request))
        except ConfigError as error:
            raise HTTPException(422, str(error)) from error
        return json(_view(entrance, who))


def _in_and_out(api: FastAPI, entrance: Entrance | None) -> None:
    @api.post(
        "/api/session",
        responses=answers(SessionView, 413, 415, 429),
        openapi_extra=taken(ToSignIn, ToSignIn(name="li", password="one of twelve or more")),  # noqa: S106 -- an example
    )
    @needs("anyone")
    def sign_in(request: Request, body: Raw) -> Response:
        """Sign in; the answer sets a cookie."""
        asked = read(ToSignIn, body)
        if entrance is None:
            raise HTTPException(422, _OPEN)
        account = asked_of(request)
        account.by, account.told = asked.name, True
        secret = entrance.sign_in(asked.name, asked.password, address_of(request))
        return _entered(request, entrance, secret)

    @api.delete("/api/session", responses=answers(Ended))
    @needs("signed-in")
    def sign_out(request: Request, who: Asker, everywhere: bool = False) -> Response:  # noqa: FBT001, FBT002 -- a query
        """Sign out, or end all sessions that you have."""
        many = entrance.sign_out(who, everywhere=everywhere) if entrance else 0
        answer = json(Ended(sessions=many))
        answer.delete_cookie(cookie_of(request), secure=_is_secure(request), httponly=True)
        return answer

    @api.get("/enter", include_in_schema=False)
    @needs("anyone")
    def enter(request: Request, ticket: Ticket = "") -> Response:
        """Sign in by a link that is good once, and go to the console."""
        answer = RedirectResponse("/", 303, headers={"Cache-Control": "no-store"})
        if entrance is None or entrance.known(request) is not None:
            return answer
        account = asked_of(request)
        account.told = True
        secret = entrance.by_ticket(ticket)
        if secret is None:
            account.told = False
            raise HTTPException(403, "this link was used, or its time is over; ask for another")
        who = entrance.of_session(secret)
        account.by = who.name if who else ""
        set_cookie(request, answer, secret)
        return answer


def _entered(request: Request, entrance: Entrance, secret: str) -> Response:
    who = entrance.of_session(secret)
    if who is None:
        raise WrongError("the name or the password is wrong")
    answer = json(_view(entrance, who))
    set_cookie(request, answer, secret)
    return answer


def set_cookie(request: Request, answer: Response, secret: str) -> None:
    """Let a browser keep a session's secret, where no script can read it."""
    answer.set_cookie(
        cookie_of(request), secret, max_age=int(SESSION_S), path="/",
        secure=_is_secure(request), httponly=True, samesite="strict",
    )  # fmt: skip


def address_of(request: Request) -> str:
    """Where a request came from, as far as that is known."""
    return request.client.host if request.client else ""


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _view(entrance: Entrance | None, who: Caller) -> SessionView:
    return SessionView(
        name=who.name, seat=who.seat, roles=who.roles,
        permissions=tuple(sorted(permissions(who))),
        places=tuple(place for place in who.places if place != EVERYWHERE),
        everywhere=EVERYWHERE in who.places, via=who.via,
        password=entrance is not None and entrance.has_password(who),
        ends_at=entrance.until(who) if entrance else None,
        idle_s=IDLE_S if who.via == "session" else None,
    )  # fmt: skip
