"""The watch list's file in, the list that is in force out: taken whole or not at all.

The file is the truth. It is looked at once a second; what is right is put in force and kept with
its time and its author; what is wrong is refused with the place of the error, and the list of
before stays. Publishing writes the file, so that a restart finds what was published.

Where centres share a store there are several files, and what all file by is the newest version in
the store. A file that was edited becomes the newest; the others are written to say the same.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from center import versions
from center.drafting import Draft, draft
from center.dryrun import DryRun, dry_run
from center.listfile import Content, ListFile
from center.repeating import repeat
from center.store import Store
from center.versions import ListState, Version
from center.watchlist import WatchList, loaded
from disk.texts import text_in
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

    took    is given each list that is put in force; `listed` is the last
    memory  file in which a centre that shares its store notes what it saw of its watch list's file;
            None where that file alone is the truth
    """

    listed: WatchList

    def __init__(
        self, path: Path, store: Store, clock: Clock, took: Callable[[WatchList], None],
        *, memory: Path | None = None,
    ) -> None:  # fmt: skip
        self.path, self.store, self.clock, self.took = path, store, clock, took
        self.trouble = Trouble(_log, "watch_list")
        self.is_shared, self.file = memory is not None, ListFile(path, memory)
        self._turn = threading.RLock()
        self.state: ListState | None = None
        self._unfit: int | None = None
        with self._turn:
            self._offer(self.file.read())

    async def keep(self) -> None:
        """Look for ever. Trouble with the store only delays a change."""
        await repeat(self.look, every_s=LOOK_S, trouble=self.trouble)

    def look(self) -> None:
        """Put the file in force if it has changed and is right, or what is newer. StoreError."""
        with self._turn:
            if self.file.has_changed():
                try:
                    self._offer(self.file.read())
                except ConfigError as error:
                    self._refuse(str(error))
            self.fresh()

    def fresh(self) -> None:
        """Put in force what another centre published. Raises StoreError."""
        if not self.is_shared:
            return
        with self.store.read() as connection:
            newest = versions.newest_id(connection)
        if not self._has(newest):
            with self._turn:
                if not self._has(newest):
                    self._follow()

    def check(self, seen: int | None) -> None:
        """Raises StaleError unless this version is in force."""
        with self.store.read() as connection:
            _check(connection, seen)

    def publish(
        self, text: str, *, by: str, seen: int | None = None, second: str | None = None
    ) -> Version:
        """Write the file and put it in force. Raises ConfigError, and then changes nothing.

        seen    the version that the publisher knows; StaleError if another is in force
        second  the seat that agreed to it
        """
        with self._turn:
            content = self.file.with_map(text)
            listed = loaded(text, self.path, drawn=content.drawn)
            with self.store.write() as connection:
                _check(connection, seen)
                version = self._put(connection, content, by=by, second=second)
                self.file.replace(content)
            self._in_force(version, listed)
            self.file.remember(version.id)
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

    def _offer(self, content: Content) -> None:
        """Put the file in force, or what is newer in the store. Raises ConfigError."""
        listed = loaded(content.text, self.path, drawn=content.drawn)
        with self.store.write() as connection:
            is_newer = not self.is_shared or self._is_newer(connection, content)
            version = self._put(connection, content, by=BY_FILE) if is_newer else None
        if version is None:
            self._follow()
        else:
            self._in_force(version, listed)
            self.file.remember(version.id)

    def _is_newer(self, connection: Connection, content: Content) -> bool:
        """Whether the file was edited after all that others have put in force."""
        newest, known = versions.newest_state(connection), self.file.remembered()
        if newest is None:
            return True
        if known is None or known.mark == content.mark:
            return False
        if known.version == newest.version:
            return True
        is_copy = versions.is_known(connection, content.text, after=known.version)
        return not is_copy and self.file.changed_s() > newest.at.timestamp()

    def _follow(self) -> None:
        """Put the newest version of the store in force, and write it into the file."""
        with self.store.read() as connection:
            (version,) = versions.list_newest(connection, limit=1)
            content = Content(version.text, versions.map_of(connection, version.id))
        try:
            listed = loaded(version.text, self.path, drawn=content.drawn)
        except ConfigError as error:
            if self.state is None:
                raise
            self._unfit = version.id
            self._refuse(f"version {version.id} of another centre cannot be taken up: {error}")
            return
        if not self.file.has_changed():
            self._write(version.id, content)
        self._in_force(version, listed)

    def _write(self, number: int, content: Content) -> None:
        """Let the file say what is in force; what only it has said is kept beside it."""
        try:
            with self.store.read() as connection:
                is_kept = versions.is_known(connection, text_in(self.path))
            self.file.replace(content, kept="" if is_kept else f".before-{number}")
        except ConfigError as error:
            _log.warning("watch_list=unwritten version=%d why=%r", number, str(error))
        self.file.remember(number)

    def _has(self, number: int | None) -> bool:
        """Whether a version is in force here, or was refused."""
        return number in (self.state and self.state.version, self._unfit)

    def _put(
        self, connection: Connection, content: Content, *, by: str, second: str | None = None
    ) -> Version:
        drawn = content.drawn if self.is_shared else None
        return versions.put(
            connection, content.text, by=by, at_s=self.clock.now_s(), second=second, drawn=drawn
        )

    def _in_force(self, version: Version, listed: WatchList) -> None:
        self.listed = listed
        self.took(listed)
        refusals = self.state.refusals if self.state else 0
        self.state = ListState(version=version.id, at=version.at, by=version.by, refusals=refusals)
        _log.info(
            "watch_list=in-force version=%d by=%s places=%d entries=%d",
            version.id, version.by, len(listed.places), len(listed.entries),
        )  # fmt: skip

    def _refuse(self, why: str) -> None:
        if self.state is not None and self.state.refused != why:
            _log.warning("watch_list=refused version=%d why=%r", self.state.version, why)
            refusals = self.state.refusals + 1
            self.state = msgspec.structs.replace(self.state, refused=why, refusals=refusals)


def _check(connection: Connection, seen: int | None) -> None:
    """Raises StaleError unless this version is the newest."""
    newest = versions.newest_state(connection)
    if newest is not None and seen not in (None, newest.version):
        raise StaleError(newest)
