"""What somebody decided of a file: by which field records are found again, and what becomes of single rows."""

import sqlalchemy as sa
from alembic import op

from core.db import Document

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Columns of core/importing."""
    op.add_column("core_import", sa.Column("key", sa.String))
    op.add_column("core_import", sa.Column("decisions", Document()))
    op.add_column("core_import_row", sa.Column("fits", Document()))


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    for table, column in (("core_import_row", "fits"), ("core_import", "decisions"), ("core_import", "key")):
        op.drop_column(table, column)
