"""A folder in, its names on disk out."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Have a folder's names on disk. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
