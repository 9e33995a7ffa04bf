"""The judge of a run: a whole story passes, and each missing thing has its sentence."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.demo import report as reports
from tocsin.demo.report import AlertLine, Latency, Report, SealedLine, judged, latency_of

YARD = AlertLine(
    id="a1",
    place="yard",
    rule="intrusion",
    grade=2,
    events=2,
    cameras=("yard-east", "yard-west"),
    redacted_picture=True,
    redacted_clip=True,
)
SEALED = tuple(
    SealedLine(
        clip=camera, camera=camera, place="yard", rules=("intrusion",), seconds=20.0,
        bytes=1 << 20, ended="over",
    )
    for camera in ("yard-east", "yard-west")
)  # fmt: skip
GATE = AlertLine(
    id="a2",
    place="gate",
    rule="camera-blind",
    grade=3,
    events=1,
    cameras=("gate",),
    redacted_picture=False,
)


def a_report(**changes: Any) -> Report:
    whole = Report(
        seconds=60.0,
        cameras=4,
        live=4,
        frames=2880,
        events=4,
        acked=4,
        dropped=0,
        stored=4,
        lost=0,
        alerts=(YARD, GATE),
        crossings=(1, 1),
        sealed=SEALED,
        latency_ms=Latency(p50=300.0, p95=500.0),
        cpu_per_camera=0.1,
    )
    return msgspec.structs.replace(whole, **changes)


def changed(alert: AlertLine, **changes: Any) -> AlertLine:
    return msgspec.structs.replace(alert, **changes)


def test_a_story_that_was_seen_whole_misses_nothing() -> None:
    assert judged(a_report(), drawn=True).missing == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"live": 3}, "1 of 4 cameras are not live"),
        ({"frames": 0}, "no frame was decoded"),
        ({"lost": 2}, "2 events were put into the spool and are not in the store"),
        ({"dropped": 1}, "1 events were dropped for want of room"),
        ({"alerts": (GATE,)}, "intrusion alerts at the yard: 0 instead of 1"),
        ({"alerts": (YARD, YARD, GATE)}, "intrusion alerts at the yard: 2 instead of 1"),
        ({"crossings": (1, 0)}, "nobody was counted out of the yard"),
        ({"alerts": (YARD,)}, "camera-blind alerts at the gate: 0 instead of 1"),
        (
            {"alerts": (changed(YARD, cameras=("yard-east",)), GATE)},
            "the yard's alert a1 is not joined from both cameras: yard-east",
        ),
        (
            {"alerts": (changed(YARD, redacted_picture=False), GATE)},
            "the yard's alert a1 has no redacted picture",
        ),
        (
            {"alerts": (changed(YARD, redacted_clip=False), GATE)},
            "the yard's alert a1 has no redacted clip",
        ),
        ({"sealed": SEALED[:1]}, "no clip of yard-west was sealed"),
        ({"unverified": "1 things are wrong"}, "the evidence does not verify: 1 things are wrong"),
        (
            {"alerts": (YARD, GATE, changed(YARD, id="a3", place="lane"))},
            "nobody was at the lane, yet there is an intrusion alert a3",
        ),
        (
            {"alerts": (YARD, GATE, changed(GATE, id="a4", place="lane"))},
            "nothing covered a camera at the lane, yet there is alert a4",
        ),
    ],
)
def test_each_missing_thing_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert judged(a_report(**changes), drawn=True).missing == (sentence,)


def test_each_loop_brings_one_alert_of_its_own() -> None:
    twice = (YARD, GATE, changed(YARD, id="b1"), changed(GATE, id="b2"))
    assert judged(a_report(seconds=120.0, alerts=twice), drawn=True).missing == ()
    assert len(judged(a_report(seconds=120.0), drawn=True).missing) == 2


def test_own_sources_need_a_person_and_nothing_lost() -> None:
    found = changed(YARD, place="cam-1", cameras=("cam-1",))
    assert judged(a_report(alerts=(found,)), drawn=False).missing == ()
    nothing = judged(a_report(alerts=(), events=0, stored=0), drawn=False).missing
    assert nothing == ("no event was published", "no alert was stored", "no person was found")


def test_the_percentiles_are_nearest_ranks() -> None:
    assert latency_of([]) is None
    assert latency_of([7.0]) == Latency(p50=7.0, p95=7.0)
    assert latency_of([float(n) for n in range(100, 0, -1)]) == Latency(p50=50.0, p95=95.0)


def test_the_file_can_be_read_back(tmp_path: Path) -> None:
    path = reports.path_beside(tmp_path / "demo")
    reports.write(a_report(), path)
    read = msgspec.json.decode((tmp_path / "demo.json").read_bytes(), type=Report)
    assert read == a_report()
