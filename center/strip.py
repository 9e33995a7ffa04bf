"""Alerts that fit in, how many began when and where out: the strip over a list of finds."""

import math
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from center.filters import Filters, narrowed
from center.searching import Lane
from center.tables import alerts

MOST = 10_000
STRETCHES = 48
LANES = 12
MINUTE_S = 60.0


class Strip(NamedTuple):
    """How many there are, where the strip begins, how long a stretch is, and what is in each."""

    total: int
    since: datetime | None
    stretch_s: float
    density: tuple[int, ...]
    lanes: tuple[Lane, ...]


def strip(connection: Connection, by: Filters) -> Strip:
    """The strip of the newest 10,000 alerts that fit."""
    query = narrowed(select(alerts.c.first_s, alerts.c.place), by)
    rows = connection.execute(query.order_by(alerts.c.id.desc()).limit(MOST)).all()
    if not rows:
        return Strip(0, None, MINUTE_S, (), ())
    begun = [(float(row.first_s), str(row.place)) for row in rows]
    start, end = min(begun)[0], max(begun)[0]
    length_s = max(MINUTE_S, math.ceil((end - start + 1) / STRETCHES / MINUTE_S) * MINUTE_S)
    many = int((end - start) // length_s) + 1
    cells = Counter((place, int((at - start) // length_s)) for at, place in begun)
    busiest = Counter(place for _, place in begun).most_common(LANES)
    return Strip(
        len(rows), datetime.fromtimestamp(start, UTC), length_s,
        tuple(sum(cells[place, i] for place in {p for p, _ in cells}) for i in range(many)),
        tuple(Lane(place=p, counts=tuple(cells[p, i] for i in range(many))) for p, _ in busiest),
    )  # fmt: skip
