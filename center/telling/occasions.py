"""An alert as it was and as it becomes in, what somebody must be told of it out. Pure."""

from datetime import datetime
from typing import Literal

import msgspec

from center.alert import Alert
from center.lifecycle import OPEN, State

What = Literal["opened", "graver", "reopened", "risen", "missed"]


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What of an alert's earlier state decides.

    acknowledge_by  by when it should have been taken on
    """

    state: State
    grade: int
    level: int = 0
    acknowledge_by: datetime | None = None


def occasion(before: Before | None, now: Alert) -> What | None:
    """Why to tell: it is new, graver or new again, it rose, or nobody at the top took it on."""
    if now.state not in OPEN:
        return None
    if before is None:
        return "opened" if now.state == "new" else None
    if now.level > before.level:
        return "risen"
    return _of_the_new(before, now) if now.state == "new" else None


def _of_the_new(before: Before, now: Alert) -> What | None:
    if before.state != "new":
        return "reopened"
    if now.grade < before.grade:
        return "graver"
    waited = before.acknowledge_by is not None and now.acknowledge_by is None
    return "missed" if now.level and waited else None
