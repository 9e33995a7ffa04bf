"""Photos that patrols took, redacted."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Take the step."""
    name = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "photos",
        sa.Column("id", name, primary_key=True),
        sa.Column("alert_id", sa.String(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("taken_s", sa.Float(), nullable=False),
        sa.Column("received_s", sa.Float(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_photos_alert_id", "photos", ["alert_id"])
    op.create_index("ix_photos_received_s", "photos", ["received_s"])
    op.create_index("photos_by_task", "photos", ["task_id", "key"], unique=True)
