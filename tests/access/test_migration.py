"""The migration of the access tables and their models say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import core.mail  # noqa: F401 (maps its models)
from core.db import Base, Database
from core.db.migrate import CORE, migrate
from core.registry import (
    options,  # noqa: F401 (maps its models)
    samples,  # noqa: F401 (maps its models)
)
from core.web import models  # noqa: F401 (maps its models)

OURS = (
    "user",
    "role_assignment",
    "team",
    "team_member",
    "user_company",
    "api_key",
    "login_session",
    "login_attempt",
    "record_share",
    "role_customisation",
    "password_reset",
    "second_factor",
    "recovery_code",
    "recent",
    "widget",
    "sample",
    "audit_entry",
    "option",
    "mail_account",
    "series",
    "company",
)


def test_tables_are_those_of_the_models(database: Database) -> None:
    """All revisions of the kernel, and these tables of it."""
    names = {f"core_{name}" for name in OURS}
    with database.engine.begin() as connection:
        migrate(connection, "core", CORE)

        def is_ours(item: object, name: str | None, kind: str, *_: object) -> bool:
            return kind != "table" or name in names

        options = {"include_object": is_ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        migrate(connection, "core", CORE, "base")
