"""A user's file in, an entry of the catalogue beside a copy of it out, once it has run."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from models.catalogue import AUTO, CATALOGUE, Entry, digest_of
from models.coco import LABELS
from models.families import asked, fitting, named
from models.load import detector
from models.session import signature_of
from pipelines.errors import ConfigError, ModelError
from pipelines.unread import why_unread

COCO = "coco"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_BLANK_PX = 480, 640


def add(
    file: Path,
    *,
    folder: Path,
    name: str = "",
    labels: tuple[str, ...] = (),
    family: str = "",
    licence: str = "yours to know",
    source: str = "",
) -> Entry:
    """Check a network, run it once on a blank picture and copy it into the folder.

    name    by which a detector asks for it; the file's, when none is given
    labels  those that the file says, when none are given, and else COCO's
    family  found out from the file's outputs, when none is given

    Raises ConfigError when the name is taken or odd, ModelError when the file is no network that
    says boxes, classes and scores and nothing else. The folder is then as it was.
    """
    name = free_name(name or file.stem, folder)
    made = _described(file, name, labels, family)
    made = msgspec.structs.replace(made, licence=licence, source=source or file.name)
    with _copied(file, folder, f"{name}.onnx") as copy:
        _run_once(msgspec.structs.replace(made, file=str(copy.resolve())))
        copy.replace(folder / made.file)
    note = folder / f"{name}.json"
    note.write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    return msgspec.structs.replace(made, file=str((folder / made.file).resolve()))


def free_name(name: str, folder: Path) -> str:
    """The name, when it can be had. Raises ConfigError."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} is no name for a model: it needs a-z, 0-9, '.', '_' and '-'; give --name"
        )
    if name in {AUTO, *(each.name for each in CATALOGUE)}:
        raise ConfigError(f"{name!r} is one of Tocsin's own models; give another --name")
    if (folder / f"{name}.json").exists():
        raise ConfigError(
            f"{folder / name}.json: there is a model of that name; give another --name or remove it"
        )
    return name


def labels_of(given: str) -> tuple[str, ...]:
    """Names of classes: `coco`, or a file with one on each line; none: not given.

    Raises ConfigError.
    """
    if given in {COCO, ""}:
        return LABELS if given else ()
    try:
        lines = Path(given).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{given}: cannot be read as a file of labels: {why_unread(error)}"
        ) from error
    names = tuple(line.strip() for line in lines if line.strip())
    if not names or len(set(names)) != len(names):
        raise ConfigError(f"{given}: a file of labels has a class on each line, none of them twice")
    return names


def _described(file: Path, name: str, labels: tuple[str, ...], family: str) -> Entry:
    if not file.is_file():
        raise ModelError(f"{file}: there is no such file")
    signature = signature_of(file)
    labels = labels or signature.labels or LABELS
    kind = named(family) if family else fitting(signature, labels, file=str(file))
    return Entry(
        name=name,
        family=kind,
        finds="objects",
        file=f"{name}.onnx",
        sha256=digest_of(file),
        input=" and ".join(map(str, signature.inputs)),
        outputs=asked(kind, signature, labels),
        labels=labels,
        licence="",
        source="",
    )


@contextlib.contextmanager
def _copied(file: Path, folder: Path, name: str) -> Iterator[Path]:
    """A copy under another name, gone at the end unless it was moved. Raises ModelError."""
    copy = folder / f".{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        yield copy
    except OSError as error:
        raise ModelError(f"{error.filename or folder}: {error.strerror or error}") from error
    finally:
        copy.unlink(missing_ok=True)


def _run_once(made: Entry) -> None:
    detector(made, minimum_score=0.99)(np.full((*_BLANK_PX, 3), 114, np.uint8))
