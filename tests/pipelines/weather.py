"""A street that we draw, and what happens to it and to the camera that sees it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Frame
from pipelines.zones import Zone
from tests.builders import frame

Luma = npt.NDArray[np.float32]
Change = Callable[[Luma, float], Luma]

WIDTH, HEIGHT = 320, 180
NOON_S = 1_750_000_000.0
MASKS = (
    Zone(id="window", polygon=((0.1, 0.1), (0.35, 0.1), (0.35, 0.4), (0.1, 0.4))),
    Zone(id="door", polygon=((0.6, 0.15), (0.8, 0.15), (0.8, 0.5), (0.6, 0.5))),
)


def street(seed: int = 5, width: int = WIDTH, height: int = HEIGHT) -> Luma:
    """Houses with windows below a sky, a road before them: hard edges, light and dark."""
    random = np.random.default_rng(seed)
    picture = np.full((height, width), 190, np.float32)
    left = 0
    while left < width:
        wide, top = int(random.integers(30, 70)), int(random.integers(10, height // 2))
        picture[top : height * 2 // 3, left : left + wide] = random.integers(70, 150)
        for x in range(left + 6, left + wide - 10, 16):
            for y in range(top + 8, height * 2 // 3 - 14, 20):
                picture[y : y + 10, x : x + 7] = random.integers(20, 220)
        left += wide
    picture[height * 2 // 3 :] = 95
    for x in range(0, width, 40):
        spot = x + int(random.integers(0, 12))
        picture[height * 3 // 4 :: 18, spot : spot + 20] = 200
    return picture + random.normal(0, 6, picture.shape).astype(np.float32)


@dataclass
class Noise:
    """A sensor's noise: windows into some planes drawn beforehand."""

    sigma: float = 2.0
    every_s: float = 0.0
    size: tuple[int, int] = (HEIGHT, WIDTH)
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(2))

    def __post_init__(self) -> None:
        height, width = self.size
        self.plane = self.random.normal(0, 1, (height + 64, width + 64)).astype(np.float32)
        self.until_s, self.last = float("-inf"), self.plane[:height, :width]

    def __call__(self, at_s: float) -> Luma:
        """The noise of one frame; for `every_s` it stays as it is, as of a thrifty encoder."""
        if at_s >= self.until_s:
            y, x = self.random.integers(0, 64, 2)
            self.last = self.plane[y : y + self.size[0], x : x + self.size[1]]
            self.until_s = at_s + self.every_s
        return self.last * np.float32(self.sigma)


def film(
    seconds: float,
    *changes: Change,
    fps: float = 10,
    start_s: float = 0.0,
    noise: Noise | None = None,
    scene: Luma | None = None,
    colour: Callable[[float], tuple[int, int]] = lambda _: (112, 140),
) -> Iterator[Frame]:
    """Frames of the street; `changes` take it in turn, with the seconds since noon."""
    still = street() if scene is None else scene
    grain = noise or Noise(size=(still.shape[0], still.shape[1]))
    for number in range(round(seconds * fps)):
        at_s = start_s + number / fps
        luma = still
        for change in changes:
            luma = change(luma, at_s)
        seen = np.clip(luma + grain(at_s), 0, 255).astype(np.uint8)
        yield frame(seen, at_s=NOON_S + at_s, colour=colour(at_s))


def between(begin_s: float, end_s: float, change: Change) -> Change:
    """The change, only from `begin_s` to `end_s`."""
    return lambda luma, at_s: change(luma, at_s) if begin_s <= at_s < end_s else luma


def lit(factor: float) -> Change:
    """More or less light."""
    return lambda luma, _: luma * np.float32(factor)


def dusk(begin_s: float, end_s: float, factor: float) -> Change:
    """Light that fades from all to `factor`."""

    def fade(luma: Luma, at_s: float) -> Luma:
        share = min(max((at_s - begin_s) / (end_s - begin_s), 0.0), 1.0)
        return luma * np.float32(1 + (factor - 1) * share)

    return fade


def infrared(luma: Luma, _: float) -> Luma:
    """Some things turn light, some dark, and the lamp at the camera lights the middle."""
    ys, xs = np.ogrid[-1 : 1 : luma.shape[0] * 1j, -1 : 1 : luma.shape[1] * 1j]
    lamp = np.exp(-(xs**2) - ys**2)
    turned = np.where(luma > 150, 40, 0.35 * (255 - luma) + 20)
    return np.asarray(turned * (0.5 + lamp), np.float32)


def flat(level: float) -> Change:
    """One grey all over."""
    return lambda luma, _: np.full_like(luma, level)


def blurred(sigma: float) -> Change:
    """Out of focus."""
    return lambda luma, _: np.asarray(cv2.GaussianBlur(luma, (0, 0), sigma), np.float32)


def turned(share: float) -> Change:
    """The camera is turned by a share of its view; what comes into it is another street."""

    def turn(luma: Luma, _: float) -> Luma:
        by = round(share * luma.shape[1])
        return np.hstack([luma[:, by:], street(9)[:, :by]])

    return turn


def lorry(begin_s: float, takes_s: float) -> Change:
    """A ribbed lorry over most of the picture, from the left to the right."""
    random = np.random.default_rng(1)
    side = np.full((HEIGHT * 5 // 6, WIDTH * 6 // 5), 225, np.float32)
    side[:, ::12] = 150
    side[20:60, 40:200] = random.integers(30, 220, (40, 160))
    side[-24:] = 30

    def drive(luma: Luma, at_s: float) -> Luma:
        if not begin_s <= at_s < begin_s + takes_s:
            return luma
        way = luma.shape[1] + side.shape[1]
        right = round((at_s - begin_s) / takes_s * way)
        left = right - side.shape[1]
        driven = luma.copy()
        x0, x1 = max(left, 0), min(right, luma.shape[1])
        driven[-side.shape[0] :, x0:x1] = side[:, x0 - left : x1 - left]
        return driven

    return drive


def walker(luma: Luma, at_s: float) -> Luma:
    """Somebody who walks up and down."""
    x = round(120 + 100 * np.sin(at_s / 3))
    walked = luma.copy()
    walked[90:150, x : x + 20] = 15
    return walked


def swaying(luma: Luma, at_s: float) -> Luma:
    """Trees over the left half, in the wind."""
    ys, xs = np.mgrid[0 : luma.shape[0], 0 : luma.shape[1] // 2].astype(np.float32)
    moved = xs + np.float32(3) * np.sin(ys / 7 + np.float32(4 * at_s))
    swayed = luma.copy()
    swayed[:, : luma.shape[1] // 2] = cv2.remap(
        luma, moved.astype(np.float32), ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return swayed


def rain(begin_s: float, end_s: float) -> Change:
    """Streaks, and the noise of a picture that has become dull."""
    noise = Noise(9.0)
    random = np.random.default_rng(4)

    def fall(luma: Luma, at_s: float) -> Luma:
        wet = luma * np.float32(0.85) + noise(at_s)
        for x, y in zip(
            random.integers(0, luma.shape[1], 90), random.integers(0, luma.shape[0] - 20, 90),
            strict=True,
        ):  # fmt: skip
            wet[y : y + 18, x] += 60
        return wet

    return between(begin_s, end_s, fall)


def clock_in_the_corner(luma: Luma, at_s: float) -> Luma:
    """Digits that change each second, burnt into the picture."""
    marked = luma.copy()
    bits = np.random.default_rng(int(at_s)).integers(0, 2, (2, 12)) * 255
    marked[4:20, 8:104] = np.kron(bits, np.ones((8, 8)))
    return marked
