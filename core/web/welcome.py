"""The first login of a new installation asks who the company is; then first steps, and the way out of the samples."""

from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_territory_currencies
from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, RadioField, SelectField, StringField

from core.access.models import User
from core.db import Company, now, trusted
from core.errors import Denied, Refused
from core.i18n import LANGUAGES, _, translated, using_language
from core.jobs.samples import ask_for_samples, last_loading
from core.registry import lifecycle
from core.registry.composition import Composition
from core.registry.samples import empty, has_samples, remove_samples, say, untouched
from core.screens.first_steps import ShownStep, steps_for
from core.screens.pages import committed, render
from core.web.settings.forms import NAMES, Filled, countries, options, stripped

welcome = Blueprint("welcome", __name__)
LOADING = "/welcome/samples"
BEGINNINGS = {
    "empty": "Empty",
    "import": "With my own data: import contacts next",
    "samples": "With sample data, to look around",
}

LARGEST = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "ES": "Europe/Madrid",
    "MX": "America/Mexico_City",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}


@dataclass(frozen=True)
class Steps:
    """The first steps of a person, whether samples are still there, and whether they are still on their way."""

    items: list[ShownStep]
    samples: bool
    loading: bool = False

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.done for step in self.items)

    @property
    def left(self) -> int:
        """How many are not."""
        return len(self.items) - self.done


class WelcomeForm(Form):
    """What a new installation must know."""

    name = StringField(_("Company"), [Filled()], filters=[stripped])  # type: ignore[arg-type]
    country = SelectField(_("Country"), render_kw={"data-widget": "combobox"})  # type: ignore[arg-type]
    language = SelectField(_("Language"), choices=[(code, NAMES[code]) for code in LANGUAGES])  # type: ignore[arg-type]
    begin = RadioField(_("Begin"), default="empty")  # type: ignore[arg-type]

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.country.choices = countries()
        self.begin.choices = options((name, translated(label)) for name, label in BEGINNINGS.items())


def demand_admin() -> None:
    """Only an administrator says what the company is."""
    if g.user is None or not g.user.is_admin:
        raise Denied(_("Only an administrator may see this page"))


def is_new(session: Session) -> bool:
    """Whether nobody has said yet what the company of this installation is."""
    company = session.get(Company, session.info["company_id"]) if session.info.get("company_id") else None
    return company is not None and company.set_up_at is None


def steps_of(session: Session, composition: Composition) -> Steps | None:
    """The first steps of who looks; None once he hid them."""
    if not g.user.guided:
        return None
    own = steps_for(session, composition)
    if g.user.is_admin:
        with trusted(session):
            company = session.get(Company, session.info["company_id"])
            people = session.scalar(select(func.count(User.id))) or 0
        known = bool(company is not None and company.tax_id and company.updated_by_id)
        details = f"/settings/companies/{session.info['company_id']}"
        own.insert(0, ShownStep(str(_("Say who the company is")), details, "building", known))
        own.append(ShownStep(str(_("Invite a colleague")), "/settings/users/new", "users", people > 1))
    with trusted(session):
        samples = g.user.is_admin and has_samples(session)
    job = last_loading(session) if g.user.is_admin else None
    return Steps(own, samples, job is not None and job.state in ("waiting", "parked"))


@welcome.post("/welcome/steps")
def guide() -> AnyResponse:
    """Hide the first steps, or show them again."""
    if g.user is None or g.user.session_id is None:
        raise Denied(_("Log in first"))
    from core.access.accounts import set_preferences

    wanted = request.form.get("guided") == "yes"

    def work(session: Session) -> None:
        user = session.get(User, g.user.id)
        assert user is not None
        set_preferences(session, user, guided=wanted)

    committed(work)
    return redirect("/")


@welcome.get("/welcome")
def ask() -> Response:
    """Company, country, language, and what to begin with."""
    demand_admin()
    company = g.session.get(Company, g.user.company_id)
    assert company is not None
    name = company.name if company.set_up_at is not None else ""
    form = WelcomeForm(name=name, country=company.country, language=g.user.language)
    return render("welcome.html", form=form)


@welcome.post("/welcome")
def begin() -> AnyResponse:
    """Currency, time zone and taxes follow from the country; sample data is loaded by a worker."""
    demand_admin()
    form = WelcomeForm(request.form)
    if not form.validate():
        return render("welcome.html", 422, form=form)
    kernel, composition = current_app.extensions["tandem_kernel"], current_app.extensions["tandem"]
    me, company_id = g.user.id, g.user.company_id
    with kernel.database.read() as session:
        blank = untouched(session, kernel, composition) == composition.names and not has_samples(session)
    samples_wanted = form.begin.data == "samples" and blank

    def step(session: Session) -> None:
        company = session.get(Company, company_id)
        assert company is not None
        country = form.country.data or "AR"
        company.name, company.country, company.set_up_at = form.name.data or "", country, now()
        company.currency, company.zone = currency_of(country), zone_of(country)
        company.first_weekday, company.language = first_weekday_of(country), form.language.data
        user = session.get(User, me)
        assert user is not None
        user.language = form.language.data or "en"
        session.flush()
        if blank:  # what addons set up follows the country: taxes above all
            empty(kernel, composition, session, composition.names)
        if samples_wanted:
            ask_for_samples(session)

    who = {"user_id": me, "company_id": company_id}
    lifecycle.change(kernel, step, via="web", switchboard=composition.switchboard, **who)
    if samples_wanted:
        return redirect(LOADING)
    with using_language(form.language.data or "en"):
        flash(str(_("All is ready")), "good")
    return redirect("/imports/new?model=crm_contacts.Contact" if form.begin.data == "import" else "/")


@welcome.get("/welcome/samples")
def loading() -> AnyResponse:
    """How far the sample data is; the page may be left, and looked at again."""
    demand_admin()
    job = last_loading(g.session)
    if job is None:
        return redirect("/welcome" if is_new(g.session) else "/settings/samples")
    why = (job.error or "").strip().rpartition("\n")[2] if job.state in ("waiting", "parked") else ""
    return render("samples_loading.html", job=job, why=why)


@welcome.post("/welcome/samples")
def load_again() -> AnyResponse:
    """Go on with sample data that could not be loaded."""
    demand_admin()
    job = last_loading(g.session)
    if job is None or job.state != "parked":
        raise Refused(_("There is nothing to load again"))
    committed(ask_for_samples)
    return redirect(LOADING)


def currency_of(country: str) -> str:
    """What one pays with in a country."""
    found = get_territory_currencies(country)
    return str(found[0]) if found else "USD"


def first_weekday_of(country: str) -> int:
    """The day that weeks begin on in a country, as browsers count: Sunday is 0."""
    try:
        return (Locale.parse(f"und_{country}").first_week_day + 1) % 7
    except (UnknownLocaleError, ValueError):
        return 1


def zone_of(country: str) -> str:
    """The time zone of a country; of one with several, that of most people."""
    found = get_global("territory_zones").get(country) or ["UTC"]
    return str(LARGEST.get(country, found[0]))


@welcome.get("/settings/samples")
def samples() -> Response:
    """What is there of the demonstration, and what its removal leaves alone."""
    demand_admin()
    kernel, composition = current_app.extensions["tandem_kernel"], current_app.extensions["tandem"]
    with kernel.database.read() as session:
        there, whole = has_samples(session), untouched(session, kernel, composition)
    named = [(addon.manifest.name, addon.manifest.icon, addon.name in whole) for addon in composition.addons]
    return render("settings/samples.html", there=there, addons=named)


@welcome.post("/settings/samples")
def remove() -> AnyResponse:
    """Take the samples out; what stays is said with its reason."""
    demand_admin()
    kernel, composition = current_app.extensions["tandem_kernel"], current_app.extensions["tandem"]
    lines = say(remove_samples(kernel, composition, g.user.id), composition)
    return render("settings/samples.html", there=False, addons=[], lines=lines)
