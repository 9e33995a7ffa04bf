"""A frame and who is on it in, a frame on which nobody can be told out, and it alone is encoded.

`redacted` is the only way to a `Redacted`, and `encoded` takes nothing else: no redaction, no
picture. What is to be covered is found by `pipelines.snapshot` on a still, `pipelines.live` on
moving pictures as they come, `pipelines.recording` on those that are whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipelines.covering import covered_frame
from pipelines.errors import RedactionError
from pipelines.flow import Box, Bytes, Cover, Frame, Picture, Redacted

FACE_MARGIN = 0.3
BODY_MARGIN = 0.1
ABOVE = 0.05  # of a person's height by which the head may stick out of the box
TOLD_PX = 64.0  # a narrower face may be a profile, and its box may miss half of the head
LONGEST_PX = 960
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Style:
    """What is covered, and with what.

    bodies  whole persons, not their heads only
    """

    cover: Cover = "fill"
    bodies: bool = False


@dataclass(frozen=True, slots=True)
class Heads:
    """Which heads are covered besides the faces that were found, and how generously.

    told_px  width of a face from which it spares the rest of its head
    width    share of a person's, around the middle
    above    share of a person's height that a head may stick out of the box
    low      share of a head's height above which the middle of its face must lie
    margin   share of its size by which a face is widened on every side
    """

    told_px: float = TOLD_PX
    width: float = 1.0
    above: float = ABOVE
    low: float = 1.0
    margin: float = FACE_MARGIN


PLAIN_STYLE, GENEROUS = Style(), Heads()


def redacted(frame: Frame, boxes: Sequence[Box], cover: Cover = "fill") -> Redacted:
    """Cover the boxes. Raises RedactionError where one of them is no place at all."""
    if not all(np.isfinite(box).all() for box in boxes):
        raise RedactionError("somebody is nowhere: a box has no finite sides")
    return Redacted(covered_frame(frame, boxes, cover), cover)


def patches(
    faces: Sequence[Box], persons: Sequence[Box], style: Style = PLAIN_STYLE,
    rule: Heads = GENEROUS,
) -> tuple[Box, ...]:  # fmt: skip
    """What must be covered: each face, and each head on which no face is large enough to tell.

    A face spares only heads that it lies on, and not a neighbour's behind which it begins.
    """
    told = [face for face in faces if face.width >= rule.told_px]
    heads = [head_of(person, rule.above) for person in persons]
    heads = [head for head in heads if not any(is_on(face, head, rule.low) for face in told)]
    narrow = [middle_of(head, rule.width) for head in heads]
    bodies = [person.grown(BODY_MARGIN) for person in persons] if style.bodies else []
    return (*(face.grown(rule.margin) for face in faces), *narrow, *bodies)


def is_on(face: Box, head: Box, low: float) -> bool:
    """Whether a face is the one of this head: its middle lies in the middle half, not too low."""
    x, y = face.middle
    aside = abs(x - (head.x0 + head.x1) / 2)
    return aside <= head.width / 4 and head.y0 <= y <= head.y0 + low * head.height


def middle_of(box: Box, share: float) -> Box:
    """A share of its width around its middle, at full height."""
    aside = box.width * (1 - share) / 2
    return Box(box.x0 + aside, box.y0, box.x1 - aside, box.y1)


def head_of(person: Box, above: float = ABOVE) -> Box:
    """Where the head of a person must be: generous, for standing people as for busts.

    above  share of the person's height that the head may stick out of the box
    """
    height = min(max(0.22 * person.height, 0.6 * person.width), 0.5 * person.height)
    return Box(person.x0, person.y0 - above * person.height, person.x1, person.y0 + height)


def encoded(shown: Redacted, *, longest_px: int = LONGEST_PX) -> Picture:
    """Shrink to at most 960 px, or what is asked, and encode as JPEG.

    Raises RedactionError when that cannot be.
    """
    picture = colours(shown)
    height, width = picture.shape[:2]
    scale = min(1.0, longest_px / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = picture if scale == 1.0 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    data = _coded(np.asarray(small, np.uint8), ".jpg", _QUALITY)
    return Picture(width=size[0], height=size[1], data=data)


def coded(shown: Redacted, suffix: str, *, quality: int) -> bytes:
    """Encode in full size as `.jpg`, `.png` and what else OpenCV writes, without any metadata.

    Raises RedactionError when that cannot be.
    """
    return _coded(colours(shown), suffix, quality)


def colours(shown: Redacted) -> Bytes:
    """(H, W, 3) uint8 BGR; odd sides stay odd."""
    frame = shown.frame
    down, across = frame.height % 2, frame.width % 2
    y = np.pad(frame.y, ((0, down), (0, across)), mode="edge")
    packed = np.concatenate([plane.reshape(-1) for plane in (y, frame.u, frame.v)])
    stacked = packed.reshape(y.shape[0] * 3 // 2, y.shape[1])
    picture = np.asarray(cv2.cvtColor(stacked, cv2.COLOR_YUV2BGR_I420), np.uint8)
    return picture[: frame.height, : frame.width]


def _coded(picture: Bytes, suffix: str, quality: int) -> bytes:
    try:
        done, data = cv2.imencode(suffix, picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    except cv2.error as error:
        raise RedactionError(f"no {suffix} could be made: {error}") from error
    if not done:
        raise RedactionError(f"no {suffix} could be made")
    return bytes(data.tobytes())
