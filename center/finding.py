"""A pattern of the watch list and a batch of what happened in, alerts for what it makes out.

Nothing is remembered between batches. Each event that a pattern names lets its neighbourhood in
event time be read from the store and looked at anew; so late, early and second arrivals, and a
restart in the middle, end the same.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

from center import lookup
from center.alert import Alert
from center.alerting import Alerting
from center.crosscheck import alert_from, join, more_of
from center.happening import Happening
from center.ledger import Ledger
from center.lifecycle import OVER
from center.parts import part_found, part_of
from center.patterns import Group, chains, stretches
from center.watchlist import Pattern


def find(alerting: Alerting, pattern: Pattern, fresh: Sequence[Happening]) -> None:
    """Look for a pattern of which more events never undo one: chains, stretches, counts."""
    found = list[tuple[str, Group]]()
    for place, mine in _scopes(pattern, fresh):
        near, ids = _around(alerting, pattern, mine, place), {each.id for each in mine}
        groups = [group for group in groups_of(pattern, near) if any(e.id in ids for e in group)]
        found += [(place or pattern.entry.place, group) for group in groups]
    alerting.ledger.owners([each.id for _, group in found for each in group])
    for place, group in found:
        _make(alerting, pattern, place, group)


def groups_of(pattern: Pattern, near: Sequence[Happening]) -> list[Group]:
    """What of some happenings makes the pattern, each group by itself."""
    entry = pattern.entry
    if entry.then:
        legs = [
            [each for each in near if pattern.part(number, each)]
            for number in range(len(entry.then))
        ]
        return chains(legs, [leg.within_s or 0.0 for leg in entry.then[1:]])
    meant = [each for each in near if pattern.takes(each)]
    together = entry.together
    if together is None:
        return stretches(meant, lambda each: each.id, least=entry.at_least, within_s=entry.reach_s)
    if together.of == "cameras":
        return stretches(
            meant, lambda each: (each.site, each.camera), least=together.at_least,
            within_s=together.within_s,
        )  # fmt: skip
    return stretches(
        meant, lambda each: each.place, least=together.at_least, within_s=together.within_s
    )


def _scopes(
    pattern: Pattern, fresh: Sequence[Happening]
) -> Iterable[tuple[str | None, list[Happening]]]:
    """What is looked at together: all, or each place by itself."""
    if pattern.entry.scope == "anywhere":
        return [(None, list(fresh))]
    places = sorted({each.place for each in fresh})
    return [(place, [each for each in fresh if each.place == place]) for place in places]


def _around(
    alerting: Alerting, pattern: Pattern, fresh: Sequence[Happening], place: str | None
) -> list[Happening]:
    """What began near in time to what is fresh, of the pattern's rules and places."""
    reach_s = pattern.entry.reach_s
    found = lookup.happenings(
        alerting.ledger.connection,
        rules={rule for part in pattern.entry.parts for rule in part.rules},
        places=frozenset[str]().union(*pattern.within) if place is None else {place},
        since_s=min(each.at_s for each in fresh) - reach_s,
        until_s=max(each.at_s for each in fresh) + reach_s,
    )
    return [each for each in found if each.begins]


def _make(alerting: Alerting, pattern: Pattern, place: str, group: Group) -> None:
    """One alert of all that the group is part of, unless there is just that already.

    What an operator closed is not opened again: a group that is all in closed alerts makes none.
    """
    ledger, match = alerting.ledger, alerting.listed.matched(pattern, place)
    owners = ledger.owners([each.id for each in group])
    free = [each for each in group if each.id not in owners]
    free += [orphan for each in list(free) for orphan in ledger.orphans(each, ())]
    free = list({each.id: each for each in free}.values())
    kin = _open(owners.values())
    part = part_found(
        pattern.name, place, group[0].at_s, group[-1].at_s, merge_s=match.entry.merge_s
    )
    if not free and (not kin or (len(kin) == 1 and _has(ledger, kin[0], part.key, group))):
        return
    head = alert_from(
        group[-1], match, now_s=alerting.now_s, new_id=alerting.new_id, about=match.entry.about
    )
    whole = reduce(join, (more_of(head, each) for each in free), head)
    alerting.put(whole, [part, *map(part_of, free)], free, kin)


def _open(alerts: Iterable[Alert]) -> list[Alert]:
    return list({alert.id: alert for alert in alerts if alert.state not in OVER}.values())


def _has(ledger: Ledger, alert: Alert, key: str, group: Group) -> bool:
    """Say whether an alert knows of the group already."""
    part = ledger.parts[alert.id].get(key)
    return part is not None and part.first_s <= group[0].at_s and group[-1].at_s <= part.last_s
