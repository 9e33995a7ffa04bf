"""Frames in, MP4 files out that an RTSP server can send as they are; kept for the next run."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av

from pipelines.flow import Bytes
from tocsin.whole import whole

GOP_S = 2
"""Seconds from one key frame to the next."""

Encoder = Literal["libx264", "libx265"]

BITS_PER_S = 2_000_000


def write_clip(
    path: Path,
    pictures: Iterable[Bytes],
    *,
    fps: int,
    codec: Encoder = "libx264",
    bits_per_s: int = BITS_PER_S,
    constant: bool = False,
) -> int:
    """Encode I420 frames (H * 3 / 2, W) without B-frames; return how many there were.

    constant  hold every second to `bits_per_s`, as cameras of a constant bit rate do

    The file appears under its name only when it is whole.
    """
    count = 0
    with whole(path) as partial, av.open(str(partial), "w", format="mp4") as container:
        stream: av.VideoStream | None = None
        for picture in pictures:
            if stream is None:
                stream = _stream(container, picture, fps, codec)
                stream.bit_rate = bits_per_s
                stream.options |= _rate(bits_per_s, constant=constant)
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = count, Fraction(1, fps)
            container.mux(stream.encode(frame))
            count += 1
        if stream is not None:
            container.mux(stream.encode(None))
    return count


def _stream(
    container: av.container.OutputContainer, picture: Bytes, fps: int, codec: Encoder
) -> av.VideoStream:
    stream = container.add_stream(codec, rate=fps)
    stream.width, stream.height = picture.shape[1], picture.shape[0] * 2 // 3
    stream.pix_fmt = "yuv420p"
    stream.thread_count = 1
    stream.codec_context.max_b_frames = 0
    gop = str(fps * GOP_S)
    stream.options = {
        "preset": "veryfast",
        "g": gop,
        "keyint_min": gop,
        "sc_threshold": "0",
        **({"x265-params": "log-level=none"} if codec == "libx265" else {}),
    }
    return stream


def _rate(bits_per_s: int, *, constant: bool) -> dict[str, str]:
    """How far the encoder may go beyond the rate, and for how long."""
    most, buffer = (
        (bits_per_s, bits_per_s // 2) if constant else (bits_per_s * 3 // 2, bits_per_s * 2)
    )
    return {"maxrate": str(most), "bufsize": str(buffer)}
