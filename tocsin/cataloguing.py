"""The catalogue of networks in, a table of what is there and whether it is sound out."""

import numpy as np
from rich.console import Console
from rich.table import Table

from models.catalogue import CATALOGUE, Entry, path_of
from models.load import face_network, object_network
from pipelines.errors import ModelError

_BLANK_PX = 416


def list_models(console: Console) -> None:
    """Print what the catalogue says."""
    table = Table("name", "finds", "input", "labels", "licence", "source", box=None)
    for each in CATALOGUE:
        table.add_row(each.name, each.finds, each.input, each.labels, each.licence, each.source)
    console.print(table)


def verify_models(console: Console) -> None:
    """Check every file's hash and run every network once.

    Raises ModelError that names all that failed.
    """
    failed = [problem for each in CATALOGUE if (problem := _problem(each, console))]
    if failed:
        raise ModelError("; ".join(failed))


def _problem(each: Entry, console: Console) -> str:
    try:
        path_of(each)
        blank = np.zeros((_BLANK_PX, _BLANK_PX, 3), np.uint8)
        network = (
            face_network()
            if each.finds == "faces"
            else object_network(each.name, minimum_score=0.4)
        )
        network(blank)
    except ModelError as error:
        console.print(f"{each.name}: {error}", style="bold", highlight=False)
        return str(error)
    console.print(f"{each.name}: sha256 {each.sha256[:12]}… matches, runs", highlight=False)
    return ""
