"""What receipts, payments and transfers have in common."""

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Choice

SHOWN = {"kernel": True, "shown": True}


class MoneyDocument:
    """A paper about money: a draft until it is posted, then history; a mistake is reversed, never rubbed out."""

    state: Mapped[str] = mapped_column(
        Choice("draft", "posted", "reversed"),
        default="draft",
        index=True,
        sort_order=840,
        info={
            "marks": {"draft": "draft", "posted": "done", "reversed": "void"},
            "labels": {"draft": "Draft", "posted": "Posted", "reversed": "Reversed"},
            **SHOWN,
        },
    )
    note: Mapped[str | None] = mapped_column(sort_order=845)

    @property
    def is_frozen(self) -> bool:
        """Posted money is history."""
        return self.state != "draft"
