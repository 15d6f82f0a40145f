"""Keys among many others, as one parameter however many they are: a statement stays the same for every page."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Keys(TypeDecorator[Sequence[int]]):
    """Keys of records: an array on PostgreSQL, a JSON list on SQLite."""

    impl, cache_ok = Text, True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """What each database takes."""
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The keys as it takes them."""
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class is_among(FunctionElement[bool]):
    """`is_among(Model.id, bindparam("ids", type_=Keys))`: the key is one of them."""

    name, inherit_cache, type = "is_among", True, Boolean()

    def self_group(self, against: Any = None) -> "is_among":
        """Never `... = 1`, with which SQLite would not see that an index serves."""
        return self


@compiles(is_among, "postgresql")
def _any(element: is_among, compiler: Any, **options: Any) -> str:
    key, keys = element.clauses
    return f"{compiler.process(key, **options)} = ANY ({compiler.process(keys, **options)})"


@compiles(is_among, "sqlite")
def _each(element: is_among, compiler: Any, **options: Any) -> str:
    key, keys = element.clauses
    return f"{compiler.process(key, **options)} IN (SELECT value FROM json_each({compiler.process(keys, **options)}))"
