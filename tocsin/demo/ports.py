"""Nothing in, a TCP port out for a server of this machine that starts soon, or starts again."""

import contextlib
import errno
import itertools
import random
import socket

_PORTS = range(20_000, 32_768)
"""Below those that Linux lends to whoever connects: such a one would be lent again while a server
is not up yet or between two lives, and a call to it may even reach the caller itself."""

_turns = itertools.count(random.randrange(len(_PORTS)))  # noqa: S311 -- so that two programs differ


def free_port() -> int:
    """A port that nobody listens on now, and that was not given out a short while ago."""
    for turn in itertools.islice(_turns, len(_PORTS)):
        port = _PORTS[turn % len(_PORTS)]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, f"all ports of {_PORTS.start} to {_PORTS[-1]} are taken")
