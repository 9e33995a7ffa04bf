"""The words of `tocsin edge` in, what they ask for done."""

import os

import typer

from tocsin.commands.options import Config

app = typer.Typer(help="The box beside the cameras.", no_args_is_help=True)


@app.command()
def run(config: Config) -> None:
    """Watch the cameras of one box until Ctrl-C."""
    from edge import service
    from edge.clock import SystemClock
    from edge.config import load
    from tocsin.notifying import told

    service.run(load(config), told(os.environ, SystemClock().ticks_s))
