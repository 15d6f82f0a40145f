"""Records and where they are kept: models, columns, sessions, history, numbering, migrations."""

from core.db.base import Base, mapped_models, snake, unmap
from core.db.columns import (
    JSON,
    Choice,
    Document,
    Moment,
    Money,
    Percent,
    Quantity,
    Scaled,
    UnitPrice,
    derived,
    folds,
    sensitive,
)
from core.db.company import Company
from core.db.extension import Extension, extensions_of
from core.db.health import Check, Finding, check, read_checks, run_checks
from core.db.history import Change, change_row, record_changes
from core.db.inside import Inside, declared
from core.db.model import Archivable, CompanyScoped, Line, Model, Numbered, Originated, Searchable, numbered_once
from core.db.numbering import Series, next_name, next_number, take_number
from core.db.search import Pattern, Piece, holds
from core.db.session import (
    Actor,
    Database,
    SystemSession,
    TandemSession,
    actor,
    is_repeatable,
    kernel_connection,
    now,
    today,
    trusted,
)
from core.db.writes import insert_missing, insert_once, insert_rows

__all__ = [
    "JSON",
    "Actor",
    "Archivable",
    "Base",
    "Change",
    "Check",
    "Choice",
    "Company",
    "CompanyScoped",
    "Database",
    "Document",
    "Extension",
    "Finding",
    "Inside",
    "Line",
    "Model",
    "Moment",
    "Money",
    "Numbered",
    "Originated",
    "Pattern",
    "Percent",
    "Piece",
    "Quantity",
    "Scaled",
    "Searchable",
    "Series",
    "SystemSession",
    "TandemSession",
    "UnitPrice",
    "actor",
    "change_row",
    "check",
    "declared",
    "derived",
    "extensions_of",
    "folds",
    "holds",
    "insert_missing",
    "insert_once",
    "insert_rows",
    "is_repeatable",
    "kernel_connection",
    "mapped_models",
    "next_name",
    "next_number",
    "now",
    "numbered_once",
    "read_checks",
    "record_changes",
    "run_checks",
    "sensitive",
    "snake",
    "take_number",
    "today",
    "trusted",
    "unmap",
]
