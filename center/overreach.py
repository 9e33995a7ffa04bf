"""Lines of the broker's log in, who tried what without a right to it out.

The broker acknowledges what a box may not publish and drops it: nothing but its log tells. There a
connection has a number, and the name that whoever came gave itself, which proves nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

What = Literal["publish", "subscribe", "place", "flood"]
"""`flood`: it may say what it said, but not so much of it."""

SHOWN = 200
"""Characters of a subject that are kept."""

_LINE = re.compile(
    r"^\[(\d+)\] \S+ \S+ \[ERR\] \S+ - [mw]?c?id:(\d+) - .*"
    r' - (Publish|Subscription) Violation - (?:User "[^"]*", )?Subject "((?:[^"\\]|\\.)*)"'
)
_NAMED = re.compile(r"^\[(\d+)\] \S+ \S+ \[INF\] +ID: +(\w+)$")
_MAPPED = re.compile(r"^pe\.\d+\.")
"""What the broker made of `evt.` before it looked at rights."""
_SAID: dict[str, What] = {"Publish": "publish", "Subscription": "subscribe"}
_MAY = "may."
"""Who listens there asks whether it may speak (`edge/rights.py`): it has something to say."""


class Connection(NamedTuple):
    """One client's, within one life of a broker: a new broker numbers anew."""

    broker: int
    number: int


def servers(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Brokers that have started, and the ids by which they can be asked."""
    for line in lines:
        found = _NAMED.match(line)
        if found:
            yield int(found[1]), found[2]


class Overreach(NamedTuple):
    """Something that was tried; strings in the log are quoted, so nobody can forge a line."""

    by: Connection
    what: What
    subject: str


def overreaches(lines: Iterable[str]) -> Iterator[Overreach]:
    """Those that the lines tell of."""
    for line in lines:
        found = _LINE.match(line)
        if found:
            broker, number, how, told = found.groups()
            what, subject = _SAID[how], _MAPPED.sub("evt.", told, count=1)
            if what == "subscribe" and told.startswith(_MAY):
                what, subject = "publish", f"evt.{told.removeprefix(_MAY)}"
            yield Overreach(Connection(int(broker), int(number)), what, subject[:SHOWN])
