"""What boxes said of their audits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "audit_heads",
        sa.Column("box", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("received_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("box", "lines", "sha256"),
        if_not_exists=True,
    )
