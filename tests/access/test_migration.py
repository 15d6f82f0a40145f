"""The migration of the access tables and their models say the same."""

import shutil
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.db import Base, Database
from core.db.migrate import CORE, migrate

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
)


def test_tables_are_those_of_the_models(database: Database, tmp_path: Path) -> None:
    """Only the first two revisions, so that later ones of others do not matter."""
    (tmp_path / "migrations").mkdir()
    for name in ("0001_kernel.py", "0002_access.py"):
        shutil.copy(CORE / "migrations" / name, tmp_path / "migrations" / name)
    names = {f"core_{name}" for name in OURS}
    with database.engine.begin() as connection:
        migrate(connection, "core", tmp_path)

        def is_ours(item: object, name: str | None, kind: str, *_: object) -> bool:
            return kind != "table" or name in names

        options = {"include_object": is_ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        migrate(connection, "core", tmp_path, "base")
