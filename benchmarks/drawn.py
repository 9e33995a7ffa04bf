"""No input, a folder of scenes with their truth out: drawn by the demo's painter, once, then kept.

Each scene is idle for 12 s, and then a walker, a runner, a cat and another runner come by. It is
written as a camera gives it: a main stream of 25 frames per second and a small one, 640 × 360, of
10, both without B-frames and with a keyframe every two seconds; and its truth beside it.
"""

import hashlib
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from pipelines.flow import Bytes
from tocsin.demo.cat import cat
from tocsin.demo.clips import write_clip
from tocsin.demo.ground import Spot
from tocsin.demo.person import person
from tocsin.demo.scenes import Painter
from tocsin.demo.script import SCENES, Role, Scene
from tocsin.demo.studio import clips_folder

FOLDER = Path("build/bench/clips")
SECONDS = 40.0
FPS, SMALL_FPS, SMALL_WIDTH = 25, 10, 640
SMALL_BITS_PER_S = 400_000

_HANDS = 2


@dataclass(frozen=True)
class Shot:
    """A scene and how its camera encodes it."""

    scene: Scene
    width: int
    bits_per_s: int
    constant: bool = False


def _roles(way: tuple[Spot, ...]) -> tuple[Role, ...]:
    """A walker, a runner, a cat and a runner the other way, all idle seconds in between."""
    back = way[::-1]
    return (
        Role(person, _timed(way, 12.5, 18.0), cycle_s=1.0),
        Role(person, _timed(back, 22.5, 25.2), cycle_s=0.6),
        Role(cat, _timed(way, 29.5, 33.0), cycle_s=0.7),
        Role(person, _timed(way, 36.5, 39.2), cycle_s=0.6),
    )


def _timed(
    way: tuple[Spot, ...], from_s: float, until_s: float
) -> tuple[tuple[float, float, float], ...]:
    """Spots along the way with their seconds, each stretch as long in time as the others."""
    step_s = (until_s - from_s) / (len(way) - 1)
    return tuple((from_s + step_s * index, x, y) for index, (x, y) in enumerate(way))


def _shot(of: int, name: str, way: tuple[Spot, ...], light: float = 1.0) -> Scene:
    """A camera of the demo's script with other actors."""
    return replace(
        SCENES[of], name=name, roles=_roles(way), covered_s=None, fps=FPS, light=light
    )  # fmt: skip


SHOTS = (
    Shot(_shot(0, "yard-cbr", ((-5.5, -2.5), (3.5, 7.5))), 1280, 2_000_000, constant=True),
    Shot(_shot(3, "dusk-vbr", ((-7.3, 3.5), (8.1, -0.7)), light=0.28), 1280, 400_000),
    Shot(_shot(1, "wide-vbr", ((-3.0, 5.0), (4.3, -2.9))), 1920, 900_000),
)


def draw(at_most: int = len(SHOTS), *, seconds: float = SECONDS) -> Path:
    """Draw what is missing; returns the folder of `X.mp4`, `X_sub.mp4` and `X.json`."""
    code = hashlib.sha256(Path(__file__).read_bytes() + str(seconds).encode()).hexdigest()[:12]
    folder = clips_folder(FOLDER) / code
    missing = [
        shot for shot in SHOTS[:at_most] if not (folder / f"{shot.scene.name}.json").exists()
    ]
    if missing:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(_HANDS, mp_context=context) as hands:
            list(hands.map(_draw, missing, [folder] * len(missing), [seconds] * len(missing)))
    return folder


def _draw(shot: Shot, folder: Path, seconds: float) -> None:
    """Write one scene; the truth comes last, so that its file means that all is there."""
    name = shot.scene.name
    painter = Painter(shot.scene, width=shot.width)
    write_clip(
        folder / f"{name}.mp4", _pictures(painter, FPS, seconds), fps=FPS,
        bits_per_s=shot.bits_per_s, constant=shot.constant,
    )  # fmt: skip
    small = Painter(shot.scene, width=SMALL_WIDTH)
    write_clip(
        folder / f"{name}_sub.mp4", _pictures(small, SMALL_FPS, seconds), fps=SMALL_FPS,
        bits_per_s=SMALL_BITS_PER_S, constant=True,
    )  # fmt: skip
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(_truth(painter, shot, seconds)))


def _pictures(painter: Painter, fps: int, seconds: float) -> Iterator[Bytes]:
    return (painter(number / fps) for number in range(round(seconds * fps)))


def _truth(painter: Painter, shot: Shot, seconds: float) -> dict[str, object]:
    """What `tocsin.bench.truth` reads."""
    return {
        "W": shot.width,
        "H": shot.width * 9 // 16,
        "fps": FPS,
        "boxes": [_rows(painter, number / FPS) for number in range(round(seconds * FPS))],
    }


def _rows(painter: Painter, at_s: float) -> list[tuple[float, ...]]:
    return [
        (role, box.x0, box.y0, box.width, box.height, visible)
        for role, box, visible in painter.outlines(at_s)
    ]
