"""The command line: words in, a program running out; what is heavy is imported when it is used."""

import sys
from importlib import metadata
from typing import Annotated

import typer

from pipelines.errors import TocsinError
from tocsin.backing.command import backup, restore
from tocsin.bench.command import bench
from tocsin.commands import audit, center, cluster, edge, models
from tocsin.commands.files import check, report, schema
from tocsin.commands.line import send, watch
from tocsin.demo.command import demo
from tocsin.dpia.command import dpia
from tocsin.evaluate.command import evaluate
from tocsin.evidence import command as evidence
from tocsin.pki import command as pki
from tocsin.redacting.command import redact
from tocsin.replay.command import replay
from tocsin.simulate.command import simulate
from tocsin.zoning.command import zones

COMMANDS = (
    backup, restore, demo, check, dpia, report, schema, watch, send, zones, replay, redact,
    evaluate, bench, simulate,
)  # fmt: skip
GROUPS = {
    "edge": edge.app,
    "center": center.app,
    "models": models.app,
    "cluster": cluster.app,
    "audit": audit.app,
    "evidence": evidence.app,
    "pki": pki.app,
}

app = typer.Typer(
    name="tocsin",
    help="Video analytics at the edge that watches places, never who someone is.",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def tocsin(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """Video analytics at the edge that watches places, never who someone is."""
    if version:
        typer.echo(f"tocsin {metadata.version('tocsin')}")
        raise typer.Exit


for command in COMMANDS:
    app.command()(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run the command; an error that we raised on purpose becomes one line and an exit code."""
    try:
        app()
    except TocsinError as error:
        sys.stderr.write(f"tocsin: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
