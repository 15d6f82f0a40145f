"""The draft of an addon's next migration: what its models have and the database has not.

A draft for its author, who reads it, replaces the kernel's columns by `*model_columns()` and adds guards and search.
"""

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from core.db.base import Base


def draft_migration(connection: Connection, addon: str) -> str:
    """The Python code of `upgrade` that brings the tables of one addon, whose models are imported, to its models."""
    ours = f"{addon}_"
    options = {
        "target_metadata": Base.metadata,
        "include_object": lambda item, name, kind, reflected, other: kind != "table" or str(name).startswith(ours),
    }
    context = MigrationContext.configure(connection, opts=options)
    changes = produce_migrations(context, Base.metadata)
    assert changes.upgrade_ops is not None
    return render_python_code(changes.upgrade_ops, migration_context=context)
