"""Planes in, colour out: only the part of a frame that somebody will look at is converted.

And a picture that came in colour in, its planes out.
"""

import cv2
import numpy as np

from pipelines.flow import Box, Bytes, Frame


def cut(frame: Frame, region: Box, scale: float = 1.0) -> tuple[Bytes, Box]:
    """Convert one region to (h, w, 3) uint8 BGR, and say which pixels it really is.

    The region is widened to even pixels, since colour has half the resolution.

    scale  pixels of the picture for each of the frame's; its sides are even, too
    """
    x0, y0 = int(region.x0) // 2 * 2, int(region.y0) // 2 * 2
    x1 = min(frame.width // 2 * 2, -int(-region.x1 // 2) * 2)
    y1 = min(frame.height // 2 * 2, -int(-region.y1 // 2) * 2)
    planes = (
        frame.y[y0:y1, x0:x1],
        frame.u[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2],
        frame.v[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2],
    )
    half = (x1 - x0) // 2, (y1 - y0) // 2
    if scale != 1.0:
        half = _half(region.width * scale), _half(region.height * scale)
        planes = _scaled(planes, half, cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
    packed = np.concatenate([plane.reshape(-1) for plane in planes])
    stacked = packed.reshape(half[1] * 3, half[0] * 2)
    picture = np.asarray(cv2.cvtColor(stacked, cv2.COLOR_YUV2BGR_I420), np.uint8)
    return picture, Box(x0, y0, x1, y1)


def planes_of(picture: Bytes) -> Frame:
    """(H, W, 3) uint8 BGR as planes; the last row or column of an odd side stands twice."""
    height, width = picture.shape[:2]
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    packed = np.asarray(cv2.cvtColor(even, cv2.COLOR_BGR2YUV_I420), np.uint8).reshape(-1)
    rows, columns = even.shape[:2]
    y, u, v = np.split(packed, [rows * columns, rows * columns * 5 // 4])
    half = rows // 2, columns // 2
    return Frame(0.0, width, height, y.reshape(rows, columns), u.reshape(half), v.reshape(half))


def _half(side: float) -> int:
    return max(1, round(side / 2))


def _scaled(
    planes: tuple[Bytes, Bytes, Bytes], half: tuple[int, int], how: int
) -> tuple[Bytes, Bytes, Bytes]:
    """The planes of a picture of twice `half`, width and height."""
    y, u, v = planes
    whole = 2 * half[0], 2 * half[1]
    return _resized(y, whole, how), _resized(u, half, how), _resized(v, half, how)


def _resized(plane: Bytes, size: tuple[int, int], how: int) -> Bytes:
    return np.asarray(cv2.resize(plane, size, None, 0, 0, how), np.uint8)


def scaled(picture: Bytes, scale: float) -> Bytes:
    """A picture, (h, w, 3) uint8, larger or smaller."""
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, None, None, scale, scale, how), np.uint8)


def whole(frame: Frame) -> Box:
    """The frame's own rectangle."""
    return Box(0.0, 0.0, float(frame.width), float(frame.height))


def shrunk(frame: Frame, size: tuple[int, int]) -> Frame:
    """The same frame with planes of its own in a smaller size; both sides are even."""
    across, down = size
    rows, columns = (frame.height + 1) // 2, (frame.width + 1) // 2
    y = _smaller(frame.y[: frame.height, : frame.width], (across, down))
    u, v = (
        _smaller(plane[:rows, :columns], (across // 2, down // 2)) for plane in (frame.u, frame.v)
    )
    return Frame(frame.captured_s, across, down, y, u, v)


def _smaller(plane: Bytes, size: tuple[int, int]) -> Bytes:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
