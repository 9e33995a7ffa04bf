"""An alert and why it is told in, the channels that tell it out. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from center.alert import Alert
from center.config import Channel
from center.places import Contact
from center.telling.occasions import What
from center.watchlist import WatchList

BY_THEMSELVES = (1, 2)
"""Grades of which the contacts of the place are told where the entry names nobody."""


def whom(
    listed: WatchList, channels: Mapping[str, Channel], alert: Alert, what: What
) -> tuple[str, ...]:
    """Names of channels, each once, that take alerts of this grade."""
    rose = what in ("risen", "missed")
    named = list(_at(listed, alert.risen_to)) if rose and alert.risen_to else []
    named = [name for name in named if name in channels] or list(_at_first(listed, alert))
    once = dict.fromkeys(name for name in named if name in channels)
    return tuple(name for name in once if alert.grade in channels[name].grades)


def unknown(listed: WatchList, channels: Mapping[str, Channel]) -> tuple[str, ...]:
    """Names that lead nowhere: a contact's channel, or what an entry tells, that nothing has."""
    contacts = [each for place in listed.places for each in place.contacts]
    named = {each.channel for each in contacts if each.channel}
    told = {name for entry in listed.entries for name in entry.tell}
    return tuple(sorted((named | (told - {each.id for each in contacts})) - set(channels)))


def named(listed: WatchList) -> frozenset[str]:
    """Channels to which contacts or entries of a watch list may lead."""
    contacts = [each for place in listed.places for each in place.contacts]
    told = (name for entry in listed.entries for name in entry.tell)
    return frozenset((*(each.channel for each in contacts if each.channel), *told))


def _at_first(listed: WatchList, alert: Alert) -> Iterator[str]:
    """Whom the entry names; else the nearest contacts that have a channel."""
    if alert.tell:
        known = {each.id: each for each in reversed(list(_around(listed, alert.place)))}
        for name in alert.tell:
            contact = known.get(name)
            yield (contact.channel or name) if contact else name
    elif alert.grade in BY_THEMSELVES:
        yield from _nearest(listed, alert.place)


def _nearest(listed: WatchList, place: str) -> tuple[str, ...]:
    for here in (place, *(each.id for each in listed.tree.above(place))):
        if found := tuple(_at(listed, here)):
            return found
    return ()


def _at(listed: WatchList, place: str) -> Iterator[str]:
    return _channels(listed.tree.places[place].contacts if place in listed.tree.places else ())


def _channels(contacts: Iterable[Contact]) -> Iterator[str]:
    return (each.channel for each in contacts if each.channel is not None)


def _around(listed: WatchList, place: str) -> Iterator[Contact]:
    """Contacts of a place and of what holds it, the nearest first."""
    here = listed.tree.places.get(place)
    for each in (*([here] if here else []), *listed.tree.above(place)):
        yield from each.contacts
