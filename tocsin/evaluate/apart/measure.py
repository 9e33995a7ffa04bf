"""Truth and tracks in, measures out, by trackeval; one JSON line each.

In:  {"clips": [{"truth": FRAMES, "tracks": FRAMES}, …]}, FRAMES a list of rows [number, x0, y0, x1,
y1] for each frame. Out: {"pooled": MEASURES, "clips": [MEASURES, …]}.
"""

import json
import os
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def likeness(truth: Floats, tracks: Floats) -> Floats:
    """IoU of each of (n, 4) with each of (m, 4) boxes."""
    low = np.maximum(truth[:, None, :2], tracks[None, :, :2])
    high = np.minimum(truth[:, None, 2:], tracks[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(np.clip(b[:, 2:] - b[:, :2], 0, None), axis=1) for b in (truth, tracks)]
    union = areas[0][:, None] + areas[1][None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def prepared(truth: list[Any], tracks: list[Any]) -> dict[str, Any]:
    """What the library calls a sequence: numbers from 0, and how alike boxes are, by frame."""
    columns: tuple[list[Any], list[Any]] = [], []
    counts = []
    for frames, column in ((truth, columns[0]), (tracks, columns[1])):
        numbers: dict[int, int] = {}
        for rows in frames:
            column.append(np.array([numbers.setdefault(r[0], len(numbers)) for r in rows], int))
        counts.append((len(numbers), sum(map(len, frames))))
    boxes = [
        [np.array([row[1:] for row in rows], float).reshape(-1, 4) for rows in frames]
        for frames in (truth, tracks)
    ]
    return {
        "num_timesteps": len(truth), "gt_ids": columns[0], "tracker_ids": columns[1],
        "similarity_scores": [likeness(*pair) for pair in zip(*boxes, strict=True)],
        "num_gt_ids": counts[0][0], "num_gt_dets": counts[0][1],
        "num_tracker_ids": counts[1][0], "num_tracker_dets": counts[1][1],
    }  # fmt: skip


def summed(results: list[dict[str, Any]]) -> dict[str, float]:
    """The measures that are told, all but the switches as shares 0..1."""
    hota, clear, over_time = results
    return {
        "precision": float(clear["CLR_Pr"]), "recall": float(clear["CLR_Re"]),
        "f1": float(clear["CLR_F1"]), "hota": float(np.mean(hota["HOTA"])),
        "idf1": float(over_time["IDF1"]), "mota": float(clear["MOTA"]),
        "id_switches": int(clear["IDSW"]),
    }  # fmt: skip


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Measure each clip, and all of them as one."""
    from trackeval.metrics import CLEAR, HOTA, Identity

    quiet = {"PRINT_CONFIG": False}
    kinds = HOTA(), CLEAR(quiet), Identity(quiet)
    clips = [prepared(each["truth"], each["tracks"]) for each in question["clips"]]
    by_clip = [[kind.eval_sequence(clip) for kind in kinds] for clip in clips]
    pooled = [
        kind.combine_sequences({str(place): row[index] for place, row in enumerate(by_clip)})
        for index, kind in enumerate(kinds)
    ]
    return {"pooled": summed(pooled), "clips": [summed(row) for row in by_clip]}


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the library prints is no answer
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()
