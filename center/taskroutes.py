"""Routes of a patrol's phone: the token in the link is all that it has."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Response

from center.bodies import Raw, found, json, read
from center.needs import needs
from center.openapi import answers, taken
from center.patrolling import Patrolling, TaskView
from center.tasks import Told

Token = Annotated[str, Path(max_length=128)]
FOUND = Told(step="outcome", outcome="no_trace", note="the gate is locked")
_UNSEEN = "no task has this link"


def routes(api: FastAPI, patrolling: Patrolling) -> None:
    """Add them to an application."""

    @api.get("/api/tasks/{token}", responses=answers(TaskView, 404, 410))
    @needs("link")
    def get_task(token: Token) -> Response:
        """The task behind a link."""
        return json(found(patrolling.task(token), _UNSEEN))

    @api.get("/api/tasks/{token}/picture", responses=answers(bytes, 404, 410))
    @needs("link")
    def get_task_picture(token: Token) -> Response:
        """The redacted still of the alert that it is about."""
        data = patrolling.picture(token)
        if data is None:
            raise HTTPException(404, "this task has no picture")
        kept = {"Cache-Control": "private, no-store"}
        return Response(data, media_type="image/jpeg", headers=kept)

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
