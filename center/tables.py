"""The tables of the store. Times are Unix seconds; what we decode again is kept as its JSON.

Whoever changes them adds a step: python -m center.migrations "What it adds", and reads the file.
Nothing refers to `events` by a foreign key: in PostgreSQL each day of them is a table, that is
dropped when its time is over (`center.days`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

Id = String().with_variant(String(collation="C"), "postgresql")
"""A UUIDv7 as text: sorts by its time, in whatever language the database was made."""

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site", String, nullable=False),
    Column("camera", String, nullable=False),
    Column("place", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("label", String),
    Column("zone", String),
    Column("line", String),
    Column("episode", String),
    Column("measured", String),
    Column("count", Integer, nullable=False),
    Column("confidence", Float),
    Column("box", String),
    Column("happened_s", Float, nullable=False),
    Column("sent_s", Float),
    Column("received_s", Float, nullable=False),
    Index("events_by_arrival", "received_s"),
    Index("events_by_episode", "episode"),
    Index("events_by_rule", "rule", "happened_s"),
    postgresql_partition_by="RANGE (id)",
)

pictures = Table(
    "pictures",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    postgresql_partition_by="RANGE (event_id)",
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", Integer, nullable=False, unique=True),
    Column("place", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("state", String, nullable=False),
    Column("first_s", Float, nullable=False),
    Column("last_s", Float, nullable=False),
    Column("merge_s", Float, nullable=False),
    Column("opened_s", Float, nullable=False),
    Column("grade", Integer),
    Column("due_s", Float),
    Column("closed_s", Float),
    Column("outcome", String),
    Column("cause", String),
    Column("body", LargeBinary, nullable=False),
    Index("alerts_by_place", "place", "rule", "last_s"),
    Index("alerts_by_opening", "opened_s"),
    Index("alerts_by_beginning", "first_s"),
    Index("alerts_by_due", "due_s"),
    Index("alerts_by_closing", "closed_s"),
)
"""`due_s` is when something happens to an alert by itself; see `center.lifecycle.due`."""

alert_events = Table(
    "alert_events",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
)

parts = Table(
    "parts",
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("first_s", Float, nullable=False),
    Column("last_s", Float, nullable=False),
    Column("merge_s", Float, nullable=False),
    Index("parts_by_key", "key", "last_s"),
)
"""What an alert is made of: see `center.parts`."""

shown_events = Table(
    "shown_events",
    metadata,
    Column("event_id", Id, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True, index=True),
)
"""Events that an alert shows and does not own: those of one that a late event may disprove."""

watch_lists = Table(
    "watch_lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at_s", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("text", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("map", LargeBinary),
)
"""Each version of the watch list that was accepted, appended and never changed; `map` is the
content of its map, where several centres are to read the same."""

waiting_lists = Table(
    "waiting_lists",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
"""The watch list that waits for a second person, if one does."""

episodes = Table(
    "episodes",
    metadata,
    Column("life", String, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), index=True),
    Column("ended_s", Float),
    Column("told_s", Float, index=True),
)
"""Lives of rules, as their boxes tell them; `alert_id` is missing while the watch list asks for
none, `ended_s` while no end was told. `told_s` is the time of the latest event that told of it."""

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("box", String, primary_key=True),
    Column("lines", Integer, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("received_s", Float, nullable=False),
)
"""What boxes said of their audits. Two hashes for one line of a box: its audit was rewritten."""

clips = Table(
    "clips",
    metadata,
    Column("id", Id, primary_key=True),
    Column("clip", String, nullable=False),
    Column("site", String, nullable=False),
    Column("camera", String, nullable=False),
    Column("place", String, nullable=False),
    Column("happened_s", Float, nullable=False),
    Column("received_s", Float, nullable=False, index=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""Redacted clips; `clip` is the name of the sealed one, which its box keeps."""

clip_lives = Table(
    "clip_lives",
    metadata,
    Column("clip_id", ForeignKey("clips.id"), primary_key=True),
    Column("life", String, primary_key=True, index=True),
)
"""The lives that a clip shows, in the words of `episodes`."""

alert_log = Table(
    "alert_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("what", String, nullable=False),
    Column("from_state", String, nullable=False),
    Column("to_state", String, nullable=False),
    Column("reason", String),
    Column("data", LargeBinary, nullable=False),
    Column("was", LargeBinary, nullable=False),
)
"""Each step of each alert, appended and never changed."""

shared_alerts = Table(
    "shared_alerts",
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True),
    Column("home", String, nullable=False),
    Column("came", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("base", LargeBinary, nullable=False),
)
"""Alerts that other levels know: the level that made it, from where it came to us (nothing: it is
our own), which of its revisions we know, and the work on it when it was first told."""

shared_entries = Table(
    "shared_entries",
    metadata,
    Column("id", String, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
    Column("log_id", Integer, nullable=False, unique=True),
    Column("level", String, nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Column("came", String, nullable=False),
    Column("undoes", String),
)
"""What levels must know of a line of `alert_log`; see `center.levels.shared.SharedEntry`."""

level_cursors = Table(
    "level_cursors",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
"""How far each link was told, by `<what>/<level>`."""

told_places = Table(
    "told_places",
    metadata,
    Column("level", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""The places of a centre below."""

tasks = Table(
    "tasks",
    metadata,
    Column("id", String, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
    Column("patrol", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("token_hash", String, nullable=False, unique=True),
    Column("expires_s", Float, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

photos = Table(
    "photos",
    metadata,
    Column("id", Id, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
    Column("task_id", String, nullable=False),
    Column("key", String, nullable=False),
    Column("taken_s", Float, nullable=False),
    Column("received_s", Float, nullable=False, index=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("photos_by_task", "task_id", "key", unique=True),
)
"""What patrols took, redacted; `key` is how the phone calls it."""

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("seat", String, nullable=False),
    Column("roles", String, nullable=False),
    Column("places", String, nullable=False),
    Column("password", String),
    Column("origin", String, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_s", Float, nullable=False),
)
"""Who may ask; `roles` and `places` are JSON, `password` a hash of argon2id."""

passes = Table(
    "passes",
    metadata,
    Column("hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("user", ForeignKey("users.name"), nullable=False, index=True),
    Column("begins", String, nullable=False),
    Column("label", String, nullable=False),
    Column("roles", String),
    Column("created_s", Float, nullable=False),
    Column("used_s", Float, nullable=False),
    Column("expires_s", Float, nullable=False),
)
"""Sessions, tokens and tickets: SHA-256 of the secret, of which `begins` is the beginning."""

kept_answers = Table(
    "kept_answers",
    metadata,
    Column("key", String, primary_key=True),
    Column("asked", String, nullable=False),
    Column("at_s", Float, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)
"""What was answered to a write under an Idempotency-Key, for a day."""

to_tell = Table(
    "to_tell",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
    Column("what", String, nullable=False),
)
"""Changes of alerts that somebody must be told of, until it is known whom."""

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("alert_id", ForeignKey("alerts.id"), index=True),
    Column("what", String, nullable=False),
    Column("grade", Integer, nullable=False),
    Column("place", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("done_s", Float),
    Column("body", LargeBinary),
    Index("messages_by_channel", "channel", "state", "done_s"),
)
"""What a channel has to tell: waiting, held (for a digest), sent, moot or given-up; `body` is what
a digest counts."""

rejected = Table(
    "rejected",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("received_s", Float, nullable=False),
    Column("subject", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)
"""Counters: `received` = `stored` + `duplicates` + `rejected`, `alerts`, and the `revision`."""

hourly_events = Table(
    "hourly_events",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("place", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("events", Integer, nullable=False),
    Column("begun", Integer, nullable=False),
)
"""In all hourly tables, `hour` is Unix time by 3600, of when it happened; a text that an event
does not have is empty. `begun` counts what began, or stood alone: one for each life."""

hourly_crossings = Table(
    "hourly_crossings",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("place", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("camera", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("direction", String, primary_key=True),
    Column("crossings", BigInteger, nullable=False),
)

hourly_alerts = Table(
    "hourly_alerts",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("place", String, primary_key=True),
    Column("grade", Integer, primary_key=True, autoincrement=False),
    Column("rule", String, primary_key=True),
    Column("alerts", Integer, nullable=False),
)
"""Alerts that stand: neither joined into another nor withdrawn."""

hourly_cameras = Table(
    "hourly_cameras",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("box", String, primary_key=True),
    Column("camera", String, primary_key=True),
    Column("place", String, primary_key=True),
    Column("watched_s", Float, nullable=False),
    Column("live_s", Float, nullable=False),
)
"""For how long the centre listened for a camera, and for how much of that it was live."""
