"""The last word of a life that nobody watches any more in, the end that it did not get out."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from edge.naming import new_id
from edge.spool import Spool
from pipelines.clock import Clock
from pipelines.flow import Event
from pipelines.wire import event_from

log = logging.getLogger("tocsin.spool")

EndLives = Callable[[Iterable[str] | None], None]
"""Ends the lives that go on at some cameras, or at all. Raises SpoolError."""


def end_lives(spool: Spool, clock: Clock, cameras: Iterable[str] | None) -> None:
    """End what whoever watched these cameras has left open. Raises SpoolError."""
    count = spool.end_lives(partial(end_of, clock), cameras)
    if count:
        log.warning("lives=ended count=%d why=nobody watches them any more", count)


def end_of(clock: Clock, last: Event) -> Event:
    """It ends now, when this is found out; it lasted as long as was told, at least."""
    facts = msgspec.structs.replace(
        last.data, phase="end", unwatched=True, again=False, count=0, confidence=None, box=None,
        picture=None, duration_s=last.data.duration_s or 0.0,
    )  # fmt: skip
    return event_from(facts, happened_s=clock.now_s(), new_id=new_id)
