"""Drawn crowds in, how well our tracker keeps them apart, and others on the same boxes.

python -m benchmarks.bench_crowds [--first N] [--sway PIXELS] [--peers]

Nobody's parameters were fitted to these scenes. `--first` draws others, `--sway` puts the cameras
on poles that sway by so many pixels, standard deviation; ours is then shown twice, told of it and
not. Shares are pooled over all scenes; a peer is at the best of its settings, by HOTA.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from benchmarks.crowds import CROWDS, Crowd, moments
from pipelines.swaying import STILL
from tocsin.evaluate.clip import Shot
from tocsin.evaluate.following import PEERS, others, ours
from tocsin.evaluate.scoring import TRACKEVAL, Followed, Measures, scored
from tocsin.evaluate.workshop import Talk

Clips = list[list[Shot]]
Rows = dict[str, tuple[Measures, float]]


def shots(crowds: Sequence[Crowd]) -> Clips:
    """Each scene as a clip that a network has seen."""
    return [[Shot(each.at_s, each.look, each.truth) for each in moments(crowd)] for crowd in crowds]


def untold(clips: Clips) -> Clips:
    """The same, but nobody says how the picture moved."""
    return [
        [replace(shot, look=shot.look and replace(shot.look, moved=STILL)) for shot in clip]
        for clip in clips
    ]


def measured(talk: Talk, clips: Clips, followed: Followed) -> Measures:
    """All scenes as one."""
    return scored(talk, [[shot.truth for shot in clip] for clip in clips], followed).pooled


def rows(talk: Talk, clips: Clips, *, sways: bool, peers: bool) -> Rows:
    """Measures and µs per frame of each tracker."""
    mine = {"ours": ours(clips)} | ({"ours, sway not told": ours(untold(clips))} if sways else {})
    found = {name: (measured(talk, clips, each), each.us_per_frame) for name, each in mine.items()}
    for shop in PEERS if peers else ():
        for each in others(shop, clips):
            got = measured(talk, clips, each)
            if each.name not in found or got.hota > found[each.name][0].hota:
                found[each.name] = got, each.us_per_frame
    return found


def main(words: list[str]) -> None:
    """Draw, follow, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--first", type=int, default=1, help="number of the first scene")
    parser.add_argument("--sway", type=float, default=0.0, help="pixels")
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args(words)
    crowds = [
        replace(crowd, seed=asked.first + place, shake_px=asked.sway)
        for place, crowd in enumerate(CROWDS)
    ]
    table = Table(title="Drawn crowds, the same boxes for all")
    for name in ("tracker", "HOTA", "IDF1", "switches", "µs per frame"):
        table.add_column(name, justify="left" if name == "tracker" else "right")
    with TRACKEVAL.opened() as talk:
        told = rows(talk, shots(crowds), sways=asked.sway > 0, peers=asked.peers)
    for name, (got, spent_us) in told.items():
        shares = f"{got.hota:.3f}", f"{got.idf1:.3f}"
        table.add_row(name, *shares, str(got.id_switches), f"{spent_us:.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
