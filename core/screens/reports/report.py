"""Reports: a function that answers a table becomes a page with its questions, a file in six formats, and an API call.

```python
@report("trial_balance", label="Trial balance", section="Analysis", permission="erp_ledger.accountant")
def trial_balance(session: Session, *, since: YearStart, until: date) -> Table: ...
```
A date without a default is today, one that says `YearStart` or `MonthStart` the first day of it, another what its
`Annotated[date, OpensOn(...)]` says, and the page shows these days in its boxes; other arguments without a default must be
given. The function runs in the user's session.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, get_args, get_type_hints

from sqlalchemy.orm import Session

from core.db import Base, actor, today
from core.errors import Denied, FieldError, Invalid
from core.i18n import _, humanised, translated
from core.registry.composition import Composition, composed
from core.screens.exports.dialects import PLAIN, Dialect
from core.screens.exports.files import Export, write_sheet
from core.screens.exports.sheets import Sheet, SheetColumn, SheetLine
from core.screens.fields.field import Field
from core.screens.fields.parsing import Reading, Reference, Unreadable, parse
from core.screens.forms.arguments import field_of, plain_type
from core.screens.forms.boxes import Entry
from core.screens.records.reading import plain, written
from core.screens.reports.tables import Column, Row, Table
from core.screens.views.schemas import Slot
from core.yaml_reader import Place, problem_at

Answer = Callable[..., Table]


@dataclass(frozen=True)
class OpensOn:
    """The day that a report is made for while nobody names another."""

    day: Callable[[Session], date]


MonthStart = Annotated[date, OpensOn(lambda session: today(session).replace(day=1))]
YearStart = Annotated[date, OpensOn(lambda session: today(session).replace(month=1, day=1))]


@dataclass(frozen=True, eq=False)
class ReportSpec:
    """A report as its addon declares it; it is called like the function that it was made from."""

    name: str
    addon: str
    text: str
    section: str
    permission: str
    function: Answer

    def __call__(self, session: Session, **arguments: Any) -> Table:
        """What the report says; a date that is not given is the one it opens on."""
        days = {name: day(session) for name, day in self.opens_on.items() if name not in arguments}
        return self.function(session, **days, **arguments)

    @property
    def label(self) -> str:
        """What it is called in the reader's language."""
        return translated(self.text)

    @property
    def url(self) -> str:
        """Its page."""
        return f"/reports/{self.addon}/{self.name}"

    @cached_property
    def asked(self) -> Mapping[str, Field]:
        """Its questions by name, from the annotations."""
        hints = get_type_hints(self.function)
        parameters = list(inspect.signature(self.function).parameters.values())[1:]
        return {p.name: field_of(p.name, hints.get(p.name, str), default_of(p, hints)) for p in parameters}

    @cached_property
    def opens_on(self) -> Mapping[str, Callable[[Session], date]]:
        """The dates that are never left open, with the day that each is while nobody names one."""
        hints = get_type_hints(self.function, include_extras=True)
        parameters = inspect.signature(self.function).parameters.values()
        never_empty = {p.name for p in parameters if p.default is inspect.Parameter.empty}
        found: dict[str, Callable[[Session], date]] = {}
        for name, each in self.asked.items():
            said = [extra.day for extra in get_args(hints.get(name)) if isinstance(extra, OpensOn)]
            if said:
                found[name] = said[0]
            elif each.kind == "date" and name in never_empty:
                found[name] = today
        return found

    def is_open(self, session: Session) -> bool:
        """Whether the session's user may read it."""
        policy = None if session.info.get("trusted") else session.info.get("policy")
        return policy is None or not self.permission or policy.is_admin or self.permission in policy.roles


def default_of(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Any:
    """A date that is not given is today, which is looked up when the report is asked."""
    if parameter.default is not inspect.Parameter.empty:
        return parameter.default
    kind = plain_type(hints.get(parameter.name))[0]
    return None if kind is date else inspect.Parameter.empty


def report(name: str, *, label: str = "", section: str = "Analysis", permission: str = "") -> Callable[[Answer], ReportSpec]:
    """Make a function `(session, *, arguments) -> Table` a report of its addon."""

    def make(function: Answer) -> ReportSpec:
        parts = function.__module__.split(".")
        addon = parts[1] if parts[0] == "addons" and len(parts) > 1 else "core"
        return ReportSpec(name, addon, label or humanised(name), section, permission, function)

    return make


Reports = Mapping[tuple[str, str], ReportSpec]


@composed("reports")
def compose_reports(composition: Composition) -> Reports:
    """The reports of the enabled addons; a menu entry or a permission that leads nowhere is a problem."""
    found = {(spec.addon, spec.name): spec for _addon, spec in composition.declared(ReportSpec)}
    for addon in composition.addons:
        names = [name for owner, name in found if owner == addon.name]
        for index, entry in enumerate(addon.manifest.menu):
            shown = not entry.beside or entry.beside in composition.names
            if shown and entry.report and (addon.name, entry.report) not in found:
                message = f"the menu leads to a report {entry.report!r}, which reports.py does not declare"
                composition.complain(
                    addon.name, [addon.document.problem(("menu", index, "report"), message, entry.report, names)]
                )
    for spec in found.values():
        if spec.permission and spec.permission not in composition.permissions.roles:
            place = Place(inspect.getsourcefile(spec.function) or spec.addon, inspect.getsourcelines(spec.function)[1])
            message = f"the report {spec.name!r} is for a role {spec.permission!r}, which does not exist"
            composition.complain(spec.addon, [problem_at(place, message, spec.permission, composition.permissions.roles)])
    return found


def table_of(session: Session, spec: ReportSpec, arguments: Mapping[str, Any], how: Reading) -> Table:
    """What a report says for these arguments as text; Denied without the role, Invalid for arguments it cannot take."""
    if not spec.is_open(session):
        raise Denied(
            _(
                "Your roles do not include the report {label}. An administrator can give you one that does.",
                label=spec.label,
            )
        )
    return spec(session, **read_arguments(session, spec, arguments, how))


def read_arguments(session: Session, spec: ReportSpec, given: Mapping[str, Any], how: Reading) -> dict[str, Any]:
    """The arguments as Python values; every fault is told."""
    faults = [
        FieldError(name, _("There is no such question: {name}", name=name)) for name in given if name not in spec.asked
    ]
    values: dict[str, Any] = {}
    for name, each in spec.asked.items():
        try:
            value = parse(each, given.get(name), how)
        except Unreadable as error:
            faults.append(FieldError(name, _("{label}: {reason}", label=each.label, reason=error.message)))
            continue
        if isinstance(value, Reference):
            value = _record(session, each, value, faults)
        if value is not None:
            values[name] = value
        elif each.required:
            faults.append(FieldError(name, _("{label}: {reason}", label=each.label, reason=_("is needed: fill it in"))))
    if faults:
        raise Invalid(
            _("The report cannot be made: {faults}", faults="; ".join(str(fault.message) for fault in faults)), faults
        )
    return values


def _record(session: Session, each: Field, reference: Reference, faults: list[FieldError]) -> Any:
    model: Any = each.target
    found = session.get(model, reference.value) if reference.by == "id" else None
    if found is None:
        faults.append(
            FieldError(
                each.name, _("{label}: there is no {value} that you may see", label=each.label, value=reference.value)
            )
        )
    return found


def sheet_of(spec: ReportSpec, table: Table, notes: Sequence[str] = ()) -> Sheet:
    """A report on its way into a file."""
    columns = [SheetColumn(column.shown_label, column.kind) for column in table.columns]

    def lines() -> Iterator[SheetLine]:
        for row in table.lines:
            yield SheetLine([shown(value) for value in row.values], row.style)

    last = next((row for row in reversed(table.lines) if row.style == "total"), None)
    count = sum(row.style == "row" for row in table.lines)
    foot = SheetLine([shown(value) for value in last.values], "total") if last is not None else None
    told = [*notes, *map(str, table.notes)]
    return Sheet(str(table.title or spec.label), columns, lines(), told, lambda: foot, lambda: count)


def shown(value: Any) -> Any:
    """A value as files hold it: records by their titles, lazy text as text."""
    if isinstance(value, Base):
        return value.title
    return value if value is None or isinstance(value, bool | int | Decimal | date | datetime) else str(value)


def report_sheet(session: Session, spec: ReportSpec, arguments: Mapping[str, Any], how: Reading | None = None) -> Sheet:
    """A report as a sheet, with its answers as notes."""
    table = table_of(session, spec, arguments, how or Reading("en", actor(session).zone))
    notes = [f"{each.label}: {arguments[name]}" for name, each in spec.asked.items() if arguments.get(name)]
    return sheet_of(spec, table, notes)


def export_report(
    session: Session,
    spec: ReportSpec,
    arguments: Mapping[str, Any],
    kind: str,
    how: Reading | None = None,
    paper: str = "auto",
    dialect: Dialect = PLAIN,
) -> Export:
    """A file of a report."""
    sheet = replace(report_sheet(session, spec, arguments, how), dialect=dialect)
    return write_sheet(sheet, kind, today(session).year, paper)


def answer_report(session: Session, spec: ReportSpec, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A report for programs: columns, and rows by their names; amounts as text."""
    table = table_of(session, spec, arguments, Reading("en", actor(session).zone))

    def value_of(column: Column, value: Any) -> Any:
        if isinstance(value, Decimal):
            return written(value, 2 if column.kind in ("money", "price") else 0)
        return {"id": getattr(value, "id", None), "title": value.title} if isinstance(value, Base) else plain(shown(value))

    rows = [row for row in table.lines if row.style != "total"]
    totals = [row for row in table.lines if row.style == "total"]
    by_name = [{c.name: value_of(c, v) for c, v in zip(table.columns, row.values, strict=True)} for row in rows]
    sums = totals[-1].values if totals else []
    return {
        "title": str(table.title or spec.label),
        "columns": [{"name": c.name, "label": c.shown_label, "kind": c.kind, "sum": c.sum} for c in table.columns],
        "rows": [
            {**values, "style": row.style} if row.style != "row" else values
            for values, row in zip(by_name, rows, strict=True)
        ],
        "totals": {c.name: value_of(c, v) for c, v in zip(table.columns, sums, strict=False) if c.sum},
        "notes": [str(note) for note in table.notes],
    }


def entries_of(spec: ReportSpec) -> list[Entry]:
    """The questions as boxes of a form."""
    return [Entry(Slot(field=name), each) for name, each in spec.asked.items()]


__all__ = [
    "Column",
    "MonthStart",
    "OpensOn",
    "ReportSpec",
    "Row",
    "Table",
    "YearStart",
    "answer_report",
    "entries_of",
    "export_report",
    "report",
    "report_sheet",
    "sheet_of",
    "table_of",
]
