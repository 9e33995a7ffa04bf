"""A picture and who is on it in, a picture on which nobody can be told out.

Covering is a solid fill with the mean colour of what it covers. A blur can be inverted and a
mosaic can be matched (R. McPherson et al., Defeating Image Obfuscation with Deep Learning,
arXiv:1609.00408); a fill keeps nothing but one colour.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from pipelines.errors import RedactionError
from pipelines.flow import Box, Bytes, Picture

FACE_MARGIN = 0.3
TOLD_PX = 64.0  # a narrower face may be a profile, and its box may miss half of the head
LONGEST_PX = 960
_QUALITY = 80


def patches(faces: Sequence[Box], persons: Sequence[Box]) -> tuple[Box, ...]:
    """What must be covered: each face, and each head on which no face is large enough to tell.

    A face spares only heads that it lies on, and not a neighbour's behind which it begins.
    """
    told = [face for face in faces if face.width >= TOLD_PX]
    heads = [head for head in map(head_of, persons) if not any(_is_on(face, head) for face in told)]
    return (*(face.grown(FACE_MARGIN) for face in faces), *heads)


def _is_on(face: Box, head: Box) -> bool:
    """Whether a face is the one of this head: its middle lies in the middle half."""
    x, y = (face.x0 + face.x1) / 2, (face.y0 + face.y1) / 2
    aside = abs(x - (head.x0 + head.x1) / 2)
    return aside <= head.width / 4 and head.y0 <= y <= head.y1


def head_of(person: Box) -> Box:
    """Where the head of a person must be: generous, for standing people as for busts."""
    height = min(max(0.22 * person.height, 0.6 * person.width), 0.5 * person.height)
    above = 0.05 * person.height
    return Box(person.x0, person.y0 - above, person.x1, person.y0 + height)


def covered(picture: Bytes, boxes: Sequence[Box]) -> Bytes:
    """Return a copy of (H, W, 3) uint8 in which each box is filled with its mean colour."""
    result = picture.copy()
    height, width = picture.shape[:2]
    for box in boxes:
        inside = box.clipped(width, height)
        rows = slice(int(inside.y0), int(np.ceil(inside.y1)))
        columns = slice(int(inside.x0), int(np.ceil(inside.x1)))
        part = picture[rows, columns]
        if part.size:
            result[rows, columns] = part.reshape(-1, 3).mean(axis=0).astype(np.uint8)
    return result


def encoded(picture: Bytes) -> Picture:
    """Shrink a covered picture to at most 960 px and encode it as JPEG.

    Raises RedactionError when it cannot be encoded.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, LONGEST_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = picture if scale == 1.0 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    try:
        done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    except cv2.error as error:
        raise RedactionError(f"no JPEG could be made: {error}") from error
    if not done:
        raise RedactionError("no JPEG could be made")
    return Picture(width=size[0], height=size[1], data=data.tobytes())
