"""Packets in, frames out, stamped with the time at which the camera saw them."""

from collections.abc import Iterator

import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.stream import VideoStream

from edge.stream import Stream, VideoPacket, seconds
from edge.tally import Tally
from pipelines.clock import Clock
from pipelines.flow import Bytes, Frame
from pipelines.timeline import Timeline

_PLANAR = ("yuv420p", "yuvj420p")


def decoded(stream: Stream, *, clock: Clock, tally: Tally) -> Iterator[Frame]:
    """Decode every packet of a stream; what the decoder cannot read is counted and passed by."""
    timeline = Timeline(live=stream.live)
    for packet in stream.packets:
        pts_s = seconds(packet.pts, packet)
        if pts_s is not None:
            timeline.arrived(pts_s, clock.ticks_s())
        tally.packet(timeline.jumps)
        for picture in _pictures(stream.video, packet, tally):
            tally.decoded += 1
            yield frame_of(picture, _captured_s(picture, timeline, clock))


def frame_of(picture: VideoFrame, captured_s: float) -> Frame:
    """A decoded picture as planes that still lie in FFmpeg's memory.

    Only formats other than 8-bit planar 4:2:0 are converted.
    """
    planar = picture if picture.format.name in _PLANAR else picture.reformat(format="yuv420p")
    y, u, v = (_rows(plane) for plane in planar.planes)
    return Frame(captured_s, planar.width, planar.height, y, u, v)


def _pictures(video: VideoStream, packet: VideoPacket, tally: Tally) -> list[VideoFrame]:
    try:
        return video.codec_context.decode(packet)
    except FFmpegError:
        tally.corrupt += 1
        return []


def _captured_s(picture: VideoFrame, timeline: Timeline, clock: Clock) -> float:
    """Unix time of capture; a picture without a time stamp was seen just now."""
    ticks_s = clock.ticks_s()
    if picture.pts is None or picture.time_base is None:
        return clock.now_s()
    captured_s = timeline.captured_s(float(picture.pts * picture.time_base), ticks_s)
    return captured_s - ticks_s + clock.now_s()


def _rows(plane: VideoPlane) -> Bytes:
    """(rows, line size) uint8 over the plane's own memory."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
