"""Events that came together: filed as if each had come alone, and none that its box may not say."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from center import lookup, tables
from center.batches import apart
from center.bounds import Bounds
from center.config import Speaker
from center.filing import Filing
from center.letter import Letter
from center.store import Store
from center.watchlist import WatchList
from pipelines.flow import Event
from pipelines.wire import encode, encode_batch
from tests.center.centre import event
from tests.center.test_crosscheck import letter

SUBJECT = "$MQTT.msgs.pe.3.demo.box-1.batch"
BOXES = (
    Speaker(box="box-1", site="demo", password="x", cameras=("cam-1", "door-1")),
    Speaker(box="box-2", site="demo", password="x", cameras=("cam-2",)),
)


def batch(*events: Event, subject: str = SUBJECT) -> Letter:
    return Letter(subject, encode_batch(map(encode, events)))


def filed(store: Store, letters: Sequence[Letter], boxes: Sequence[Speaker] = ()) -> Filing:
    filing = Filing(WatchList(places=()), new_id=lambda: "unused", bounds=Bounds(boxes))
    with store.write() as connection:
        filing(connection, letters, now_s=1.0)
    return filing


def stored(store: Store) -> list[str]:
    with store.read() as connection:
        return sorted(connection.execute(select(tables.events.c.camera)).scalars())


def counted(store: Store) -> tuple[int, ...]:
    with store.read() as connection:
        told = lookup.counters(connection)
    return tuple(told.get(name, 0) for name in ("received", "stored", "duplicates", "rejected"))


def test_each_event_of_a_batch_is_as_if_it_had_come_alone() -> None:
    events = [event(), event(camera="cam-2", rule="loitering")]
    parted = apart([batch(*events)])
    assert [(each.subject, each.payload) for each in parted] == [
        (letter(each).subject, letter(each).payload) for each in events
    ]
    assert {each.by for each in parted} == {"box-1"}


def test_a_batch_that_comes_again_with_some_that_came_alone_is_stored_once(store: Store) -> None:
    events = [event(after_s=n) for n in range(6)]
    filed(store, [letter(events[0]), batch(*events), batch(*events[2:])])
    assert counted(store) == (11, 6, 5, 0)


def test_one_bad_event_takes_no_other_with_it(store: Store) -> None:
    good = [encode(event(after_s=n)) for n in range(2)]
    bad = [b"7", b'{"data":{"camera":"a.b","rule":"intrusion"}}', b"{}"]
    filed(store, [Letter(SUBJECT, encode_batch([good[0], *bad, good[1]]))])
    assert counted(store) == (5, 2, 0, 3)


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"[{", b"{}", b"[" * 5000, encode_batch([b"1"] * 257)]
)
def test_what_is_no_batch_is_kept_whole_and_refused_once(store: Store, payload: bytes) -> None:
    filed(store, [Letter(SUBJECT, payload)])
    with store.read() as connection:
        (kept,) = connection.execute(select(tables.rejected)).all()
    assert (kept.subject, kept.payload) == (SUBJECT, payload)


def test_a_batch_speaks_for_the_cameras_of_its_box_alone(store: Store) -> None:
    said = [event(camera=name, after_s=n) for n, name in enumerate(("cam-1", "cam-2", "box-1"))]
    filing = filed(store, [batch(*said)], BOXES)
    assert stored(store) == ["box-1", "cam-1"]
    assert [(claim.box, claim.subject) for claim in filing.bounds.caught] == [
        ("box-1", "evt.demo.cam-2")
    ]


def test_a_batch_under_the_name_of_a_camera_speaks_for_that_alone(store: Store) -> None:
    said = [event(camera=name, after_s=n) for n, name in enumerate(("cam-1", "cam-2", "door-1"))]
    filing = filed(store, [batch(*said, subject="$MQTT.msgs.pe.3.demo.cam-2.batch")], BOXES)
    assert stored(store) == ["cam-2"]
    assert {claim.box for claim in filing.bounds.caught} == {"box-2"}, (
        "it is its box that is told of"
    )


def test_a_batch_speaks_of_no_other_site(store: Store) -> None:
    filed(store, [batch(event(site="elsewhere"), event())])
    assert counted(store) == (2, 1, 0, 1)
