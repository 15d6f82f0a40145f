"""What the business sells and buys: categories, units, products, and what they cost each group of customers."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Archivable, Choice, Line, Model, Percent, Quantity, Searchable, UnitPrice, derived, folds
from core.values import fold

ZERO = Decimal(0)
KEYS_ONCE = {"sqlite_autoincrement": True}  # a deleted record's key is not given to another

DIMENSIONS = {
    "piece": "Pieces",
    "weight": "Weight",
    "volume": "Volume",
    "length": "Length",
    "area": "Area",
    "time": "Time",
}


def code_key(code: str | None) -> str:
    """What two codes are compared by: `cha-04 ` and `CHA-04` are one."""
    return fold((code or "").strip())


class Category(Archivable, Model):
    """A branch of the one tree that products, price lists, statistics and mailings share."""

    __title__ = "path"
    __search__ = ("path",)

    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_category.id"), index=True)
    parent: Mapped["Category | None"] = relationship(remote_side="Category.id")
    path: Mapped[str] = mapped_column(default="", unique=True, info={"label": "Path", "kernel": True})
    path_folded: Mapped[str] = mapped_column(default="", index=True, info={"kernel": True})

    def ancestors(self) -> list["Category"]:
        """This category and those above it, the nearest first; stops at a loop."""
        found: list[Category] = []
        node: Category | None = self
        while node is not None and node not in found:
            found.append(node)
            node = node.parent
        return found


class Unit(Archivable, Model):
    """What a quantity counts; `factor` is how many reference units of its dimension it holds (1 kg is 1000 g)."""

    __search__ = ("name", "symbol")

    name: Mapped[str] = mapped_column(unique=True)
    symbol: Mapped[str]
    dimension: Mapped[str] = mapped_column(
        Choice("piece", "weight", "volume", "length", "area", "time"),
        default="piece",
        info={"labels": DIMENSIONS},
    )
    factor: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))

    __table_args__ = (CheckConstraint("factor > 0", name="factor_positive"), KEYS_ONCE)


class Product(Archivable, Searchable, Model):
    """A good or a service that one can sell, buy or keep."""

    __search__ = ("code", "name", "barcode")

    code: Mapped[str]
    code_key: Mapped[str] = derived(("code",), code_key, unique=True)
    name: Mapped[str]
    name_folded: Mapped[str] = folds("name", index=True)
    kind: Mapped[str] = mapped_column(
        Choice("goods", "service"), default="goods", info={"labels": {"goods": "Goods", "service": "Service"}}
    )
    category_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_category.id"), index=True)
    category: Mapped[Category | None] = relationship()
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_unit.id"))
    unit: Mapped[Unit | None] = relationship(lazy="joined")  # every line of a document says it
    price: Mapped[Decimal] = mapped_column(UnitPrice, default=ZERO, info={"label": "Sales price"})
    cost: Mapped[Decimal] = mapped_column(UnitPrice, default=ZERO, info={"label": "Standard cost"})
    tax_rate: Mapped[Decimal | None] = mapped_column(Percent, info={"label": "Tax rate"})
    barcode: Mapped[str | None] = mapped_column(unique=True)
    description: Mapped[str | None] = mapped_column(Text, info={"label": "Description for documents"})
    notes: Mapped[str | None] = mapped_column(Text, info={"label": "Internal notes"})

    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("tax_rate >= 0", name="tax_rate_not_negative"),
        KEYS_ONCE,
    )

    @property
    def title(self) -> str:
        """The code and the name, as people say them at the counter."""
        return f"{self.code} {self.name}" if self.code else self.name

    @property
    def document_text(self) -> str:
        """What stands on a document's line unless someone writes otherwise."""
        return self.description or self.name


class PriceList(Archivable, Model):
    """The prices of one group of customers: rules over the products' own prices."""

    name: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str | None] = mapped_column(String(3))
    notes: Mapped[str | None] = mapped_column(Text)
    rules: Mapped[list["PriceRule"]] = relationship(
        cascade="all, delete-orphan", order_by="PriceRule.position", back_populates="price_list"
    )


class PriceRule(Line):
    """One line of a price list: for what, from how many, from when to when, and the price or the percentage off."""

    __parent__ = "price_list"

    price_list_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_price_list.id", ondelete="CASCADE"), index=True)
    price_list: Mapped[PriceList] = relationship(back_populates="rules")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_product.id"), index=True)
    product: Mapped[Product | None] = relationship()
    category_id: Mapped[int | None] = mapped_column(ForeignKey("base_catalog_category.id"), index=True)
    category: Mapped[Category | None] = relationship()
    min_quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info={"label": "From quantity"})
    starts: Mapped[date | None] = mapped_column(info={"label": "From"})
    ends: Mapped[date | None] = mapped_column(info={"label": "Until"})
    kind: Mapped[str] = mapped_column(
        Choice("percent", "fixed"),
        default="percent",
        info={"labels": {"percent": "Percent off", "fixed": "Fixed price"}},
    )
    discount: Mapped[Decimal] = mapped_column(Percent, default=ZERO, info={"label": "Percent off"})
    price: Mapped[Decimal | None] = mapped_column(UnitPrice, info={"label": "Fixed price"})

    __table_args__ = (
        CheckConstraint("kind <> 'fixed' OR price IS NOT NULL", name="fixed_has_price"),
        CheckConstraint("kind <> 'fixed' OR product_id IS NOT NULL OR category_id IS NOT NULL", name="fixed_has_scope"),
        CheckConstraint("product_id IS NULL OR category_id IS NULL", name="one_scope"),
        CheckConstraint("starts IS NULL OR ends IS NULL OR starts <= ends", name="dates_in_order"),
        CheckConstraint("discount <= 1000000", name="discount_at_most_100"),
    )

    def applies(self, product: Product, quantity: Decimal, day: date) -> bool:
        """Whether this rule may price so many of a product on a day."""
        in_time = (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)
        return in_time and quantity >= self.min_quantity and self.nearness(product) is not None

    def nearness(self, product: Product) -> int | None:
        """How closely the rule names the product: 0 itself, 1 its category, 2 the one above; None if not at all."""
        if self.product_id is not None:
            return 0 if self.product_id == product.id else None
        if self.category_id is None:
            return 1_000
        branch = [category.id for category in product.category.ancestors()] if product.category else []
        return 1 + branch.index(self.category_id) if self.category_id in branch else None


class CustomerPrices(Model):
    """Which price list a customer buys from; `contact_id` is a loose link, as the catalogue stands without contacts."""

    __title__ = "contact_id"

    contact_id: Mapped[int] = mapped_column(unique=True)
    price_list_id: Mapped[int] = mapped_column(ForeignKey("base_catalog_price_list.id"), index=True)
    price_list: Mapped[PriceList] = relationship()


from addons.base_catalog import tree as tree  # noqa: E402  (keeps the paths of the tree; it needs the class above)
