"""From a camera to a court: keys; a clip is recorded, opened by two, exported, verified."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from edge.evidence.settings import Evidence
from pipelines.custody import Custodian
from pipelines.errors import ConfigError, EvidenceError, RedactionError, TocsinError
from pipelines.flow import Box, Bytes, Detection
from pipelines.searching import Search
from pipelines.seeing import Network
from tests.builders import STATED
from tests.edge.recorded import SETTINGS, WHITE, Recorded, lumas, walk, yard
from tocsin.__main__ import app
from tocsin.evidence import opening

PHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> "Desk":
    """A box with one sealed clip."""
    desk = Desk(tmp_path_factory.mktemp("box"))
    desk.record()
    return desk


@pytest.fixture
def desk(made: "Desk", tmp_path: Path) -> "Desk":
    """The same box, for one test."""
    shutil.copytree(made.folder, tmp_path / "box")
    desk = Desk(tmp_path / "box")
    desk.clip = made.clip
    return desk


class Desk:
    """A box with one sealed clip, and both custodians' key files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clip = folder, ""

    def record(self) -> None:
        folder = self.folder
        (folder / "phrase").write_text(PHRASE + "\n")
        for name in ("officer", "council", "thief"):
            self.run("keygen", name, "--folder", str(folder), "--passphrase-file", "phrase")
        one, other = (self.custodian(name) for name in ("officer", "council"))
        settings = msgspec.structs.replace(SETTINGS, custodians=(one, other))
        made = Recorded(folder, yard(walk(folder, 2, "walk.mp4")), settings)
        self.clip = made.until_sealed().about.clip
        made.close()
        (folder / "edge.yaml").write_text(yaml.safe_dump(self.config()))

    def custodian(self, name: str) -> Custodian:
        return Custodian(name=name, key=(self.folder / f"{name}.pub").read_text().strip())

    def config(self) -> dict[str, object]:
        custodians = [{"name": n, "key_file": f"{n}.pub"} for n in ("officer", "council")]
        camera = {"id": "yard", "place": "depot", "url": "walk.mp4", **STATED}
        return {
            "site": "s", "box": "box-1", "cameras": [camera],
            "evidence": {"custodians": custodians},
        }  # fmt: skip

    def run(self, *words: str) -> str:
        """Run `tocsin evidence …` in the folder; raises what it raises."""
        words = tuple(str(self.folder / each) if (self.folder / each).exists() else each
                      for each in words)  # fmt: skip
        result = CliRunner().invoke(app, ["evidence", *words])
        if isinstance(result.exception, TocsinError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def open(self, out: str, *more: str, keys: tuple[str, ...] = ("officer", "council")) -> Path:
        words = [word for name in keys for word in ("--key", f"{name}.key")]
        phrases = ["--passphrase-file", "phrase"] * len(keys)
        why = [] if "--case" in more else ["--reason", "theft", "--case", "B-17"]
        path = self.folder / out
        self.run(
            "unseal", "edge.yaml", self.clip, *words, *phrases, "--out", str(path), *why, *more
        )
        return path

    def deeds(self) -> list[dict[str, object]]:
        lines = (self.folder / "audit.jsonl").read_text().splitlines()
        return [json.loads(line)["asked"] for line in lines]


def test_the_original_comes_out_only_when_asked_for_and_with_both_keys(desk: Desk) -> None:
    got = list(lumas(desk.open("clip.mkv", "--original")))
    assert max(picture.max() for picture in got) > WHITE - 30
    assert desk.deeds()[-1] == {
        "evidence": "unseal", "reason": "theft", "case": "B-17", "original": True,
    }  # fmt: skip
    for keys in (("officer",), ("officer", "thief")):
        with pytest.raises(EvidenceError, match="council is needed"):
            desk.open("other.mp4", keys=keys)
    assert not (desk.folder / "other.mp4").exists()
    assert len(desk.deeds()) == 3


def look_with(monkeypatch: pytest.MonkeyPatch, find_faces: Network) -> None:
    """Let a copy be redacted by what a network of ours finds."""
    search = Search(find_faces, lambda _: [])
    monkeypatch.setattr(opening, "searching", lambda _: search)


def test_a_copy_is_redacted_by_default_and_keeps_its_times(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everywhere(picture: Bytes) -> list[Detection]:
        return [Detection(Box(0, 0, picture.shape[1], picture.shape[0]), "face", 0.9)]

    look_with(monkeypatch, everywhere)
    got, sent = list(lumas(desk.open("clip.mp4"))), list(lumas(desk.open("clip.mkv", "--original")))
    assert len(got) == len(sent)
    assert all(int(picture.max()) - int(picture.min()) < 12 for picture in got)


def test_nothing_comes_out_when_a_picture_cannot_be_redacted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Bytes) -> list[Detection]:
        raise RedactionError("a network failed")

    look_with(monkeypatch, fails)
    with pytest.raises(RedactionError):
        desk.open("clip.mp4")
    assert not list(desk.folder.glob("*clip.mp4*"))


def test_the_real_networks_redact_a_copy(desk: Desk) -> None:
    assert len(list(lumas(desk.open("clip.mp4")))) > 40


def test_nothing_comes_out_before_it_is_written_down_nor_over_what_is_there(desk: Desk) -> None:
    (desk.folder / "there.mp4").write_text("mine")
    with pytest.raises(ConfigError, match="nothing is replaced"):
        desk.open("there.mp4")
    with pytest.raises(ConfigError, match="--reason and --case"):
        desk.open("clip.mkv", "--original", "--reason", " ", "--case", "B-17")
    for name, original, said in (
        ("clip.mkv", (), r"a redacted copy must end in \.mp4"),
        ("clip.mp4", ("--original",), r"the original must end in \.mkv"),
    ):
        with pytest.raises(ConfigError, match=said):
            desk.open(name, *original)
    audit = desk.folder / "audit.jsonl"
    audit.write_text("no audit\n")
    with pytest.raises(EvidenceError, match="no line of an audit"):
        desk.open("clip.mkv", "--original")
    assert not (desk.folder / "clip.mkv").exists()


def test_a_wrong_passphrase_and_a_pair_that_is_there_are_refused(desk: Desk) -> None:
    (desk.folder / "wrong").write_text("correct horse batterz\n")
    with pytest.raises(EvidenceError, match="not that of officer"):
        desk.run(
            "unseal", "edge.yaml", desk.clip, "--key", "officer.key", "--key", "council.key",
            "--passphrase-file", "wrong", "--passphrase-file", "phrase", "--reason", "r",
            "--case", "c", "--out", str(desk.folder / "x.mp4"),
        )  # fmt: skip
    with pytest.raises(ConfigError, match="cannot be made: File exists"):
        desk.run("keygen", "officer", "--folder", str(desk.folder), "--passphrase-file", "phrase")
    assert (desk.folder / "officer.key").stat().st_mode & 0o077 == 0


def test_clips_are_listed_and_verified_and_what_is_wrong_is_named(desk: Desk) -> None:
    (row,) = json.loads(desk.run("list", "edge.yaml", "--json"))
    assert (row["about"]["place"], row["note"]["ending"]) == ("depot", "over")
    assert "1 clip is as it was written" in desk.run("verify", "edge.yaml")
    path = desk.folder / "evidence" / f"{desk.clip}.sealed"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(EvidenceError, match="does not end as it was noted"):
        desk.run("verify", "edge.yaml")
    note = path.with_suffix(".json")
    note.unlink()
    with pytest.raises(EvidenceError, match="not the clip that the audit says"):
        desk.run("verify", "edge.yaml")
    path.unlink()
    with pytest.raises(EvidenceError, match=r"is gone, and the audit does not say"):
        desk.run("verify", "edge.yaml")


def test_a_case_holds_a_clip_until_it_is_released_and_both_are_written_down(desk: Desk) -> None:
    desk.run("hold", "edge.yaml", desk.clip[:-3], "--reason", "theft", "--case", "B-17")
    shown = desk.run("list", "edge.yaml")
    assert "…" not in shown
    assert desk.clip[:13] in shown
    assert "case B-17" in shown
    desk.run("release", "edge.yaml", desk.clip, "--reason", "closed")
    assert [deed["evidence"] for deed in desk.deeds()[-2:]] == ["held", "released"]
    with pytest.raises(ConfigError, match="no case holds it"):
        desk.run("release", "edge.yaml", desk.clip, "--reason", "closed")


def exported(desk: Desk) -> Path:
    words = [word for name in ("officer", "council") for word in ("--key", f"{name}.key")]
    folder = desk.folder / "out"
    desk.run(
        "export", "edge.yaml", desk.clip, *words, "--passphrase-file", "phrase",
        "--passphrase-file", "phrase", "--reason", "theft", "--case", "B-17", "--original",
        "--out", str(folder),
    )  # fmt: skip
    return folder


def test_an_export_proves_itself_with_and_without_us(desk: Desk) -> None:
    folder = exported(desk)
    names = {path.name for path in folder.iterdir()}
    assert names == {"clip.mkv", "clip.sealed", "manifest.json", "verify.py"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["asked"]["case"] == "B-17"
    clip = (folder / "clip.mkv").read_bytes()
    assert manifest["files"]["clip.mkv"]["sha256"] == hashlib.sha256(clip).hexdigest()
    assert len(list(lumas(io.BytesIO(clip).getvalue()))) > 40
    last = hashlib.sha256((desk.folder / "audit.jsonl").read_bytes().splitlines()[-1]).hexdigest()
    assert last in desk.run("verify", str(folder))
    alone = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py")], cwd="/", capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert last in alone.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("clip.mkv", b"", b"x", "clip.mkv is not the file"),
        ("clip.sealed", b"", b"x", "clip.sealed is not the file"),
        ("manifest.json", b"B-17", b"B-18", "does not follow|another case"),
        ("manifest.json", b'"case": "B-17"', b'"case": "B-18"', "another case or reason"),
        (
            "manifest.json",
            b'\\"evidence\\":\\"export\\"',
            b'\\"evidence\\":\\"x\\"',
            "does not follow",
        ),
        ("manifest.json", b'"lines": [', b'"rows": [', "cannot be read"),
    ],
)
def test_an_export_that_was_changed_is_found(
    desk: Desk, file: str, old: bytes, new: bytes, said: str
) -> None:
    path = exported(desk) / file
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new) if old else data + new)
    with pytest.raises(EvidenceError, match=said):
        desk.run("verify", str(path.parent))


def test_files_and_manifest_changed_together_are_found_by_the_audit(desk: Desk) -> None:
    folder = exported(desk)
    clip, manifest = folder / "clip.mkv", folder / "manifest.json"
    head = desk.run("verify", str(folder)).split()[-1]
    assert desk.run("verify", str(folder), "--head", head)
    before = hashlib.sha256(clip.read_bytes()).hexdigest()
    clip.write_bytes(b"another clip")
    after = hashlib.sha256(clip.read_bytes()).hexdigest()
    said = json.loads(manifest.read_text())
    said["files"]["clip.mkv"]["sha256"] = after
    manifest.write_text(json.dumps(said))
    with pytest.raises(EvidenceError, match="other files were handed out"):
        desk.run("verify", str(folder))
    manifest.write_text(manifest.read_text().replace(before, after))
    anew = desk.run("verify", str(folder))  # the last line was written anew: the head tells
    assert head not in anew
    with pytest.raises(EvidenceError, match="is not the one that was told elsewhere"):
        desk.run("verify", str(folder), "--head", head)


def test_a_box_without_custodians_has_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "edge.yaml").write_text("site: s\nbox: b\ncameras: [{id: a, place: p, url: x}]\n")
    with pytest.raises(ConfigError, match=r"name two custodians"):
        opening.room_of(tmp_path / "edge.yaml")
    assert Evidence.__struct_fields__[0] == "custodians"
