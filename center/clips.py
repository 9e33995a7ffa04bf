"""Redacted clips in, rows in the store out; and an alert in, its clips out."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, Select, delete, insert, select

from center.letter import Letter, UnfitError, is_sound
from center.tables import clip_lives, clips, episodes
from pipelines.flow import ClipEvent
from pipelines.wire import CLIP, decode_clip

_MOST_BYTES = 1 << 20
_MOST_LIVES = 64
_MOST_S = 600.0
_MOST_PX = 4096
_SLICE = 200


class StoredClip(msgspec.Struct, frozen=True, kw_only=True):
    """A redacted clip as the API tells of it.

    clip  name of the sealed one, which its box keeps
    """

    id: str
    clip: str
    camera: str
    happened_at: datetime
    seconds: float
    width: int
    height: int


def is_of_clip(letter: Letter) -> bool:
    """Whether a message was sent where clips are."""
    return letter.subject.endswith(f".{CLIP}")


def opened_clip(letter: Letter) -> ClipEvent:
    """Read a clip and check it against where it was sent. Raises UnfitError."""
    try:
        event = decode_clip(letter.payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnfitError(str(error)) from error
    clip = event.data
    if letter.subject.split(".")[-3:] != [clip.site, clip.camera, CLIP]:
        raise UnfitError("a clip was sent for another site or camera")
    if not all(is_sound(moment) for moment in (event.time, event.senttime or event.time)):
        raise UnfitError("a time has no zone, or is not of this century or the next")
    names = (event.id, clip.clip, *(life.episode for life in clip.lives))
    if not all(0 < len(name) <= 64 and "\0" not in name for name in (*names, clip.place)):
        raise UnfitError("an id is out of bounds")
    if not (len(clip.data) <= _MOST_BYTES and clip.data[4:8] == b"ftyp"):
        raise UnfitError("the clip is no MP4, or is larger than 1 MiB")
    sizes = 0 < clip.width <= _MOST_PX and 0 < clip.height <= _MOST_PX
    if not (sizes and 0 <= clip.seconds <= _MOST_S and len(clip.lives) <= _MOST_LIVES):
        raise UnfitError("a clip's sizes are out of bounds")
    return event


def put_clips(connection: Connection, arrived: Iterable[ClipEvent], *, received_s: float) -> int:
    """Store clips that were not there; how many these were."""
    once = {event.id: event for event in arrived}
    known = connection.execute(select(clips.c.id).where(clips.c.id.in_(list(once))))
    for name in known.scalars().all():
        del once[name]
    for event in once.values():
        clip = event.data
        connection.execute(
            insert(clips).values(
                id=event.id, clip=clip.clip, site=clip.site, camera=clip.camera,
                place=clip.place, happened_s=event.time.timestamp(), received_s=received_s,
                width=clip.width, height=clip.height, seconds=clip.seconds, data=clip.data,
            )
        )  # fmt: skip
        rows = [{"clip_id": event.id, "life": life} for life in _lives(event)]
        if rows:
            connection.execute(insert(clip_lives), rows)
    return len(once)


def clips_of(
    connection: Connection, alert_id: str, *, seen: frozenset[str] | None = None
) -> list[StoredClip]:
    """Clips of an alert at some places, or at all, the earliest first."""
    columns = (clips.c.id, clips.c.clip, clips.c.camera, clips.c.happened_s)
    sizes = (clips.c.seconds, clips.c.width, clips.c.height)
    query = select(*columns, *sizes).where(clips.c.id.in_(_ids(alert_id)))
    if seen is not None:
        query = query.where(clips.c.place.in_(seen))
    return [
        StoredClip(
            id=row.id, clip=row.clip, camera=row.camera,
            happened_at=datetime.fromtimestamp(row.happened_s, UTC),
            seconds=row.seconds, width=row.width, height=row.height,
        )
        for row in connection.execute(query.order_by(clips.c.happened_s, clips.c.id))
    ]  # fmt: skip


def clip_of(
    connection: Connection, alert_id: str, camera: str | None, *,
    seen: frozenset[str] | None = None,
) -> bytes | None:  # fmt: skip
    """The earliest clip of an alert, or the earliest of one of its cameras."""
    query = select(clips.c.data).where(clips.c.id.in_(_ids(alert_id)))
    if camera is not None:
        query = query.where(clips.c.camera == camera)
    if seen is not None:
        query = query.where(clips.c.place.in_(seen))
    ordered = query.order_by(clips.c.happened_s, clips.c.id).limit(1)
    return connection.execute(ordered).scalar()


def old_clips_gone(connection: Connection, *, before_s: float) -> int:
    """Let go of some clips that came before a time; how many these were."""
    old = select(clips.c.id).where(clips.c.received_s < before_s).limit(_SLICE)
    ids: Sequence[str] = connection.execute(old).scalars().all()
    if ids:
        connection.execute(delete(clip_lives).where(clip_lives.c.clip_id.in_(ids)))
        connection.execute(delete(clips).where(clips.c.id.in_(ids)))
    return len(ids)


def _ids(alert_id: str) -> Select[tuple[str]]:
    return (
        select(clip_lives.c.clip_id)
        .join(episodes, episodes.c.life == clip_lives.c.life)
        .where(episodes.c.alert_id == alert_id)
    )


def _lives(event: ClipEvent) -> list[str]:
    """In the words of `episodes`: a box speaks for its own site only."""
    clip = event.data
    where = f"{clip.site}/{clip.camera}/{clip.place}"
    return list(dict.fromkeys(f"{where}/{life.rule}/{life.episode}" for life in clip.lives))
