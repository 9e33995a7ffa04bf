"""A network is the one that was recorded, or it is not loaded."""

from pathlib import Path

import pytest

from models.catalogue import CATALOGUE, WEIGHTS, Entry, digest_of, entry, path_of
from models.load import object_network
from pipelines.errors import ConfigError, ModelError

each_entry = pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)


@each_entry
def test_every_file_that_is_shipped_is_the_one_that_was_recorded(each: Entry) -> None:
    assert path_of(each) == WEIGHTS / each.file


@each_entry
def test_every_entry_says_where_it_comes_from_and_under_which_licence(each: Entry) -> None:
    assert each.licence in {"MIT", "Apache-2.0"}
    assert each.source
    assert entry(each.name) is each


def test_no_two_networks_share_a_name() -> None:
    assert len({each.name for each in CATALOGUE}) == len(CATALOGUE)


@each_entry
def test_a_file_that_is_missing_is_named_with_the_hash_that_it_should_have(
    each: Entry, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as caught:
        path_of(each, tmp_path)
    assert str(tmp_path / each.file) in str(caught.value)
    assert f"is missing that {each.name} names" in str(caught.value)
    assert f"sha256 should be {each.sha256}, is none" in str(caught.value)


@each_entry
def test_a_file_that_was_altered_is_named_with_both_hashes(each: Entry, tmp_path: Path) -> None:
    altered = tmp_path / each.file
    altered.write_bytes(b"something else")
    with pytest.raises(ModelError) as caught:
        path_of(each, tmp_path)
    said = str(caught.value)
    for part in (str(altered), each.name, each.sha256, digest_of(altered)):
        assert part in said


def test_a_name_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        entry("yolo")
    assert "'yolo'" in str(caught.value)
    for each in CATALOGUE:
        assert each.name in str(caught.value)


def test_a_network_for_faces_is_no_detector() -> None:
    with pytest.raises(ConfigError, match="'centerface' finds faces"):
        object_network("centerface", minimum_score=0.5)
