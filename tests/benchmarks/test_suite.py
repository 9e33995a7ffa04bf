"""The whole suite on one small drawn scene: everything that is asked is measured."""

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest

from benchmarks import bench_persons, bench_streams, clips, page, suite
from benchmarks.bench_streams import RECALL, active, idle
from benchmarks.clips import Clip, idle_piece, kind_of, scenes_in, turned
from benchmarks.figures import Figure, Result
from benchmarks.targets import verdicts
from pipelines.errors import ConfigError
from pipelines.flow import Box, Frame
from tocsin.bench.piped import RunningAverage, cpu_s
from tocsin.bench.rounds import Spread
from tocsin.demo.clips import write_clip

SIZE = (320, 180)
SECONDS, IDLE_S, FPS = 6.0, 4.0, 10


def pictures(width: int, height: int) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """A grey wall, which a bright square crosses in the last two seconds."""
    for number in range(round(SECONDS * FPS)):
        picture = np.full((height * 3 // 2, width), 128, np.uint8)
        picture[:height] = 90
        at = round((number / FPS - IDLE_S) * width / 2)
        if at >= 0:
            picture[height // 3 : height * 2 // 3, at : at + width // 6] = 220
        yield picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    folder = tmp_path_factory.mktemp("scenes")
    write_clip(folder / "wall.mp4", pictures(*SIZE), fps=FPS)
    write_clip(folder / "wall_sub.mp4", pictures(160, 90), fps=FPS)
    rows = [
        [(0, (n / FPS - IDLE_S) * 160, 60, 53, 60, 1.0)] if n / FPS >= IDLE_S else []
        for n in range(round(SECONDS * FPS))
    ]
    truth = {"W": SIZE[0], "H": SIZE[1], "fps": FPS, "boxes": rows}
    (folder / "wall.json").write_bytes(msgspec.json.encode(truth))
    (found,) = scenes_in([folder])
    return found


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(clips, "PIECES", tmp_path)
    monkeypatch.setattr(bench_streams, "_TRIES", 1)
    monkeypatch.setattr(bench_streams, "WARM_S", 0.5)


def luma_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.to_ndarray(format="gray").std()) for frame in container.decode(video=0)]


def stamps_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        packets = [each for each in container.demux(video=0) if each.size]
    return [float(each.pts * each.time_base) for each in packets if each.pts is not None]


def test_an_idle_piece_shows_nothing_and_runs_on_in_time(clip: Clip) -> None:
    assert clip.idle_until_s() == IDLE_S
    piece = idle_piece(clip.main, clip.idle_until_s(), seconds=10.0)
    assert max(luma_of(piece)) < 3
    stamps = stamps_of(piece)
    assert len(stamps) >= 10 * FPS
    assert all(
        later - sooner == pytest.approx(1 / FPS, abs=1e-3) for sooner, later in pairwise(stamps)
    )


def test_a_slower_piece_has_the_same_pictures_further_apart(clip: Clip) -> None:
    stamps = stamps_of(idle_piece(clip.main, IDLE_S, seconds=10.0, slower=5))
    assert stamps[1] - stamps[0] == pytest.approx(5 / FPS, abs=1e-3)


def test_a_turned_clip_has_all_its_pictures_in_another_order(clip: Clip) -> None:
    before, after = luma_of(clip.main), luma_of(turned(clip.main, 2 / 3))
    assert after == pytest.approx(before[4 * FPS :] + before[: 4 * FPS])


def test_a_stream_of_few_bits_is_told_from_one_of_a_constant_rate(
    clip: Clip, tmp_path: Path
) -> None:
    assert kind_of(clip.main).rate == "low-rate VBR"
    noise = np.random.default_rng(1)
    frames = (noise.integers(0, 255, (270, 320), np.uint8) for _ in range(6 * FPS))
    write_clip(tmp_path / "n.mp4", frames, fps=FPS, bits_per_s=400_000, constant=True)
    assert kind_of(tmp_path / "n.mp4").rate == "CBR"


def test_a_folder_without_a_whole_scene_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no X\.mp4 with X_sub\.mp4 and X\.json there"):
        scenes_in([tmp_path])


def test_every_ratio_of_a_clip_is_measured_and_written(clip: Clip, tmp_path: Path) -> None:
    result = idle(clip, rounds=1, seconds=1.0, streams=1) + active(clip, rounds=1)
    told = {(each.section, each.what): each.value for each in result.figures}
    assert {what for section, what in told if section == "idle, 1 stream"} == {
        "full / decode only",
        "substream / small stream only",
        "substream / decode only",
        "keyframe / decode only",
        "full / ffmpeg pipe",
        "substream / ffmpeg pipe",
        "substream / ffmpeg pipe, small",
    }
    assert all(value.median > 0 for (section, _), value in told.items() if section != RECALL)
    assert told["active", "full / every frame"].median > 0
    assert told[RECALL, "full, shown"].median in {0.0, 1.0}
    runs = [("Wall", result, verdicts(result.figures))]
    page.write(tmp_path / "page.md", runs, command="make bench", where=page.machine())
    text = (tmp_path / "page.md").read_text()
    assert "| idle: `full` over decoding, low-rate VBR | ≤ 1.2 | – | – | 0 | not measured |" in text
    assert "| active: `substream` over `full` | ≤ 0.6 | " in text
    assert str(tmp_path) not in text
    assert platform.node() not in text


def test_a_run_that_was_broken_off_goes_on_with_what_was_measured(
    clip: Clip, tmp_path: Path
) -> None:
    whole = Spread(0.125, 0.1, 0.2)
    figure = Figure(section="motion", what="ours", clip="wall", kind=clip.kind, value=whole)
    for name in suite.parts(suite.QUICK, print):
        known = Result([figure] if name == "motion" else [], [f"of {name}"])
        page.write_json(tmp_path / f"other-scenes-{name}.json", known)
    for name in suite.others(suite.QUICK):
        known = Result(notes=[f"of {name}"])
        page.write_json(tmp_path / f"whatever-the-scenes-{name}.json", known)
    suite.run(
        [str(clip.main)], suite.QUICK, folder=tmp_path, written=tmp_path / "page.md",
        command="make bench RESUME=1", resume=True,
    )  # fmt: skip
    text = (tmp_path / "page.md").read_text()
    assert "0.12" in text
    of_scenes, _, whatever = text.partition("## Whatever the scenes")
    assert "- of latency" in of_scenes
    assert "- of store" in whatever
    assert "| INT8 over FP32, time of a look |" in whatever
    assert "INT8" not in of_scenes.partition("## Other scenes")[2]


def test_a_part_that_is_torn_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"figures": [')
    with pytest.raises(ConfigError, match=r"a\.json: .*remove it"):
        page.read_result(tmp_path / "a.json")


def test_a_folder_without_scenes_ends_the_suite_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["suite", "/nowhere"])
    with pytest.raises(SystemExit, match="2"):
        suite.main()
    assert capsys.readouterr().err.startswith("bench: /nowhere: no X.mp4")


def test_the_peers_motion_is_where_something_moves() -> None:
    moved = RunningAverage()
    planes = [np.full((180, 320), 90, np.uint8), *(np.full((90, 160), 128, np.uint8),) * 2]
    assert moved(Frame(0.0, 320, 180, *planes)) == ()
    assert moved(Frame(0.2, 320, 180, *planes)) == ()
    luma = planes[0].copy()
    luma[60:120, 100:160] = 220
    (region,) = moved(Frame(0.4, 320, 180, luma, *planes[1:]))
    assert region.iou(Box(100, 60, 160, 120)) > 0.7


def test_another_process_cpu_is_read_to_its_end() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", busy], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert cpu_s(process.pid) == pytest.approx(0.3, abs=0.05)
        process.kill()


def test_figures_are_json_with_their_keys(clip: Clip, tmp_path: Path) -> None:
    page.write_json(tmp_path / "a.json", [clip.kind])
    (kind,) = json.loads((tmp_path / "a.json").read_bytes())
    assert set(kind) == {"rate", "width", "height", "fps", "kbit_per_s", "dark"}


def test_people_are_found_on_ones_own_clips(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is on the wall; the square that crosses it is none."""
    monkeypatch.setattr(bench_persons, "STARTS_S", (0.0,))
    truth = tmp_path / "truth.txt"
    truth.write_text("50,1,10,60,20,50,1,-1,-1,-1\n")
    found = {each.what: each for each in bench_persons.figures([(clip.main, truth)]).figures}
    assert found[bench_persons.F1].value.median == 0
    assert found[bench_persons.COST].value.median > 0
    assert {each.section for each in found.values()} == {bench_persons.PERSONS}


@pytest.mark.parametrize(
    ("files", "why"), [(["wall.mp4", "none.txt"], "none.txt: is no file"), (["wall.mp4"], "truth")]
)
def test_a_clip_of_people_needs_its_truth(
    clip: Clip, files: list[str], why: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    named = [str(clip.main.parent / each) for each in files]
    monkeypatch.setattr(sys, "argv", ["suite", str(clip.main), "--persons", *named])
    with pytest.raises(SystemExit):
        suite.main()
    assert why in capsys.readouterr().err
