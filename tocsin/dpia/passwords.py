"""A configuration's text in, where its secrets lie out; never what they are."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

How = Literal["file", "environment"]

_KEYS = ("password", "password_file")


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret.

    at      its place in the file, `$.broker.password`
    how     where it lies: in a file of its own, or in the environment
    shared  others than its owner may read its file
    """

    at: str
    how: How
    shared: bool = False


def secrets_in(text: str, folder: Path) -> tuple[Secret, ...]:
    """All secrets of a YAML file that has been checked before: none stands in plain."""
    return tuple(_found(yaml.safe_load(text), "$", folder))


def _found(node: Any, at: str, folder: Path) -> Iterator[Secret]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _KEYS and isinstance(value, str):
                yield _secret(f"{at}.{key}", value, folder)
            else:
                yield from _found(value, f"{at}.{key}", folder)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _found(value, f"{at}[{number}]", folder)


def _secret(at: str, value: str, folder: Path) -> Secret:
    if at.endswith("_file"):
        return Secret(at, "file", shared=_is_shared(folder / value))
    return Secret(at, "environment")


def _is_shared(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
