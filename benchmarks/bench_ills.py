"""Clips in; what is told of a camera that falls ill in them, after how long, and what falsely, out.

python -m benchmarks.bench_ills CLIP ... [--keyframes-s N] [--crf N] [--masked]

Each clip is played for 25 s as it is, and for 18 s with one thing wrong, or with one that only
looks so (`ills`); both as a camera's H.264 encoder hands them on, at ten frames per second. Without
an exit code: it is to be read.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.ills import ILLS, NO_ILLS, Change
from pipelines.blackening import Blackener
from pipelines.flow import Bytes, Facts, Frame
from pipelines.health import Health
from pipelines.healthrules import HealthRules
from pipelines.motion import MotionDetector
from pipelines.zones import Zone
from tests.builders import frame_of
from tests.pipelines.encoded import encoded
from tests.pipelines.weather import MASKS

FPS, WELL_S, ILL_S, WITHIN_S, WIDEST = 10, 25, 18, 10, 960


class Case(NamedTuple):
    """A clip and what befalls it."""

    clip: Path
    name: str
    keyframes_s: int = 2
    crf: int = 23
    masks: tuple[Zone, ...] = ()


def main() -> None:
    """Play all, print what was told of each."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="+", type=Path)
    asked.add_argument("--keyframes-s", type=int, default=2)
    asked.add_argument("--crf", type=int, default=23)
    asked.add_argument("--masked", action="store_true", help="two privacy masks lie over it")
    args = asked.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("", *(clip.stem for clip in args.clips))
    masks = MASKS if args.masked else ()
    right, wrong = 0, 0
    with ProcessPoolExecutor() as pool:
        for name in (*ILLS, *NO_ILLS):
            cases = [Case(clip, name, args.keyframes_s, args.crf, masks) for clip in args.clips]
            found = list(pool.map(told, cases))
            table.add_row(name, *(", ".join(f"{what} {at_s:.0f} s" for at_s, what in each) or "–"
                                  for each in found))  # fmt: skip
            if name in NO_ILLS:
                wrong += sum(map(len, found))
            else:
                right += sum(_is_told(name, each) for each in found)
    console.print(table)
    console.print(
        f"within {WITHIN_S} s and nothing else: {right} of {len(ILLS) * len(args.clips)}; told"
        f" where nothing was wrong: {wrong}, in {len(NO_ILLS) * len(args.clips)}"
    )


def _is_told(name: str, found: list[tuple[float, str]]) -> bool:
    return len(found) == 1 and found[0][0] <= WITHIN_S and found[0][1] in ILLS[name][1]


def told(case: Case) -> list[tuple[float, str]]:
    """What began to be wrong, and after how many seconds of being so."""
    numbers = itertools.count()
    facts = Facts(site="bench", camera="bench", place="bench", rule="intrusion")
    health = Health(HealthRules(), facts, lambda: str(next(numbers)), case.masks)
    health.begin("large")
    motion, blacken = MotionDetector(), Blackener(case.masks)
    frames = encoded(_broken(case), fps=FPS, crf=case.crf, keyframes_s=case.keyframes_s)
    seen = map(blacken, frames)
    found = [finding for frame in seen for finding in health(frame, motion(frame), ())]
    return [
        (each.frame.captured_s - WELL_S, each.facts.rule)
        for each in found
        if each.facts.phase == "begin"
    ]


def _broken(case: Case) -> Iterator[Frame]:
    change: Change | None = NO_ILLS.get(case.name) or ILLS[case.name][0]
    last: Bytes | None = None
    for number, picture in enumerate(_played(case.clip)):
        at_s = number / FPS
        if at_s < WELL_S or last is None:
            last = picture
        elif change is not None:
            last = change(picture, at_s - WELL_S)
        yield frame_of(last, at_s=at_s)


def _played(clip: Path) -> Iterator[Bytes]:
    """So many pictures, there and back again where the clip is short."""
    pictures = list(itertools.islice(_pictures(clip), (WELL_S + ILL_S) * FPS))
    both = itertools.cycle([*pictures, *pictures[-2:0:-1]])
    return itertools.islice(both, (WELL_S + ILL_S) * FPS)


def _pictures(clip: Path) -> Iterator[Bytes]:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        step, due_s = 1 / FPS, 0.0
        for picture in container.decode(stream):
            if (picture.time or 0.0) >= due_s - 1e-6:
                due_s += step
                yield _small(np.asarray(picture.to_ndarray(format="bgr24"), np.uint8))


def _small(picture: Bytes) -> Bytes:
    scale = min(1.0, WIDEST / picture.shape[1])
    size = (int(picture.shape[1] * scale) // 2 * 2, int(picture.shape[0] * scale) // 2 * 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    main()
