"""No input, a prowling cat out: the photograph of a face, with a body drawn in its fur."""

import functools

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes
from tocsin.demo.figure import POSES, Figure, Points, mixed, photograph

_SIZE = (420, 700)  # rows, columns
_HEAD = (410, 70)
_HEAD_SCALE = 0.62
_FACE: Points = [
    (40, 8), (110, 0), (330, 0), (372, 50), (360, 110), (345, 190), (300, 262), (250, 296),
    (170, 292), (90, 250), (44, 180), (28, 90),
]  # fmt: skip
_EARS: tuple[Points, Points] = (
    [(28, 70), (44, -112), (190, -18)],
    [(214, -18), (352, -104), (372, 70)],
)  # around the face, in the pixels of its photograph


@functools.cache
def cat() -> tuple[Figure, ...]:
    """A walking cycle of a grey tabby, seen from its right side, 0.47 m high."""
    picture = photograph("chelsea.png")
    return tuple(_prowling(picture, pose / POSES) for pose in range(POSES))


def _prowling(picture: Bytes, phase: float) -> Figure:
    """One pose of the cat: a drawn body in its own fur, its photographed face in front."""
    cloth = _fur(picture, _SIZE)
    far, body, near = (np.zeros(_SIZE, np.uint8) for _ in range(3))
    swing = 2 * np.pi * phase
    for x, y, turn in ((210, 270, 0.0), (415, 270, np.pi * 0.5)):
        _paw(far, x + 24, y, swing + turn + np.pi)
        _paw(near, x, y, swing + turn)
    _trunk(body, swing)
    shade = np.where(np.arange(_SIZE[0]) < 250, 0.95, 0.5)[:, None, None]  # under the belly
    fur = mixed(np.asarray(cloth * shade, np.uint8), _rounded(cloth), body)
    fur = mixed(fur, np.asarray(cloth * 0.8, np.uint8), near)
    alpha = np.maximum(np.maximum(far, body), near)
    _head(fur, alpha, picture, bob=round(3 * np.sin(2 * swing)))
    return Figure(fur, alpha, 0.47)


def _fur(picture: Bytes, size: tuple[int, int]) -> Bytes:
    """A cloth of the cat's cheek and forehead, mirrored until it covers (rows, columns)."""
    patch = picture[8:78, 120:300]
    patch = np.asarray(cv2.resize(patch, None, fx=0.55, fy=0.9), np.uint8)
    row = np.hstack((patch, patch[:, ::-1]))
    tile = np.vstack((row, row[::-1]))
    rows, columns = -(-size[0] // tile.shape[0]), -(-size[1] // tile.shape[1])
    sheet = np.tile(tile, (rows, columns, 1))[: size[0], : size[1]].astype(np.float32)
    middle = sheet.mean(axis=(0, 1))
    return _faded(np.clip((middle + (sheet - middle) * 0.88) * 1.1, 0, 255).astype(np.uint8), 0.2)


def _faded(picture: Bytes, colour: float) -> Bytes:
    """A picture of which the share `colour` of its colour is left: a ginger cat turns grey."""
    grey = picture.mean(axis=2, keepdims=True)
    return np.asarray(grey + (picture - grey) * colour, np.uint8)


def _rounded(fur: Bytes) -> Bytes:
    """The trunk shaded as a cylinder lit from above."""
    rows = np.arange(fur.shape[0], dtype=np.float32)
    light = np.clip(1.12 - ((rows - 150) / 190) ** 2 * 0.75, 0.4, 1.12)
    return np.asarray(np.clip(fur * light[:, None, None], 0, 255), np.uint8)


def _paw(mask: Bytes, x: float, y: float, angle: float) -> None:
    """A leg from the body at (x, y) down to the ground, `angle` within its step."""
    reach, lift = 40 * np.sin(angle), 24 * max(0.0, np.cos(angle))
    knee = (round(x + reach * 0.25 + 6), round(y + 62 - lift * 0.4))
    foot = (round(x + reach), round(404 - lift))
    cv2.line(mask, (round(x), round(y)), knee, 255, 52, cv2.LINE_AA)
    cv2.line(mask, knee, foot, 255, 42, cv2.LINE_AA)
    cv2.ellipse(mask, (foot[0] + 9, foot[1] + 2), (23, 13), 0, 0, 360, 255, -1, cv2.LINE_AA)


def _trunk(mask: Bytes, swing: float) -> None:
    """Body, neck, skull and a tail that sways."""
    for middle, axes in (((310, 230), (155, 86)), ((208, 236), (80, 94)), ((405, 228), (88, 96))):
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.line(mask, (415, 220), (480, 180), 255, 110, cv2.LINE_AA)
    cv2.ellipse(mask, (534, 95), (93, 59), 4, 0, 360, 255, -1, cv2.LINE_AA)
    bend = np.linspace(0, 1, 14)
    xs = 150 - 116 * bend
    ys = 222 - 150 * bend**1.6 + 14 * np.sin(swing + 3 * bend)
    tail = np.stack((xs, ys), axis=1).round().astype(np.int32)
    cv2.polylines(mask, [tail], isClosed=False, color=255, thickness=26, lineType=cv2.LINE_AA)


def _head(fur: Bytes, alpha: Bytes, picture: Bytes, *, bob: int) -> None:
    """The photographed face, with ears where the photograph ends."""
    left, top = _HEAD[0], _HEAD[1] + bob
    face = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(face, [np.array(_FACE, np.int32)], 255, cv2.LINE_AA)
    small = np.asarray(
        cv2.resize(_faded(picture, 0.3), None, fx=_HEAD_SCALE, fy=_HEAD_SCALE), np.uint8
    )
    soft = cv2.resize(cv2.GaussianBlur(face, (0, 0), 4), small.shape[1::-1])
    for corners in _EARS:
        _ear(fur, alpha, np.array(corners, np.float32) * _HEAD_SCALE + (left, top))
    inside = np.s_[top : top + small.shape[0], left : left + small.shape[1]]
    fur[inside] = mixed(fur[inside], small, np.asarray(soft, np.uint8))
    alpha[inside] = np.maximum(alpha[inside], soft)


def _ear(fur: Bytes, alpha: Bytes, corners: npt.NDArray[np.float32]) -> None:
    """A triangle of fur with a pink inside."""
    middle = corners.mean(axis=0)
    inner = middle + (corners - middle) * 0.55
    cv2.fillConvexPoly(alpha, corners.round().astype(np.int32), 255, cv2.LINE_AA)
    cv2.fillConvexPoly(fur, inner.round().astype(np.int32), (122, 132, 166), cv2.LINE_AA)
