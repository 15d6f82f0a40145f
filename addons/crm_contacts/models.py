"""People and companies, who looks after them, when they like to be called on, and what passed between us."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from addons.crm_contacts.keys import (
    COUNTRIES,
    HOUR,
    country_code,
    email_key_of,
    phone_key_of,
    role_of,
    tax_key_of,
)
from core.access.models import User
from core.db import (
    JSON,
    Archivable,
    Base,
    Choice,
    CompanyScoped,
    Line,
    Model,
    Moment,
    Money,
    Searchable,
    derived,
    folds,
)
from core.errors import FieldError, Invalid
from core.i18n import _, translated

KEYS_ONCE = {"sqlite_autoincrement": True}
KINDS = {"person": "Person", "company": "Company"}
ROLES = {"lead": "Lead", "customer": "Customer", "supplier": "Supplier", "both": "Customer and supplier"}
WEEKDAYS = {
    "monday": "Monday",
    "tuesday": "Tuesday",
    "wednesday": "Wednesday",
    "thursday": "Thursday",
    "friday": "Friday",
    "saturday": "Saturday",
    "sunday": "Sunday",
}
TIMELINE_KINDS = {"talk": "Talks", "document": "Documents", "money": "Money", "ticket": "Tickets", "note": "Notes"}

contact_tag = Table(
    "crm_contacts_contact_tag",
    Base.metadata,
    Column("contact_id", ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("crm_contacts_tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)


def filled_index(column: str) -> Index:
    """An index of a column that is empty in most rows: those are not in it, and its estimates are true."""
    filled = text(f"{column} IS NOT NULL")
    return Index(f"ix_crm_contacts_contact_{column}", column, postgresql_where=filled, sqlite_where=filled)


class Tag(Archivable, Model):
    """A word that groups contacts: hardware shop, press, VIP."""

    name: Mapped[str] = mapped_column(unique=True)
    name_folded: Mapped[str] = folds("name", index=True)
    color: Mapped[str] = mapped_column(
        Choice("petrol", "amber", "iris", "plum", "moss", "slate"),
        default="petrol",
        info={
            "labels": {
                "petrol": "Petrol",
                "amber": "Amber",
                "iris": "Iris",
                "plum": "Plum",
                "moss": "Moss",
                "slate": "Slate",
            }
        },
    )


class Contact(Archivable, Searchable, Model):
    """A person or a company that one talks to, sells to, buys from; it keeps its number whatever it becomes."""

    __search__ = ("name", "email", "phone", "mobile", "tax_id", "city")

    name: Mapped[str]
    name_folded: Mapped[str] = folds("name", index=True)
    kind: Mapped[str] = mapped_column(Choice(*KINDS), default="person", info={"labels": KINDS})
    company_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"))
    company: Mapped["Contact | None"] = relationship(
        remote_side="Contact.id", foreign_keys="Contact.company_id", info={"label": "Works at"}
    )
    job_title: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(info={"widget": "email"})
    phone: Mapped[str | None] = mapped_column(info={"widget": "phone"})
    mobile: Mapped[str | None] = mapped_column(info={"widget": "phone"})
    website: Mapped[str | None] = mapped_column(info={"widget": "url"})
    street: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None] = mapped_column(info={"label": "Province"})
    postcode: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(Choice(*COUNTRIES), info={"labels": COUNTRIES})
    tax_id: Mapped[str | None] = mapped_column(info={"label": "Tax number"})
    language: Mapped[str | None] = mapped_column(
        Choice("en", "es", "ru"), info={"labels": {"en": "English", "es": "Spanish", "ru": "Russian"}}
    )
    no_mailings: Mapped[bool] = mapped_column(
        default=False, info={"label": "Wants no mailings", "hint": "Is left out of letters to many", "opt_out": True}
    )
    birthday: Mapped[date | None]
    source: Mapped[str | None] = mapped_column(info={"label": "Source"})
    notes: Mapped[str | None] = mapped_column(Text)
    customer: Mapped[bool] = mapped_column(default=False)
    supplier: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(
        Choice(*ROLES),
        default="lead",
        index=True,
        info={
            "labels": ROLES,
            "derived_from": ("customer", "supplier"),
            "compute": role_of,
            "kernel": True,
            "shown": True,
        },
    )
    assigned_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("core_user.id", ondelete="SET NULL"), index=True, info={"label": "Looked after by"}
    )
    assigned_to: Mapped[User | None] = relationship()
    last_contact_at: Mapped[datetime | None] = mapped_column(
        Moment, index=True, info={"label": "Last contact", "kernel": True, "shown": True}
    )
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contacts_contact.id"), info={"kernel": True})
    email_key: Mapped[str | None] = derived(("email",), email_key_of)
    phone_key: Mapped[str | None] = derived(("phone",), phone_key_of)
    mobile_key: Mapped[str | None] = derived(("mobile",), phone_key_of)
    tax_key: Mapped[str | None] = derived(("tax_id",), tax_key_of)
    tags: Mapped[list[Tag]] = relationship(secondary=contact_tag, order_by="Tag.name_folded")
    windows: Mapped[list["ContactWindow"]] = relationship(
        cascade="all, delete-orphan",
        order_by="ContactWindow.position",
        back_populates="contact",
        info={"label": "Preferred times"},
    )
    shared_with: Mapped[list["ContactShare"]] = relationship(
        cascade="all, delete-orphan",
        order_by="ContactShare.position",
        back_populates="contact",
        info={"label": "Shared with"},
    )

    __table_args__ = (
        CheckConstraint("company_id IS NULL OR company_id <> id", name="not_its_own_company"),
        Index("ix_crm_contacts_contact_country", "active", "country"),
        *map(filled_index, ("company_id", "merged_into_id", "email_key", "phone_key", "mobile_key", "tax_key")),
        KEYS_ONCE,
    )

    @property
    def is_merged(self) -> bool:
        """Whether this card was merged into another one and only remembers where to."""
        return self.merged_into_id is not None

    @validates("name")
    def _name_is_said(self, key: str, name: str) -> str:
        return said(key, name, _("A contact needs a name: write how people call it."))

    @validates("country")
    def _country_is_known(self, key: str, country: str | None) -> str | None:
        return country_code(country)


class ContactWindow(Line):
    """When a contact likes goods to come or money to be collected: a weekday and hours on its clock."""

    __parent__ = "contact"
    __title__ = "note"

    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), index=True)
    contact: Mapped[Contact] = relationship(back_populates="windows")
    kind: Mapped[str] = mapped_column(
        Choice("delivery", "collection"),
        default="delivery",
        info={"labels": {"delivery": "Delivery", "collection": "Collection"}},
    )
    weekday: Mapped[str] = mapped_column(Choice(*WEEKDAYS), default="monday", info={"labels": WEEKDAYS})
    opens: Mapped[str] = mapped_column(String(5), default="09:00", info={"label": "From"})
    closes: Mapped[str] = mapped_column(String(5), default="18:00", info={"label": "To"})
    note: Mapped[str | None]

    __table_args__ = (CheckConstraint("opens < closes", name="opens_before_closes"),)

    @validates("opens", "closes")
    def _is_an_hour(self, key: str, hour: str) -> str:
        written = f"0{hour}" if len(hour) == 4 else hour
        if not HOUR.fullmatch(written):
            message = _("{hour} is no time of the day: write it as 09:30.", hour=hour)
            raise Invalid(message, [FieldError(key, message)])
        return written


class ContactShare(Line):
    """That a contact is seen by one more user, until a day or for good, and why."""

    __parent__ = "contact"
    __title__ = "reason"

    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), index=True)
    contact: Mapped[Contact] = relationship(back_populates="shared_with")
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"), index=True)
    user: Mapped[User] = relationship()
    until: Mapped[date | None]
    reason: Mapped[str | None]


class ContactMerge(Model):
    """That two cards became one: what moved and what was filled in, so that it can be undone."""

    __title__ = "id"
    __history__ = False

    kept_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), index=True)
    kept: Mapped[Contact] = relationship(foreign_keys=kept_id)
    gone_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"), index=True)
    gone: Mapped[Contact] = relationship(foreign_keys=gone_id)
    moved: Mapped[list[Any]] = mapped_column(JSON, default=list)
    filled: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undone: Mapped[bool] = mapped_column(default=False)


class TimelineEntry(CompanyScoped, Model):
    """One thing that passed between a contact and the company: a talk, a document, money, a ticket, a note."""

    __title__ = "summary"
    __history__ = False

    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id", ondelete="CASCADE"))
    contact: Mapped[Contact] = relationship()
    at: Mapped[datetime] = mapped_column(Moment, info={"label": "When"})
    kind: Mapped[str] = mapped_column(Choice(*TIMELINE_KINDS), info={"labels": TIMELINE_KINDS})
    icon: Mapped[str] = mapped_column(default="note", info={"kernel": True})
    text: Mapped[str] = mapped_column(info={"kernel": True})
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info={"kernel": True})
    summary: Mapped[str] = mapped_column(info={"label": "What happened"})
    model: Mapped[str | None] = mapped_column(info={"kernel": True})
    record_id: Mapped[int | None] = mapped_column(info={"kernel": True})
    amount: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str | None] = mapped_column(String(3))
    key: Mapped[str] = mapped_column(info={"kernel": True})

    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_crm_contacts_timeline_entry_history", "contact_id", "at"),
        KEYS_ONCE,
    )

    @property
    def sentence(self) -> str:
        """What happened, in the language of whoever reads it."""
        return translated(self.text).format(**self.parameters)

    @property
    def url(self) -> str:
        """The page of the document that this is about; empty if it is about none."""
        if not self.model or self.record_id is None:
            return ""
        addon, _dot, slug = self.model.partition(".")
        return f"/{addon}/{slug}/{self.record_id}"


def said(field: str, value: str | None, sentence: Any) -> str:
    """A text that is there; Invalid with this sentence if it is blank."""
    if not (value or "").strip():
        raise Invalid(sentence, [FieldError(field, sentence)])
    return str(value).strip()
