"""Cards that may be one and the same: equal mail, tax number or telephone, or the same name in the same place."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from addons.crm_contacts.keys import email_key_of, phone_key_of, tax_key_of
from addons.crm_contacts.models import Contact
from core.i18n import _
from core.values import fold

SURE = ("email", "tax_id")


@dataclass(frozen=True)
class Duplicate:
    """A card that resembles another one, and in what; `sure` when mail or tax number agree."""

    contact: Contact
    reasons: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether it is more than a likeness."""
        return any(reason in SURE for reason in self.reasons)

    @property
    def explained(self) -> list[Any]:
        """The reasons in words."""
        words = {
            "email": _("same mail address"),
            "tax_id": _("same tax number"),
            "phone": _("same telephone"),
            "name": _("same name"),
        }
        return [words[reason] for reason in self.reasons]


def duplicates_of(session: Session, contact: Contact, limit: int = 20) -> list[Duplicate]:
    """Other cards that may be this contact, the surest first; merged and archived cards are left out."""
    return suspects(
        session,
        name=contact.name,
        email=contact.email,
        phones=(contact.phone, contact.mobile),
        tax_id=contact.tax_id,
        kind=contact.kind,
        besides=contact.id,
        limit=limit,
    )


def suspects(
    session: Session,
    *,
    name: str = "",
    email: str | None = None,
    phones: tuple[str | None, ...] = (),
    tax_id: str | None = None,
    kind: str | None = None,
    besides: int | None = None,
    limit: int = 20,
) -> list[Duplicate]:
    """Cards that may be the one described; what is blank is not compared, so two cards without mail are no twins."""
    mail, tax, numbers = email_key_of(email), tax_key_of(tax_id), {key for p in phones if (key := phone_key_of(p))}
    folded = fold(name)
    alike: list[Any] = []
    if mail:
        alike.append(Contact.email_key == mail)
    if tax:
        alike.append(Contact.tax_key == tax)
    if numbers:
        alike += [Contact.phone_key.in_(numbers), Contact.mobile_key.in_(numbers)]
    if folded:
        alike.append(and_(Contact.name_folded == folded, Contact.kind == kind) if kind else Contact.name_folded == folded)
    if not alike:
        return []
    wanted = select(Contact).where(or_(*alike), Contact.active, Contact.merged_into_id.is_(None))
    if besides is not None:
        wanted = wanted.where(Contact.id != besides)
    found = [
        Duplicate(other, _reasons(other, mail, tax, numbers, folded))
        for other in session.scalars(wanted.order_by(Contact.id).limit(limit))
    ]
    return sorted(found, key=lambda twin: (not twin.sure, -len(twin.reasons), twin.contact.id))


def _reasons(other: Contact, mail: str | None, tax: str | None, numbers: set[str], folded: str) -> tuple[str, ...]:
    """In what another card agrees."""
    agree = {
        "email": bool(mail) and other.email_key == mail,
        "tax_id": bool(tax) and other.tax_key == tax,
        "phone": bool(numbers & {other.phone_key or "", other.mobile_key or ""}),
        "name": other.name_folded == folded,
    }
    return tuple(reason for reason, holds in agree.items() if holds)
