"""The only writer of the stock ledger: locks the balances, values the moves, writes them once."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from addons.erp_stock.models import Location, Move, Reservation, StockLevel, Valuation
from addons.erp_stock.operations.places import money_digits, policy_of
from addons.erp_stock.operations.valuing import COST_DIGITS, ZERO, Stock, next_part
from core.db import insert_rows, kernel_connection, now
from core.errors import Refused
from core.i18n import Text, _
from core.values import month_key, rounded


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The document that moves goods: what a move says of where it comes from."""

    model: str
    id: int
    number: str
    date: datetime.date
    company_id: int
    contact_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One move that is wanted; `agreed` is its value to the other side, needed where goods come in."""

    line_id: int
    product_id: int
    quantity: Decimal
    source: Location
    destination: Location
    agreed: Decimal | None = None
    returns_id: int | None = None
    sale_model: str | None = None
    sale_line_id: int | None = None


class Shelves:
    """The balances that some moves touch, locked until the commit: first the products' values, then their places."""

    def __init__(self, session: Session, company_id: int, pairs: Collection[tuple[int, Location]]) -> None:
        wanted = sorted({(product_id, location.id) for product_id, location in pairs})
        places = {location.id: location for _product, location in pairs}
        self.session, self.company_id = session, company_id
        self.digits = money_digits(session, company_id)
        self.may_go_negative = policy_of(session, company_id).negative == "allow"
        products = sorted({product_id for product_id, _location in wanted})
        self.values = self._locked_values(products)
        self.levels = self._locked_levels(wanted, places)

    def _locked_values(self, products: Sequence[int]) -> dict[int, Valuation]:
        query = select(Valuation).where(Valuation.company_id == self.company_id, Valuation.product_id.in_(products))
        there = set(self.session.scalars(query.with_only_columns(Valuation.product_id)))
        self._open(Valuation, [{"product_id": p, "quantity": ZERO, "value": ZERO} for p in products if p not in there])
        locked = self.session.scalars(
            query.order_by(Valuation.product_id).with_for_update(key_share=True).execution_options(populate_existing=True)
        )
        return {value.product_id: value for value in locked}

    def _locked_levels(
        self, wanted: Sequence[tuple[int, int]], places: dict[int, Location]
    ) -> dict[tuple[int, int], StockLevel]:
        query = select(StockLevel).where(
            StockLevel.location_id.in_(places), StockLevel.product_id.in_({product for product, _place in wanted})
        )
        there = {
            tuple(row)
            for row in self.session.execute(query.with_only_columns(StockLevel.product_id, StockLevel.location_id))
        }
        self._open(
            StockLevel,
            [
                {"product_id": p, "location_id": at, "quantity": ZERO, "may_go_negative": self._free(places[at])}
                for p, at in wanted
                if (p, at) not in there
            ],
        )
        locked = self.session.scalars(
            query.order_by(StockLevel.product_id, StockLevel.location_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return {(level.product_id, level.location_id): level for level in locked}

    def _free(self, location: Location) -> bool:
        return not location.is_owned or self.may_go_negative

    def _open(self, model: type[StockLevel] | type[Valuation], rows: list[dict[str, object]]) -> None:
        """Begin balances at zero; another transaction may begin the same one, which is as good."""
        if not rows:
            return
        dialect = postgresql if kernel_connection(self.session).dialect.name == "postgresql" else sqlite
        stamps = {"company_id": self.company_id, "version": 1, "created_at": now(), "updated_at": now()}
        statement = dialect.insert(model.__table__).on_conflict_do_nothing()
        kernel_connection(self.session).execute(statement, [stamps | row for row in rows])

    def move(self, step: Step, day: datetime.date) -> tuple[Decimal, Decimal]:
        """Book one step on the balances; answers (value, counterpart). Refused where the stock does not allow it."""
        self._leave(step, day)
        arriving = self.levels[step.product_id, step.destination.id]
        arriving.quantity += step.quantity
        arriving.last_on = max(arriving.last_on or day, day)
        return self._valued(step)

    def _leave(self, step: Step, day: datetime.date) -> None:
        level = self.levels[step.product_id, step.source.id]
        left = level.quantity - step.quantity
        if step.source.is_owned and not self.may_go_negative:
            if left < 0:
                raise Refused(_not_enough(level, step.quantity))
            if level.last_on and day < level.last_on and self._lowest_since(step, day) < step.quantity:
                raise Refused(
                    _(
                        "{product}: {location} did not hold {quantity} on {day}; take a later date.",
                        product=level.product.title,
                        location=step.source.name,
                        quantity=plain_quantity(step.quantity),
                        day=day.isoformat(),
                    )
                )
        level.quantity = left
        level.may_go_negative = self._free(step.source)
        level.last_on = max(level.last_on or day, day)

    def _lowest_since(self, step: Step, day: datetime.date) -> Decimal:
        """The least that stood in the place at the end of any day from `day` on."""
        arrived = select(Move.date, func.sum(Move.quantity)).where(
            Move.product_id == step.product_id, Move.destination_id == step.source.id
        )
        left = select(Move.date, func.sum(Move.quantity)).where(
            Move.product_id == step.product_id, Move.source_id == step.source.id
        )
        changes: dict[datetime.date, Decimal] = {}
        for query, sign in ((arrived, 1), (left, -1)):
            for moved_on, quantity in self.session.execute(query.group_by(Move.date)):
                changes[moved_on] = changes.get(moved_on, ZERO) + sign * quantity
        balance = sum((quantity for moved_on, quantity in changes.items() if moved_on <= day), ZERO)
        lowest = balance
        for moved_on in sorted(moved_on for moved_on in changes if moved_on > day):
            balance += changes[moved_on]
            lowest = min(lowest, balance)
        return lowest

    def _valued(self, step: Step) -> tuple[Decimal, Decimal]:
        inward, outward = step.destination.is_owned, step.source.is_owned
        if inward == outward:
            return ZERO, ZERO
        valuation = self.values[step.product_id]
        stock = Stock(valuation.quantity, valuation.value, valuation.last_cost or valuation.product.cost)
        if outward:
            stock, value = stock.take(step.quantity, self.digits)
            counterpart = value if step.agreed is None else step.agreed
        else:
            counterpart = self.average_cost(step) if step.agreed is None else step.agreed
            stock, value = stock.add(step.quantity, counterpart, self.digits)
        valuation.quantity, valuation.value = stock.quantity, stock.value
        valuation.last_cost = rounded(stock.last_cost, COST_DIGITS)
        return value, counterpart

    def average_cost(self, step: Step) -> Decimal:
        """What goods that are found are worth: as much as those that are there, else the last or the standard cost."""
        valuation = self.values[step.product_id]
        if valuation.quantity > 0:
            return next_part(valuation.value, valuation.quantity, (ZERO, ZERO), step.quantity, self.digits)
        return rounded((valuation.last_cost or valuation.product.cost) * step.quantity, self.digits)

    def free(self, product_id: int, location: Location) -> Decimal:
        """What stands in the place and is held for nobody."""
        held = self.session.scalar(
            select(func.sum(Reservation.quantity)).where(
                Reservation.product_id == product_id, Reservation.location_id == location.id
            )
        )
        return self.levels[product_id, location.id].quantity - (held or ZERO)


def record_moves(session: Session, shelves: Shelves, steps: Sequence[Step], paper: Paper) -> tuple[int, ...]:
    """Move goods for a document, all or none; answers the keys of the moves in the order of the steps."""
    rows = []
    for step in steps:
        value, counterpart = shelves.move(step, paper.date)
        rows.append(
            {
                "company_id": paper.company_id,
                "date": paper.date,
                "month": month_key(paper.date),
                "product_id": step.product_id,
                "quantity": step.quantity,
                "source_id": step.source.id,
                "destination_id": step.destination.id,
                "value": value,
                "counterpart": counterpart,
                "contact_id": paper.contact_id,
                "returns_id": step.returns_id,
                "document_model": paper.model,
                "document_id": paper.id,
                "document_line_id": step.line_id,
                "document_number": paper.number,
                "sale_model": step.sale_model,
                "sale_line_id": step.sale_line_id,
            }
        )
    session.flush()
    return tuple(insert_rows(session, Move, rows))


def refuse_taking_reserved(shelves: Shelves, pairs: Collection[tuple[int, Location]]) -> None:
    """Refuse what would leave less in a place than is held for others; call after the own reservations are gone."""
    for product_id, location in pairs:
        if location.is_owned and not shelves.may_go_negative and shelves.free(product_id, location) < 0:
            level = shelves.levels[product_id, location.id]
            raise Refused(
                _(
                    "{product}: what is left at {location} is reserved for others; release a delivery or move less.",
                    product=level.product.title,
                    location=location.name,
                )
            )


def agreed_share(session: Session, original: Move, quantity: Decimal, digits: int) -> Decimal:
    """The value of `quantity` that come back of a move: its own value in parts that add up to it exactly.

    Refused if more would come back than went.
    """
    gone, given = session.execute(
        select(func.sum(Move.quantity), func.sum(Move.counterpart)).where(Move.returns_id == original.id)
    ).one()
    gone, given = gone or ZERO, given or ZERO
    if gone + quantity > original.quantity:
        raise Refused(
            _(
                "{product}: {document} moved {quantity}, of which {gone} came back; {more} more cannot.",
                product=original.product.title,
                document=original.document_number,
                quantity=plain_quantity(original.quantity),
                gone=plain_quantity(gone),
                more=plain_quantity(quantity),
            )
        )
    return next_part(original.counterpart, original.quantity, (gone, given), quantity, digits)


def _not_enough(level: StockLevel, quantity: Decimal) -> Text:
    return _(
        "{product}: only {there} at {location}, {quantity} are wanted; receive or transfer some, or move less.",
        product=level.product.title,
        there=plain_quantity(level.quantity),
        location=level.location.name,
        quantity=plain_quantity(quantity),
    )


def plain_quantity(quantity: Decimal) -> str:
    """A quantity without idle zeros: 6, 2.5."""
    return format(quantity.normalize(), "f")
