"""The ledger that a spool keeps says what became of each event, in the spool's own transactions."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.spool import Spool, set_aside_if_torn
from pipelines.wire import decode_event
from tests.events import event
from tests.faults import ledger
from tests.faults.book import Account, Book
from tests.faults.ledger import Counted
from tests.faults.tear import tear


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    overflow = lambda count: event(rule="spool-overflow", count=count)  # noqa: E731
    with closing(Spool(tmp_path / "spool.db", limit_mib=1, overflow=overflow)) as made:
        ledger.keep(made.disk)
        yield made


def fates(spool: Spool) -> dict[str, str]:
    return {line.id: line.fate for line in ledger.read(spool.path).lines}


def test_what_waits_and_what_was_acknowledged_is_told_apart(spool: Spool) -> None:
    one, other = event(picture_bytes=5), event()
    spool.put([one, other])
    spool.done([row.row for row in spool.waiting(after=0, limit=1)])
    assert fates(spool) == {one.id: "acked", other.id: "waiting"}
    assert ledger.read(spool.path).said == Counted(put=2, acked=1, dropped=0, waiting=1)


def test_a_body_is_kept_without_its_picture(spool: Spool) -> None:
    one = event(picture_bytes=5)
    spool.put([one])
    (line,) = ledger.read(spool.path).lines
    kept = decode_event(line.body.encode())
    assert kept.data.picture is not None
    assert (kept.data.picture.data, kept.data.camera) == (b"", one.data.camera)


def test_what_a_full_spool_drops_is_dropped_and_nothing_else(spool: Spool) -> None:
    first = event()
    spool.put([first])
    spool.done([row.row for row in spool.waiting(after=0, limit=1)])
    many = [event(picture_bytes=40_000) for _ in range(40)]
    for each in many:
        spool.put([each])
    state, found = spool.state(), fates(spool)
    assert state.dropped > 0
    assert found.pop(first.id) == "acked"
    dropped = {name for name, fate in found.items() if fate == "dropped"}
    assert len(dropped) == state.dropped
    assert {each.id for each in many[-5:]} & dropped == set()


def test_what_cannot_be_read_counts_as_dropped(spool: Spool) -> None:
    spool.put([event(), event()])
    (first, second) = spool.waiting(after=0, limit=2)
    spool.done([second.row])
    spool.refuse(first)
    assert sorted(fates(spool).values()) == ["acked", "dropped"]


def test_an_account_whose_sums_and_ledger_disagree_says_so(spool: Spool) -> None:
    spool.put([event(), event()])
    account = Account("box-1", spool.path)
    account.take(ledger.read(spool.path))
    assert list(account.faults()) == []
    spool.disk.execute("DELETE FROM ledger WHERE row = 1")
    spool.disk.commit()
    spool.put([event()])
    account.take(ledger.read(spool.path))
    assert list(account.faults()) == []  # it was seen before it went
    account.fates.popitem()
    assert len(list(account.faults())) == 1


def test_a_book_forgets_no_acknowledgement_that_a_torn_spool_takes_back(spool: Spool) -> None:
    book = Book()
    book.open("box-1", spool.path)
    one = event()
    spool.put([one])
    spool.done([1])
    book.drain("box-1", forget=True)
    assert ledger.read(spool.path).lines == []
    spool.put([one])  # as after its log was lost
    book.drain("box-1")
    assert book.acked() == book.unconfirmed == {one.id}
    book.confirm({one.id})
    assert book.unconfirmed == set()


def test_what_is_seen_again_after_a_tear_or_in_the_store_is_at_risk_no_more(spool: Spool) -> None:
    book = Book()
    book.open("box-1", spool.path)
    kept, gone = event(), event()
    spool.put([kept, gone])
    book.drain("box-1")
    book.torn |= book.waiting("box-1")
    book.forgotten |= {"arrived", "missing"}
    spool.disk.execute("DELETE FROM ledger WHERE id = ?", (gone.id,))
    spool.disk.commit()
    book.drain("box-1")
    book.confirm({"arrived"})
    assert book.at_risk == {gone.id, "missing"}


@pytest.mark.parametrize("seed", range(12))
def test_a_torn_spool_is_set_aside_or_reads_as_a_sound_one(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "spool.db"
    spool = Spool(path, limit_mib=4, overflow=lambda count: event(count=count))
    spool.put([event(picture_bytes=3000) for _ in range(30)])
    spool.close()
    tear(path, random.Random(seed))  # noqa: S311 -- a fault
    set_aside_if_torn(path)
    with closing(Spool(path, limit_mib=4, overflow=lambda count: event(count=count))) as again:
        again.put([event()])
        assert again.state().waiting == len(again.waiting(after=0, limit=100))
