"""The clock in, alerts for what did not come out; once a second, and only where something is due.

What was judged is not written down: a centre that starts looks again at what fell due since it last
stored anything, and judging twice makes nothing new.
"""

import logging
from collections.abc import Callable

from center import expecting, lookup
from center.alert import Alert
from center.filing import Filing
from center.repeating import repeat
from center.store import Store
from center.watchlist import Pattern
from pipelines.clock import Clock
from pipelines.trouble import Trouble

SECOND_S = 1.0
SLACK_S = 60.0
"""How long after its last event a centre may have stopped that judged all but the newest."""

_log = logging.getLogger("center.awaiting")


class Awaiting:
    """Remembers up to when each entry was judged; `run_once` is one look."""

    def __init__(
        self, store: Store, filing: Filing, clock: Clock, tell: Callable[[], None],
        leads: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self.store, self.filing, self.clock, self.tell = store, filing, clock, tell
        self.leads = leads
        self.judged_s: dict[str, float] | None = None
        self.trouble = Trouble(_log, "awaiting")

    async def keep(self) -> None:
        """Look for ever, where this centre is the one that does."""
        await repeat(self._look, every_s=SECOND_S, trouble=self.trouble)

    def _look(self) -> None:
        if self.leads():
            self.run_once()
        else:
            self.judged_s = None  # whoever does it now looks back by itself

    def run_once(self) -> tuple[Alert, ...]:
        """Judge what is due; the alerts that changed. Raises StoreError."""
        self.filing.fresh()
        now_s, patterns = self.clock.now_s(), self.filing.watch_list.expecting
        known = self.judged_s
        if known is None:
            known = self._before(patterns, now_s)
        since_s = {
            each.name: known.get(each.name, expecting.from_now(each.entry, now_s))
            for each in patterns
        }
        changed = self._judged(since_s, now_s) if self._is_due(patterns, since_s, now_s) else ()
        self.judged_s = {name: max(now_s, at_s) for name, at_s in since_s.items()}
        if changed:
            self.tell()
        return changed

    def _before(self, patterns: tuple[Pattern, ...], now_s: float) -> dict[str, float]:
        """Up to when a centre before this one has surely judged each entry."""
        if not patterns:
            return {}
        with self.store.read() as connection:
            last_s = lookup.last_event_s(connection)
        if last_s is None:
            return {}
        return {
            each.name: min(now_s, last_s - expecting.late_s(each.entry) - SLACK_S)
            for each in patterns
        }

    def _is_due(
        self, patterns: tuple[Pattern, ...], since_s: dict[str, float], now_s: float
    ) -> bool:
        if not patterns:
            return False
        with self.store.read() as connection:
            return any(
                expecting.due(connection, each, since_s[each.name], now_s) for each in patterns
            )

    def _judged(self, since_s: dict[str, float], now_s: float) -> tuple[Alert, ...]:
        with self.store.write() as connection:
            return self.filing.pass_time(connection, since_s, until_s=now_s)
