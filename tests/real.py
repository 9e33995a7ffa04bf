"""Real pictures and the real networks, each loaded once: what nobody can draw."""

from functools import cache
from typing import Any

import numpy as np
from skimage import data

from models import centerface, nanodet
from models.catalogue import entry, path_of
from models.session import Session
from pipelines.flow import Box, Bytes
from tests.builders import ground

pictures: Any = data
"""Its functions carry no types."""

ASTRONAUT = Box(0, 0, 480, 512)
"""About where the astronaut is in her portrait."""

ASTRONAUTS_FACE = Box(175, 60, 275, 200)
"""About where her face is, from brow to chin."""

CAT = Box(20, 5, 430, 300)
"""About where the cat is."""


@cache
def objects() -> nanodet.NanoDet:
    """The network that finds objects."""
    session = Session(path_of(entry("nanodet-g-416")), outputs=nanodet.OUTPUTS)
    return nanodet.NanoDet(session, minimum_score=0.3)


@cache
def faces() -> centerface.CenterFace:
    """The network that finds faces."""
    session = Session(path_of(entry("centerface")), outputs=centerface.OUTPUTS)
    return centerface.CenterFace(session)


@cache
def astronaut() -> Bytes:
    """A portrait of a person, (512, 512, 3) uint8 BGR; NASA, public domain."""
    return np.ascontiguousarray(np.asarray(pictures.astronaut(), np.uint8)[:, :, ::-1])


@cache
def cat() -> Bytes:
    """A portrait of a cat, (300, 451, 3) uint8 BGR; CC0."""
    return np.ascontiguousarray(np.asarray(pictures.chelsea(), np.uint8)[:, :, ::-1])


@cache
def street() -> Bytes:
    """A drawn street with the astronaut in it, (720, 1280, 3) uint8 BGR."""
    drawn = np.repeat(ground(1280, 720)[:, :, None], 3, axis=2)
    drawn[180:692, 640:1152] = astronaut()
    return drawn
