"""What a store takes in, told for each way and each database that is there."""

from benchmarks import bench_store
from benchmarks.bench_store import ALERTED, CORE, ROWS, STORED
from benchmarks.postgres import BIN
from tests.center.postgres import HASTY


def test_each_way_stores_all_events_and_is_told_beside_the_bare_rows() -> None:
    result = bench_store.figures(number=30, rounds=1, options=HASTY)
    told = {(figure.clip, figure.what): figure.value.median for figure in result.figures}
    kinds = {"SQLite", "PostgreSQL"} if (BIN / "initdb").exists() else {"SQLite"}
    assert {kind for kind, _ in told} == kinds
    for kind in kinds:
        assert all(told[kind, f"{name}, of CPU"] > 0 for name in (ROWS, CORE, STORED, ALERTED))
        assert told[kind, f"{STORED} / {ROWS}"] > 0


def test_the_events_of_a_batch_are_the_same_in_each_form() -> None:
    batches = bench_store.batches(700)
    assert [len(batch.letters) for batch in batches] == [500, 200]
    for batch in batches:
        assert [row[0] for row in batch.rows] == [named["id"] for named in batch.named]
        both = zip(batch.rows, batch.letters, strict=True)
        assert all(row[0].encode() in letter.payload for row, letter in both)
