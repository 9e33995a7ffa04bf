"""A file of --password-file in, what it holds out."""

from pathlib import Path

from pipelines.errors import ConfigError
from pipelines.unread import why_unread


def text_of(file: Path) -> str:
    """What stands in it, with its line ends. Raises ConfigError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fix = "--password-file names no file with a password"
        raise ConfigError(f"{file}: {why_unread(error)}; {fix}") from error
