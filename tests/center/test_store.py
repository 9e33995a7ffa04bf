"""Letters into the store: counted, kept, refused, never lost on the way."""

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from center import lookup, record, tables
from center.arrivals import put_events
from center.copying import copy
from center.filing import Filing
from center.letter import Letter, UnfitError, opened
from center.store import Store
from center.watchlist import WatchList
from pipelines.doors import DEVICE_RULES
from pipelines.errors import StoreError
from pipelines.flow import Event, Rule
from pipelines.wire import encode
from tests.center.centre import event
from tests.center.test_crosscheck import letter

SUBJECT = "$MQTT.msgs.pe.3.demo.cam-1.intrusion"


def changed(one: Event, **facts: object) -> bytes:
    whole = msgspec.to_builtins(one)
    whole["data"] |= facts
    return msgspec.json.encode(whole)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"{}",
        b"[1, 2",
        encode(event(site="far")),  # of another site than it was sent to
        encode(event(camera="cam-9")),
        changed(event(), count=2**70),
        changed(event(), zone="a\0b"),  # which PostgreSQL would not take
        changed(event(), rule="loitering"),  # a rule that we do not know
        encode(event()).replace(b"2026-11-23T12:00:00Z", b"2026-11-23T12:00:00"),  # no zone
        encode(event()).replace(b"2026-11-23T12:00:00Z", b"0001-01-01T00:00:00Z"),
    ],
)
def test_what_is_no_event_of_its_sender_is_refused_with_a_reason(payload: bytes) -> None:
    with pytest.raises(UnfitError) as caught:
        opened(Letter(SUBJECT, payload))
    assert str(caught.value)


def test_an_unfit_letter_is_kept_whole_and_the_rest_of_its_batch_stored(store: Store) -> None:
    filing = Filing(WatchList(places=()), new_id=lambda: "unused")
    with store.write() as connection:
        filing(connection, [letter(event()), Letter(SUBJECT, b"{bad")], now_s=1.0)
    with store.read() as connection:
        counted = lookup.counters(connection)
        (kept,) = connection.execute(select(tables.rejected)).all()
    assert (counted["received"], counted["stored"], counted["rejected"]) == (2, 1, 1)
    assert (kept.subject, kept.payload) == (SUBJECT, b"{bad")


@pytest.mark.parametrize("rule", sorted(DEVICE_RULES))
def test_of_a_device_that_says_whose_it_is_nothing_is_kept_but_where_it_was_sent(
    store: Store, rule: Rule
) -> None:
    spoken = changed(event(rule=rule, label=None), holder="somebody")
    subject = f"$MQTT.msgs.pe.3.demo.cam-1.{rule}"
    filing = Filing(WatchList(places=()), new_id=lambda: "unused")
    with store.write() as connection:
        filing(connection, [Letter(subject, spoken)], now_s=1.0)
    with store.read() as connection:
        (kept,) = connection.execute(select(tables.rejected)).all()
    assert (kept.subject, kept.payload) == (subject, b"")
    assert "somebody" not in kept.reason


def test_rejected_letters_are_bounded_and_the_newest_stay(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "REJECTED_KEPT", 3)
    with store.write() as connection:
        for number in range(5):
            unfit = Letter(SUBJECT, bytes([number]))
            record.put_rejected(connection, unfit, reason="why", received_s=1.0)
        kept = connection.execute(select(tables.rejected.c.payload)).scalars().all()
    assert kept == [b"\x02", b"\x03", b"\x04"]


def test_an_error_within_a_transaction_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(StoreError):
        _half_a_transaction(store)
    with store.read() as connection:
        assert lookup.events_page(connection, limit=10) == []


def _half_a_transaction(store: Store) -> None:
    with store.write() as connection:
        put_events(connection, [event()], received_s=1.0)
        copy(connection, tables.alert_events, [("nothing", "nowhere")])


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        Store(tmp_path / "file" / "center.db")
