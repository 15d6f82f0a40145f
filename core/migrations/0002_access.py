"""Users, roles, teams, keys, logins, and who shares what."""

import sqlalchemy as sa
from alembic import op

from core.db import Document, Moment
from core.db.migrate import model_columns

revision = "0002"
down_revision = "0001"
TABLES = (
    "core_user",
    "core_role_assignment",
    "core_team",
    "core_team_member",
    "core_user_company",
    "core_api_key",
    "core_login_session",
    "core_login_attempt",
    "core_record_share",
    "core_role_customisation",
)


def of_user(index: bool = True) -> sa.Column[int]:
    """Rows that go with their user."""
    return sa.Column("user_id", sa.Integer, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False, index=index)


def upgrade() -> None:
    """The tables of core/access."""
    create_people()
    create_doors()
    create_exceptions()


def create_people() -> None:
    """Who there is, what they hold, where they work."""
    op.create_table(
        "core_user",
        *model_columns(),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "language", "theme", "density", "contrast")),
        sa.Column("login", sa.String, nullable=False, unique=True),
        sa.Column("email", sa.String),
        sa.Column("password_hash", sa.String),
        sa.Column("zone", sa.String),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_role_assignment",
        *model_columns(),
        of_user(index=False),
        sa.Column("role", sa.String, nullable=False),
        sa.UniqueConstraint("user_id", "role"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_team",
        *model_columns(),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_team_member",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("core_team.id", ondelete="CASCADE"), nullable=False),
        of_user(),
        sa.UniqueConstraint("team_id", "user_id"),
    )
    company = sa.ForeignKey("core_company.id", ondelete="CASCADE")
    op.create_table(
        "core_user_company",
        sa.Column("id", sa.Integer, primary_key=True),
        of_user(index=False),
        sa.Column("company_id", sa.Integer, company, nullable=False, index=True),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.UniqueConstraint("user_id", "company_id"),
    )


def create_doors() -> None:
    """Keys of programs, browsers that are logged in, and tries that failed."""
    op.create_table(
        "core_api_key",
        sa.Column("id", sa.Integer, primary_key=True),
        of_user(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment()),
        sa.Column("revoked_at", Moment()),
    )
    op.create_table(
        "core_login_session",
        sa.Column("id", sa.Integer, primary_key=True),
        of_user(),
        sa.Column("company_id", sa.Integer, sa.ForeignKey("core_company.id", ondelete="SET NULL")),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment()),
        sa.Column("ip", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
    )
    op.create_table(
        "core_login_attempt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("ip", sa.String, nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_core_login_attempt_login", "core_login_attempt", ["login", "at"])
    op.create_index("ix_core_login_attempt_ip", "core_login_attempt", ["ip", "at"])


def create_exceptions() -> None:
    """Records shown to one user more, and roles that an administrator changed."""
    op.create_table(
        "core_record_share",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        of_user(),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("until", Moment()),
        sa.UniqueConstraint("model", "record_id", "user_id"),
    )
    op.create_table(
        "core_role_customisation",
        *model_columns(),
        sa.Column("role", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String),
        sa.Column("summary", sa.String),
        sa.Column("implies", Document(), nullable=False),
        sa.Column("made_here", sa.Boolean, nullable=False),
        sa.Column("grants", Document(), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    for table in reversed(TABLES):
        op.drop_table(table)
