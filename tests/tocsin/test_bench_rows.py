"""What a benchmark tells of a mode is what was asked, what became of it and what it misses."""

from pathlib import Path

import msgspec
import pytest

from pipelines.errors import ConfigError
from tocsin.bench.run import Quantiles, Row, notes, run, table

CONTRACT = {
    "source", "mode", "cpu_s_per_stream_s", "ratio_to_decode", "event_recall",
    "idle_false_positive_rate", "latency_ms", "rss_mb_per_stream", "detector_calls",
}  # fmt: skip


def row(mode: str, *, used: str = "", recall: float | None = None, skipped: int = 0) -> Row:
    return Row(
        source="/clips/yard.mp4", mode=mode, mode_used=used or mode, mode_why="", streams=1,
        seconds=5.0, fps_in=25.0, fps_decoded=25.0, fps_processed=25.0, skipped=skipped,
        cpu_s_per_stream_s=0.05, decode_cpu_s_per_stream_s=0.04, ratio_to_decode=1.25,
        ratio_to_substream=None, event_recall=recall, found_recall=None,
        idle_false_positive_rate=None, latency_ms=Quantiles(1, 2, 3), rss_mb_per_stream=8.0,
        detector_calls=0, events=0,
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
