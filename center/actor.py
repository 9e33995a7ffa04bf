"""A request in, who asks out, as the one check of rights found it."""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from fastapi import Depends, Header, Query, Request

from center.rights import Holder

SEAT = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"
DEFAULT = "seat-1"
Via = Literal["session", "token", "link", "open"]


class Caller(Holder, frozen=True, kw_only=True):
    """Who asks, how the centre knows, and what they may see.

    via   `open` where nobody signs in; `link` with a patrol's
    seen  ids of places; None for all
    key   hash of the session or token
    """

    via: Via
    seen: frozenset[str] | None
    key: str = ""

    def sees(self, place: str) -> bool:
        """Whether a place is among theirs."""
        return self.seen is None or place in self.seen


class Asked(msgspec.Struct, kw_only=True):
    """What is known of a request by the time it is answered, for the audit.

    did    the route, such as `POST /api/alerts/{alert_id}/close`
    about  what it is about: an alert, a camera, a box
    told   whether the audit is to have it
    kept   is called once the audit has it
    """

    by: str = ""
    via: str = ""
    permission: str = ""
    did: str = ""
    place: str = ""
    about: str = ""
    why: str = ""
    told: bool = False
    kept: Callable[[], None] | None = None
    caller: Caller | None = None


def asked_of(request: Request) -> Asked:
    """The account of a request, kept with it."""
    state: dict[str, Asked] = request.scope.setdefault("state", {})
    return state.setdefault("asked", Asked())


def caller(request: Request) -> Caller:
    """Who asks; the check of rights ran before."""
    found = asked_of(request).caller
    if found is None:
        raise RuntimeError("this route was reached past the check of rights")
    return found


Asker = Annotated[Caller, Depends(caller)]


def actor(
    request: Request,
    who: Asker,
    seat: Annotated[str | None, Query(pattern=SEAT)] = None,
    tocsin_seat: Annotated[str | None, Header(pattern=SEAT)] = None,
) -> str:
    """The seat that asks. Where nobody signs in: `?seat=`, or the header, or else the first."""
    if who.via != "open":
        return who.seat
    named = seat or tocsin_seat or DEFAULT
    asked_of(request).by = named
    return named


Actor = Annotated[str, Depends(actor)]
