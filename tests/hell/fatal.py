"""What a worker does, until it decodes the camera that no process survives."""

import os
from multiprocessing.connection import Connection

from edge import gates
from edge.config import EdgeConfig
from edge.decoding import Decoder
from edge.stream import VideoPacket
from pipelines.flow import Frame
from tests.hell.doomed import CULPRIT
from tests.hell.watching import watch


class Fatal(Decoder):
    """A decoder that one camera's pictures end, as a fault within FFmpeg would."""

    def __call__(self, packet: VideoPacket, captured_s: float) -> list[Frame]:
        """Decode, unless it is the culprit's."""
        if self.tally.camera == CULPRIT:
            os.abort()
        return super().__call__(packet, captured_s)


def fatal(config: EdgeConfig, names: tuple[str, ...], boss: Connection) -> None:
    """What a worker does, with a decoder that does not survive the culprit."""
    gates.Decoder = Fatal  # type: ignore[attr-defined]
    watch(config, names, boss)
