"""Events for tests, made as a box makes them."""

from datetime import UTC, datetime

import uuid_utils

from pipelines.flow import Event, Facts, Picture, Rule
from pipelines.wire import event_from


def event(
    *,
    site: str = "north",
    camera: str = "yard-1",
    place: str = "yard",
    rule: Rule = "intrusion",
    label: str | None = "person",
    count: int = 1,
    happened_at: datetime | None = None,
    picture_bytes: int = 0,
) -> Event:
    """An event with an id of its own; `picture_bytes` of them are a picture, if any."""
    facts = Facts(
        site=site, camera=camera, place=place, rule=rule, label=label, count=count,
        picture=Picture(width=4, height=3, data=b"j" * picture_bytes) if picture_bytes else None,
    )  # fmt: skip
    happened_s = (happened_at or datetime.now(UTC)).timestamp()
    return event_from(facts, happened_s=happened_s, new_id=lambda: str(uuid_utils.uuid7()))
