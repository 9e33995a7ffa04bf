"""The words of `tocsin cluster` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.commands.options import Config

app = typer.Typer(help="Brokers that are one.", no_args_is_help=True)


@app.command()
def check(
    config: Config,
    json: Annotated[Path | None, typer.Option(help="Write the findings here.")] = None,
) -> None:
    """Say what is wrong with the brokers, the store and the clocks, and how to mend it."""
    from rich.console import Console

    from center.config import load
    from tocsin import clustering

    raise typer.Exit(clustering.check(load(config), Console(), json_file=json))
