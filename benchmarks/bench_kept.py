"""The demo's drawn cameras in, for how long whoever is on them is followed out.

python -m benchmarks.bench_kept [CAMERA ...] [--runs N] [--late SHARE]

Motion, looks and tracks are a box's, with the five looks per second that a camera may have. A box
has more to do than that, so looks come late: a share of the frames at which one is due is let pass,
other ones in each run. Asked is twice a second, where somebody shows at least half of himself;
followed is whom a track was found on within the last half second. Numbers are those that one walk
through a picture got. A track that is on nobody is a false one; `lane` and `gate` show no person.
The films are the demo's and lie where it keeps them.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.bench_persons import LIVE, PERSON, frames, watching
from pipelines.camera import Watch
from pipelines.flow import Box, Frame, Track
from tocsin.demo.scenes import Painter
from tocsin.demo.script import SCENES, Scene
from tocsin.demo.show import Bars
from tocsin.demo.studio import draw_all

CLIPS = Path("build/demo/clips")
ASKED_S, LATELY_S = 0.5, 0.5
SHOWN = 0.5  # of somebody, from which he is asked for
TALL_PX = 60.0
ON, OFF = 0.3, 0.05  # IoU from which a track is on somebody; under which it is on nobody


class Kept(NamedTuple):
    """One run over one camera.

    share    of what was asked for that was followed, 0..1; nothing where nobody comes by
    numbers  that those who came by got
    false    tracks that were on nobody
    cost     of looks per second, in looks at a whole picture
    """

    share: float | None
    numbers: int
    false: int
    cost: float


def main(words: list[str]) -> None:
    """Draw what is missing, watch, print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("cameras", nargs="*", metavar="CAMERA")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--late", type=float, default=0.3)
    told, console = asked.parse_args(words), Console(width=100)
    with Bars(console) as bars:
        folder = draw_all(CLIPS, bars)
    result = Table(title=f"{told.runs} runs: mean (least to most)")
    for name in ("camera", "followed", "numbers", "false", "looks per second"):
        result.add_column(name, justify="left" if name == "camera" else "right")
    for scene in SCENES:
        if not told.cameras or scene.name in told.cameras:
            truth, clip = there(scene), folder / f"{scene.name}.mp4"
            dice = (np.random.default_rng(seed) for seed in range(told.runs))
            runs = [once(clip, truth, each, told.late) for each in dice]
            result.add_row(scene.name, *cells(runs))
    console.print(result)


def there(scene: Scene) -> dict[int, list[Box]]:
    """Who shows at which frame, twice a second; a cat is nobody."""
    painter, step = Painter(scene), round(ASKED_S * scene.fps)
    persons = [number for number, role in enumerate(scene.roles) if role.poses.__name__ == PERSON]
    return {
        number: [each.box for each in painter.outlines(number / scene.fps)
                 if each.role in persons and each.visible >= SHOWN and each.box.height >= TALL_PX]
        for number in range(0, round(60 * scene.fps), step)
    }  # fmt: skip


def once(clip: Path, truth: dict[int, list[Box]], dice: np.random.Generator, late: float) -> Kept:
    """Watch a film from its beginning to its end."""
    watch, cost = watching(LIVE), 0.0
    asked = followed = 0
    on, off = set[int](), set[int]()
    for number, frame in enumerate(frames(clip, 0.0)):
        cost += looked(watch, frame, passes=bool(dice.random() < late))
        if number in truth:
            tracks = lately(watch.tracks, frame.captured_s)
            asked += len(truth[number])
            followed += sum(any(t.box.iou(box) >= ON for t in tracks) for box in truth[number])
            on |= {t.number for t in tracks if best(t.box, truth[number]) >= ON}
            off |= {t.number for t in tracks if best(t.box, truth[number]) < OFF}
    share = followed / asked if asked else None
    return Kept(share, len(on), len(off - on), cost / (len(truth) * ASKED_S))


def looked(watch: Watch, frame: Frame, *, passes: bool) -> float:
    """Bring a watch to a frame; what its look cost, if it had one."""
    list(watch.see(frame))
    size = (frame.width, frame.height)
    wish = watch.wish(frame.captured_s, size, size)
    if wish is None or passes:
        list(watch.wait(frame))
        return 0.0
    list(watch.look(frame, wish))
    return wish.cost


def lately(tracks: Iterable[Track], now_s: float) -> list[Track]:
    """Persons that were found within the last half second."""
    return [each for each in tracks if each.label == PERSON and now_s - each.seen_s <= LATELY_S]


def best(box: Box, others: Sequence[Box]) -> float:
    """The IoU with the nearest of the others."""
    return max((box.iou(other) for other in others), default=0.0)


def cells(runs: Sequence[Kept]) -> list[str]:
    """What is told of a camera's runs."""
    shares = [each.share for each in runs if each.share is not None]
    mean = sum(shares) / max(1, len(shares))
    spread = f"{mean:.3f} ({min(shares):.3f}–{max(shares):.3f})" if shares else "nobody"
    counts = ([each.numbers for each in runs], [each.false for each in runs])
    cost = sum(each.cost for each in runs) / len(runs)
    told = [f"{sum(some) / len(some):.1f} ({min(some)}–{max(some)})" for some in counts]
    return [spread, *told, f"{cost:.2f}"]


if __name__ == "__main__":
    main(sys.argv[1:])
