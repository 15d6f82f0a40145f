"""Column types that are exact on both databases, and what a column may say of itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from operator import mul, truediv
from typing import Any

from sqlalchemy import BigInteger, DateTime, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import JSON as GenericJSON

from core.values import EXACT, fold

LIMIT = 2**63


class Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as a whole number of its smallest unit, so that SUM in SQL is exact; it refuses, never rounds."""

    impl = BigInteger
    cache_ok = True
    digits = 0

    class Comparator(TypeDecorator.Comparator[Decimal]):
        """Sums and comparisons keep the unit; products and quotients would lose it."""

        def operate(self, op: Any, *others: Any, **options: Any) -> Any:
            mixed = any(
                isinstance(getattr(o, "type", None), Scaled) and o.type.digits != getattr(self.type, "digits", None)
                for o in others
            )
            if mixed or op in (mul, truediv):
                raise TypeError(f"{op.__name__} of scaled numbers in SQL would lose the unit: compute it in Python")
            return super().operate(op, *others, **options)

    comparator_factory = Comparator

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compared values are scaled the same way."""
        return self

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Python to database."""
        return None if value is None else self.units(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Database to Python; SUM on PostgreSQL arrives as a whole NUMERIC."""
        if value is None:
            return None
        if isinstance(value, float) or value != int(value):
            raise ValueError(f"{value!r} is no whole number of units")
        return Decimal(int(value)).scaleb(-self.digits, EXACT)

    def units(self, value: Decimal | int) -> int:
        """The integer that is stored; TypeError, ValueError or OverflowError, never a rounding."""
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"{value!r} is not a Decimal")
        scaled = Decimal(value).scaleb(self.digits, EXACT)
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.digits} decimals")
        if not -LIMIT <= scaled < LIMIT:
            raise OverflowError(f"{value} does not fit")
        return int(scaled)


class Money(Scaled):
    """An amount; four digits hold every ISO 4217 currency, up to 922 million million."""

    cache_ok = True  # SQLAlchemy does not inherit it
    digits = 4


class UnitPrice(Scaled):
    """A price of one unit, finer than any currency."""

    cache_ok = True
    digits = 6


class Quantity(Scaled):
    """How many of a unit."""

    cache_ok = True
    digits = 6


class Percent(Scaled):
    """A rate in hundredths: 21 is 21 %."""

    cache_ok = True
    digits = 4


class Choice(TypeDecorator[str]):
    """One word of a closed list, kept as text; any other is refused before it reaches the database."""

    impl = String
    cache_ok = True

    def __init__(self, *choices: str) -> None:
        self.choices = choices
        super().__init__()

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Refuses a word that is not of the list."""
        if value is not None and self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is not one of {', '.join(self.choices)}")
        return None if value is None else str(value)


class Moment(TypeDecorator[datetime]):
    """A point in time, always aware and in UTC; naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        """Python to database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc: datetime = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Database to Python."""
        if value is None:
            return None
        moment: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment


class Document(TypeDecorator[Any]):
    """A JSON value; JSONB on PostgreSQL."""

    impl = GenericJSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """JSONB where there is one."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else GenericJSON())


JSON = Document


def derived(names: tuple[str, ...], compute: Callable[..., Any], type_: Any = Text, **options: Any) -> MappedColumn[Any]:
    """A column that the kernel computes from others of the row at each write, by flush and in bulk alike."""
    info = {"derived_from": names, "compute": compute, "kernel": True}
    return mapped_column(type_, info=info, **options)


def folds(name: str, **options: Any) -> MappedColumn[str]:
    """The folded twin of a text column: what an order compares."""
    return derived((name,), lambda text: fold(text or ""), **options)


def sensitive(*arguments: Any, **options: Any) -> MappedColumn[Any]:
    """A column that a role may not see: fetched only when it is asked for."""
    info = {"sensitive": True, **options.pop("info", {})}
    return mapped_column(*arguments, deferred=True, info=info, **options)
