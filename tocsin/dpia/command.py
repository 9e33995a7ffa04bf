"""The words of `tocsin dpia` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.commands.options import Config


def dpia(
    config: Config,
    center: Annotated[Path | None, typer.Option(help="The centre's YAML file, too.")] = None,
    out: Annotated[Path | None, typer.Option(help="The HTML file; else CONFIG-dpia.html.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "en",
) -> None:
    """Write the impact-assessment report of a box as one HTML file."""
    from datetime import UTC, datetime

    from rich.console import Console

    from edge.clock import SystemClock
    from tocsin.dpia.run import run

    now = datetime.fromtimestamp(SystemClock().now_s(), UTC)
    run(config, center=center, out=out, lang=lang, now=now, console=Console())
