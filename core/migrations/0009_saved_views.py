"""Saved views of lists, and what a list opens with for a person or a role."""

import sqlalchemy as sa
from alembic import op

from core.db import Document
from core.db.migrate import model_columns

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The tables of core/access/saved.py."""
    op.create_table(
        "core_saved_view",
        *model_columns(),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "model", "share")),
        sa.Column("state", Document(), nullable=False),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("core_team.id", ondelete="SET NULL"), index=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_saved_view_model", "core_saved_view", ["model", "owner_id"])
    view = sa.ForeignKey("core_saved_view.id", ondelete="SET NULL")
    op.create_table(
        "core_list_choice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("core_user.id", ondelete="CASCADE"), index=True),
        sa.Column("role", sa.String),
        sa.Column("view_id", sa.Integer, view, index=True),
        sa.Column("columns", Document(), nullable=False),
        sa.UniqueConstraint("model", "user_id"),
        sa.UniqueConstraint("model", "role"),
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_list_choice")
    op.drop_table("core_saved_view")
