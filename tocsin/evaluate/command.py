"""The words of `tocsin evaluate` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(  # noqa: PLR0913, PLR0917 -- each is an option
    clips: Annotated[list[Path], typer.Argument(help="Recordings.", metavar="CLIP...")],
    truth: Annotated[
        list[Path], typer.Option(help="A clip's boxes in the MOT format; one for each clip.")
    ],
    peers: Annotated[
        bool, typer.Option("--peers", help="Ask ByteTrack, SORT and norfair, too.")
    ] = False,
    model: Annotated[str, typer.Option(help="A network; see `tocsin models list`.")] = "auto",
    label: Annotated[str, typer.Option(help="The class that the truth is about.")] = "person",
    score: Annotated[float, typer.Option(min=0.01, max=1, help="The least of a finding.")] = 0.1,
    plan: Annotated[
        str,
        typer.Option(
            help="whole; turns: and a half in turn; tiles: and both halves; "
            "live: where a box would look."
        ),
    ] = "tiles",
    fps: Annotated[float, typer.Option(min=0, help="Frames per second; 0 takes all.")] = 0.0,
    json: Annotated[Path | None, typer.Option(help="Write the measures here.")] = None,
) -> None:
    """Measure how well a clip's things are found and followed, beside other trackers."""
    from tocsin.evaluate.run import Order, pairs, planned, run

    order = Order(pairs(clips, truth), model, label, score, planned(plan, fps), fps, peers)
    run(order, json_file=json)
