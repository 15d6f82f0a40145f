"""What every page is given: company, user, menu, strip, language, theme; and the filters that write amounts and dates."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, g, request

from core.db import Money, Percent, Quantity, UnitPrice
from core.i18n import _, current_language
from core.screens.fields.formats import STORED
from core.web.menu import Menus
from core.web.record_keys import record_keys

SCALES = {"money": Money(), "price": UnitPrice(), "quantity": Quantity(), "percent": Percent()}


@dataclass(frozen=True)
class SiteFrame:
    """Whose page this is."""

    company: str
    user: Any


def install(app: Flask, menus: Menus) -> None:
    """Fill the frame of every page, and make the filters."""
    app.extensions["tandem_menus"] = menus
    app.jinja_env.globals.update(_=_, record_keys=record_keys)
    app.jinja_env.filters.update(
        money=written("money"),
        quantity=written("quantity"),
        percent=written("percent"),
        price=written("price"),
        integer=lambda count: g.formats.number("integer", count),
        day=day,
        moment=moment,
        clock=clock,
    )

    @app.context_processor
    def frame() -> dict[str, Any]:
        user = g.user
        found: dict[str, Any] = {
            "language": current_language(),
            "direction": "ltr",
            "theme": "auto",
            "density": "",
            "contrast": "normal",
        } | {"single_keys": True, "first_weekday": 1}
        if user is None:
            return found | {"site": SiteFrame("Tandem", None), "strip_items": []}
        policy = current_app.extensions["tandem"].permissions.policy(user.roles)
        density = "" if user.density == "auto" else user.density
        return found | {
            "theme": user.theme,
            "density": density,
            "contrast": user.contrast,
            "first_weekday": user.first_weekday,
            "single_keys": user.single_keys,
            "site": SiteFrame(user.company_name or "Tandem", user),
            **menus.drawn(policy, request.path, user.is_admin),
            "strip_items": [] if request.headers.get("HX-Request") else strip_items(policy),
        }


def strip_items(policy: Any) -> list[Any]:
    """The open tickets that the person may see, most urgent first."""
    strips = current_app.extensions["tandem"].parts.get("strips", [])
    return [item for strip in strips if policy.may(strip.model, "read") for item in strip.find(g.session)]


def written(kind: str) -> Any:
    """A filter: a Decimal, or whole units of its column, as the reader's language writes it."""
    scale = SCALES[kind]

    def write(value: Any, digits: int | None = None) -> str:
        if value is None or value == "":
            return ""
        units = scale.units(value) if isinstance(value, Decimal) else int(value)
        if kind == "money" and digits is None:
            text: str = g.formats.money(units)
            return text
        return str(g.formats.number(kind if kind in STORED else "money", units, digits))

    return write


def day(value: date | None) -> str:
    """A date as the reader's language writes it."""
    return str(g.formats.day(value)) if value else ""


def clock(value: datetime | None) -> str:
    """The time of day where the reader is."""
    return value.astimezone(g.formats.zone).strftime("%H:%M") if value else ""


def moment(value: datetime | None) -> str:
    """A point in time where the reader is."""
    return str(g.formats.moment(value)) if value else ""
