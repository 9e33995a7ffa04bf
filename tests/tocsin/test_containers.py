"""What a container engine is given: an image of the wheelhouse alone, and services with bounds."""

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tocsin.notifying import told

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "configs" / "container"
INSTRUCTIONS = {
    "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER",
    "VOLUME", "WORKDIR",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """The Containerfile, a step a line."""
    text = (FOLDER / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def compose() -> dict[str, Any]:
    """The compose file, with what its services share put in."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return loaded


SERVICES: dict[str, dict[str, Any]] = compose()["services"]


def test_an_image_is_made_of_the_wheelhouse_and_a_base_that_one_may_choose() -> None:
    steps = instructions()
    assert {word for word, _ in steps} <= INSTRUCTIONS
    assert steps[0] == ("ARG", "BASE=python:3.12-slim")
    assert {rest.split()[0] for word, rest in steps if word == "FROM"} == {"${BASE}"}
    runs = " ".join(rest for word, rest in steps if word == "RUN")
    assert not re.search(r"curl|wget|apt|pip|://", runs)


def test_nothing_in_it_runs_as_root() -> None:
    words = [word for word, _ in instructions()]
    user = next(rest for word, rest in instructions() if word == "USER")
    uid, gid = map(int, user.split(":"))
    assert min(uid, gid) > 0
    assert words.index("USER") < words.index("ENTRYPOINT")


def test_an_image_is_sound_while_its_loop_turns_and_no_longer(tmp_path: Path) -> None:
    file, now = tmp_path / "alive", [0.0]
    check = next(rest for word, rest in instructions() if word == "HEALTHCHECK")
    command = check.partition("CMD ")[2].replace("/run/tocsin/alive", str(file))

    def is_sound() -> bool:
        return subprocess.run(["sh", "-c", command], check=False, stderr=-3).returncode == 0

    stand = told({"TOCSIN_ALIVE": str(file)}, lambda: now[0])
    stand("alive")
    assert not is_sound(), "it is not up yet"
    stand("ready")
    assert is_sound()
    long_ago = time.time() - 60
    os.utime(file, (long_ago, long_ago))
    stand("alive")
    assert not is_sound(), "it was said too lately to be said again"
    now[0] = 6.0
    stand("alive")
    assert is_sound()
    stand("stopping")
    assert not is_sound()


def test_a_file_that_cannot_be_written_harms_nobody() -> None:
    stand = told({"TOCSIN_ALIVE": "/proc/none/alive"}, lambda: 0.0)
    stand("ready")
    stand("stopping")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reaches_its_own_folders_alone(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit"} <= set(service)
    assert not {"privileged", "cap_add", "pid", "user"} & set(service)
    assert service["tmpfs"][0].startswith("/run/tocsin:mode=")
    named = {each.split(":")[0] for each in service["volumes"]}
    assert {each for each in named if not each.startswith("./")} <= set(compose()["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_of_the_image_that_we_make(name: str) -> None:
    service = SERVICES[name]
    assert service["image"] == "tocsin"
    context = FOLDER / service["build"]["context"]
    assert context.resolve() == ROOT / "build" / "wheelhouse"
    assert (context / service["build"]["dockerfile"]).resolve() == FOLDER / "Containerfile"
    assert service["command"][:2] == [name, "run"]
