"""Search by pieces of text, and by words that may be misspelt: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL."""

from typing import Any

from sqlalchemy import Boolean, String
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

NEAREST = 300  # so many records are compared with a misspelt word


class Pattern(TypeDecorator[str]):
    """A folded piece of text, to be found by LIKE."""

    impl, cache_ok = String, True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Escapes what LIKE would read as a wildcard."""
        return "%" + str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


class Piece(Pattern):
    """A folded piece of text, as the index of each database wants it."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """A quoted phrase for FTS5."""
        quoted = '"' + value.replace('"', '""') + '"'
        return quoted if dialect.name == "sqlite" else super().process_bind_param(value, dialect)


class holds(FunctionElement[bool]):
    """`holds(Model.search_text, Model.id, piece)`: the text contains this piece; three letters or more use the index."""

    name, inherit_cache, type = "holds", True, Boolean()

    def self_group(self, against: Any = None) -> "holds":
        """Never `... = 1`, with which SQLite would not see that an index serves."""
        return self


@compiles(holds, "postgresql")
def _like(element: holds, compiler: Any, **options: Any) -> str:
    folded, _, piece = element.clauses
    return f"{compiler.process(folded, **options)} LIKE {compiler.process(piece, **options)}"


@compiles(holds, "sqlite")
def _match(element: holds, compiler: Any, **options: Any) -> str:
    folded, key, piece = element.clauses
    table = folded.table
    index = f"{getattr(table, 'element', table).name}_search"
    matched = compiler.process(piece, **options)
    return f"{compiler.process(key, **options)} IN (SELECT rowid FROM {index} WHERE {index} MATCH {matched})"


class Resembling(TypeDecorator[str]):
    """A folded word that may be misspelt, as the index of each database wants it."""

    impl, cache_ok = String, True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """For FTS5 the trigrams of the word, any of which may be there."""
        if dialect.name != "sqlite":
            return str(value)
        quoted = (piece.replace('"', '""') for piece in dict.fromkeys(value[at : at + 3] for at in range(len(value) - 2)))
        return " OR ".join(f'"{piece}"' for piece in quoted)


class resembles(FunctionElement[bool]):
    """`resembles(Model.search_text, Model.id, word)`: the text is among those with most trigrams in common with a word."""

    name, inherit_cache, type = "resembles", True, Boolean()

    def self_group(self, against: Any = None) -> "resembles":
        """Never `... = 1`, with which SQLite would not see that an index serves."""
        return self


@compiles(resembles, "postgresql")
def _similar(element: resembles, compiler: Any, **options: Any) -> str:
    folded, _, word = element.clauses
    return str(compiler.process(folded.bool_op("%>")(word), **options))


@compiles(resembles, "sqlite")
def _nearest(element: resembles, compiler: Any, **options: Any) -> str:
    folded, key, word = element.clauses
    table = folded.table
    index = f"{getattr(table, 'element', table).name}_search"
    matched = compiler.process(word, **options)
    nearest = f"SELECT rowid FROM {index} WHERE {index} MATCH {matched} ORDER BY rank LIMIT {NEAREST}"
    return f"{compiler.process(key, **options)} IN ({nearest})"


def search_statements(table: str, dialect: str) -> list[str]:
    """What makes the search index of a table with a column `search_text`."""
    if dialect == "postgresql":
        return [f"CREATE INDEX ix_{table}_search ON {table} USING gin (search_text gin_trgm_ops)"]
    index, gone = (
        f"{table}_search",
        f"INSERT INTO {table}_search({table}_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);",
    )
    come = f"INSERT INTO {index}(rowid, search_text) VALUES (new.id, new.search_text);"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5(search_text, content='{table}', content_rowid='id', tokenize='trigram')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {come} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {gone} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE OF search_text ON {table} BEGIN {gone} {come} END",
    ]


def drop_search_statements(table: str, dialect: str) -> list[str]:
    """What removes it; a table that goes takes its triggers along."""
    return (
        [f"DROP INDEX IF EXISTS ix_{table}_search"] if dialect == "postgresql" else [f"DROP TABLE IF EXISTS {table}_search"]
    )
