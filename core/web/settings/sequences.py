"""Number series: what the next number of each kind of document is, who uses it, and what may be changed of it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access.audit import note
from core.access.words import model_word
from core.db import Company, Numbered, Series, kernel_connection, trusted
from core.errors import FieldError, Invalid, Missing, Refused, TandemError
from core.i18n import _
from core.screens.pages import committed, render
from core.web.login import caller
from core.web.settings.system import only_administrators

sequences = Blueprint("sequences", __name__, url_prefix="/settings/sequences")
sequences.before_request(only_administrators)
LONGEST, HIGHEST = 12, 999_999_999
COUNTERS = {"code", "prefix", "last_number", "company_id"}  # what a model needs to be a series of an addon's own


@dataclass(frozen=True)
class Row:
    """One series of one company."""

    company: str
    company_id: int
    code: str
    prefix: str
    used_by: str
    last: int
    begins_at: int
    url: str = ""

    @property
    def is_used(self) -> bool:
        """Whether it has given a number."""
        return self.last >= self.begins_at

    @property
    def next_name(self) -> str:
        """The number that comes next, as it will be written."""
        return f"{self.prefix}{self.last + 1}"


def users_of_series() -> dict[str, str]:
    """The documents that each series numbers, in words, by its code."""
    found: dict[str, list[str]] = {}
    for model in current_app.extensions["tandem"].models.values():
        if issubclass(model, Numbered) and model.__series__:
            for code in (model.__series__, *model.__other_series__):
                found.setdefault(code, []).append(str(model_word(model)))
    return {code: ", ".join(sorted(words)) for code, words in found.items()}


def listed(session: Session) -> list[Row]:
    """All series of all companies, those that gave no number yet as well."""
    used_by, rows = users_of_series(), []
    with trusted(session):
        companies = session.execute(select(Company.id, Company.name).order_by(Company.name)).all()
        kept = {(s.company_id, s.code): s for s in session.scalars(select(Series))}
        for company_id, name in companies:
            for code in sorted({*used_by, *(c for of, c in kept if of == company_id)}):
                one = kept.get((company_id, code))
                prefix, begins = (one.prefix or code, one.begins_at or 1) if one else (code, 1)
                last = one.last_number if one else 0
                rows.append(Row(name, company_id, code, f"{prefix}-", used_by.get(code, ""), last, begins))
        rows += [row for model in own_counters() for row in of_addon(session, model, {key: name for key, name in companies})]
    return rows


def own_counters() -> list[Any]:
    """Models of addons that are series themselves, as those of a ledger whose numbers are chained."""
    models = current_app.extensions["tandem"].models.values()
    return [m for m in models if m.__addon__ != "core" and set(inspect(m).columns.keys()) >= COUNTERS]


def of_addon(session: Session, model: Any, companies: dict[int, str]) -> list[Row]:
    """The series that an addon keeps itself; they are changed on their own pages."""
    rows = session.scalars(select(model).order_by(model.company_id, model.code)).all()
    base, word = f"/{model.__addon__}/{model.__slug__}", current_app.extensions["tandem"].addon(model.__addon__)
    title = str(_(word.manifest.name))
    return [
        Row(companies.get(r.company_id, ""), r.company_id, r.code, r.prefix, title, r.last_number, 1, f"{base}/{r.id}")
        for r in rows
    ]


@sequences.get("")
def index() -> Response:
    """All series by company."""
    return page()


def page(status: int = 200, error: TandemError | None = None) -> Response:
    """The list, and why a change was refused."""
    return render("settings/sequences.html", status, rows=listed(g.session), error=error, typed=request.form)


@sequences.post("/<int:company>/<code>")
def save(company: int, code: str) -> AnyResponse:
    """Another prefix or first number, of a series that gave none yet."""
    prefix, begins = request.form.get("prefix", "").strip().rstrip("-"), request.form.get("begins_at", type=int)

    def work(session: Session) -> None:
        row = next((r for r in listed(session) if (r.company_id, r.code, r.url) == (company, code, "")), None)
        if row is None:
            raise Missing(_("There is no such series"))
        demand_possible(session, row, prefix, begins)
        with trusted(session):
            keep(session, company, code, prefix or code, begins or 1)
            note(session, "settings", ip=caller()[0], what="series", code=code, prefix=prefix, begins_at=begins)

    try:
        committed(work)
    except TandemError as error:
        return page(error.status, error)
    flash(str(_("Saved")), "good")
    return redirect("/settings/sequences")


def demand_possible(session: Session, row: Row, prefix: str, begins: int | None) -> None:
    """Refused with the reason if it would break what is promised of numbers."""
    if row.is_used:
        raise Refused(_("{code} has given numbers already: another prefix or number would leave a gap", code=row.code))
    if not prefix or len(prefix) > LONGEST or not all(letter.isalnum() or letter in "/-." for letter in prefix):
        text = _("A prefix is letters, digits, hyphens, points and slashes, at most {count}", count=LONGEST)
        raise Invalid(text, [FieldError("prefix", text)])
    if begins is None or not 1 <= begins <= HIGHEST:
        text = _("The first number is at least 1")
        raise Invalid(text, [FieldError("begins_at", text)])
    others = [r for r in listed(session) if r.company_id == row.company_id and r.code != row.code]
    if any(r.prefix == f"{prefix}-" for r in others):
        text = _("Another series of this company has the prefix {prefix}", prefix=prefix)
        raise Invalid(text, [FieldError("prefix", text)])


def keep(session: Session, company: int, code: str, prefix: str, begins: int) -> None:
    """Write it, unless a number was given at this very moment."""
    connection, table = kernel_connection(session), Series.__table__
    mine = (Series.company_id == company, Series.code == code)
    row = connection.execute(select(table).where(*mine).with_for_update(key_share=True)).first()
    values = {"prefix": prefix, "begins_at": begins, "last_number": begins - 1}
    if row is None:
        connection.execute(table.insert().values(company_id=company, code=code, **values))  # type: ignore[attr-defined]
        return
    unused = Series.last_number == (row.begins_at or 1) - 1
    if not connection.execute(update(Series).where(*mine, unused).values(**values)).rowcount:
        raise Refused(_("{code} has given numbers already: another prefix or number would leave a gap", code=code))
