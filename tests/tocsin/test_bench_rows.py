"""What a benchmark tells of a mode is what was asked, what became of it and what it misses."""

from pathlib import Path

import msgspec
import pytest

from pipelines.errors import ConfigError
from tocsin.bench.rows import Peer, Quantiles, Row, notes, peer_table, table
from tocsin.bench.run import middle, run, sides
from tocsin.bench.side import Job

CONTRACT = {
    "source", "mode", "cpu_s_per_stream_s", "ratio_to_decode", "event_recall",
    "idle_false_positive_rate", "latency_ms", "rss_mb_per_stream", "detector_calls",
}  # fmt: skip


def row(
    mode: str, *, used: str = "", recall: float | None = None, skipped: int = 0,
    peers: dict[str, Peer] | None = None,
) -> Row:  # fmt: skip
    return Row(
        source="/clips/yard.mp4", mode=mode, mode_used=used or mode, mode_why="", streams=1,
        seconds=5.0, fps_in=25.0, fps_decoded=25.0, fps_processed=25.0, skipped=skipped,
        cpu_s_per_stream_s=0.05, decode_cpu_s_per_stream_s=0.04, ratio_to_decode=1.25,
        ratio_to_substream=None, event_recall=recall, found_recall=None,
        idle_false_positive_rate=None, latency_ms=Quantiles(1, 2, 3), rss_mb_per_stream=8.0,
        detector_calls=0, events=0, peers=peers or {},
    )  # fmt: skip


def test_a_row_has_all_that_a_reader_of_the_json_relies_on() -> None:
    assert set(msgspec.to_builtins(row("full"))) >= CONTRACT


def test_what_keyframes_miss_is_said_with_the_share_of_this_clip() -> None:
    (told,) = notes([row("full", recall=1.0), row("keyframe", recall=0.75)])
    assert told.startswith("keyframe misses what comes and goes between two keyframes")
    assert "here 25% of the events" in told
    (unknown,) = notes([row("keyframe")])
    assert "only --truth can tell" in unknown
    assert notes([row("keyframe", used="full", recall=0.5)]) == []


def test_a_machine_that_did_not_keep_up_is_told_of() -> None:
    (told,) = notes([row("full", skipped=7)])
    assert told.startswith("yard.mp4 full: skipped 7 packets")


def test_the_mode_that_was_asked_for_stands_beside_the_one_that_was_used() -> None:
    cells = list(table([row("auto", used="substream"), row("full")]).columns[1].cells)
    assert cells == ["auto → substream", "full"]


def test_a_file_that_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"--json .*rows\.json: cannot be written"):
        run([], scene=None, json_file=tmp_path / "file" / "rows.json")


def peer(cost: float, alarms: float | None = 0.01) -> Peer:
    return Peer(
        cpu_s_per_stream_s=cost, ratio_to_decode=cost / 0.04, tocsins_ratio=0.05 / cost,
        idle_false_positive_rate=alarms,
    )  # fmt: skip


def test_peers_are_told_of_by_the_median_of_their_rounds() -> None:
    rounds = [row("full", peers={"MOG2": peer(cost), "ffmpeg pipe": peer(0.2, None)})
              for cost in (0.1, 0.3, 0.2)]  # fmt: skip
    told = middle(rounds)
    assert told.peers["MOG2"] == peer(0.2)
    assert told.peers["ffmpeg pipe"].idle_false_positive_rate is None
    cells = [list(column.cells) for column in peer_table([told]).columns]
    assert cells[2] == ["MOG2", "ffmpeg pipe"]
    assert cells[5:] == [["0.25", "0.25"], ["0.0100", "–"]]


def test_peers_are_measured_only_where_they_are_asked_for_and_can_be(tmp_path: Path) -> None:
    job = Job(source=str(tmp_path / "a.mp4"), substream="s", seconds=1.0)
    plain = {"tocsin", "decode", "small stream"}
    assert set(sides(job)) == plain
    assert set(sides(job, beside=True)) == {*plain, "absdiff", "MOG2", "KNN", "ffmpeg pipe"}
    live = msgspec.structs.replace(job, source="rtsp://camera/1")
    assert set(sides(live, beside=True)) == {*plain, "absdiff", "MOG2", "KNN"}
