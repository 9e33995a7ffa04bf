"""Redacted frames in, an MP4 in fragments out, which a browser plays; nothing else can go in."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import BinaryIO, NamedTuple

import av
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
    made, first_s, last, count = None, 0.0, -1, 0
    try:
        with av.open(sink, "w", format="mp4", options={"movflags": _FRAGMENTS}) as container:
            for each in shown:
                if made is None:
                    made, first_s = (
                        _stream(container, each.frame, width, rate),
                        each.frame.captured_s,
                    )
                stamp = round((each.frame.captured_s - first_s) / _TICK)
                if stamp > last:
                    last, count = stamp, count + 1
                    picture = picture_of(each.frame).reformat(made.width, made.height)
                    picture.pts, picture.time_base = stamp, _TICK
                    container.mux(made.encode(picture))
            if made is not None:
                container.mux(made.encode(None))
    except FFmpegError as error:
        raise RedactionError(f"the redacted pictures could not be encoded: {error}") from error
    if made is None:
        raise EvidenceError("the clip holds no picture that can be decoded")
    return Film(made.width, made.height, float(last * _TICK), count)


def film_within(shown: Sequence[Redacted], limit: int, *, width: int) -> tuple[Film, bytes]:
    """The same in memory and within a limit of bytes: if need be worse, never longer than it.

    Raises EvidenceError when even the worst does not fit.
    """
    for crf in (28, 34, 40):
        sink = io.BytesIO()
        made = film(shown, sink, width=width, rate={"preset": "veryfast", "crf": str(crf)})
        if sink.tell() <= limit:
            return made, sink.getvalue()
    raise EvidenceError(f"the redacted clip does not fit into {limit >> 10} KiB")


def _stream(
    container: av.container.OutputContainer, frame: Frame, width: int | None,
    rate: dict[str, str] | None,
) -> av.VideoStream:  # fmt: skip
    shrink = min(1.0, width / frame.width) if width else 1.0
    stream = container.add_stream("libx264", rate=25)
    stream.width = max(_EVEN, round(frame.width * shrink / _EVEN) * _EVEN)
    stream.height = max(_EVEN, round(frame.height * shrink / _EVEN) * _EVEN)
    stream.pix_fmt, stream.thread_count = "yuv420p", 1
    stream.time_base = stream.codec_context.time_base = _TICK
    stream.codec_context.max_b_frames = 0
    stream.options = {**(rate or {"preset": "veryfast", "crf": "21"})}
    return stream
