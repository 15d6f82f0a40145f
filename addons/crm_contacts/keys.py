"""What two cards are compared by, and the words of countries, weekdays and roles: pure functions of text."""

import re
from typing import Final

from babel import Locale

from core.errors import FieldError, Invalid
from core.i18n import _
from core.values import fold

HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
CODE: Final = re.compile(r"[A-Z]{2}")
NOT_COUNTRIES: Final = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
PHONE_DIGITS = 9
SHORTEST_PHONE = 6


def _names(language: str) -> dict[str, str]:
    """ISO 3166 codes and names in a language."""
    territories = Locale.parse(language).territories
    codes = (code for code in sorted(territories) if CODE.fullmatch(code))
    return {code: territories[code] for code in codes if code not in NOT_COUNTRIES}


COUNTRIES: Final = _names("en")
BY_NAME: Final = {fold(name): code for language in ("ru", "es", "en") for code, name in _names(language).items()}


def country_code(country: str | None) -> str | None:
    """The ISO code of a country written as a code or by its name in English, Spanish or Russian; Invalid if unknown."""
    written = (country or "").strip()
    if not written:
        return None
    code = written.upper() if written.upper() in COUNTRIES else BY_NAME.get(fold(written))
    if code is None:
        message = _("{country} is no known country: write its name or its two letters, such as AR.", country=written)
        raise Invalid(message, [FieldError("country", message)])
    return code


def email_key_of(email: str | None) -> str | None:
    """The address without case or blanks; None if there is none."""
    return (email or "").strip().casefold() or None


def phone_key_of(phone: str | None) -> str | None:
    """The last nine digits, as the country code and trunk zeros are written or not; None for an extension number."""
    digits = re.sub(r"\D", "", phone or "")
    return digits[-PHONE_DIGITS:] if len(digits) >= SHORTEST_PHONE else None


def tax_key_of(tax_id: str | None) -> str | None:
    """The letters and digits of a tax number, without dots, dashes and blanks."""
    return re.sub(r"[\W_]", "", tax_id or "").upper() or None


def role_of(customer: bool | None, supplier: bool | None) -> str:
    """What a contact is to us: a lead until it buys or sells."""
    if customer and supplier:
        return "both"
    if customer:
        return "customer"
    return "supplier" if supplier else "lead"
