"""Periods of a date in SQL: `month(date)` is 202603 on both databases, a week is its Monday."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.values import months_after

BUCKETS = ("day", "week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Bucket(FunctionElement[Any]):
    """A period as a key that sorts: 202603, 20261, 2026, or the first day of a week."""

    inherit_cache = True
    sqlite = postgresql = ""


class _Month(Bucket):
    type, name, inherit_cache = Integer(), "month_of", True
    sqlite = "CAST(strftime('%Y%m', {0}) AS INTEGER)"
    postgresql = "CAST(extract(year from {0}) * 100 + extract(month from {0}) AS INTEGER)"


class _Quarter(Bucket):
    type, name, inherit_cache = Integer(), "quarter_of", True
    sqlite = "(CAST(strftime('%Y', {0}) AS INTEGER) * 10 + (CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3)"
    postgresql = "CAST(extract(year from {0}) * 10 + extract(quarter from {0}) AS INTEGER)"


class _Year(Bucket):
    type, name, inherit_cache = Integer(), "year_of", True
    sqlite = "CAST(strftime('%Y', {0}) AS INTEGER)"
    postgresql = "CAST(extract(year from {0}) AS INTEGER)"


class _Week(Bucket):
    type, name, inherit_cache = Date(), "week_of", True
    sqlite = "date({0}, '-6 days', 'weekday 1')"
    postgresql = "CAST(date_trunc('week', {0}) AS DATE)"


class _Day(Bucket):
    type, name, inherit_cache = Date(), "day_of", True
    sqlite = "date({0})"
    postgresql = "CAST({0} AS DATE)"


class Local(FunctionElement[Any]):
    """A moment as the clock on the wall shows it: `Local(column, minutes east of UTC)`."""

    inherit_cache, name, type = True, "local_time", Date()


KINDS: dict[str, type[Bucket]] = {"day": _Day, "week": _Week, "month": _Month, "quarter": _Quarter, "year": _Year}


def bucket(name: str, column: Any) -> Bucket:
    """The period of a date column."""
    return KINDS[name](column)


def first_day(name: str, key: Any) -> date:
    """The first day of the period that has this key; ValueError if no period has it."""
    if name in ("day", "week"):
        day = key if isinstance(key, date) else date.fromisoformat(str(key))
        return day - timedelta(days=day.weekday()) if name == "week" else day
    number = int(str(key).replace("-Q", "").replace("-", ""))
    if name == "year":
        return date(number, 1, 1)
    if name == "quarter":
        if number % 10 not in (1, 2, 3, 4):
            raise ValueError(f"{key} is no quarter: write 20261 for the first of 2026")
        return date(number // 10, number % 10 * 3 - 2, 1)
    return date(number // 100, number % 100, 1)


def day_after(name: str, first: date) -> date:
    """The first day after a period that begins on `first`."""
    return months_after(first, MONTHS[name]) if name in MONTHS else first + timedelta(days=7 if name == "week" else 1)


@compiles(Bucket, "sqlite")
def _sqlite(element: Bucket, compiler: Any, **options: Any) -> str:
    return element.sqlite.format(compiler.process(element.clauses, **options))


@compiles(Bucket, "postgresql")
def _postgresql(element: Bucket, compiler: Any, **options: Any) -> str:
    return element.postgresql.format(compiler.process(element.clauses, **options))


@compiles(Local, "sqlite")
def _shift(element: Local, compiler: Any, **options: Any) -> str:
    column, minutes = (compiler.process(clause, **options) for clause in element.clauses)
    return f"datetime({column}, {minutes} || ' minutes')"


@compiles(Local, "postgresql")
def _shifted(element: Local, compiler: Any, **options: Any) -> str:
    column, minutes = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} AT TIME ZONE 'UTC' + make_interval(mins => {minutes}))"
