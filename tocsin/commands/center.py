"""The words of `tocsin center` in, what they ask for done."""

import os
from typing import Annotated

import typer

from tocsin.accounts.command import app as users
from tocsin.commands.options import Config

app = typer.Typer(help="The command centre.", no_args_is_help=True)
app.add_typer(users, name="user")


@app.command()
def run(config: Config) -> None:
    """Run the centre: broker, inbox, cross-check, store and console, until Ctrl-C."""
    from center import service
    from center.clock import SystemClock
    from center.config import load
    from tocsin.notifying import told

    service.run(load(config), told(os.environ, SystemClock().ticks_s))


@app.command()
def broker(config: Config) -> None:
    """Run only the broker of a centre's file, as one more of several, until Ctrl-C."""
    from center import brokering
    from center.config import load

    brokering.run(load(config))


@app.command()
def tell(
    config: Config,
    channel: Annotated[str, typer.Argument(help="One of the file's channels.", metavar="CHANNEL")],
    test: Annotated[bool, typer.Option("--test", help="Send a try-out.")] = False,
) -> None:
    """Try a channel over which people are told: send a message that says that it works."""
    from center.config import load
    from center.telling import trying

    loaded = load(config)
    way = "over MQTT" if trying.channel_of(loaded, channel).mqtt else "over Apprise"
    if test:
        trying.try_out(loaded, channel)
    typer.echo(f"{channel}: {way}, {'delivered' if test else 'sound; send a try-out with --test'}")
