"""What users of the broker tried without a right to it in, how often and what last out."""

from datetime import UTC, datetime

import msgspec

from center.overreach import What

UNKNOWN = "unknown"
"""Whose connection the broker knows no more."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What a user tried and the broker did not do; or did too much of.

    user     the box or watcher, by its certificate or password
    what     publish, subscribe, speak of a place, or flood with what it may say
    count    how often, since the centre's start
    subject  of the last one, as the broker has it, `evt.site.camera.rule`; or the place, or what
             was too much
    """

    user: str
    what: What
    count: int
    subject: str
    first: datetime
    last: datetime


class Refusals:
    """Counts by user and kind: as many as the configuration has users, whatever they try."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, What], Refused] = {}

    def note(self, user: str, what: What, subject: str, *, now_s: float) -> None:
        """Count one."""
        key, now = (user, what), datetime.fromtimestamp(now_s, UTC)
        known = self._known.get(key)
        self._known[key] = Refused(
            user=user, what=what, count=known.count + 1 if known else 1,
            subject=subject, first=known.first if known else now, last=now,
        )  # fmt: skip

    def all(self) -> tuple[Refused, ...]:
        """The latest first."""
        return tuple(sorted(self._known.values(), key=lambda each: each.last, reverse=True))
