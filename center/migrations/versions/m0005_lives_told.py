"""When a life was last told of, by which it is let go of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Take the step; of the lives that are there we say that they were told of until now."""
    op.add_column("episodes", sa.Column("told_s", sa.Float()))
    op.create_index("ix_episodes_told_s", "episodes", ["told_s"])
    op.execute("UPDATE episodes SET told_s = (SELECT max(happened_s) FROM events)")
