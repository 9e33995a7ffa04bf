"""A recording in, the same recording with nobody to be told on it out, in two passes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
from av.error import FFmpegError

from edge.evidence.muxing import picture_of
from pipelines.blackening import Blackener
from pipelines.errors import ConfigError, RedactionError, TocsinError
from pipelines.flow import Box, Frame, Redacted
from pipelines.recording import FAST, THOROUGH, Survey
from pipelines.redaction import redacted
from pipelines.searching import Search
from tocsin.redacting.order import FILMS, Order
from tocsin.redacting.reading import Kind, Recording, Shot, kind_of
from tocsin.whole import whole

Progressed = Callable[[str, float], None]
"""Told which pass it is, and the second of the recording that it has come to."""

PASSES = LOOKING, COVERING = "looking", "covering"

Noted = Callable[[list[tuple[Box, ...]]], None]

QUALITY = {"preset": "veryfast", "crf": "20"}
FULL_RANGE = 2


def film(
    order: Order, search: Search, progressed: Progressed, noted: Noted = lambda _: None
) -> int:
    """Redact a recording; returns how many frames it has.

    noted  is told what is covered on each frame

    Raises ConfigError, StreamError or RedactionError; then there is no target.
    """
    kind = kind_of(order.source)
    recording, black = Recording(order.source), Blackener(order.masks)
    covers = surveyed(order, recording, search, black, kind, progressed)
    noted(covers)
    with whole(order.target) as partial:
        return _written(
            partial,
            order,
            recording,
            _shown(recording, covers, black, order, kind),
            kind,
            progressed,
        )


def surveyed(
    order: Order, recording: Recording, search: Search, black: Blackener, kind: Kind,
    progressed: Progressed,
) -> list[tuple[Box, ...]]:  # fmt: skip
    """The first pass: what to cover on each frame. Raises StreamError, RedactionError."""
    survey = Survey(search, FAST if order.fast else THOROUGH)
    try:
        for shot in recording.shots():
            survey(_blackened(black, shot.frame, kind))
            progressed(LOOKING, shot.frame.captured_s)
        return survey.covers(order.style)
    except RedactionError:
        raise
    except TocsinError as error:
        if not survey.times:
            raise
        raise RedactionError(f"{order.source}: {error}") from error


def _blackened(black: Blackener, frame: Frame, kind: Kind) -> Frame:
    return black(frame, full_range=kind.colours[0] == FULL_RANGE)


Covered = Iterator[tuple[Shot, Redacted]]


def _shown(
    recording: Recording, covers: list[tuple[Box, ...]], black: Blackener, order: Order, kind: Kind
) -> Covered:
    """The second pass; it must see what the first one saw. Raises RedactionError."""
    seen = 0
    for seen, shot in enumerate(recording.shots(sound=order.sound), 1):
        if seen > len(covers):
            break
        frame = _blackened(black, shot.frame, kind)
        yield shot, redacted(frame, covers[seen - 1], order.style.cover)
    if seen != len(covers):
        raise RedactionError(f"{recording.path}: was changed while it was read")


def _written(
    path: Path, order: Order, recording: Recording, shown: Covered, kind: Kind,
    progressed: Progressed,
) -> int:  # fmt: skip
    """Encode with the stamps that the frames have. Raises ConfigError, RedactionError."""
    count, form = 0, FILMS[order.target.suffix.lower()]
    try:
        with av.open(str(order.source)) as source, av.open(str(path), "w", format=form) as target:
            video, sound = None, _sound(source, target) if order.sound else None
            for shot, each in shown:
                video = video or _stream(target, each.frame, kind)
                if (each.frame.width // 2 * 2, each.frame.height // 2 * 2) != (
                    video.width,
                    video.height,
                ):
                    raise RedactionError(f"{order.source}: the picture changes its size")
                picture = picture_of(_even(each.frame))
                picture.pts, picture.time_base = shot.pts, shot.time_base
                target.mux(video.encode(picture))
                _copied(target, recording, sound)
                count += 1
                progressed(COVERING, each.frame.captured_s)
            if video is None:
                raise ConfigError(f"{order.source}: holds no picture that can be decoded")
            target.mux(video.encode(None))
            _copied(target, recording, sound)
    except FFmpegError as error:
        raise RedactionError(f"{order.target}: cannot be encoded: {error.strerror}") from error
    return count


def _stream(target: av.container.OutputContainer, frame: Frame, kind: Kind) -> av.VideoStream:
    stream = target.add_stream("libx264", rate=kind.rate)
    stream.width, stream.height = frame.width // 2 * 2, frame.height // 2 * 2
    stream.pix_fmt, stream.options = "yuv420p", dict(QUALITY)
    stream.time_base = stream.codec_context.time_base = kind.time_base
    coder = stream.codec_context
    coder.color_range, coder.color_primaries, coder.color_trc, coder.colorspace = kind.colours
    if kind.shape:
        coder.sample_aspect_ratio = kind.shape
    return stream


def _even(frame: Frame) -> Frame:
    """Without a last odd row or column: H.264 has none."""
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    u, v = (plane[: height // 2, : width // 2] for plane in (frame.u, frame.v))
    return Frame(frame.captured_s, width, height, frame.y[:height, :width], u, v)


def _sound(
    source: av.container.InputContainer, target: av.container.OutputContainer
) -> av.AudioStream | None:
    """A stream like the source's audio. Raises ConfigError where the target cannot hold it."""
    if not source.streams.audio:
        return None
    try:
        return target.add_stream_from_template(source.streams.audio[0])
    except (FFmpegError, ValueError) as error:
        raise ConfigError("--audio keep: this container cannot hold the audio; try .mkv") from error


def _copied(
    target: av.container.OutputContainer, recording: Recording, sound: av.AudioStream | None
) -> None:
    """Pass on the audio that came by."""
    packets, recording.sound = recording.sound, []
    if sound is not None:
        for packet in packets:
            packet.stream = sound
            target.mux(packet)
