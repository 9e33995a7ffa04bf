"""The watch list and a place in, the places that an alert there rises to, or all below it, out."""

from center.alert import Alert
from center.places import Kind
from center.watchlist import WatchList

RUNGS: tuple[Kind, ...] = ("community", "street", "district")


def above(watch_list: WatchList, place: str) -> tuple[str, ...]:
    """The community, street and district that hold a place, as far as there are any."""
    return watch_list.tree.rise(place, RUNGS)


def rungs(watch_list: WatchList, alert: Alert) -> tuple[str, ...]:
    """Where an alert rises to: as its entry says, else all that hold its place."""
    return alert.rises_to if alert.entry else above(watch_list, alert.place)


def top(watch_list: WatchList, alert: Alert) -> int:
    """How many levels it can rise; once at least, so that somebody sees it."""
    return max(1, len(rungs(watch_list, alert)))


def below(watch_list: WatchList, place: str) -> frozenset[str]:
    """A place and all that it holds; a place that is listed no more holds itself."""
    if place not in watch_list.tree.places:
        return frozenset({place})
    return frozenset(each.id for each in watch_list.tree.below(place))
