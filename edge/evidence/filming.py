"""Redacted frames in, an MP4 in fragments out, which a browser plays; nothing else can go in."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import BinaryIO, NamedTuple

import av
from av.container import OutputContainer
from av.error import FFmpegError

from edge.evidence.muxing import picture_of
from pipelines.errors import EvidenceError, RedactionError
from pipelines.flow import Frame, Redacted, Track

Redact = Callable[[Frame, Sequence[Track]], Redacted]

_TICK = Fraction(1, 90_000)
_FRAGMENTS = "frag_keyframe+empty_moov+default_base_moof"
_EVEN = 2


class Film(NamedTuple):
    """What was made: sizes in pixels, and how long it is."""

    width: int
    height: int
    seconds: float
    frames: int


def redacted_all(frames: Iterable[Frame], redact: Redact) -> Iterator[Redacted]:
    """Each frame, redacted. Raises RedactionError: no redaction, no film."""
    for frame in frames:
        yield redact(frame, ())


def film(
    shown: Iterable[Redacted], sink: BinaryIO, *, width: int | None = None,
    rate: dict[str, str] | None = None,
) -> Film:  # fmt: skip
    """Encode as H.264 at the times at which the camera saw the frames.

    width  that wider ones are shrunk to
    rate   options of libx264

    Raises RedactionError when a frame was not redacted or cannot be encoded, EvidenceError when
    there is none.
    """
    return _encoded(_pictures(shown, width), sink, rate)


def film_within(shown: Iterable[Redacted], limit: int, *, width: int) -> tuple[Film, bytes]:
    """The same in memory and within a limit of bytes: if need be worse, never longer than it.

    Raises EvidenceError when even the worst does not fit.
    """
    pictures = list(_pictures(shown, width))
    for crf in (28, 34, 40):
        sink = io.BytesIO()
        made = _encoded(pictures, sink, {"preset": "veryfast", "crf": str(crf)})
        if sink.tell() <= limit:
            return made, sink.getvalue()
    raise EvidenceError(f"the redacted clip does not fit into {limit >> 10} KiB")


def _pictures(shown: Iterable[Redacted], width: int | None) -> Iterator[av.VideoFrame]:
    """Redacted frames as an encoder takes them: shrunk, with times from the first on."""
    first_s, last = None, -1
    for each in shown:
        frame = each.frame
        first_s = frame.captured_s if first_s is None else first_s
        stamp = round((frame.captured_s - first_s) / _TICK)
        if stamp > last:
            last, shrink = stamp, min(1.0, width / frame.width) if width else 1.0
            across, down = (
                max(_EVEN, round(side * shrink / _EVEN) * _EVEN)
                for side in (frame.width, frame.height)
            )
            picture = picture_of(frame).reformat(across, down)
            picture.pts, picture.time_base = stamp, _TICK
            yield picture


def _encoded(
    pictures: Iterable[av.VideoFrame], sink: BinaryIO, rate: dict[str, str] | None
) -> Film:
    stream, last, count = None, 0, 0
    try:
        with av.open(sink, "w", format="mp4", options={"movflags": _FRAGMENTS}) as container:
            for picture in pictures:
                if stream is None:
                    stream = _stream(container, picture, rate)
                last, count = picture.pts or 0, count + 1
                container.mux(stream.encode(picture))
            if stream is not None:
                container.mux(stream.encode(None))
    except FFmpegError as error:
        raise RedactionError(f"the redacted pictures could not be encoded: {error}") from error
    if stream is None:
        raise EvidenceError("the clip holds no picture that can be decoded")
    return Film(stream.width, stream.height, float(last * _TICK), count)


def _stream(
    container: OutputContainer, picture: av.VideoFrame, rate: dict[str, str] | None
) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=25)
    stream.width, stream.height = picture.width, picture.height
    stream.pix_fmt, stream.thread_count = "yuv420p", 1
    stream.time_base = stream.codec_context.time_base = _TICK
    stream.codec_context.max_b_frames = 0
    stream.options = {**(rate or {"preset": "veryfast", "crf": "21"})}
    return stream
