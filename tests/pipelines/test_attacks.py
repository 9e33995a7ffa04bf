"""What is covered cannot be brought back and cannot be told; the same attacks succeed on the rest.

The faces are the small grey ones that scikit-image ships for tests. Attacks compare pixels only.
"""

from collections.abc import Callable
from functools import cache
from importlib import resources

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.covering import covered_frame
from pipelines.flow import Box, Bytes, Cover
from pipelines.redaction import FACE_MARGIN
from tests.builders import frame

PEOPLE, SIDE = 100, 75
FACE = Box(9, 5, 66, 72)
BLUR_PX = 27
CHANCE = 1 / PEOPLE

Reals = npt.NDArray[np.float64]
Change = Callable[[Bytes], Bytes]


@cache
def crops() -> list[Bytes]:
    """(75, 75) uint8 each, one of each of 100 people."""
    file = resources.files("skimage.data").joinpath("lfw_subset.npy")
    with resources.as_file(file) as path:
        small = np.load(path)[:PEOPLE]
    size = (SIDE, SIDE)
    return [np.asarray(cv2.resize(each * 255, size), np.float64).clip(0, 255).astype(np.uint8)
            for each in small]  # fmt: skip


def another(crop: Bytes, number: int) -> Bytes:
    """Another picture of the same face: shifted, turned, in another light, with noise."""
    random = np.random.default_rng(number)
    centre = SIDE / 2, SIDE / 2
    turn: Reals = np.array(cv2.getRotationMatrix2D(centre, random.uniform(-3, 3), 1.0), np.float64)
    turn[:, 2] += random.uniform(-1.5, 1.5, 2)
    moved = cv2.warpAffine(crop, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
    lit: Reals = moved.astype(np.float64) * random.uniform(0.85, 1.15) + random.uniform(-12, 12)
    return np.asarray(lit + random.normal(0, 3, lit.shape)).clip(0, 255).astype(np.uint8)


def hidden(crop: Bytes, cover: Cover = "fill") -> Bytes:
    """The crop as it leaves: its face covered by what covers faces."""
    return covered_frame(frame(crop), [FACE.grown(FACE_MARGIN)], cover).y


def rate_of_matches(shown: Change, known: Change) -> float:
    """How often the nearest of all known faces is the right one, by correlation of pixels."""
    right = 0
    likely = np.stack([_normal(known(each)) for each in crops()])
    for number, crop in enumerate(crops()):
        seen = _normal(shown(another(crop, number)))
        right += int(np.argmax(likely @ seen) == number)
    return right / PEOPLE


def _normal(crop: Bytes) -> Reals:
    x0, y0, x1, y1 = (int(side) for side in FACE)
    part = crop[y0:y1, x0:x1].astype(np.float64).ravel()
    part -= part.mean()
    length = float(np.linalg.norm(part))
    return part / length if length > 0 else part


def test_the_matching_attack_tells_uncovered_faces() -> None:
    assert rate_of_matches(lambda crop: crop, lambda crop: crop) >= 0.9


def test_a_filled_face_is_told_no_better_than_by_chance() -> None:
    assert rate_of_matches(hidden, lambda crop: crop) <= 3 * CHANCE
    assert rate_of_matches(hidden, hidden) <= 3 * CHANCE


def test_cells_are_weaker_than_a_fill_as_we_say() -> None:
    def cells(crop: Bytes) -> Bytes:
        return hidden(crop, "pixelate")

    assert rate_of_matches(cells, cells) > 5 * CHANCE


def spectrum() -> npt.NDArray[np.complex128]:
    """Of one box blur over a crop."""
    kernel = np.zeros((SIDE, SIDE))
    kernel[:BLUR_PX, :BLUR_PX] = 1 / BLUR_PX**2
    return np.fft.fft2(np.roll(kernel, (-(BLUR_PX // 2), -(BLUR_PX // 2)), (0, 1)))


def box_blurred(crop: Bytes) -> Bytes:
    """What others do: one box blur, in 8 bits again."""
    blurred = np.fft.ifft2(np.fft.fft2(crop.astype(float)) * spectrum()).real
    return np.rint(blurred).clip(0, 255).astype(np.uint8)


def inverted(crop: Bytes) -> Bytes:
    """Undo a box blur of known size: N. Wiener's deconvolution."""
    of_blur = spectrum()
    back = np.fft.fft2(crop.astype(float)) * of_blur.conj() / (np.abs(of_blur) ** 2 + 1e-4)
    return np.fft.ifft2(back).real.clip(0, 255).astype(np.uint8)


def likeness(one: Bytes, other: Bytes) -> float:
    """Correlation of what lies on the face, -1..1."""
    return float(_normal(one) @ _normal(other))


def test_the_inversion_attack_brings_blurred_faces_back() -> None:
    brought = [likeness(inverted(box_blurred(crop)), crop) for crop in crops()]
    before = [likeness(box_blurred(crop), crop) for crop in crops()]
    assert np.median(brought) > 0.95
    assert np.median(brought) > np.median(before) + 0.2


def test_the_inversion_attack_brings_nothing_of_a_filled_face_back() -> None:
    brought = [abs(likeness(inverted(hidden(crop)), crop)) for crop in crops()]
    right = sum(
        int(np.argmax([likeness(inverted(hidden(crop)), each) for each in crops()]) == number)
        for number, crop in enumerate(crops())
    )
    assert np.median(brought) < 0.3
    assert right / PEOPLE <= 3 * CHANCE
