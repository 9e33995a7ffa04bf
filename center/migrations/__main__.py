"""What was changed in `center/tables.py` in, the step that brings it about out, as a file to read.

python -m center.migrations "What it adds"
"""

import sys
import tempfile
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from center.engines import sqlite
from center.migrating import alembic
from center.store import Store


def main(what: str) -> None:
    """Write the step from the last one to the tables as they are now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "center.db"
        Store(path).close()
        with closing(sqlite(path)) as engines, engines.writer.begin() as connection:
            config = alembic(connection)
            last = int(ScriptDirectory.from_config(config).get_current_head() or 0)
            command.revision(config, what, autogenerate=True, rev_id=f"{last + 1:04}")


main(sys.argv[1])
