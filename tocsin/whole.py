"""A path in, a name to write to out; the path itself is there once all is written, or never."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import ConfigError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name beside the path that becomes it at the end; whatever goes wrong, nothing is left.

    Raises ConfigError where it cannot be written.
    """
    partial = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
