"""Notes and files of records."""

import sqlalchemy as sa
from alembic import op

from core.db import Moment

revision = "0008"
down_revision = "0007"


def paper() -> list[sa.Column[object]]:
    """What both tables have."""
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("removed_at", Moment()),
        sa.Column("removed_by_id", sa.Integer),
    ]


def upgrade() -> None:
    """The tables of core/attachments."""
    op.create_table("core_note", *paper(), sa.Column("text", sa.Text, nullable=False))
    op.create_index("ix_core_note_record", "core_note", ["model", "record_id", "id"])
    op.create_table(
        "core_attachment",
        *paper(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_core_attachment_record", "core_attachment", ["model", "record_id", "id"])
    op.create_index("ix_core_attachment_sha256", "core_attachment", ["sha256"])


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_attachment")
    op.drop_table("core_note")
