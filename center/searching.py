"""A search as it is typed in, filters of alerts out, and what of it was not understood.

Words are `key:value`; several of one key mean any of them. What has no key is a part of an
alert's number.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec

from center.alert import Alert
from center.filters import Filters
from center.ladder import below
from center.lifecycle import State
from center.moments import sane
from center.watchlist import WatchList
from pipelines.flow import Rule

KEYS = ("place", "rule", "grade", "camera", "state", "from", "to")
STATES = ("open", *get_args(State))
_NUMBER = re.compile(r"[0-9A-Fa-f-]{4,36}")


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A word of a search.

    key    `number` for a word without one
    wrong  why it was left out, if it was
    """

    key: str
    value: str
    wrong: str | None = None


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A place and how many of its alerts began in each stretch of the strip."""

    place: str
    counts: tuple[int, ...]


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, newest first.

    tokens     the search as it was understood
    next       cursor of the next page; nothing on the last
    total      how many fit, at most 10,000
    since      where the strip begins; each stretch lasts `stretch_s`
    density    how many alerts began in each stretch
    places     the same by place, the busiest first
    """

    tokens: tuple[Token, ...]
    alerts: tuple[Alert, ...]
    next: str | None
    total: int
    since: datetime | None
    stretch_s: float
    density: tuple[int, ...]
    places: tuple[Lane, ...]


def understood(q: str, watch_list: WatchList, *, zone: str = "UTC") -> tuple[list[Token], Filters]:
    """The words of a search and what they ask for. A day's `to` is the end of that day."""
    tokens = [_token(word, watch_list, zone) for word in q.split()]
    told: dict[str, list[str]] = {}
    for token in tokens:
        if token.wrong is None:
            told.setdefault(token.key, []).append(token.value)
    places = [below(watch_list, place) for place in told.get("place", [])]
    since = [_moment(value, zone, end=False) for value in told.get("from", [])]
    until = [_moment(value, zone, end=True) for value in told.get("to", [])]
    return tokens, Filters(
        states=tuple(told.get("state", [])),  # type: ignore[arg-type]  # each was checked
        grades=tuple(int(value) for value in told.get("grade", [])),
        places=frozenset().union(*places) if places else None,
        rules=tuple(told.get("rule", [])),
        cameras=tuple(told.get("camera", [])),
        since=max(since, default=None),
        until=min(until, default=None),
        number=told["number"][-1].lower() if "number" in told else None,
    )


def _token(word: str, watch_list: WatchList, zone: str) -> Token:
    key, colon, value = word.partition(":")
    if not colon:
        wrong = None if _NUMBER.fullmatch(word) else "no part of an alert's number"
        return Token(key="number", value=word, wrong=wrong)
    if key not in KEYS:
        return Token(key=key, value=value, wrong=f"there are {', '.join(KEYS)}")
    return Token(key=key, value=value, wrong=_CHECKS[key](value, watch_list, zone))


def _one_of(value: str, known: tuple[str, ...]) -> str | None:
    return None if value in known else f"there are {', '.join(known[:20]) or 'none'}"


def _check_moment(value: str, _: WatchList, zone: str) -> str | None:
    try:
        _moment(value, zone, end=True)
    except ValueError:
        return "a day such as 2026-03-01, or a time such as 2026-03-01T22:14"
    return None


def _moment(value: str, zone: str, *, end: bool) -> datetime:
    """A moment in UTC; a day is its first moment, or that of the next day."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = sane(datetime.fromisoformat(value)).date() + timedelta(days=end)
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    moment = sane(datetime.fromisoformat(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


_CHECKS: dict[str, Callable[[str, WatchList, str], str | None]] = {
    "place": lambda value, known, _: _one_of(value, tuple(known.tree.places)),
    "rule": lambda value, _, __: _one_of(value, get_args(Rule)),
    "grade": lambda value, _, __: _one_of(value, ("1", "2", "3", "4")),
    "camera": lambda value, _, __: None if re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value) else "no id",
    "state": lambda value, _, __: _one_of(value, STATES),
    "from": _check_moment,
    "to": _check_moment,
}
