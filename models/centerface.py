"""CenterFace: a BGR picture in, faces out, found only to be covered.

Y. Xu et al., CenterFace: Joint Face Detection and Alignment Using Face as Point,
arXiv:1911.03599. Its landmarks are not among the outputs that we ask for.
"""

import numpy as np

from models.boxes import Floats, Ints, best, box_of
from models.letterbox import Letterbox, fit, paste
from models.session import Session, Tensor
from pipelines.flow import Bytes, Detection

OUTPUTS = ("537", "538", "539")  # heat map, scale, offset; never "540", the landmarks
FACE = "face"

_STRIDE = 4
_SIDES = 32
_OVERLAP = 0.3


class CenterFace:
    """Finds faces; safe to call from several threads.

    longest_px     to which a larger picture is shrunk
    minimum_score  low, since a face that is missed costs more than a patch too many
    """

    def __init__(
        self, session: Session, *, longest_px: int = 1280, minimum_score: float = 0.2
    ) -> None:
        self.session, self.longest_px, self.minimum_score = session, longest_px, minimum_score

    def __call__(self, picture: Bytes) -> tuple[Detection, ...]:
        """Find faces in `picture`, (H, W, 3) uint8 BGR; boxes are in its pixels."""
        tensor, place = prepare(picture, longest_px=self.longest_px)
        return decode(self.session(tensor), place, minimum_score=self.minimum_score)


def prepare(picture: Bytes, *, longest_px: int) -> tuple[Tensor, Letterbox]:
    """A picture as a (1, 3, H, W) float32 tensor, and where it lies on it."""
    height, width = picture.shape[:2]
    shrink = min(1.0, longest_px / max(height, width))
    canvas_width, canvas_height = _rounded(width * shrink), _rounded(height * shrink)
    place = fit(width, height, canvas_width, canvas_height)
    canvas = paste(picture, place, canvas_width, canvas_height)[:, :, ::-1]
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], np.float32), place


def decode(
    outputs: list[Tensor], place: Letterbox, *, minimum_score: float
) -> tuple[Detection, ...]:
    """Read heat map, scale and offset as faces in the picture's pixels."""
    heat = outputs[0][0, 0]
    rows, columns = np.nonzero(heat >= minimum_score)
    corners = _corners(rows, columns, outputs[1][0], outputs[2][0])
    scores = heat[rows, columns]
    kept = best(corners, scores, np.zeros(len(scores), np.intp), overlap=_OVERLAP)
    return tuple(
        Detection(place.back(box_of(corners[index])), FACE, float(scores[index])) for index in kept
    )


def _corners(rows: Ints, columns: Ints, scale: Tensor, offset: Tensor) -> Floats:
    """(N, 4) corners on the canvas; `scale` and `offset` are (2, h, w), vertical first."""
    heights, widths = np.exp(scale[:, rows, columns]) * _STRIDE
    down, right = offset[:, rows, columns]
    y, x = (rows + down + 0.5) * _STRIDE, (columns + right + 0.5) * _STRIDE
    sides = [x - widths / 2, y - heights / 2, x + widths / 2, y + heights / 2]
    return np.asarray(np.stack(sides, axis=1), np.float32)


def _rounded(length: float) -> int:
    """The next multiple of 32 pixels."""
    return max(_SIDES, -int(-length // _SIDES) * _SIDES)
