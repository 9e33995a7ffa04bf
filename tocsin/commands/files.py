"""The words of `tocsin check`, `schema` and `report` in, what they ask for done."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import ConfigError


def check(
    configs: Annotated[
        list[Path],
        typer.Argument(
            help="YAML files; boxes' beside their centre's are held against it.",
            metavar="CONFIG...",
        ),
    ],
) -> None:
    """Check configurations without starting anything."""
    from rich.console import Console

    from tocsin import checking

    checking.check(configs, Console())


def report(  # noqa: PLR0913, PLR0917 -- each is an option
    center: Annotated[Path, typer.Argument(help="The centre's YAML file.", metavar="CENTER")],
    out: Annotated[list[Path], typer.Option(help="A file that ends in .html or .csv; repeatable.")],
    period: Annotated[str, typer.Option(help="day, week, month, shift or alarms.")] = "day",
    date: Annotated[str, typer.Option(help="A day in it: 2026-03-01; else yesterday.")] = "",
    shift: Annotated[int, typer.Option(help="Of a shift, from 1; else the last.", min=0)] = 0,
    place: Annotated[str, typer.Option(help="With all below it; else everything.")] = "",
    table: Annotated[
        str, typer.Option(help="Of CSV: alerts, response, availability, counts, heatmap, …")
    ] = "",
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV as Excel wants it.")] = False,
    lang: Annotated[str, typer.Option(help="Of HTML: zh or en.")] = "en",
) -> None:
    """Write what a day, a week, a month or a shift was, or how well alarms serve: for cron."""
    from tocsin import reporting

    asked = reporting.Asked(period, date, shift, place or None, table, bom=bom, lang=lang)
    for file in reporting.run(center, asked, out):
        typer.echo(f"{file}: written")


def schema(
    kind: Annotated[
        str, typer.Argument(help="edge, center, watch, event or asyncapi.", metavar="KIND")
    ],
) -> None:
    """Print the JSON Schema of a file, for editors; `asyncapi`: what goes over MQTT, as YAML."""
    from tocsin import asyncapi
    from tocsin import schema as schemas

    if kind == "asyncapi":
        sys.stdout.write(asyncapi.text())
        return
    if kind not in schemas.KINDS:
        known = ", ".join([*schemas.KINDS, "asyncapi"])
        raise ConfigError(f"no file is of the kind {kind!r}; there are: {known}")
    sys.stdout.write(schemas.schema(kind).decode() + "\n")
