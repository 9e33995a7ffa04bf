"""A watch list that all centres over one store have in common."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Take the step."""
    op.add_column("watch_lists", sa.Column("map", sa.LargeBinary()))
    op.create_table(
        "waiting_lists",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
