"""Words of the command line in, what is to be redacted and how out."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from edge.config import load
from pipelines.errors import ConfigError
from pipelines.flow import Cover
from pipelines.redaction import PLAIN_STYLE, Style
from pipelines.zones import Zone
from tocsin.cameras import chosen
from tocsin.room import make_room

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
FILMS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
_CORNERS = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done.

    fast   look at fewer frames
    sound  keep the audio as it is
    masks  what is blackened before anything else
    """

    source: Path
    target: Path
    style: Style = PLAIN_STYLE
    fast: bool = False
    sound: bool = False
    masks: tuple[Zone, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether it is about a still."""
        return self.source.suffix.lower() in PICTURES


def checked(order: Order, *, force: bool) -> Order:
    """The order, if it can be done. Raises ConfigError."""
    source, target = order.source, order.target
    if not source.is_file():
        raise ConfigError(f"{source}: no such file")
    known = PICTURES if order.is_picture else FILMS
    if target.suffix.lower() not in known:
        raise ConfigError(f"{target}: must end in {', '.join(sorted(known))}")
    if target.exists() and target.samefile(source):
        raise ConfigError(f"{target}: is what is to be redacted; name another file")
    if target.exists() and not force:
        raise ConfigError(f"{target}: is there already; --force replaces it")
    make_room(target, option="")
    return order


def style_of(cover: str, *, bodies: bool) -> Style:
    """Raises ConfigError where nothing covers so."""
    for each in get_args(Cover):
        if each == cover:
            return Style(each, bodies)
    raise ConfigError(f"--cover {cover}: there are: {', '.join(get_args(Cover))}; blur is none")


def sound_of(said: str) -> bool:
    """Whether the audio is kept. Raises ConfigError."""
    if said not in {"drop", "keep"}:
        raise ConfigError(f"--audio {said}: there are: drop, keep")
    return said == "keep"


def masks_of(words: list[str], config: Path | None, camera: str) -> tuple[Zone, ...]:
    """Masks by their corners, and the privacy masks of a camera. Raises ConfigError."""
    drawn = [_mask(word, number) for number, word in enumerate(words, 1)]
    if config is not None:
        drawn += chosen(load(config), camera, config).privacy_masks
    return tuple(drawn)


def _mask(word: str, number: int) -> Zone:
    try:
        corners = [tuple(float(part) for part in pair.split(",")) for pair in word.split()]
    except ValueError:
        corners = []
    right = [(x, y) for x, y in (each for each in corners if len(each) == len("xy"))]
    inside = all(0 <= side <= 1 for corner in right for side in corner)
    if len(right) < _CORNERS or len(right) != len(corners) or not inside:
        raise ConfigError(
            f'--mask "{word}": write three corners or more as shares of the picture: '
            '"0.1,0.2 0.4,0.2 0.4,0.5"'
        )
    mask = Zone(id=f"mask-{number}", polygon=tuple(right))
    fault = mask.fault()
    if fault is not None:
        raise ConfigError(f'--mask "{word}": is a shape {fault[0]}; {fault[1]}')
    return mask
