"""A real centre for the tests: the real broker, store and web server, in their own process."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.postgres import Server
from center.engines import Engines
from center.store import Store
from tests.center import postgres
from tests.center.centre import Centre

ENGINES = ["sqlite", pytest.param("postgresql", marks=postgres.NEEDED)]


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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that all tests of a run share; each takes databases of its own."""
    with postgres.served() as running:
        yield running


@pytest.fixture(params=ENGINES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Engines:
    """A place for a store, once of each kind."""
    if request.param == "sqlite":
        return tmp_path / "a.db"
    running: Server = request.getfixturevalue("server")
    return running.engines()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty store, to be copied: the steps to its tables are taken once."""
    path = tmp_path_factory.mktemp("empty") / "a.db"
    Store(path).close()
    return path


@pytest.fixture(scope="session")
def like(server: Server) -> str:
    """The database of an empty store, to be copied."""
    engines = server.engines()
    Store(engines).close()
    return str(engines.writer.url.database)


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once of each kind."""
    place: Path | Engines = tmp_path / "a.db"
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty"), tmp_path / "a.db")
    else:
        running: Server = request.getfixturevalue("server")
        place = running.engines(like=request.getfixturevalue("like"))
    with closing(Store(place)) as made:
        yield made
