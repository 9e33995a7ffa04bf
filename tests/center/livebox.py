"""A centre in, a box that shows a drawn camera to whoever commands it out."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
import numpy as np

from edge.live.filming import Film, Piece
from pipelines.commands import Answer, AskZones, Fault, Live, decode_command
from pipelines.drawing import Drawing
from pipelines.flow import CameraState, Heartbeat, Redacted
from pipelines.liveview import Part, packed
from pipelines.redaction import encoded, redacted
from pipelines.wire import encode
from tests.builders import frame, ground
from tests.center.centre import Box, Centre, eventually

CAMERA = CameraState(camera="cam-1", place="depot", state="live")


class LiveBox:
    """Speaks as box-1: does what `live` says until its lease ends, and remembers the commands.

    drawing  what it says of each camera's zones
    """

    def __init__(self, box: Box, *cameras: CameraState) -> None:
        self.box, self.cameras = box, cameras or (CAMERA,)
        self.commands: list[Live] = []
        self.drawing, self.zones_asked = Drawing(), list[AskZones]()
        self.refuse: Fault | None = None
        self.online, self.shown = True, "cam-1"
        self.until_s, self.rate = 0.0, "low"
        self.number, self.over = 0, threading.Event()
        self.frozen = threading.Event()
        self.film: Film | None = None
        self.run = time.time_ns() & 0xFFFF_FFF0
        box.listen("cmd/box-1", qos=1)
        self.thread = threading.Thread(target=self._show, daemon=True)
        self.thread.start()

    def beat(self) -> None:
        """Say how it does."""
        now = datetime.now(UTC)
        beat = Heartbeat(
            box="box-1", site="demo", time=now, online=self.online, cameras=self.cameras
        )
        self.box.client.publish("hb/box-1", encode(beat), 0)

    def asked(self, **wanted: object) -> list[Live]:
        """Commands with these values."""
        return [
            each for each in self.commands
            if all(getattr(each, key) == value for key, value in wanted.items())
        ]  # fmt: skip

    def say(self, part: Part, topic: str = "live/box-1/cam-1") -> None:
        """Send a part."""
        self.box.client.publish(topic, packed(part), 0)

    def _show(self) -> None:
        beaten_s = 0.0
        while not self.over.wait(0.1):
            if time.monotonic() - beaten_s > 1:
                beaten_s = time.monotonic()
                self.beat()
            while self.box.heard:
                self._do(self.box.heard.pop(0)[1])
            if time.monotonic() < self.until_s and not self.frozen.is_set():
                self._picture()

    def _do(self, payload: bytes) -> None:
        command, now, refused = decode_command(payload), datetime.now(UTC), self.refuse
        answer = Answer(id=command.id, box="box-1", time=now, ok=refused is None, error=refused)
        if isinstance(command, AskZones):
            self.zones_asked.append(command)
            told = None if refused else self.drawing
            self.box.say("ans/box-1", encode(msgspec.structs.replace(answer, drawing=told)))
            return
        assert isinstance(command, Live)
        self.commands.append(command)
        self.box.say("ans/box-1", encode(answer))
        if refused is None:
            self.until_s, self.rate = time.monotonic() + command.lease_s, command.rate
            self.shown = command.camera

    def _picture(self) -> None:
        drawn = ground(320, 240)
        at = 4 * self.number % 200
        drawn[80:160, at : at + 40] = 250
        shown = redacted(frame(np.ascontiguousarray(drawn), at_s=time.time()), [])
        for piece in self._pieces(shown):
            self.number += 1
            self.say(
                Part(piece.kind, self.run, self.number, piece.captured_s, piece.data, piece.key),
                f"live/box-1/{self.shown}",
            )

    def _pieces(self, shown: Redacted) -> Iterator[Piece]:
        if self.rate == "full":
            self.film = self.film or Film((320, 240))
            yield from self.film(shown)
        yield Piece("still", shown.frame.captured_s, True, encoded(shown).data)

    def close(self) -> None:
        """Say no more."""
        self.over.set()
        self.thread.join()


@contextmanager
def live_box(centre: Centre, *cameras: CameraState) -> Iterator[LiveBox]:
    """A box that the centre knows to be there."""
    with centre.box() as box:
        made = LiveBox(box, *cameras)
        try:
            path = f"/api/cameras/{made.cameras[-1].camera}"
            eventually(lambda: centre.http.get(path).status_code == 200)
            yield made
        finally:
            made.close()
