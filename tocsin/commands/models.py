"""The words of `tocsin models` in, what they ask for done."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The networks that look.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option(
        envvar="TOCSIN_MODELS",
        help="Of your own networks.",
        show_default="~/.local/share/tocsin/models",
    ),
]


@app.command("list")
def list_models(folder: Folder = None) -> None:
    """Show the networks that Tocsin knows, and what `auto` means on this machine."""
    from rich.console import Console

    from tocsin import cataloguing

    cataloguing.list_models(Console(), folder)


@app.command()
def verify(folder: Folder = None) -> None:
    """Check every network's file and run it once."""
    from rich.console import Console

    from tocsin import cataloguing

    cataloguing.verify_models(Console(), folder)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="An ONNX file.", metavar="FILE")],
    name: Annotated[str, typer.Option(help="By which detector.model asks; else the file's.")] = "",
    labels: Annotated[
        str,
        typer.Option(help="coco, or a file with a class a line; else what FILE says, else coco."),
    ] = "",
    family: Annotated[
        str, typer.Option(help="nanodet, yolox, rt-detr or rf-detr; else found out.")
    ] = "",
    folder: Folder = None,
) -> None:
    """Take in a network of your own, once it has been checked and has run."""
    from rich.console import Console

    from models.adding import labels_of
    from tocsin import cataloguing

    cataloguing.add_model(
        file, Console(), folder=folder, name=name, labels=labels_of(labels), family=family
    )


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="See `tocsin models list`.", metavar="NAME")],
    folder: Folder = None,
) -> None:
    """Fetch a network from its makers, check its hash and take it in."""
    from rich.console import Console

    from tocsin import cataloguing

    cataloguing.fetch_model(name, Console(), folder=folder)
