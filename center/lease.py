"""A database in, whether this centre does what only one may do out.

In PostgreSQL it is who holds a lock that lives with a session which must say something every few
seconds: the server ends the session of one that is killed, frozen or cut off, and the next one
takes its place. The holder itself stops a second before, by a clock that goes on while it is
frozen. A file of SQLite has one centre.
"""

import asyncio
import contextlib
import logging
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from center.engines import Engines
from pipelines.clock import Clock

BEAT_S, LASTS_S, SILENT_S = 0.7, 2.0, 3.0
"""How often the holder speaks, how long it relies on the answer, how long the server waits."""

_THE_DUTIES = 0x70C52
_log = logging.getLogger("center.lease")


class Lease:
    """Says whether timers, telling, sweeping and the like are ours now; `keep` holds on to them."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self.engines, self.clock = engines, clock
        self.is_shared = engines.reader.dialect.name != "sqlite"
        self._session: Connection | None = None
        self._bare: Any = None
        self._held_s = float("-inf")
        self._told = False

    def __call__(self) -> bool:
        """Whether they are ours just now."""
        return not self.is_shared or self.clock.ticks_s() - self._held_s < LASTS_S

    async def keep(self) -> None:
        """Ask for ever; let go at the end, so that the next one need not wait."""
        try:
            while True:
                if self.is_shared:
                    await asyncio.to_thread(self.look)
                await asyncio.sleep(BEAT_S)
        finally:
            self.let_go()

    def look(self) -> None:
        """Ask once. Trouble with the database only means that they are not ours."""
        begun_s = self.clock.ticks_s()
        try:
            if self._session is None:
                self._session = self._open()
            held = self._session.exec_driver_sql(f"SELECT pg_try_advisory_lock({_THE_DUTIES})")
            if held.scalar_one():
                self._held_s = begun_s
        except (SQLAlchemyError, OSError):
            self.let_go()
        if self() != self._told:
            self._told = self()
            _log.info("duties=%s", "ours" if self._told else "of another")

    def let_go(self) -> None:
        """End the session, and the lock with it."""
        session, self._session = self._session, None
        bare, self._bare = self._bare, None
        self._held_s = float("-inf")
        if session is not None:
            with contextlib.suppress(SQLAlchemyError, OSError):
                session.close()
            bare.close()  # also when it broke, which the session does not do

    def _open(self) -> Connection:
        """A session that is in no pool."""
        session = self.engines.reader.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._bare = session.connection.driver_connection
        session.detach()
        session.exec_driver_sql(f"SET idle_session_timeout = '{SILENT_S:g}s'")
        return session
