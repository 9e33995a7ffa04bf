"""Looks at clips in, tracks out: ours, and those of other trackers on the same boxes."""

import time
from collections.abc import Sequence

import msgspec

from pipelines.tracking import Tracker, present
from tocsin.evaluate.clip import Shot
from tocsin.evaluate.scoring import Followed
from tocsin.evaluate.truth import Row
from tocsin.evaluate.workshop import Workshop

ROUNDS = 5
"""Each frame's time is the fastest of so many rounds: what else the machine does comes and goes."""

PEERS = (
    Workshop(
        "trackers",
        ("follow.py", "trackers"),
        # It asks for the OpenCV that needs a window system; the one without does as well.
        (
            ("install", "trackers==2.6.1", "supervision<0.32"),
            ("uninstall", "--yes", "opencv-python"),
            ("install", "--no-deps", "opencv-python-headless>=4.11,<6"),
        ),
    ),
    Workshop("norfair", ("follow.py", "norfair"), (("install", "norfair==2.3.0", "numpy<2"),)),
)


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    """One tracker at one setting, as it comes from a workshop."""

    name: str
    settings: str
    us_per_frame: float
    clips: tuple[tuple[tuple[Row, ...], ...], ...]


def ours(clips: Sequence[Sequence[Shot]]) -> Followed:
    """Follow the clips with the box's tracker; only it is timed."""
    spent: list[float] = []
    tracks: list[list[list[Row]]] = []
    for turn in range(ROUNDS):
        taken: list[float] = []
        tracks = [_tracks(clip, taken) for clip in clips]
        spent = taken if turn == 0 else [min(pair) for pair in zip(spent, taken, strict=True)]
    return Followed("tocsin", tuple(tracks), 1e6 * sum(spent) / max(1, len(spent)))


def others(
    shop: Workshop, clips: Sequence[Sequence[Shot]], *, rounds: int = ROUNDS
) -> list[Followed]:
    """Follow the clips with the trackers of a workshop, each at several settings.

    rounds  of which each frame's time is the fastest

    Raises ConfigError when it cannot be set up.
    """
    boxes = [
        [
            (shot.at_s, [(*each.box, each.score) for each in shot.look.found] if shot.look else [])
            for shot in clip
        ]
        for clip in clips
    ]
    with shop.opened() as talk:
        runs = talk.ask({"clips": boxes, "rounds": rounds}, list[_Run])
    return [Followed(each.name, each.clips, each.us_per_frame, each.settings) for each in runs]


def _tracks(clip: Sequence[Shot], taken: list[float]) -> list[list[Row]]:
    tracker, rows = Tracker(), []
    for shot in clip:
        began_s = time.perf_counter()
        tracks = tracker(shot.at_s, shot.look)
        taken.append(time.perf_counter() - began_s)
        rows.append([(each.number, *each.box) for each in present(tracks, shot.at_s)])
    return rows
