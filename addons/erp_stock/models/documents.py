"""What every stock document has: a day, a state and a note."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Choice, Quantity

STATES = ("draft", "ready", "done", "cancelled")
OPEN = ("draft", "ready")
SHOWN = {"kernel": True, "shown": True}


class StockDocument:
    """A paper that moves goods: a draft is a plan, ready has all it needs, done and cancelled never change.

    `date` is the day on which the goods moved, `planned_on` the day on which they should.
    """

    date: Mapped[datetime.date | None] = mapped_column(sort_order=-6)
    planned_on: Mapped[datetime.date | None] = mapped_column(sort_order=-5, info={"label": "Planned"})
    state: Mapped[str] = mapped_column(
        Choice(*STATES),
        default="draft",
        index=True,
        sort_order=840,
        info={
            "marks": {"draft": "draft", "ready": "open", "done": "done", "cancelled": "void"},
            "labels": {"draft": "Draft", "ready": "Ready", "done": "Done", "cancelled": "Cancelled"},
            **SHOWN,
        },
    )
    note: Mapped[str | None] = mapped_column(sort_order=845)

    @property
    def is_open(self) -> bool:
        """Whether goods have still to move."""
        return self.state in OPEN

    @property
    def is_frozen(self) -> bool:
        """Done and cancelled documents are history."""
        return self.state in ("done", "cancelled")


class GoodsLine:
    """How many of a product; a word may say more."""

    description: Mapped[str | None] = mapped_column(sort_order=5)
    quantity: Mapped[Decimal] = mapped_column(Quantity, sort_order=6)
