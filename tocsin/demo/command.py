"""The words of `tocsin demo` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    source: Annotated[
        list[str] | None,
        typer.Option(help="A camera's URL or a file, in place of the drawn ones; repeatable."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="End after so long and judge; else at Ctrl-C.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where everything of the demo lies.")] = Path(
        "build/demo"
    ),
    port: Annotated[
        int, typer.Option(help="Of the console; the next free one if taken.", min=1, max=65535)
    ] = 8080,
) -> None:
    """Run the whole of it on this machine: cameras, broker, box, centre, console."""
    from tocsin.demo.run import run

    raise typer.Exit(run(seconds=seconds, sources=source or [], folder=folder, port=port))
