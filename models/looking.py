"""The networks that redaction asks in, one search over both out."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import cv2

from models.catalogue import AUTO
from models.load import face_network, object_network
from pipelines.searching import Search

WEAK = 0.2  # a score that is too weak for a rule is enough to cover a head


@contextmanager
def searching() -> Iterator[Search]:
    """Both networks, on all processors: each looks at its own part. Raises ModelError."""
    objects, faces = object_network(AUTO, minimum_score=WEAK), face_network()
    hands = len(os.sched_getaffinity(0))
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(hands) as pool:
        yield Search(faces, objects, sight=objects.sight, spread=pool.map)
