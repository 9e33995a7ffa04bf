"""A frame's brightness in, regions that moved out: what is commonly done with OpenCV, as peers.

`sides` are what is measured beside a mode, in the same run: these after decoding, and the design
that recorders share, `tocsin.bench.piped`, where its ffmpeg is installed.

All of them work on a picture 320 wide, as is usual; shrinking it is part of what they cost.
"""

import importlib.util
from functools import partial

import cv2
import numpy as np

from edge.address import is_file
from pipelines.flow import Box, Bytes, Frame
from tocsin.bench.side import Job, Side, decoding

WIDTH = 320
SMALLEST_PX = 30.0
BLUR_PX = (5, 5)
STEP = 12.0
SHADOW = 200.0


def small(frame: Frame, how: int = cv2.INTER_AREA) -> Bytes:
    """The brightness plane, 320 wide."""
    height = round(frame.height * WIDTH / frame.width)
    luma = frame.y[:, : frame.width]
    return np.asarray(cv2.resize(luma, (WIDTH, height), interpolation=how), np.uint8)


def regions(mask: cv2.typing.MatLike, frame: Frame) -> tuple[Box, ...]:
    """Boxes around the contours of a mask, in pixels of the frame."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    scale, boxes = frame.width / WIDTH, []
    for contour in contours:
        if cv2.contourArea(contour) >= SMALLEST_PX:
            x, y, wide, high = cv2.boundingRect(contour)
            boxes.append(Box(x * scale, y * scale, (x + wide) * scale, (y + high) * scale))
    return tuple(boxes)


class AbsDiff:
    """Shrink, difference to the frame before, blur, threshold, dilate, contours."""

    def __init__(self, how: int = cv2.INTER_AREA) -> None:
        self.how = how
        self.before: Bytes | None = None

    def __call__(self, frame: Frame) -> tuple[Box, ...]:
        """Compare a frame with the one before."""
        now = small(frame, self.how)
        before, self.before = self.before, now
        if before is None:
            return ()
        blurred = cv2.GaussianBlur(cv2.absdiff(now, before), BLUR_PX, 0)
        _, mask = cv2.threshold(blurred, STEP, 255, cv2.THRESH_BINARY)
        return regions(cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=2), frame)


class Subtractor:
    """One of OpenCV's background models; shadows do not count."""

    def __init__(self, model: cv2.BackgroundSubtractor) -> None:
        self.model = model

    def __call__(self, frame: Frame) -> tuple[Box, ...]:
        """Compare a frame with the model."""
        _, mask = cv2.threshold(self.model.apply(small(frame)), SHADOW, 255, cv2.THRESH_BINARY)
        return regions(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), frame)


def mog2() -> Subtractor:
    """A mixture of Gaussians for each pixel."""
    return Subtractor(cv2.createBackgroundSubtractorMOG2())


def knn() -> Subtractor:
    """The nearest of each pixel's samples."""
    return Subtractor(cv2.createBackgroundSubtractorKNN())


PIPE = "ffmpeg pipe"


def sides(job: Job) -> dict[str, Side]:
    """The peers by their names."""
    known: dict[str, Side] = {
        "absdiff": partial(decoding, make=AbsDiff),
        "MOG2": partial(decoding, make=mog2),
        "KNN": partial(decoding, make=knn),
    }
    if not why_no_pipe(job):
        from tocsin.bench.piped import piped

        known[PIPE] = piped
    return known


def why_no_pipe(job: Job) -> str:
    """Why ffmpeg and its pipe are not measured; empty when they are."""
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        return "it needs ffmpeg: pip install 'tocsin[bench]'"
    if not is_file(job.source):
        return "it is measured on files"
    return "it is measured on one stream" if job.streams > 1 else ""
