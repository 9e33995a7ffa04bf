"""A desk and a hub in, the HTTP application out: JSON, pictures, the stream and the console."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.staticfiles import StaticFiles

from center import alertroutes, lookroutes, metrics, taskroutes, watchroutes
from center.bodies import json
from center.commanding import Commanding
from center.desk import Desk
from center.guard import Guard
from center.hub import Hub, Notice
from center.listing import Listing
from center.openapi import answers, describe, taken
from center.paging import Cursor, Limit
from center.patrolling import Patrolling
from center.problem import explain
from center.stream import REPLAY, lines
from center.views import BoxPage, EventPage, HeadPage, Stats, Status
from center.waiting import Held
from center.watchlist import WatchList
from center.weakening import Health, health
from center.working import Working
from pipelines.commands import Answer, Command

STATIC = Path(__file__).parent / "static"


def app(
    desk: Desk,
    hub: Hub,
    *,
    working: Working,
    listing: Listing,
    commanding: Commanding,
    status: Callable[[], Status],
    held: Callable[[], Awaitable[Held | None]],
    names: frozenset[str],
) -> FastAPI:
    """All routes over one desk. `names` are the host names that it answers to."""
    api = FastAPI(
        title="Tocsin command centre",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    explain(api)
    alertroutes.routes(api, desk, working)
    taskroutes.routes(api, Patrolling(working))
    lookroutes.routes(api, desk, working)
    watchroutes.routes(api, listing)
    _overview(api, desk, status, working.watch_list)
    _stream(api, desk, hub)
    _commands(api, desk, commanding)
    metrics.serve(api, desk, hub, status=status, held=held)
    describe(api)
    api.mount("/", StaticFiles(directory=STATIC, html=True))
    api.add_middleware(Guard, names=names)
    return api


def _overview(
    api: FastAPI, desk: Desk, status: Callable[[], Status], listed: Callable[[], WatchList]
) -> None:
    @api.get("/api/events", responses=answers(EventPage))
    def list_events(limit: Limit = 100, cursor: Cursor = None) -> Response:
        """The events that came last, newest first."""
        return json(desk.events(limit=limit, before=cursor))

    @api.get("/api/stats", responses=answers(Stats))
    def get_stats() -> Response:
        """Totals since the store was made."""
        return json(desk.stats())

    @api.get("/api/status", responses=answers(Status))
    def get_status() -> Response:
        """How everything does just now; the stream sends the same each second."""
        return json(status())

    @api.get("/api/health", responses=answers(Health))
    def get_health() -> Response:
        """What is wrong, worst first: blind places, and the entries that each fault weakens."""
        how = status()
        return json(health(listed(), desk.boxes.states(), broker=how.broker))

    @api.get("/api/boxes", responses=answers(BoxPage))
    def list_boxes() -> Response:
        """Each box's latest heartbeat."""
        return json(BoxPage(boxes=desk.boxes.states()))

    @api.get("/api/boxes/{box}/audit", responses=answers(HeadPage))
    def list_heads(box: str, limit: Limit = 100) -> Response:
        """Where a box's audit stood, newest first, for `tocsin audit verify --head`."""
        return json(desk.heads(box, limit=limit))


def _commands(api: FastAPI, desk: Desk, commanding: Commanding) -> None:
    @api.post(
        "/api/boxes/{box}/commands",
        responses=answers(Answer, 404, 409, 504),
        openapi_extra=taken(Command),
    )
    async def command_box(box: str, request: Request) -> Response:
        """Arm or disarm a rule, change a camera's sensitivity, ask for a redacted still.

        The body is a command without `id`, `expires` and `by`. A box does what its file allows.
        """
        if box not in {state.box for state in desk.boxes.states()}:
            raise HTTPException(404, "no box has this id")
        try:
            wish = msgspec.json.decode(await request.body(), type=dict[str, Any])
            command = commanding.command(wish)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HTTPException(422, str(error)) from error
        answer = await commanding.send(box, command)
        if answer is None:
            raise HTTPException(504, f"{box} does not answer")
        if answer.error is not None:
            fault = answer.error
            allowed = f"; there are: {', '.join(fault.allowed)}" if fault.allowed else ""
            raise HTTPException(409, f"{fault.type}: {fault.detail}{allowed}")
        return json(answer)


def _stream(api: FastAPI, desk: Desk, hub: Hub) -> None:
    def changes(after: int) -> list[Notice]:
        return desk.changes(after, limit=REPLAY)

    @api.get("/api/stream", responses=answers(str))
    async def follow(
        after: Annotated[int, Query(ge=0)] = 0,
        last_event_id: Annotated[int | None, Header(ge=0)] = None,
    ) -> Response:
        """Server-sent events: `alert`, whose id is its revision, and `status` each second.

        `Last-Event-ID`, or else `after`, is the revision to resume from.
        """
        start = after if last_event_id is None else last_event_id
        text = lines(hub, changes, after=start)
        kept = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(text, media_type="text/event-stream", headers=kept)
