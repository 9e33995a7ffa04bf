"""No input, a walking astronaut out: a public photograph, cut out, with legs drawn below."""

import functools

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes
from tocsin.demo.figure import POSES, Figure, Points, mixed, photograph

_SUIT = (42, 80, 210)
_BOOT = (40, 38, 42)
_FIGURE_SIZE = (1150, 640)  # rows, columns; the person's picture lands at its top, in the middle
_SIDE = 64  # columns left of the person's picture

_SURELY_PERSON: Points = [
    (165, 70), (230, 30), (290, 80), (268, 130), (250, 180), (262, 205), (300, 240), (340, 290),
    (350, 345), (400, 350), (470, 400), (490, 470), (485, 511), (60, 511), (40, 440), (50, 330),
    (90, 240), (125, 200), (190, 180), (178, 110),
]  # fmt: skip
_PERHAPS_PERSON: Points = [
    (145, 60), (175, 20), (230, 8), (285, 22), (308, 80), (298, 122), (276, 132), (262, 172),
    (285, 190), (310, 215), (312, 238), (345, 262), (370, 345), (420, 335), (480, 370),
    (505, 440), (511, 511), (10, 511), (12, 420), (30, 310), (60, 255), (105, 210), (105, 180),
    (135, 150), (180, 140), (150, 100),
]  # fmt: skip


@functools.cache
def person() -> tuple[Figure, ...]:
    """A walking cycle of the astronaut, 1.75 m high."""
    picture = photograph("astronaut.png")
    upper = _cut_out(picture)
    return tuple(_standing(picture, upper, pose / POSES) for pose in range(POSES))


def _cut_out(picture: Bytes) -> Bytes:
    """The person's alpha: GrabCut between two outlines drawn by hand."""
    mask = np.full(picture.shape[:2], cv2.GC_BGD, np.uint8)
    cv2.fillPoly(mask, [np.array(_PERHAPS_PERSON, np.int32)], cv2.GC_PR_FGD)
    cv2.fillPoly(mask, [np.array(_SURELY_PERSON, np.int32)], cv2.GC_FGD)
    cv2.setRNGSeed(1)
    inner, outer = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(picture, mask, (0, 0, 1, 1), inner, outer, 3, cv2.GC_INIT_WITH_MASK)
    found = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * 255
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 1.2), np.uint8)


def _standing(picture: Bytes, upper: Bytes, phase: float) -> Figure:
    """One pose of the person: drawn legs below, the picture above, bobbing a little."""
    bgr = np.full((*_FIGURE_SIZE, 3), _SUIT, np.uint8)
    alpha = np.zeros(_FIGURE_SIZE, np.uint8)
    swing = np.sin(2 * np.pi * phase)
    _leg(bgr, alpha, hip=(250.0, 560.0), swing=-swing, shade=0.82)
    _leg(bgr, alpha, hip=(362.0, 560.0), swing=swing, shade=0.98)
    _hips(bgr, alpha)
    bgr = _creased(bgr)
    bob = 8 + round(8 * abs(swing))
    inside = np.s_[bob : bob + 512, _SIDE : _SIDE + 512]
    bgr[inside] = mixed(bgr[inside], picture, upper)
    alpha[inside] = np.maximum(alpha[inside], upper)
    return Figure(bgr, alpha, 1.75)


def _leg(bgr: Bytes, alpha: Bytes, *, hip: tuple[float, float], swing: float, shade: float) -> None:
    """Thigh, shin and boot; `swing` -1..1 moves the foot sideways and lifts it."""
    lift = 46 * max(0.0, swing)
    knee = (hip[0] + 34 * swing, hip[1] + 245 - lift * 0.6)
    ankle = (hip[0] + 48 * swing, hip[1] + 500 - lift)
    _limb(bgr, alpha, hip, knee, (168, 122), shade)
    _limb(bgr, alpha, knee, ankle, (122, 92), shade)
    sole = (round(ankle[0]), round(ankle[1] + 42))
    for canvas, colour in ((bgr, _BOOT), (alpha, 255)):
        cv2.ellipse(canvas, sole, (66, 46), 0, 180, 360, colour, -1, cv2.LINE_AA)
        cv2.rectangle(canvas, (sole[0] - 66, sole[1]), (sole[0] + 66, sole[1] + 16), colour, -1)


def _limb(
    bgr: Bytes,
    alpha: Bytes,
    start: tuple[float, float],
    end: tuple[float, float],
    widths: tuple[int, int],
    shade: float,
) -> None:
    """A sleeve of cloth from `start` to `end`, lit from the left, in thin slices."""
    for share in np.linspace(-0.62, 0.62, 24):
        light = shade * (1.02 - 0.4 * (share + 0.2) ** 2 - 0.2 * share)
        colour = tuple(float(min(255, part * light)) for part in _SUIT)
        for canvas, paint in ((bgr, colour), (alpha, (255.0,))):
            edge = [
                (round(start[0] + share * widths[0] * 0.8), round(start[1])),
                (round(end[0] + share * widths[1] * 0.8), round(end[1])),
            ]
            cv2.line(canvas, edge[0], edge[1], paint, 10, cv2.LINE_AA)


def _hips(bgr: Bytes, alpha: Bytes) -> None:
    """What the picture's lower edge cut off: the waist, a glove and the helmet's lower half."""
    waist = np.array([(150, 480), (440, 480), (446, 600), (306, 650), (160, 600)], np.int32)
    shapes = (
        (waist, [part * 0.86 for part in _SUIT]),
        (_arc((150, 508), (54, 50)), (58, 36, 52)),
        (_arc((452, 462), (108, 112)), (10, 9, 9)),
    )
    for outline, colour in shapes:
        cv2.fillPoly(bgr, [outline], colour, cv2.LINE_AA)
        cv2.fillPoly(alpha, [outline], 255, cv2.LINE_AA)


def _arc(middle: tuple[int, int], axes: tuple[int, int]) -> npt.NDArray[np.int32]:
    """An ellipse as an outline (N, 2)."""
    points = cv2.ellipse2Poly(middle, axes, 0, 0, 360, 6)
    return np.asarray(points, np.int32)


def _creased(bgr: Bytes) -> Bytes:
    """Cloth below the picture's edge gets folds, so that it is no flat paint."""
    random = np.random.default_rng(7)
    rough = random.normal(0, 1, (bgr.shape[0] // 16, bgr.shape[1] // 40)).astype(np.float32)
    folds = cv2.resize(rough, bgr.shape[1::-1], interpolation=cv2.INTER_CUBIC) * 0.07
    folds[:480] = 0
    return np.asarray(np.clip(bgr * (1 + folds[..., None]), 0, 255), np.uint8)
