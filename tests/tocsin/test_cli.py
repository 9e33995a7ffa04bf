"""The command as a person types it: real processes, real answers, exit codes."""

import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib import metadata
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from center import config as center_config
from center import watchlist
from edge import config as edge_config
from tocsin.__main__ import main

ROOT = Path(__file__).parent.parent.parent
SECRETS = {
    "TOCSIN_BOX_PASSWORD": "a",
    "TOCSIN_CAMERA_PASSWORD": "b",
    "TOCSIN_WATCHER_PASSWORD": "c",
}


def tocsin(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *words],
        cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def said_by(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process: for what shows nothing of how it starts."""
    said, told, code = StringIO(), StringIO(), 0
    with (
        pytest.MonkeyPatch.context() as patched, chdir(ROOT), redirect_stdout(said),
        redirect_stderr(told),
    ):  # fmt: skip
        patched.setattr(sys, "argv", ["tocsin", *words])
        for name, value in (env or {}).items():
            patched.setenv(name, value)
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(words, code, said.getvalue(), told.getvalue())


@pytest.mark.parametrize("name", ["edge", "center", "watch"])
def test_the_shipped_configurations_are_sound(name: str) -> None:
    answer = tocsin("check", f"configs/{name}.yaml", env=SECRETS)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.rstrip().endswith("sound")


def test_the_shipped_configurations_speak_of_one_site(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    box = edge_config.load(ROOT / "configs" / "edge.yaml")
    centre = center_config.load(ROOT / "configs" / "center.yaml")
    listed = watchlist.load(Path(centre.watch_list))
    known = {(place.id, device.id) for place in listed.places for device in place.cameras}
    assert {(camera.place, camera.id) for camera in box.cameras} <= known
    assert [(each.box, each.site) for each in centre.boxes] == [(box.box, box.site)]
    assert Path(centre.state) != (ROOT / "configs" / box.spool.path).parent
    over = [each.unbadged for each in listed.entries if each.unbadged is not None]
    lines = {(camera.id, line.id) for camera in box.cameras for line in camera.lines}
    assert {(each.camera, each.line) for each in over} <= lines


def test_a_camera_without_a_purpose_is_named_with_file_key_and_fix(tmp_path: Path) -> None:
    path = tmp_path / "edge.yaml"
    shipped = (ROOT / "configs" / "edge.yaml").read_text()
    path.write_text(shipped.replace("  purpose: Prot", "  # purpose: Prot"))
    answer = tocsin("check", str(path), env=SECRETS)
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"tocsin: {path}:36: camera 'yard-east' has armed rules, but")
    assert "at $.cameras[0].purpose; state it there, or for all cameras at" in answer.stderr
    assert answer.stderr.count("\n") == 1
    path.write_text(
        path.read_text()
        .replace("rule: intrusion\n", "rule: intrusion\n        armed: false\n")
        .replace("direction: a-to-b}", "direction: a-to-b, armed: false}")
    )
    answer = tocsin("check", str(path), env=SECRETS)
    assert answer.returncode == 0
    assert "watches nothing" in answer.stdout


def test_a_missing_variable_is_one_line_and_exit_2() -> None:
    answer = tocsin("check", "configs/edge.yaml")
    assert answer.returncode == 2
    assert answer.stderr.startswith(
        "tocsin: configs/edge.yaml:9: the environment has no TOCSIN_BOX"
    )
    assert answer.stderr.count("\n") == 1


def pair(folder: Path, *changes: tuple[str, str, str]) -> tuple[int, str]:
    """What `tocsin check` says of the shipped files together, some of them changed."""
    for name in ("center", "edge", "watch"):
        text = (ROOT / "configs" / f"{name}.yaml").read_text()
        for _, old, new in (each for each in changes if each[0] == name):
            assert old in text
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text)
    files = (str(folder / f"{name}.yaml") for name in ("center", "edge"))
    answer = said_by("check", *files, env=SECRETS)
    return answer.returncode, " ".join((answer.stdout + answer.stderr).split())


def test_a_box_and_its_centre_are_held_against_each_other(tmp_path: Path) -> None:
    assert pair(tmp_path)[0] == 0
    assert "nothing can set off" not in pair(tmp_path)[1]
    code, told = pair(
        tmp_path,
        ("edge", "site: north-depot", "site: north-depo"), ("edge", "place: gate", "place: gaet"),
        ("center", "site: north-depot,", "site: north-depot, cameras: [gate-1], places: [gate],"),
    )  # fmt: skip
    assert code == 2
    assert "edge.yaml:3: the centre lets 'box-1' speak for another site than 'north-depo'" in told
    assert "not speak for the camera 'yard-east' - at $.cameras[0].id; its `cameras` there" in told
    assert "to have no camera at 'yard' - at $.cameras[0].place; its `places` there are: g" in told
    assert "no place 'gaet' - at $.cameras[1].place; did you mean 'gate'?" in told
    code, told = pair(tmp_path, ("edge", "box: box-1", "box: box-7"))
    assert (code, "the centre has no box 'box-7' - at $.box; its `boxes` are: box-1" in told) == (
        2, True,
    )  # fmt: skip


def test_an_entry_that_no_camera_of_any_box_can_set_off_is_named(tmp_path: Path) -> None:
    loiters = ("edge", "rule: intrusion", "rule: loitering\n        dwell_s: 60")
    for change in (loiters, ("edge", "classes: [person]", "classes: [car]")):
        code, told = pair(tmp_path, change)
        assert code == 0
        assert "nothing can set off the entry 'yard-intrusion-person': no camera at 'yar" in told
    other = "boxes:\n  - {box: box-2, site: far, password: '${TOCSIN_BOX_PASSWORD}'}\n  # who"
    code, told = pair(tmp_path, loiters, ("center", "boxes: # who", other))
    assert code == 0
    assert "nothing can set off" not in told  # its file is not there, so nobody can say


def test_a_file_of_no_kind_is_told_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("watchlist: a.yaml\n")
    answer = tocsin("check", str(path))
    assert answer.returncode == 2
    assert "did you mean 'watch_list'?" in answer.stderr


def checked(tmp_path: Path, name: str, *pairs: tuple[str, str]) -> tuple[int, str]:
    """What `tocsin check` says of a shipped file in which something was changed."""
    text = (ROOT / "configs" / f"{name}.yaml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / f"{name}.yaml"
    path.write_text(text)
    answer = said_by("check", str(path), env=SECRETS)
    return answer.returncode, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("edge", "model: auto", "model: yolo", "edge.yaml:23: no model is named 'yolo' - at $.det"),
        ("edge", "model: auto", "model: centerface", "'centerface' finds faces, a detector finds"),
        ("edge", "rtsp://192.0.2.12:554", "192.0.2.12:554", "at $.cameras[1].url; write rtsp://"),
        ("center", ": watch.yaml", ": none.yaml", "at $.watch_list; copy configs/watch.yaml there"),
        ("center", "mqtt_port: 1883", "mqtt_port: 4222", "center.yaml:9: boxes and programs"),
        ("center", "sync: always", "sync: never", "at $.broker.sync; write always, or every so"),
        ("watch", "at: [114.3021, 30.59", "at: [30.59, 114.3021", "degrees east come first"),
        ("watch", "places: #", "\tplaces: #", "watch.yaml:3: not YAML: found"),
    ],
)  # fmt: skip
def test_a_slip_in_a_shipped_file_is_named_with_line_key_and_fix(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    code, told = checked(tmp_path, name, (old, new))
    assert code == 2
    assert said in told


def test_a_file_of_another_kind_is_answered_with_the_keys_of_the_one_that_was_meant() -> None:
    answer = said_by("edge", "run", "configs/center.yaml", env=SECRETS)
    assert answer.returncode == 2
    assert "unknown key 'name' - at $; known keys: box, broker, cameras, " in answer.stderr
    answer = said_by("center", "run", "configs/edge.yaml", env=SECRETS)
    assert "unknown key 'site' - at $; known keys: boxes, broker, channels, " in answer.stderr


def test_a_class_that_no_network_finds_is_told_of(tmp_path: Path) -> None:
    code, told = checked(tmp_path, "watch", ("class: person", "class: persn"))
    assert code == 0
    assert "the class 'persn' of the entry 'yard-intrusion-persn'; did you mean 'person'?" in told


def test_hours_that_are_of_no_place_are_told_of(tmp_path: Path) -> None:
    stated = ", timezone: Asia/Shanghai}"
    code, told = checked(tmp_path, "edge", (stated, "}"))
    assert code == 0
    assert "the hours of yard-east's intrusion are UTC; state a timezone" in told
    code, told = checked(tmp_path, "watch", (stated, "}"))
    assert code == 0
    assert "the hours of yard-intrusion-person are UTC; state a timezone" in told
    assert "are UTC" not in checked(tmp_path, "edge")[1] + checked(tmp_path, "watch")[1]


def test_the_version_is_told() -> None:
    answer = said_by("--version")
    assert (answer.returncode, answer.stdout) == (0, f"tocsin {metadata.version('tocsin')}\n")


@pytest.mark.parametrize("words", [("watch", "--port", "21883"), ("evidence", "keygen", "officer")])
def test_a_password_that_is_no_text_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"\xff\xfe")
    option = "--password-file" if words[0] == "watch" else "--passphrase-file"
    answer = said_by(*words, option, str(path))
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"tocsin: {path}: ")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["a: !!bool x\n", 'a: "\\UFFFFFFFF"\n', "a: " + "[" * 5000])
def test_what_the_reader_of_yaml_stumbles_over_is_told_as_any_other_fault(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    answer = tocsin("check", str(path))
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"tocsin: {path}:")


@pytest.mark.parametrize("kind", ["edge", "center", "watch", "event"])
def test_every_kind_of_file_has_a_schema(kind: str) -> None:
    answer = tocsin("schema", kind)
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["$schema"].endswith("2020-12/schema")


def test_the_schema_offers_a_file_for_each_secret() -> None:
    schema = json.loads(tocsin("schema", "edge").stdout)
    camera = schema["$defs"]["Camera"]
    assert {"password", "password_file"} <= set(camera["properties"])
    assert camera["additionalProperties"] is False


def test_a_kind_that_does_not_exist_is_answered_with_those_that_do() -> None:
    answer = tocsin("schema", "camera")
    assert answer.returncode == 2
    assert "there are: edge, center, watch, event, asyncapi" in answer.stderr


def test_the_shipped_networks_are_what_the_catalogue_says() -> None:
    answer = tocsin("models", "verify")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("matches, runs") == 3


def test_nobody_to_watch_is_said_and_not_waited_for() -> None:
    answer = tocsin("watch", "--port", "1")
    assert answer.returncode == 1
    assert "tocsin: no broker at 127.0.0.1:1" in answer.stderr


def test_the_benchmark_measures_a_stream_beside_its_decoding(tmp_path: Path) -> None:
    import numpy as np

    from tocsin.demo.clips import write_clip

    clip, rows = tmp_path / "a.mp4", tmp_path / "rows.json"
    write_clip(clip, (np.full((360, 320), 90 + n, np.uint8) for n in range(40)), fps=10)
    words = ("--mode", "auto", "--seconds", "2", "--streams", "2", "--repeat", "2", "--peers")
    answer = tocsin("bench", str(clip), *words, "--json", str(rows))
    assert answer.returncode == 0, answer.stderr
    (row,) = msgspec.json.decode(rows.read_bytes())
    assert (row["mode"], row["mode_used"], row["streams"]) == ("auto", "full", 2)
    assert row["mode_why"] == "it has no small stream"
    assert row["fps_in"] == pytest.approx(10, rel=0.3)
    assert row["cpu_s_per_stream_s"] > 0
    assert row["rounds"] == 2
    ratio = row["spread"]["ratio_to_decode"]
    assert ratio["low"] <= ratio["median"] <= ratio["high"]
    assert row["ratio_to_decode"] == pytest.approx(ratio["median"], abs=0.001)
    assert set(row["peers"]) == {"absdiff", "MOG2", "KNN"}
    assert all(peer["cpu_s_per_stream_s"] > 0 for peer in row["peers"].values())
    assert "a.mp4: no ffmpeg pipe, it is measured on one stream" in answer.stdout
    assert set(row["latency_ms"]) == {"p50", "p95", "p99"}


def test_a_source_that_is_not_there_ends_the_benchmark_with_its_name() -> None:
    answer = tocsin("bench", "/nowhere/a.mp4", "--seconds", "1")
    assert answer.returncode == 1
    assert "cannot open /nowhere/a.mp4: No such file" in answer.stderr


@pytest.mark.parametrize("name", ["one", "two", "three"])
def test_the_shipped_cluster_is_sound(name: str) -> None:
    secrets = {"TOCSIN_CLUSTER_PASSWORD": "d", "TOCSIN_STORE_PASSWORD": "e"}
    answer = tocsin("check", f"configs/cluster/{name}.yaml", env=SECRETS | secrets)
    assert answer.returncode == 0, answer.stderr
