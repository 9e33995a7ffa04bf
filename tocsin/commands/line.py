"""The words of `tocsin watch` and `tocsin send` in, a talk with the broker out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import ConfigError
from tocsin import secret

if TYPE_CHECKING:
    from pipelines.trust import Trust

Host = Annotated[str, typer.Option(help="Of the broker.")]
Port = Annotated[int, typer.Option(help="Of its MQTT listener.", min=1, max=65535)]
PasswordFile = Annotated[
    Path | None, typer.Option(help="Holds the password; else TOCSIN_PASSWORD is taken.")
]
Ca = Annotated[
    Path | None, typer.Option(help="Who signed the broker's certificate, if it has one.")
]
Cert = Annotated[Path | None, typer.Option(help="The user's own, where the broker asks for one.")]
Key = Annotated[Path | None, typer.Option(help="Of the user's certificate.")]


def watch(
    host: Host = "127.0.0.1",
    port: Port = 1883,
    user: Annotated[str, typer.Option(help="One of the centre's watchers.")] = "watcher",
    password_file: PasswordFile = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
) -> None:
    """Show events and alerts as they pass the broker."""
    from rich.console import Console

    from tocsin import watching

    watching.watch(
        host=host, port=port, user=user, password=_password(password_file), console=Console(),
        tls=_trust(ca, cert, key),
    )  # fmt: skip


def send(  # noqa: PLR0913, PLR0917 -- each is an option
    what: Annotated[
        str, typer.Argument(help="help-point, door-forced, …, or ONVIF's word.", metavar="WHAT")
    ],
    site: Annotated[str, typer.Option(help="The site that the user speaks for.")],
    device: Annotated[str, typer.Option(help="The door, help point or patrol point.")],
    place: Annotated[str, typer.Option(help="Where it is, by the watch list.")],
    at: Annotated[str, typer.Option(help="When; else now: 2026-03-01T22:14:07+08:00.")] = "",
    host: Host = "127.0.0.1",
    port: Port = 1883,
    user: Annotated[str, typer.Option(help="One of the centre's boxes.")] = "box-1",
    password_file: PasswordFile = None,
    ca: Ca = None,
    cert: Cert = None,
    key: Key = None,
) -> None:
    """Say what a door, a help point or a patrol point has to say: to try, and for adapters."""
    from rich.console import Console

    from tocsin import sending

    event = sending.event_of(what, site=site, device=device, place=place, at=at)
    tls = _trust(ca, cert, key)
    broker = sending.Broker(host, port, user, _password(password_file), tls)
    sending.send(event, broker, Console())


def _trust(ca: Path | None, cert: Path | None, key: Path | None) -> "Trust | None":
    """The files of a line's TLS; none where it has none. Raises ConfigError."""
    if ca is None and cert is None and key is None:
        return None
    from edge.tls import faults
    from pipelines.trust import Trust

    named = {"ca": ca, "cert": cert, "key": key}
    trust = Trust(**{name: str(path) for name, path in named.items() if path})
    for fault in faults(trust):
        raise ConfigError(fault.replace("$.tls.", "--").replace("$.tls", "--cert and --key"))
    return trust


def _password(file: Path | None) -> str:
    if file is None:
        return os.environ.get("TOCSIN_PASSWORD", "")
    return secret.text_of(file).strip()
