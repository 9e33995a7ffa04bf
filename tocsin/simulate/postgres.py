"""Debian's PostgreSQL as a server of one's own in, empty databases and their URLs out."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from center.engines import Engines, postgresql
from tocsin.demo.ports import free_port
from tocsin.simulate.cpu import cpu_s

BIN = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=Path("none")).parent


class Server:
    """A running server; `port` is on loopback, and its user is `postgres`."""

    def __init__(self, folder: Path, password: str) -> None:
        self.folder, self.password = folder, password
        self.port, self._numbers = free_port(), count(1)

    def start(self, options: str = "") -> None:
        """Start it and wait until it answers."""
        where = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {options}"
        self._run("pg_ctl", "-w", "-t", "300", "-l", self.folder / "log", "-o", where, "start")

    def stop(self) -> None:
        """Stop it as an operator in a hurry would: sessions are cut."""
        self._run("pg_ctl", "-w", "-m", "fast", "stop")

    def make(self) -> None:
        """Make its files."""
        secret = self.folder / "secret"
        secret.write_text(self.password)
        secret.chmod(0o644)
        self._run("initdb", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8",
                  "-U", "postgres", "--no-sync")  # fmt: skip

    def url(self, database: str) -> str:
        """Where a database is, without the password."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def database(self, encoding: str = "UTF8", like: str = "template0") -> str:
        """The URL of a database that nobody has written to, or of a copy of another."""
        name = f"tocsin_{next(self._numbers)}"
        made = f"CREATE DATABASE {name} TEMPLATE {like} ENCODING '{encoding}' LOCALE 'C'"
        import psycopg  # an extra

        where = self.url("postgres")
        with psycopg.connect(where, password=self.password, autocommit=True) as connection:
            connection.execute(made.encode())
        return self.url(name)

    def engines(self, like: str = "template0") -> Engines:
        """A database that nobody has written to, or a copy of another."""
        return postgresql(self.database(like=like), self.password)

    @property
    def pid(self) -> int:
        """Of the process that started all others."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def cpu_s(self) -> float:
        """Seconds of CPU of all its processes."""
        return cpu_s(self.pid)

    def _run(self, program: str, *arguments: str | Path) -> None:
        """Run one of its programs as somebody else than root, whom they refuse."""
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        whole: Sequence[str | Path] = [
            *become, BIN / program, "-D", self.folder / "data", *arguments,
        ]  # fmt: skip
        subprocess.run(whole, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


@contextmanager
def served(options: str, *, password: str, within: Path | None = None) -> Iterator[Server]:
    """A server, up; `options` are those of the program itself.

    within  the folder of its own; else the system's for what is temporary
    """
    folder = Path(tempfile.mkdtemp(prefix="tocsin-postgresql-", dir=within))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Server(folder, password)
    try:
        server.make()
        server.start(options)
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder)
