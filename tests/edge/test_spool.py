"""Events on disk: nothing is lost but what is counted, whatever happens in between."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.clock import SystemClock
from edge.spool import Spool, set_aside_if_torn
from edge.unwatched import end_lives
from pipelines.errors import SpoolError
from pipelines.flow import Event, Phase
from pipelines.wire import decode_event
from tests.edge.conftest import PATIENCE_S
from tests.events import event


def overflow(dropped: int) -> Event:
    return event(rule="spool-overflow", count=dropped)


@contextmanager
def spool_at(path: Path, limit_mib: int = 4) -> Iterator[Spool]:
    spool = Spool(path, limit_mib=limit_mib, overflow=overflow)
    try:
        yield spool
    finally:
        spool.close()


def everything(spool: Spool) -> list[Event]:
    return [decode_event(held.body) for held in spool.waiting(after=0, limit=100_000)]


def test_an_event_comes_back_as_it_went_in(tmp_path: Path) -> None:
    sent = event()
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([sent])
    with spool_at(tmp_path / "s.db") as again:
        assert everything(again) == [sent]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=12))
def test_put_is_acked_and_waiting_through_any_restarts(steps: list[tuple[int, int, bool]]) -> None:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder, "s.db"), limit_mib=4, overflow=overflow)
        put = acked = 0
        for more, fewer, restart in steps:
            spool.put([event() for _ in range(more)])
            rows = [held.row for held in spool.waiting(after=0, limit=fewer)]
            spool.done(rows)
            put, acked = put + more, acked + len(rows)
            if restart:
                spool.close()
                spool = Spool(Path(folder, "s.db"), limit_mib=4, overflow=overflow)
            state = spool.state()
            assert (state.put, state.acked, state.dropped) == (put, acked, 0)
            assert state.waiting == put - acked == len(everything(spool))
        spool.close()


def test_a_row_is_never_given_twice(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([event()])
        first = spool.waiting(after=0, limit=1)[0].row
        spool.done([first])
        spool.put([event()])
        assert spool.waiting(after=0, limit=1)[0].row > first


def test_a_full_spool_drops_its_oldest_counts_them_and_says_so(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db", limit_mib=1) as spool:
        sent = [event(picture_bytes=20_000) for _ in range(80)]
        for each in sent:
            spool.put([each])
        held, state = everything(spool), spool.state()
    told = [each for each in held if each.data.rule == "spool-overflow"]
    kept = [each for each in held if each.data.rule != "spool-overflow"]
    assert told
    assert kept == sent[-len(kept) :]  # the newest stay, in order
    assert state.put == state.dropped + state.waiting
    assert sum(each.data.count for each in told) <= state.dropped < 80
    assert (tmp_path / "s.db").stat().st_size <= 1 << 20


def test_an_event_larger_than_the_spool_is_refused_without_harm(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db", limit_mib=1) as spool:
        with pytest.raises(SpoolError, match="no room is left"):
            spool.put([event(picture_bytes=2_000_000)])
        spool.put([event()])
        assert len(everything(spool)) == 1


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as one, spool_at(tmp_path / "s.db") as other:
        one.put([event()])
        other.put([event()])
        one.put([event()])
        assert other.state().waiting == 3


def test_an_event_that_cannot_be_read_is_kept_aside_and_counted(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([event()])
        spool.refuse(spool.waiting(after=0, limit=1)[0])
        assert spool.state().waiting == 0
        assert spool.state().dropped == 1
        assert spool.disk.execute("SELECT count(*) FROM refused").fetchone() == (1,)


def test_a_torn_file_is_kept_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(b"this was a spool before the power went" * 300)
    kept = set_aside_if_torn(path)
    assert kept is not None
    assert kept.read_bytes().startswith(b"this was a spool")
    with spool_at(path) as spool:
        spool.put([event()])


def test_a_sound_file_is_left_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with spool_at(path) as spool:
        spool.put([event()])
    assert set_aside_if_torn(path) is None
    assert set_aside_if_torn(tmp_path / "none.db") is None


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match="cannot be opened as a spool"):
        Spool(tmp_path, limit_mib=1, overflow=overflow)


def test_the_log_beside_the_file_stays_small_also_after_one_that_was_long(tmp_path: Path) -> None:
    mib, log = 1 << 20, tmp_path / "s.db-wal"
    with spool_at(tmp_path / "s.db") as spool, spool_at(tmp_path / "s.db") as publisher:
        spool.put([event(picture_bytes=20_000) for _ in range(80)])
        assert log.stat().st_size > 1.5 * mib
        for _ in range(60):
            spool.put([event(picture_bytes=20_000)])
            publisher.done(held.row for held in publisher.waiting(after=0, limit=9))
        assert log.stat().st_size < 1.2 * mib


def test_every_commit_is_synced_to_disk(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        assert spool.disk.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert spool.disk.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_the_writer_is_given_is_on_disk_when_it_has_closed(tmp_path: Path) -> None:
    from edge.writer import Writer

    with spool_at(tmp_path / "s.db") as spool:
        writer = Writer(spool)
        sent = [event() for _ in range(300)]
        for each in sent:
            writer.put(each)
        writer.close(within_s=PATIENCE_S)
        assert everything(spool) == sent


def test_the_writer_goes_on_when_the_disk_takes_events_again(tmp_path: Path) -> None:
    from edge.writer import Writer

    with spool_at(tmp_path / "s.db") as spool:
        blocker = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        spool.disk.execute("PRAGMA busy_timeout = 1")
        blocker.execute("BEGIN IMMEDIATE")
        writer = Writer(spool)
        writer.put(event())
        while writer.events.qsize():  # until the writer has tried
            pass
        blocker.execute("COMMIT")
        blocker.close()
        writer.close(within_s=PATIENCE_S)
        assert spool.state().put == 1


def word(life: str, phase: Phase, *, camera: str = "yard-1", again: bool = False) -> Event:
    said = event(camera=camera, picture_bytes=9 if again else 0)
    told = msgspec.structs.replace(said.data, phase=phase, episode=life, again=again)
    return msgspec.structs.replace(said, data=told)


def ends(spool: Spool) -> list[tuple[str | None, bool]]:
    told = [each.data for each in everything(spool) if each.data.phase == "end"]
    return [(facts.episode, facts.unwatched) for facts in told]


class Noon(SystemClock):
    """A clock that stands still."""

    def now_s(self) -> float:
        return 43_200.0


NOON = Noon()


def test_a_life_that_nobody_could_end_is_ended_once_even_after_a_restart(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([word("a", "begin"), word("a", "begin"), word("a", "update", again=True)])
    with spool_at(tmp_path / "s.db") as again:
        end_lives(again, NOON, None)
        end_lives(again, NOON, None)
        assert ends(again) == [("a", True)]
        last = everything(again)[-1]
    assert last.time.timestamp() == NOON.now_s()
    assert (last.data.count, last.data.duration_s, last.data.picture) == (0, 0.0, None)


def test_a_life_that_has_ended_is_not_ended_again_nor_opened_by_a_late_picture(
    tmp_path: Path,
) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([word("a", "begin"), word("a", "end"), word("a", "update", again=True)])
        spool.put([word("a", "update")])
        end_lives(spool, NOON, None)
        assert ends(spool) == [("a", False)]


def test_only_the_lives_of_those_cameras_end_that_nobody_watches(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([word("a", "begin"), word("b", "begin", camera="yard-2")])
        end_lives(spool, NOON, ["yard-2", "yard-3"])
        assert ends(spool) == [("b", True)]
        end_lives(spool, NOON, None)
        assert ends(spool) == [("b", True), ("a", True)]


def test_what_cannot_be_read_of_a_life_stops_no_box(tmp_path: Path) -> None:
    with spool_at(tmp_path / "s.db") as spool:
        spool.put([word("a", "begin"), word("b", "begin")])
        with spool.disk:
            spool.disk.execute("UPDATE lives SET body = '{}' WHERE episode = 'a'")
        end_lives(spool, NOON, None)
        end_lives(spool, NOON, None)
        assert ends(spool) == [("b", True)]
