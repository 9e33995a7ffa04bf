"""A name of the catalogue in, a network ready to be called out."""

import logging
from collections.abc import Callable, Sequence

from models import centerface
from models.catalogue import AUTO, Entry, entry, path_of
from models.choosing import choice
from models.families import FAMILIES, Detector, named, picker
from models.session import Session
from pipelines.errors import ConfigError
from pipelines.flow import Bytes, Detection

log = logging.getLogger("tocsin.models")

Network = Callable[[Bytes], tuple[Detection, ...]]
"""A BGR picture, (H, W, 3) uint8, in; detections in its pixels out."""


def object_network(
    name: str, *, minimum_score: float, threads: int = 1, providers: Sequence[str] = ("cpu",)
) -> Detector:
    """Load a network that finds objects; `auto` picks one and logs why.

    Raises ConfigError or ModelError. `models.families.at` gives the same with another score.
    """
    each = chosen(name, providers)
    if each.finds != "objects":
        raise ConfigError(
            f"the model {each.name!r} finds {each.finds}, a detector must find objects"
        )
    return detector(each, minimum_score=minimum_score, threads=threads, providers=providers)


def chosen(name: str, providers: Sequence[str] = ("cpu",)) -> Entry:
    """Which network a name stands for here: `auto` for one of two. Raises ConfigError."""
    if name == AUTO:
        name, why = choice(tuple(providers))
        log.info("model=%s reason=%r", name, why)
    return entry(name)


def detector(
    each: Entry, *, minimum_score: float, threads: int = 1, providers: Sequence[str] = ("cpu",)
) -> Detector:
    """Load an entry's network by its family. Raises ConfigError or ModelError."""
    family, path = named(each.family), path_of(each)
    pick = picker(family, each.labels, file=str(path))
    session = Session(path, outputs=pick, threads=threads, providers=providers)
    return FAMILIES[family].network(session, each.labels, minimum_score)


def face_network(*, threads: int = 1, providers: Sequence[str] = ("cpu",)) -> Network:
    """Load the network that finds faces in order to cover them. Raises ConfigError, ModelError."""
    path = path_of(entry("centerface"))
    session = Session(path, outputs=centerface.OUTPUTS, threads=threads, providers=providers)
    return centerface.CenterFace(session)
