"""Routes that only look: places, cameras, patrols, health, search and feedback."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Response

from center import lookup
from center.alertquery import Name, Part
from center.bodies import found, json
from center.desk import Desk
from center.feedback import Feedback, feedback, period
from center.ladder import below
from center.moments import Moment, Zone
from center.openapi import answers
from center.paging import Cursor, Limit
from center.patrols import PatrolPage, patrols
from center.placing import CameraDetail, CameraPage, PlaceDetail, PlacePage, Placing
from center.searching import SearchPage, understood
from center.strip import strip
from center.working import Working

SHOWN = 50


def routes(api: FastAPI, desk: Desk, working: Working) -> None:
    """Add them to an application."""
    _places(api, Placing(desk.store, desk.boxes, working.watch_list))
    _work(api, working)
    _search(api, working)


def _places(api: FastAPI, placing: Placing) -> None:
    @api.get("/api/places", responses=answers(PlacePage))
    def list_places(limit: Limit = 100, cursor: Cursor = None) -> Response:
        """The tree of places, by their ids, with how many alerts are open at and below each."""
        return json(placing.places(limit=limit, cursor=cursor))

    @api.get("/api/places/{place}", responses=answers(PlaceDetail, 404))
    def get_place(place: str) -> Response:
        """A place, what it holds, its cameras, what is watched there, its newest alerts."""
        return json(found(placing.place(place), "no place has this id"))

    @api.get("/api/cameras", responses=answers(CameraPage))
    def list_cameras(
        place: Annotated[Name | None, Query()] = None, limit: Limit = 100, cursor: Cursor = None
    ) -> Response:
        """Cameras of a place and all below it, or of all; by place and id."""
        return json(placing.cameras(place=place, limit=limit, cursor=cursor))

    @api.get("/api/cameras/{camera}", responses=answers(CameraDetail, 404))
    def get_camera(camera: str, box: Annotated[Name | None, Query()] = None) -> Response:
        """A camera and its newest alerts; `box` where several have one of this id."""
        return json(found(placing.camera(camera, box=box), "no camera has this id"))


def _work(api: FastAPI, working: Working) -> None:
    @api.get("/api/patrols", responses=answers(PatrolPage))
    def list_patrols(near: Annotated[Name | None, Query()] = None) -> Response:
        """All patrols; those that are ready first, the nearest to the place `near` before."""
        return json(patrols(working, near=near))

    @api.get("/api/feedback", responses=answers(Feedback))
    def get_feedback(
        since: Moment | None = None,
        until: Moment | None = None,
        place: Annotated[Name | None, Query()] = None,
    ) -> Response:
        """How often each rule was right at each camera, of what was closed; by default 4 weeks."""
        start, end = period(since, until, working.now)
        if (end - start).days > 366:
            raise HTTPException(422, "ask for at most a year")
        places = below(working.watch_list(), place) if place else None
        with working.store.read() as connection:
            return json(feedback(connection, since=start, until=end, places=places))


def _search(api: FastAPI, working: Working) -> None:
    @api.get("/api/search", responses=answers(SearchPage))
    def search(
        q: Annotated[str, Query(max_length=500)] = "",
        zone: Annotated[Zone, Query(max_length=60)] = "UTC",
        limit: Limit = SHOWN,
        cursor: Annotated[Part | None, Query()] = None,
    ) -> Response:
        """Alerts by words such as `place:yard rule:intrusion grade:1 from:2026-03-01`.

        Words: `place:` with all below it, `rule:`, `grade:`, `camera:`, `state:`, `from:`, `to:`,
        and parts of an alert's number. Days are those of `zone`.
        """
        tokens, wanted = understood(q, working.watch_list(), zone=zone)
        with working.store.read() as connection:
            page = lookup.alerts_page(connection, wanted, limit=limit + 1, before=cursor)
            told = strip(connection, wanted)
        shown = tuple(page[:limit])
        return json(
            SearchPage(
                tokens=tuple(tokens), alerts=shown,
                next=shown[-1].id if len(page) > limit else None, total=told.total,
                since=told.since, stretch_s=told.stretch_s, density=told.density,
                places=told.lanes,
            )
        )  # fmt: skip
