"""Redacted frames in, one after the other, the pieces of a fragmented MP4 out as they are made."""

from collections import deque
from fractions import Fraction
from typing import NamedTuple

import av
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import PictureType

from edge.evidence.muxing import picture_of
from pipelines.errors import RedactionError
from pipelines.flow import Frame, Redacted
from pipelines.liveview import Kind

Size = tuple[int, int]

KEY_S = 1.5  # from one keyframe to the next: so long whoever comes or falls behind waits at most
_TICK = Fraction(1, 90_000)
_FRAGMENTS = "frag_every_frame+empty_moov+default_base_moof"
_QUALITY = {
    "preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "crf": "27",
    "maxrate": "2000k", "bufsize": "1000k", "forced-idr": "1",
}  # fmt: skip
_LONG = 1 << 20  # pictures: keyframes come by the clock


class Piece(NamedTuple):
    """What a film begins with, or a picture of it."""

    kind: Kind
    captured_s: float
    key: bool
    data: bytes


class Film:
    """One H.264 film (baseline, no B-frames) that goes on for as long as somebody looks.

    A piece comes out with the picture after it, since only then it is known how long it stands.
    """

    def __init__(self, size: Size) -> None:
        self.size = size
        self.sink = _Boxes()
        self.coded: deque[tuple[float, bool]] = deque()
        self.first_s = self.last_s = self.key_s = float("-inf")
        try:
            options = {"movflags": _FRAGMENTS, "flush_packets": "1"}
            self.container = av.open(self.sink, "w", format="mp4", options=options)
            self.stream = _stream(self.container, size)
        except (FFmpegError, ValueError) as error:
            raise RedactionError(f"this FFmpeg cannot encode H.264: {error}") from error

    def fits(self, frame: Frame) -> bool:
        """Whether a frame comes after the last; a clock that was set back needs another film."""
        return frame.captured_s > self.last_s

    def __call__(self, shown: Redacted) -> list[Piece]:
        """Encode a picture; what can go out now. Raises RedactionError when it cannot be."""
        now_s = shown.frame.captured_s
        if self.first_s < 0:
            self.first_s = now_s
        picture = picture_of(shown.frame).reformat(*self.size)
        picture.pts, picture.time_base = round((now_s - self.first_s) / _TICK), _TICK
        key = now_s - self.key_s >= KEY_S
        picture.pict_type = PictureType.I if key else PictureType.NONE
        self.last_s, self.key_s = now_s, now_s if key else self.key_s
        try:
            for packet in self.stream.encode(picture):
                self.coded.append((now_s, packet.is_keyframe))
                self.container.mux(packet)
        except FFmpegError as error:
            raise RedactionError(f"a redacted picture could not be encoded: {error}") from error
        return [self._piece(data) for data in self.sink.taken()]

    def _piece(self, data: bytes) -> Piece:
        if data[4:8] == b"ftyp":
            return Piece("begin", self.last_s, False, data)
        return Piece("piece", *self.coded.popleft(), data)


class _Boxes:
    """A file that only grows; what was written is taken box by box.

    `ftyp` and `moov`, then each `moof` and its `mdat`, come out as one.
    """

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes, /) -> int:
        self.data += data
        return len(data)

    def taken(self) -> list[bytes]:
        """What is whole; the rest waits."""
        found, begin, place = list[bytes](), 0, 0
        while place + 8 <= len(self.data):
            size = int.from_bytes(self.data[place : place + 4])
            if size < 8 or place + size > len(self.data):
                break
            place += size
            if bytes(self.data[place - size + 4 : place - size + 8]) in {b"moov", b"mdat"}:
                found.append(bytes(self.data[begin:place]))
                begin = place
        del self.data[:begin]
        return found


def fitted(width: int, height: int, widest: int) -> Size:
    """A picture's size, shrunk to a width if it is wider, both sides even."""
    shrink = min(1.0, widest / width)
    across, down = (max(2, round(side * shrink / 2) * 2) for side in (width, height))
    return across, down


def _stream(container: OutputContainer, size: Size) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=25)
    stream.width, stream.height = size
    stream.pix_fmt, stream.thread_count = "yuv420p", 1
    stream.time_base = stream.codec_context.time_base = _TICK
    stream.codec_context.max_b_frames, stream.codec_context.gop_size = 0, _LONG
    stream.options = {**_QUALITY}
    return stream
