"""A password in, its hash out; and both in, whether they fit out: argon2id, always the same work.

The cost is argon2-cffi's default, RFC 9106's second recommended option: 64 MiB, three passes.
"""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipelines.errors import ConfigError

LEAST, MOST = 12, 1024
AT_ONCE = 2
"""So many are worked on at a time: each takes 64 MiB."""


class Passwords:
    """Safe to call from any thread."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self.hasher = hasher or PasswordHasher()
        self._nobody = self.hasher.hash(secrets.token_hex())
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """What the store holds of it. Raises ConfigError where it is too short or too long."""
        check(password)
        with self._room:
            return self.hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        """Whether it is the one; of an unknown user, after the same work, it is not."""
        with self._room:
            try:
                self.hasher.verify(hashed or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None


def check(password: str) -> None:
    """Raises ConfigError where it is too short or too long."""
    if not LEAST <= len(password) <= MOST:
        raise ConfigError(f"a password has {LEAST} to {MOST} signs; several words make a good one")
