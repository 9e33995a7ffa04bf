"""Routes by which one signs in at an OpenID provider and comes back."""

import hmac
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from center.actor import asked_of
from center.claims import UnfitError, user_of
from center.entrance import Entrance
from center.needs import needs
from center.oidc import UNDER_WAY_S, Oidc
from center.sessionroutes import set_cookie
from pipelines.errors import LinkError

BEGIN, BACK, COOKIE = "/enter/provider", "/enter/back", "tocsin-under-way"
Text = Annotated[str, Query(max_length=4096)]


def routes(api: FastAPI, entrance: Entrance, oidc: Oidc) -> None:
    """Add them to an application."""

    @api.get(BEGIN, include_in_schema=False)
    @needs("anyone")
    def begin(request: Request) -> Response:
        """Go to the provider."""
        try:
            url, state = oidc.begin(f"{str(request.base_url).rstrip('/')}{BACK}")
        except LinkError as error:
            raise HTTPException(503, str(error)) from error
        answer = RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
        answer.set_cookie(
            COOKIE, state, max_age=int(UNDER_WAY_S), path="/enter", httponly=True,
            secure=request.url.scheme == "https", samesite="lax",
        )  # fmt: skip
        return answer

    @api.get(BACK, include_in_schema=False)
    @needs("anyone")
    def back(request: Request, code: Text = "", state: Text = "", error: Text = "") -> Response:
        """Come back from it, signed in."""
        asked_of(request).told = True
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), state.encode()):
            raise HTTPException(403, "this sign-in was begun in another browser")
        if error or not code:
            raise HTTPException(403, f"the provider let nobody in: {error[:100] or 'no code'}")
        try:
            claims = oidc.end(code, state)
            user = user_of(claims, oidc.provider, now_s=oidc.clock.now_s())
            secret = entrance.admit(user)
        except UnfitError as unfit:
            raise HTTPException(403, str(unfit)) from unfit
        except LinkError as trouble:
            raise HTTPException(503, str(trouble)) from trouble
        asked_of(request).by = user.name
        answer = RedirectResponse("/", 303, headers={"Cache-Control": "no-store"})
        set_cookie(request, answer, secret)
        answer.delete_cookie(COOKIE, path="/enter")
        return answer
