"""The command line: words in, a program running out; what is heavy is imported when it is used."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import TocsinError

app = typer.Typer(
    name="tocsin",
    help="Video analytics at the edge that watches places, never who someone is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
edge_app = typer.Typer(help="The box beside the cameras.", no_args_is_help=True)
center_app = typer.Typer(help="The command centre.", no_args_is_help=True)
app.add_typer(edge_app, name="edge")
app.add_typer(center_app, name="center")

Config = Annotated[Path, typer.Argument(help="A YAML file; see configs/.", metavar="CONFIG")]


@edge_app.command("run")
def edge_run(config: Config) -> None:
    """Watch the cameras of one box until Ctrl-C."""
    from edge import service
    from edge.config import load

    service.run(load(config))


@center_app.command("run")
def center_run(config: Config) -> None:
    """Run the centre: broker, inbox, cross-check, store and console, until Ctrl-C."""
    from center import service
    from center.config import load

    service.run(load(config))


def main() -> None:
    """Run the command; an error that we raised on purpose becomes one line and an exit code."""
    try:
        app()
    except TocsinError as error:
        sys.stderr.write(f"tocsin: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
