"""The fields that a business adds in the browser; a table for their values is made with the first field of a model."""

import sqlalchemy as sa
from alembic import op

from core.db import Document
from core.db.migrate import model_columns

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """The table of core/custom."""
    op.create_table(
        "core_custom_field",
        *model_columns(),
        *(sa.Column(name, sa.String, nullable=False) for name in ("model", "name", "key", "kind", "place", "after")),
        sa.Column("target", sa.String),
        *(
            sa.Column(name, Document(), nullable=False)
            for name in ("labels", "helps", "words", "initial", "seen_by", "changed_by")
        ),
        sa.Column("position", sa.Integer, nullable=False),
        *(sa.Column(n, sa.Boolean, nullable=False) for n in ("required", "in_list", "in_search", "indexed", "active")),
        sa.UniqueConstraint("model", "name"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    op.drop_table("core_custom_field")
