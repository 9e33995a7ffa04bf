"""Patterns that a late event may disprove, and the time that has passed, in; alerts for them out.

*Nothing came* and *no badge was granted* can only be said once a word of it would be here. So they
are judged when that time has passed, again for each event that comes later still, and an alert that
does not hold any more is withdrawn, with the reason, and never deleted.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise

import msgspec
from sqlalchemy import Connection

from center import lookup
from center.alert import Alert
from center.crosscheck import alert_from, join, moment, more_of, why
from center.entries import Entry, Nothing, Unbadged
from center.happening import Happening
from center.lifecycle import OVER, Work
from center.parts import Part, part_found
from center.patterns import Crossing, bursts, crossings, unbadged
from center.stating import Stating
from center.watchlist import Pattern

DAY_S = 86400.0
RUSH_S = 3600.0
"""How far from an event a rush over a door's line is looked at as one."""


def late_s(entry: Entry) -> float:
    """How long a word may be under way before an entry is judged without it."""
    asked = entry.nothing or entry.unbadged
    return asked.late_s if asked is not None else 0.0


def arrived(stating: Stating, pattern: Pattern, fresh: Sequence[Happening]) -> None:
    """Judge anew what events change that come after their time was judged."""
    due = [each for each in fresh if each.at_s <= stating.now_s - late_s(pattern.entry)]
    if pattern.entry.unbadged is not None and due:
        _judge_door(stating, pattern, due[0].at_s, due[-1].at_s)
    if pattern.entry.nothing is not None:
        _came(stating, pattern, fresh)


def passed(stating: Stating, pattern: Pattern, since_s: float, until_s: float) -> None:
    """Judge what falls due between two moments."""
    nothing = pattern.entry.nothing
    if pattern.entry.unbadged is not None:
        late = late_s(pattern.entry)
        _judge_door(stating, pattern, since_s - late, until_s - late)
    elif nothing is not None:
        for begin_s, end_s in slots(pattern.entry, nothing, since_s, until_s):
            _missed(stating, pattern, begin_s, end_s)


def due(connection: Connection, pattern: Pattern, since_s: float, until_s: float) -> bool:
    """Say whether anything falls due between two moments."""
    nothing, late = pattern.entry.nothing, late_s(pattern.entry)
    if nothing is not None:
        return any(slots(pattern.entry, nothing, since_s, until_s))
    return bool(_between(connection, pattern, since_s - late, until_s - late))


def from_now(entry: Entry, now_s: float) -> float:
    """Up to when an entry that is new counts as judged: what runs already is not missed."""
    nothing = entry.nothing
    if nothing is None:
        return now_s
    ahead = slots(entry, nothing, now_s, now_s + DAY_S + nothing.late_s)
    return max(
        (end_s + nothing.late_s for begin_s, end_s in ahead if begin_s < now_s), default=now_s
    )


def slots(
    entry: Entry, nothing: Nothing, since_s: float, until_s: float
) -> Iterator[tuple[float, float]]:
    """Stretches in which something was expected, of which all is known only now.

    Those that are due after `since_s` and not after `until_s`. They are cut from the beginning of
    each of the schedule's intervals; what is left at its end is one, too.
    """
    late = nothing.late_s
    for begin, end in entry.schedule.intervals(moment(since_s - late), moment(until_s - late)):
        begin_s, ends_s = begin.timestamp(), end.timestamp()
        every_s = nothing.every_s or ends_s - begin_s
        first = max(0, int((since_s - late - begin_s) // every_s) - 1)
        while (at_s := begin_s + first * every_s) < min(ends_s, until_s - late):
            to_s = min(at_s + every_s, ends_s)
            if since_s < to_s + late <= until_s:
                yield at_s, to_s
            first += 1


def _missed(stating: Stating, pattern: Pattern, begin_s: float, end_s: float) -> None:
    """Open an alert if nothing came between two times, the second outside."""
    found = _between(stating.connection, pattern, begin_s, end_s)
    place, entry = pattern.entry.place, pattern.entry
    part = part_found(pattern.name, place, begin_s, end_s, merge_s=0.0)
    if any(each.at_s < end_s for each in found) or _standing(stating, part, end_s):
        return
    device = entry.nothing.device if entry.nothing else None
    expected = Happening(
        at_s=begin_s, id="", site="", camera=device or place, place=place, rule=entry.about
    )
    match = stating.listed.matched(pattern, place)
    head = alert_from(
        expected, match, now_s=stating.now_s, new_id=stating.new_id, about=entry.about
    )
    whole = msgspec.structs.replace(
        head, last_at=moment(end_s), captured_at=moment(end_s),
        cameras=(device,) if device else (),
    )  # fmt: skip
    stating.state(msgspec.structs.replace(whole, why=why(whole)), part, ())


def _standing(stating: Stating, part: Part, end_s: float) -> list[Alert]:
    """Alerts of just this stretch, whatever became of them."""
    found = lookup.alerts_found(stating.connection, part)
    return [
        alert
        for alert in found
        if alert.first_at.timestamp() == part.first_s and alert.last_at.timestamp() == end_s
    ]


def _came(stating: Stating, pattern: Pattern, fresh: Sequence[Happening]) -> None:
    """Withdraw what said that nothing came while something of this was under way."""
    at = part_found(pattern.name, pattern.entry.place, fresh[0].at_s, fresh[-1].at_s, merge_s=0.0)
    for alert in lookup.alerts_found(stating.connection, at):
        begin_s, end_s = alert.first_at.timestamp(), alert.last_at.timestamp()
        came = next((each for each in fresh if begin_s <= each.at_s < end_s), None)
        if alert.state not in OVER and came is not None:
            seen = moment(came.at_s).isoformat(timespec="seconds")
            stating.withdraw(alert, f"it came after all, at {seen}, and its word was late")


def _between(
    connection: Connection, pattern: Pattern, since_s: float, until_s: float
) -> list[Happening]:
    """What the pattern names between two times."""
    found = lookup.happenings(
        connection,
        rules={rule for part in pattern.entry.parts for rule in part.rules},
        places=frozenset[str]().union(*pattern.within),
        since_s=since_s,
        until_s=until_s,
    )
    return [each for each in found if pattern.takes(each)]


def _judge_door(stating: Stating, pattern: Pattern, since_s: float, until_s: float) -> None:
    """Count badges against who went over the door's line, around a stretch of time."""
    door = pattern.entry.unbadged
    if door is None:
        return
    found = _between(stating.connection, pattern, since_s - RUSH_S, until_s + RUSH_S)
    run = _run(found, since_s, until_s, gap_s=_gap_s(pattern.entry, door))
    if not run:
        return
    over = crossings([each for each in run if pattern.part(0, each)])
    grants = [each for each in run if pattern.part(1, each)]
    left = unbadged(over, grants, window_s=door.window_s, ahead_s=door.ahead_s)
    judged = stating.now_s - door.late_s
    wanted = bursts([each for each in left if each.at_s <= judged], gap_s=pattern.entry.merge_s)
    _reconcile(stating, pattern, run, wanted)


def _gap_s(entry: Entry, door: Unbadged) -> float:
    """Over such a gap neither a badge nor the joining of alerts reaches."""
    return max(entry.merge_s, door.window_s + door.ahead_s)


def _run(
    found: Sequence[Happening], since_s: float, until_s: float, *, gap_s: float
) -> Sequence[Happening]:
    """Those around a stretch of time that follow each other without a longer gap."""
    cuts = [
        (before.at_s + here.at_s) / 2
        for before, here in pairwise(found)
        if here.at_s - before.at_s > gap_s
    ]
    begin_s = max((cut for cut in cuts if cut < since_s), default=float("-inf"))
    end_s = min((cut for cut in cuts if cut > until_s), default=float("inf"))
    return [each for each in found if begin_s < each.at_s < end_s]


def _reconcile(
    stating: Stating, pattern: Pattern, run: Sequence[Happening],
    wanted: Sequence[tuple[Crossing, ...]],
) -> None:  # fmt: skip
    """Make the alerts of a run those that are wanted: open, change, join or withdraw."""
    entry, place = pattern.entry, pattern.entry.place
    whole = part_found(pattern.name, place, run[0].at_s, run[-1].at_s, merge_s=0.0)
    known = lookup.alerts_found(stating.connection, whole)
    left = [alert for alert in known if alert.state not in OVER]
    settled = [alert for alert in known if alert.state == "closed"]
    for burst in wanted:
        first_s, last_s = burst[0].at_s, burst[-1].at_s
        part = part_found(pattern.name, place, first_s, last_s, merge_s=entry.merge_s)
        old = [alert for alert in left if _near(alert, part)]
        left = [alert for alert in left if alert not in old]
        if old or not any(_near(alert, part._replace(merge_s=0.0)) for alert in settled):
            shown = tuple({crossing.told_by.id: crossing.told_by for crossing in burst}.values())
            alert = _for(stating, pattern, burst, shown)
            alert = _working(alert, old[0]) if old else alert
            stating.state(alert, part, [each.id for each in shown], old)
    for alert in left:
        stating.withdraw(alert, "badges were granted for all of them after all; word came late")


def _near(alert: Alert, part: Part) -> bool:
    return (
        alert.first_at.timestamp() <= part.last_s + part.merge_s
        and part.first_s - part.merge_s <= alert.last_at.timestamp()
    )


def _for(
    stating: Stating, pattern: Pattern, burst: Sequence[Crossing], shown: Sequence[Happening]
) -> Alert:
    """The alert for some that went over without a badge: its events are they."""
    match = stating.listed.matched(pattern, pattern.entry.place)
    head = alert_from(
        shown[0], match, now_s=stating.now_s, new_id=stating.new_id, about=match.entry.about
    )
    whole = reduce(join, (more_of(head, each) for each in shown), head)
    whole = msgspec.structs.replace(whole, events=len(burst))
    return msgspec.structs.replace(whole, why=why(whole))


def _working(alert: Alert, old: Alert) -> Alert:
    """The alert under the name of the old one, with the work that was done on that."""
    kept = ("id", "opened_at", *Work.__struct_fields__)
    return msgspec.structs.replace(alert, **{name: getattr(old, name) for name in kept})
