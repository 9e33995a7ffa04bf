"""Clips with their truth in, how much of a tracker's measures is luck out.

python -m benchmarks.bench_shaken CLIP TRUTH [CLIP TRUTH ...] [--copies N] [--peers]

TRUTH is in the MOT format. The network looks once, as `tocsin evaluate` does. Then its finds are
shaken: 4 % of them are left out, boxes are off by 1 % of their height, scores by 0.02, and every
other copy runs backwards. A few people in a heap decide on a clip's measures; over many copies of
it their luck evens out. Shown are the clips as they are, and the mean over all copies with what it
lies between. A peer is at the setting that was best on the clips as they are.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.bench_crowds import Clips, measured
from models.load import object_network
from pipelines.flow import Box, Detection, Look
from pipelines.swaying import STILL
from tocsin.evaluate.clip import Shot, Watching, shots
from tocsin.evaluate.following import PEERS, others, ours
from tocsin.evaluate.scoring import TRACKEVAL, Followed
from tocsin.evaluate.workshop import Talk

LEFT_OUT, OFF, UNSURE = 0.04, 0.01, 0.02
WEAKEST = 0.1  # score, as `tocsin evaluate` has it
COPIES = 8


def main(words: list[str]) -> None:
    """Look, shake, follow, print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("clips", nargs="+", type=Path, metavar="CLIP TRUTH")
    asked.add_argument("--copies", type=int, default=COPIES)
    asked.add_argument("--peers", action="store_true")
    told = asked.parse_args(words)
    network = object_network("auto", minimum_score=WEAKEST)
    pairs = zip(told.clips[::2], told.clips[1::2], strict=True)
    watching = Watching(network, "person", "tiles", 0.0)
    clips = [shots(clip, truth, watching, lambda _: None) for clip, truth in pairs]
    copies = [[shaken(clip, seed) for clip in clips] for seed in range(told.copies)]
    with TRACKEVAL.opened() as talk:
        Console(width=100).print(table(talk, clips, copies, peers=told.peers))


def shaken(clip: Sequence[Shot], seed: int) -> list[Shot]:
    """A copy whose finds a network might as well have made; the odd ones run backwards."""
    dice, turned = np.random.default_rng(seed), bool(seed % 2)
    last_s = clip[-1].at_s
    shown = [
        replace(shot, look=shot.look and _shaken(shot.look, dice, turned=turned)) for shot in clip
    ]
    if not turned:
        return shown
    return [replace(shot, at_s=last_s - shot.at_s) for shot in reversed(shown)]


def _shaken(look: Look, dice: np.random.Generator, *, turned: bool) -> Look:
    """Backwards nobody knows by how much the picture has moved."""
    found = tuple(_moved(each, dice) for each in look.found if dice.random() >= LEFT_OUT)
    return replace(look, found=found, moved=STILL if turned else look.moved)


def _moved(found: Detection, dice: np.random.Generator) -> Detection:
    off = dice.normal(0, OFF * found.box.height, 4)
    x0, y0, x1, y1 = (float(side) for side in np.array(found.box) + off)
    score = float(np.clip(found.score + dice.normal(0, UNSURE), 0.01, 0.99))
    return Detection(Box(x0, y0, x1, y1), found.label, score)


def table(talk: Talk, clips: Clips, copies: Sequence[Clips], *, peers: bool) -> Table:
    """Each tracker on the clips as they are, and over the copies."""
    result, every = Table(title="As they are, and shaken: mean (least to most)"), (clips, *copies)
    for name in ("tracker", "HOTA", "shaken", "IDF1", "shaken"):
        result.add_column(name, justify="left" if name == "tracker" else "right")
    result.add_row("ours", *_cells(talk, every, [ours(each) for each in every]))
    for shop in PEERS if peers else ():
        asked = [others(shop, each) for each in every]
        for name, place in _best(talk, clips, asked[0]).items():
            result.add_row(name, *_cells(talk, every, [some[place] for some in asked]))
    return result


def _best(talk: Talk, clips: Clips, runs: Sequence[Followed]) -> dict[str, int]:
    """For each tracker the place of its best setting, by HOTA."""
    hota = [measured(talk, clips, each).hota for each in runs]
    return {
        name: max(
            (place for place, each in enumerate(runs) if each.name == name), key=hota.__getitem__
        )
        for name in {each.name for each in runs}
    }


def _cells(talk: Talk, every: Sequence[Clips], runs: Sequence[Followed]) -> list[str]:
    """HOTA and IDF1: as it is, and over the copies."""
    got = [measured(talk, clips, run) for clips, run in zip(every, runs, strict=True)]
    cells: list[str] = []
    for first, *rest in ([each.hota for each in got], [each.idf1 for each in got]):
        mean = sum(rest) / len(rest)
        cells += [f"{first:.3f}", f"{mean:.3f} ({min(rest):.3f}–{max(rest):.3f})"]
    return cells


if __name__ == "__main__":
    main(sys.argv[1:])
