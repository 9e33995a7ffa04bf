"""A camera in, packets out: FFmpeg opens it, and silence ends it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from edge.address import is_file, to_open, to_show
from edge.config import Camera
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.zones import Zone

if TYPE_CHECKING:
    from av.packet import Packet

_PROBING = {"analyzeduration": "200000", "fpsprobesize": "0"}
"""The session description says what is coming: FFmpeg need not watch for seconds to find out."""

VideoPacket: TypeAlias = "Packet[VideoStream]"
"""PyAV's stub is generic, its class is not."""

Wait = Callable[[float], object]
"""Sleeps so many seconds, or less when the program ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What a muxer must know of a stream: a stream of a container that is never written.

    FFmpeg copies all that it knows there; the camera's own stream dies with its connection.
    """

    container: OutputContainer
    stream: VideoStream


@dataclass(frozen=True, slots=True, eq=False)
class Codec:
    """What a decoder must know of a stream; it outlives the stream.

    width, height  pixels, 0 while the stream has not told
    tick_s         seconds per unit of its time stamps
    privacy_masks  under which every picture that is decoded is black
    hardware       that shall decode it, `none` for software
    template       for copies of its packets; None where FFmpeg cannot make one
    """

    name: str
    extradata: bytes | None
    width: int
    height: int
    tick_s: float
    privacy_masks: tuple[Zone, ...]
    hardware: str = "none"
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """An open camera: what its packets are made with, and the packets that come.

    live  False: a file that is read as fast as it goes
    """

    codec: Codec
    packets: Iterator[VideoPacket]
    live: bool


@contextmanager
def opened(camera: Camera, *, clock: Clock, wait: Wait) -> Iterator[Stream]:
    """Open a camera's stream and close it at the end.

    Raises StreamError, on opening and while packets are read, when the camera does not answer
    in time, goes silent or ends.
    """
    container = _container(camera)
    try:
        video = _video(container, camera)
        codec, packets = _codec(video, camera), _packets(container, video, camera)
        if is_file(camera.url) and camera.stream.realtime:
            packets = _paced(packets, codec.tick_s, clock, wait)
        yield Stream(codec, packets, camera.stream.realtime or not is_file(camera.url))
    finally:
        container.close()


def _container(camera: Camera) -> InputContainer:
    stream = camera.stream
    options = {"rtsp_transport": stream.transport, **_PROBING} if _is_rtsp(camera.url) else {}
    try:
        return av.open(to_open(camera), options=options, timeout=(stream.open_s, stream.stall_s))
    except (FFmpegError, OSError, ValueError) as error:
        raise StreamError(f"cannot open {to_show(camera.url)}: {_why(error)}") from error


def _is_rtsp(url: str) -> bool:
    return url.startswith(("rtsp://", "rtsps://"))


def _video(container: InputContainer, camera: Camera) -> VideoStream:
    if not container.streams.video:
        raise StreamError(f"{to_show(camera.url)} carries no video")
    video = container.streams.video[0]
    if video.codec_context is None:
        raise StreamError(f"{to_show(camera.url)} carries video of a codec that FFmpeg lacks")
    return video


def _codec(video: VideoStream, camera: Camera) -> Codec:
    context = video.codec_context
    return Codec(
        name=context.codec.name,
        extradata=context.extradata,
        width=context.width or 0,
        height=context.height or 0,
        tick_s=float(video.time_base or 0),
        privacy_masks=camera.privacy_masks,
        hardware=camera.stream.hardware,
        template=_template(video),
    )


def _template(video: VideoStream) -> Template | None:
    try:
        container = av.open(BytesIO(), "w", format="matroska")
        return Template(container, container.add_stream_from_template(video, opaque=True))
    except (FFmpegError, ValueError):
        return None


def _packets(
    container: InputContainer, video: VideoStream, camera: Camera
) -> Iterator[VideoPacket]:
    try:
        for packet in container.demux(video):
            if packet.size:
                yield packet
    except (FFmpegError, OSError) as error:
        silent = f"no packet for {camera.stream.stall_s:g} s, or {_why(error)}"
        raise StreamError(f"{to_show(camera.url)} went silent: {silent}") from error


def _paced(
    packets: Iterator[VideoPacket], tick_s: float, clock: Clock, wait: Wait
) -> Iterator[VideoPacket]:
    """Hold packets back until their time has come, counted from the first."""
    begun_s, first_s = clock.ticks_s(), None
    for packet in packets:
        if packet.dts is not None:
            stamp_s = packet.dts * tick_s
            first_s = stamp_s if first_s is None else first_s
            early_s = begun_s + stamp_s - first_s - clock.ticks_s()
            if early_s > 0:
                wait(early_s)
        yield packet


def _why(error: Exception) -> str:
    """The reason without the address, which may hold a password."""
    return getattr(error, "strerror", None) or type(error).__name__
