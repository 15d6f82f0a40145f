"""Print a first migration of an addon from its models: `python -m core.db.draft_migration crm_contacts`.

A draft for its author, who reads it, replaces the kernel's columns by `*model_columns()` and adds guards and search.
"""

import importlib
import sys

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from core.db.base import Base


def draft(addon: str) -> str:
    """The Python code of `upgrade` for the tables of one addon."""
    importlib.import_module("core.db")
    importlib.import_module(f"addons.{addon}.models")
    ours = f"{addon}_"
    with create_engine("sqlite://").connect() as connection:
        options = {
            "target_metadata": Base.metadata,
            "include_name": lambda name, kind, parents: True,
            "include_object": lambda item, name, kind, reflected, other: kind != "table" or str(name).startswith(ours),
        }
        context = MigrationContext.configure(connection, opts=options)
        changes = produce_migrations(context, Base.metadata)
    assert changes.upgrade_ops is not None
    return render_python_code(changes.upgrade_ops, migration_context=context)


if __name__ == "__main__":
    print(draft(sys.argv[1]))
