"""Networks of one's own, as a person types it; the download bar against a real server."""

import hashlib
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from models.catalogue import added
from models.releases import Release
from pipelines.errors import ModelError
from tests.models.conftest import Files, files
from tests.models.exported import POINTS, filled, write
from tocsin.cataloguing import fetch_release

__all__ = ["files"]

ROOT = Path(__file__).parent.parent.parent


def models(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tocsin", "models", *words],
        cwd=ROOT, env={**os.environ, "TOCSIN_MODELS": str(folder), "COLUMNS": "220"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_network_that_was_added_is_listed_verified_and_usable(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.onnx", {"output": filled(1, POINTS, 85)})
    folder = tmp_path / "models"
    answer = models("add", str(path), folder=folder)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("mine: yolox, COCO-80, sha256 ")
    assert "detector: {model: mine}" in answer.stdout
    assert "mine" in models("list", folder=folder).stdout
    assert "mine: sha256" in models("verify", folder=folder).stdout
    (folder / "mine.onnx").write_bytes(b"")
    answer = models("verify", folder=folder)
    assert answer.returncode == 3
    assert "add it again" in answer.stderr


def test_the_list_says_what_auto_means_and_what_can_be_fetched(tmp_path: Path) -> None:
    said = models("list", folder=tmp_path).stdout
    assert "auto: nanodet-g-416" in said
    assert "tocsin models fetch: yolox-nano, yolox-tiny, yolox-s" in said


def test_a_file_that_fits_no_family_is_one_line_and_exit_3(tmp_path: Path) -> None:
    path = write(tmp_path / "odd.onnx", {"vector": filled(1, 512)})
    answer = models("add", str(path), folder=tmp_path / "models")
    assert answer.returncode == 3
    assert answer.stderr.startswith(f"tocsin: {path}: has images 1x3x64x64 -> vector 1x512;")
    assert answer.stderr.count("\n") == 1


def test_what_nobody_offers_cannot_be_fetched(tmp_path: Path) -> None:
    answer = models("fetch", "yolov8", folder=tmp_path)
    assert answer.returncode == 2
    assert "there are: yolox-nano, yolox-tiny, yolox-s" in answer.stderr


def release(files: Files, content: bytes) -> Release:
    digest = hashlib.sha256(content).hexdigest()
    return Release("theirs", "yolox", files.url, digest, len(content), "MIT", "its makers")


def test_a_network_is_fetched_checked_and_taken_in(tmp_path: Path, files: Files) -> None:
    network = write(tmp_path / "a.onnx", {"output": filled(1, POINTS, 85)})
    files.content = network.read_bytes()
    console, folder = Console(record=True, width=120), tmp_path / "models"
    fetch_release(release(files, files.content), console, folder=folder)
    (made,) = added(folder)
    assert (made.name, made.licence, made.source) == ("theirs", "MIT", "its makers")
    assert sorted(path.name for path in folder.iterdir()) == ["theirs.json", "theirs.onnx"]
    assert "theirs: yolox, COCO-80" in console.export_text()


def test_how_far_it_is_is_shown_on_a_terminal(tmp_path: Path, files: Files) -> None:
    network = write(tmp_path / "a.onnx", {"output": filled(1, POINTS, 85)})
    files.content, shown = network.read_bytes(), StringIO()
    console = Console(file=shown, force_terminal=True, color_system=None, width=120)
    fetch_release(release(files, files.content), console, folder=tmp_path / "models")
    assert re.search(r"theirs ━+ (\S+)/\1 [kM]?B", shown.getvalue())


@pytest.mark.parametrize("broken", [False, True])
def test_what_is_no_network_is_fetched_and_not_kept(
    tmp_path: Path, files: Files, *, broken: bool
) -> None:
    files.content = b"no network"
    wanted = release(files, b"another" if broken else files.content)
    with pytest.raises(ModelError, match="refused" if broken else "cannot load"):
        fetch_release(wanted, Console(record=True), folder=tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []
