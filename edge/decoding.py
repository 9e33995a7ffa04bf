"""Packets in, frames out, stamped with the time at which the camera saw them."""

import logging
from collections.abc import Iterator

import numpy as np
from av.codec.context import CodecContext
from av.codec.hwaccel import HWAccel
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange

from edge.stamping import Stamper
from edge.stream import Codec, Stream, VideoPacket
from edge.tally import Tally
from pipelines.blackening import Blackener
from pipelines.clock import Clock
from pipelines.errors import StreamError
from pipelines.flow import Bytes, Frame

log = logging.getLogger("tocsin.decoder")

_PLANAR, _PAIRED = ("yuv420p", "yuvj420p"), "nv12"
_SET_BACK_S = 5.0
_DOUBT = 25  # packets in a row that hardware fails at, after which software takes over
_HELD = 64  # stamps of packets whose pictures have not come out yet


class Decoder:
    """One stream's decoder, on its own: the stream may be closed while it works.

    Hardware that was opened and then cannot decode this stream, or no longer, gives way to
    software at a keyframe.

    Raises StreamError when FFmpeg has no decoder for the stream.
    """

    def __init__(self, codec: Codec, tally: Tally) -> None:
        self.codec, self.tally = codec, tally
        self.stamps: dict[int, float] = {}
        self.last_s = 0.0
        self.hardware, why = _on_hardware(codec)
        self._say("missing", why)
        self.context = _prepared(self.hardware or _on_software(codec), codec)
        self.seen, self.failed = False, 0
        self.blacken = Blackener(codec.privacy_masks)

    def __call__(self, packet: VideoPacket, captured_s: float) -> list[Frame]:
        """Frames that this packet sets free; what cannot be read is counted and passed by."""
        self.tally.handed += 1
        if packet.pts is not None:
            self.stamps[packet.pts] = captured_s
            while len(self.stamps) > _HELD:
                del self.stamps[next(iter(self.stamps))]
        pictures = self._decode(packet)
        self.tally.decoded += len(pictures)
        return [self._frame(picture, captured_s) for picture in pictures]

    def _decode(self, packet: VideoPacket) -> list[VideoFrame]:
        try:
            pictures = self.context.decode(packet)
        except FFmpegError as error:
            self.failed += 1
            if self._gives_way(packet):
                self._say("failed", type(error).__name__)
                self.hardware = None
                self.context = _prepared(_on_software(self.codec), self.codec)
                return self._decode(packet)
            self.tally.corrupt += 1
            return []
        if pictures:
            if self.hardware is not None and not self.seen:
                self.tally.software_why = ""
            self.seen, self.failed = True, 0
        return pictures

    def _say(self, state: str, why: str) -> None:
        """Report that software decodes instead: a camera's reason is logged once."""
        if why and why != self.tally.software_why:
            log.warning(
                "camera=%s hardware=%s state=%s why=%s using=software",
                self.tally.camera, self.codec.hardware, state, why,
            )  # fmt: skip
            self.tally.software_why = why

    def _gives_way(self, packet: VideoPacket) -> bool:
        """Whether software shall go on from here: another decoder can begin at a keyframe only."""
        return (
            self.hardware is not None
            and packet.is_keyframe
            and (not self.seen or self.failed > _DOUBT)
        )

    def _frame(self, picture: VideoFrame, captured_s: float) -> Frame:
        """The only way from a camera's picture to a frame: under its privacy masks it is black."""
        frame = frame_of(picture, self._captured_s(picture, captured_s))
        if not self.blacken.masks:
            return frame
        return self.blacken(frame, full_range=_is_full_range(picture))

    def _captured_s(self, picture: VideoFrame, otherwise_s: float) -> float:
        """The stamp of the picture's packet; time runs back only when the clock was set back."""
        said = otherwise_s if picture.pts is None else self.stamps.pop(picture.pts, otherwise_s)
        back = self.last_s - said
        self.last_s = said if back > _SET_BACK_S else max(said, self.last_s)
        return self.last_s


def decoded(stream: Stream, *, clock: Clock, tally: Tally) -> Iterator[Frame]:
    """Decode every packet of one stream as it comes, where nothing else is to be done."""
    decoder, stamp = Decoder(stream.codec, tally), Stamper(stream, clock)
    for packet in stream.packets:
        captured_s, _ = stamp(packet)
        tally.packet(stamp.jumps)
        yield from decoder(packet, captured_s)


def frame_of(picture: VideoFrame, captured_s: float) -> Frame:
    """A decoded picture as planes that still lie in FFmpeg's memory.

    Of what hardware decodes, U and V lie in pairs and are taken apart, which leaves Y where it is.
    Only formats other than 8-bit 4:2:0 are converted.
    """
    if picture.format.name == _PAIRED:
        return _paired(picture, captured_s)
    planar = _planar(picture)
    y, u, v = planar.planes
    return Frame(captured_s, planar.width, planar.height, _rows(y), _rows(u), _rows(v))


def _paired(picture: VideoFrame, captured_s: float) -> Frame:
    y, pairs = (_rows(plane) for plane in picture.planes)
    u, v = (np.ascontiguousarray(pairs[:, side::2]) for side in (0, 1))
    return Frame(captured_s, picture.width, picture.height, y, u, v)


def _planar(picture: VideoFrame) -> VideoFrame:
    return picture if picture.format.name in _PLANAR else picture.reformat(format="yuv420p")


def _is_full_range(picture: VideoFrame) -> bool:
    planar = picture if picture.format.name == _PAIRED else _planar(picture)
    return planar.format.name == "yuvj420p" or planar.color_range == ColorRange.JPEG


def _prepared(context: VideoCodecContext, codec: Codec) -> VideoCodecContext:
    """The context, told what the stream says of itself."""
    context.extradata = codec.extradata
    if codec.width and codec.height:  # some old codecs do not carry their size in the stream
        context.width, context.height = codec.width, codec.height
    context.thread_type = "NONE"  # one camera never takes a second core
    return context


def _on_hardware(codec: Codec) -> tuple[VideoCodecContext | None, str]:
    """A decoder on the hardware that was asked for; or None, and why there is none if one was."""
    if codec.hardware == "none":
        return None, ""
    try:
        wanted = HWAccel(device_type=codec.hardware, allow_software_fallback=False)
        context = CodecContext.create(codec.name, "r", hwaccel=wanted)
    except (FFmpegError, ValueError, NotImplementedError, RuntimeError) as error:
        return None, type(error).__name__
    if isinstance(context, VideoCodecContext) and context.is_hwaccel:
        return context, ""
    return None, "this FFmpeg was built without it"


def _on_software(codec: Codec) -> VideoCodecContext:
    try:
        context = CodecContext.create(codec.name, "r")
    except (FFmpegError, ValueError) as error:
        raise StreamError(f"FFmpeg has no decoder for {codec.name}") from error
    if not isinstance(context, VideoCodecContext):
        raise StreamError(f"{codec.name} is no video")
    return context


def _rows(plane: VideoPlane) -> Bytes:
    """(rows, line size) uint8 over the plane's own memory."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
