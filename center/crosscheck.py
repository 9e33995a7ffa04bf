"""Events and the watch list in, alerts out, the same whatever the order of arrival.

An event under an entry is at first an alert of its own; alerts whose parts meet (`center.parts`)
are joined, until none is left to join. Events of one life of a rule are of one alert however far
apart they lie, and whichever of them came first; one that the watch list does not ask for by itself
goes with the others; and so do all that a pattern is made of. Joining takes only minima, maxima,
sums and unions, so late, early and mixed arrivals end the same.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import reduce

import msgspec

from center.alert import Alert
from center.entries import RULES, Form
from center.happening import Happening
from center.lifecycle import within_s
from center.together import together
from center.watchlist import Match, armed
from pipelines.flow import Rule


def alert_from(
    happening: Happening, match: Match, *, now_s: float, new_id: Callable[[], str],
    about: Rule | None = None,
) -> Alert:  # fmt: skip
    """The alert that the event would be if it stayed alone.

    about  the rule of a pattern's alert, if it is one
    """
    entry, at = match.entry, moment(happening.at_s)
    patience_s = within_s(match.grade, entry.acknowledge_within_s)
    alone = Alert(
        id=new_id(),
        place=match.place.id,
        place_name=match.place.name,
        rule=about or rule_named(happening.rule),
        label=happening.label,
        grade=match.grade,
        opened_at=moment(now_s),
        first_at=at,
        last_at=at,
        captured_at=at,
        events=0 if happening.again or about else 1,
        cameras=(happening.camera,),
        picture=happening.picture,
        armed=armed(entry.schedule),
        merge_s=entry.merge_s,
        steps=entry.steps,
        within_s=patience_s,
        acknowledge_by=moment(now_s + patience_s),
        entry=match.name,
        form=entry.form,
        title=entry.name,
        entries=(match.name,),
        tell=entry.tell,
        rises_to=match.rises_to,
        nearest=match.nearest,
    )
    return msgspec.structs.replace(alone, why=why(alone))


def more_of(alert: Alert, happening: Happening) -> Alert:
    """What one more event adds to the alert that its life, or its pattern, is part of."""
    at = moment(happening.at_s)
    return msgspec.structs.replace(
        alert, label=happening.label, first_at=at, last_at=at, captured_at=at,
        events=0 if happening.again else 1, cameras=(happening.camera,), picture=happening.picture,
    )  # fmt: skip


def merged(whole: Alert, inside: Sequence[Alert]) -> Alert:
    """What is new, and the alerts that it turns out to be part of, as one alert.

    The work that was done on them is kept, unless what is new is graver.
    """
    joined = reduce(join, inside, whole)
    graver = bool(inside) and whole.grade < min(alert.grade for alert in inside)
    done = together(joined, inside, anew=whole.acknowledge_by if graver else None)
    return msgspec.structs.replace(done, captured_at=whole.captured_at)


def join(one: Alert, other: Alert) -> Alert:
    """Two alerts as one: it keeps the name of the older, the urgency of the more urgent."""
    older = min(one, other, key=lambda alert: (alert.opened_at, alert.id))
    earlier = min(one, other, key=lambda alert: (alert.first_at, alert.label or ""))
    graver = min(one, other, key=_urgency)
    joined = msgspec.structs.replace(
        older,
        revision=max(one.revision, other.revision),
        label=earlier.label,
        **{name: getattr(graver, name) for name in _OF_THE_GRAVER},
        first_at=earlier.first_at,
        last_at=max(one.last_at, other.last_at),
        captured_at=max(one.captured_at, other.captured_at),
        events=one.events + other.events,
        cameras=tuple(sorted({*one.cameras, *other.cameras})),
        picture=one.picture or other.picture,
        merge_s=max(one.merge_s, other.merge_s),
        entries=tuple(sorted({*one.entries, *other.entries})),
        nearest=min(one.nearest, other.nearest, key=lambda names: (not names, names)),
    )
    return msgspec.structs.replace(joined, why=why(joined))


_OF_THE_GRAVER = (
    "grade", "place", "place_name", "rule", "armed", "steps", "within_s", "entry", "form", "title",
    "tell", "rises_to",
)  # fmt: skip


def _urgency(alert: Alert) -> tuple[object, ...]:
    """The more urgent first; of equals a pattern before what it is made of."""
    single = alert.form == "single"
    return (alert.grade, single, alert.entry, alert.place, alert.rule, alert.armed, alert.steps)


def why(alert: Alert) -> str:
    """One sentence: what, where, when armed, how many."""
    span_s = (alert.last_at - alert.first_at).total_seconds()
    if alert.form == "nothing":
        return f"no {alert.rule} at {alert.place_name} for {span_s:g} s, armed {alert.armed}"
    of = f" of class {alert.label}" if alert.label and alert.form in _OF_ONE_KIND else ""
    events = "1 event" if alert.events <= 1 else f"{alert.events} events joined"
    cameras = "1 camera" if len(alert.cameras) == 1 else f"{len(alert.cameras)} cameras"
    what = f"{_SAID[alert.form]}{alert.rule}{of}"
    return f"{what} at {alert.place_name}, armed {alert.armed}; {events} from {cameras}"


_OF_ONE_KIND: tuple[Form, ...] = ("single", "counted")
_SAID: dict[Form, str] = {
    "single": "",
    "counted": "too many of ",
    "then": "one after the other, the last ",
    "together": "at the same time ",
    "unbadged": "without a badge ",
}


def moment(unix_s: float) -> datetime:
    """Unix time as a datetime in UTC."""
    return datetime.fromtimestamp(unix_s, UTC)


_RULES: dict[str, Rule] = {rule: rule for rule in RULES}


def rule_named(name: str) -> Rule:
    """A rule by its name, which an event was checked to have."""
    return _RULES[name]
