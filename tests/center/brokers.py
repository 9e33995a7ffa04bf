"""A folder in, three brokers that are one out, each a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tests.center.centre import PATIENCE_S, SECRET
from tocsin.demo.ports import free_port

NODES = ("one", "two", "three")
_PROGRAM = (
    "import sys; from pathlib import Path; from center.config import load; "
    "from center.{} import run; run(load(Path(sys.argv[1])))"
)


class Brokers:
    """Three of them on loopback, with a file each.

    centres  those with a centre; the others are brokers alone
    more     what else each file says
    each     and what that of one node says
    """

    def __init__(
        self, folder: Path, *, centres: Collection[str] = (), more: dict[str, Any] | None = None,
        each: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.centres, self.more, self.each = folder, centres, more or {}, each or {}
        nodes = {name: f"127.0.0.1:{free_port()}" for name in NODES}
        (folder / "secret").write_text(SECRET)
        (folder / "watch.yaml").write_text(json.dumps({"places": []}))
        self.mqtt = {name: free_port() for name in NODES}
        for name in NODES:
            self.file(name).write_text(json.dumps(self._config(name, nodes)))
        self.running: dict[str, subprocess.Popen[str]] = {}

    def file(self, name: str) -> Path:
        """The configuration of one."""
        return self.folder / f"{name}.yaml"

    def pid(self, name: str) -> int:
        """Of its nats-server."""
        return int((self.folder / name / "broker.pid").read_text())

    def start(self, *names: str) -> None:
        """Start some, and wait until boxes may come to each."""
        self.begin(*names)
        self.wait(*names)

    def begin(self, *names: str) -> None:
        """Start some and don't wait."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, "-c", self._program(name), str(self.file(name))],
                    env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
                    stdout=subprocess.PIPE, stderr=log, text=True,
                )  # fmt: skip

    def wait(self, *names: str) -> None:
        """Wait until boxes may come to each."""
        for name in names:
            out = self.running[name].stdout
            assert out is not None
            line = out.readline()
            assert line.startswith(("broker=", "console=")), (
                self.folder / f"{name}.log"
            ).read_text()[-2000:]

    def _program(self, name: str) -> str:
        return _PROGRAM.format("service" if name in self.centres else "brokering")

    def stop(self, *names: str) -> None:
        """End some."""
        for name in names:
            self.running[name].terminate()
        for name in names:
            process = self.running.pop(name)
            process.wait(PATIENCE_S)
            assert process.stdout is not None
            process.stdout.close()

    def _config(self, name: str, nodes: dict[str, str]) -> dict[str, Any]:
        return {
            "state": name,
            "broker": {
                "port": free_port(), "mqtt_port": self.mqtt[name], "sync": "2m", "max_file_gib": 1,
                "cluster": {"me": name, "nodes": nodes, "password_file": "secret"},
            },
            "boxes": [{"box": "box-1", "site": "demo", "password_file": "secret"}],
            "console": {"port": free_port(), "sign_in": False},
            "watch_list": "watch.yaml", **self.more, **self.each.get(name, {}),
        }  # fmt: skip
