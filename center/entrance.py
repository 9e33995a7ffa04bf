"""Names, passwords and secrets in, who that is out, with what they may see."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from fastapi import Request
from sqlalchemy import Connection

from center import passes, users
from center.actor import Caller, Via
from center.attempts import Attempts
from center.claims import UnfitError
from center.passes import Admitted, Kind
from center.passwords import Passwords
from center.rights import Holder, within
from center.store import Store
from center.users import User
from center.watchlist import WatchList
from pipelines.clock import Clock
from pipelines.errors import ConfigError, TocsinError

COOKIE, HTTPS_COOKIE = "tocsin", "__Host-tocsin"
_REMEMBERED = 256


class WrongError(TocsinError):
    """A name or a password is wrong; which of them, nobody is told."""


class WaitError(TocsinError):
    """Too many tries failed; `wait_s` says how long to wait."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many tries failed; try again in {max(1, round(wait_s))} s")
        self.wait_s = wait_s


class Entrance:
    """Safe to call from any thread, but for `attempts`, which are only counted."""

    def __init__(
        self, store: Store, clock: Clock, watch_list: Callable[[], WatchList],
        passwords: Passwords | None = None,
    ) -> None:  # fmt: skip
        self.store, self.clock, self.watch_list = store, clock, watch_list
        self.passwords, self.attempts = passwords or Passwords(), Attempts()
        self._seen: dict[tuple[str, ...], tuple[WatchList, frozenset[str] | None]] = {}

    def known(self, request: Request) -> Caller | None:
        """Who asks, by their token or else their session."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return self._caller(passes.hashed(token.strip()), "token")
        secret = request.cookies.get(cookie_of(request))
        return self._caller(passes.hashed(secret), "session") if secret else None

    def again(self, who: Caller) -> Caller | None:
        """The same one as they are by now; nobody once they are signed out."""
        return self._caller(who.key, "token" if who.via == "token" else "session")

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The secret of a new session. Raises WrongError, WaitError."""
        now_s = self.clock.now_s()
        if (wait_s := self.attempts.wait_s(name, address, now_s=now_s)) > 0:
            raise WaitError(wait_s)
        with self.store.read() as connection:
            user = users.by_name(connection, name)
        hashed = user.password if user and not user.disabled else None
        if not self.passwords.fits(password, hashed) or user is None:
            self.attempts.failed(name, address, now_s=now_s)
            raise WrongError("the name or the password is wrong")
        self.attempts.succeeded(name)
        with self.store.write() as connection:
            return self.session(connection, user, "password")

    def admit(self, user: User) -> str:
        """The secret of a new session for who signed in elsewhere. Raises UnfitError."""
        with self.store.write() as connection:
            known = users.by_name(connection, user.name)
            if known is not None and (known.origin != user.origin or known.disabled):
                raise UnfitError("a user of this name is here already, or is let in no more")
            users.put(connection, user)
            return self.session(connection, user, user.origin)

    def by_ticket(self, ticket: str) -> str | None:
        """The secret of a new session for a ticket, which is good for nothing after it."""
        key, now_s = passes.hashed(ticket), self.clock.now_s()
        with self.store.write() as connection:
            found = passes.admitted(connection, key, "ticket", now_s=now_s)
            if found is None or not passes.take_back(connection, key):
                return None
            return self.session(connection, found.user, "ticket")

    def session(self, connection: Connection, user: User, how: str) -> str:
        """The secret of a new session, within a transaction of others."""
        now_s = self.clock.now_s()
        passes.sweep(connection, now_s=now_s)
        return passes.give(
            connection, user.name, "session", now_s=now_s, lasts_s=passes.SESSION_S, label=how
        )

    def of_session(self, secret: str) -> Caller | None:
        """Who a session's secret lets in."""
        return self._caller(passes.hashed(secret), "session")

    def sign_out(self, who: Caller, *, everywhere: bool) -> int:
        """End a session, or all of its user's; how many ended."""
        with self.store.write() as connection:
            if everywhere:
                return passes.take_back_all(connection, who.name, "session")
            return passes.take_back(connection, who.key)

    def set_password(self, who: Caller, old: str, new: str, address: str) -> None:
        """Change one's own; other sessions end. Raises WrongError, WaitError, ConfigError."""
        now_s = self.clock.now_s()
        if (wait_s := self.attempts.wait_s(who.name, address, now_s=now_s)) > 0:
            raise WaitError(wait_s)
        with self.store.read() as connection:
            user = users.by_name(connection, who.name)
        if user is None or user.origin != "local":
            raise ConfigError("this user signs in elsewhere, and has no password here")
        if user.password is not None and not self.passwords.fits(old, user.password):
            self.attempts.failed(who.name, address, now_s=now_s)
            raise WrongError("the old password is wrong")
        hashed = self.passwords.hash(new)
        with self.store.write() as connection:
            users.put(connection, msgspec.structs.replace(user, password=hashed))
            passes.take_back_others(connection, who.name, but=who.key)

    def until(self, who: Caller) -> datetime | None:
        """When a session ends, however busy."""
        with self.store.read() as connection:
            found = passes.admitted(connection, who.key, _kind(who.via), now_s=self.clock.now_s())
        return found and datetime.fromtimestamp(found.given.expires_s, UTC)

    def has_password(self, who: Caller) -> bool:
        """Whether a user has one here."""
        with self.store.read() as connection:
            user = users.by_name(connection, who.name)
        return user is not None and user.password is not None

    def _caller(self, key: str, via: Via) -> Caller | None:
        now_s = self.clock.now_s()
        with self.store.read() as connection:
            found = passes.admitted(connection, key, _kind(via), now_s=now_s)
        if found is None:
            return None
        if now_s - found.given.used_s > passes.NOTED_S:
            with self.store.write() as connection:
                passes.note_use(connection, key, now_s=now_s)
        return self._as_caller(found, via)

    def _as_caller(self, found: Admitted, via: Via) -> Caller:
        user = found.user
        holder = Holder(name=user.name, seat=user.seat, roles=found.roles, places=user.places)
        return Caller(
            **msgspec.structs.asdict(holder), via=via, seen=self._within(holder),
            key=found.given.hash,
        )  # fmt: skip

    def _within(self, holder: Holder) -> frozenset[str] | None:
        """What someone sees; worked out once for all who have the same places."""
        listed = self.watch_list()
        known = self._seen.get(holder.places)
        if known is None or known[0] is not listed:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            known = self._seen[holder.places] = listed, within(holder, listed.tree)
        return known[1]


def cookie_of(request: Request) -> str:
    """The name of the session's cookie: on https one that only this host can have set."""
    return HTTPS_COOKIE if request.url.scheme == "https" else COOKIE


def _kind(via: Via) -> Kind:
    return "token" if via == "token" else "session"
