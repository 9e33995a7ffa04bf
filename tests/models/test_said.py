"""The names of a network's classes are read from its file, however its exporter wrote them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.adding import add, labels_of
from models.coco import LABELS
from models.said import labels_in
from pipelines.errors import ModelError
from tests.builders import quick
from tests.models.exported import POINTS, filled, write

TWO = ("fox", "snow hare")


@pytest.mark.parametrize(
    "notes",
    [
        {"names": "{0: 'fox', 1: 'snow hare'}"},
        {"names": '{"1": "snow hare", "0": "fox"}'},
        {"id2label": '{"0": "fox", "1": "snow hare"}'},
        {"labels": '["fox", "snow hare"]'},
        {"classes": "fox, snow hare"},
        {"class_names": "fox\nsnow hare\n"},
        {"names": "", "labels": "fox,snow hare", "stride": "32"},
        {"names": "{0: 'fox', 2: 'hare'}", "classes": "fox,snow hare"},
    ],
)
def test_names_are_read_in_the_order_of_their_numbers(notes: dict[str, str]) -> None:
    assert labels_in(notes) == TWO


@pytest.mark.parametrize(
    "text",
    ["", "80", "['fox', 'fox']", "['fox', 3]", "['fox', '']", "{0: 'fox', 2: 'hare'}", "{'a': 'b'}",
     "fox,,hare", "(" * 500, "coco", "fox," * 20_000],
)  # fmt: skip
def test_what_says_no_names_says_none(text: str) -> None:
    assert labels_in({"names": text}) == ()


@quick
@given(st.text())
def test_whatever_stands_there_is_borne(text: str) -> None:
    names = labels_in({"labels": text})
    assert len(set(names)) == len(names)
    assert all(names)


def test_a_network_is_taken_in_with_the_names_in_its_file_unless_others_are_given(
    tmp_path: Path,
) -> None:
    said = {"names": str(dict(enumerate(TWO)))}
    path = write(tmp_path / "a.onnx", {"output": filled(1, POINTS, 7)}, notes=said)
    assert add(path, folder=tmp_path / "m", name="a").labels == TWO
    (tmp_path / "own.txt").write_text("cat\ndog\n")
    own = labels_of(str(tmp_path / "own.txt"))
    assert add(path, folder=tmp_path / "m", name="b", labels=own).labels == ("cat", "dog")
    with pytest.raises(ModelError, match="with C = 80 labels"):
        add(path, folder=tmp_path / "m", name="c", labels=labels_of("coco"))
    plain = write(tmp_path / "d.onnx", {"output": filled(1, POINTS, 85)})
    assert add(plain, folder=tmp_path / "m", name="d", labels=labels_of("")).labels == LABELS
