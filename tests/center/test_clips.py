"""A redacted clip comes over the broker, is stored once, and is served whole or in parts."""

from datetime import timedelta

import msgspec
import pytest

from center.ranges import ranged
from pipelines.flow import Clip, ClipEvent, ClipLife
from pipelines.wire import clip_event, encode, topic_of
from tests.center.centre import NOON, Centre, event, eventually

MP4 = b"\x00\x00\x00\x18ftypiso5" + bytes(range(256)) * 8
LIFE = "019ab2c4-0000-7000-8000-000000000001"


def clip(number: int = 1, *, camera: str = "cam-1", data: bytes = MP4, **more: object) -> ClipEvent:
    """A clip of the life that `told` tells of."""
    made = Clip(
        site="demo", camera=camera, place="depot", clip="019ab2c4-1",
        lives=(ClipLife(rule="intrusion", episode=LIFE),), width=640, height=360, seconds=8.0,
        data=data,
    )  # fmt: skip
    name = f"019ab2c4-0000-7000-8000-00000000{number:04d}"
    changed = msgspec.structs.replace(made, **more)
    happened_s = (NOON + timedelta(seconds=number)).timestamp()
    return clip_event(changed, happened_s=happened_s, new_id=lambda: name)


@pytest.fixture(scope="module")
def filmed(shared: Centre) -> str:
    """The alert of an intrusion with a clip, which came twice."""
    shared.deliver(event(life=(LIFE, "begin")))
    with shared.box() as box:
        for sent in (clip(), clip(), clip(2, data=MP4 + b"second")):
            box.say(topic_of(sent), encode(sent))
        eventually(lambda: shared.stats()["received"] >= 4)
    (alert,) = shared.http.get("/api/alerts").json()["alerts"]
    return str(alert["id"])


def test_a_clip_is_of_the_alert_whose_life_it_shows_and_counts_once(
    filmed: str, shared: Centre
) -> None:
    first, second = shared.http.get(f"/api/alerts/{filmed}").json()["clips"]
    assert (first["camera"], first["seconds"], first["clip"]) == ("cam-1", 8.0, "019ab2c4-1")
    assert first["happened_at"] < second["happened_at"]
    stats = shared.stats()
    assert (stats["received"], stats["stored"], stats["duplicates"]) == (4, 3, 1)


def test_a_browser_gets_it_whole_or_in_parts(filmed: str, shared: Centre) -> None:
    url = f"/api/alerts/{filmed}/clip"
    whole = shared.http.get(url)
    assert (whole.status_code, whole.content) == (200, MP4)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    part = shared.http.get(url, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{len(MP4)}"
    assert shared.http.get(url, headers={"Range": "bytes=99999-"}).status_code == 416
    assert shared.http.get(url, params={"camera": "cam-1"}).content == MP4
    assert shared.http.get(url, params={"camera": "cam-9"}).status_code == 404
    assert shared.http.get("/api/alerts/none/clip").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        (None, 200, b"0123456789"),
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=0-100", 206, b"0123456789"),
        ("bytes=-100", 206, b"0123456789"),
        ("bytes=4-2", 200, b"0123456789"),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("items=0-1", 200, b"0123456789"),
    ],
)
def test_a_range_is_answered_as_rfc_9110_has_it(
    asked: str | None, status: int, body: bytes
) -> None:
    answer = ranged(b"0123456789", asked, media_type="video/mp4")
    assert (answer.status_code, bytes(answer.body)) == (status, body)


@pytest.mark.parametrize(
    "sent",
    [
        clip(5, site="far"),
        clip(5, data=b"no film"),
        clip(5, data=MP4 + bytes(1 << 20)),
        clip(5, width=0),
        clip(5, lives=(ClipLife(rule="intrusion", episode=LIFE),) * 65),
    ],
    ids=["another site", "no MP4", "too large", "no width", "too many lives"],
)
def test_a_clip_that_cannot_be_right_is_rejected(shared: Centre, sent: ClipEvent) -> None:
    before = shared.stats()["rejected"]
    with shared.box() as box:
        box.say("evt/demo/cam-1/clip", encode(sent))
        eventually(lambda: shared.stats()["rejected"] == before + 1)
