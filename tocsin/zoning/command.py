"""The words of `tocsin zones` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer


def zones(
    source: Annotated[
        str, typer.Argument(help="A clip or a URL; else the camera's own.", metavar="[SOURCE]")
    ] = "",
    config: Annotated[Path | None, typer.Option(help="The box's YAML file, to save to.")] = None,
    camera: Annotated[str, typer.Option(help="Whose zones; else those of the only one.")] = "",
) -> None:
    """Draw zones, lines and masks over a camera's redacted picture, on a local page."""
    from tocsin.zoning.run import run

    run(source, config=config, camera=camera)
