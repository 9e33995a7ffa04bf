"""Planes in, colour out: only the part of a frame that somebody will look at is converted."""

import cv2
import numpy as np

from pipelines.flow import Box, Bytes, Frame


def cut(frame: Frame, region: Box) -> tuple[Bytes, Box]:
    """Convert one region to (h, w, 3) uint8 BGR, and say which pixels it really is.

    The region is widened to even pixels, since colour has half the resolution.
    """
    x0, y0 = int(region.x0) // 2 * 2, int(region.y0) // 2 * 2
    x1 = min(frame.width // 2 * 2, -int(-region.x1 // 2) * 2)
    y1 = min(frame.height // 2 * 2, -int(-region.y1 // 2) * 2)
    planes = (
        frame.y[y0:y1, x0:x1],
        frame.u[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2],
        frame.v[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2],
    )
    packed = np.concatenate([plane.reshape(-1) for plane in planes])
    stacked = packed.reshape((y1 - y0) * 3 // 2, x1 - x0)
    picture = np.asarray(cv2.cvtColor(stacked, cv2.COLOR_YUV2BGR_I420), np.uint8)
    return picture, Box(x0, y0, x1, y1)


def whole(frame: Frame) -> Box:
    """The frame's own rectangle."""
    return Box(0.0, 0.0, float(frame.width), float(frame.height))
