"""Commands that a client may send again: what it asked for and what it was answered."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """The table of idempotency keys."""
    op.create_table(
        "core_command",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("request", sa.String, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("user_id", "key"),
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_command")
