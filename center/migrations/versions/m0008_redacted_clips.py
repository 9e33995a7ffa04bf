"""Redacted clips."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Take the step."""
    key = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "clips",
        sa.Column("id", key, primary_key=True),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("happened_s", sa.Float(), nullable=False),
        sa.Column("received_s", sa.Float(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_clips_received_s", "clips", ["received_s"])
    op.create_table(
        "clip_lives",
        sa.Column("clip_id", key, sa.ForeignKey("clips.id"), primary_key=True),
        sa.Column("life", sa.String(), primary_key=True),
    )
    op.create_index("ix_clip_lives_life", "clip_lives", ["life"])
