"""What reads from outside, each with sound examples of what it reads: MQTT, YAML, packets, RTSP."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from av.packet import Packet

from center import config as centre
from center import watchlist
from center.drafting import draft
from center.filing import Filing
from center.letter import Letter
from center.line import line_of
from center.store import Store
from edge import config as box
from edge.address import to_open, to_show
from edge.audit import Audit
from edge.clock import SystemClock
from edge.config import Camera, EdgeConfig, Stream
from edge.decoding import Decoder
from edge.memory import Memory
from edge.orders import Orders
from edge.stream import Codec, VideoPacket, opened
from edge.taking import Taken
from edge.tally import Tally
from pipelines.commands import Arm, AskZones, Live, Sensitivity, Snapshot
from pipelines.errors import ConfigError, StreamError
from pipelines.flow import Heartbeat
from pipelines.wire import encode, encode_batch, topic_of
from tests.builders import event
from tests.center.centre import CENTER_YAML, WATCH_YAML
from tests.edge.test_config import GOOD
from tests.hell.caller import description
from tests.hell.films import film
from tests.hell.mutating import Try
from tests.hell.sound import BOXES, CENTRES, MAP, WATCH_LISTS
from tests.hell.spoken import answered, answers, foreign, parts, sent, shown

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_SOON = datetime(2026, 11, 26, 12, 1, tzinfo=UTC)
_SUBJECT = "$MQTT.msgs.pe.0."


class Input(NamedTuple):
    """Something that reads, and examples of what it reads well.

    slow    each try takes tens of milliseconds
    native  FFmpeg parses it, where nothing tells how far it got
    """

    sound: Sequence[bytes]
    made: Callable[[Path], Try]
    slow: bool = False
    native: bool = False


def _subject(told: bytes) -> str:
    return _SUBJECT + topic_of(event()).partition("/")[2].replace("/", ".") + told[:0].decode()


def inbox(folder: Path) -> Try:
    """The centre's: what is unfit is put aside, the rest is filed."""
    return _filing(folder, _subject)


def batches(folder: Path) -> Try:
    """The same, for many events in one message."""
    return _filing(folder, lambda _: f"{_SUBJECT}north.box-1.batch")


def _filing(folder: Path, subject: Callable[[bytes], str]) -> Try:
    store = Store(folder / "store.db")
    watch = watchlist.loaded(WATCH_YAML, folder / "watch.yaml")
    ids = iter(range(1 << 62))
    filing = Filing(watch, new_id=lambda: f"0000-{next(ids)}")

    def attempt(data: bytes) -> None:
        with store.write() as connection:
            filing(connection, [Letter(subject(data), data)], now_s=NOW.timestamp())

    return attempt


def beats(_: Path) -> Try:
    """A box's heartbeat at the centre."""
    from center.boxes import Boxes
    from center.config import Speaker

    boxes = Boxes((Speaker(box="b", site="s", password="x"),), SystemClock())

    def attempt(data: bytes) -> None:
        boxes.hear("b", data)

    return attempt


class Nobody:
    """Carries out nothing."""

    def settle(self, _: EdgeConfig) -> None:
        """Take no setting."""

    def order(self, _: object) -> bool:
        """Refuse."""
        return False

    def taken(self) -> list[Taken]:
        """Nothing."""
        return []


def orders(folder: Path) -> Try:
    """The box's desk for commands."""
    (folder / "secret").write_text("s3cret\n")
    config = box.loaded(
        GOOD + "commands: [arm, snapshot, live, sensitivity, zones]\n", folder / "e.yaml"
    )
    desk = Orders(config, Memory(folder / "m.db"), Audit(folder / "audit.jsonl"), Nobody())
    return lambda data: [None for _ in desk.heard("cmd/box-1", data, NOW.timestamp())].clear()


def file_of_a_box(folder: Path) -> Try:
    """A box's YAML, and the addresses in it."""
    (folder / "secret").write_text("s3cret\n")

    def read(text: str) -> None:
        for camera in box.loaded(text, folder / "edge.yaml").cameras:
            assert to_show(to_open(camera)) == to_show(camera.url)

    return _refusing(read)


def file_of_a_centre(folder: Path) -> Try:
    """A centre's YAML, and the line to the broker that it tells of."""
    (folder / "secret").write_text("s3cret\n")
    (folder / "url").write_text("json://127.0.0.1/x\n")
    path = folder / "center.yaml"

    def read(text: str) -> None:
        path.write_text(text, encoding="utf-8", newline="")
        config = centre.load(path)
        assert config.base
        if config.tls is None:
            line_of(config)

    return _refusing(read)


def list_of_places(folder: Path) -> Try:
    """A watch list, as it is read and as somebody edits it."""
    path = folder / "watch.yaml"
    (folder / "map.json").write_text(MAP)

    def read(text: str) -> None:
        try:
            watchlist.loaded(text, path)
        except ConfigError:
            assert draft(text, path).wrong
        else:
            assert draft(text, path).wrong is None

    return _refusing(read)


def map_of_places(folder: Path) -> Try:
    """A watch list's GeoJSON."""

    def attempt(data: bytes) -> None:
        with suppress(ConfigError):
            watchlist.loaded(WATCH_LISTS[1], folder / "watch.yaml", drawn=data)

    return attempt


def _refusing(read: Callable[[str], object]) -> Try:
    def attempt(data: bytes) -> None:
        with suppress(ConfigError, UnicodeDecodeError):
            read(data.decode())

    return attempt


def pictures(_: Path) -> Try:
    """A decoder, with packets of one picture; it goes on with what comes next."""
    return _decoding("h264")


def pictures_h265(_: Path) -> Try:
    """The same of H.265."""
    return _decoding("hevc")


def _decoding(name: str) -> Try:
    codec = Codec(name, None, 0, 0, 1 / 90_000, ())
    tally = Tally("a", "p")
    decoder = Decoder(codec, tally)

    def attempt(data: bytes) -> None:
        packet: VideoPacket = Packet(data)  # type: ignore[assignment]
        packet.pts = packet.dts = tally.handed * 9000
        for frame in decoder(packet, float(tally.handed)):
            assert frame.y.shape[0] >= frame.height
            assert frame.width * frame.height <= 1 << 26

    return attempt


def replies(_: Path) -> Try:
    """FFmpeg, which opens a camera whose talk has been spoilt."""

    def attempt(data: bytes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=_reply, args=(server, data), daemon=True)
            thread.start()
            url = f"rtsp://127.0.0.1:{server.getsockname()[1]}/x"
            camera = Camera(id="a", place="p", url=url, stream=Stream(open_s=0.5, stall_s=0.3))
            to_open(camera)
            with (
                suppress(StreamError),
                opened(camera, clock=SystemClock(), wait=time.sleep) as stream,
            ):
                for _ in zip(range(5), stream.packets, strict=False):
                    pass
        thread.join(5.0)

    return attempt


def _reply(server: socket.socket, data: bytes) -> None:
    """Answer each request with the next reply, whatever was asked; then hang up."""
    with suppress(OSError), server.accept()[0] as line:
        line.settimeout(2.0)
        for reply in data.split(b"\x1e"):
            if not line.recv(4096):
                return
            line.sendall(reply)


@cache
def _talk() -> bytes:
    """What a camera answers, reply by reply, up to its first packets."""
    body = description(film())
    heads = (
        "Public: OPTIONS, DESCRIBE, SETUP, PLAY",
        f"Content-Type: application/sdp\r\nContent-Length: {len(body)}",
        "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1;timeout=60",
        "Session: 1\r\nRTP-Info: url=track0;seq=0;rtptime=0",
    )
    said = [f"RTSP/1.0 200 OK\r\nCSeq: {n + 1}\r\n{head}\r\n\r\n" for n, head in enumerate(heads)]
    said[1] += body
    return b"\x1e".join(each.encode() for each in said)


def _commands() -> list[bytes]:
    asked = {"camera": "yard", "by": "duty", "expires": _SOON}
    return [
        encode(Arm(id="a1", rule="intrusion-all", **asked)),  # type: ignore[arg-type]
        encode(Snapshot(id="a2", **asked)),  # type: ignore[arg-type]
        encode(Live(id="a3", lease_s=10, **asked)),  # type: ignore[arg-type]
        encode(Sensitivity(id="a4", value=2.0, **asked)),  # type: ignore[arg-type]
        encode(AskZones(id="a5", **asked)),  # type: ignore[arg-type]
    ]


def _units(codec: str) -> list[bytes]:
    shown = film(codec="libx264" if codec == "h264" else "libx265")
    return [b"".join(b"\x00\x00\x00\x01" + nal for nal in unit.nals) for unit in shown.units[:20]]


@cache
def inputs() -> dict[str, Input]:
    """All of them by name."""
    beat = Heartbeat(box="b", site="s", time=NOW)
    return {
        "inbox": Input([encode(event(number=n)) for n in range(3)], inbox),
        "batches": Input([encode_batch(encode(event(number=n)) for n in range(6))], batches),
        "beats": Input([encode(beat)], beats),
        "orders": Input(_commands(), orders),
        "foreign": Input(sent(), foreign),
        "answers": Input(answered(), answers),
        "parts": Input(shown(), parts),
        "file-of-a-box": Input(_texts(GOOD, *BOXES), file_of_a_box),
        "file-of-a-centre": Input(_texts(_centre(), *CENTRES), file_of_a_centre),
        "list-of-places": Input(_texts(WATCH_YAML, *WATCH_LISTS), list_of_places),
        "map-of-places": Input(_texts(MAP), map_of_places),
        "pictures": Input(_units("h264"), pictures, native=True),
        "pictures-h265": Input(_units("h265"), pictures_h265, native=True),
        "replies": Input([_talk()], replies, slow=True, native=True),
    }


def _texts(*texts: str) -> list[bytes]:
    return [text.encode() for text in texts]


def _centre() -> str:
    return CENTER_YAML.format(broker=4222, mqtt=1883, console=8080, sign_in="true", store="{}")
