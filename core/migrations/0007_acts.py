"""Acts that can be taken back, and the trash."""

import sqlalchemy as sa
from alembic import op

from core.db import Document, Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """The tables of core/screens/undo and core/screens/trash."""
    op.create_table(
        "core_act",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer),
        sa.Column("company_id", sa.Integer),
        sa.Column("at", Moment(), nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("model", "text", "state")),
        sa.Column("can_undo", sa.Boolean, nullable=False),
        sa.Column("asked", Document(), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("total", "done", "refused", "last_id")),
        sa.Column("error", sa.Text),
        sa.Column("job_id", sa.Integer),
    )
    op.create_index("ix_core_act_user", "core_act", ["user_id", "id"])
    op.create_index("ix_core_act_at", "core_act", ["at"])
    op.create_table(
        "core_act_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("act_id", sa.Integer, sa.ForeignKey("core_act.id", ondelete="CASCADE"), nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("title", "kind")),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, Document(), nullable=False) for name in ("before", "after")),
        sa.Column("trashed_id", sa.Integer),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
    )
    op.create_index("ix_core_act_step_act", "core_act_step", ["act_id", "id"])
    op.create_table(
        "core_trashed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("company_id", sa.Integer),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer),
        sa.Column("via", sa.String, nullable=False),
        *(sa.Column(name, Document(), nullable=False) for name in ("rows", "loosened")),
    )
    op.create_index("ix_core_trashed_by", "core_trashed", ["by_id", "id"])
    op.create_index("ix_core_trashed_at", "core_trashed", ["at"])
    op.create_index("ix_core_trashed_record", "core_trashed", ["model", "record_id"])


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_trashed")
    op.drop_table("core_act_step")
    op.drop_table("core_act")
