"""A number of dropped events in, the event that tells of it out."""

from edge.config import EdgeConfig
from edge.naming import new_id
from pipelines.clock import Clock
from pipelines.flow import Event, Facts
from pipelines.wire import event_from


def overflow_event(config: EdgeConfig, clock: Clock, dropped: int) -> Event:
    """The box speaks for itself: it is its own camera and its own place."""
    facts = Facts(
        site=config.site, camera=config.box, place=config.box, rule="spool-overflow", count=dropped
    )
    return event_from(facts, happened_s=clock.now_s(), new_id=new_id)
