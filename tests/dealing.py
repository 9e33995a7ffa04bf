"""Tests in, the order out in which several workers are dealt their files."""

from collections import defaultdict
from pathlib import Path

import pytest

DEAR = {
    "end_to_end": 0.5, "faults": 0.5, "hell": 0.5, "benchmarks": 0.5, "edge": 0.8, "tocsin": 0.8,
    "center": 0.8,
}  # fmt: skip
"""Within which part of a run a folder's files are begun; those of other folders are over soon."""


def spread(items: list[pytest.Item]) -> None:
    """Mix the folders, so that no two sites run at once if it can be helped, the dear ones first.

    Else who is dealt a long file at the end works on alone while the others have nothing to do.
    """
    files = defaultdict[Path, dict[Path, float]](dict)
    for item in items:
        files[item.path.parent].setdefault(item.path, 0.0)
    for folder, held in files.items():
        share = DEAR.get(folder.name, 1.0) / len(held)
        held.update((path, number * share) for number, path in enumerate(sorted(held)))
    items.sort(key=lambda item: (files[item.path.parent][item.path], str(item.path)))
