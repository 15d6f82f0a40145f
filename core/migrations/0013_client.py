"""What the client keeps of a person, whose rows are samples, and numbers that are found however they are written."""

import sqlalchemy as sa
from alembic import op

from core.db import Choice, Moment
from core.db.model import with_numbers

revision = "0013"
down_revision = "0012"
AT_ONCE = 2000


def upgrade() -> None:
    """Columns of users and companies, the tables of core/web and of samples; then the numbers in searched texts."""
    for name in ("single_keys", "guided"):
        op.add_column("core_user", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("core_company", sa.Column("set_up_at", Moment()))
    op.execute("UPDATE core_company SET set_up_at = created_at")
    mine = sa.ForeignKey("core_user.id", ondelete="CASCADE")
    op.create_table(
        "core_recent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, mine, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("record_id", sa.Integer, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("user_id", "model", "record_id"),
    )
    op.create_index("ix_core_recent_user", "core_recent", ["user_id", "at"])
    op.create_table(
        "core_widget",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("core_user.id", ondelete="CASCADE")),
        sa.Column("role", sa.String),
        sa.Column("position", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "model", "query")),
        sa.Column("size", Choice(), nullable=False),
    )
    op.create_index("ix_core_widget_user", "core_widget", ["user_id", "position"])
    op.create_index("ix_core_widget_role", "core_widget", ["role", "position"])
    op.create_table(
        "core_sample",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("addon", "model")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("first_id", "last_id")),
        sa.Column("at", Moment(), nullable=False),
    )
    find_numbers(op.get_bind())


def find_numbers(connection: sa.Connection) -> None:
    """Searched texts that were kept before say their numbers bare too; a table that its guards close stays as it is."""
    for name in sa.inspect(connection).get_table_names():
        columns = {column["name"] for column in sa.inspect(connection).get_columns(name)}
        if not {"id", "search_text", "version"} <= columns:
            continue
        try:
            with connection.begin_nested():
                rewrite(connection, sa.table(name, sa.column("id"), sa.column("search_text")))
        except sa.exc.DBAPIError:
            continue


def rewrite(connection: sa.Connection, table: sa.TableClause) -> None:
    """One table, some thousand rows at a time."""
    last = 0
    page = sa.select(table.c.id, table.c.search_text).order_by(table.c.id).limit(AT_ONCE)
    while rows := connection.execute(page.where(table.c.id > last)).all():
        last = rows[-1].id
        said = [(row.id, with_numbers(row.search_text)) for row in rows]
        changed = [
            {"key": key, "text": text} for (key, text), row in zip(said, rows, strict=True) if text != row.search_text
        ]
        if changed:
            by_key = table.update().where(table.c.id == sa.bindparam("key")).values(search_text=sa.bindparam("text"))
            connection.execute(by_key, changed)


def downgrade() -> None:
    """The kernel itself is not uninstalled."""
    for table in ("core_sample", "core_widget", "core_recent"):
        op.drop_table(table)
    op.drop_column("core_company", "set_up_at")
    for name in ("single_keys", "guided"):
        op.drop_column("core_user", name)
