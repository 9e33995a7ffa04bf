"""What the centre knows and the places that someone may see in, only what lies there out. Pure.

None as the places stands for all of them; then everything comes back as it is.
"""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from center.boxes import BoxState
from center.entries import Entry
from center.places import Place
from center.telling.telling import ChannelState
from center.telling.whom import named
from center.views import Status
from center.watchlist import WatchList

Seen = frozenset[str] | None
UNTOLD = "who sees all places sees why"


class _Kept(msgspec.Struct, frozen=True):
    """A watch list, told apart by which one it is: to compare all of it would take long."""

    whole: WatchList

    def __hash__(self) -> int:
        return id(self.whole)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.whole is self.whole


def listed(whole: WatchList, seen: Seen) -> WatchList:
    """The watch list of those places; a place whose holder is not seen stands at the top."""
    return whole if seen is None else _narrowed(_Kept(whole), seen)


@lru_cache(maxsize=64)
def _narrowed(kept: _Kept, seen: frozenset[str]) -> WatchList:
    whole = kept.whole
    tops = [place for place in whole.places if place.id in seen and place.parent not in seen]
    entries = (_seen_entry(whole, entry, seen, tops) for entry in whole.entries)
    return WatchList(
        places=tuple(_rooted(place, seen) for place in whole.places if place.id in seen),
        entries=tuple(each for several in entries for each in several),
    )


def _rooted(place: Place, seen: frozenset[str]) -> Place:
    return place if place.parent in seen else msgspec.structs.replace(place, parent=None)


def _seen_entry(
    whole: WatchList, entry: Entry, seen: frozenset[str], tops: list[Place]
) -> Iterable[Entry]:
    """An entry of these places; one that comes from above, as it holds at each of the tops."""
    elsewhere = {part.place for part in entry.parts if part.place} - {entry.place}
    if not elsewhere <= seen:
        return ()
    if entry.place in seen:
        return (entry,)
    return tuple(
        msgspec.structs.replace(entry, place=top.id)
        for top in tops
        if not elsewhere and entry.place in {each.id for each in whole.tree.above(top.id)}
    )


def boxes(states: tuple[BoxState, ...], seen: Seen) -> tuple[BoxState, ...]:
    """Boxes with a camera there, and of each only those cameras."""
    if seen is None:
        return states
    mine = (_narrow_box(state, seen) for state in states)
    return tuple(state for state in mine if state.heartbeat and state.heartbeat.cameras)


def _narrow_box(state: BoxState, seen: frozenset[str]) -> BoxState:
    beat = state.heartbeat
    if beat is None:
        return state
    cameras = tuple(camera for camera in beat.cameras if camera.place in seen)
    names = {camera.camera for camera in cameras}
    workers = tuple(
        msgspec.structs.replace(each, cameras=tuple(c for c in each.cameras if c in names))
        for each in beat.workers
    )
    return msgspec.structs.replace(
        state, heartbeat=msgspec.structs.replace(beat, cameras=cameras, workers=workers)
    )


def status(whole: Status, seen: Seen, known: WatchList) -> Status:
    """The status with those cameras only, and with whether people there can be told.

    Its totals are of the whole centre.
    """
    if seen is None:
        return whole
    cameras = tuple(camera for camera in whole.cameras if camera.place in seen)
    listing = whole.watch_list
    if listing is not None and listing.refused is not None:
        listing = msgspec.structs.replace(listing, refused="who may read it sees why")
    return msgspec.structs.replace(
        whole, cameras=cameras, watch_list=listing, refused=(),
        channels=_channels(whole.channels, named(listed(known, seen))),
    )  # fmt: skip


def _channels(states: tuple[ChannelState, ...], mine: frozenset[str]) -> tuple[ChannelState, ...]:
    """Those of these names: whether they deliver, without counts and words of other places."""
    return tuple(
        ChannelState(
            channel=each.channel, since=each.since, trouble=each.trouble and UNTOLD,
            waiting=None, held=None, sent=None, given_up=None,
        )
        for each in states if each.channel in mine
    )  # fmt: skip
