"""Who wants no mailings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("crm_contacts_contact", sa.Column("no_mailings", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("crm_contacts_contact", "no_mailings")
