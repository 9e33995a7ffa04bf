"""A path in, the text of the file out, or in words why it cannot be read."""

from pathlib import Path

from pipelines.errors import ConfigError
from pipelines.unread import why_unread


def text_in(path: Path) -> str:
    """Read a file that somebody named. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {why_unread(error)}") from error
