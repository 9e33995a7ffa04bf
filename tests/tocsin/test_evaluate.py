"""What is followed is measured against a truth by a library that others use, too."""

import json
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.catalogue import FP32, INT8
from pipelines.errors import ConfigError, StreamError
from pipelines.flow import Box, Bytes, Detection, Look
from pipelines.regions import PLAIN, Sight
from tests.builders import detection
from tests.real import ASTRONAUT, street
from tests.tocsin.test_cli import tocsin
from tocsin.demo.clips import write_clip
from tocsin.evaluate.clip import Plan, Shot, Watching, shots
from tocsin.evaluate.following import others, ours, standing
from tocsin.evaluate.run import pairs, planned
from tocsin.evaluate.scoring import TRACKEVAL, Followed, Frames, Measures, scored
from tocsin.evaluate.truth import load
from tocsin.evaluate.workshop import Workshop

FPS, FRAMES = 10, 16
SPEED_PX = 4  # per frame


@pytest.fixture(scope="session")
def trackeval() -> Workshop:
    """The measures' environment, made where there is none and pip can."""
    try:
        TRACKEVAL.python()
    except ConfigError as error:
        pytest.skip(str(error))
    return TRACKEVAL


def place(frame: int) -> Box:
    """Where the astronaut is on a frame of 640 × 360: she glides to the right."""
    x = 100.0 + SPEED_PX * frame
    return Box(x, 90, x + ASTRONAUT.width / 2, 90 + ASTRONAUT.height / 2)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return glide(tmp_path_factory.mktemp("clip"), FRAMES)


def glide(folder: Path, frames: int) -> tuple[Path, Path]:
    """A clip of a drawn street along which the astronaut glides, and its truth."""
    small = cv2.resize(street(), (640, 360), interpolation=cv2.INTER_AREA)
    empty, woman = small.copy(), small[90:346, 320:576].copy()
    empty[90:346, 320:576] = small[90:346, 40:296]
    pictures, lines = [], []
    for frame in range(frames):
        picture, box = empty.copy(), place(frame)
        picture[90:346, int(box.x0) : int(box.x0) + 256] = woman
        pictures.append(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8))
        lines.append(f"{frame + 1},7,{box.x0},{box.y0},{box.width},{box.height},1,-1,-1,-1")
    write_clip(folder / "glide.mp4", pictures, fps=FPS)
    (folder / "gt.txt").write_text("\n".join(lines))
    return folder / "glide.mp4", folder / "gt.txt"


def bright(picture: Bytes) -> list[Detection]:
    """A network that finds one person, as far to the right as it is shown of the picture."""
    height, width = picture.shape[:2]
    return [detection(Box(10, 10, width - 10, height - 10)), detection(Box(0, 0, 9, 9), "dog")]


def look(
    recording: tuple[Path, Path], plan: Plan = "whole", fps: float = 0.0
) -> list[tuple[float, int, int]]:
    """Times, regions and finds of the clip's shots."""
    taken = shots(*recording, Watching(bright, "person", plan, fps, PLAIN), lambda _: None)
    return [
        (round(shot.at_s, 3), len(shot.look.regions), len(shot.look.found))
        for shot in taken
        if shot.look
    ]


def test_a_clip_is_measured_as_a_person_types_it(
    trackeval: Workshop, recording: tuple[Path, Path], tmp_path: Path
) -> None:
    clip, truth = map(str, recording)
    file = tmp_path / "build" / "measures.json"
    answer = tocsin(
        "evaluate", clip, "--truth", truth, "--plan", "whole", "--json", str(file),
        env={"COLUMNS": "160"},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert "HOTA" in answer.stdout
    told = json.loads(file.read_bytes())
    assert told["precision"] == 1.0
    assert told["recall"] == pytest.approx((FRAMES - 1) / FRAMES)  # a first find is no track yet
    assert told["f1"] > 0.95
    assert told["hota"] > 0.6
    assert told["idf1"] == pytest.approx(told["f1"])
    assert told["mota"] == pytest.approx(told["recall"])
    assert told["id_switches"] == 0
    assert told["us_per_frame"] > 0
    assert (told["frames"], told["peers"]) == (FRAMES, {})
    assert told["model"] in {FP32, INT8}  # whichever `auto` is on this machine
    assert told["onnxruntime"] == version("onnxruntime")
    assert trackeval.name == "trackeval"


def test_a_clip_in_which_nothing_moves_is_named_where_a_box_would_look(
    trackeval: Workshop, tmp_path: Path
) -> None:
    clip, truth = glide(tmp_path, 3)  # over before any background is known
    answer = tocsin("evaluate", str(clip), "--truth", str(truth), "--plan", "live")
    assert answer.returncode == 0, answer.stderr
    assert "glide.mp4: nothing moves in it at which a box would look" in answer.stdout
    assert trackeval.name == "trackeval"


def test_measures_are_what_they_are_by_hand(trackeval: Workshop) -> None:
    """Two stand still for four frames; then the tracks' numbers are exchanged, and one is lost."""
    left, right = (10.0, 10.0, 30.0, 60.0), (110.0, 10.0, 130.0, 60.0)
    truth = [[(1, *left), (2, *right)]] * 8
    tracks = [[(5, *left), (6, *right)]] * 4 + [[(6, *left), (5, *right)]] * 3 + [[(6, *left)]]
    with trackeval.opened() as talk:
        told = scored(talk, [truth, truth], Followed("", (tracks, truth), 0.0))
        first, second = told.clips
        assert second == Measures(
            precision=1, recall=1, f1=1, hota=1, idf1=1, mota=1, id_switches=0
        )
        assert (first.precision, first.recall, first.id_switches) == (1.0, 15 / 16, 2)
        assert first.mota == pytest.approx(1 - 3 / 16)
        assert first.idf1 == pytest.approx(2 * 8 / (16 + 15))
        assert told.pooled.recall == pytest.approx(31 / 32)
        nothing: Frames = [[]] * 8
        assert scored(talk, [truth], Followed("", (nothing,), 0.0)).pooled.f1 == 0.0


@pytest.mark.parametrize(("plan", "regions"), [("whole", {1}), ("turns", {2}), ("tiles", {3})])
def test_each_plan_shows_its_parts(
    recording: tuple[Path, Path], plan: Plan, regions: set[int]
) -> None:
    assert {count for _, count, _ in look(recording, plan)} == regions


def test_only_the_label_counts_and_only_the_frames_that_are_due(
    recording: tuple[Path, Path],
) -> None:
    assert look(recording) == [(round(frame / FPS, 3), 1, 1) for frame in range(FRAMES)]
    assert [at_s for at_s, *_ in look(recording, fps=2.5)] == [0.0, 0.4, 0.8, 1.2]
    assert [at_s for at_s, *_ in look(recording, fps=3)] == [0.0, 0.4, 0.7, 1.0, 1.4]


def test_a_box_looks_where_something_moves(recording: tuple[Path, Path]) -> None:
    taken = shots(*recording, Watching(bright, "person", "live", 0.0, PLAIN), lambda _: None)
    assert len(taken) == FRAMES
    assert len(taken[3].truth) == 1
    followed = ours([taken])
    assert len(followed.clips[0]) == FRAMES


def test_a_live_box_shows_a_network_what_moves_at_the_size_that_it_knows_best(
    tmp_path: Path,
) -> None:
    clip, best = glide(tmp_path, 30), Sight(free=True, tall_px=84)
    shapes: list[tuple[int, ...]] = []

    def watched(picture: Bytes) -> list[Detection]:
        shapes.append(picture.shape[:2])
        return bright(picture)

    taken = shots(*clip, Watching(watched, "person", "live", 0.0, best), lambda _: None)
    assert any(shot.look for shot in taken)
    assert min(max(shape) for shape in shapes) < best.side_px / 2


def test_what_a_peer_told_at_a_look_stands_until_the_next_one() -> None:
    look, row = Look((), ()), (1, 0.0, 0.0, 9.0, 9.0)
    clip = [Shot(at_s, look if at_s in {1, 4} else None, []) for at_s in range(6)]
    assert standing(clip, [[row], []]) == [(), [row], [row], [row], [], []]


def test_a_truth_that_is_none_is_named(tmp_path: Path, recording: tuple[Path, Path]) -> None:
    path = tmp_path / "gt.txt"
    with pytest.raises(ConfigError, match=r"gt\.txt: No such file"):
        load(path)
    path.write_text("1,1,0,0,9,9,0\n")
    with pytest.raises(ConfigError, match=r"gt\.txt: holds no box"):
        load(path)
    path.write_text("1,1,0,0,9,9,1\n\n2,1,x,0,9,9\n")
    with pytest.raises(ConfigError, match=r"gt\.txt:3: should be frame,number,left"):
        load(path)
    path.write_text("0,1,0,0,9,9\n")
    with pytest.raises(ConfigError, match=r"gt\.txt:1: frames are counted from 1"):
        load(path)
    path.write_text(f"{FRAMES + 1},1,0,0,9,9\n")
    with pytest.raises(ConfigError, match=rf"speaks of frame {FRAMES + 1}, .* has {FRAMES}"):
        look((recording[0], path))
    with pytest.raises(StreamError, match=r"gt\.txt"):
        look((path, recording[1]))


def test_rows_that_do_not_count_and_decimals(tmp_path: Path) -> None:
    path = tmp_path / "gt.txt"
    path.write_text("1,4,1.5,2,10,20,1,-1,-1,-1\n1,5,0,0,9,9,0,-1,-1,-1\n3,4,0,0,9,9\n")
    assert load(path) == {0: [(4, 1.5, 2.0, 11.5, 22.0)], 2: [(4, 0.0, 0.0, 9.0, 9.0)]}


def test_words_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ConfigError, match="2 clips and 1 --truth"):
        pairs([Path("a"), Path("b")], [Path("c")])
    with pytest.raises(ConfigError, match="--plan quarters: no such plan; there are: whole, turns"):
        planned("quarters", 0.0)
    with pytest.raises(ConfigError, match="--plan live --fps 5: a box chooses its looks"):
        planned("live", 5.0)


def test_a_workshop_that_cannot_be_furnished_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shop = Workshop("peers", ("follow.py", "norfair"), (("install", "--no-index", "norfair"),))
    with pytest.raises(ConfigError, match=r"peers cannot be installed in .*: ERROR: .*norfair"):
        others(shop, [[]])
    assert not (shop.folder() / "ready").exists()


def test_a_program_that_breaks_off_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    bare = Workshop("bare", ("follow.py", "norfair"), ())
    with pytest.raises(ConfigError, match=r"bare: broke off: ModuleNotFoundError"):
        others(bare, [[]])
