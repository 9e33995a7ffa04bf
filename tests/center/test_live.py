"""Somebody looks at a camera over the centre: one lease for all, and nothing of it is kept."""

import asyncio
import io
import json
from collections.abc import Iterator

import av
import httpx
import msgspec
import pytest

from center.config import OWN_USER
from center.consumers import STREAM
from center.viewing import MOST_BYTES, Viewer
from pipelines.commands import Fault
from pipelines.flow import CameraState
from pipelines.liveview import Part
from tests.center.centre import JPEG, Centre, event, eventually
from tests.center.linked import linked
from tests.center.livebox import CAMERA, LiveBox, live_box

LIVE = "/api/cameras/cam-1/live"
STILL = "/api/cameras/cam-1/still"


@pytest.fixture
def box(shared: Centre) -> Iterator[LiveBox]:
    """A box that shows one camera; nobody looks at it yet."""
    with live_box(shared) as made:
        yield made
        eventually(lambda: made.commands and made.commands[-1].lease_s == 0)


def pictures(film: bytes) -> int:
    """How many a player finds; a torn end is passed over."""
    with av.open(io.BytesIO(film), "r") as container:
        return sum(1 for _ in container.decode(video=0))


def begun(stream: httpx.Response, least: int) -> bytes:
    """A film until it has so many bytes."""
    film, chunks = b"", stream.iter_raw()
    while len(film) < least:
        film += next(chunks)
    return film


def test_a_film_plays_from_its_beginning_for_each_who_looks_and_one_lease_serves_all(
    shared: Centre, box: LiveBox
) -> None:
    with shared.http.stream("GET", LIVE, params={"seat": "seat-4"}) as first:
        assert (first.status_code, first.headers["content-type"]) == (200, "video/mp4")
        assert first.headers["cache-control"] == "no-store"
        one = begun(first, 20_000)
        with shared.http.stream("GET", LIVE, params={"seat": "seat-5"}) as second:
            other = begun(second, 20_000)
    assert one[4:8] == other[4:8] == b"ftyp"
    assert pictures(one) >= 2
    assert pictures(other) >= 2
    assert box.commands[0].by == "centre/seat-4"
    eventually(lambda: box.asked(lease_s=0.0))
    assert len(box.commands) <= 4


def test_a_view_goes_on_for_as_long_as_somebody_looks(shared: Centre, box: LiveBox) -> None:
    with shared.http.stream("GET", LIVE) as stream:
        chunks = stream.iter_raw()
        while len(box.commands) < 2:
            assert next(chunks)
    assert [command.lease_s for command in box.commands] == [15.0, 15.0]


def test_a_still_comes_of_the_live_view_and_says_how_old_it_is(
    shared: Centre, box: LiveBox
) -> None:
    still = shared.http.get(STILL)
    assert still.content.startswith(b"\xff\xd8")
    assert (still.headers["tocsin-picture"], still.headers["content-type"]) == (
        "live", "image/jpeg",
    )  # fmt: skip
    assert int(still.headers["age"]) <= 10
    eventually(lambda: box.commands)
    assert {command.rate for command in box.commands} == {"low"}
    eventually(lambda: box.asked(lease_s=0.0))


def test_the_audit_has_a_line_for_each_look_and_not_for_each_second_of_it(
    shared: Centre, box: LiveBox
) -> None:
    with shared.http.stream("GET", LIVE, params={"seat": "seat-7"}) as film:
        begun(film, 1000)
    for seat in ("seat-8", "seat-8", "seat-8", "seat-9"):
        assert shared.http.get(STILL, params={"seat": seat}).status_code == 200
    lines = shared.http.get("/api/audit", params={"about": "cam-1"}).json()["lines"]
    looks = [(line["by"], line["asked"]["did"].rpartition("/")[2]) for line in lines]
    assert [look for look in looks if look[0] in {"seat-7", "seat-8", "seat-9"}] == [
        ("seat-9", "still"), ("seat-8", "still"), ("seat-7", "live"),
    ]  # fmt: skip
    assert box.commands


def test_where_a_camera_cannot_be_shown_the_still_is_that_of_its_last_event(
    centre: Centre,
) -> None:
    with live_box(centre) as box:
        box.refuse = Fault(type="forbidden", detail="the file does not allow it", at="$.command")
        refused = centre.http.get(STILL)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/live-forbidden")
        assert refused.headers["content-type"] == "application/problem+json"
        box.refuse = None
        centre.deliver(event(picture=JPEG))
        again = centre.http.get(STILL)
        assert (again.content, again.headers["tocsin-picture"]) == (JPEG, "event")
        assert again.headers["tocsin-live"] == "forbidden"
        assert len(box.commands) == 1


def test_before_the_first_picture_nothing_is_wrong_and_one_asks_again(shared: Centre) -> None:
    with live_box(shared, msgspec.structs.replace(CAMERA, camera="fresh-1")) as box:
        box.frozen.set()
        none = shared.http.get("/api/cameras/fresh-1/still")
        box.frozen.clear()
        eventually(lambda: box.asked(lease_s=0.0))  # or the next test hears of it
    assert (none.status_code, none.content) == (204, b"")
    assert none.headers["tocsin-live"] == "starting"


@pytest.mark.parametrize(
    ("fault", "status", "cause"),
    [
        (Fault(type="forbidden", detail="no", at="$.command"), 409, "forbidden"),
        (Fault(type="forbidden", detail="no", at="$.camera"), 409, "purpose"),
        (Fault(type="failed", detail="4 are open", at="$.rate"), 503, "busy"),
        (Fault(type="failed", detail="nobody is there to show it"), 503, "lost"),
    ],
)
def test_a_box_that_refuses_is_a_problem_that_says_why(
    shared: Centre, fault: Fault, status: int, cause: str
) -> None:
    with live_box(shared, msgspec.structs.replace(CAMERA, camera=f"{cause}-1")) as box:
        box.refuse = fault
        path = f"/api/cameras/{cause}-1/live"
        answer = shared.http.get(path)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/live-{cause}")
    assert answer.json()["detail"] == fault.detail


def test_a_camera_that_is_away_or_has_no_purpose_is_not_asked_for(shared: Centre) -> None:
    cameras = (
        CameraState(camera="gone", place="depot", state="lost", trouble="no route"),
        CameraState(camera="bare", place="depot", state="live", disarmed_why="it states no office"),
    )
    with live_box(shared, *cameras) as box:
        gone, bare = (shared.http.get(f"/api/cameras/{name}/live") for name in ("gone", "bare"))
        assert (gone.status_code, gone.json()["type"]) == (503, "/problems/live-lost")
        assert "no route" in gone.json()["detail"]
        assert (bare.status_code, bare.json()["type"]) == (409, "/problems/live-purpose")
        assert box.commands == []
    assert shared.http.get("/api/cameras/none/live").status_code == 404


def test_a_film_that_begins_anew_ends_and_can_be_asked_for_again(
    shared: Centre, box: LiveBox
) -> None:
    with shared.http.stream("GET", LIVE) as stream:
        chunks = stream.iter_raw()
        next(chunks)
        box.film, box.run = None, box.run + 1
        rest = b"".join(chunks)
    assert b"ftyp" not in rest
    with shared.http.stream("GET", LIVE) as stream:
        assert begun(stream, 1000)[4:8] == b"ftyp"
    assert box.asked(lease_s=0.0) == []


async def stored(shared: Centre) -> int:
    """How many messages the broker has ever kept."""
    conf = json.loads((shared.folder / "state" / "broker.conf").read_text())
    (own,) = [
        each["password"] for each in conf["accounts"]["APP"]["users"] if each["user"] == OWN_USER
    ]
    url = f"nats://127.0.0.1:{shared.broker_port}"
    async with linked(url, own) as client:
        info = await client.jetstream().stream_info(STREAM)
    return int(info.state.last_seq)


@pytest.mark.parametrize("topic", ["live/box-1/cam-1", "evt/demo/cam-1/intrusion"])
def test_the_broker_keeps_nothing_of_a_view(shared: Centre, topic: str) -> None:
    before = asyncio.run(stored(shared))
    with shared.box() as box:
        for _ in range(50):
            box.client.publish(topic, bytes(2000), qos=0)
        number = box.say("evt/demo/cam-1/intrusion", b"{}")
        eventually(lambda: number in box.acked)
    assert asyncio.run(stored(shared)) == before + 1


@pytest.mark.usefixtures("box")
def test_no_stranger_shows_or_sees_a_camera(shared: Centre) -> None:
    with shared.box("box-2") as other, shared.box("watcher") as watcher:
        watcher.listen("live/#")
        other.listen("live/#")
        forged = Part("still", 1, 1, 0.0, b"\xff\xd8forged")
        stills = []
        for _ in range(4):
            LiveBox.say(_Speaks(other), forged)  # type: ignore[arg-type]  # only its voice
            stills.append(shared.http.get(STILL).content)
        assert all(still.startswith(b"\xff\xd8") and b"forged" not in still for still in stills)
        assert watcher.heard == other.heard == []


class _Speaks:
    def __init__(self, box: object) -> None:
        self.box = box


def piece(number: int, size: int, *, key: bool = False, run: int = 1) -> Part:
    return Part("piece", run, number, 0.0, bytes([number]) * size, key)


BEGINS = Part("begin", 1, 0, 0.0, b"ftyp")


async def taken(viewer: Viewer) -> bytes:
    return await viewer.next(within_s=0.01) or b""


def test_a_viewer_begins_with_the_first_keyframe_and_is_not_given_what_is_before() -> None:
    async def story() -> bytes:
        viewer = Viewer("seat-1")
        for number, key in enumerate([False, True, False]):
            viewer.offer(BEGINS, piece(number, 2, key=key))
        return await taken(viewer)

    assert asyncio.run(story()) == b"ftyp\x01\x01\x02\x02"


def test_a_slow_viewer_holds_little_and_goes_on_at_a_keyframe() -> None:
    async def story() -> tuple[int, bytes, int]:
        viewer = Viewer("seat-1")
        for number in range(1, 40):
            viewer.offer(BEGINS, piece(number, 100_000, key=number % 8 == 1))
        held, late = viewer.size, await taken(viewer)
        viewer.skip()
        viewer.offer(BEGINS, piece(50, 2))
        viewer.offer(BEGINS, piece(51, 2, key=True))
        assert await taken(viewer) == b"\x33\x33"
        return held, late, viewer.missed

    held, late, missed = asyncio.run(story())
    assert held <= MOST_BYTES + 100_000
    assert missed >= 1
    assert late[0] % 8 == 1
