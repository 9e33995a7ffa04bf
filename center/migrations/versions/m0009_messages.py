"""Messages that channels have to tell."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "to_tell",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("alert_id", sa.String(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
    )
    op.create_index("ix_to_tell_alert_id", "to_tell", ["alert_id"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), sa.ForeignKey("alerts.id")),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.Column("done_s", sa.Float()),
        sa.Column("body", sa.LargeBinary()),
    )
    op.create_index("ix_messages_alert_id", "messages", ["alert_id"])
    op.create_index("messages_by_channel", "messages", ["channel", "state", "done_s"])
    op.create_index("alerts_by_beginning", "alerts", ["first_s"])
