"""A camera in, one redacted still of it out each time that somebody asks."""

from msgspec.structs import replace

from edge.address import is_file
from edge.clock import SystemClock
from edge.config import Camera
from edge.tally import Tally
from pipelines.errors import StreamError
from pipelines.flow import Frame, Picture
from pipelines.snapshot import Snapshot
from tocsin.replay.playing import frames

STEP_S = 5.0
"""From one still of a recording to the next."""


class Stills:
    """Takes stills of a camera; of a recording each further on, and from its beginning again."""

    def __init__(self, camera: Camera, snapshot: Snapshot) -> None:
        self.camera, self.snapshot = camera, snapshot
        if is_file(camera.url):
            stream = replace(camera.stream, realtime=False, loop=False)
            self.camera = replace(camera, stream=stream)
        self.at_s = 0.0

    def take(self) -> Picture:
        """The next still. Raises StreamError, or RedactionError: then there is no picture."""
        frame = self._frame()
        if frame is None and self.at_s > 0:
            self.at_s = 0.0
            frame = self._frame()
        if frame is None:
            raise StreamError("the stream carried no picture")
        self.at_s += STEP_S
        return self.snapshot.still(frame, ())

    def _frame(self) -> Frame | None:
        """The first frame that is far enough on; None when the recording ends before it."""
        clock, tally = _Frozen(), Tally(self.camera.id, self.camera.place)
        at_s = self.at_s if is_file(self.camera.url) else 0.0
        for frame in frames(self.camera, clock, tally, begin_s=at_s):
            if frame.captured_s >= at_s:
                return frame
        return None


class _Frozen(SystemClock):
    """A recording begins at second 0."""

    def now_s(self) -> float:
        return 0.0
