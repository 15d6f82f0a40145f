"""The forms of settings pages that are no record's: users, teams, companies, keys, passwords."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from flask import current_app
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from core.access.models import CONTRASTS, DENSITIES, FIRST_DAYS, HALF_HOURS, THEMES, WORKS
from core.errors import TandemError
from core.i18n import LANGUAGES, REGIONS, current_language, translated
from core.i18n import _ as lazily
from core.mail import mail_address
from core.screens.fields.formats import Formats

_: Callable[[str], Any] = lazily  # WTForms asks for str; a Text becomes one when it is shown
NAMES = {"en": "English", "es": "Español", "ru": "Русский"}
LOOKS = {
    "auto": "As the system",
    "light": "Light",
    "dark": "Dark",
    "comfortable": "Comfortable",
    "compact": "Compact",
    "normal": "Normal",
    "more": "More",
}
DAYS = (("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("", "No end"))


class Filled:
    """The field may not be empty."""

    field_flags = {"required": True}

    def __call__(self, form: Form, field: Any) -> None:
        """ValidationError with a sentence."""
        if not (field.data or "").strip():
            raise ValidationError(str(_("Fill this in")))


def is_email(form: Form, field: Any) -> None:
    """An address that mail could go to; nobody is asked whether it does."""
    if field.data:
        found = mail_address(field.data)
        if found is None:
            raise ValidationError(str(_("This is no mail address")))
        field.data = found


def stripped(text: str | None) -> str:
    """What was typed, without outer blanks."""
    return (text or "").strip()


@cache
def zones() -> tuple[SelectChoice, ...]:
    """All time zones."""
    names = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    return tuple(SelectChoice(zone, zone.replace("_", " ")) for zone in names)


def offered_languages(kept: str | None) -> list[SelectChoice]:
    """The languages that are offered, and the one that somebody has though it is not offered any more."""
    offered = current_app.extensions["tandem_options"]["languages"]
    return [SelectChoice(code, NAMES[code]) for code in LANGUAGES if code in offered or code == kept]


def samples() -> list[SelectChoice]:
    """How each region writes a number and a date, which says more than its name."""
    day, units = date(2026, 3, 27), 12_345_678_900
    shapes = [(region, Formats(current_language(), 0, "UTC", region)) for region in REGIONS]
    return [SelectChoice(region, f"{shape.money(units)}   {shape.day(day)}") for region, shape in shapes]


def weekdays() -> list[SelectChoice]:
    """The days on which weeks begin, by their names."""
    return options((str(day), translated(name).capitalize()) for day, name in FIRST_DAYS.items())


def words(names: Iterable[str]) -> list[SelectChoice]:
    """Choices in the reader's language."""
    return options((name, translated(LOOKS[name])) for name in names)


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Choices of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def countries() -> list[SelectChoice]:
    """All countries, by their names in the reader's language."""
    names = Locale.parse(current_language()).territories.items()
    return options(sorted(((c, name) for c, name in names if len(c) == 2 and c.isalpha()), key=lambda pair: pair[1]))


class ProfileForm(Form):
    """What a person sets for himself."""

    name = StringField(_("Name"), [Filled()], filters=[stripped])
    email = StringField(_("Mail"), [is_email], filters=[stripped])
    language = SelectField(_("Language"), choices=[SelectChoice(code, NAMES[code]) for code in LANGUAGES])
    region = SelectField(_("Numbers and dates"), default="")
    zone = SelectField(_("Time zone"))
    week_begins = SelectField(_("Week begins on"), default="")
    works_from = SelectField(_("Works from"), default="")
    works_until = SelectField(_("Works until"), default="")
    theme = SelectField(_("Theme"))
    density = SelectField(_("Density"))
    contrast = SelectField(_("Contrast"))
    single_keys = BooleanField(_("Keys of one letter"), description=_("n, e, j and k act while nothing is being typed"))

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.zone.choices = [SelectChoice("", str(_("That of the company"))), *zones()]
        self.language.choices = offered_languages(self.language.data)
        self.region.choices = [SelectChoice("", str(_("As the language"))), *samples()]
        self.zone.render_kw = {"data-widget": "combobox"}
        if "theme" in self:
            self.week_begins.choices = [SelectChoice("", str(_("As the company"))), *weekdays()]
            self.works_from.choices, self.works_until.choices = (
                [SelectChoice("", usual), *(SelectChoice(each, each) for each in HALF_HOURS if each != usual)]
                for usual in WORKS
            )
            self.theme.choices, self.density.choices = words(THEMES), words(DENSITIES)
            self.contrast.choices = words(CONTRASTS)


class UserForm(ProfileForm):
    """What an administrator sets of somebody."""

    theme = density = contrast = single_keys = week_begins = works_from = works_until = None  # type: ignore[assignment]
    version = HiddenField()
    login = StringField(_("Login"), [Filled()], filters=[stripped])
    companies = SelectMultipleField(_("Companies"), coerce=int)
    default_company = SelectField(_("Begins in"), coerce=lambda text: int(text) if text else None)
    teams = SelectMultipleField(_("Teams"), coerce=int)

    def offer(self, companies: list[tuple[int, str]], teams: list[tuple[int, str]]) -> "UserForm":
        """The companies and teams that may be chosen."""
        self.companies.choices, self.teams.choices = options(companies), options(teams)
        self.default_company.choices = [SelectChoice("", "–"), *options(companies)]
        for field in (self.companies, self.teams):
            field.render_kw = {"data-widget": "combobox"}
        return self


class NewUserForm(UserForm):
    """A user with the first password, which he changes when he comes in."""

    password = PasswordField(_("First password"), [Filled()], render_kw={"autocomplete": "new-password"})


class PasswordForm(Form):
    """A person's own new password."""

    old = PasswordField(_("Present password"), [Filled()], render_kw={"autocomplete": "current-password"})
    new = PasswordField(_("New password"), [Filled()], render_kw={"autocomplete": "new-password"})
    again = PasswordField(_("New password again"), [Filled()], render_kw={"autocomplete": "new-password"})

    def validate_again(self, field: Any) -> None:
        """Typed twice alike."""
        if field.data != self.new.data:
            raise ValidationError(str(_("This is not the same as above")))


class KeyForm(Form):
    """A new API key."""

    name = StringField(_("What for"), [Filled()], filters=[stripped])
    days = SelectField(_("Ends after"), default="365")
    user = SelectField(_("User"), coerce=int)

    def offer(self, users: list[tuple[int, str]]) -> "KeyForm":
        """Whose key it may be; a person without the choice makes his own."""
        self.days.choices = options((days, translated(label)) for days, label in DAYS)
        if users:
            self.user.choices = options(users)
        else:
            del self.user
        return self


class TeamForm(Form):
    """A team and who is in it."""

    version = HiddenField()
    name = StringField(_("Name"), [Filled()], filters=[stripped])
    members = SelectMultipleField(_("Members"), coerce=int, render_kw={"data-widget": "combobox"})
    active = BooleanField(_("In use"), default=True)


class CompanyForm(Form):
    """A company of this installation."""

    version = HiddenField()
    name = StringField(_("Name"), [Filled()], filters=[stripped])
    legal_name = StringField(_("Legal name"), filters=[stripped])
    tax_id = StringField(_("Tax number"), filters=[stripped])
    country = SelectField(_("Country"), default="AR", render_kw={"data-widget": "combobox"})
    currency = SelectField(_("Currency"), default="ARS", render_kw={"data-widget": "combobox"})
    zone = SelectField(_("Time zone"), default="UTC", render_kw={"data-widget": "combobox"})
    street = StringField(_("Street"), filters=[stripped])
    city = StringField(_("City"), filters=[stripped])
    email = StringField(_("Mail"), [is_email], filters=[stripped])
    phone = StringField(_("Phone"), filters=[stripped])

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        locale = Locale.parse(current_language())
        self.country.choices = countries()
        currencies = ((code, f"{code} {locale.currencies.get(code, '')}") for code in sorted(list_currencies()))
        self.currency.choices = options(currencies)
        self.zone.choices = list(zones())


def mark_faults(form: Form, error: TandemError) -> None:
    """Put a refusal at the fields that it names; what no field can show stands above the form."""
    shown = False
    for fault in error.errors:
        if fault.field in form:
            form[fault.field].errors = [*form[fault.field].errors, str(fault.message)]
            shown = True
    if not shown:
        form.form_errors = [*form.form_errors, str(error)]
