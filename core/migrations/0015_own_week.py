"""On which day a person's week begins, and from when until when he works."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
COLUMNS = ("week_begins", "works_from", "works_until")


def upgrade() -> None:
    """Columns of users; empty ones are as the company has it, or from nine to six."""
    for name in COLUMNS:
        op.add_column("core_user", sa.Column(name, sa.String))


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    for name in reversed(COLUMNS):
        op.drop_column("core_user", name)
