"""What goes onto the wire comes back the same, has the envelope's shape and fits the topics."""

import json
import re
import string
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coco import LABELS
from pipelines.flow import (
    CameraLife,
    CameraState,
    Event,
    Facts,
    Heartbeat,
    Picture,
    Rule,
    SpoolState,
    WorkerState,
)
from pipelines.settings import Id
from pipelines.wire import (
    decode_event,
    decode_heartbeat,
    encode,
    event_from,
    heartbeat_topic,
    sent_at,
    topic_of,
    with_picture,
)
from tests.builders import event, facts, quick

ids = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
shares = st.floats(0, 1)
counts = st.integers(0, 2**53)
rates = st.floats(0, 1e6)
moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 # hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
pictures = st.builds(
    Picture, width=st.integers(1, 960), height=st.integers(1, 960), data=st.binary(max_size=50)
)
some_facts = st.builds(
    Facts,
    site=ids,
    camera=ids,
    place=ids,
    rule=st.sampled_from(get_args(Rule)),
    zone=st.none() | ids,
    label=st.none() | st.sampled_from(LABELS),
    count=st.integers(0, 1000),
    confidence=st.none() | shares,
    box=st.none() | st.tuples(shares, shares, shares, shares),
    picture=st.none() | pictures,
)
events = st.builds(
    Event,
    id=st.uuids(version=4).map(str),
    source=ids.map(lambda name: f"/sites/{name}"),
    type=ids,
    subject=ids,
    time=moments,
    senttime=st.none() | moments,
    data=some_facts,
)
cameras = st.builds(
    CameraState,
    camera=ids,
    place=ids,
    state=st.sampled_from(get_args(CameraLife)),
    width=counts,
    fps_in=rates,
    motion=shares,
    packets=counts,
    trouble=st.text(max_size=20),
)
beats = st.builds(
    Heartbeat,
    box=ids,
    site=ids,
    time=moments,
    online=st.booleans(),
    spool=st.builds(SpoolState, put=counts, acked=counts, dropped=counts, waiting=counts),
    workers=st.lists(
        st.builds(WorkerState, pid=counts, restarts=counts, cameras=st.lists(ids).map(tuple)),
        max_size=3,
    ).map(tuple),
    cameras=st.lists(cameras, max_size=3).map(tuple),
)


@quick
@given(events)
def test_an_event_comes_back_as_it_went(told: Event) -> None:
    assert decode_event(encode(told)) == told


@quick
@given(beats)
def test_a_heartbeat_comes_back_as_it_went(beat: Heartbeat) -> None:
    assert decode_heartbeat(encode(beat)) == beat


@quick
@given(events)
def test_an_event_is_a_cloud_event(told: Event) -> None:
    wire = json.loads(encode(told))
    assert wire["specversion"] == "1.0"
    for attribute in ("id", "source", "type"):
        assert isinstance(wire[attribute], str)
        assert wire[attribute]
    for name in wire:
        assert len(name) <= 20
        assert set(name) <= set(string.ascii_lowercase + string.digits)
    assert wire["datacontenttype"] == "application/json"
    assert isinstance(wire["data"], dict)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", wire["time"])


@quick
@given(ids, ids, ids, st.sampled_from(get_args(Rule)))
def test_a_topic_has_four_levels_and_no_character_that_breaks_one(
    site: str, camera: str, place: str, rule: Rule
) -> None:
    told = event(Facts(site=site, camera=camera, place=place, rule=rule))
    topic = topic_of(told)
    assert topic.split("/") == ["evt", site, camera, rule]
    assert not set(topic) & set(" .*>#+$\t\0")
    assert topic.isascii()


@pytest.mark.parametrize(
    "bad", ["a b", "a.b", "a*", "a>", "a#", "a+", "a/b", "", "$sys", "Ä", "a\n"]
)
def test_a_name_that_would_break_a_topic_is_no_id(bad: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, Id)


def test_facts_are_wrapped_with_their_place_and_time() -> None:
    told = event_from(facts(), happened_s=1_750_000_000.25, new_id=lambda: "an-id")
    assert told == Event(
        id="an-id",
        source="/sites/north/cameras/gate-1",
        type="tocsin.intrusion",
        subject="gate",
        time=datetime(2025, 6, 15, 15, 6, 40, 250_000, tzinfo=UTC),
        data=facts(),
    )


def test_sending_again_changes_only_when_it_was_sent() -> None:
    told = event()
    sent = sent_at(sent_at(told, 1_750_000_100.0), 1_750_000_200.0)
    assert sent.senttime == datetime.fromtimestamp(1_750_000_200.0, UTC)
    assert msgspec.structs.replace(sent, senttime=None) == told


def test_facts_without_a_picture_say_nothing_of_one() -> None:
    picture = Picture(width=1, height=1, data=b"jpeg")
    shown = with_picture(facts(), picture)
    assert shown.picture == picture
    assert with_picture(shown, None) == facts()
    assert b"picture" not in encode(facts())


def test_a_picture_goes_as_base64_and_says_how_it_was_covered() -> None:
    picture = Picture(width=1, height=1, data=b"\xff\xd8")
    wire = json.loads(encode(event(with_picture(facts(), picture))))["data"]["picture"]
    assert wire["data"] == "/9g="
    assert wire["redaction"] == "fill"


def test_a_label_is_called_class_on_the_wire() -> None:
    wire = json.loads(encode(msgspec.structs.replace(facts(), label="person")))
    assert wire["class"] == "person"
    assert "label" not in wire


def test_fields_that_we_do_not_know_go_no_further() -> None:
    wire = json.loads(encode(event()))
    wire["data"]["face_id"] = "x"
    wire["traceparent"] = "y"
    told = decode_event(json.dumps(wire).encode())
    assert told == event()
    assert b"face_id" not in encode(told)
    assert b"traceparent" not in encode(told)


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b"[]", b"\xff", b"null", b'{"id": 1}', encode(event())[:-1]],
)
def test_what_is_no_event_is_refused(payload: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_event(payload)


def test_a_picture_that_was_not_covered_is_refused() -> None:
    picture = Picture(width=1, height=1, data=b"x")
    wire = encode(event(with_picture(facts(), picture))).replace(b'"fill"', b'"none"')
    with pytest.raises(msgspec.ValidationError):
        decode_event(wire)


def test_a_box_has_a_topic_of_its_own_to_live_on() -> None:
    assert heartbeat_topic("box-1") == "hb/box-1"
