"""The watch list's file in, the list that is in force out: taken whole or not at all.

The file is the truth. It is looked at once a second; what is right is put in force and kept with
its time and its author; what is wrong is refused with the place of the error, and the list of
before stays. Publishing writes the file, so that a restart finds what was published.
"""

import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from center import versions
from center.config import text_of
from center.drafting import Draft, draft
from center.dryrun import DryRun, dry_run
from center.repeating import repeat
from center.store import Store
from center.versions import ListState, Version
from center.watchlist import WatchList, files_of, loaded
from pipelines.clock import Clock
from pipelines.errors import ConfigError, TocsinError
from pipelines.trouble import Trouble

LOOK_S = 1.0
BY_FILE = "file"
_log = logging.getLogger("center.listing")


class StaleError(TocsinError):
    """Another version is in force than the publisher knows; `state` says which."""

    def __init__(self, state: ListState) -> None:
        super().__init__(f"{state.by} published version {state.version}")
        self.state = state


class Listing:
    """Keeps the list in force; safe to call from any thread.

    took  is given each list that is put in force; `listed` is the last
    """

    listed: WatchList

    def __init__(
        self, path: Path, store: Store, clock: Clock, took: Callable[[WatchList], None]
    ) -> None:
        self.path, self.store, self.clock, self.took = path, store, clock, took
        self.trouble = Trouble(_log, "watch_list")
        self._turn = threading.Lock()
        self._files: list[Path] = [path]
        self._seen: object = None
        self.state: ListState | None = None
        with self._turn:
            self._take(text_of(path), by=BY_FILE)
            self._seen = self._signature()

    async def keep(self) -> None:
        """Look for ever. Trouble with the store only delays a change."""
        await repeat(self.look, every_s=LOOK_S, trouble=self.trouble)

    def look(self) -> None:
        """Put the file in force if it has changed and is right. Raises StoreError."""
        with self._turn:
            seen = self._signature()
            if seen == self._seen:
                return
            try:
                self._take(text_of(self.path), by=BY_FILE)
            except ConfigError as error:
                self._refuse(str(error))
            self._seen = seen

    def check(self, seen: int | None) -> None:
        """Raises StaleError unless this version is in force."""
        if self.state is not None and seen not in (None, self.state.version):
            raise StaleError(self.state)

    def publish(
        self, text: str, *, by: str, seen: int | None = None, second: str | None = None
    ) -> Version:
        """Write the file and put it in force. Raises ConfigError, and then changes nothing.

        seen    the version that the publisher knows; StaleError if another is in force
        second  the seat that agreed to it
        """
        with self._turn:
            self.check(seen)
            loaded(text, self.path)
            write_whole(self.path, text)
            version = self._take(text, by=by, second=second)
            self._seen = self._signature()
            return version

    def history(self, *, limit: int = 100, before: int | None = None) -> list[Version]:
        """What was in force, the newest first, or before a version."""
        with self.store.read() as connection:
            return versions.list_newest(connection, limit=limit, before=before)

    def version(self, number: int) -> Version | None:
        """One of the history."""
        with self.store.read() as connection:
            return versions.by_id(connection, number)

    def dry_run(self, text: str, *, days: int, zone: str = "UTC") -> DryRun:
        """What a text would have made of the last days. Raises ConfigError."""
        listed = loaded(text, self.path)
        return dry_run(self.store, listed, days=days, now_s=self.clock.now_s(), zone=zone)

    def draft(self, text: str) -> Draft:
        """What a text says, entry by entry, or what is wrong with it."""
        return draft(text, self.path)

    def _take(self, text: str, *, by: str, second: str | None = None) -> Version:
        """Put a text in force. Raises ConfigError."""
        self._files = files_of(text, self.path)
        listed = loaded(text, self.path)
        with self.store.write() as connection:
            version = versions.put(connection, text, by=by, at_s=self.clock.now_s(), second=second)
        self.listed = listed
        self.took(listed)
        refusals = self.state.refusals if self.state else 0
        self.state = ListState(version=version.id, at=version.at, by=version.by, refusals=refusals)
        _log.info(
            "watch_list=in-force version=%d by=%s places=%d entries=%d",
            version.id, version.by, len(listed.places), len(listed.entries),
        )  # fmt: skip
        return version

    def _refuse(self, why: str) -> None:
        if self.state is not None and self.state.refused != why:
            _log.warning("watch_list=refused version=%d why=%r", self.state.version, why)
            refusals = self.state.refusals + 1
            self.state = msgspec.structs.replace(self.state, refused=why, refusals=refusals)

    def _signature(self) -> object:
        """What changes when the file, or its map, does."""
        return tuple(_stamp(file) for file in self._files)


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def write_whole(path: Path, text: str) -> None:
    """Replace a file at once, whole. Raises ConfigError."""
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            dir=path.parent,
            prefix=f".{path.name}.",
            delete=False,
            encoding="utf-8",
            newline="",
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(file.name).chmod(path.stat().st_mode & 0o777)
        Path(file.name).replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}; let the centre's user write there, or "
            "edit it where it is kept"
        ) from error
