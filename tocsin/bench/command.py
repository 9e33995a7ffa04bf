"""The words of `tocsin bench` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer


def bench(  # noqa: PLR0913, PLR0917 -- words of the command line
    sources: Annotated[list[str], typer.Argument(help="Files or URLs.", metavar="SOURCE...")],
    mode: Annotated[
        list[str] | None, typer.Option(help="auto, full, substream or keyframe; repeatable.")
    ] = None,
    sub: Annotated[str, typer.Option(help="The small stream of the one source.")] = "",
    truth: Annotated[
        Path | None, typer.Option(help="What is drawn on the one source, as JSON.")
    ] = None,
    streams: Annotated[int, typer.Option(min=1, help="Streams of each source at once.")] = 1,
    seconds: Annotated[
        float | None,
        typer.Option(min=1, help="How long for each round; without it 20, with --truth its scene."),
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Rounds, each with fresh processes.")] = 1,
    peers: Annotated[
        bool,
        typer.Option(
            "--peers", help="Beside them OpenCV's MOG2, KNN and absdiff, and ffmpeg through a pipe."
        ),
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write the rows here, as a list.")] = None,
) -> None:
    """Measure what a stream costs, beside decoding it alone in the same run."""
    from tocsin.bench.plan import jobs
    from tocsin.bench.run import run
    from tocsin.bench.truth import load

    scene = load(truth) if truth else None
    planned = jobs(
        sources, modes=mode or ["full"], substream=sub, scene=scene, streams=streams,
        seconds=seconds,
    )  # fmt: skip
    run(planned, scene=scene, json_file=json, repeat=repeat, beside=peers)
