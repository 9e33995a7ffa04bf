"""What an actor is: one pose of it, as a picture with an outline."""

from dataclasses import dataclass
from importlib import resources

import cv2
import numpy as np

from pipelines.flow import Bytes

POSES = 12
"""Pictures in one walking cycle."""

Points = list[tuple[float, float]]
"""An outline, in pixels of a photograph."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """One pose; its lowest row stands on the ground.

    bgr       (H, W, 3) uint8
    alpha     (H, W) uint8     255 where the figure is
    height_m  that the H rows stand for
    """

    bgr: Bytes
    alpha: Bytes
    height_m: float


def photograph(name: str) -> Bytes:
    """Read a picture that lies in scikit-image's package, as (H, W, 3) uint8 BGR."""
    data = resources.files("skimage.data").joinpath(name).read_bytes()
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{name} is no picture")
    return picture.astype(np.uint8)


def mixed(below: Bytes, above: Bytes, alpha: Bytes) -> Bytes:
    """`above` over `below`, where `alpha` says so."""
    share = alpha[..., None].astype(np.float32) / 255
    return np.asarray(below + (above.astype(np.float32) - below) * share + 0.5, np.uint8)
