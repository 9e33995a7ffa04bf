"""Sign-ins that failed in, how long the next must wait out; by name and by address, bounded. Pure.

The first few cost nothing, then each doubles the wait. A name's wait is short, so that a stranger
cannot keep someone out for long; an address's grows to a quarter of an hour.
"""

from collections import OrderedDict
from typing import NamedTuple

FREE = 4
NAME_MOST_S, ADDRESS_MOST_S = 30.0, 900.0
FORGOTTEN_S = 3600.0
REMEMBERED = 10_000


class Tries(NamedTuple):
    """How often something failed, and the time of the last."""

    failed: int
    at_s: float


class Attempts:
    """Remembers failures of the newest 10,000 names and addresses for an hour."""

    def __init__(self) -> None:
        self._tries: OrderedDict[tuple[str, str], Tries] = OrderedDict()

    @property
    def remembered(self) -> int:
        """How many names and addresses."""
        return len(self._tries)

    def wait_s(self, name: str, address: str, *, now_s: float) -> float:
        """Seconds until either may try again; 0 for at once."""
        return max(
            self._wait_s(("name", name), NAME_MOST_S, now_s),
            self._wait_s(("address", address), ADDRESS_MOST_S, now_s),
        )

    def failed(self, name: str, address: str, *, now_s: float) -> None:
        """Note a failure."""
        for key in (("name", name), ("address", address)):
            before = self._known(key, now_s)
            self._tries[key] = Tries(before.failed + 1, now_s)
            self._tries.move_to_end(key)
        while len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget a name's failures; its address's stay, it may have tried others' names."""
        self._tries.pop(("name", name), None)

    def _wait_s(self, key: tuple[str, str], most_s: float, now_s: float) -> float:
        tries = self._known(key, now_s)
        if tries.failed < FREE:
            return 0.0
        pause_s = min(most_s, 2.0 ** min(tries.failed - FREE, 20))
        return max(0.0, pause_s - (now_s - tries.at_s))

    def _known(self, key: tuple[str, str], now_s: float) -> Tries:
        tries = self._tries.get(key, Tries(0, now_s))
        return Tries(0, now_s) if now_s - tries.at_s > FORGOTTEN_S else tries
