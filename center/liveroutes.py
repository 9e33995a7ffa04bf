"""Routes that show a camera live: a film for as long as it is read, and a still."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from http.client import NO_CONTENT
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from center import lookup, sight
from center.access import Access
from center.actor import Actor, Asker, Caller, asked_of
from center.alertquery import Name
from center.desk import Desk
from center.liveview import LiveError, LiveView
from center.liveviews import LiveViews
from center.needs import needs
from center.openapi import answers
from center.seeing import CameraView, cameras
from center.stream import EndedError
from center.viewing import Viewer
from center.working import Working

FIRST_S = 10.0  # for the first picture of a film
STILL_S = 3.0  # for the first still
QUIET_S = 20.0  # without a picture, after which a film ends
ADMITTED_S = 5.0  # between two looks at whether somebody may still see
_NONE_YET = {"description": "No picture yet"}
_NO_STORE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(api: FastAPI, desk: Desk, working: Working, views: LiveViews, access: Access) -> None:
    """Add them to an application."""
    camera_of = finder(desk, working)
    _film(api, camera_of, views, access)
    _still(api, camera_of, views, desk)


Find = Callable[[str, str | None, Caller], CameraView]


def finder(desk: Desk, working: Working) -> Find:
    """What finds one of this centre's own cameras."""

    def camera_of(camera: str, box: str | None, who: Caller) -> CameraView:
        """A camera that somebody may see. Answers 404."""
        states = sight.boxes(desk.boxes.own(), who.seen)
        known = sight.listed(working.watch_list(), who.seen)
        alike = [
            view for view in cameras(known, states)
            if view.camera == camera and box in (None, view.box)
        ]  # fmt: skip
        if not alike:
            raise HTTPException(404, "no camera has this id")
        return alike[0]

    return camera_of


def _film(api: FastAPI, camera_of: Find, views: LiveViews, access: Access) -> None:
    @api.get("/api/cameras/{camera}/live", responses=answers(memoryview, 404, 409, 504))
    @needs("pictures.view")
    async def watch_camera(
        camera: str, who: Asker, by: Actor, box: Annotated[Name | None, Query()] = None
    ) -> Response:
        """The camera's redacted film, H.264 in fragmented MP4, until you hang up.

        It begins with what a player needs and a keyframe; who is slow goes on at a later keyframe.
        It ends when the film begins anew in another size: ask again. `box` where several have a
        camera of this id.
        """
        found = await asyncio.to_thread(camera_of, camera, box, who)
        _there(found)
        view = views.of(found)
        viewer = view.join(by)
        first: bytes | None = None
        try:
            first = await viewer.next(within_s=FIRST_S)
        finally:
            if first is None:
                view.leave(viewer)
        if first is None:
            raise view.fault or LiveError("late", "no picture of this camera comes")

        def admitted() -> bool:
            seen = access.still(who)
            return seen is None or found.place in seen

        pieces = _pieces(view, viewer, first, admitted)
        return _Film(pieces, lambda: view.leave(viewer))


class _Film(StreamingResponse):
    """An answer that is a place among the viewers for as long as it is sent."""

    def __init__(self, pieces: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        super().__init__(pieces, media_type="video/mp4", headers=_NO_STORE)
        self.leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it until it ends or is hung up."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.leave()


async def _pieces(
    view: LiveView, viewer: Viewer, first: bytes, admitted: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """What comes, for as long as somebody may see it and something comes."""
    yield first
    clock = view.clock
    came_s = asked_s = clock.ticks_s()
    while clock.ticks_s() - came_s < QUIET_S:
        piece = await viewer.next(within_s=1.0)
        if piece is not None:
            came_s = clock.ticks_s()
            yield piece
        elif viewer.over:
            return
        if clock.ticks_s() - asked_s > ADMITTED_S:
            asked_s = clock.ticks_s()
            try:
                if not await asyncio.to_thread(admitted):
                    return
            except EndedError:
                return


def _still(api: FastAPI, camera_of: Find, views: LiveViews, desk: Desk) -> None:
    @api.get(
        "/api/cameras/{camera}/still",
        responses={**answers(bytes, 404, 409, 504), NO_CONTENT: _NONE_YET},
    )
    @needs("pictures.view")
    async def get_still(
        camera: str, request: Request, who: Asker, by: Actor,
        box: Annotated[Name | None, Query()] = None,
    ) -> Response:  # fmt: skip
        """The camera's newest redacted still; ask each second while somebody looks.

        Where the camera cannot be shown it is that of its last event, if it has one. Headers say
        which: `Tocsin-Picture` is `live` or `event`, `Tocsin-Captured` when the camera saw it,
        `Age` how many seconds ago, `Tocsin-Live` why it is not live. 204 where nothing is wrong
        and no picture has come yet: ask again. `box` as for the film.
        """
        found = await asyncio.to_thread(camera_of, camera, box, who)
        _note(request, views, (who.name, by, found.box or "", camera))
        fault: LiveError | None = None
        try:
            _there(found)
            view = views.of(found)
            view.look(by)
            still = await view.first(within_s=STILL_S)
            fault = view.trouble
        except LiveError as error:
            fault, still = error, None
        if still is not None:
            return _picture(still.data, still.captured_s, views.clock.now_s(), "live", "")
        answer = await asyncio.to_thread(_of_event, desk, found, fault, views.clock.now_s())
        asked_of(request).told &= answer.status_code != NO_CONTENT
        return answer


def _note(request: Request, views: LiveViews, sight: tuple[str, ...]) -> None:
    """Let the audit have one line for each look, not for each second of it."""
    if views.sees(*sight):
        asked_of(request).told = False
        views.saw(*sight)
    else:
        asked_of(request).kept = partial(views.saw, *sight)


def _of_event(desk: Desk, camera: CameraView, fault: LiveError | None, now_s: float) -> Response:
    """The picture of the camera's last event. Raises why there is none."""
    with desk.store.read() as connection:
        last = lookup.last_picture(connection, site=camera.site, camera=camera.camera)
    if last is None:
        if fault is not None:
            raise fault
        return Response(status_code=NO_CONTENT, headers={**_NO_STORE, "Tocsin-Live": "starting"})
    data, happened_s = last
    return _picture(data, happened_s, now_s, "event", fault.cause if fault else "starting")


def _picture(data: bytes, captured_s: float, now_s: float, of: str, cause: str) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Tocsin-Picture": of,
        "Tocsin-Captured": datetime.fromtimestamp(captured_s, UTC).isoformat(
            timespec="milliseconds"
        ),
        "Age": str(max(0, round(now_s - captured_s))),
    }
    if cause:
        headers["Tocsin-Live"] = cause
    return Response(data, media_type="image/jpeg", headers=headers)


def _there(camera: CameraView) -> None:
    """Raises LiveError where a camera or its box is known to be away."""
    if camera.state == "unheard":
        raise LiveError("silent", "no box has told of this camera")
    if camera.told is not None and camera.state == "lost":
        silent = camera.told.state != "lost"
        said = "the box is silent" if silent else f"the camera is lost: {camera.told.trouble}"
        raise LiveError("silent" if silent else "lost", said)
