"""A real centre for the tests: the real broker, store and web server, in their own process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.center.centre import Centre


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A centre of one's own, up."""
    running = Centre(tmp_path)
    running.start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre, up, that the tests of a module share."""
    running = Centre(tmp_path_factory.mktemp("centre"))
    running.start()
    yield running
    running.stop()
