"""The outbox: deliveries of signals, jobs and schedules."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """One table for all that is done after a commit."""
    op.create_table(
        "core_delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "key", "receiver")),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease", sa.String),
        sa.Column("error", sa.Text),
        sa.Column("user_id", sa.Integer),
        sa.Column("company_id", sa.Integer),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("finished", sa.Float),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("result", sa.Text),
    )
    op.create_index("ix_core_delivery_due", "core_delivery", ["due", "id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_index("ix_core_delivery_key", "core_delivery", ["key", "id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_index("ix_core_delivery_kind", "core_delivery", ["kind", "id"])


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_delivery")
