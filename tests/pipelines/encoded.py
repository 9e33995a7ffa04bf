"""Frames as a camera's encoder and the box's decoder hand them on."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from edge.decoding import frame_of
from edge.stream import VideoPacket
from pipelines.flow import Frame


def encoded(
    frames: Iterable[Frame], *, fps: int, crf: int = 23, keyframes_s: int = 4
) -> Iterator[Frame]:
    """The same frames after H.264 with B-frames, a keyframe every so many seconds."""
    camera = VideoCodecContext.create("libx264", "w")
    box = VideoCodecContext.create("h264", "r")
    assert isinstance(camera, VideoCodecContext)
    assert isinstance(box, VideoCodecContext)
    camera.framerate, camera.time_base, camera.pix_fmt = Fraction(fps), Fraction(1, fps), "yuv420p"
    camera.options = {"preset": "veryfast", "crf": str(crf), "g": str(keyframes_s * fps)}
    times: list[float] = []
    for each in frames:
        if not camera.is_open:
            camera.width, camera.height = each.width, each.height
        times.append(each.captured_s)
        yield from _decoded(box, camera.encode(_picture(each)), times)
    yield from _decoded(box, camera.encode(None), times)
    yield from (frame_of(picture, times.pop(0)) for picture in box.decode(None))


def _decoded(
    box: VideoCodecContext, packets: Iterable[VideoPacket], times: list[float]
) -> Iterator[Frame]:
    for packet in packets:
        for picture in box.decode(packet):
            yield frame_of(picture, times.pop(0))


def _picture(frame: Frame) -> VideoFrame:
    packed = np.concatenate([plane.reshape(-1) for plane in (frame.y, frame.u, frame.v)])
    return VideoFrame.from_ndarray(packed.reshape(-1, frame.width), format="yuv420p")
