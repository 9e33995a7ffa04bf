"""Events and the watch list in, alerts out, the same whatever the order of arrival.

An event under an entry is at first an alert of its own; alerts of one place and rule that lie
within `merge_s` of each other in event time are joined, until none is left to join. Events of one
life of a rule are of one alert however far apart they lie, and whichever of them came first; one
that the watch list does not ask for by itself goes with the others. Joining takes only minima,
maxima, sums and unions, so late, early and mixed arrivals end the same.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce

import msgspec

from center.alert import Alert
from center.lifecycle import within_s
from center.together import together
from center.watchlist import Match, armed
from pipelines.flow import Event


def alert_from(event: Event, match: Match, *, now_s: float, new_id: Callable[[], str]) -> Alert:
    """The alert that the event would be if it stayed alone."""
    patience_s = within_s(match.grade)
    alone = Alert(
        id=new_id(),
        place=match.place.id,
        place_name=match.place.name,
        rule=event.data.rule,
        label=event.data.label,
        grade=match.grade,
        opened_at=datetime.fromtimestamp(now_s, UTC),
        first_at=event.time.astimezone(UTC),
        last_at=event.time.astimezone(UTC),
        captured_at=event.time.astimezone(UTC),
        events=0 if event.data.again else 1,
        cameras=(event.data.camera,),
        picture=event.data.picture is not None,
        armed=armed(match.entry.schedule),
        merge_s=match.entry.merge_s,
        steps=match.entry.steps,
        within_s=patience_s,
        acknowledge_by=datetime.fromtimestamp(now_s + patience_s, UTC),
    )
    return msgspec.structs.replace(alone, why=why(alone))


def more_of(
    alert: Alert, *, label: str | None, at: datetime, camera: str, picture: bool, again: bool
) -> Alert:
    """What one more event of a life adds to the alert that the life is part of."""
    return msgspec.structs.replace(
        alert, label=label, first_at=at, last_at=at, captured_at=at, events=0 if again else 1,
        cameras=(camera,), picture=picture,
    )  # fmt: skip


def meet(one: Alert, other: Alert) -> bool:
    """Say whether two alerts are one: same place and rule, and no gap over `merge_s`."""
    if (one.place, one.rule) != (other.place, other.rule):
        return False
    gap = max(one.first_at, other.first_at) - min(one.last_at, other.last_at)
    return gap <= timedelta(seconds=max(one.merge_s, other.merge_s))


def settle(
    alert: Alert, standing: Iterable[Alert], kin: Alert | None = None
) -> tuple[Alert, tuple[Alert, ...]]:
    """Join `alert` with all that it meets, also those that it meets only once it has grown.

    kin  the alert that a life of it is part of already: they are one, however far apart

    Returns the joined alert, and those of `standing` and of its kin that went into it.
    """
    inside = [kin] if kin else list[Alert]()
    joined = reduce(join, inside, alert)
    apart = [other for other in standing if kin is None or other.id != kin.id]
    while near := [other for other in apart if meet(joined, other)]:
        joined = reduce(join, near, joined)
        inside += near
        apart = [other for other in apart if other not in near]
    return _seen(joined, alert, inside), tuple(inside)


def _seen(joined: Alert, newest: Alert, inside: list[Alert]) -> Alert:
    """Keep the work that was done on all that was joined, unless the newest is more urgent."""
    graver = bool(inside) and newest.grade < min(alert.grade for alert in inside)
    done = together(joined, inside, anew=newest.acknowledge_by if graver else None)
    return msgspec.structs.replace(done, captured_at=newest.captured_at)


def join(one: Alert, other: Alert) -> Alert:
    """Two alerts as one: it keeps the name of the older, the urgency of the more urgent."""
    older = min(one, other, key=lambda alert: (alert.opened_at, alert.id))
    earlier = min(one, other, key=lambda alert: (alert.first_at, alert.label or ""))
    graver = min(one, other, key=lambda alert: (alert.grade, alert.armed, alert.steps))
    joined = msgspec.structs.replace(
        older,
        revision=max(one.revision, other.revision),
        label=earlier.label,
        grade=graver.grade,
        armed=graver.armed,
        steps=graver.steps,
        within_s=graver.within_s,
        first_at=earlier.first_at,
        last_at=max(one.last_at, other.last_at),
        captured_at=max(one.captured_at, other.captured_at),
        events=one.events + other.events,
        cameras=tuple(sorted({*one.cameras, *other.cameras})),
        picture=one.picture or other.picture,
        merge_s=max(one.merge_s, other.merge_s),
    )
    return msgspec.structs.replace(joined, why=why(joined))


def why(alert: Alert) -> str:
    """One sentence: what, where, when armed, how many."""
    of = f" of class {alert.label}" if alert.label else ""
    events = "1 event" if alert.events <= 1 else f"{alert.events} events joined"
    cameras = "1 camera" if len(alert.cameras) == 1 else f"{len(alert.cameras)} cameras"
    return f"{alert.rule}{of} at {alert.place_name}, armed {alert.armed}; {events} from {cameras}"
