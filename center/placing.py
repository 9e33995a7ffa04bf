"""The watch list, the boxes and the store in, places and cameras as the API shows them out."""

from collections import Counter
from collections.abc import Callable

import msgspec

from center import lookup
from center.alert import Alert
from center.boxes import BoxState
from center.entries import Entry
from center.filters import Filters, seen_by
from center.ladder import below
from center.paging import paged
from center.places import Place
from center.seeing import CameraView, cameras
from center.store import Store
from center.watchlist import WatchList

ALERTS_SHOWN = 20


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """A place, and how it is there and below.

    above    ids of the places that hold it, the nearest first
    open     how many alerts are; `gravest` is the most urgent grade among them
    cameras  how many there are, of which `live` deliver pictures
    """

    place: Place
    above: tuple[str, ...]
    open: int
    gravest: int | None
    cameras: int
    live: int


class PlacePage(msgspec.Struct, frozen=True, kw_only=True):
    """Places by their ids; `next` is the cursor of the next page, if there is one."""

    places: tuple[PlaceView, ...]
    next: str | None


class PlaceDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A place with what it holds, what is watched there, and its newest alerts.

    entries  of the watch list that reach it
    """

    place: PlaceView
    holds: tuple[PlaceView, ...]
    cameras: tuple[CameraView, ...]
    entries: tuple[Entry, ...]
    alerts: tuple[Alert, ...]


class CameraPage(msgspec.Struct, frozen=True, kw_only=True):
    """Cameras by place and id; `next` is the cursor of the next page, if there is one."""

    cameras: tuple[CameraView, ...]
    next: str | None


class CameraDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A camera with its newest alerts."""

    camera: CameraView
    alerts: tuple[Alert, ...]


class Placing:
    """Safe to call from any thread.

    states, watch_list  as whoever asks may see them
    seen                the places that they may see; None for all
    """

    def __init__(
        self, store: Store, states: Callable[[], tuple[BoxState, ...]],
        watch_list: Callable[[], WatchList], seen: frozenset[str] | None = None,
    ) -> None:  # fmt: skip
        self.store, self.states, self.watch_list, self.seen = store, states, watch_list, seen

    def places(self, *, limit: int, cursor: str | None) -> PlacePage:
        """A page of the places."""
        known, now = self.watch_list(), self._now()
        shown, after = paged(known.places, lambda place: place.id, limit=limit, cursor=cursor)
        return PlacePage(places=tuple(_view(known, place, *now) for place in shown), next=after)

    def place(self, place_id: str) -> PlaceDetail | None:
        """One place."""
        known, now = self.watch_list(), self._now()
        place = known.tree.places.get(place_id)
        if place is None:
            return None
        within = below(known, place_id)
        reach = {place_id, *(each.id for each in known.tree.above(place_id))}
        return PlaceDetail(
            place=_view(known, place, *now),
            holds=tuple(_view(known, each, *now) for each in known.tree.held.get(place_id, ())),
            cameras=tuple(each for each in now[1] if each.place in within),
            entries=tuple(entry for entry in known.entries if entry.place in reach),
            alerts=self._newest(Filters(places=within)),
        )

    def cameras(self, *, place: str | None, limit: int, cursor: str | None) -> CameraPage:
        """A page of the cameras, of a place and all below it or of all."""
        known = self.watch_list()
        within = below(known, place) if place else None
        views = cameras(known, self.states())
        wanted = [view for view in views if within is None or view.place in within]
        shown, after = paged(wanted, _key, limit=limit, cursor=cursor)
        return CameraPage(cameras=shown, next=after)

    def camera(self, camera: str, *, box: str | None) -> CameraDetail | None:
        """One camera, of a box if several have one of this name."""
        views = cameras(self.watch_list(), self.states())
        alike = [view for view in views if view.camera == camera and box in (None, view.box)]
        if not alike:
            return None
        return CameraDetail(camera=alike[0], alerts=self._newest(Filters(cameras=(camera,))))

    def _newest(self, wanted: Filters) -> tuple[Alert, ...]:
        with self.store.read() as connection:
            mine = seen_by(wanted, self.seen)
            found = lookup.alerts_page(connection, mine, limit=ALERTS_SHOWN, before=None)
        return tuple(found)

    def _now(self) -> tuple[Counter[tuple[str, int]], tuple[CameraView, ...]]:
        """Open alerts by place and grade, and all cameras."""
        with self.store.read() as connection:
            opened = lookup.open_by_place(connection)
        return opened, tuple(cameras(self.watch_list(), self.states()))


def _view(
    known: WatchList, place: Place, opened: Counter[tuple[str, int]], seen: tuple[CameraView, ...]
) -> PlaceView:
    within = below(known, place.id)
    mine = {grade: many for (where, grade), many in opened.items() if where in within}
    count = sum(many for (where, _), many in opened.items() if where in within)
    here = [view for view in seen if view.place in within]
    return PlaceView(
        place=place,
        above=tuple(each.id for each in known.tree.above(place.id)),
        open=count,
        gravest=min(mine, default=None),
        cameras=len(here),
        live=sum(view.state == "live" for view in here),
    )


def _key(view: CameraView) -> str:
    return f"{view.place}/{view.camera}/{view.box or ''}"
