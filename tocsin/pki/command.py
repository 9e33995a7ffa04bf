"""The words of `tocsin pki` in, what they ask for done."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from tocsin.pki.work import Order

app = typer.Typer(
    help="Certificates for a small site, from an authority of its own.", no_args_is_help=True
)

Where = Annotated[Path, typer.Option(help="The authority's files.")]
Name = Annotated[
    str, typer.Argument(help="A box's or watcher's id, or the centre's.", metavar="NAME")
]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="Holds the passphrase of the authority's key, if it has one.")
]
PKI = Path("pki")


@app.command()
def init(
    folder: Where = PKI,
    name: Annotated[str, typer.Option(help="Of the authority.")] = "Tocsin site authority",
    days: Annotated[int, typer.Option(min=1, max=36500, help="For which it is valid.")] = 3650,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make an authority: a key, a certificate, an empty list of revoked ones."""
    from tocsin.pki import work

    work.init(_order(folder, passphrase_file), name, days)
    sys.stdout.write(
        f"{folder / 'ca.crt'}: for the centre and every box\n"
        f"{folder / 'ca.key'}: signs for all of them; keep it where nobody gets at it\n"
    )


@app.command()
def issue(
    name: Name,
    host: Annotated[
        list[str] | None,
        typer.Option(help="Name or address under which it is called, if it serves; repeatable."),
    ] = None,
    folder: Where = PKI,
    days: Annotated[int, typer.Option(min=1, max=36500, help="For which it is valid.")] = 730,
    renew: Annotated[bool, typer.Option("--renew", help="Though it has one still.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a key and a certificate for a box, a watcher or the centre."""
    from tocsin.pki import work

    order = _order(folder, passphrase_file)
    made, key = work.issue(order, name, host or (), days=days, renew=renew)
    sys.stdout.write(f"{made}\n{key}: for {name} alone\n")


@app.command()
def revoke(
    name: Name,
    replaced: Annotated[
        bool, typer.Option("--replaced", help="All but the newest, after a renewal.")
    ] = False,
    folder: Where = PKI,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take back a name's certificates: the centre lets them in no more, and hangs up."""
    from tocsin.pki import work

    count = work.revoke(_order(folder, passphrase_file), name, replaced=replaced)
    what = "1 certificate is" if count == 1 else f"{count} certificates are"
    sys.stdout.write(f"{name}: {what} revoked, by {folder / 'ca.crl'}\n")


@app.command("list")
def list_issued(folder: Where = PKI) -> None:
    """Show all certificates and which are valid."""
    from rich.console import Console

    from tocsin.pki import work

    work.show(_order(folder, None), Console())


def _order(folder: Path, passphrase_file: Path | None) -> "Order":
    from datetime import UTC, datetime

    from edge.clock import SystemClock
    from tocsin.pki.folder import Folder
    from tocsin.pki.work import Order

    now = datetime.fromtimestamp(int(SystemClock().now_s()), UTC)
    return Order(Folder(folder), now, _passphrase(passphrase_file))


def _passphrase(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; --passphrase-file names no file") from error
