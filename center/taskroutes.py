"""Routes of a patrol's phone: the token in the link is all that it has."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request, Response

from center.alertquery import Name
from center.bodies import Raw, found, jpeg, json, kind_of, read
from center.darkroom import KINDS
from center.moments import Moment
from center.needs import needs
from center.openapi import answers, taken
from center.patrolling import Patrolling, Taken, TaskView
from center.tasks import Told
from pipelines.flow import Picture

Develop = Callable[[bytes], Awaitable[Picture]]
"""Redacts a photo; raises why it cannot."""

Token = Annotated[str, Path(max_length=128)]
Key = Annotated[str, Query(pattern="^[A-Za-z0-9_-]{1,64}$")]
FOUND = Told(step="outcome", outcome="no_trace", note="the gate is locked")
_UNSEEN = "no task has this link"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TAKEN = {"requestBody": {"required": True, "content": dict.fromkeys(KINDS, _BINARY)}}


async def _photo_of(request: Request) -> bytes:
    """The body, if it is what it says it is, and that is a photo."""
    kind = kind_of(request)
    if kind not in KINDS:
        raise HTTPException(415, f"a photo is {', '.join(KINDS)}")
    body = await request.body()
    if not body.startswith(KINDS[kind]):
        raise HTTPException(415, f"this is no {kind}")
    return body


Photo = Annotated[bytes, Depends(_photo_of)]


def routes(api: FastAPI, patrolling: Patrolling, darkroom: Develop) -> None:
    """Add them to an application. `darkroom` redacts photos."""
    _tasks(api, patrolling)
    _photos(api, patrolling, darkroom)


def _tasks(api: FastAPI, patrolling: Patrolling) -> None:
    @api.get("/api/tasks/{token}", responses=answers(TaskView, 404, 410))
    @needs("link")
    def get_task(token: Token) -> Response:
        """The task behind a link."""
        return json(found(patrolling.task(token), _UNSEEN))

    @api.get("/api/tasks/{token}/picture", responses=answers(bytes, 404, 410))
    @needs("link")
    def get_task_picture(token: Token) -> Response:
        """The redacted still of the alert that it is about."""
        return jpeg(patrolling.picture(token), "this task has no picture")

    @api.post(
        "/api/tasks/{token}",
        responses=answers(TaskView, 404, 410, 413, 415),
        openapi_extra=taken(Told, Told(step="on_way"), FOUND),
    )
    @needs("link")
    def tell_task(token: Token, body: Raw) -> Response:
        """On my way, I have arrived, what I found; told twice, late or out of order it is the same.

        `real` leaves the alert with the desk; `not_real` and `no_trace` close it. `call` and `hold`
        ask the desk for a call and for back-up, and change no state.
        """
        return json(found(patrolling.told(token, read(Told, body)), _UNSEEN))


def _photos(api: FastAPI, patrolling: Patrolling, darkroom: Develop) -> None:
    @api.post(
        "/api/tasks/{token}/photos",
        responses=answers(TaskView, 404, 409, 410, 413, 415),
        openapi_extra=_TAKEN,
    )
    @needs("link")
    async def add_photo(
        token: Token, key: Key, photo: Photo, taken_at: Moment | None = None
    ) -> Response:
        """A photo from the place: kept once every head and face on it is covered, or not at all.

        `key` is how the phone calls it: sent twice it is one. What was sent is never written down.
        """
        wanted = await asyncio.to_thread(patrolling.wants, token, key)
        if wanted is None:
            raise HTTPException(404, _UNSEEN)
        if wanted:
            taken = Taken(await darkroom(photo), taken_at)
            view = await asyncio.to_thread(patrolling.photographed, token, key, taken)
        else:
            view = await asyncio.to_thread(patrolling.task, token)
        return json(found(view, _UNSEEN))

    @api.get("/api/tasks/{token}/photos/{photo}", responses=answers(bytes, 404, 410))
    @needs("link")
    def get_task_photo(token: Token, photo: Name) -> Response:
        """One of the task's own photos, redacted."""
        return jpeg(patrolling.photo(token, photo), "this task has no such photo")
