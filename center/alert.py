"""The alert: what the desk shows, the API answers, SSE streams and `alert/#` carries."""

from datetime import datetime

import msgspec

from center.entries import Form
from center.lifecycle import Work
from pipelines.flow import Rule


class Alert(Work, frozen=True, kw_only=True):
    """Events of one rule at one place, close in time, as one thing to look at and to work on.

    Where a pattern of the watch list holds, it is all that the pattern is made of.

    id               UUIDv7
    revision         grows with each change of any alert; the id on the SSE stream
    label            class of thing of the earliest event, `class` on the wire
    grade            1 emergency, 2 high, 3 medium, 4 low: the most urgent of its events
    opened_at        when the centre first knew
    first_at         when the cameras saw the first and the last event
    captured_at      when a camera saw the newest event of this revision
    events           how many were joined; one that only brings a picture does not count
    picture          whether `/api/alerts/{id}/picture` has a redacted still
    armed            the entry's hours: `always`, `22:00-06:00`, `sat sun 08:00-12:00`
    merge_s          how far apart its events may lie
    why              one sentence that says why there is an alert
    ongoing          lives of rules in it that have begun and not been told to end
    ended_at         when the last of them ended, once none is going on
    within_s         how long it may wait to be taken on before it rises
    entry            of the watch list, that gives it its grade and steps; `form` is what the entry
                     asks for, `title` what it calls it, `entries` all under which its events fall
    tell             contacts and channels to tell, by their ids
    rises_to         places that it rises to while nobody takes it on, the nearest first
    nearest          cameras near the help point or door that spoke, the nearest first
    home             the level whose centre made it, if another did: pictures are asked for there
    """

    id: str
    revision: int = 0
    place: str
    place_name: str
    rule: Rule
    label: str | None = msgspec.field(default=None, name="class")
    grade: int
    opened_at: datetime
    first_at: datetime
    last_at: datetime
    captured_at: datetime
    events: int = 1
    cameras: tuple[str, ...]
    picture: bool = False
    armed: str = "always"
    merge_s: float
    within_s: float = 600.0
    why: str = ""
    steps: tuple[str, ...]
    ongoing: int = 0
    ended_at: datetime | None = None
    entry: str = ""
    form: Form = "single"
    title: str | None = None
    entries: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    rises_to: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    home: str | None = None
