"""Foreign libraries in, a process that answers for them out, in an environment of its own.

Measures and other trackers want versions of numpy and OpenCV that must not stand beside ours. Each
gets an environment in the user's cache, made when it is asked for the first time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from pipelines.errors import ConfigError

Answer = TypeVar("Answer")

_APART = Path(__file__).parent / "apart"


@dataclass(frozen=True, slots=True)
class Workshop:
    """An environment and the program that runs in it.

    program  a file of `apart`, which reads and writes a line of JSON at a time, and its words
    steps    words for pip, one call after the other; without any there is no pip
    """

    name: str
    program: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]

    def folder(self) -> Path:
        """Where the environment lies; another list of packages gets another one."""
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        said = repr((self.steps, sys.version_info[:2], sys.prefix))
        return cache / "tocsin" / f"{self.name}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def python(self) -> Path:
        """Its interpreter; made first where there is none. Raises ConfigError."""
        folder = self.folder()
        python = folder / "bin" / "python"
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            try:
                venv.create(folder, with_pip=bool(self.steps))
                for step in self.steps:
                    self._pip(python, step)
            except (OSError, subprocess.CalledProcessError) as error:
                said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
                why = next((line for line in reversed(said) if "ERROR" in line), said[-1])
                raise ConfigError(
                    f"{self.name} cannot be installed in {folder}: {why}; it needs pip's index"
                ) from error
            (folder / "ready").touch()
        return python

    @contextmanager
    def opened(self) -> Iterator["Talk"]:
        """Start the program, and end it. Raises ConfigError."""
        program, *words = self.program
        line = [str(self.python()), "-I", str(_APART / program), *words]
        with (
            tempfile.TemporaryFile() as noise,
            subprocess.Popen(
                line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise
            ) as process,
        ):
            try:
                yield Talk(self.name, process, noise)
            finally:
                process.kill()

    def _pip(self, python: Path, step: tuple[str, ...]) -> None:
        subprocess.run(
            [python, "-m", "pip", *step, "--quiet", "--disable-pip-version-check"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with a program that runs apart; `noise` is what else it prints."""

    name: str
    process: "subprocess.Popen[bytes]"
    noise: IO[bytes]

    def ask(self, question: object, answer: type[Answer]) -> Answer:
        """Send one line, wait for one. Raises ConfigError when the program breaks off."""
        pipes = self.process
        if pipes.stdin is None or pipes.stdout is None:
            raise ConfigError(f"{self.name}: was started without pipes")
        try:
            pipes.stdin.write(msgspec.json.encode(question) + b"\n")
            pipes.stdin.flush()
            return msgspec.json.decode(pipes.stdout.readline(), type=answer)
        except (OSError, msgspec.DecodeError) as error:
            pipes.kill()
            pipes.wait()
            self.noise.seek(0)
            last = self.noise.read().decode(errors="replace").strip().splitlines()[-1:]
            raise ConfigError(f"{self.name}: broke off: {''.join(last) or error}") from error


def noted(told: Callable[[str], None], shop: Workshop) -> Workshop:
    """Say that an environment will be made, where it will."""
    if not (shop.folder() / "ready").exists():
        told(f"making an environment for {shop.name}, once")
    return shop
