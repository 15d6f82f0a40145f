"""What one does with the catalogue: ask for a price, convert a quantity, change many prices at once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.base_catalog.models import ZERO, Category, CustomerPrices, PriceList, PriceRule, Product, Unit, code_key
from core.db import today
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.values import rounded

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class PriceAnswer:
    """A price, the percentage off it, and the sentence that says which rule gave them."""

    price: Decimal
    discount: Decimal
    why: Any
    rule_id: int | None = None
    price_list_id: int | None = None

    @property
    def net(self) -> Fraction:
        """What one unit comes to, exactly."""
        return Fraction(self.price) * (1 - Fraction(self.discount) / 100)


def price_for(
    session: Session,
    product: Product,
    contact_id: int | None = None,
    quantity: Decimal = Decimal(1),
    date: date | None = None,
    price_list: PriceList | None = None,
) -> PriceAnswer:
    """The price of a product for a customer, a quantity and a day, and why it is that one.

    The list given wins over the customer's own; within a list the rule that names the product most closely wins, then
    the one for the larger quantity, then the one that began last, then the first written.
    """
    prices = price_list or price_list_of(session, contact_id)
    if prices is None:
        return PriceAnswer(product.price, ZERO, _("The product's own price; no price list applies."))
    if not prices.active:
        return PriceAnswer(
            product.price, ZERO, _("The product's own price; price list {name} is archived.", name=prices.name)
        )
    day = date or today(session)
    rules = [rule for rule in prices.rules if rule.applies(product, quantity, day)]
    if not rules:
        why = _("The product's own price; price list {name} has no rule for it.", name=prices.name)
        return PriceAnswer(product.price, ZERO, why, None, prices.id)
    rule = min(rules, key=lambda rule: _rank(rule, product))
    if rule.kind == "fixed":
        assert rule.price is not None
        return PriceAnswer(rule.price, ZERO, _explained(rule, prices), rule.id, prices.id)
    return PriceAnswer(product.price, rule.discount, _explained(rule, prices), rule.id, prices.id)


def _rank(rule: PriceRule, product: Product) -> tuple[Any, ...]:
    """What comes first is the rule that counts."""
    began = rule.starts.toordinal() if rule.starts else 0
    return rule.nearness(product), -rule.min_quantity, -began, rule.position, rule.id


def _explained(rule: PriceRule, prices: PriceList) -> Any:
    """The rule as a sentence."""
    scope = _scope(rule)
    if rule.kind == "fixed":
        what = _("fixed price for {scope}", scope=scope)
    else:
        what = _("{percent} % off {scope}", percent=_plain(rule.discount), scope=scope)
    if rule.min_quantity > 1:
        what = _("{what}, from {quantity} units", what=what, quantity=_plain(rule.min_quantity))
    if rule.ends:
        what = _("{what}, until {day}", what=what, day=rule.ends.isoformat())
    return _("Price list {name}: {what}.", name=prices.name, what=what)


def _scope(rule: PriceRule) -> Any:
    """What a rule is for, in words."""
    if rule.product is not None:
        return rule.product.title
    return rule.category.path if rule.category is not None else _("everything")


def _plain(number: Decimal) -> str:
    """A number without trailing zeros."""
    return f"{number.normalize():f}"


def price_list_of(session: Session, contact_id: int | None) -> PriceList | None:
    """The list that a customer buys from; None if it has none of its own."""
    if contact_id is None:
        return None
    return session.scalar(
        select(PriceList).join(CustomerPrices).where(CustomerPrices.contact_id == contact_id, PriceList.active)
    )


def give_price_list(session: Session, contact_id: int, price_list: PriceList | None) -> None:
    """From now on this customer buys from this list; None takes it back."""
    row = session.scalar(select(CustomerPrices).where(CustomerPrices.contact_id == contact_id))
    if price_list is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(CustomerPrices(contact_id=contact_id, price_list=price_list))
    else:
        row.price_list = price_list
    session.flush()


@verb(PriceList, "assign", label="Give to a customer", icon="user-plus", collection=True)
def assign_price_list(session: Session, *, contact: int, price_list: PriceList | None = None) -> None:
    """From now on the customer of this number buys from a list; without one, at the products' own prices."""
    give_price_list(session, contact, price_list)


def converted(quantity: Decimal, source: Unit, target: Unit) -> Fraction:
    """The same amount counted in another unit of the dimension, exactly; Refused between dimensions."""
    if source.dimension != target.dimension:
        raise Refused(
            _(
                "{source} and {target} measure different things: choose two units of one dimension.",
                source=source.name,
                target=target.name,
            )
        )
    return Fraction(quantity) * Fraction(source.factor) / Fraction(target.factor)


def find_product(session: Session, code: str) -> Product | None:
    """The product with this code or barcode, whatever its case."""
    return session.scalar(
        select(Product).where(or_(Product.code_key == code_key(code), Product.barcode == code.strip())).limit(1)
    )


@verb(Product, "change_prices", label="Change prices", icon="percentage", collection=True)
def change_prices(session: Session, *, percent: Decimal, category: Category | None = None, digits: int = 2) -> None:
    """Raises or lowers the sales prices of a branch of the tree by a percentage, rounded to so many decimals."""
    if percent <= -HUNDRED or percent > 1_000:
        message = _("Write a percentage between −99 and 1000; {percent} would leave no price.", percent=percent)
        raise Invalid(message, [FieldError("percent", message)])
    if not 0 <= digits <= 6:
        message = _("A price has 0 to 6 decimals.")
        raise Invalid(message, [FieldError("digits", message)])
    wanted = select(Product).where(Product.active)
    if category is not None:
        branch = category.path + " / "
        below = select(Category.id).where(or_(Category.id == category.id, Category.path.startswith(branch, autoescape=True)))
        wanted = wanted.where(Product.category_id.in_(below))
    for product in session.scalars(wanted.order_by(Product.id)):
        product.price = rounded(Fraction(product.price) * (1 + Fraction(percent) / 100), digits)


@verb(PriceList, "copy", label="Duplicate", icon="copy")
def copy_price_list(session: Session, price_list: PriceList, *, name: str) -> PriceList:
    """A new list with the same rules, to change from there."""
    twin = PriceList(name=name, currency=price_list.currency, notes=price_list.notes)
    twin.rules = [_copied(rule) for rule in price_list.rules]
    session.add(twin)
    session.flush()
    return twin


def _copied(rule: PriceRule) -> PriceRule:
    """The same rule, without its list."""
    return PriceRule(
        position=rule.position,
        product_id=rule.product_id,
        category_id=rule.category_id,
        min_quantity=rule.min_quantity,
        starts=rule.starts,
        ends=rule.ends,
        kind=rule.kind,
        discount=rule.discount,
        price=rule.price,
    )
