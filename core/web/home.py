"""My day: what awaits the person who looks, put together from the enabled addons."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, current_app, g, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.db import Company, now, today
from core.i18n import translated
from core.screens.day import DayItem
from core.screens.fields.texts import Texts
from core.screens.figures import figures_of
from core.screens.forms.record_page import FIGURES, strip_of
from core.screens.pages import render
from core.web.welcome import is_new, steps_of
from core.web.widgets.drawing import panes
from core.web.widgets.keeping import widgets_of
from core.web.widgets.pages import roles

home = Blueprint("home", __name__)
ASIDE = 60  # providers of this order and above stand beside the day, not in it
LOOKED_AT = 30  # without any of those, the day's own lists from here on stand there
AT_ONCE = 6  # so many items of a list are seen without opening it
FULL_DAY = {"en": "EEEE d MMMM", "es": "EEEE d 'de' MMMM", "ru": "EEEE, d MMMM"}


@dataclass(frozen=True)
class DaySection:
    """One provider's items, as the page shows them."""

    label: str
    icon: str
    order: int
    items: list[DayItem]

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(item.late for item in self.items)

    @property
    def most(self) -> Any:
        """The largest amount, for bars; nothing unless every item has one and they can be compared."""
        amounts = [item.amount for item in self.items]
        comparable = len(amounts) > 1 and all(amount is not None and amount >= 0 for amount in amounts)
        return max(amounts) if comparable else 0


@home.get("/")
def index() -> AnyResponse:
    """The day's timed items as one line of the day, and the rest by kind; of a new installation, first the questions."""
    session, composition = g.session, current_app.extensions["tandem"]
    if g.user.is_admin and is_new(session):
        return redirect("/welcome")
    day = today(session)
    timed, sections = asked_of_all(session, composition, day)
    widgets = panes(session, composition, widgets_of(session, roles()))
    beside = any(section.order >= ASIDE for section in sections) or any(each.size == "small" for each in widgets)
    edge = ASIDE if beside else LOOKED_AT
    language = g.formats.locale.language
    return render(
        "home.html",
        day=day,
        full_day=capital(format_date(day, FULL_DAY.get(language, FULL_DAY["en"]), g.formats.locale)),
        now=now(),
        timed=timed,
        main=[section for section in sections if section.order < edge],
        aside=[section for section in sections if section.order >= edge],
        figures=figures(session, composition),
        shortcuts=shortcuts(session, composition),
        at_once=AT_ONCE,
        widgets=widgets,
        steps=steps_of(session, composition),
        week=day.isocalendar().week,
    )


def asked_of_all(session: Session, composition: Any, day: date) -> tuple[list[DayItem], list[DaySection]]:
    """What every provider that the person may ask says: items with a time in its order, and the lists without."""
    timed: list[DayItem] = []
    sections: list[DaySection] = []
    for provider in composition.day:
        if provider.model is None or session.info["policy"].may(provider.model, "read"):
            items = list(provider.find(session, day))
            timed += [item for item in items if item.at is not None]
            if untimed := [item for item in items if item.at is None]:
                sections.append(DaySection(translated(provider.text), provider.icon, provider.order, untimed))
    timed.sort(key=lambda item: item.at.timestamp() if item.at else 0.0)
    return timed, sections


def figures(session: Session, composition: Any) -> list[dict[str, Any]]:
    """What the addons know of the company itself, as figures of its record."""
    company = session.get(Company, session.info["company_id"]) if session.info.get("company_id") else None
    if company is None:
        return []
    return strip_of(figures_of(composition.figures, session, company, most=FIGURES), Texts(session))


def shortcuts(session: Session, composition: Any) -> list[tuple[str, str, str]]:
    """(label, url, icon) of what the person may make anew."""
    screens = composition.screens
    links = [link for link in composition.menu if link.model in screens and screens[link.model].makes(session)]
    return [(translated(link.label), f"{link.url}new", link.icon) for link in links[:6]]


def capital(text: str) -> str:
    """A heading begins with a capital, also where days do not."""
    return text[:1].upper() + text[1:]
