"""The centre's configuration in, how its own connections reach its own broker out."""

import ssl
from typing import NamedTuple, TypedDict
from urllib.parse import urlsplit

from center import tls
from center.config import CenterConfig


class Options(TypedDict):
    """What `nats.connect` wants to know of TLS."""

    tls: ssl.SSLContext | None
    tls_hostname: str | None


class Line(NamedTuple):
    """Where the broker is and how it is called.

    host     at which this machine reaches it
    url      where the centre connects to; of several, with commas between them
    options  for `nats.connect`
    """

    host: str
    url: str
    options: Options

    @property
    def servers(self) -> list[str]:
        """Each of the brokers, for `nats.connect`."""
        return self.url.split(",")


def line_of(config: CenterConfig) -> Line:
    """The line to the broker that the configuration starts, or that others run."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.broker.host, config.broker.host)  # noqa: S104
    if config.broker.url is not None:
        host = urlsplit(config.broker.url.partition(",")[0]).hostname or host
    shown = f"[{host}]" if ":" in host else host
    options: Options = {"tls": None, "tls_hostname": None}
    if config.tls is not None:
        ours = tls.hosts(config.tls)[0].replace("*", "any")
        name = ours if config.broker.url is None else None  # brokers of others show their own
        options = {"tls": tls.calling(config.tls), "tls_hostname": name}
    return Line(host, config.broker.url or f"nats://{shown}:{config.broker.port}", options)
