"""The tables of before steps were counted; a store of any earlier centre gets what it lacks."""

from alembic import op
from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
)

revision = "0001"
down_revision = None

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("id", String, primary_key=True),
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
)

pictures = Table(
    "pictures",
    metadata,
    Column("event_id", ForeignKey("events.id"), primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
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
    Column("body", LargeBinary, nullable=False),
    Index("alerts_by_place", "place", "rule", "last_s"),
    Index("alerts_by_opening", "opened_s"),
)

alert_events = Table(
    "alert_events",
    metadata,
    Column("event_id", ForeignKey("events.id"), primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
)

episodes = Table(
    "episodes",
    metadata,
    Column("life", String, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), index=True),
    Column("ended_s", Float),
)

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


def upgrade() -> None:
    """Make the tables; one that is there gets the columns and indexes that were added since."""
    connection = op.get_bind()
    metadata.create_all(connection)
    known = inspect(connection)
    for table in metadata.sorted_tables:
        names = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in names:
                op.add_column(table.name, Column(column.name, column.type))
        for index in table.indexes:
            index.create(connection, checkfirst=True)
