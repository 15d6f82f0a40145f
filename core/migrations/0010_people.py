"""Doors and settings: links for a new password, second steps, last use, the audit log, options, mail accounts, prefixes."""

import sqlalchemy as sa
from alembic import op

from core.db import Document, Moment
from core.db.migrate import model_columns

revision = "0010"
down_revision = "0009"
TABLES = (
    "core_password_reset",
    "core_second_factor",
    "core_recovery_code",
    "core_audit_entry",
    "core_option",
    "core_mail_account",
)


def of_user(**options: bool) -> sa.Column[int]:
    """Rows that go with their user."""
    return sa.Column("user_id", sa.Integer, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False, **options)


def upgrade() -> None:
    """What the pages of people and settings keep."""
    create_proofs()
    create_settings()
    op.add_column("core_user", sa.Column("two_step", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("core_user", sa.Column("region", sa.String))
    op.add_column("core_login_session", sa.Column("last_used_at", Moment()))
    op.add_column("core_company", sa.Column("language", sa.String))
    op.add_column("core_company", sa.Column("first_weekday", sa.Integer))
    op.add_column("core_series", sa.Column("prefix", sa.String))
    op.add_column("core_series", sa.Column("begins_at", sa.Integer))


def create_proofs() -> None:
    """What proves who somebody is, and what came of it."""
    op.create_table(
        "core_password_reset",
        sa.Column("id", sa.Integer, primary_key=True),
        of_user(index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment()),
        sa.Column("made_by_id", sa.Integer),
    )
    op.create_table(
        "core_second_factor",
        sa.Column("id", sa.Integer, primary_key=True),
        of_user(unique=True),
        sa.Column("secret", sa.String, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment()),
        sa.Column("last_step", sa.Integer, nullable=False),
    )
    op.create_table(
        "core_recovery_code",
        sa.Column("id", sa.Integer, primary_key=True),
        of_user(index=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", Moment()),
    )
    op.create_table(
        "core_audit_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("user_id", sa.Integer),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "login", "ip", "agent", "via")),
        sa.Column("about", Document(), nullable=False),
    )
    op.create_index("ix_core_audit_entry_user", "core_audit_entry", ["user_id", "id"])


def create_settings() -> None:
    """What an administrator chose for all, and by which server mails leave."""
    op.create_table(
        "core_option",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", Document(), nullable=False),
    )
    op.create_table(
        "core_mail_account",
        *model_columns(),
        sa.Column("company_id", sa.Integer, sa.ForeignKey("core_company.id", ondelete="CASCADE"), index=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "host", "security", "username", "sender")),
        sa.Column("sender_name", sa.String, nullable=False),
        sa.Column("port", sa.Integer, nullable=False),
        sa.Column("password", sa.String),
        sa.Column("active", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    for table, name in (
        ("core_series", "begins_at"),
        ("core_series", "prefix"),
        ("core_company", "first_weekday"),
        ("core_company", "language"),
        ("core_login_session", "last_used_at"),
        ("core_user", "region"),
        ("core_user", "two_step"),
    ):
        op.drop_column(table, name)
    for table in reversed(TABLES):
        op.drop_table(table)
