"""Looks at clips in, tracks out: ours, and those of other trackers on the same boxes."""

import time
from collections.abc import Iterable, Sequence

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
    """One tracker at one setting and look by look, as it comes from a workshop."""

    name: str
    settings: str
    us_per_look: float
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

    They are asked at each look; what they tell stands until the next one. Their time is spread over
    all frames.

    rounds  of which each look's time is the fastest

    Raises ConfigError when it cannot be set up.
    """
    boxes = [
        [
            (shot.at_s, [(*each.box, each.score) for each in shot.look.found])
            for shot in clip
            if shot.look is not None
        ]
        for clip in clips
    ]
    looked = sum(map(len, boxes)) / max(1, sum(map(len, clips)))
    with shop.opened() as talk:
        runs = talk.ask({"clips": boxes, "rounds": rounds}, list[_Run])
    return [
        Followed(
            run.name,
            tuple(standing(*each) for each in zip(clips, run.clips, strict=True)),
            run.us_per_look * looked,
            run.settings,
        )
        for run in runs
    ]


def standing(clip: Sequence[Shot], told: Iterable[Sequence[Row]]) -> list[Sequence[Row]]:
    """For each frame what was told at the last look; `told` has the looks in order."""
    looks, rows = iter(told), list[Sequence[Row]]()
    for shot in clip:
        before = rows[-1] if rows else ()
        rows.append(before if shot.look is None else next(looks))
    return rows


def _tracks(clip: Sequence[Shot], taken: list[float]) -> list[list[Row]]:
    tracker, rows = Tracker(), []
    for shot in clip:
        began_s = time.perf_counter()
        tracks = tracker(shot.at_s, shot.look)
        taken.append(time.perf_counter() - began_s)
        rows.append([(each.number, *each.box) for each in present(tracks, shot.at_s)])
    return rows
