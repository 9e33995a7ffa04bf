"""A desk and a hub in, the HTTP application out: JSON, pictures, the stream and the console."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from center import (
    alertroutes,
    auditroutes,
    drawnroutes,
    liveroutes,
    lookroutes,
    metrics,
    pages,
    reportroutes,
    sessionroutes,
    sight,
    taskroutes,
    userroutes,
    watchroutes,
)
from center.access import Access, DeniedError
from center.actor import Actor, Asker
from center.audit import Audit
from center.bodies import json
from center.commanding import Commanding
from center.darkroom import Darkroom
from center.desk import Desk
from center.drawings import Drawings
from center.entrance import Entrance
from center.guard import Guard
from center.hub import Hub, Notice
from center.liveviews import LiveViews
from center.needs import needs
from center.openapi import answers, describe, taken
from center.paging import Cursor, Limit
from center.patrolling import Patrolling
from center.problem import explain
from center.reporting.making import Making
from center.rights import missing
from center.seconding import Seconding
from center.stream import REPLAY, lines
from center.views import BoxPage, EventPage, HeadPage, Stats, Status
from center.waiting import Held
from center.watchlist import WatchList
from center.weakening import Health, health
from center.witness import Witness
from center.working import Working
from pipelines.commands import Answer, Command, Live, Snapshot
from pipelines.depth import read

if TYPE_CHECKING:
    from center.oidc import Oidc

_SHOWS = (Snapshot, Live)


def app(  # noqa: PLR0913 -- the parts of one centre
    desk: Desk,
    hub: Hub,
    *,
    working: Working,
    seconding: Seconding,
    commanding: Commanding,
    status: Callable[[], Status],
    held: Callable[[], Awaitable[Held | None]],
    names: frozenset[str],
    access: Access,
    audit: Audit,
    live: LiveViews,
    reports: Making,
    entrance: Entrance | None = None,
    oidc: "Oidc | None" = None,
    elsewhere: alertroutes.Elsewhere | None = None,
    expiries: Callable[[], Mapping[str, float]] = dict,
    told: Callable[[], Mapping[str, int]] = dict,
    darkroom: taskroutes.Develop | None = None,
) -> FastAPI:
    """All routes over one desk. `names` are the host names that it answers to.

    audit     where is written who read a picture, changed or was refused something
    access    stands before every route
    reports   makes them
    entrance  where one signs in; without one nobody does
    oidc      where one may sign in instead
    elsewhere asks for pictures of alerts that other levels made
    expiries  Unix times at which certificates expire, for the metrics
    told      events of each box since the start, for the metrics
    darkroom  redacts what patrols photograph; by default in a process of its own
    """
    api = FastAPI(
        title="Tocsin command centre",
        version="1",
        dependencies=[Depends(access)],
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    explain(api)
    alertroutes.routes(api, desk, working, elsewhere)
    auditroutes.routes(api, audit)
    sessionroutes.routes(api, entrance, oidc.provider.name if oidc else None)
    if entrance is not None and oidc is not None:
        from center import oidcroutes  # noqa: PLC0415 -- its packages are there where a file asks for it

        oidcroutes.routes(api, entrance, oidc)
    userroutes.routes(api, working)
    taskroutes.routes(api, Patrolling(working), darkroom or Darkroom())
    lookroutes.routes(api, desk, working)
    watchroutes.routes(api, seconding)
    liveroutes.routes(api, desk, working, live, access)
    drawnroutes.routes(api, liveroutes.finder(desk, working), Drawings(commanding, desk.clock))
    reportroutes.routes(api, reports)
    _overview(api, desk, status, working.watch_list)
    _stream(api, desk, hub, access)
    _commands(api, desk, commanding)
    metrics.serve(api, desk, hub, status=status, held=held, expiries=expiries, told=told)
    describe(api)
    pages.serve(api)
    api.add_middleware(Witness, audit=audit, clock=desk.clock)
    api.add_middleware(Guard, names=names)
    return api


def _overview(
    api: FastAPI, desk: Desk, status: Callable[[], Status], listed: Callable[[], WatchList]
) -> None:
    @api.get("/api/events", responses=answers(EventPage))
    @needs("alerts.read")
    def list_events(who: Asker, limit: Limit = 100, cursor: Cursor = None) -> Response:
        """The events that came last, newest first."""
        return json(desk.events(limit=limit, before=cursor, seen=who.seen))

    @api.get("/api/stats", responses=answers(Stats))
    @needs("health.read")
    def get_stats() -> Response:
        """Totals since the store was made."""
        return json(desk.stats())

    @api.get("/api/status", responses=answers(Status))
    @needs("health.read")
    def get_status(who: Asker) -> Response:
        """How everything does just now; the stream sends the same each second."""
        return json(sight.status(status(), who.seen, listed()))

    @api.get("/api/health", responses=answers(Health))
    @needs("health.read")
    def get_health(who: Asker) -> Response:
        """What is wrong, worst first: blind places, and the entries that each fault weakens."""
        how, mine = status(), sight.boxes(desk.boxes.states(), who.seen)
        return json(health(sight.listed(listed(), who.seen), mine, broker=how.broker))

    @api.get("/api/boxes", responses=answers(BoxPage))
    @needs("health.read")
    def list_boxes(who: Asker) -> Response:
        """Each box's latest heartbeat."""
        return json(BoxPage(boxes=sight.boxes(desk.boxes.states(), who.seen)))

    @api.get("/api/boxes/{box}/audit", responses=answers(HeadPage))
    @needs("audit.read")
    def list_heads(box: str, limit: Limit = 100) -> Response:
        """Where a box's audit stood, newest first, for `tocsin audit verify --head`."""
        return json(desk.heads(box, limit=limit))


def _commands(api: FastAPI, desk: Desk, commanding: Commanding) -> None:
    @api.post(
        "/api/boxes/{box}/commands",
        responses=answers(Answer, 404, 409, 504),
        openapi_extra=taken(Command),
    )
    @needs("boxes.command")
    async def command_box(box: str, request: Request, seat: Actor, who: Asker) -> Response:
        """Arm or disarm a rule, change a camera's sensitivity, ask for a redacted still or zones.

        The body is a command without `id`, `expires` and `by`. A box does what its file allows.
        What answers with a picture, or shows one, needs `pictures.view` as well.
        """
        if box not in {state.box for state in desk.boxes.own()}:
            raise HTTPException(404, "no box has this id")
        try:
            wish = read(msgspec.json.Decoder(dict[str, Any]), await request.body())
            command = commanding.command(wish, seat=seat)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HTTPException(422, str(error)) from error
        lacks = missing(who, "pictures.view", who.seen) if isinstance(command, _SHOWS) else None
        if lacks is not None:
            raise DeniedError(lacks)
        answer = await commanding.send(box, command)
        if answer is None:
            raise HTTPException(504, f"{box} does not answer")
        if answer.error is not None:
            fault = answer.error
            allowed = f"; there are: {', '.join(fault.allowed)}" if fault.allowed else ""
            raise HTTPException(409, f"{fault.type}: {fault.detail}{allowed}")
        return json(answer)


def _stream(api: FastAPI, desk: Desk, hub: Hub, access: Access) -> None:
    def changes(after: int) -> list[Notice]:
        return desk.changes(after, limit=REPLAY)

    @api.get("/api/stream", responses=answers(str))
    @needs("alerts.read")
    async def follow(
        who: Asker,
        after: Annotated[int, Query(ge=0)] = 0,
        last_event_id: Annotated[int | None, Header(ge=0)] = None,
    ) -> Response:
        """Server-sent events: `alert`, whose id is its revision, and `status` each second.

        `Last-Event-ID`, or else `after`, is the revision to resume from.
        """
        start = after if last_event_id is None else last_event_id
        text = lines(hub, changes, after=start, admitted=lambda: access.still(who))
        kept = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(text, media_type="text/event-stream", headers=kept)
