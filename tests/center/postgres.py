"""The PostgreSQL that tests start, and what they are marked with where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.postgres import BIN, Server
from benchmarks.postgres import served as served_by
from tests.center.centre import SECRET

NEEDED = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not (BIN / "initdb").exists(), reason="there is no /usr/lib/postgresql"),
]
HASTY = "-c fsync=off -c full_page_writes=off -c max_connections=40 -c shared_buffers=32MB"


@contextmanager
def served() -> Iterator[Server]:
    """A server, up, that does not wait for the disk."""
    with served_by(HASTY, password=SECRET) as running:
        yield running
