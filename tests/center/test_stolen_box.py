"""A box in wrong hands: what it has no right to comes to nothing, is told of, and costs nobody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from center.config import load
from center.letter import Letter, UnfitError, opened
from pipelines.errors import ConfigError
from pipelines.wire import batch_topic, encode, encode_batch
from tests.center.centre import NOON, PATIENCE_S, Box, Centre, event, eventually
from tests.center.secured import Secured

SHARED = """\
boxes:
  - {box: box-1, site: demo, password_file: secret, cameras: [cam-1, door-1]}
  - {box: box-2, site: demo, password_file: secret, cameras: [cam-2], places: [depot],
     most_per_min: 30}
watchers: [{name: watcher, password_file: secret}]
"""


class District(Secured):
    """Two boxes of one site, each with its own cameras."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        file = folder / "center.yaml"
        before, _, rest = file.read_text().partition("boxes:")
        file.write_text(f"{before}{SHARED}patrols:{rest.partition('patrols:')[2]}")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    centre = District(tmp_path_factory.mktemp("district"))
    centre.start()
    yield centre
    centre.stop()


def refused(centre: Centre) -> dict[tuple[str, str], dict[str, Any]]:
    told = centre.http.get("/api/status").json()["refused"]
    return {(each["user"], each["what"]): each for each in told}


def acknowledged(box: Box, *numbers: int) -> None:
    eventually(lambda: set(numbers) <= box.acked)


def test_a_stolen_box_that_speaks_for_anothers_camera_is_dropped_and_named(
    district: District,
) -> None:
    before = district.stats()
    mine = [event(camera="cam-2", after_s=number) for number in range(20)]
    with district.box("box-2") as innocent:
        thief = district.knocking("box-2", shows="box-1", client_id="box-2-of-course")
        assert thief.admitted.wait(PATIENCE_S)
        for one in mine:
            innocent.send(one)
            forged = event(camera="cam-2", after_s=500)
            acknowledged(thief, thief.send(forged), thief.say("hb/box-2", b"{}"))
        told = eventually(lambda: _of(district, "box-1", "publish", 40))
        thief.close()
        eventually(lambda: district.stats()["stored"] == before["stored"] + len(mine))
    assert district.stats()["received"] == before["received"] + len(mine)
    assert told["subject"] in {"evt.demo.cam-2.intrusion", "hb.box-2"}
    assert ("box-2", "publish") not in refused(district)
    alert = eventually(lambda: _alarm(district))
    assert (alert["grade"], alert["cameras"]) == (1, ["box-1"])
    metrics = district.http.get("/metrics").text
    assert 'tocsin_center_refused_total{user="box-1",what="publish"}' in metrics


def _of(centre: Centre, user: str, what: str, count: int) -> dict[str, Any]:
    told = refused(centre).get((user, what))
    return told if told and told["count"] >= count else {}


def _alarm(centre: Centre) -> dict[str, Any]:
    alerts = centre.http.get("/api/alerts").json()["alerts"]
    return next((each for each in alerts if each["rule"] == "box-overreach"), {})


def test_each_box_speaks_for_its_own_cameras_and_devices_and_itself(district: District) -> None:
    before, known = district.stats()["stored"], refused(district)
    with district.box("box-1") as box:
        own = [event(camera=name, after_s=900) for name in ("cam-1", "door-1", "box-1")]
        acknowledged(box, *(box.send(one) for one in own))
        acknowledged(box, *(box.say(f"{root}/box-1", b"{}") for root in ("hb", "ans")))
    eventually(lambda: district.stats()["stored"] == before + len(own))
    assert refused(district) == known


def test_a_batch_is_no_way_to_speak_for_anothers_camera(district: District) -> None:
    before = district.stats()
    said = [event(camera="cam-1", after_s=800), event(camera="cam-2", after_s=801)]
    body = encode_batch(map(encode, said))
    with district.box("box-1") as thief:
        acknowledged(thief, thief.say(batch_topic("demo", "box-1"), body))
        acknowledged(thief, thief.say(batch_topic("demo", "box-2"), body))
        told = eventually(lambda: _spoken_for(district, "evt.demo.cam-2"))
        eventually(lambda: district.stats()["received"] == before["received"] + 2)
    assert told["user"] == "box-1"
    assert district.stats()["stored"] == before["stored"] + 1
    assert district.stats()["rejected"] == before["rejected"] + 1


def _spoken_for(centre: Centre, subject: str) -> dict[str, Any]:
    """The last that was refused of a box, once that is a camera which came in a batch."""
    refusals = refused(centre).values()
    return next((each for each in refusals if each["subject"] == subject), {})


def test_a_box_that_says_its_camera_is_elsewhere_is_refused_and_named(district: District) -> None:
    before = district.stats()
    with district.box("box-2") as box:
        box.send(event(camera="cam-2", after_s=700, place="school"))
        box.send(event(camera="box-2", after_s=701, place="box-2", rule="spool-overflow"))
        box.send(event(camera="cam-2", after_s=702))
        eventually(lambda: district.stats()["received"] == before["received"] + 3)
    assert district.stats()["stored"] == before["stored"] + 2
    assert district.stats()["rejected"] == before["rejected"] + 1
    told = eventually(lambda: _of(district, "box-2", "place", 1))
    assert told["subject"] == "school"


def test_a_box_hears_its_own_commands_and_no_others(district: District) -> None:
    with district.box("box-1") as box:
        box.client.subscribe([("cmd/box-1", 1), ("cmd/box-2", 1), ("evt/#", 1), ("#", 0)])
        told = eventually(lambda: _of(district, "box-1", "subscribe", 3))
    assert told["user"] == "box-1"


def test_a_flood_of_what_is_refused_stops_nobody_and_makes_one_alert(district: District) -> None:
    before = district.stats()["stored"]
    with district.box("box-2") as innocent:
        thief = district.knocking("box-1")
        assert thief.admitted.wait(PATIENCE_S)
        for _ in range(5000):
            thief.client.publish("evt/demo/cam-2/intrusion", b"{}", qos=0)
        acknowledged(innocent, innocent.send(event(camera="cam-2", after_s=1000)))
        eventually(lambda: district.stats()["stored"] == before + 1)
        eventually(lambda: _of(district, "box-1", "publish", 5000))
        thief.close()
    alerts = district.http.get("/api/alerts").json()["alerts"]
    assert sum(each["rule"] == "box-overreach" for each in alerts) <= 1


def test_a_box_that_floods_with_its_own_events_is_told_of_and_they_are_taken(
    district: District,
) -> None:
    before, now_s = district.stats(), (datetime.now(UTC) - NOON).total_seconds()
    spool = [event(camera="cam-2", after_s=2000 + number) for number in range(100)]
    with district.box("box-2") as box:
        acknowledged(box, *(box.send(one) for one in spool))
        eventually(lambda: district.stats()["stored"] == before["stored"] + len(spool))
        assert not _of(district, "box-2", "flood", 1), "a spool that is emptied is no flood"
        flood = [event(camera="cam-2", after_s=now_s + number / 1000) for number in range(100)]
        acknowledged(box, *(box.send(one) for one in flood))
    told = eventually(lambda: _of(district, "box-2", "flood", 1))
    assert told["subject"] == "more than 30 events within a minute"
    stored = before["stored"] + len(spool) + len(flood)
    eventually(lambda: district.stats()["stored"] >= stored)
    alerts = district.http.get("/api/alerts").json()["alerts"]
    assert any(each["rule"] == "box-overreach" and "box-2" in each["cameras"] for each in alerts)
    metrics = district.http.get("/metrics").text
    assert re.search(r'tocsin_center_box_events_total{box="box-2"} [2-9]\d\d', metrics)


def test_only_the_centre_may_say_that_a_box_oversteps_its_rights() -> None:
    told = event(camera="box-1", rule="box-overreach", label=None)
    letter = Letter("$MQTT.msgs.pe.3.demo.box-1.box-overreach", encode(told))
    with pytest.raises(UnfitError, match="only the centre says"):
        opened(letter)


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (
            "{box: a, site: s, password_file: secret}, {box: b, site: s, password_file: secret}",
            "'a' does not say for which cameras - at $.boxes[0].cameras; list them, or give it a",
        ),
        (
            (
                "{box: a, site: s, password_file: secret, cameras: [x]}, "
                "{box: b, site: s, password_file: secret, cameras: [y, x]}"
            ),
            "'a' speaks for the camera 'x' of the site already - at $.boxes[1].cameras",
        ),
    ],
)
def test_boxes_of_one_site_say_whose_cameras_are_whose(
    tmp_path: Path, boxes: str, said: str
) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "center.yaml").write_text(f"watch_list: w.yaml\nboxes: [{boxes}]\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "center.yaml")
    assert said in str(caught.value)
