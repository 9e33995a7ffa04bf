"""A cast and a seed in, clips with people out, and where each face is on each frame.

Three sorts of clip, 1280 × 720 at 25 frames per second: `walkers`, whole people of all sizes who
pass behind posts; `near`, larger ones whom the picture's border cuts; `group`, many who stand close
together before a camera that drifts. Faces are 12 to 120 pixels high. Some of the people are turned
(squeezed by up to a half), out of focus or faster than the shutter, or hide the lower half of the
face. A lens softens all, and it is dusk on two of the three. Everything follows from the seed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from benchmarks.actors import STREET_FACES, Actor
from pipelines.flow import Box, Bytes
from tocsin.demo.clips import write_clip
from tocsin.demo.scenes import Grain, background
from tocsin.demo.script import SCENES

WIDTH, HEIGHT, FPS = 1280, 720, 25
SECONDS = 4.0
BITS_PER_S = 2_500_000
LENS_PX = 0.8  # deviation by which a lens and its sensor soften everything
POSTS = ((300, 34), (760, 60), (1080, 26))  # left side and width of what hides all behind it
POST = (96, 104, 110)
SCARF = (60, 52, 90)
TALL = 8.2  # faces that a person is high
LIGHT = {"walkers": 0.45, "near": 1.0, "group": 0.6}  # share of daylight
NOISE = 3.0

Sort = Literal["walkers", "near", "group"]
SORTS: tuple[Sort, ...] = ("walkers", "near", "group")
Owners = npt.NDArray[np.uint16]
Affine = npt.NDArray[np.float32]
Whole = tuple[int, Box]
"""Whose face, and where all of it would be, pixels."""


class Face(msgspec.Struct, frozen=True):
    """One face on one frame.

    who      the same number on all frames of a clip
    box      around what is in sight of it, pixels
    whole    around all of it, with what something hides
    tall_px  height of the whole face
    visible  share in sight, 0..1
    """

    who: int
    box: tuple[float, ...]
    whole: tuple[float, ...]
    tall_px: float
    visible: float


@dataclass(frozen=True)
class Drawn:
    """A clip, and the faces on each of its frames."""

    path: Path
    faces: tuple[tuple[Face, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What an actor does in a clip.

    face_px   height of the first face, pixels
    x, foot   where the lowest row begins, its middle, pixels
    speed     pixels per second to the right
    turn      least width, share of the whole; an actor turns to and fro
    blur_px   deviation of what is out of focus
    streak    whether the shutter is slow
    scarf     whether the lower half of the face is hidden
    phase     of step and turn, 0..1
    """

    actor: Actor
    face_px: float
    x: float
    foot: float
    speed: float
    turn: float
    blur_px: float
    streak: bool
    scarf: bool
    phase: float


def drawn(folder: Path, name: str, cast: Sequence[Actor], *, seed: int) -> list[Drawn]:
    """A clip of each sort, drawn unless it is there; the same words give the same clips."""
    return [
        _kept(
            _folder(folder, seed, cast) / f"{name}-{sort}.mp4",
            partial(_film, cast, sort, seed),
        )
        for sort in SORTS
    ]


def drawn_street(folder: Path, name: str, street: Bytes, *, seed: int) -> Drawn:
    """The street picture, (564, 800, 3) uint8 BGR, before a camera that drifts and zooms."""
    path = _folder(folder, seed, ()) / f"{name}-street.mp4"
    return _kept(path, lambda: _drift(street, np.random.default_rng(seed)))


def _folder(folder: Path, seed: int, cast: Sequence[Actor]) -> Path:
    here = Path(__file__).parent
    code = b"".join((here / file).read_bytes() for file in ("throng.py", "actors.py"))
    words = f"{seed} {[actor.name for actor in cast]}".encode()
    return folder / hashlib.sha256(code + words).hexdigest()[:12]


Film = Iterator[tuple[Bytes, list[Face]]]


def _kept(path: Path, film: Callable[[], Film]) -> Drawn:
    """The truth is written last: where it is, all is there."""
    truth = path.with_suffix(".json")
    if not truth.exists():
        faces: list[list[Face]] = []
        write_clip(path, _grainy(film(), faces), fps=FPS, bits_per_s=BITS_PER_S)
        truth.write_bytes(msgspec.json.encode(faces))
    rows = msgspec.json.decode(truth.read_bytes(), type=tuple[tuple[Face, ...], ...])
    return Drawn(path, rows)


def _grainy(film: Film, faces: list[list[Face]]) -> Iterator[Bytes]:
    """Pictures with a sensor's noise, as I420; their faces go into `faces`."""
    view = replace(SCENES[0].view, width=WIDTH, height=HEIGHT)
    grain = Grain(view, seed=3, noise=NOISE)
    for picture, there in film:
        planar = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        grain(planar[:HEIGHT])
        faces.append(there)
        yield planar


def _film(cast: Sequence[Actor], sort: Sort, seed: int) -> Film:
    random = np.random.default_rng([seed, SORTS.index(sort)])
    scene = SCENES[(0, 3, 1)[SORTS.index(sort)]]
    empty = background(scene, replace(scene.view, width=WIDTH, height=HEIGHT)).bgr
    parts = sorted(_parts(cast, sort, random), key=lambda part: part.face_px)
    for number in range(round(SECONDS * FPS)):
        at_s = number / FPS
        drift = 40 * np.sin(at_s) if sort == "group" else 0.0
        picture, owners = empty.copy(), np.zeros((HEIGHT, WIDTH), np.uint16)
        if sort == "group":
            picture = np.roll(picture, round(drift), axis=1)
        whole: list[Whole] = []
        for part in parts:
            whole += _act(picture, owners, part, at_s, drift, first=len(whole) + 1)
        if sort == "walkers":
            for left, wide in POSTS:
                picture[:, left : left + wide] = POST
                owners[:, left : left + wide] = 0
        dimmed = np.asarray(picture * LIGHT[sort], np.uint8)
        yield dimmed, list(_in_sight(owners, whole))


def _parts(cast: Sequence[Actor], sort: Sort, random: np.random.Generator) -> Iterator[Part]:
    people = {"walkers": 9, "near": 5, "group": 12}[sort]
    order = random.permutation(len(cast))
    first = [0] if sort != "group" else []  # the sharpest photograph is always among them
    chosen = [*first, *(index for index in order if index not in first)][:people]
    for number, index in enumerate(chosen):
        low, high = {"walkers": (12.5, 60), "near": (55, 120), "group": (12.5, 40)}[sort]
        face_px = float(np.exp(random.uniform(np.log(low), np.log(high))))
        turned, blurred, scarfed = random.random(3)
        speed = random.choice([-1, 1]) * random.uniform(0.35, 0.9) * face_px * TALL / 2
        foot = min(HEIGHT - 4, 330 + 5.2 * face_px + random.uniform(0, 60))
        if sort == "near":
            foot, speed = random.uniform(0.95, 1.25) * face_px * TALL + 20, speed * 0.6
        x = random.uniform(0, WIDTH)
        if sort == "group":
            x, speed = 160 + 85 * number + random.uniform(-30, 30), 0.0
        yield Part(
            cast[index], face_px, x, foot, speed,
            turn=random.uniform(0.4, 0.8) if turned < 0.5 else 1.0,
            blur_px=face_px * random.uniform(0.05, 0.12) if blurred < 0.4 else 0.0,
            streak=bool(blurred > 0.65), scarf=bool(scarfed < 0.35), phase=random.random(),
        )  # fmt: skip


def _act(
    picture: Bytes, owners: Owners, part: Part, at_s: float, drift: float, *, first: int
) -> list[Whole]:
    """Put an actor into the picture; returns what each whole face would be."""
    poses = part.actor.poses
    bgr, alpha = poses[int((at_s + part.phase) * len(poses)) % len(poses)]
    scale = part.face_px / part.actor.faces[0].height
    sway = 0.5 + 0.5 * np.sin(2 * np.pi * (at_s / 4 + part.phase))
    across = scale * (1 - (1 - part.turn) * sway)
    span = WIDTH + alpha.shape[1] * scale
    x = (part.x + part.speed * at_s + span / 2 - WIDTH / 2) % span - span / 2 + WIDTH / 2 + drift
    onto = np.array(
        [[across, 0, x - across * alpha.shape[1] / 2],
         [0, scale, part.foot - scale * alpha.shape[0]]], np.float32,
    )  # fmt: skip
    shown = _scarfed(bgr, part.actor.faces) if part.scarf else bgr
    window = _window(onto, alpha.shape)
    if not window:
        return []
    left, top, right, bottom = window
    onto[:, 2] -= left, top
    colour, cover = _seen(shown, alpha, onto, part, (right - left, bottom - top))
    inside = np.s_[top:bottom, left:right]
    below, share = picture[inside].astype(np.float32), cover[..., None].astype(np.float32) / 255
    picture[inside] = below + (colour - below) * share
    owners[inside][cover > 127] = 0
    return [
        _own(owners[inside], cover, onto, face, first + number, (left, top), half=part.scarf)
        for number, face in enumerate(part.actor.faces)
    ]


def _window(onto: Affine, shape: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    """The part of the frame that a picture falls on, with room for blur; None outside of it."""
    (across, _, x), (_, down, y) = onto.tolist()
    left, right = max(0, int(x) - 40), min(WIDTH, int(x + across * shape[1]) + 40)
    top, bottom = max(0, int(y) - 40), min(HEIGHT, int(y + down * shape[0]) + 40)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _scarfed(bgr: Bytes, faces: Sequence[Box]) -> Bytes:
    """Hide the lower halves of the faces."""
    hidden = bgr.copy()
    for face in faces:
        x0, x1, y1 = int(face.x0 - 4), int(face.x1 + 5), int(face.y1 + 6)
        hidden[int((face.y0 + face.y1) / 2) : y1, max(0, x0) : x1] = SCARF
    return hidden


def _seen(
    bgr: Bytes, alpha: Bytes, onto: Affine, part: Part, size: tuple[int, int]
) -> tuple[Bytes, Bytes]:
    """An actor's colours and alpha through the lens, on a window of `size`, width and height."""
    if onto[1, 1] < 1.0:  # warping skips pixels, so it is shrunk before
        bgr, alpha, onto = _shrunk(bgr, alpha, onto)
    colour, cover = cv2.warpAffine(bgr, onto, size), cv2.warpAffine(alpha, onto, size)
    soft = (cv2.GaussianBlur(each, (0, 0), max(LENS_PX, part.blur_px)) for each in (colour, cover))
    colour, cover = soft
    if part.streak:
        length = max(1, round(abs(part.speed) / FPS))
        colour, cover = (cv2.blur(each, (length, 1)) for each in (colour, cover))
    return np.asarray(colour, np.uint8), np.asarray(cover, np.uint8)


def _shrunk(bgr: Bytes, alpha: Bytes, onto: Affine) -> tuple[Bytes, Bytes, Affine]:
    share = float(onto[1, 1])
    size = max(1, round(bgr.shape[1] * share)), max(1, round(bgr.shape[0] * share))
    small = (cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (bgr, alpha))
    less_bgr, less_alpha = (np.asarray(each, np.uint8) for each in small)
    less = onto.copy()
    less[:, 0] *= bgr.shape[1] / size[0]
    less[:, 1] *= bgr.shape[0] / size[1]
    return less_bgr, less_alpha, less


def _own(
    owners: Owners, cover: Bytes, onto: Affine, face: Box, number: int, corner: tuple[int, int],
    *, half: bool,
) -> Whole:  # fmt: skip
    """Mark the pixels of a face as its own; what is painted later takes them away again."""
    x0, x1 = (float(onto[0, 0] * x + onto[0, 2]) for x in (face.x0, face.x1))
    y0, y1 = (float(onto[1, 1] * y + onto[1, 2]) for y in (face.y0, face.y1))
    oval = np.zeros(owners.shape, np.uint8)
    middle, axes = ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0, y1 - y0)
    cv2.ellipse(oval, (middle, axes, 0.0), 255, -1)
    if half:
        oval[int(middle[1]) :] = 0
    owners[(oval > 0) & (cover > 127)] = number
    left, top = corner
    return number, Box(x0 + left, y0 + top, x1 + left, y1 + top)


def _in_sight(owners: Owners, faces: Sequence[Whole]) -> Iterator[Face]:
    for number, whole in faces:
        own = np.asarray(owners == number, np.uint8)
        left, top, wide, high = cv2.boundingRect(own)
        if wide:
            box = float(left), float(top), float(left + wide), float(top + high)
            share = int(own.sum()) / (np.pi / 4 * whole.area)
            yield Face(number, box, tuple(whole), round(whole.height, 1), round(min(1.0, share), 2))


def _drift(street: Bytes, random: np.random.Generator) -> Film:
    """Pan and zoom, so that faces are 12 to 80 pixels high; beside the picture all is grey."""
    phases = random.uniform(0, 2 * np.pi, 3)
    for number in range(round(SECONDS * FPS)):
        at_s = number / FPS
        zoom = 1.25 + 0.4 * np.sin(0.9 * at_s + phases[0])
        x = street.shape[1] / 2 + 130 * np.sin(0.8 * at_s + phases[1])
        y = street.shape[0] * 0.42 + 40 * np.sin(0.7 * at_s + phases[2])
        onto = np.array(
            [[zoom, 0, WIDTH / 2 - zoom * x], [0, zoom, HEIGHT / 2 - zoom * y]], np.float32
        )
        picture = cv2.warpAffine(street, onto, (WIDTH, HEIGHT), borderValue=POST)
        yield np.asarray(picture, np.uint8), list(_street_faces(onto))


def _street_faces(onto: Affine) -> Iterator[Face]:
    for number, face in enumerate(STREET_FACES, 1):
        x0, x1 = (float(onto[0, 0] * x + onto[0, 2]) for x in (face.x0, face.x1))
        y0, y1 = (float(onto[1, 1] * y + onto[1, 2]) for y in (face.y0, face.y1))
        whole, seen = Box(x0, y0, x1, y1), Box(x0, y0, x1, y1).clipped(WIDTH, HEIGHT)
        if seen.area:
            yield Face(
                number, tuple(seen), tuple(whole), round(whole.height, 1),
                round(seen.area / whole.area, 2),
            )  # fmt: skip
