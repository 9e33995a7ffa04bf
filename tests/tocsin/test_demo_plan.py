"""The demo's files are files that the box and the centre accept."""

import json
import stat
from pathlib import Path

import numpy as np
import pytest

from center import config as center_config
from center import watchlist
from center.entries import LEVELS
from center.mapping import KINDS
from center.tree import distance_m
from center.watchlist import WatchList
from edge import config as edge_config
from pipelines.custody import text_of
from pipelines.errors import ConfigError
from pipelines.rules import Intrusion
from tocsin.demo import plan as plans
from tocsin.demo.cues import CUES
from tocsin.demo.script import LOOP_S, SCENES
from tocsin.evidence import keys


def test_the_box_accepts_the_drawn_cameras(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    config = edge_config.load(plan.edge)
    assert [camera.id for camera in config.cameras] == [scene.name for scene in SCENES]
    assert config.broker.port == plan.mqtt_port
    assert config.cameras[0].url == "rtsp://127.0.0.1:8554/yard-east.mp4?play_count=0"
    guarded = [camera.id for camera in config.cameras if Intrusion(zone="guarded") in camera.rules]
    assert guarded == [scene.name for scene in SCENES if scene.zone]
    lines = {camera.id: [line.id for line in camera.lines] for camera in config.cameras}
    assert lines["yard-east"] == ["way-in"]
    assert lines["hall-door"] == ["sill"]


def test_the_centre_accepts_the_box_and_the_watcher(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8090)
    box, centre = edge_config.load(plan.edge), center_config.load(plan.center)
    assert centre.boxes[0].password == box.broker.password
    assert centre.watchers[0].password == plan.password != box.broker.password
    assert centre.broker.mqtt_port == box.broker.port
    assert centre.broker.port != centre.broker.mqtt_port
    assert centre.console.port == 8090


def listed(tmp_path: Path) -> WatchList:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    return watchlist.load(Path(center_config.load(plan.center).watch_list))


def test_doors_speak_as_a_box_of_their_own_site(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    box, doors = center_config.load(plan.center).boxes
    assert (doors.box, doors.site) == (plans.DOORS, plans.DOORS_SITE)
    assert doors.password == plan.secret(plans.DOORS) != box.password


def test_every_camera_and_device_of_the_story_stands_on_the_map(tmp_path: Path) -> None:
    tree = listed(tmp_path).tree
    spoken = {(cue.place, cue.device) for cue in CUES}
    for place, device in {(scene.place, scene.name) for scene in SCENES} | spoken:
        known = tree.device(place, device)
        assert known is not None
        assert known.at is not None
        here = tree.where(place)
        assert here is not None
        assert distance_m(known.at, here) < 60


def test_what_lies_within_a_place_of_the_town_is_drawn_within_it(tmp_path: Path) -> None:
    places = listed(tmp_path).tree.places
    for place in places.values():
        holder = places.get(place.parent or "")
        if holder is not None:
            outer = np.array(holder.outline)
            inner = np.array(place.outline)
            assert (inner.min(axis=0) >= outer.min(axis=0)).all(), place.id
            assert (inner.max(axis=0) <= outer.max(axis=0)).all(), place.id


def test_an_alert_of_the_yard_rises_to_community_street_and_district(tmp_path: Path) -> None:
    assert listed(tmp_path).tree.rise("yard", LEVELS) == ("court", "elm", "donghu")


def test_a_forced_door_waits_for_somebody_of_its_own_round_only(tmp_path: Path) -> None:
    chain = next(entry for entry in listed(tmp_path).entries if entry.form == "then")
    within_s = chain.then[1].within_s
    forced = next(cue for cue in CUES if cue.rule == "door-forced")
    assert within_s is not None
    assert 24 - forced.at_s < within_s < LOOP_S + 8 - forced.at_s


def test_the_map_draws_a_river_a_park_streets_and_houses(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.drawn(8554), console_port=8080)
    drawn = json.loads((plan.folder / plans.MAP).read_text())["features"]
    ground = {feature["properties"].get("kind") for feature in drawn} - {None}
    assert ground == {"water", "green", "road", "building", "area"}
    assert ground <= KINDS


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


def test_a_password_in_a_source_goes_into_a_file_of_its_own(tmp_path: Path) -> None:
    plan = plans.write(tmp_path, plans.own(["rtsp://li:hush@camera/1"]), console_port=8080)
    assert "hush" not in plan.edge.read_text()
    assert edge_config.load(plan.edge).cameras[0].url == "rtsp://li:hush@camera/1"


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.mp4: no such file"):
        plans.own(["nowhere.mp4"])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match=r"--folder .*/taken/demo: Not a directory; name another"):
        plans.write(tmp_path / "taken" / "demo", plans.drawn(8554), console_port=8080)


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
