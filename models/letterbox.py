"""A picture of any shape in, a canvas of a network's shape out, and boxes back again."""

from typing import NamedTuple

import cv2
import numpy as np

from pipelines.flow import Box, Bytes

GREY = 114


class Letterbox(NamedTuple):
    """How a picture lies on a canvas: scaled alike in both directions, then moved.

    scale      canvas pixels per picture pixel
    left, top  canvas pixels of border
    width, height  of the scaled picture, canvas pixels
    """

    scale: float
    left: int
    top: int
    width: int
    height: int

    def onto(self, box: Box) -> Box:
        """A box in picture pixels as it lies on the canvas."""
        return Box(
            box.x0 * self.scale + self.left,
            box.y0 * self.scale + self.top,
            box.x1 * self.scale + self.left,
            box.y1 * self.scale + self.top,
        )

    def back(self, box: Box) -> Box:
        """A box on the canvas in picture pixels: undoes `onto`."""
        return Box(
            (box.x0 - self.left) / self.scale,
            (box.y0 - self.top) / self.scale,
            (box.x1 - self.left) / self.scale,
            (box.y1 - self.top) / self.scale,
        )


class Stretch(NamedTuple):
    """How a picture fills a canvas: scaled in each direction by itself.

    across, down  canvas pixels per picture pixel
    """

    across: float
    down: float

    def back(self, box: Box) -> Box:
        """A box on the canvas in picture pixels."""
        return Box(
            box.x0 / self.across, box.y0 / self.down, box.x1 / self.across, box.y1 / self.down
        )


def fit(
    width: int, height: int, canvas_width: int, canvas_height: int, *, middle: bool = True
) -> Letterbox:
    """Place a picture in the middle of a canvas, or its upper left corner, as large as it goes."""
    scale = min(canvas_width / width, canvas_height / height)
    inner_width = max(1, min(canvas_width, round(width * scale)))
    inner_height = max(1, min(canvas_height, round(height * scale)))
    left, top = (canvas_width - inner_width) // 2, (canvas_height - inner_height) // 2
    if not middle:
        left, top = 0, 0
    return Letterbox(scale, left, top, inner_width, inner_height)


def paste(picture: Bytes, place: Letterbox, canvas_width: int, canvas_height: int) -> Bytes:
    """Draw the picture, (H, W, 3) uint8, onto a grey canvas where `place` says."""
    size = (place.width, place.height)
    shrinks = place.scale < 1
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    canvas = np.full((canvas_height, canvas_width, 3), GREY, np.uint8)
    inner = canvas[place.top : place.top + place.height, place.left : place.left + place.width]
    inner[:] = (
        picture if picture.shape[1::-1] == size else cv2.resize(picture, size, None, 0, 0, how)
    )
    return canvas


def stretched(picture: Bytes, canvas_width: int, canvas_height: int) -> tuple[Bytes, Stretch]:
    """A picture, (H, W, 3) uint8, as large as the canvas, and how it was scaled."""
    height, width = picture.shape[:2]
    place = Stretch(canvas_width / width, canvas_height / height)
    filled = cv2.resize(picture, (canvas_width, canvas_height), None, 0, 0, cv2.INTER_LINEAR)
    return np.asarray(filled, np.uint8), place
