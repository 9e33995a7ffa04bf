"""The words of `tocsin center user` in, what they ask for done."""

import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from center.rights import EVERYWHERE, Role
from pipelines.errors import ConfigError

app = typer.Typer(help="Who may sign in at the centre.", no_args_is_help=True)

Config = Annotated[Path, typer.Argument(help="The centre's YAML file.", metavar="CONFIG")]
Name = Annotated[str, typer.Argument(help="By which they sign in.", metavar="NAME")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="Holds the password; else the terminal is asked.")
]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help=f"Repeatable: {', '.join(get_args(Role))}.")
]


@app.command()
def add(
    config: Config,
    name: Name,
    role: Roles = None,
    place: Annotated[
        list[str] | None, typer.Option(help="A place's id, with all that it holds; repeatable.")
    ] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="All places.")] = False,
    seat: Annotated[str, typer.Option(help="As others see it in the log; else the name.")] = "",
    password_file: PasswordFile = None,
) -> None:
    """Let someone sign in."""
    from tocsin.accounts import work

    places = (EVERYWHERE,) if everywhere else tuple(place or ())
    if not role or not places:
        raise ConfigError(f"{name}: say at least one --role, and --place or --everywhere")
    work.add(config, name, seat=seat or name, roles=role, places=places, password=password_file)
    sys.stdout.write(f"{name} may sign in\n")


@app.command("list")
def list_users(config: Config) -> None:
    """Show all users, what they may do and where."""
    from rich.console import Console

    from tocsin.accounts import work

    work.show(config, Console())


@app.command()
def passwd(config: Config, name: Name, password_file: PasswordFile = None) -> None:
    """Set a password; all sessions of the user end."""
    from tocsin.accounts import work

    work.passwd(config, name, password_file)
    sys.stdout.write(f"{name} has a new password\n")


@app.command()
def disable(config: Config, name: Name) -> None:
    """Let a user in no more: sessions, tokens and streams end within seconds."""
    from tocsin.accounts import work

    work.disable(config, name)
    sys.stdout.write(f"{name} is let in no more\n")


@app.command()
def enable(config: Config, name: Name) -> None:
    """Let a user in again, with the password of before."""
    from tocsin.accounts import work

    work.enable(config, name)
    sys.stdout.write(f"{name} may sign in\n")


@app.command()
def token(
    config: Config,
    name: Name,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    role: Roles = None,
    days: Annotated[float, typer.Option(min=0.01, help="For how long it is good.")] = 365.0,
) -> None:
    """Print a new token of a user, for a program: `Authorization: Bearer …`."""
    from tocsin.accounts import work

    given = work.token(config, name, label=label, roles=role, days=days)
    sys.stdout.write(given + "\n")
    sys.stderr.write("it is shown this once\n")


@app.command()
def tokens(
    config: Config,
    name: Name,
    end: Annotated[str, typer.Option(help="Beginning of one to take back.")] = "",
) -> None:
    """List a user's tokens by their beginnings, or take one back."""
    from rich.console import Console

    from tocsin.accounts import work

    work.tokens(config, name, end, Console())
