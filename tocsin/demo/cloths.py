"""Public textures and a few colours in, cloths for walls and grounds out."""

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.flow import Bytes
from tocsin.demo.figure import photograph

Colour = tuple[int, int, int]
"""Blue, green, red."""

PX_PER_M = 48
"""Of every cloth."""


def tinted(
    name: str,
    size_m: tuple[float, float],
    colour: Colour,
    *,
    metres: float,
    contrast: float = 1.0,
) -> Bytes:
    """A texture of scikit-image, `metres` wide, repeated over (width, height) and coloured."""
    grey = cv2.cvtColor(photograph(name), cv2.COLOR_BGR2GRAY)
    side = round(metres * PX_PER_M)
    tile = cv2.resize(grey.T, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    columns, rows = (round(part * PX_PER_M) for part in size_m)
    sheet = np.tile(tile, (-(-rows // side), -(-columns // side)))[:rows, :columns]
    return coloured(1 + (sheet / float(tile.mean()) - 1) * contrast, colour)


def coloured(light: npt.NDArray[np.floating], colour: Colour) -> Bytes:
    """A sheet of brightnesses around 1 in a colour."""
    return np.asarray(np.clip(light[..., None] * np.array(colour), 0, 255), np.uint8)


def stained(cloth: Bytes, *, seed: int, depth: float = 0.12, metres: float = 1.5) -> Bytes:
    """Large soft stains, as weather leaves them."""
    random = np.random.default_rng(seed)
    rows, columns = (max(2, round(side / PX_PER_M / metres)) for side in cloth.shape[:2])
    rough = random.normal(0, 1, (rows, columns)).astype(np.float32)
    soft = cv2.resize(rough, cloth.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(cloth * (1 + depth * soft)[..., None], 0, 255), np.uint8)


def ribbed(size_m: tuple[float, float], colour: Colour, *, rib_m: float = 0.12) -> Bytes:
    """Corrugated sheet metal with upright ribs."""
    columns, rows = (round(part * PX_PER_M) for part in size_m)
    wave = 1 + 0.16 * np.sin(np.arange(columns) / PX_PER_M / rib_m * 2 * np.pi)
    return stained(coloured(np.tile(wave, (rows, 1)), colour), seed=columns, depth=0.06)


def slatted(size_m: tuple[float, float], colour: Colour, *, slat_m: float = 0.14) -> Bytes:
    """A roller door or boards: lying slats with a dark joint."""
    columns, rows = (round(part * PX_PER_M) for part in size_m)
    joint = (np.arange(rows) / PX_PER_M % slat_m) < 0.025
    light = np.where(joint, 0.72, 1.0)[:, None] * np.ones((1, columns))
    return stained(coloured(light, colour), seed=rows, depth=0.05, metres=0.7)


def plain(size_m: tuple[float, float], colour: Colour, *, seed: int = 1) -> Bytes:
    """Plaster or concrete, weathered."""
    columns, rows = (max(2, round(part * PX_PER_M)) for part in size_m)
    random = np.random.default_rng(seed)
    grain = 1 + random.normal(0, 0.02, (rows, columns))
    return stained(coloured(grain, colour), seed=seed, depth=0.07)


def window(cloth: Bytes, box_m: tuple[float, float, float, float]) -> None:
    """Paint a window with frame and panes onto a wall's cloth: left, top, width, height."""
    left, top, wide, high = (round(part * PX_PER_M) for part in box_m)
    frame = cloth[top : top + high, left : left + wide]
    frame[:] = (206, 208, 205)
    glass = np.linspace(0.7, 1.15, high)[:, None, None] * np.array((88, 76, 64))
    for pane in range(2):
        x0, x1 = 4 + pane * wide // 2, (pane + 1) * wide // 2 - 3
        frame[4:-4, x0:x1] = glass[4:-4].clip(0, 255)
    cloth[top + high : top + high + 5, max(0, left - 5) : left + wide + 5] = (168, 170, 170)


def mesh(size_m: tuple[float, float]) -> tuple[Bytes, Bytes]:
    """Chain link: its colour and where it has wire."""
    columns, rows = (round(part * PX_PER_M) for part in size_m)
    alpha = np.zeros((rows, columns), np.uint8)
    for start in range(-rows, columns, 9):
        cv2.line(alpha, (start, 0), (start + rows, rows), 150, 1, cv2.LINE_AA)
        cv2.line(alpha, (start + rows, 0), (start, rows), 150, 1, cv2.LINE_AA)
    for post in range(0, columns, round(2.5 * PX_PER_M)):
        cv2.rectangle(alpha, (post, 0), (post + 3, rows), 255, -1)
    alpha[:3] = 255
    return np.full((rows, columns, 3), (142, 146, 144), np.uint8), alpha


def sky(horizon: Colour, zenith: Colour) -> Bytes:
    """Haze below, deeper colour above, thin cloud between."""
    share = np.linspace(0, 1, 180)[:, None, None] ** 1.3
    clear = np.array(zenith) * (1 - share) + np.array(horizon) * share
    random = np.random.default_rng(3)
    cloud = cv2.resize(random.normal(0, 1, (9, 10)).astype(np.float32), (320, 180))
    cloud = cv2.GaussianBlur(cloud, (0, 0), 9)[..., None]
    return np.clip(clear + cloud * 9, 0, 255).astype(np.uint8)
