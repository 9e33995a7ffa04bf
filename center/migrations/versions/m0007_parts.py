"""Parts of alerts, events that an alert only shows, and versions of the watch list."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ID = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Take the step; an alert that was there is made of its place's and rule's events."""
    op.create_table(
        "watch_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "parts",
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("first_s", sa.Float(), nullable=False),
        sa.Column("last_s", sa.Float(), nullable=False),
        sa.Column("merge_s", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("alert_id", "key"),
    )
    op.create_index("parts_by_key", "parts", ["key", "last_s"])
    op.create_table(
        "shown_events",
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("event_id", "alert_id"),
    )
    op.create_index("ix_shown_events_alert_id", "shown_events", ["alert_id"])
    op.create_index("events_by_rule", "events", ["rule", "happened_s"])
    op.execute(
        "INSERT INTO parts (alert_id, key, first_s, last_s, merge_s)"
        " SELECT id, place || '/' || rule, first_s, last_s, merge_s FROM alerts"
        " WHERE state != 'joined'"
    )
