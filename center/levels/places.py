"""Places that levels below told in, the watch list with them under our own places out.

Ids of places are one set for the whole district. A place that our own file has too is taken from
there; what a level holds at its top lies in the place that is named like it, else like our level.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, select

from center.copying import copy_over
from center.levels import ledger
from center.places import Place
from center.tables import told_places
from center.watchlist import WatchList

Told = dict[str, tuple[Place, ...]]
_MARK = "places-of/"
_decoder = msgspec.json.Decoder(tuple[Place, ...])


def put(connection: Connection, level: str, told: Sequence[Place]) -> None:
    """Keep the places of a level, and a mark by which all centres see that they changed."""
    body = msgspec.json.encode(told)
    copy_over(connection, told_places, [(level, body)])
    ledger.put_cursor(connection, f"{_MARK}{level}", sha256(body).hexdigest())


def marks(connection: Connection) -> dict[str, str]:
    """Of the places of all levels, by level."""
    return ledger.cursors(connection, _MARK)


def told(connection: Connection) -> Told:
    """The places of all levels below, by level."""
    rows = connection.execute(select(told_places).order_by(told_places.c.level))
    return {row.level: _decoder.decode(row.body) for row in rows}


def together(listed: WatchList, below: Told, level: str) -> WatchList:
    """Our level's watch list with the places of levels below; its entries stay its own."""
    known = {place.id: place for place in listed.places}
    ours = set(known)
    for some in below.values():
        for place in some:
            known.setdefault(place.id, place)
    for theirs, some in below.items():
        for place in some:
            if place.id not in ours and known[place.id] is place:
                known[place.id] = _hung(place, (theirs, level), known)
    return msgspec.structs.replace(listed, places=tuple(known.values()))


def _hung(place: Place, levels: tuple[str, ...], known: dict[str, Place]) -> Place:
    """The place within what holds it; at the top, within the place of the first of the levels."""
    if place.parent is not None and place.parent in known:
        return place
    holds = next((each for each in levels if each in known and each != place.id), None)
    return msgspec.structs.replace(place, parent=holds)
