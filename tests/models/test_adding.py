"""A network that somebody brings is taken in when it runs and says where, what and how sure."""

from pathlib import Path

import numpy as np
import pytest

from models.adding import add, labels_of
from models.catalogue import added, digest_of, entry, path_of
from models.coco import LABELS
from models.load import detector, object_network
from pipelines.errors import ConfigError, ModelError, TocsinError
from tests.models.exported import POINTS, filled, write


@pytest.fixture
def yolox(tmp_path: Path) -> Path:
    return write(tmp_path / "My-Net.onnx", {"output": filled(1, POINTS, 85, value=0.7)})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOCSIN_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def test_a_file_is_taken_in_and_found_by_its_name(yolox: Path, folder: Path) -> None:
    made = add(yolox, folder=folder, name="mine")
    assert (made.family, made.outputs, made.labels) == ("yolox", ("output",), LABELS)
    assert made.sha256 == digest_of(yolox) == digest_of(folder / "mine.onnx")
    assert entry("mine") == made == added(folder)[0]
    assert path_of(made) == folder / "mine.onnx"
    found = object_network("mine", minimum_score=0.1)(np.zeros((64, 64, 3), np.uint8))
    assert {each.label for each in found} <= set(LABELS)
    assert sorted(path.name for path in folder.iterdir()) == ["mine.json", "mine.onnx"]


def test_labels_of_ones_own_are_used(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "labels.txt").write_text("fox\n\n hare \n")
    labels = labels_of(str(tmp_path / "labels.txt"))
    path = write(tmp_path / "two.onnx", {"output": filled(1, POINTS, 7, value=0.8)})
    made = add(path, folder=folder, labels=labels)
    assert (made.name, made.labels) == ("two", ("fox", "hare"))
    found = detector(made, minimum_score=0.5)(np.zeros((64, 64, 3), np.uint8))
    assert {each.label for each in found} == {"fox"}


def test_a_folder_may_move(yolox: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(yolox, folder=folder, name="mine")
    elsewhere = folder.rename(folder.with_name("moved"))
    monkeypatch.setenv("TOCSIN_MODELS", str(elsewhere))
    assert path_of(entry("mine")) == elsewhere / "mine.onnx"


def test_a_file_that_was_altered_later_is_refused(yolox: Path, folder: Path) -> None:
    made = add(yolox, folder=folder, name="mine")
    (folder / "mine.onnx").write_bytes(b"another")
    with pytest.raises(ModelError, match="not the file that mine names"):
        path_of(made)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "'My-Net' is no name for a model"),
        ("../mine", "is no name"),
        ("auto", "one of Tocsin's own"),
        ("nanodet-g-416", "one of Tocsin's own"),
        ("twice", "there is a model of that name"),
    ],
)
def test_a_name_that_cannot_be_had_is_said(yolox: Path, folder: Path, name: str, said: str) -> None:
    add(yolox, folder=folder, name="twice")
    with pytest.raises(ConfigError) as caught:
        add(yolox, folder=folder, name=name)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "outputs",
    [
        {"vector": filled(1, 512)},
        {"output": filled(1, POINTS, 85), "vector": filled(1, POINTS, 128)},
        {"dets": filled(1, 9, 4), "labels": filled(1, 9, 91), "points": filled(1, 9, 10)},
    ],
)
def test_a_network_that_says_more_than_where_what_and_how_sure_is_refused(
    tmp_path: Path, folder: Path, outputs: dict[str, np.ndarray]
) -> None:
    path = write(tmp_path / "more.onnx", outputs)
    with pytest.raises(ModelError, match="fits no family that finds objects and says nothing else"):
        add(path, folder=folder)
    assert added(folder) == ()


def test_a_network_that_does_not_run_leaves_nothing_behind(tmp_path: Path, folder: Path) -> None:
    path = write(tmp_path / "odd.onnx", {"output": filled(1, POINTS + 5, 85)})
    with pytest.raises(ModelError, match="with 89 points does not fit a canvas of 64x64"):
        add(path, folder=folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"no network"])
def test_a_file_that_is_none_is_named(tmp_path: Path, folder: Path, content: bytes | None) -> None:
    path = tmp_path / "none.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        add(path, folder=folder)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("text", ["", "fox\nfox\n"])
def test_a_file_of_labels_that_is_none_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "labels.txt").write_text(text)
    with pytest.raises(ConfigError, match="a class on each line"):
        labels_of(str(tmp_path / "labels.txt"))
    with pytest.raises(ConfigError, match="cannot be read"):
        labels_of(str(tmp_path / "none.txt"))


def test_an_entry_that_was_spoilt_is_named_and_the_shipped_ones_are_still_found(
    yolox: Path, folder: Path
) -> None:
    add(yolox, folder=folder, name="mine")
    (folder / "mine.json").write_text('{"name": 3}')
    with pytest.raises(TocsinError, match=r"mine\.json: no entry of a model"):
        entry("mine")
    assert entry("auto").name == "nanodet-g-416"


def test_an_entry_by_hand_cannot_ask_for_what_its_family_does_not(
    yolox: Path, folder: Path
) -> None:
    made = add(yolox, folder=folder, name="mine")
    note = folder / "mine.json"
    note.write_text(note.read_text().replace('"yolox"', '"centerface"'))
    with pytest.raises(ConfigError, match="no family is named 'centerface'"):
        detector(entry("mine"), minimum_score=0.5)
    note.write_text(note.read_text().replace('"centerface"', '"rf-detr"'))
    with pytest.raises(ModelError, match="fits no family"):
        detector(entry("mine"), minimum_score=0.5)
    assert made.outputs == ("output",)
