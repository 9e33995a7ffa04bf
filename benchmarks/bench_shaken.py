"""Clips with their truth in, how much of a tracker's measures is luck out.

python -m benchmarks.bench_shaken CLIP TRUTH [CLIP TRUTH ...] [--copies N] [--peers]
    [--plan live [--looks]]

TRUTH is in the MOT format. The network looks once, as `tocsin evaluate` does. Then its finds are
shaken: 4 % of them are left out, boxes are off by 1 % of their height, scores by 0.02, and every
other copy runs backwards. A few people in a heap decide on a clip's measures; over many copies of
it their luck evens out. Shown are the clips as they are, and the mean over all copies with what it
lies between. A peer is at the setting with the best HOTA, on the clips as they are and, for their
mean, on the copies; ours has one for all. With `--looks` only frames count at which was looked.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.bench_crowds import Clips, measured
from models.load import object_network
from pipelines.flow import Box, Detection, Look
from pipelines.swaying import STILL
from tocsin.evaluate.clip import PLANS, Shot, Watching, shots
from tocsin.evaluate.following import PEERS, others, ours
from tocsin.evaluate.scoring import TRACKEVAL, Followed, Measures
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
    asked.add_argument("--plan", choices=PLANS, default="tiles")
    asked.add_argument("--looks", action="store_true", help="count only frames that were looked at")
    told = asked.parse_args(words)
    network = object_network("auto", minimum_score=WEAKEST)
    pairs = zip(told.clips[::2], told.clips[1::2], strict=True)
    watching = Watching(network, "person", told.plan, 0.0, network.sight)
    clips = [shots(*pair, watching, lambda _: None) for pair in pairs]
    if told.looks:
        clips = [[shot for shot in clip if shot.look is not None] for clip in clips]
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
    result.add_row("ours", *_cells([_measured(talk, every, [ours(each) for each in every])]))
    for shop in PEERS if peers else ():
        settings = list(zip(*(others(shop, each, rounds=1) for each in every), strict=True))
        got = [(runs[0].name, _measured(talk, every, runs)) for runs in settings]
        for name in dict.fromkeys(each for each, _ in got):
            result.add_row(name, *_cells([some for each, some in got if each == name]))
    return result


def _measured(talk: Talk, every: Sequence[Clips], runs: Sequence[Followed]) -> list[Measures]:
    """One setting on the clips as they are, and on each copy."""
    return [measured(talk, clips, run) for clips, run in zip(every, runs, strict=True)]


def _cells(settings: Sequence[Sequence[Measures]]) -> list[str]:
    """HOTA and IDF1, at the setting that suits the clips as they are, then the copies."""
    first = max((some[0] for some in settings), key=lambda one: one.hota)
    copies = max((some[1:] for some in settings), key=lambda some: fmean(one.hota for one in some))
    cells: list[str] = []
    for name in ("hota", "idf1"):
        shares = [getattr(one, name) for one in copies]
        over = f"{fmean(shares):.3f} ({min(shares):.3f}–{max(shares):.3f})"
        cells += [f"{getattr(first, name):.3f}", over]
    return cells


if __name__ == "__main__":
    main(sys.argv[1:])
