"""Boxes in, the tracks of other people's trackers out, each at several settings.

    follow.py trackers | norfair

In:  {"clips": [[[at_s, [[x0, y0, x1, y1, score], …]], …], …], "rounds": 5}, one JSON line.
Out: [{"name", "settings", "us_per_look", "clips": [[[[number, x0, y0, x1, y1], …], …], …]}, …].
Only the trackers' `update` is timed, at the fastest of the rounds for each look. The settings are
the defaults and the best that random draws found on public clips, so that one of them suits most.
"""

import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Rows = list[list[float]]
Settings = dict[str, Any]

BYTETRACK = (
    "timed=1",
    "timed=0",
    "score=0.3 state=XCYCWH buffer=30 hits=2 iou=0.2 begin=0.7 high=0.4",
    "score=0.4 state=XCYCWH buffer=45 hits=1 iou=0.05 begin=0.55 high=0.4",
    "score=0.4 state=XCYCSR buffer=15 hits=3 iou=0.05 begin=0.65 high=0.6",
    "score=0.2 state=XYXY buffer=15 hits=1 iou=0.1 begin=0.6 high=0.55",
    "score=0.2 state=XCYCWH buffer=30 hits=3 iou=0.05 begin=0.65 high=0.55",
    "score=0.3 state=XCYCWH timed=1 hits=2 iou=0.2 begin=0.6 high=0.5",
    "score=0.4 state=XCYCWH buffer=15 hits=2 iou=0.05 begin=0.7 high=0.4",
    "score=0.3 state=XCYCSR buffer=45 hits=3 iou=0.2 begin=0.7 high=0.4",
    "score=0.5 state=XCYCWH buffer=15 hits=1 iou=0.15 begin=0.55 high=0.5",
    "score=0.4 state=XCYCWH buffer=30 hits=2 iou=0.05 begin=0.5 high=0.4",
    "score=0.3 state=XCYCWH buffer=45 hits=2 iou=0.15 begin=0.6 high=0.55",
    "score=0.4 state=XCYCWH buffer=45 hits=1 iou=0.05 begin=0.6 high=0.6",
    "score=0.3 state=XYXY buffer=90 hits=1 iou=0.05 begin=0.5 high=0.6",
)
SORT = (
    "timed=1",
    "timed=0",
    "score=0.6 state=XYXY buffer=30 hits=2 iou=0.1 begin=0.55",
    "score=0.6 state=XCYCWH buffer=60 hits=2 iou=0.1 begin=0.55",
    "score=0.55 state=XCYCSR buffer=45 hits=3 iou=0.3 begin=0.55",
    "score=0.5 state=XYXY timed=1 hits=2 iou=0.1 begin=0.5",
    "score=0.4 state=XYXY buffer=15 hits=1 iou=0.1 begin=0.6",
)
NORFAIR = (
    "score=0.5 far=0.7 keep=15 delay=7",
    "score=0.5 far=0.9 keep=8 delay=2",
    "score=0.5 far=0.9 keep=15 delay=2",
    "score=0.5 far=0.9 keep=12 delay=3",
    "score=0.5 far=0.8 keep=8 delay=3",
    "score=0.4 far=0.9 keep=8 delay=3",
    "score=0.4 far=0.8 keep=8 delay=4",
    "score=0.4 far=0.9 keep=4 delay=1",
    "score=0.5 far=0.95 keep=4 delay=1",
)

Made = Callable[[Settings], tuple[Callable[[float, Rows], Any], Callable[[Any], Rows]]]
"""Settings in; out: what turns boxes into a call of `update`, and what reads its answer."""


def of_trackers() -> Iterator[tuple[str, tuple[str, ...], Made]]:
    """Roboflow's ByteTrack and SORT."""
    import supervision as sv
    import trackers
    from trackers.utils import state_representations as states

    words = {
        "buffer": "lost_track_buffer", "hits": "minimum_consecutive_frames",
        "iou": "minimum_iou_threshold", "begin": "track_activation_threshold",
        "high": "high_conf_det_threshold",
    }  # fmt: skip

    def made(kind: Any, settings: Settings) -> Any:
        named = {words[key]: value for key, value in settings.items() if key in words}
        state = getattr(states, f"{settings.get('state', 'XYXY')}StateEstimator")
        tracker = kind(**named, state_estimator_class=state)

        def asked(at_s: float, found: Rows) -> Any:
            rows = np.array(found, np.float32).reshape(-1, 5)
            kinds = np.zeros(len(rows), int)
            boxes = sv.Detections(xyxy=rows[:, :4], confidence=rows[:, 4], class_id=kinds)
            time_s = at_s if settings.get("timed") else None
            return lambda: tracker.update(boxes, timestamp=time_s)

        return asked, lambda seen: [
            [number, *box]
            for number, box in zip(seen.tracker_id.tolist(), seen.xyxy.tolist(), strict=True)
            if number >= 0
        ]

    yield "bytetrack", BYTETRACK, lambda settings: made(trackers.ByteTrackTracker, settings)
    yield "sort", SORT, lambda settings: made(trackers.SORTTracker, settings)


def of_norfair() -> Iterator[tuple[str, tuple[str, ...], Made]]:
    """Norfair, with boxes as two corners."""
    import norfair

    def made(settings: Settings) -> Any:
        tracker = norfair.Tracker(
            distance_function="iou", distance_threshold=settings["far"],
            hit_counter_max=settings["keep"], initialization_delay=settings["delay"],
        )  # fmt: skip

        def asked(_: float, found: Rows) -> Any:
            corners = [(np.array([row[:2], row[2:4]]), np.full(2, row[4])) for row in found]
            boxes = [norfair.Detection(points=points, scores=both) for points, both in corners]
            return lambda: tracker.update(boxes)

        return asked, lambda seen: [[each.id, *each.estimate.ravel().tolist()] for each in seen]

    yield "norfair", NORFAIR, made


def read_row(row: str) -> Settings:
    """A row of the tables as words and numbers."""
    pairs = (word.split("=") for word in row.split())
    return {key: value if value.isupper() else json.loads(value) for key, value in pairs}


def followed(made: Made, settings: Settings, clips: Any, taken: list[float]) -> list[list[Rows]]:
    """Follow each clip with a fresh tracker; the time of each look is added to `taken`."""
    tracks: list[list[Rows]] = []
    for clip in clips:
        asked, read = made(settings)
        tracks.append([])
        for at_s, found in clip:
            update = asked(at_s, [row for row in found if row[4] >= settings.get("score", 0.0)])
            began_s = time.perf_counter()
            seen = update()
            taken.append(time.perf_counter() - began_s)
            tracks[-1].append(read(seen))
    return tracks


def answer(question: dict[str, Any], library: str) -> Iterator[dict[str, Any]]:
    """Every tracker of a library at every setting."""
    for name, rows, made in {"trackers": of_trackers, "norfair": of_norfair}[library]():
        for row in rows:
            settings = read_row(row)
            rounds: list[list[float]] = [[] for _ in range(question["rounds"])]
            tracks = [followed(made, settings, question["clips"], taken) for taken in rounds]
            fastest = [min(times) for times in zip(*rounds, strict=True)]
            yield {
                "name": name, "clips": tracks[0], "settings": row,
                "us_per_look": 1e6 * sum(fastest) / max(1, len(fastest)),
            }  # fmt: skip


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the libraries print is no answer
    for line in sys.stdin:
        answers.write(json.dumps(list(answer(json.loads(line), sys.argv[1]))) + "\n")
        answers.flush()
