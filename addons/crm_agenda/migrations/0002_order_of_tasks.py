"""Where a task stands in its column of the board."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column."""
    op.add_column("crm_agenda_task", Column("position", Integer))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("crm_agenda_task", "position")
