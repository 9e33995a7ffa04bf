"""Routes of the watch list: its text and version, its history, a dry run, and publishing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Header, HTTPException, Path, Query, Response

from center.actor import Actor, Asker
from center.asked import Plain
from center.bodies import Raw, found, json, read
from center.drafting import Draft
from center.dryrun import DryRun
from center.listing import Listing, StaleError
from center.moments import zoned
from center.needs import needs
from center.openapi import answers, taken
from center.paging import Limit
from center.seconding import Person, Seconding, Waiting
from center.versions import ListState, Version
from center.watchviews import (
    ListView,
    ToCheck,
    ToPublish,
    ToRevert,
    ToTry,
    VersionLine,
    VersionPage,
)
from pipelines.errors import ConfigError

Before = Annotated[int | None, Query(ge=1, le=2**53)]
Number = Annotated[int, Path(ge=1, le=2**53)]
Seen = Annotated[str | None, Header(pattern=r'^"\d{1,15}"$')]
EXAMPLE = "places:\n  - {id: yard, name: Depot yard, grade: 2}\n"
Made = TypeVar("Made")
_UNSEEN = "no version of the watch list has this number"
_GONE = "no such text waits; it was published, withdrawn or replaced"
_LATER: dict[int | str, Any] = {202: answers(Waiting)[200]}


def routes(api: FastAPI, seconding: Seconding) -> None:
    """Add them to an application."""
    listing = seconding.listing
    _reading(api, listing, seconding)
    _writing(api, listing, seconding)
    _waiting(api, listing, seconding)


def _reading(api: FastAPI, listing: Listing, seconding: Seconding) -> None:
    @api.get("/api/watch-list", responses=answers(ListView))
    @needs("watch-list.read")
    def get_watch_list() -> Response:
        """The watch list in force; its `ETag` is what `If-Match` asks for."""
        state = _state(listing)
        now = found(listing.version(state.version), _UNSEEN)
        view = ListView(state=state, text=now.text, waiting=seconding.waiting())
        return json(view, revision=state.version)

    @api.get("/api/watch-list/history", responses=answers(VersionPage))
    @needs("watch-list.read")
    def list_versions(limit: Limit = 100, cursor: Before = None) -> Response:
        """What was in force, the newest first."""
        page = listing.history(limit=limit + 1, before=cursor)
        shown = tuple(_line(version) for version in page[:limit])
        more = len(page) > limit
        return json(VersionPage(versions=shown, next=str(shown[-1].id) if more else None))

    @api.get("/api/watch-list/history/{version}", responses=answers(Version, 404))
    @needs("watch-list.read")
    def get_version(version: Number) -> Response:
        """One version and its text."""
        return json(found(listing.version(version), _UNSEEN))

    @api.post(
        "/api/watch-list/check",
        responses=answers(Draft, 413, 415),
        openapi_extra=taken(ToCheck, ToCheck(text=EXAMPLE)),
    )
    @needs("watch-list.read")
    def check_watch_list(body: Raw) -> Response:
        """A text's entries with their lines, or what is wrong with it where; nothing changes."""
        return json(listing.draft(read(ToCheck, body).text))

    @api.post(
        "/api/watch-list/dry-run",
        responses=answers(DryRun, 413, 415),
        openapi_extra=taken(ToTry, ToTry(text=EXAMPLE)),
    )
    @needs("watch-list.edit")
    def try_watch_list(body: Raw) -> Response:
        """What a text would have made of the last days' events; nothing changes."""
        asked = read(ToTry, body)
        zone = _fit(lambda: zoned(asked.zone))
        return json(_fit(lambda: listing.dry_run(asked.text, days=asked.days, zone=zone)))


def _writing(api: FastAPI, listing: Listing, seconding: Seconding) -> None:
    def put(text: str, by: Person, seen: int) -> Response:
        made = _fit(lambda: seconding.publish(text, by=by, seen=seen))
        return json(made, status=202 if isinstance(made, Waiting) else 200)

    @api.put(
        "/api/watch-list",
        responses=answers(Version, 409, 413, 415, 428) | _LATER,
        openapi_extra=taken(ToPublish, ToPublish(text=EXAMPLE)),
    )
    @needs("watch-list.edit")
    def publish(body: Raw, who: Asker, seat: Actor, if_match: Seen = None) -> Response:
        """Put a text in force, whole; a wrong one is refused with the place of the error.

        202 where it changes an entry of grade 1 or 2: it waits until a second person publishes it.
        """
        asked = read(ToPublish, body)
        return put(asked.text, Person(who, seat), _seen(listing, if_match))

    @api.post(
        "/api/watch-list/revert",
        responses=answers(Version, 404, 409, 413, 415, 428) | _LATER,
        openapi_extra=taken(ToRevert, ToRevert(version=1)),
    )
    @needs("watch-list.edit")
    def revert(body: Raw, who: Asker, seat: Actor, if_match: Seen = None) -> Response:
        """Put a version of before in force again, or let it wait; it gets a number of its own."""
        asked = read(ToRevert, body)
        seen = _seen(listing, if_match)
        old = found(listing.version(asked.version), _UNSEEN)
        return put(old.text, Person(who, seat), seen)


def _waiting(api: FastAPI, listing: Listing, seconding: Seconding) -> None:
    @api.post(
        "/api/watch-list/waiting/{number}/publish",
        responses=answers(Version, 404, 409, 413, 415, 428),
        openapi_extra=taken(Plain),
    )
    @needs("watch-list.edit")
    def second(
        number: Number, body: Raw, who: Asker, seat: Actor, if_match: Seen = None
    ) -> Response:
        """Put the text that waits in force, as the second person; who wrote it may not."""
        read(Plain, body)
        seen = _seen(listing, if_match)
        made = _fit(lambda: seconding.second(number, by=Person(who, seat), seen=seen))
        return json(found(made, _GONE))

    @api.delete("/api/watch-list/waiting/{number}", responses=answers(Waiting, 404))
    @needs("watch-list.edit")
    def withdraw(number: Number) -> Response:
        """Let a text wait no longer; whoever may publish may."""
        return json(found(seconding.withdraw(number), _GONE))


def _seen(listing: Listing, if_match: str | None) -> int:
    """The version that the asker has seen; who says none might overwrite what another published."""
    if if_match is None:
        raise HTTPException(428, f'say what you have seen: If-Match: "{_state(listing).version}"')
    return int(if_match.strip('"'))


def _state(listing: Listing) -> ListState:
    if listing.state is None:
        raise HTTPException(503, "no watch list is in force yet")
    return listing.state


def _fit(make: Callable[[], Made]) -> Made:
    """What is made of a text; 422 with the place of the error, 409 if another was first."""
    try:
        return make()
    except (ConfigError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    except StaleError as error:
        ago_s = max(0, int((datetime.now(UTC) - error.state.at).total_seconds()))
        raise HTTPException(409, f"{error} {ago_s} s ago") from error


def _line(version: Version) -> VersionLine:
    return VersionLine(
        id=version.id, at=version.at, by=version.by, sha256=version.sha256, second=version.second
    )
