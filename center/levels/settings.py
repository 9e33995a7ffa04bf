"""What a centre's configuration says of the levels above and below it: data only."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from center.tls import Tls
from center.trust import found
from pipelines.errors import ConfigError
from pipelines.fitting import fits
from pipelines.settings import Id
from pipelines.trust import Trust, beyond, is_loopback

_ONE = r"(nats|tls)://[^/,@\s]+:\d{1,5}"
Url = Annotated[
    str,
    msgspec.Meta(pattern=rf"^{_ONE}(,{_ONE})*$(?!\n)", extra=fits("write tls://HOST:PORT")),
]
Secret = Annotated[str, msgspec.Meta(min_length=1)]


class Above(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The level above.

    name      of its level, as its own file says
    url       where it listens for levels below, `tls://district.example.net:7422`; of several
              brokers, each, with commas between them
    password  or `password_file`: as that centre has it for us
    tls       which authority signed its certificate
    """

    name: Id
    url: Url
    password: Secret
    tls: Trust | None = None

    @property
    def urls(self) -> list[str]:
        """Each of them."""
        return self.url.split(",")


class Below(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level below, which may connect.

    password  or `password_file`
    """

    name: Id
    password: Secret


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a centre stands among others.

    name        of its level; no two of a district share one
    above       to whom alerts, roll-ups and health go; nobody, at the top
    below       who sends theirs
    host, port  where those connect to
    tls         our certificate for them, if not the centre's own; without either they connect
                from this machine only
    """

    name: Id
    above: Above | None = None
    below: tuple[Below, ...] = ()
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 7422
    tls: Trust | None = None

    @property
    def peers(self) -> Iterator[str]:
        """Names of the levels beside it."""
        if self.above is not None:
            yield self.above.name
        yield from (each.name for each in self.below)


def checked(level: Level, folder: Path, name: str, tls: Tls | None) -> Level:
    """The same with whole paths. Raises ConfigError for what types cannot say.

    tls  the centre's, which holds for its links where they do not say otherwise
    """
    above, ours = _certified(level, folder, name, tls)
    if level.below and not is_loopback(level.host) and (ours is None or ours.cert is None):
        said = beyond("levels below connect", level.host, at="$.level.host")
        raise ConfigError(f"{name}: {said}")
    for peer, times in Counter([level.name, *level.peers]).items():
        if times > 1:
            raise ConfigError(
                f"{name}: {times} levels are named {peer!r} - at $.level; give each its own name"
            )
    return msgspec.structs.replace(level, above=above, tls=ours)


def _certified(
    level: Level, folder: Path, name: str, tls: Tls | None
) -> tuple[Above | None, Trust | None]:
    """The level above and our own certificate, each as the centre has it where nothing is said."""
    ours = found(level.tls, folder, name=name, at="$.level.tls")
    if ours is None and tls is not None:
        ours = Trust(cert=tls.cert, key=tls.key)
    if level.above is None:
        return None, ours
    theirs = found(level.above.tls, folder, name=name, at="$.level.above.tls")
    if theirs is None and tls is not None and "tls:" in level.above.url:
        theirs = Trust(ca=tls.ca)
    return msgspec.structs.replace(level.above, tls=theirs), ours
