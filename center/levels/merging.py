"""What another level told in, the store with it out, the same however it was told."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from center import lookup, record, steps
from center.alert import Alert
from center.levels import ledger
from center.levels.ledger import Known
from center.levels.shared import SharedAlert, SharedEntry, entry_known, work_known


def merge_alert(
    connection: Connection, told: SharedAlert, *, level: str, came: str, now: datetime
) -> Alert | None:
    """Take in what was told of an alert; the alert if that changed it.

    level  our own
    came   the level that told it
    """
    here = lookup.alert_by_id(connection, told.alert.id)
    first = ledger.known(connection, told.alert.id)
    if here is None or first is None:
        return _begin(connection, told, level=level, came=came)
    facts = here
    if first.home != level and first.came == came and told.revision > first.revision:
        newer = first._replace(revision=told.revision)
        ledger.put_known(connection, here.id, newer)
        facts = ledger.with_work(_facts(told), ledger.work_of(here))
        facts = msgspec.structs.replace(facts, revision=here.revision)
    return _merge(connection, here, facts, told.entries, level=level, came=came, now=now)


def merge_entries(
    connection: Connection, alert_id: str, entries: Sequence[SharedEntry], *, level: str,
    came: str, now: datetime,
) -> Alert | None:  # fmt: skip
    """Take in what was done elsewhere about an alert that is here; the alert if it changed."""
    here = lookup.alert_by_id(connection, alert_id)
    if here is None:
        return None  # it was kept for long enough
    return _merge(connection, here, here, entries, level=level, came=came, now=now)


def _begin(connection: Connection, told: SharedAlert, *, level: str, came: str) -> Alert | None:
    """An alert that is new here; one of our own that we let go of stays gone."""
    if told.home == level:
        return None
    base = msgspec.structs.replace(told.base, **work_known(told.base, level))
    entries = [entry_known(each, level) for each in told.entries]
    alert = ledger.with_work(_facts(told), base)
    stored = record.put_alert(connection, alert)
    ledger.put_known(connection, stored.id, Known(told.home, came, told.revision, base))
    ledger.put_entries(connection, stored, came, ledger.unknown(connection, entries))
    return ledger.refolded(connection, stored, base)


def _merge(
    connection: Connection, here: Alert, facts: Alert, entries: Sequence[SharedEntry], *,
    level: str, came: str, now: datetime,
) -> Alert | None:  # fmt: skip
    fresh = ledger.unknown(connection, [entry_known(each, level) for each in entries])
    if not fresh and facts == here:
        return None
    own = ledger.settled(connection, here, level)
    first = ledger.known(connection, here.id)
    if first is None:
        return None
    stored = record.put_alert(connection, ledger.with_work(facts, ledger.work_of(own)))
    ledger.put_entries(connection, stored, came, fresh)
    after = ledger.refolded(connection, stored, first.base)
    steps.call_back(connection, here, after, at=now)
    return after


def _facts(told: SharedAlert) -> Alert:
    return msgspec.structs.replace(told.alert, home=told.home)
