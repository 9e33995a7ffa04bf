"""Packets of one camera in, Matroska out, piece by piece, into a sink that only grows."""

from fractions import Fraction
from typing import Any, Protocol

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError

from edge.decoding import Decoder
from edge.feed import Parcel
from edge.stream import Codec
from edge.tally import Tally
from pipelines.errors import EvidenceError, StreamError
from pipelines.flow import Bytes, Frame

_OPTIONS = {"live": "1", "cluster_time_limit": "1000", "flush_packets": "1"}
"""No index at the end, nothing to go back to: what was written can be read to its last second."""

_TICK = Fraction(1, 1000)
_QUALITY = {"preset": "veryfast", "crf": "21"}


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take all of them."""
        ...


class Muxer(Protocol):
    """Writes one stream.

    frames  pictures so far
    """

    frames: int

    def __call__(self, parcel: Parcel) -> None:
        """Write a packet; raises EvidenceError, and what the sink raises."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


def muxer_of(sink: Sink, codec: Codec) -> Muxer:
    """Packets as they came; where a part of the picture is private, pictures that lack it.

    Raises EvidenceError when Matroska cannot hold the stream.
    """
    try:
        container = av.open(sink, "w", format="matroska", options=_OPTIONS)
        return (Blackened if codec.privacy_masks else Copied)(container, codec)
    except (FFmpegError, ValueError, StreamError) as error:
        raise EvidenceError(f"{codec.name} cannot be put into Matroska: {error}") from error


class Copied:
    """Writes packets as the camera sent them; nothing is encoded again."""

    def __init__(self, container: OutputContainer, codec: Codec) -> None:
        if codec.template is None:
            raise EvidenceError("the stream cannot be copied: FFmpeg knows too little of it")
        self.container = container
        self.stream = container.add_stream_from_template(codec.template.stream, opaque=True)
        self.first: int | None = None
        self.last = -1
        self.frames = 0

    def __call__(self, parcel: Parcel) -> None:
        """Write a packet; one without a time, or that goes back in time, has no place."""
        packet = parcel.packet
        stamp = packet.pts if packet.dts is None else packet.dts
        if stamp is None or packet.pts is None:
            return
        self.first = stamp if self.first is None else self.first
        if stamp - self.first <= self.last:
            return
        self.last = stamp - self.first
        copy = av.Packet(bytes(packet))
        copy.pts, copy.dts = packet.pts - self.first, self.last
        copy.time_base, copy.is_keyframe = packet.time_base, packet.is_keyframe
        copy.stream = self.stream
        _written(self.container, copy)
        self.frames += 1

    def close(self) -> None:
        """Write what is left."""
        _closed(self.container)


class Blackened:
    """Decodes, as everything does that may be seen, and encodes anew: packets hold the whole view.

    It costs a decoder and an encoder for as long as the clip is recorded.
    """

    def __init__(self, container: OutputContainer, codec: Codec) -> None:
        self.container = container
        self.decode = Decoder(codec, Tally("evidence", ""))
        self.stream: av.VideoStream | None = None
        self.first_s, self.last, self.frames = 0.0, -1, 0

    def __call__(self, parcel: Parcel) -> None:
        """Write the pictures that a packet sets free."""
        for frame in self.decode(parcel.packet, parcel.captured_s):
            self._write(frame)

    def close(self) -> None:
        """Write what is left."""
        if self.stream is not None:
            _written(self.container, self.stream.encode(None))
        _closed(self.container)

    def _write(self, frame: Frame) -> None:
        if self.stream is None:
            self.first_s = frame.captured_s
            self.stream = self._opened(frame)
        stamp = round((frame.captured_s - self.first_s) / _TICK)
        if (frame.width, frame.height) != (self.stream.width, self.stream.height):
            raise EvidenceError("the picture has changed its size")
        if stamp > self.last:
            self.last = stamp
            picture = picture_of(frame)
            picture.pts, picture.time_base = stamp, _TICK
            _written(self.container, self.stream.encode(picture))
            self.frames += 1

    def _opened(self, frame: Frame) -> av.VideoStream:
        stream = self.container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TICK
        stream.codec_context.max_b_frames = 0
        stream.thread_count, stream.options = 1, {**_QUALITY}
        return stream


def picture_of(frame: Frame) -> av.VideoFrame:
    """A frame for an encoder: a copy of its planes."""
    picture = av.VideoFrame(frame.width, frame.height, "yuv420p")
    for plane, rows in zip(picture.planes, (frame.y, frame.u, frame.v), strict=True):
        into: Bytes = np.frombuffer(memoryview(plane), np.uint8)
        whole = into.reshape(plane.height, plane.line_size)
        whole[:, : plane.width] = rows[: plane.height, : plane.width]
    return picture


def _written(container: OutputContainer, packets: Any) -> None:
    try:
        container.mux(packets)
    except FFmpegError as error:
        raise EvidenceError(f"a packet could not be written: {error}") from error


def _closed(container: OutputContainer) -> None:
    try:
        container.close()
    except FFmpegError as error:
        raise EvidenceError(f"the clip could not be ended: {error}") from error
