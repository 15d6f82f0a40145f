"""Languages: which are offered, how much of each addon speaks them, what each company begins with and when its week does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access.audit import note
from core.access.models import FIRST_DAYS, User
from core.db import Company, trusted
from core.errors import Invalid
from core.i18n import LANGUAGES, _, read_catalog, translated
from core.registry.composition import CORE
from core.registry.options import choose
from core.screens.pages import committed, render
from core.web.login import NAMES, caller
from core.web.settings.forms import samples
from core.web.settings.system import only_administrators

languages = Blueprint("languages", __name__, url_prefix="/settings/languages")
languages.before_request(only_administrators)


@dataclass(frozen=True)
class Spoken:
    """How much of an addon a language says."""

    addon: str
    messages: int
    said: dict[str, int]

    def percent(self, language: str) -> int:
        """Whole percent; 100 only if nothing is missing."""
        return 100 if language == "en" or not self.messages else self.said[language] * 100 // self.messages


def completeness() -> list[Spoken]:
    """The kernel and each enabled addon: English is the language of the source, the others are counted against it.

    What is not in any catalog is not counted; the tests of an addon find such words.
    """
    folders = [(str(_("The kernel")), CORE)]
    folders += [(translated(a.manifest.name), a.folder) for a in current_app.extensions["tandem"].addons]
    return [spoken(name, folder) for name, folder in folders]


def spoken(name: str, folder: Path) -> Spoken:
    """The words of one folder's catalogs."""
    known = {code: read_catalog(folder / "translations" / f"{code}.po").keys() for code in LANGUAGES if code != "en"}
    every = set().union(*known.values())
    return Spoken(name, len(every), {code: len(said) for code, said in known.items()})


@languages.get("")
def index() -> Response:
    """All that has to do with languages on one page."""
    with trusted(g.session) as session:
        companies = session.scalars(select(Company).where(Company.active).order_by(Company.name)).all()
        counted = select(User.language, func.count(User.id)).where(User.active).group_by(User.language)
        users = {code: count for code, count in session.execute(counted)}
    by_country = {company.id: first_day_of(company.country) for company in companies}
    values: dict[str, Any] = {"offered": current_app.extensions["tandem_options"]["languages"], "names": NAMES}
    values |= {"languages": LANGUAGES, "users": users, "companies": companies, "rows": completeness()}
    return render("settings/languages.html", **values, days=FIRST_DAYS, by_country=by_country, samples=samples())


def first_day_of(country: str) -> int:
    """On which day a country's week begins, as calendars count."""
    any_language = Locale("en")
    any_language.territory = country  # not every pair of language and country has a name, but each country has a week
    return (any_language.first_week_day + 1) % 7


@languages.post("")
def save() -> AnyResponse:
    """Which languages people may choose; whoever has another one keeps it."""
    wanted = [code for code in LANGUAGES if code in request.form.getlist("languages")]
    if not wanted:
        raise Invalid(_("Offer one language at least"))

    def work(session: Session) -> None:
        choose(session, {"languages": wanted})
        note(session, "settings", ip=caller()[0], what="languages", languages=wanted)

    committed(work)
    flash(str(_("Saved")), "good")
    return redirect("/settings/languages")


@languages.post("/companies/<int:key>")
def save_company(key: int) -> AnyResponse:
    """The language of a company's new users, and its first day of the week."""
    language, day = request.form.get("language", ""), request.form.get("first_weekday", type=int)
    if language not in ("", *LANGUAGES) or day not in FIRST_DAYS:
        raise Invalid(_("There is no such choice"))

    def work(session: Session) -> None:
        with trusted(session):
            company = session.get(Company, key)
            if company is None:
                raise Invalid(_("Choose a company"))
            company.language, company.first_weekday = language or None, day

    committed(work)
    flash(str(_("Saved")), "good")
    return redirect("/settings/languages")
