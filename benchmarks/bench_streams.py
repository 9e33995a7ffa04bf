"""Four drawn cameras in, what watching each costs beside decoding it alone out.

python -m benchmarks.bench_streams [--seconds S] [--streams N]

Draws the demo's cameras, once, and runs `tocsin bench` on them: the pipeline and bare decoding of
the same clip, in two processes at the same time. Writes build/bench/streams.json.
"""

import argparse
from pathlib import Path

from rich.console import Console

from tocsin.bench.plan import jobs
from tocsin.bench.run import run
from tocsin.demo.script import SCENES
from tocsin.demo.show import Bars
from tocsin.demo.studio import draw_all

CLIPS = Path("build/demo/clips")
ROWS = Path("build/bench/streams.json")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("--seconds", type=float, default=60.0, help="for each camera")
    asked.add_argument("--streams", type=int, default=1, help="of each camera at once")
    words = asked.parse_args()
    bars = Bars(Console())
    with bars.progress:
        clips = draw_all(CLIPS, bars)
    sources = [str(clips / f"{scene.name}.mp4") for scene in SCENES]
    planned = jobs(
        sources, modes=["full", "keyframe"], substream="", truth=None, streams=words.streams,
        seconds=words.seconds,
    )  # fmt: skip
    run(planned, truth=None, json_file=ROWS)


if __name__ == "__main__":
    main()
