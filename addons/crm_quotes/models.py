"""Offers to contacts: what, at which price, until when, and what became of them."""

import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from addons.base_catalog.models import PriceList, Product
from addons.base_catalog.operations import price_for, price_list_of
from addons.crm_contacts.models import Contact
from core.access.models import User
from core.db import (
    Choice,
    Company,
    CompanyScoped,
    Line,
    Model,
    Moment,
    Money,
    Numbered,
    Percent,
    Quantity,
    Searchable,
    UnitPrice,
    actor,
    derived,
    numbered_once,
    today,
)
from core.values import month_key
from core.values.tax import TaxLine, Totals, calculate

ZERO, ONE = Decimal(0), Decimal(1)
VALID_DAYS = 30
SHOWN: dict[str, Any] = {"kernel": True, "shown": True}
STATES = {"draft": "Draft", "sent": "Sent", "accepted": "Accepted", "rejected": "Rejected", "expired": "Expired"}
MARKS = {"draft": "draft", "sent": "wait", "accepted": "done", "rejected": "void", "expired": "late"}


class Quote(CompanyScoped, Numbered, Searchable, Model):
    """An offer; it has a number from its sending on and is an order, `SO-1`, once it is accepted."""

    __series__ = "Q"
    __other_series__ = ("SO",)
    __title__ = "number"
    __search__ = ("number", "order_number", "reference", "subject")

    contact_id: Mapped[int] = mapped_column(ForeignKey("crm_contacts_contact.id"), index=True)
    contact: Mapped[Contact] = relationship()
    subject: Mapped[str | None]
    date: Mapped[datetime.date]
    month: Mapped[int] = derived(("date",), month_key, Integer)
    valid_until: Mapped[datetime.date | None]
    state: Mapped[str] = mapped_column(Choice(*STATES), default="draft", info=SHOWN | {"labels": STATES, "marks": MARKS})
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_price_list.id"))
    price_list: Mapped[PriceList | None] = relationship()
    currency: Mapped[str] = mapped_column(String(3), default="ARS")
    prices_include_tax: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str | None] = mapped_column(info={"label": "Their reference"})
    assigned_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("core_user.id", ondelete="SET NULL"), index=True, info={"label": "Salesperson"}
    )
    assigned_to: Mapped[User | None] = relationship()
    probability: Mapped[Decimal] = mapped_column(Percent, default=Decimal(50), info={"label": "Probability, %"})
    expected_close: Mapped[datetime.date | None]
    follow_up: Mapped[datetime.date | None]
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment, info=SHOWN | {"label": "Sent"})
    decided_on: Mapped[datetime.date | None] = mapped_column(info=SHOWN | {"label": "Decided"})
    order_number: Mapped[str | None] = mapped_column(info=SHOWN | {"label": "Order"})
    reject_reason: Mapped[str | None] = mapped_column(info=SHOWN | {"label": "Why rejected"})
    competitor: Mapped[str | None] = mapped_column(info=SHOWN)
    terms: Mapped[str | None] = mapped_column(Text, info={"label": "Terms on the document"})
    notes: Mapped[str | None] = mapped_column(Text, info={"label": "Internal notes"})
    lines: Mapped[list["QuoteLine"]] = relationship(
        cascade="all, delete-orphan", order_by="QuoteLine.position", back_populates="quote"
    )

    __table_args__ = (
        numbered_once(),
        UniqueConstraint("company_id", "order_number"),
        CheckConstraint("net + tax = total", name="total"),
        CheckConstraint("(order_number IS NOT NULL) = (state = 'accepted')", name="order_once_accepted"),
        CheckConstraint("probability >= 0 AND probability <= 1000000", name="probability"),
        Index("ix_crm_quotes_quote_board", "company_id", "state", "date"),
        Index("ix_crm_quotes_quote_cube", "company_id", "month", "state", "net"),
        {"sqlite_autoincrement": True},
    )

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """What a new quote starts with: today, a month of validity, the company's currency, whoever writes it."""
        day, company = today(session), session.get(Company, actor(session).company_id or 0)
        return {
            "date": day,
            "valid_until": day + datetime.timedelta(days=VALID_DAYS),
            "currency": company.currency if company else None,
            "assigned_to": actor(session).user_id,
        }

    @property
    def title(self) -> str:
        """Its number, or that it is a draft and for whom."""
        return self.number or f"{STATES['draft']} {self.contact.name if self.contact is not None else ''}".strip()

    @property
    def is_frozen(self) -> bool:
        """What was decided stays as it was: it is duplicated or revised."""
        return self.state in ("accepted", "rejected", "expired")

    @property
    def has_lines(self) -> bool:
        """Whether anything is offered."""
        return bool(self.lines)

    def expired_on(self, day: datetime.date) -> bool:
        """Whether it is no longer valid on a day."""
        return self.valid_until is not None and self.valid_until < day

    def recompute(self) -> None:
        """Fill open lines from their products and set the amounts."""
        said: Any = self  # a new quote has no value yet where nothing was said
        self.currency = said.currency or "ARS"
        for position, line in enumerate(self.lines):
            line.position = position
            line.complete()
        totals = self.reckoned()
        for line, net in zip(self.lines, totals.nets, strict=True):
            line.net = net
        self.net, self.tax, self.total = totals.net, totals.tax, totals.total

    def reckoned(self) -> Totals:
        """The totals by the tax engine: the same as the invoice will have."""
        return calculate([line.tax_line for line in self.lines], self.currency, bool(self.prices_include_tax))


class QuoteLine(Line):
    """One thing that is offered; without a product it is a text with a price."""

    __parent__ = "quote"
    frozen: ClassVar[tuple[str, ...]] = ("product_id", "description", "quantity", "price", "discount", "tax_rate", "net")

    quote_id: Mapped[int] = mapped_column(ForeignKey("crm_quotes_quote.id", ondelete="CASCADE"), index=True)
    quote: Mapped[Quote] = relationship(back_populates="lines")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product | None] = relationship()
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ONE)
    price: Mapped[Decimal] = mapped_column(UnitPrice, default=ZERO)
    discount: Mapped[Decimal] = mapped_column(Percent, default=ZERO, info={"label": "Disc. %"})
    tax_rate: Mapped[Decimal | None] = mapped_column(Percent, info={"label": "Tax %"})
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=SHOWN)

    __table_args__ = (
        CheckConstraint("discount >= 0 AND discount <= 1000000", name="discount"),
        CheckConstraint("tax_rate >= 0", name="tax_rate"),
    )

    @property
    def tax_line(self) -> TaxLine:
        """What the tax engine reckons with."""
        return TaxLine(self.quantity, self.price, self.discount, self.tax_rate or ZERO)

    def complete(self) -> None:
        """Fill what was left open from the product and its price list."""
        said: Any = self
        self.quantity = ONE if said.quantity is None else self.quantity
        self.price = ZERO if said.price is None else self.price
        self.discount = ZERO if said.discount is None else self.discount
        product = self._its_product()
        if product is not None:
            self.description = said.description or product.document_text
            self._price_from(product)
            self.tax_rate = product.tax_rate if self.tax_rate is None else self.tax_rate
        self.description = said.description or ""
        self.tax_rate = ZERO if self.tax_rate is None else self.tax_rate

    def _its_product(self) -> Product | None:
        """The product, also where only its number was given."""
        session = object_session(self.quote) if self.quote is not None else None
        if self.product is None and self.product_id is not None and session is not None:
            return session.get(Product, self.product_id)
        return self.product

    def _price_from(self, product: Product) -> None:
        """A new line without a price has that of the customer's list on the quote's day."""
        said: Any = self
        session = object_session(product)
        if session is None or said.id is not None or self.price:
            return
        quote = self.quote
        prices = quote.price_list or price_list_of(session, quote.contact_id or getattr(quote.contact, "id", None))
        answer = price_for(session, product, quote.contact_id, self.quantity, quote.date, prices)
        self.price, self.discount = answer.price, self.discount or answer.discount
