"""What befalls a camera, drawn over real pictures, and what only looks as if it did.

Each takes an (H, W, 3) uint8 BGR picture and the seconds since it began, and gives one like it.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes, Rule

Change = Callable[[Bytes, float], Bytes]
Reals = npt.NDArray[np.float32]

_RANDOM = np.random.default_rng(7)
_GRAIN = _RANDOM.normal(0, 9, (1400, 2300, 1)).astype(np.float32)
_SIDE = _RANDOM.integers(30, 230, (24, 60, 3)).astype(np.uint8)
_CROWD = _RANDOM.random((25, 6))


def _clipped(picture: Reals) -> Bytes:
    return np.asarray(picture.clip(0, 255), np.uint8)


def lit(factor: float, plus: float = 0.0) -> Change:
    """More or less light, or a veil of it."""
    return lambda seen, _: _clipped(seen.astype(np.float32) * np.float32(factor) + np.float32(plus))


def blurred(share: float) -> Change:
    """Out of focus: the standard deviation is a share of the picture's width."""
    return lambda seen, _: _soft(seen, share)


def turned(across: float, down: float = 0.0, *, by_deg: float = 0.0, zoom: float = 1.0) -> Change:
    """The camera looks elsewhere; what comes into its view is what was at the border, mirrored."""

    def turn(seen: Bytes, _: float) -> Bytes:
        high, wide = seen.shape[:2]
        way = cv2.getRotationMatrix2D((wide / 2, high / 2), by_deg, zoom)
        way[:, 2] += across * wide, down * high
        return np.asarray(
            cv2.warpAffine(seen, way, (wide, high), borderMode=cv2.BORDER_REFLECT), np.uint8
        )

    return turn


def upside_down(seen: Bytes, _: float) -> Bytes:
    """The camera hangs from one screw."""
    return np.ascontiguousarray(seen[::-1, ::-1])


def hand(seen: Bytes, _: float) -> Bytes:
    """A hand before the lens: dark and light skin without an edge."""
    high, wide = seen.shape[:2]
    blobs = cv2.GaussianBlur(_GRAIN[:high, :wide], (0, 0), wide / 12)
    blobs = (blobs / np.abs(blobs).max())[..., None]
    colour, more = np.array((60, 80, 120)), np.array((25, 30, 40))
    return _clipped(colour + more * blobs + np.float32(0.02) * seen)


def spray(seen: Bytes, _: float) -> Bytes:
    """Paint in the middle of the lens."""
    high, wide = seen.shape[:2]
    ys, xs = np.ogrid[-0.5 : 0.5 : high * 1j, -0.5 : 0.5 : wide * 1j]
    inside = (xs**2 + ys**2 < 0.45**2).astype(np.float32)
    painted = cv2.GaussianBlur(inside, (0, 0), wide / 60)[..., None]
    return _clipped(seen * (1 - painted) + 25 * painted)


def bag(seen: Bytes, _: float) -> Bytes:
    """A thin plastic bag over the camera."""
    return _clipped(_soft(seen, 1 / 25).astype(np.float32) * np.float32(0.3) + 150)


def _soft(seen: Bytes, share: float) -> Bytes:
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), share * seen.shape[1]), np.uint8)


ILLS: dict[str, tuple[Change | None, frozenset[Rule]]] = {
    "covered, grey": (lit(0, 70), frozenset({"camera-blind"})),
    "a hand": (hand, frozenset({"camera-blind", "scene-changed"})),
    "paint": (spray, frozenset({"camera-blind", "scene-changed"})),
    "a bag": (bag, frozenset({"camera-blind"})),
    "light × .06": (lit(0.06), frozenset({"too-dark"})),
    "light × .03": (lit(0.03), frozenset({"too-dark"})),
    "black": (lit(0), frozenset({"too-dark"})),
    "light × 2 + 150": (lit(2, 150), frozenset({"too-bright"})),
    "light × 1.5 + 190": (lit(1.5, 190), frozenset({"too-bright"})),
    "white": (lit(0, 255), frozenset({"too-bright"})),
    "blur of 1/213": (blurred(3 / 640), frozenset({"out-of-focus"})),
    "blur of 1/128": (blurred(5 / 640), frozenset({"out-of-focus"})),
    "blur of 1/64": (blurred(10 / 640), frozenset({"out-of-focus"})),
    "turned by .05": (turned(0.05), frozenset({"scene-changed"})),
    "turned by .1, .05": (turned(0.1, 0.05), frozenset({"scene-changed"})),
    "turned by .3, .1": (turned(0.3, 0.1), frozenset({"scene-changed"})),
    "tilted by .2": (turned(0, 0.2), frozenset({"scene-changed"})),
    "rolled by 5°": (turned(0, by_deg=5), frozenset({"scene-changed"})),
    "rolled by 15°": (turned(0, by_deg=15), frozenset({"scene-changed"})),
    "zoomed by 1.3": (turned(0, zoom=1.3), frozenset({"scene-changed"})),
    "upside down": (upside_down, frozenset({"scene-changed"})),
    "frozen": (None, frozenset({"picture-frozen"})),
}
"""What is wrong, and what may be told of it; without a change the picture stands."""


def as_it_is(seen: Bytes, _: float) -> Bytes:
    """Nothing at all."""
    return seen


def clouds(seen: Bytes, since_s: float) -> Bytes:
    """The light steps up and down every four seconds."""
    return lit((1.0, 1.4, 0.6, 1.2)[int(since_s / 4) % 4])(seen, since_s)


def pumping(seen: Bytes, since_s: float) -> Bytes:
    """An exposure that swings by a quarter."""
    return lit(1 + 0.25 * np.sin(1.3 * since_s))(seen, since_s)


def grainy(seen: Bytes, since_s: float, much: float = 1.2) -> Bytes:
    """A sensor whose gain has gone up."""
    y, x = int(since_s * 997) % 300, int(since_s * 787) % 300
    grain = _GRAIN[y : y + seen.shape[0], x : x + seen.shape[1]]
    return _clipped(seen + grain * np.float32(much))


def rain(seen: Bytes, since_s: float) -> Bytes:
    """A dull picture with noise and streaks."""
    wet = grainy(lit(0.85)(seen, since_s), since_s, 1.0)
    random = np.random.default_rng(int(since_s * 1000))
    for x, y in random.random((90, 2)):
        top, left = int(y * (seen.shape[0] - 20)), int(x * seen.shape[1])
        wet[top : top + 18, left] = np.minimum(wet[top : top + 18, left].astype(int) + 60, 255)
    return wet


def night(seen: Bytes, since_s: float) -> Bytes:
    """Light falls to a fifth in eight seconds, and the gain goes up."""
    share = min(since_s / 8, 1.0)
    return grainy(lit(1 - 0.8 * share)(seen, since_s), since_s, 0.4 * share)


def headlights(seen: Bytes, since_s: float) -> Bytes:
    """Night, and three lamps that drive through."""
    dark, (high, wide) = night(seen, since_s), seen.shape[:2]
    for number in range(3):
        x = int((since_s * 0.3 + number / 3) % 1 * wide)
        cv2.circle(dark, (x, int(high * (0.5 + 0.15 * number))), wide // 25, (255,) * 3, -1)
    return dark


def infrared(seen: Bytes, _: float) -> Bytes:
    """Grey and flatter."""
    grey = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return _clipped(np.repeat((grey * 0.6 + 20)[..., None], 3, axis=2))


def thrifty(seen: Bytes, _: float) -> Bytes:
    """A bit rate that is too low."""
    _, coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, 15])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def lorry(takes_s: float, *, plain: bool) -> Change:
    """A lorry over five sixths of the height, longer than the picture is wide."""

    def drive(seen: Bytes, since_s: float) -> Bytes:
        high, wide = seen.shape[:2]
        size = int(1.3 * wide), high - high // 6
        side = np.asarray(cv2.resize(_SIDE, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        if plain:
            side[:] = 200, 205, 210
            side[:, ::24] = 150
        left = int(since_s / takes_s * 2.3 * wide) - size[0]
        begin, end = max(left, 0), min(left + size[0], wide)
        driven = seen.copy()
        if begin < end:
            driven[high // 6 :, begin:end] = side[:, begin - left : end - left]
        return driven

    return drive


def crowd(seen: Bytes, since_s: float) -> Bytes:
    """Twenty-five people in plain clothes who walk to and fro."""
    high, wide = seen.shape[:2]
    walked = seen.copy()
    for x, y, pace, *colour in _CROWD:
        left = int((x + (pace - 0.5) * 0.2 * since_s) % 1 * wide)
        top = int(high * (0.3 + 0.4 * y))
        walked[top : top + high // 4, left : left + wide // 14] = np.multiply(colour, 200)
    return walked


NO_ILLS: dict[str, Change] = {
    "as it is": as_it_is,
    "light × 1.4": lit(1.4),
    "light × .6": lit(0.6),
    "light × 2": lit(2),
    "light + 60": lit(1, 60),
    "clouds": clouds,
    "exposure that swings": pumping,
    "rain": rain,
    "night": night,
    "night, headlights": headlights,
    "infrared": infrared,
    "more gain": grainy,
    "low bit rate": thrifty,
    "plain lorry, 8 s": lorry(8, plain=True),
    "lorry with a picture, 13 s": lorry(13, plain=False),
    "a crowd": crowd,
}
"""What is not to be told."""
