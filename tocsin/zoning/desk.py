"""A camera's shapes and stills in, what the page asks for out; the file changes whole or not."""

import hashlib
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from msgspec.structs import replace

from edge.config import Camera, loaded, text_of
from pipelines.errors import ConfigError, RedactionError, StreamError
from pipelines.flow import Picture
from tocsin.cameras import chosen
from tocsin.zoning.shapes import KINDS, Kind, Shape, block, shapes_of
from tocsin.zoning.sheet import edited
from tocsin.zoning.still import Stills


class ChangedError(ConfigError):
    """The file is not what the page was made from."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows.

    file      where it is saved; nothing when no file was named
    kinds     of shapes that a camera of this version can have
    revision  of the file
    why       there is no picture, or nothing
    """

    camera: str
    file: str | None
    kinds: tuple[Kind, ...] = KINDS
    shapes: tuple[Shape, ...]
    revision: str
    why: str = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page wants the file to hold, and from which revision it comes."""

    shapes: tuple[Shape, ...]
    revision: str


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What was saved; without a file, what a person may paste into one."""

    sheet: Sheet
    yaml: str = ""


@dataclass(slots=True)
class Desk:
    """One camera's page.

    path    of the box's file; None: nothing is saved
    camera  as it was when we began
    """

    path: Path | None
    camera: Camera
    stills: Stills
    picture: Picture | None = None
    why: str = ""
    looking: threading.Lock = field(default_factory=threading.Lock)
    saving: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """Take a new still. Raises StreamError; what cannot be redacted is no picture."""
        with self.looking:
            try:
                self.picture, self.why = self.stills.take(), ""
            except RedactionError as error:
                self.picture, self.why = None, str(error)

    def sheet(self) -> Sheet:
        """What the file holds now. Raises ConfigError."""
        if self.path is None:
            return self._sheet(None, "", shapes_of(self.camera))
        text = text_of(self.path)
        return self._sheet(str(self.path), text, shapes_of(_found(text, self.path, self.camera.id)))

    def save(self, wish: Wish) -> Saved:
        """Write the file, if it is sound then; else it stays as it is.

        Raises ConfigError, with the words of `tocsin check`, and ChangedError.
        """
        if self.path is None:
            return Saved(sheet=self._sheet(None, "", wish.shapes), yaml=block(wish.shapes))
        with self.saving:
            text = text_of(self.path)
            if wish.revision != _revision(text):
                raise ChangedError(f"{self.path} was changed by somebody else; load it again")
            new = edited(text, self.camera.id, wish.shapes)
            camera = _found(new, self.path, self.camera.id)
            _write(self.path, new)
        self._hide(camera)
        return Saved(sheet=self.sheet())

    def _hide(self, camera: Camera) -> None:
        """Let no picture show what a new privacy mask hides, not even the one that there is."""
        if camera.privacy_masks == self.stills.camera.privacy_masks:
            return
        self.picture, self.why = None, "its privacy masks have changed; take a new frame"
        self.stills.camera = replace(self.stills.camera, privacy_masks=camera.privacy_masks)
        try:
            self.look()
        except StreamError as error:
            self.why = str(error)

    def _sheet(self, file: str | None, text: str, shapes: tuple[Shape, ...]) -> Sheet:
        revision = _revision(text)
        return Sheet(
            camera=self.camera.id, file=file, shapes=shapes, revision=revision, why=self.why
        )


def _found(text: str, path: Path, camera: str) -> Camera:
    return chosen(loaded(text, path), camera, path)


def _revision(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Replace the file at once: whoever reads it sees the old one or the new one."""
    real = path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(real, name)
            Path(name).replace(real)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
