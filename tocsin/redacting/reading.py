"""A recording in, its frames out, upright and the same ones each time that it is read.

A packet that cannot be decoded is passed by, and counted. One thread decodes at a time, or several
on slices of one picture: so that two passes see the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from edge.decoding import frame_of
from pipelines.errors import StreamError
from pipelines.flow import Bytes, Frame

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

_QUARTER = 90


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A frame and its stamp in the file.

    pts, time_base  as the container has them
    """

    frame: Frame
    pts: int
    time_base: Fraction


@dataclass(slots=True)
class Recording:
    """A file that is read from its beginning to its end, as often as one likes.

    corrupt  packets that could not be decoded the last time
    sound    packets of audio that came by, for who wants them
    """

    path: Path
    corrupt: int = 0
    sound: "list[Packet[Stream]]" = field(default_factory=list)

    def shots(self, *, sound: bool = False) -> Iterator[Shot]:
        """All frames in the order in which they are shown. Raises StreamError."""
        self.corrupt = 0
        try:
            with av.open(str(self.path), metadata_errors="ignore") as container:
                yield from self._of(container, sound=sound)
        except FFmpegError as error:
            raise StreamError(f"{self.path}: cannot be read: {error.strerror}") from error

    def _of(self, container: av.container.InputContainer, *, sound: bool) -> Iterator[Shot]:
        if not container.streams.video:
            raise StreamError(f"{self.path}: has no video")
        video = container.streams.video[0]
        video.thread_type = "SLICE"
        heard = [*container.streams.audio[:1]] if sound else []
        for packet in container.demux([video, *heard]):
            if packet.stream is video:
                yield from (self._shot(each) for each in self._decoded(packet))
            elif packet.dts is not None:
                self.sound.append(packet)

    def _decoded(self, packet: "Packet[Stream]") -> list[VideoFrame]:
        try:
            return [each for each in packet.decode() if isinstance(each, VideoFrame)]
        except FFmpegError:
            self.corrupt += 1
            return []

    def _shot(self, picture: VideoFrame) -> Shot:
        if picture.pts is None or picture.time_base is None:
            raise StreamError(f"{self.path}: has frames without a time stamp")
        frame = frame_of(picture, float(picture.pts * picture.time_base))
        return Shot(upright(frame, picture.rotation), picture.pts, picture.time_base)


def upright(frame: Frame, degrees: int) -> Frame:
    """Turn a frame counter-clockwise by quarters, as its display matrix says."""
    turns = round(degrees / _QUARTER) % 4
    if not turns:
        return frame
    rows, columns = (frame.height + 1) // 2, (frame.width + 1) // 2
    y = frame.y[: frame.height, : frame.width]
    planes = (
        _turned(plane, turns) for plane in (y, frame.u[:rows, :columns], frame.v[:rows, :columns])
    )
    size = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
    return Frame(frame.captured_s, *size, *planes)


def _turned(plane: Bytes, turns: int) -> Bytes:
    return np.ascontiguousarray(np.rot90(plane, turns))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file says of its video.

    shape    sample aspect ratio
    colours  range, primaries, transfer and matrix, numbers of ITU-T H.273
    """

    seconds: float | None
    rate: Fraction
    time_base: Fraction
    shape: Fraction | None
    colours: tuple[int, ...]


def kind_of(path: Path) -> Kind:
    """Look into a file. Raises StreamError."""
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.video:
                raise StreamError(f"{path}: has no video")
            video = container.streams.video[0]
            seconds = None if container.duration is None else container.duration / av.time_base
            coder = video.codec_context
            if coder is None:
                raise StreamError(f"{path}: has video of a codec that FFmpeg lacks")
            colours = coder.color_range, coder.color_primaries, coder.color_trc, coder.colorspace
            return Kind(
                seconds, video.average_rate or Fraction(25), video.time_base or Fraction(1, 90_000),
                video.sample_aspect_ratio, tuple(int(each) for each in colours),
            )  # fmt: skip
    except FFmpegError as error:
        raise StreamError(f"{path}: cannot be read: {error.strerror}") from error
