"""The mosquitto that tests start, and what they are marked with where there is none."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.center.centre import SECRET, eventually
from tocsin.demo.ports import free_port

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
NEEDED = [
    pytest.mark.mosquitto,
    pytest.mark.skipif(PROGRAM is None, reason="there is no /usr/sbin/mosquitto"),
]
CONF = """\
listener {port} 127.0.0.1
user root
allow_anonymous false
password_file {folder}/users
acl_file {folder}/rights
max_queued_messages 100000
log_type error
"""
RIGHTS = """\
user box-1
topic write evt/demo/#
topic write hb/box-1
user centre
topic read evt/#
topic read hb/+
user stranger
topic read nothing
"""
USERS = ("box-1", "centre", "stranger")


class Mosquitto:
    """A broker as people have it: users, and what each may say and hear."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        users = folder / "users"
        users.touch(mode=0o600)
        for user in USERS:
            subprocess.run(["mosquitto_passwd", "-b", users, user, SECRET], check=True)
        (folder / "rights").write_text(RIGHTS)
        (folder / "rights").chmod(0o600)
        (folder / "conf").write_text(CONF.format(port=self.port, folder=folder))

    def start(self) -> None:
        """Start and wait until it listens."""
        assert PROGRAM is not None
        self.process = subprocess.Popen([PROGRAM, "-c", str(self.folder / "conf")])
        eventually(self._listens)

    def stop(self) -> None:
        """End it; what it held is gone."""
        self.process.kill()
        self.process.wait()

    def _listens(self) -> bool:
        assert self.process.poll() is None, "mosquitto has ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def served(folder: Path) -> Iterator[Mosquitto]:
    """One that is up."""
    folder.mkdir()
    folder.chmod(0o755)
    running = Mosquitto(folder)
    running.start()
    try:
        yield running
    finally:
        running.stop()
