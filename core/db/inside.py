"""A typed value inside a JSON column, in SQL: what it is compared, sorted, added up and grouped by on both databases.

A model declares it as a property: `column_property(Inside(...), info={"declared": Column(...)})`. The column that is
declared is none of the table; it says what a column of this kind would be: its type, label, need.
"""

from typing import Any

from sqlalchemy import DateTime, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import ColumnProperty
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal


class Inside(FunctionElement[Any]):
    """`Inside(table.c["values"], "limit_7", Money())`: the value under a key, as this type; NULL where there is none."""

    inherit_cache, name = True, "inside"
    _traverse_internals = [
        *FunctionElement._traverse_internals,
        ("member", InternalTraversal.dp_string),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, document: Any, key: str, type_: Any) -> None:
        if not key.replace("_", "").isalnum() or not key.isascii():
            raise ValueError(f"{key!r} is no key")
        super().__init__(document)
        self.member, self.type = key, type_


@compiles(Inside, "sqlite")
def _extract(element: Inside, compiler: Any, **options: Any) -> str:
    (document,) = element.clauses
    return f"json_extract({compiler.process(document, **options)}, '$.{element.member}')"


@compiles(Inside, "postgresql")
def _arrow(element: Inside, compiler: Any, **options: Any) -> str:
    (document,) = (compiler.process(clause, **options) for clause in element.clauses)
    key = f"'{element.member}'"
    kind: Any = element.type.impl if isinstance(element.type, TypeDecorator) else element.type
    if isinstance(kind, DateTime):
        return f"(CAST({document} ->> {key} AS TIMESTAMP) AT TIME ZONE 'UTC')"
    if isinstance(kind, String):
        return f"({document} ->> {key})"
    return f"CAST({document} ->> {key} AS {compiler.dialect.type_compiler_instance.process(kind)})"


def declared(attribute: ColumnProperty[Any]) -> Any:
    """The column behind an attribute, or the one that it says it would be."""
    return attribute.info.get("declared", attribute.columns[0])
