"""Cameras and the watch list in, what is blind and which entries that weakens or starves out."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from center.boxes import BoxState, is_below
from center.entries import Entry, What
from center.ladder import below
from center.places import Place
from center.seeing import LIVE, CameraView, cameras
from center.watchlist import WatchList
from pipelines.flow import RuleState

Armed = Mapping[str, Sequence[tuple[CameraView, RuleState]]]
"""Cameras with each of their armed rules, by the rule's kind."""


class Weakened(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the watch list, by its number from 0, that a fault weakens."""

    entry: int
    place: str
    rule: str
    label: str | None = msgspec.field(default=None, name="class")
    grade: int


class PlaceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A place where not every camera delivers pictures.

    blind    no camera there does
    gravest  the most urgent grade of what is weakened; the place's own when nothing is
    """

    place: str
    place_name: str
    blind: bool
    gravest: int
    faulty: tuple[CameraView, ...]
    live: int
    weakens: tuple[Weakened, ...]


class SilentBox(msgspec.Struct, frozen=True, kw_only=True):
    """A box that sends no heartbeats, and since when."""

    box: str
    site: str
    age_s: float | None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, by the harm that it does: blind places first, then by the gravest grade.

    broker    whether boxes can hand over events
    live      cameras that deliver pictures, of all `cameras`
    unplaced  those of our own boxes whose place is not in the watch list: nothing that they tell is
              an alert
    unfed     entries that wait for what no armed rule of a camera there tells; the gravest first
    """

    broker: bool
    live: int
    cameras: int
    places: tuple[PlaceHealth, ...]
    boxes: tuple[SilentBox, ...]
    unplaced: tuple[CameraView, ...] = ()
    unfed: tuple[Weakened, ...] = ()


def health(watch_list: WatchList, boxes: tuple[BoxState, ...], *, broker: bool) -> Health:
    """How well the places are seen just now."""
    views = tuple(cameras(watch_list, boxes))
    places = sorted({view.place for view in views if view.state != LIVE})
    found = [
        _place(watch_list, place, [view for view in views if view.place == place])
        for place in places
    ]
    return Health(
        broker=broker,
        live=sum(view.state == LIVE for view in views),
        cameras=len(views),
        places=tuple(sorted(found, key=_harm)),
        boxes=tuple(_silent(box) for box in boxes if not box.online),
        unplaced=tuple(
            view for view in views
            if view.place not in watch_list.tree.places and view.box and not is_below(view.box)
        ),
        unfed=unfed(watch_list, views),
    )  # fmt: skip


def unfed(watch_list: WatchList, views: Iterable[CameraView]) -> tuple[Weakened, ...]:
    """Entries for which no camera has an armed rule; none before any rule was told of."""
    told = [(view, view.told, rule) for view in views if view.told for rule in view.told.rules]
    armed: dict[str, list[tuple[CameraView, RuleState]]] = {}
    for view, camera, rule in told:
        if rule.armed and not camera.disarmed_why:
            armed.setdefault(rule.rule, []).append((view, rule))
    found = _starving(watch_list, armed) if told else ()
    return tuple(sorted(found, key=lambda each: each.grade))


def _place(watch_list: WatchList, place: str, here: list[CameraView]) -> PlaceHealth:
    known = watch_list.tree.places.get(place)
    weakened = tuple(_weakened(watch_list, place))
    own = known.grade if known else 4
    live = sum(view.state == LIVE for view in here)
    return PlaceHealth(
        place=place,
        place_name=known.name if known else place,
        blind=live == 0,
        gravest=min((entry.grade for entry in weakened), default=own),
        faulty=tuple(view for view in here if view.state != LIVE),
        live=live,
        weakens=weakened,
    )


def _weakened(watch_list: WatchList, place: str) -> Iterable[Weakened]:
    """Entries that reach the place and need its pictures: a door speaks without a camera."""
    known = watch_list.tree.places.get(place)
    if known is None:
        return
    reach = {place, *(each.id for each in watch_list.tree.above(place))}
    for number, entry in enumerate(watch_list.entries):
        if entry.place in reach and _is_seen(entry):
            yield _named(number, entry, known)


def _named(number: int, entry: Entry, place: Place) -> Weakened:
    """An entry as it bears on a place."""
    return Weakened(
        entry=number, place=entry.place, rule=entry.about, label=entry.label,
        grade=entry.grade or place.grade,
    )  # fmt: skip


def _starving(watch_list: WatchList, armed: Armed) -> Iterable[Weakened]:
    for number, entry in enumerate(watch_list.entries):
        fed = [
            _is_fed(watch_list, entry, part, armed.get(part.rule, ()))
            for part in entry.parts
            if part.rule in _SEEN
        ]
        is_fed = any(fed) if entry.together is not None else all(fed)
        place = watch_list.tree.places.get(entry.place)
        if fed and not is_fed and place is not None:
            yield _named(number, entry, place)


def _is_fed(
    watch_list: WatchList, entry: Entry, part: What, armed: Iterable[tuple[CameraView, RuleState]]
) -> bool:
    """Whether some camera may tell what a part of an entry waits for; `armed` are of its kind."""
    within = below(watch_list, part.place or entry.place)
    return any(
        view.place in within
        and part.device in (None, view.camera)
        and (part.label is None or not rule.classes or part.label in rule.classes)
        for view, rule in armed
    )


_SEEN = frozenset({
    "intrusion", "line-crossing", "loitering", "occupancy", "wrong-direction",
    "stopped-vehicle", "speed", "motion", "object-left", "object-taken",
})  # fmt: skip
"""What only a picture shows."""


def _harm(place: PlaceHealth) -> tuple[bool, int, str]:
    return not place.blind, place.gravest, place.place


def _silent(box: BoxState) -> SilentBox:
    return SilentBox(box=box.box, site=box.site, age_s=box.age_s)


def _is_seen(entry: Entry) -> bool:
    """Whether a camera must see something for the entry, or a part of it, to hold."""
    return any(rule in _SEEN for part in entry.parts for rule in part.rules)
