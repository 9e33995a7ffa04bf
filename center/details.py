"""An alert's id in, all that its page shows out."""

from center import lookup, photos, taskstore, worklog
from center.clips import clips_of
from center.lookup import Seen
from center.views import AlertDetail, Sent
from center.working import Working

EVENTS_SHOWN = 200


def detail(working: Working, alert_id: str, *, seen: Seen = None) -> AlertDetail | None:
    """One alert with its newest events, its log, photos, and its tasks with their links."""
    with working.store.read() as connection:
        alert = lookup.alert_by_id(connection, alert_id)
        if alert is None:
            return None
        events = lookup.events_of(connection, alert_id, limit=EVENTS_SHOWN, seen=seen)
        clips = clips_of(connection, alert_id, seen=seen)
        log = worklog.log_of(connection, alert_id)
        tasks = taskstore.of_alert(connection, alert_id)
        taken = photos.of_alert(connection, alert_id)
    return AlertDetail(
        alert=alert,
        events=tuple(events),
        clips=tuple(clips),
        log=tuple(log),
        tasks=tuple(Sent(task=task, link=working.links.link(task.id)) for task in tasks),
        photos=tuple(taken),
    )
