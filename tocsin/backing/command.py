"""The words of `tocsin backup` and `tocsin restore` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Argument(help="The centre's YAML file.", metavar="CONFIG")]


def backup(
    config: Config,
    file: Annotated[Path, typer.Argument(help="What to write; not there yet.", metavar="FILE")],
) -> None:
    """Write all that a centre keeps into one file, also while it runs."""
    from tocsin.backing.run import backup as run

    run(config, file)


def restore(
    file: Annotated[Path, typer.Argument(help="What `tocsin backup` wrote.", metavar="FILE")],
    config: Config,
) -> None:
    """Fill an empty centre with a backup, once all of it was checked."""
    from tocsin.backing.run import restore as run

    run(file, config)
