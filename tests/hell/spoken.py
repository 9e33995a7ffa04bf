"""What boxes say in, the centre's readers of it out: of a foreign broker, of answers, of views."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg

from center import watchlist
from center.boxes import Boxes
from center.commanding import Commanding
from center.config import Speaker
from center.filing import Filing
from center.foreign import letter_of
from center.liveview import LiveView
from center.store import Store
from edge.clock import SystemClock
from pipelines.commands import Answer, Fault
from pipelines.flow import Clip, ClipLife, Heartbeat, Picture
from pipelines.liveview import Part, Rate, packed, unpacked
from pipelines.wire import (
    batch_topic,
    clip_event,
    encode,
    encode_batch,
    heartbeat_topic,
    topic_of,
)
from tests.builders import event, facts
from tests.center.centre import WATCH_YAML
from tests.hell.mutating import Try

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_ASKED = "a1"


def foreign(folder: Path) -> Try:
    """A broker that is not ours: a line with the topic, and what was sent there."""
    store, watch = Store(folder / "f.db"), watchlist.loaded(WATCH_YAML, folder / "watch.yaml")
    ids = iter(range(1 << 62))
    filing = Filing(watch, new_id=lambda: f"0000-{next(ids)}")
    boxes = Boxes((Speaker(box="b", site="s", password="x"),), SystemClock())

    def attempt(data: bytes) -> None:
        line, _, payload = data.partition(b"\n")
        topic = line.decode(errors="replace")
        kind, *levels = topic.split("/")
        if kind == "hb" and len(levels) == 1:
            boxes.hear(levels[0], payload)
        elif kind == "evt" and len(levels) == 3:
            with store.append() as connection:
                filing(connection, [letter_of(topic, payload)], now_s=NOW.timestamp())

    return attempt


def answers(_: Path) -> Try:
    """A box's answers, one of which somebody waits for."""

    async def hear(data: bytes) -> None:
        commanding = Commanding(SystemClock())
        commanding.waiting[_ASKED] = "box-1", asyncio.get_running_loop().create_future()
        await commanding._hear(Msg(Client(), "ans.box-1", data=data))

    return lambda data: asyncio.run(hear(data))


def parts(_: Path) -> Try:
    """Parts of a live view, which somebody looks at."""
    view = LiveView("box-1/yard", _nobody, SystemClock())

    def attempt(data: bytes) -> None:
        part = unpacked(data)
        if part is not None:
            view.take(part)

    return attempt


async def _nobody(_rate: Rate, _lease_s: float, _by: str) -> Answer | None:
    """Do not answer."""
    return None


def sent() -> list[bytes]:
    """Topics with what is sent there: events, one of the watch list, a clip, many, a heartbeat."""
    told = event(facts(site="demo", camera="cam-1", place="depot"))
    life = ClipLife(episode="e", rule="intrusion")
    clip = clip_event(
        Clip(
            site="demo", camera="cam-1", place="depot", clip="c", lives=(life,), width=2, height=2,
            seconds=1.0, data=b"\0\0\0\x08ftyp",
        ),
        happened_s=NOW.timestamp(), new_id=lambda: "1",
    )  # fmt: skip
    said = [
        (topic_of(told), encode(told)),
        (topic_of(clip), encode(clip)),
        (batch_topic("demo", "box-1"), encode_batch([encode(told)] * 2)),
        (heartbeat_topic("b"), encode(Heartbeat(box="b", site="s", time=NOW))),
    ]
    return [topic.encode() + b"\n" + payload for topic, payload in said]


def answered() -> list[bytes]:
    """An answer with a picture, and one without."""
    picture = Picture(width=2, height=2, data=b"\xff\xd8")
    fault = Fault(type="unknown", detail="no such rule", at="$.rule", allowed=("a",))
    whole = Answer(id=_ASKED, box="box-1", time=NOW, ok=True, picture=picture)
    return [encode(whole), encode(Answer(id=_ASKED, box="box-1", time=NOW, ok=False, error=fault))]


def shown() -> list[bytes]:
    """A still, how a film begins, and pieces of it."""
    return [
        packed(Part("still", 0, 1, 1e9, b"\xff\xd8")),
        packed(Part("begin", 1, 2, 1e9, b"ftyp")),
        packed(Part("piece", 1, 3, 1e9, b"moof", key=True)),
        packed(Part("piece", 1, 4, 1e9, b"moof", small=True, left_out=True)),
    ]
