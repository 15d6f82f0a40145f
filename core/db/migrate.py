"""Migrations: one linear Alembic chain and one version table per addon; no env.py, no ini file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Text, bindparam, column, inspect, select, table, text

from core.db.base import Base
from core.db.columns import Moment
from core.db.search import drop_search_statements, search_statements

if TYPE_CHECKING:  # a worker that serves migrates nothing, and need not hold Alembic's 10 MB
    from alembic.script import ScriptDirectory

CORE = Path(__file__).parent.parent


def migrate(connection: Connection, addon: str, folder: Path, target: str = "head") -> None:
    """Bring one addon's tables to a revision of its own chain; `base` removes them.

    `folder` is the addon's folder (the one with `migrations/` in it). Runs in the caller's transaction.
    """
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    script = _script(folder)
    steps: Any = script._downgrade_revs if target == "base" else script._upgrade_revs
    with EnvironmentContext(Config(), script, fn=lambda revision, _: steps(target, revision)) as environment:
        environment.configure(
            connection=connection,
            version_table=version_table(addon),
            render_as_batch=True,
            target_metadata=Base.metadata,  # constraints get the names that the models give them
        )
        environment.run_migrations()


def _script(folder: Path) -> "ScriptDirectory":
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(folder / "migrations").replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def version_table(addon: str) -> str:
    """Where the revision of an addon's tables is kept."""
    return f"core_version_{addon}"


def current_revision(connection: Connection, addon: str) -> str | None:
    """The revision of an addon's tables, or None if they are not there."""
    if not inspect(connection).has_table(version_table(addon)):
        return None
    revision: str | None = connection.execute(
        select(column("version_num")).select_from(table(version_table(addon)))
    ).scalar()
    return revision


def head_revision(folder: Path) -> str | None:
    """The newest revision that an addon's files know: they are named after it, `0002_prices.py`, so none need be run."""
    return max((path.name.partition("_")[0] for path in (folder / "migrations").glob("[0-9]*.py")), default=None)


def model_columns(**options: Any) -> list[Column[Any]]:
    """The columns of every Model."""
    return [
        Column("id", Integer, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("created_at", Moment(), nullable=False),
        Column("created_by_id", Integer),
        Column("updated_at", Moment(), nullable=False),
        Column("updated_by_id", Integer),
    ]


def line_columns() -> list[Column[Any]]:
    """The columns of every Line."""
    return [Column("id", Integer, primary_key=True), Column("position", Integer, nullable=False)]


def company_column() -> Column[Any]:
    """The column of CompanyScoped; make its index with `op.create_index`."""
    return Column("company_id", Integer, ForeignKey("core_company.id"), nullable=False, index=True)


def search_column() -> Column[Any]:
    """The column of Searchable; make its index with `create_search(op, table)`."""
    return Column("search_text", Text, nullable=False)


def origin_columns() -> list[Column[Any]]:
    """The columns of Originated."""
    return [Column("origin_model", String), Column("origin_id", Integer, index=True)]


def number_columns() -> list[Column[Any]]:
    """The columns of Numbered."""
    return [Column("sequence", Integer), Column("number", String)]


def create_search(op: Any, table: str) -> None:
    """Make the search index of a table that has `search_column()`."""
    for statement in search_statements(table, op.get_bind().dialect.name):
        op.execute(text(statement.replace(":", "\\:")))


def drop_search(op: Any, table: str) -> None:
    """Remove it; before the table itself."""
    for statement in drop_search_statements(table, op.get_bind().dialect.name):
        op.execute(text(statement))


def drop_series(op: Any, *codes: str) -> None:
    """Forget the counters of an addon's numbers, so that a later installation begins at 1 again."""
    counters = text("DELETE FROM core_series WHERE code IN :codes").bindparams(bindparam("codes", codes, expanding=True))
    op.execute(counters)


def run_sql(op: Any, folder: Path) -> None:
    """Run `sqlite.sql` or `postgresql.sql` of a folder: statements that end with a line `;;`."""
    connection = op.get_bind()
    source = (folder / f"{connection.dialect.name}.sql").read_text()
    for statement in source.split("\n;;"):
        if statement.strip():
            connection.exec_driver_sql(
                statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
            )
