"""A scene of the script in, its frames out: background, actors, light, noise, as planar 4:2:0."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Box, Bytes
from tocsin.demo import places
from tocsin.demo.figure import Figure
from tocsin.demo.script import LOOP_S, Role, Scene
from tocsin.demo.stage import Point, Set, View, paint

Affine = npt.NDArray[np.float32]

_NOISE = 1.8  # grey levels by day
_NOISE_PLANES = 12
_NOISE_MARGIN_PX = 64
_SHADOW = (-0.5, 0.42)  # metres per metre of height, east and north
_CLOTH_LUMA = 24


def frames(
    scene: Scene, *, seconds: float = LOOP_S, width: int = 1280, start_s: float = 0.0
) -> Iterator[Bytes]:
    """Draw a scene from `start_s` on; each frame is I420, (H * 3 / 2, W) uint8."""
    painter = Painter(scene, width=width)
    first = round(start_s * scene.fps)
    for number in range(first, first + round(seconds * scene.fps)):
        yield painter(number / scene.fps)


class Outline(NamedTuple):
    """Where an actor is in a frame.

    role     the actor's number in the scene
    box      around what is seen of the actor, pixels
    visible  share of the actor that is neither hidden nor outside, 0..1
    """

    role: int
    box: Box
    visible: float


class Painter:
    """Keeps a scene's background and its grain; call it with seconds into the loop."""

    def __init__(self, scene: Scene, *, width: int = 1280) -> None:
        view = replace(scene.view, width=width, height=width * 9 // 16)
        self.scene = scene
        self.set = background(scene, view)
        noise = _NOISE / scene.light**0.5  # a sensor's gain lifts its noise, too
        self.grain = Grain(view, seed=sum(scene.name.encode()), noise=noise)

    def __call__(self, at_s: float) -> Bytes:
        """The frame at `at_s`, as I420."""
        at_s %= LOOP_S
        picture = self.picture(at_s)
        planar = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        brightness = planar[: picture.shape[0]]
        edge = self._cloth_edge(at_s, picture.shape[0])
        _hang_cloth(planar, edge)
        self.grain(brightness, below=edge)
        return planar

    def picture(self, at_s: float) -> Bytes:
        """The frame as (H, W, 3) BGR, before grain and cloth."""
        picture = self.set.bgr.copy()
        if self.scene.sways_px is not None:
            _sway(picture, self.scene.sways_px, at_s)
        for role in self.scene.roles:
            _act(picture, self.set, role, at_s)
        light = self.scene.light * (1 + 0.035 * np.sin(2 * np.pi * at_s / LOOP_S))
        curve = np.clip(np.arange(256) * light, 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(picture, curve), np.uint8)

    def outlines(self, at_s: float) -> list[Outline]:
        """Who is in the picture at `at_s`, were it only by a shadow."""
        found = []
        for number, role in enumerate(self.scene.roles):
            spot = role.spot(at_s % LOOP_S)
            if spot is not None:
                outline = _outline(self.set, role.pose(at_s % LOOP_S), (*spot, 0.0), number)
                found += [outline] if outline else []
        return found

    def _cloth_edge(self, at_s: float, height: int) -> int:
        """Rows from the top that the cloth hides; it takes half a second to come and to go."""
        if self.scene.covered_s is None:
            return 0
        begin, end = self.scene.covered_s
        share = min(at_s - begin, end - at_s) / 0.5
        return round(height * min(max(share, 0.0), 1.0)) // 2 * 2


class Grain:
    """A sensor's noise, new in every frame: windows into a ring of planes drawn beforehand."""

    def __init__(self, view: View, *, seed: int, noise: float) -> None:
        self.random = np.random.default_rng(seed)
        size = (view.height + _NOISE_MARGIN_PX, view.width + _NOISE_MARGIN_PX)
        planes = [self.random.normal(0, noise, size) for _ in range(_NOISE_PLANES)]
        self.brighter = [np.maximum(np.rint(p), 0).astype(np.uint8) for p in planes]
        self.darker = [np.maximum(np.rint(-p), 0).astype(np.uint8) for p in planes]
        self.faint = [np.maximum(np.rint(p * 0.35), 0).astype(np.uint8) for p in planes]

    def __call__(self, brightness: Bytes, *, below: int = 0) -> None:
        """Add noise to the rows from `below` on, and a faint one to the rows above."""
        plane = int(self.random.integers(_NOISE_PLANES))
        top, left = (int(part) for part in self.random.integers(_NOISE_MARGIN_PX, size=2))
        rows, columns = brightness.shape
        part = np.s_[top : top + rows, left : left + columns]
        sharp, hidden = brightness[below:], brightness[:below]
        if below < rows:
            brighter, darker = self.brighter[plane][part], self.darker[plane][part]
            sharp[:] = cv2.subtract(cv2.add(sharp, brighter[below:]), darker[below:])
        if below:
            hidden[:] = cv2.add(hidden, self.faint[plane][part][:below])


def background(scene: Scene, view: View) -> Set:
    """The empty place through the camera's lens: a little soft, darker towards the corners."""
    painted = paint(view, list(scene.walls()), places.heaven())
    soft = cv2.GaussianBlur(painted.bgr, (0, 0), 0.7 * view.width / 1280)
    ys, xs = np.ogrid[-1 : 1 : view.height * 1j, -1 : 1 : view.width * 1j]
    falloff = 1.03 - 0.2 * ((xs * 0.8) ** 2 + (ys * 0.6) ** 2)
    bgr = np.clip(soft * falloff[..., None], 0, 255).astype(np.uint8)
    _label(bgr, scene.title)
    return replace(painted, bgr=bgr)


def _label(bgr: Bytes, title: str) -> None:
    """The camera's name in a corner, as recorders print it."""
    size = bgr.shape[1] / 1280
    spot = (round(28 * size), round(48 * size))
    for colour, thick in (((30, 30, 30), 4), ((235, 235, 235), 2)):
        thickness = max(1, round(thick * size))
        cv2.putText(
            bgr, title, spot, cv2.FONT_HERSHEY_DUPLEX, 0.9 * size, colour, thickness, cv2.LINE_AA
        )


def _act(picture: Bytes, set_: Set, role: Role, at_s: float) -> None:
    """Put an actor and the shadow into the picture, unless away."""
    spot = role.spot(at_s)
    if spot is None:
        return
    figure, foot = role.pose(at_s), (spot[0], spot[1], 0.0)
    standing = _upright(set_.view, figure, foot)
    seen = _seen(set_, foot)
    shadow = _shadow(set_, figure, foot)
    window = _window(shadow)
    if window is not None:
        dark = cv2.GaussianBlur(shadow[window], (0, 0), 3).astype(np.float32)[..., None] / 255
        picture[window] = picture[window] * (1 - 0.45 * dark * seen[window][..., None])
    _overlay(picture, figure, standing, _alpha(set_, figure, foot))


def _outline(set_: Set, figure: Figure, foot: Point, number: int) -> Outline | None:
    alpha = _alpha(set_, figure, foot)
    if not alpha.any() and not (_shadow(set_, figure, foot) * _seen(set_, foot)).any():
        return None
    left, top, wide, high = cv2.boundingRect(alpha)
    scale = float(_upright(set_.view, figure, foot)[0, 0])
    whole = float(figure.alpha.sum()) * scale * scale
    box = Box(left, top, left + wide, top + high)
    return Outline(number, box, round(min(1.0, float(alpha.sum()) / whole), 3))


def _seen(set_: Set, foot: Point) -> npt.NDArray[np.bool_]:
    """Pixels (H, W) in which nothing stands before somebody at `foot`."""
    return set_.away_m > set_.view.away_m(foot) - 0.05


def _alpha(set_: Set, figure: Figure, foot: Point) -> Bytes:
    """How much of each pixel the figure covers, (H, W) uint8."""
    size = (set_.view.width, set_.view.height)
    warped = cv2.warpAffine(figure.alpha, _upright(set_.view, figure, foot), size)
    return np.asarray(warped * _seen(set_, foot), np.uint8)


def _shadow(set_: Set, figure: Figure, foot: Point) -> Bytes:
    """How deep the figure's shadow is in each pixel, (H, W) uint8, hidden or not."""
    lying, size = _on_ground(set_.view, figure, foot), (set_.view.width, set_.view.height)
    return np.asarray(cv2.warpAffine(figure.alpha, lying, size, flags=cv2.INTER_LINEAR), np.uint8)


def _overlay(picture: Bytes, figure: Figure, onto: Affine, alpha: Bytes) -> None:
    """Mix the figure in where `alpha` (H, W) says so."""
    window = _window(alpha)
    if window is None:
        return
    warped = cv2.warpAffine(figure.bgr, onto, alpha.shape[::-1])[window]
    share = alpha[window][..., None].astype(np.float32) / 255
    below = picture[window]
    picture[window] = below + (warped * 0.94 - below) * share


def _window(alpha: npt.NDArray[np.uint8] | cv2.typing.MatLike) -> tuple[slice, slice] | None:
    """The part of a picture in which something is."""
    left, top, wide, high = cv2.boundingRect(alpha)
    if not wide or not high:
        return None
    return slice(max(0, top - 8), top + high + 8), slice(max(0, left - 8), left + wide + 8)


def _upright(view: View, figure: Figure, foot: Point) -> Affine:
    """From the figure's pixels to the picture's, facing the lens."""
    scale = view.height_px(foot, figure.height_m) / figure.bgr.shape[0]
    x, y = view.pixel(foot)
    rows, columns = figure.bgr.shape[:2]
    return np.array([[scale, 0, x - scale * columns / 2], [0, scale, y - scale * rows]], np.float32)


def _on_ground(view: View, figure: Figure, foot: Point) -> Affine:
    """From the figure's pixels to its shadow's."""
    rows, columns = figure.bgr.shape[:2]
    (dx, dy), half = _SHADOW, figure.height_m * columns / rows / 2
    aside = (half * dy / np.hypot(dx, dy), -half * dx / np.hypot(dx, dy))
    corners = (
        (foot[0] - aside[0], foot[1] - aside[1], 0.0),
        (foot[0] + aside[0], foot[1] + aside[1], 0.0),
        (foot[0] + dx * figure.height_m, foot[1] + dy * figure.height_m, 0.0),
    )
    image = [view.pixel(corner) for corner in corners]
    own = np.array([[0, rows], [columns, rows], [columns / 2, 0]], np.float32)
    return np.asarray(cv2.getAffineTransform(own, np.array(image, np.float32)), np.float32)


def _hang_cloth(planar: Bytes, edge: int) -> None:
    """Dark cloth over the first `edge` rows of an I420 frame."""
    if not edge:
        return
    height, width = planar.shape[0] * 2 // 3, planar.shape[1]
    planar[:edge] = (_CLOTH_LUMA + np.linspace(0, 3, width)).astype(np.uint8)
    chroma = planar[height:].reshape(2, height // 2, width // 2)
    chroma[:, : edge // 2] = 128


def _sway(picture: Bytes, box_px: tuple[int, int, int, int], at_s: float) -> None:
    """Let the wind pull a part of the picture to and fro by a few pixels, now and then."""
    scale = picture.shape[1] / 1280
    left, top, right, bottom = (round(side * scale) for side in box_px)
    part = picture[top:bottom, left:right]
    wind = max(0.0, np.sin(2 * np.pi * at_s / 12)) * 3.0 * scale
    ys, xs = np.mgrid[0 : bottom - top, 0 : right - left].astype(np.float32)
    moved = (ys + wind * np.sin(xs / (9 * scale) + 5 * at_s)).astype(np.float32)
    picture[top:bottom, left:right] = cv2.remap(
        part, xs, moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
