"""The centre's configuration in, its store to read out, beside a centre that runs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from center.config import CenterConfig
from center.engines import Engines, postgresql, sqlite
from center.migrating import newer, newest, revision_of
from center.store import Reading
from pipelines.errors import StoreError

FILE = "center.db"


@contextmanager
def reading(config: CenterConfig) -> Iterator[Reading]:
    """The store, once it is sure that its tables are those of this version. Raises StoreError."""
    with closing(Reading(engines_of(config))) as store:
        with store.read() as connection:
            revision = revision_of(connection)
        if revision is None or revision < newest():
            raise StoreError(
                f"{store.place}: its tables are of an older Tocsin ({revision or 'none'}, not "
                f"{newest()}); start the centre once with this one, or use that one"
            )
        if revision > newest():
            raise newer(revision)
        yield store


def engines_of(config: CenterConfig) -> Engines:
    """How the store is reached that is there. Raises StoreError where there is none."""
    if config.store.url is not None:
        return postgresql(config.store.url, config.store.password)
    file = Path(config.state) / FILE
    if not file.exists():
        raise StoreError(f"{file}: not there; the centre has not been started yet")
    return sqlite(file)
