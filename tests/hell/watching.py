"""Cameras in, their events in a spool out: a real worker that takes whatever moves for a person."""

from multiprocessing.connection import Connection

import numpy as np

from edge import worker
from edge.config import Detector, EdgeConfig
from edge.worker import Networks
from pipelines.flow import Box, Bytes, Detection
from pipelines.regions import PLAIN
from pipelines.snapshot import Snapshot

_BRIGHT = 200  # grey level from which on something is there


def bright(picture: Bytes) -> tuple[Detection, ...]:
    """A person where the (H, W, 3) uint8 picture is bright, if it is anywhere."""
    rows, columns = np.nonzero(picture[:, :, 1] > _BRIGHT)
    if rows.size < 64:
        return ()
    box = Box(float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
    return (Detection(box, "person", 0.9),)


def nothing(_: Bytes) -> tuple[Detection, ...]:
    """Find nobody."""
    return ()


def light(_: Detector) -> Networks:
    """Networks that cost nothing."""
    return Networks(bright, PLAIN, Snapshot(find_faces=nothing, find_objects=nothing))


def watch(config: EdgeConfig, names: tuple[str, ...], boss: Connection) -> None:
    """What a worker does, without waiting for networks to be read."""
    worker.load_networks = light  # type: ignore[assignment]
    worker.main(config, names, boss)
