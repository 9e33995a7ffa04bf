"""A real site that nobody disturbs: what it tells, to whom, and what of it can be seen."""

import io
import json

import av
import httpx
import pytest

from tests.end_to_end.conftest import PATIENCE_S, Site, camera, listening, wait_until

pytestmark = pytest.mark.end_to_end


def test_a_walk_in_the_yard_is_told_in_the_words_of_onvif_and_home_assistant(
    undisturbed: Site,
) -> None:
    inside = (
        "onvif/box-1/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&yard-east/intrusion-guarded"
    )
    rule = "ha/box-1/yard-east/rule/intrusion-guarded"
    shown = "onvif/box-1/onvif-mj/VideoAnalytics/yard-east/tocsin"
    wanted = (
        (inside, b'"IsInside":true,"ClassTypes":"Human"'),
        (shown, b'"#text":"Human"'),
        (rule, b'"active":"ON"'),
        ("ha/box-1/yard-east/state", b'"health":"live"'),
        ("ha/box-1/yard-east/picture", b"\xff\xd8"),
        ("homeassistant/device/box-1/yard-east/config", b'"rule_intrusion-guarded"'),
    )
    with listening(undisturbed, "onvif/#", "ha/#", "homeassistant/#") as heard:

        def all_told() -> bool:
            said = [(message.topic, bytes(message.payload)) for message in list(heard)]
            return all(
                any(t == topic and part in body for t, body in said) for topic, part in wanted
            )

        wait_until(all_told)


def test_the_intrusion_at_the_yard_is_one_alert_from_both_cameras(undisturbed: Site) -> None:
    def joined() -> bool:
        alerts = undisturbed.get("/api/alerts")["alerts"]
        whole = bool(alerts) and alerts[0]["cameras"] == ["yard-east", "yard-west"]
        return whole and alerts[0]["picture"]

    wait_until(joined)
    alert = undisturbed.get("/api/alerts")["alerts"][0]
    assert len(undisturbed.get("/api/alerts")["alerts"]) == 1
    assert (alert["rule"], alert["class"], alert["grade"]) == ("intrusion", "person", 3)


def test_somebody_looks_at_a_camera_until_they_hang_up(undisturbed: Site) -> None:
    path, headers = f"{undisturbed.url}/api/cameras/yard-east", undisturbed.guest.headers
    with httpx.stream("GET", f"{path}/live", timeout=PATIENCE_S, headers=headers) as film:
        assert film.status_code == 200
        data, chunks = b"", film.iter_raw()
        while len(data) < 100_000:
            data += next(chunks)
        wait_until(lambda: camera(undisturbed)["live"] == "full")
    with av.open(io.BytesIO(data), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) >= 2
    wait_until(lambda: camera(undisturbed)["live"] == "")
    still = httpx.get(f"{path}/still", timeout=PATIENCE_S, headers=headers)
    assert still.content.startswith(b"\xff\xd8")
    lines = (undisturbed.plan.folder / "audit.jsonl").read_text().splitlines()
    asked = [json.loads(line) for line in lines]
    assert [line["asked"].get("rate") for line in asked[:2]] == ["full", "full"]
    assert [line["asked"].get("lease_s") for line in asked[:2]] == [15, 0]
    (by,) = {line["by"] for line in asked}
    assert by.startswith("centre/")
    assert httpx.get(f"{path}/live", timeout=PATIENCE_S).status_code == 401
