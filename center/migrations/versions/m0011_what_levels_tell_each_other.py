"""What levels tell each other."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "shared_alerts",
        sa.Column("alert_id", sa.String(), sa.ForeignKey("alerts.id"), primary_key=True),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "shared_entries",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("alert_id", sa.String(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False, unique=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.Column("undoes", sa.String()),
    )
    op.create_index("ix_shared_entries_alert_id", "shared_entries", ["alert_id"])
    op.create_table(
        "level_cursors",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), nullable=False),
    )
    op.create_table(
        "told_places",
        sa.Column("level", sa.String(), primary_key=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
