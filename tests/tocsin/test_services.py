"""What systemd is given: units that it takes and that reach little, programs that answer it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.standing import Standing
from tests.center.centre import Centre
from tocsin.notifying import told

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "configs" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
LEAST_EXPOSED = 20  # tenths of systemd's own scale, on which 100 is a service without any bounds
PATIENCE_S = 120.0
NEEDED = [
    pytest.mark.systemd,
    pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze"),
]


def read(unit: Path) -> list[tuple[str, str]]:
    """A unit's settings, in order; one may stand more than once."""
    lines = (line for line in unit.read_text().splitlines() if not line.startswith(("#", "[")))
    return [(name, value) for name, _, value in (line.partition("=") for line in lines) if name]


def analyzed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says."""
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], capture_output=True, check=False, text=True
    )


@pytest.mark.parametrize(
    "unit", [*UNITS, FOLDER / "tocsin-backup.timer"], ids=lambda path: path.name
)
@NEEDED[0]
@NEEDED[1]
def test_systemd_takes_each_unit_without_a_word(unit: Path, tmp_path: Path) -> None:
    for each in FOLDER.glob("*.[st]*"):
        text = each.read_text().replace("/opt/tocsin/bin/tocsin", sys.executable)
        (tmp_path / each.name).write_text(text)
    told = analyzed("verify", "--man=no", tmp_path / unit.name)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
@NEEDED[0]
@NEEDED[1]
def test_a_service_can_reach_little_by_systemds_own_scale(unit: Path) -> None:
    bound = f"--threshold={LEAST_EXPOSED}"
    assert analyzed("security", "--offline=true", "--no-pager", bound, unit).returncode == 0
    loose = analyzed("security", "--offline=true", "--no-pager", "--threshold=5", unit)
    assert loose.returncode != 0, "the bound is what makes the difference"


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_no_secret_and_no_write_beyond_its_own_folders_is_needed(unit: Path) -> None:
    settings = read(unit)
    said = dict(settings)
    assert said["User"] == "tocsin"
    assert said["ProtectSystem"] == "strict"
    assert said["NoNewPrivileges"] == "yes"
    assert said["CapabilityBoundingSet"] == ""
    assert "MemoryMax" in said
    assert all(":/etc/tocsin/secrets/" in value for name, value in settings if "Credential" in name)


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_it_waits_for_signs_of_life_only_from_what_gives_them(unit: Path) -> None:
    said = dict(read(unit))
    assert (
        ("WatchdogSec" in said) == (said["Type"] == "notify") == (" run /etc" in said["ExecStart"])
    )


class Listener:
    """The socket that systemd listens on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(PATIENCE_S)

    def next(self) -> str:
        return self.socket.recv(4096).decode()

    def all(self) -> list[str]:
        """What has been said, without waiting."""
        found = []
        self.socket.setblocking(False)
        try:
            while True:
                found.append(self.next())
        except BlockingIOError:
            return found


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = Listener(tmp_path / "s")
    yield made
    made.socket.close()


def test_signs_of_life_are_as_frequent_as_was_asked_for(listener: Listener) -> None:
    now = [0.0]
    env = {"NOTIFY_SOCKET": str(listener.path), "WATCHDOG_USEC": "3000000"}
    stand = told(env, lambda: now[0])
    words: tuple[Standing, ...] = ("ready", "alive", "alive")
    for word in words:
        stand(word)
    assert listener.all() == ["READY=1", "WATCHDOG=1"]
    for tenth in range(50):
        now[0] = tenth / 10
        stand("alive")
    stand("stopping")
    assert listener.all() == ["WATCHDOG=1"] * 4 + ["STOPPING=1"]


@pytest.mark.parametrize(
    "more",
    [{}, {"WATCHDOG_USEC": "odd"}, {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}],
    ids=["no watchdog", "no number", "of another process"],
)
def test_nobody_who_did_not_ask_gets_signs_of_life(
    listener: Listener, more: dict[str, str]
) -> None:
    stand = told({"NOTIFY_SOCKET": str(listener.path), **more}, lambda: 0.0)
    stand("alive")
    stand("ready")
    assert listener.all() == ["READY=1"]
    told({}, lambda: 0.0)("ready")


def test_a_systemd_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    told({"NOTIFY_SOCKET": str(tmp_path / "none")}, lambda: 0.0)("ready")


BOX = """\
site: demo
box: box-1
broker: {port: 1, password_file: "${CREDENTIALS_DIRECTORY}/secret"}
cameras: [{id: cam, place: yard, url: "rtsp://127.0.0.1:1/none"}]
"""


@pytest.mark.parametrize("what", ["center", "edge"])
def test_a_program_says_that_it_is_up_and_alive_and_that_it_ends(
    tmp_path: Path, listener: Listener, what: str
) -> None:
    Centre(tmp_path)
    (tmp_path / "edge.yaml").write_text(BOX)
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "CREDENTIALS_DIRECTORY": str(tmp_path),
        "NOTIFY_SOCKET": str(listener.path), "WATCHDOG_USEC": "1000000",
    }  # fmt: skip
    with (tmp_path / "log").open("w") as log:
        program = [sys.executable, "-m", "tocsin", what, "run", f"{what}.yaml"]
        running = subprocess.Popen(program, cwd=tmp_path, env=env, stdout=log, stderr=log)
    try:
        heard = [listener.next()]
        while heard.count("READY=1") < 1 or heard.count("WATCHDOG=1") < 3:
            heard.append(listener.next())
        running.send_signal(signal.SIGTERM)
        while heard[-1] != "STOPPING=1":
            heard.append(listener.next())
        assert running.wait(PATIENCE_S) == 0
    finally:
        running.kill()
        running.wait()
    assert set(heard) == {"READY=1", "WATCHDOG=1", "STOPPING=1"}
