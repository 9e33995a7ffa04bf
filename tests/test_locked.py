"""What is locked is what is asked for, with hashes; and an audit that asked nobody is none."""

import json
import subprocess
import sys
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.the_line_said import reachable

ROOT = Path(__file__).parent.parent
LOCKED, VERSIONS = ROOT / "configs" / "locked.txt", ROOT / "configs" / "versions.txt"
PYTHONS = ("3.11", "3.12", "3.13")
SHIPPED = ("postgresql", "oidc")
"""Extras that a box or a centre has."""
OWN = "tocsin"


class Pin(NamedTuple):
    """One line of a lock."""

    version: str
    marker: Marker | None
    hashes: int

    def is_for(self, python: str, machine: str) -> bool:
        return holds(self.marker, python, machine)


def holds(marker: Marker | None, python: str, machine: str) -> bool:
    """Whether a line is for a Python on a Linux of some processor."""
    return marker is None or marker.evaluate({
        "python_version": python, "python_full_version": f"{python}.9",
        "sys_platform": "linux", "os_name": "posix", "platform_machine": machine,
    })  # fmt: skip


@cache
def pins(file: Path) -> dict[str, list[Pin]]:
    """What a lock pins, by its name."""
    found: dict[str, list[Pin]] = {}
    for line in file.read_text().replace("\\\n", " ").splitlines():
        said, *hashes = line.split(" --hash=sha256:")
        if said.startswith("#"):
            continue
        asked = Requirement(said)
        (pinned,) = asked.specifier
        assert pinned.operator == "=="
        pin = Pin(pinned.version, asked.marker, len(hashes))
        found.setdefault(canonicalize_name(asked.name), []).append(pin)
    return found


def asked_for(*extras: str) -> list[Requirement]:
    """What setup.cfg asks for, with some extras."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    options = setup["options.extras_require"]
    texts = [setup["options"]["install_requires"], *(options[name] for name in extras or options)]
    asked = [Requirement(line) for text in texts for line in text.split("\n") if line.strip()]
    return [each for each in asked if each.name != OWN]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize(
    ("file", "extras"), [(LOCKED, SHIPPED), (VERSIONS, ())], ids=["locked", "versions"]
)
def test_all_that_is_asked_for_is_locked_within_its_bounds(
    file: Path, extras: tuple[str, ...], machine: str, python: str
) -> None:
    for asked in asked_for(*extras):
        if not holds(asked.marker, python, machine):
            continue
        pinned = pins(file)[canonicalize_name(asked.name)]
        (version,) = (pin.version for pin in pinned if pin.is_for(python, machine))
        assert asked.specifier.contains(version), f"{asked}: {version}; run `make lock`"


def test_what_those_need_in_turn_is_locked_too() -> None:
    needed = set(reachable([OWN])) - {OWN}
    assert needed <= set(pins(LOCKED)) | {canonicalize_name(each.name) for each in asked_for()}
    assert {"numpy", "starlette", "pydantic-core"} <= set(pins(LOCKED))


def test_what_ships_is_what_is_tested_and_has_hashes() -> None:
    for name, shipped in pins(LOCKED).items():
        assert {pin.version for pin in shipped} <= {pin.version for pin in pins(VERSIONS)[name]}
        assert all(pin.hashes for pin in shipped)


@pytest.mark.parametrize("file", [LOCKED, VERSIONS])
def test_a_lock_names_no_host(file: Path) -> None:
    assert "://" not in file.read_text()


def audited(told: list[dict[str, object]] | None, folder: Path) -> tuple[int, str]:
    """The exit code and the words for what pip-audit wrote."""
    file = folder / "audit.json"
    if told is not None:
        file.write_text(json.dumps({"dependencies": told}))
    judged = subprocess.run(
        [sys.executable, ROOT / ".ci" / "audited.py", file],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    return judged.returncode, judged.stdout


SOUND = {"name": "a", "version": "1", "vulns": []}
UNASKED = {"name": "b", "skip_reason": "not found"}
FAULT = {"id": "CVE-1", "fix_versions": ["2"]}
AT_FAULT = {"name": "c", "version": "1", "vulns": [FAULT]}


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        ([SOUND], 0, "none of 1 packages has a known fault"),
        ([SOUND, AT_FAULT, UNASKED], 1, "c 1: CVE-1; mended in 2"),
        ([SOUND, UNASKED], 3, "AUDIT NOT RUN: 1 of 2 could be asked about"),
        ([UNASKED], 3, "AUDIT NOT RUN"),
        ([], 3, "AUDIT NOT RUN"),
        (None, 3, "AUDIT NOT RUN"),
    ],
)
def test_an_audit_is_sound_only_if_all_could_be_asked_about(
    tmp_path: Path, told: list[dict[str, object]] | None, code: int, said: str
) -> None:
    got, words = audited(told, tmp_path)
    assert got == code
    assert said in words


def test_a_wheel_that_was_altered_is_not_installed(tmp_path: Path) -> None:
    script = tmp_path / "install"
    script.write_bytes((ROOT / "configs" / "offline" / "install").read_bytes())
    (tmp_path / "a.whl").write_bytes(b"altered")
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  a.whl\n")
    done = subprocess.run(
        ["sh", script, tmp_path / "there"], capture_output=True, check=False, text=True
    )
    assert done.returncode != 0
    assert "a.whl: FAILED" in done.stdout
    assert not (tmp_path / "there").exists()
