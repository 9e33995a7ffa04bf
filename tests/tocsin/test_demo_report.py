"""The judge of a run: a whole story passes, and each missing thing has its sentence."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.demo import report as reports
from tocsin.demo.acts import ACTS
from tocsin.demo.desk import Detail, Told
from tocsin.demo.films import Film
from tocsin.demo.report import AlertLine, Latency, Report, SealedLine, judged, latency_of
from tocsin.demo.script import SCENES

YARD = AlertLine(
    id="a1",
    place="yard",
    rule="intrusion",
    entry="intrusion",
    grade=2,
    events=2,
    cameras=("yard-east", "yard-west"),
    level=1,
    risen_to="court",
    redacted_picture=True,
    redacted_clip=True,
    clips=("yard-east", "yard-west"),
)
SEALED = tuple(
    SealedLine(
        clip=camera, camera=camera, place="yard", rules=("intrusion",), seconds=20.0,
        bytes=1 << 20, ended="over",
    )
    for camera in ("yard-east", "yard-west")
)  # fmt: skip


def changed(alert: AlertLine, **changes: Any) -> AlertLine:
    return msgspec.structs.replace(alert, **changes)


def plain(name: str, place: str, rule: str, grade: int, **more: Any) -> AlertLine:
    alert = AlertLine(
        id=name, place=place, rule=rule, grade=grade, events=1, cameras=(place,),
        redacted_picture=False,
    )  # fmt: skip
    return changed(alert, **more)


HELP = plain("a2", "park", "help-point", 1, nearest=("gate", "lane"))
GATE = plain("a3", "gate", "camera-blind", 3)
TAIL = plain("a4", "hall", "line-crossing", 3, entry="tailgating")
BREAK_IN = changed(
    YARD, id="a5", entry="break-in", grade=1, cameras=("passage", "yard-east", "yard-west"),
    rules=("door-forced", "intrusion"),
)  # fmt: skip
STORY = (YARD, HELP, GATE, TAIL)
"""What one minute shows."""

LATER = (changed(GATE, id="b3"), changed(TAIL, id="b4"), BREAK_IN)
"""What the next adds to it."""


def films(seconds: float) -> tuple[Film, ...]:
    return tuple(Film(camera=scene.name, plays_s=(seconds,)) for scene in SCENES)


def a_report(**changes: Any) -> Report:
    whole = Report(
        seconds=60.0,
        cameras=5,
        live=5,
        frames=2880,
        events=4,
        acked=4,
        dropped=0,
        stored=4,
        lost=0,
        alerts=STORY,
        films=films(60.0),
        crossings=(1, 1),
        sealed=SEALED,
        latency_ms=Latency(p50=300.0, p95=500.0),
        cpu_per_camera=0.1,
    )
    return msgspec.structs.replace(whole, **changes)


def without(alert: AlertLine, *instead: AlertLine) -> dict[str, Any]:
    return {"alerts": (*(each for each in STORY if each != alert), *instead)}


def test_a_minute_that_was_seen_whole_misses_nothing() -> None:
    assert judged(a_report(), drawn=True).missing == ()


def test_two_minutes_tell_all_of_the_story() -> None:
    whole = judged(a_report(films=films(120.0), alerts=(*STORY, *LATER)), drawn=True)
    assert whole.missing == ()
    assert [act.act for act in whole.acts if act.told and act.due] == [act.name for act in ACTS]


def test_each_act_says_what_proves_it() -> None:
    acts = {act.act: act for act in judged(a_report(), drawn=True).acts}
    assert acts["intrusion"].proof == YARD
    assert acts["intrusion"].verified
    assert acts["escalation"].proof == YARD
    assert acts["help-point"].proof == HELP
    assert acts["help-point"].verified is None
    assert (acts["break-in"].due, acts["break-in"].told) == (False, False)


def test_a_clip_that_the_box_has_not_or_that_does_not_verify_is_no_proof() -> None:
    for changes in ({"sealed": SEALED[:1]}, {"unverified": "1 things are wrong"}):
        assert judged(a_report(**changes), drawn=True).acts[0].verified is False


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"live": 4}, "1 of 5 cameras are not live"),
        ({"frames": 0}, "no frame was decoded"),
        ({"lost": 2}, "2 events were put into the spool and are not in the store"),
        ({"dropped": 1}, "1 events were dropped for want of room"),
        ({"unsaid": "no broker"}, "the broker did not take what a door said: no broker"),
        (
            {"alerts": (*STORY, changed(YARD, id="b1"))},
            "intrusion: 2 alerts instead of 1",
        ),
        (
            without(HELP),
            "help-point: a help point is pressed; there is no such alert",
        ),
        (
            without(HELP, changed(HELP, grade=2)),
            "help-point: a help point is pressed; alert a2 is of grade 2, from park",
        ),
        (
            without(TAIL),
            "tailgating: two go through the smart door on one badge; there is no such alert",
        ),
        ({"crossings": (0, 1)}, "nobody was counted into the yard"),
        (without(GATE), "covered: somebody covers a camera; there is no such alert"),
        (
            without(YARD, changed(YARD, cameras=("yard-east",))),
            (
                "intrusion: somebody in the yard, seen by two cameras; "
                "alert a1 is of grade 2, from yard-east"
            ),
        ),
        (
            without(YARD, changed(YARD, level=0)),
            "escalation: nobody acknowledges, so an alert rises; no alert rose",
        ),
        (
            without(YARD, changed(YARD, redacted_picture=False)),
            "the yard's alert a1 has no redacted picture",
        ),
        (
            without(YARD, changed(YARD, redacted_clip=False)),
            "the yard's alert a1 has no redacted clip",
        ),
        ({"sealed": SEALED[:1]}, "no clip of yard-west was sealed"),
        ({"unverified": "1 things are wrong"}, "the evidence does not verify: 1 things are wrong"),
        (
            {"alerts": (*STORY, changed(YARD, id="b1", place="lane", entry=""))},
            "nobody was at the lane, yet there is an intrusion alert b1",
        ),
        (
            {"alerts": (*STORY, changed(GATE, id="b4", place="lane"))},
            "nothing covered a camera at the lane, yet there is alert b4",
        ),
    ],
)
def test_each_missing_thing_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert judged(a_report(**changes), drawn=True).missing == (sentence,)


def test_a_forced_door_and_a_person_that_stay_two_alerts_are_said() -> None:
    apart = (*STORY, *LATER[:2], changed(YARD, id="b1"), plain("b2", "yard", "door-forced", 2))
    said = judged(a_report(films=films(120.0), alerts=apart), drawn=True).missing
    assert "intrusion: 2 alerts instead of 1" in said
    assert any(sentence.startswith("break-in: ") for sentence in said)


def test_each_round_brings_alerts_of_its_own() -> None:
    once = a_report(films=films(120.0), alerts=(*STORY, BREAK_IN))
    assert judged(once, drawn=True).missing == (
        "covered: 1 alerts instead of 2",
        "tailgating: 1 alerts instead of 2",
    )


def test_a_busy_box_may_miss_what_comes_again_but_makes_nothing_up() -> None:
    once = a_report(films=films(120.0), alerts=(*STORY, BREAK_IN), skipped=2000)
    assert judged(once, drawn=True).missing == ()
    many = a_report(alerts=(*STORY, changed(TAIL, id="b4")), skipped=2000)
    assert judged(many, drawn=True).missing[0] == "tailgating: 2 alerts instead of 1"


def test_nothing_rises_where_somebody_at_the_desk_was_faster() -> None:
    taken = changed(YARD, level=0, risen_to=None, seat="seat-1")
    assert judged(a_report(**without(YARD, taken)), drawn=True).missing == ()


def test_an_alert_that_is_too_young_for_a_clip_owes_none() -> None:
    young = changed(BREAK_IN, redacted_clip=False, filmed_s=3.0, clip_due=False)
    again = a_report(films=films(75.0), alerts=(*STORY, young))
    assert judged(again, drawn=True).missing == ()
    old = changed(young, filmed_s=30.0, clip_due=True)
    again = a_report(films=films(75.0), alerts=(*STORY, old))
    assert judged(again, drawn=True).missing == ("the yard's alert a5 has no redacted clip",)


def test_a_clip_goes_from_what_a_camera_saw_and_not_from_what_a_door_said() -> None:
    door = Told(rule="door-forced", happened_at=datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC))
    seen = [
        Told(rule="intrusion", happened_at=datetime(2026, 3, 1, 12, 0, after, tzinfo=UTC))
        for after in (9, 6)
    ]
    assert Detail(events=(door, *seen)).filmed_s == door.happened_at.timestamp() + 6
    assert Detail(events=(door,)).filmed_s is None


def test_what_the_films_have_not_shown_yet_is_not_missing() -> None:
    early = a_report(films=films(8.0), alerts=(), crossings=(0, 0), sealed=())
    assert judged(early, drawn=True).missing == ()


def test_a_machine_that_was_too_busy_is_named_where_something_is_missing() -> None:
    blind = judged(a_report(alerts=STORY[:3], skipped=2000), drawn=True).missing
    assert [sentence.partition(":")[0] for sentence in blind] == [
        "tailgating",
        "the machine had too little to spare",
    ]
    assert judged(a_report(skipped=2000), drawn=True).missing == ()


def test_a_slow_answer_is_told_and_never_fails_a_run() -> None:
    assert judged(a_report(latency_ms=Latency(p50=9e4, p95=9e5)), drawn=True).missing == ()


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
