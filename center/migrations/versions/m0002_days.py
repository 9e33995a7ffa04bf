"""Events and pictures stand alone, so that a day of them can go; in PostgreSQL each day is a table.

What was there becomes the partition of all that is of no day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEYS = {"events": "id", "pictures": "event_id"}
_INDEXES = ("events_by_arrival", "events_by_episode")


def upgrade() -> None:
    """Take the step."""
    if op.get_bind().dialect.name == "sqlite":
        _stand_alone()
    else:
        _divide()


def _stand_alone() -> None:
    """Make the tables anew without the references, which SQLite cannot drop."""
    tables = sa.MetaData()
    pictures = sa.Table(
        "pictures",
        tables,
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    sa.Table("alerts", tables, sa.Column("id", sa.String, primary_key=True))
    links = sa.Table(
        "alert_events",
        tables,
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("alert_id", sa.ForeignKey("alerts.id"), nullable=False),
    )
    for table in (pictures, links):
        with op.batch_alter_table(table.name, copy_from=table, recreate="always"):
            pass
    op.create_index("ix_alert_events_alert_id", "alert_events", ["alert_id"])


def _divide() -> None:
    for table in ("pictures", "alert_events"):
        op.drop_constraint(f"{table}_event_id_fkey", table, type_="foreignkey")
    op.execute('ALTER TABLE alert_events ALTER event_id TYPE varchar COLLATE "C"')
    for table, key in _KEYS.items():
        op.execute(f'ALTER TABLE {table} ALTER {key} TYPE varchar COLLATE "C"')
        op.rename_table(table, f"{table}_rest")
        op.execute(f"ALTER INDEX {table}_pkey RENAME TO {table}_rest_pkey")
        op.execute(f"CREATE TABLE {table} (LIKE {table}_rest) PARTITION BY RANGE ({key})")
        op.create_primary_key(f"{table}_pkey", table, [key])
    for index in _INDEXES:
        op.execute(f"ALTER INDEX {index} RENAME TO {index}_rest")
    op.create_index("events_by_arrival", "events", ["received_s"])
    op.create_index("events_by_episode", "events", ["episode"])
    for table in _KEYS:
        op.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_rest DEFAULT")
