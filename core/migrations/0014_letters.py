"""Letters that people write about records, and the texts that they keep for that."""

import sqlalchemy as sa
from alembic import op

from core.db import Choice, Moment
from core.db.migrate import model_columns

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """The tables of core/mail/written.py."""
    account = sa.ForeignKey("core_mail_account.id", ondelete="SET NULL")
    op.create_table(
        "core_letter",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("batch", "key", "model", "holder_model")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("record_id", "holder_id")),
        sa.Column("to_many", sa.Boolean, nullable=False),
        sa.Column("account_id", sa.Integer, account),
        *(sa.Column(name, sa.String, nullable=False) for name in ("address", "reply_to", "subject")),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", Choice(), nullable=False),
        sa.Column("error", sa.Text),
        *(sa.Column(name, sa.Integer) for name in ("delivery_id", "company_id", "by_id")),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("sent_at", Moment()),
        sa.UniqueConstraint("batch", "key"),
    )
    op.create_index("ix_core_letter_record", "core_letter", ["model", "record_id"])
    op.create_index("ix_core_letter_delivery_id", "core_letter", ["delivery_id"])
    op.create_table(
        "core_letter_template",
        *model_columns(),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "model", "subject")),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_letter_template_model", "core_letter_template", ["model", "owner_id"])


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_letter_template")
    op.drop_table("core_letter")
