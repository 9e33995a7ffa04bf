"""The words of `tocsin audit` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="What was asked of a box or a centre, and what came of it.", no_args_is_help=True
)


@app.command()
def verify(
    source: Annotated[
        Path, typer.Argument(help="A box's or centre's YAML file, or an audit.", metavar="CONFIG")
    ],
    head: Annotated[
        list[str] | None, typer.Option(help="LINES:SHA256 that was told elsewhere; repeatable.")
    ] = None,
    centre: Annotated[str, typer.Option(help="URL of the console that keeps the heads.")] = "",
) -> None:
    """Find out whether a line of an audit was changed, put in, taken out or cut off."""
    from rich.console import Console

    from tocsin import auditing

    auditing.verify(source, head or [], centre, Console())
