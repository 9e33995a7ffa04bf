"""A file that is to be written after long work in, an error now where it cannot be out."""

from pathlib import Path

from pipelines.errors import ConfigError


def make_room(file: Path, option: str = "--json") -> None:
    """See that a file can be written, whatever stands in it. Raises ConfigError.

    option  by which it was named; empty where that was an argument
    """
    is_new = not file.exists()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab"):
            pass
        if is_new:
            file.unlink()
    except OSError as error:
        named = f"{option} {file}".lstrip()
        raise ConfigError(f"{named}: cannot be written: {error.strerror}") from error
