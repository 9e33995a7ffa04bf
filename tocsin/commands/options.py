"""What several commands are given."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Argument(help="A YAML file; see configs/.", metavar="CONFIG")]
