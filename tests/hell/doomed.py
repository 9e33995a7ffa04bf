"""Cameras in, a worker's words out, until it sees the camera that no process survives."""

import os
import time
from multiprocessing.connection import Connection

import msgspec

from edge import gates
from edge.config import EdgeConfig
from edge.decoding import Decoder
from edge.stream import VideoPacket
from edge.taking import Report
from pipelines.flow import CameraState, Frame
from tests.hell.watching import watch

CULPRIT = "c5"
"""The id of the camera whose pictures end whoever decodes them."""


def short_lived(_: EdgeConfig, names: tuple[str, ...], boss: Connection) -> None:
    """Report the cameras once and watch on; die as FFmpeg would where the culprit is among them."""
    told = tuple(CameraState(camera=name, place="p", state="live") for name in names)
    boss.send_bytes(msgspec.json.encode(Report(cameras=told)))
    if CULPRIT in names:
        os.abort()
    time.sleep(600)


def lacking(_: EdgeConfig, __: tuple[str, ...], ___: Connection) -> None:
    """End at once, since a file is not there: no camera is to blame."""
    os._exit(1)


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
