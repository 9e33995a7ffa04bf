"""A route that tells what is drawn over a camera's picture, as its box says when it is asked."""

import asyncio
from typing import Annotated

from fastapi import FastAPI, Query, Response

from center.actor import Actor, Asker
from center.alertquery import Name
from center.bodies import json
from center.boxes import STALE_S
from center.drawings import Drawings, DrawingView, UntoldError
from center.liveroutes import Find
from center.needs import needs
from center.openapi import answers
from center.seeing import CameraView


def routes(api: FastAPI, camera_of: Find, drawings: Drawings) -> None:
    """Add it to an application."""

    @api.get("/api/cameras/{camera}/zones", responses=answers(DrawingView, 404, 409, 504))
    @needs("health.read")
    async def get_zones(
        camera: str, who: Asker, by: Actor, box: Annotated[Name | None, Query()] = None
    ) -> Response:
        """The camera's zones, lines, privacy masks and rules, as its box has them now.

        They are drawn and changed at the box. `box` where several have a camera of this id.
        """
        found = await asyncio.to_thread(camera_of, camera, box, who)
        return json(await drawings.of(_there(found), found.camera, seat=by))


def _there(camera: CameraView) -> str:
    """The box to ask. Raises UntoldError where it is known to be away."""
    if camera.box is None:
        raise UntoldError("silent", "no box has told of this camera")
    age_s = camera.age_s or 0.0
    has_gone = camera.state == "lost" and camera.told is not None and camera.told.state != "lost"
    if has_gone or age_s > STALE_S:
        raise UntoldError("silent", f"{camera.box} is away; it spoke last {age_s:.0f} s ago")
    return camera.box
