"""An alert as it was and as it becomes in, what somebody must be told of it out. Pure."""

from typing import Literal

from center.alert import Alert
from center.lifecycle import OPEN

What = Literal["opened", "graver", "reopened", "risen", "missed"]


def occasion(before: Alert | None, now: Alert) -> What | None:
    """Why to tell: it is new, graver or new again, it rose, or nobody at the top took it on."""
    if now.state not in OPEN:
        return None
    if before is None:
        return "opened" if now.state == "new" else None
    if now.level > before.level:
        return "risen"
    return _of_the_new(before, now) if now.state == "new" else None


def _of_the_new(before: Alert, now: Alert) -> What | None:
    if before.state != "new":
        return "reopened"
    if now.grade < before.grade:
        return "graver"
    waited = before.acknowledge_by is not None and now.acknowledge_by is None
    return "missed" if now.level and waited else None
