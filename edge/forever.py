"""One attempt in, an endless series of attempts out, until we are told to stop."""

import logging
from collections.abc import Callable

from edge.stream import Wait
from pipelines.backoff import Backoff
from pipelines.clock import Clock
from pipelines.errors import TocsinError

log = logging.getLogger("tocsin")


def forever(
    run_once: Callable[[], bool],
    *,
    name: str,
    clock: Clock,
    backoff: Backoff,
    stopped: Callable[[], bool],
    wait: Wait,
    lost: Callable[[str], None],
) -> None:
    """Run an attempt again and again; what went wrong is told to `lost`, then comes a pause.

    The log has it when it is new: after a healthy stretch, or for another reason than before. An
    attempt that returns has not failed: True asks for the next at once, False for none. Only errors
    that we raise on purpose are taken for a reason to try again.
    """
    again, why = True, ""
    while again and not stopped():
        begun_s = clock.ticks_s()
        try:
            again = run_once()
        except TocsinError as error:
            pause_s = backoff.pause_s(clock.ticks_s() - begun_s)
            if stopped():
                return
            lost(str(error))
            if backoff.failures == 1 or str(error) != why:
                log.warning("%s state=lost again_in_s=%.1f why=%s", name, pause_s, error)
            why = str(error)
            wait(pause_s)
