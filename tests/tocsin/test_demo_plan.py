"""The demo's files are files that the box and the centre accept."""

import stat
from pathlib import Path

import pytest

from center import config as center_config
from center import watchlist
from edge import config as edge_config
from pipelines.custody import text_of
from pipelines.errors import ConfigError
from pipelines.rules import Intrusion
from tocsin.demo import plan as plans
from tocsin.demo.script import SCENES
from tocsin.evidence import keys


def test_the_box_accepts_the_drawn_cameras(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    config = edge_config.load(plan.edge)
    assert [camera.id for camera in config.cameras] == [scene.name for scene in SCENES]
    assert config.broker.port == plan.mqtt_port
    assert config.cameras[0].url == "rtsp://127.0.0.1:8554/yard-east.mp4?play_count=0"
    assert {camera.rules[0] for camera in config.cameras} == {Intrusion(zone="guarded")}


def test_the_centre_accepts_the_box_and_the_watcher(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8090)
    box, centre = edge_config.load(plan.edge), center_config.load(plan.center)
    assert centre.boxes[0].password == box.broker.password
    assert centre.watchers[0].password == plan.password != box.broker.password
    assert centre.broker.mqtt_port == box.broker.port
    assert centre.broker.port != centre.broker.mqtt_port
    assert centre.console.port == 8090


def test_every_place_is_on_the_watch_list(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    listed = watchlist.load(Path(center_config.load(plan.center).watch_list))
    wanted = {(scene.place, rule) for scene in SCENES for rule in ("intrusion", "camera-blind")}
    assert {(entry.place, entry.rule) for entry in listed.entries} == wanted


def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    for secret in tmp_path.glob("*.secret"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_run_begins_with_nothing_of_the_last_one_but_its_clips(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    left = [demo / name for name in ("spool.db", "spool.db-wal", "edge.log", "../demo.json")]
    store, clip = demo / "center" / "center.db", demo / "clips" / "a.mp4"
    demo.mkdir()
    for path in (*left, store, clip):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    plans.write(demo, plans.drawn(8554), console_port=8080)
    assert not any(path.exists() for path in (*left, store))
    assert clip.exists()


def test_own_sources_take_the_place_of_the_drawn_ones(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    cameras = plans.own([str(film), "rtsp://camera/1"])
    config = edge_config.load(plans.write(tmp_path / "demo", cameras, console_port=8080).edge)
    assert [camera.url for camera in config.cameras] == [str(film), "rtsp://camera/1"]
    assert [camera.stream.loop for camera in config.cameras] == [True, False]
    assert config.cameras[0].zones[0].holds(0.5, 0.5)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.mp4: no such file"):
        plans.own(["nowhere.mp4"])


def test_the_demos_box_seals_for_two_custodians_whose_keys_open(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080, evidence=True)
    config = edge_config.load(plan.edge)
    assert config.evidence is not None
    assert [each.name for each in config.evidence.custodians] == list(plans.CUSTODIANS)
    files = [tmp_path / f"{name}.key" for name in plans.CUSTODIANS]
    phrases = [tmp_path / f"{name}.secret" for name in plans.CUSTODIANS]
    private = keys.opened(files, phrases, lambda _: "")
    assert [text_of(each.public_key()) for each in private] == [
        each.key for each in config.evidence.custodians
    ]
    plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    assert not any(path.exists() for path in files)
