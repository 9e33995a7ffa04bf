"""The watch list and what the boxes tell in, how each camera does out."""

from collections.abc import Iterator

import msgspec

from center.boxes import BoxState
from center.places import Camera, Position
from center.watchlist import WatchList
from pipelines.flow import CameraState

LIVE = "live"


class CameraView(msgspec.Struct, frozen=True, kw_only=True):
    """A camera of the watch list or of a heartbeat.

    state        as its box told last; `lost` when the box is silent, `unheard` if nobody told
    at           longitude and latitude, its place's where its own is unknown
    bearing_deg  and the rest of its cone, where the watch list says so
    age_s        since its box spoke
    told         all that its box said of it
    """

    camera: str
    box: str | None = None
    site: str | None = None
    place: str
    place_name: str
    name: str | None = None
    state: str
    at: Position | None = None
    bearing_deg: float | None = None
    field_deg: float | None = None
    reach_m: float | None = None
    age_s: float | None = None
    told: CameraState | None = None


def cameras(watch_list: WatchList, boxes: tuple[BoxState, ...]) -> Iterator[CameraView]:
    """Every camera once for each box that tells of it, and those of which none does."""
    heard = set[tuple[str, str]]()
    for box in boxes:
        for told in box.heartbeat.cameras if box.heartbeat else ():
            heard.add((told.place, told.camera))
            yield _heard(watch_list, box, told)
    for place in watch_list.places:
        for camera in place.cameras:
            if (place.id, camera.id) not in heard:
                yield _view(watch_list, place.id, camera.id, state="unheard")


def _heard(watch_list: WatchList, box: BoxState, told: CameraState) -> CameraView:
    state = told.state if box.online else "lost"
    view = _view(watch_list, told.place, told.camera, state=state)
    return msgspec.structs.replace(view, box=box.box, site=box.site, age_s=box.age_s, told=told)


def _view(watch_list: WatchList, place: str, camera: str, *, state: str) -> CameraView:
    known = watch_list.tree.device(place, camera)
    cone = known if isinstance(known, Camera) else None
    where = watch_list.tree.places.get(place)
    return CameraView(
        camera=camera,
        place=place,
        place_name=where.name if where else place,
        name=known.name if known else None,
        state=state,
        at=watch_list.tree.where(place, camera),
        bearing_deg=cone.bearing_deg if cone else None,
        field_deg=cone.field_deg if cone else None,
        reach_m=cone.reach_m if cone else None,
    )
