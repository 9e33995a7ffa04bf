"""Routes that only look: places, cameras, patrols, health, search and feedback."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Response

from center import lookup, sight
from center.actor import Asker, Caller
from center.alertquery import Name, Part
from center.bodies import found, json
from center.desk import Desk
from center.feedback import Feedback, feedback, period
from center.filters import Filters, seen_by
from center.ladder import below
from center.mapping import MapPlan, plan
from center.moments import Moment, Zone
from center.needs import needs
from center.openapi import answers
from center.paging import Cursor, Limit
from center.patrols import PatrolPage, patrols
from center.placing import CameraDetail, CameraPage, PlaceDetail, PlacePage, Placing
from center.searching import SearchPage, understood
from center.strip import strip
from center.watchlist import WatchList
from center.working import Working

SHOWN = 50


def routes(api: FastAPI, desk: Desk, working: Working) -> None:
    """Add them to an application."""

    def placing(who: Caller) -> Placing:
        """The places that someone may see."""
        states = sight.boxes(desk.boxes.states(), who.seen)
        return Placing(desk.store, lambda: states, _listed(working, who), who.seen)

    _places(api, placing)
    _map(api, working)
    _work(api, working)
    _search(api, working)


def _listed(working: Working, who: Caller) -> Callable[[], WatchList]:
    return lambda: sight.listed(working.watch_list(), who.seen)


def _places(api: FastAPI, placing: Callable[[Caller], Placing]) -> None:
    @api.get("/api/places", responses=answers(PlacePage))
    @needs("alerts.read")
    def list_places(who: Asker, limit: Limit = 100, cursor: Cursor = None) -> Response:
        """The tree of places, by their ids, with how many alerts are open at and below each."""
        return json(placing(who).places(limit=limit, cursor=cursor))

    @api.get("/api/places/{place}", responses=answers(PlaceDetail, 404))
    @needs("alerts.read")
    def get_place(place: str, who: Asker) -> Response:
        """A place, what it holds, its cameras, what is watched there, its newest alerts."""
        return json(found(placing(who).place(place), "no place has this id"))

    @api.get("/api/cameras", responses=answers(CameraPage))
    @needs("alerts.read")
    def list_cameras(
        who: Asker, place: Annotated[Name | None, Query()] = None, limit: Limit = 100,
        cursor: Cursor = None,
    ) -> Response:  # fmt: skip
        """Cameras of a place and all below it, or of all; by place and id."""
        return json(placing(who).cameras(place=place, limit=limit, cursor=cursor))

    @api.get("/api/cameras/{camera}", responses=answers(CameraDetail, 404))
    @needs("alerts.read")
    def get_camera(
        camera: str, who: Asker, box: Annotated[Name | None, Query()] = None
    ) -> Response:
        """A camera and its newest alerts; `box` where several have one of this id."""
        return json(found(placing(who).camera(camera, box=box), "no camera has this id"))


def _map(api: FastAPI, working: Working) -> None:
    @api.get("/api/map", responses=answers(MapPlan))
    @needs("alerts.read")
    def get_map(who: Asker) -> Response:
        """Places, cameras, doors and help points as GeoJSON, over the ground of the map's file."""
        whole = working.watch_list()
        return json(plan(whole, sight.listed(whole, who.seen)))


def _work(api: FastAPI, working: Working) -> None:
    @api.get("/api/patrols", responses=answers(PatrolPage))
    @needs("alerts.read")
    def list_patrols(who: Asker, near: Annotated[Name | None, Query()] = None) -> Response:
        """All patrols; those that are ready first, the nearest to the place `near` before."""
        return json(patrols(working, near=near, seen=who.seen))

    @api.get("/api/feedback", responses=answers(Feedback))
    @needs("reports.read")
    def get_feedback(
        who: Asker,
        since: Moment | None = None,
        until: Moment | None = None,
        place: Annotated[Name | None, Query()] = None,
    ) -> Response:
        """How often each rule was right at each camera, of what was closed; by default 4 weeks."""
        start, end = period(since, until, working.now)
        if (end - start).days > 366:
            raise HTTPException(422, "ask for at most a year")
        asked = Filters(places=below(working.watch_list(), place) if place else None)
        places = seen_by(asked, who.seen).places
        with working.store.read() as connection:
            return json(feedback(connection, since=start, until=end, places=places))


def _search(api: FastAPI, working: Working) -> None:
    @api.get("/api/search", responses=answers(SearchPage))
    @needs("alerts.read")
    def search(
        who: Asker,
        q: Annotated[str, Query(max_length=500)] = "",
        zone: Annotated[Zone, Query(max_length=60)] = "UTC",
        limit: Limit = SHOWN,
        cursor: Annotated[Part | None, Query()] = None,
    ) -> Response:
        """Alerts by words such as `place:yard rule:intrusion grade:1 from:2026-03-01`.

        Words: `place:` with all below it, `rule:`, `grade:`, `camera:`, `state:`, `from:`, `to:`,
        and parts of an alert's number. Days are those of `zone`.
        """
        tokens, asked = understood(q, _listed(working, who)(), zone=zone)
        wanted = seen_by(asked, who.seen)
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
