"""The words of `tocsin redact` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer


def redact(  # noqa: PLR0913, PLR0917 -- each is an option
    source: Annotated[Path, typer.Argument(help="A recording or a picture.", metavar="IN")],
    target: Annotated[Path, typer.Argument(help="What to write.", metavar="OUT")],
    fast: Annotated[bool, typer.Option("--fast", help="Look at fewer frames.")] = False,
    bodies: Annotated[bool, typer.Option("--bodies", help="Cover whole persons.")] = False,
    cover: Annotated[str, typer.Option(help="fill, or pixelate, which is weaker.")] = "fill",
    audio: Annotated[str, typer.Option(help="drop or keep; a voice tells who speaks.")] = "drop",
    mask: Annotated[
        list[str] | None,
        typer.Option(help='Blacken a part: "x,y x,y x,y", shares of the picture; repeatable.'),
    ] = None,
    masks: Annotated[
        Path | None, typer.Option(help="A box's YAML file: a camera's privacy_masks.")
    ] = None,
    camera: Annotated[str, typer.Option(help="Whose masks; else those of the only one.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.")] = False,
) -> None:
    """Make all faces of a recording or a picture unreadable, in a copy without its metadata."""
    from tocsin.redacting.order import Order, checked, masks_of, sound_of, style_of
    from tocsin.redacting.run import run

    order = Order(
        source, target, style_of(cover, bodies=bodies), fast, sound_of(audio),
        masks_of(mask or [], masks, camera),
    )  # fmt: skip
    run(checked(order, force=force))
