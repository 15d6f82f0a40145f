"""What is done with the books; `post_entry` is the only way into the ledger."""

from datetime import date as day
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.erp_ledger.models import Allocation, Entry
from addons.erp_ledger.operations.accounts import (
    account_for,
    accounts_for,
    ensure_account,
    ensure_journal,
    ensure_series,
)
from addons.erp_ledger.operations.allocating import allocate, allocate_oldest, unallocate
from addons.erp_ledger.operations.batches import post_batch
from addons.erp_ledger.operations.chain import hashed_columns
from addons.erp_ledger.operations.open_items import (
    OpenItem,
    Residual,
    balance_of,
    balance_statement,
    balances_of,
    open_items,
    open_lines,
    residual_amount,
    residuals,
)
from addons.erp_ledger.operations.periods import (
    close_period,
    close_year,
    ensure_year,
    lock_period,
    open_year,
    reopen_period,
    start_of_fiscal_year,
)
from addons.erp_ledger.operations.posting import (
    EntryDraft,
    LineDraft,
    Posted,
    post_draft,
    post_entry,
    post_rows,
)
from addons.erp_ledger.operations.reporting import (
    AccountTotals,
    Ageing,
    Movement,
    Statement,
    ageing,
    balance_sheet,
    general_ledger,
    income_statement,
    statement,
    trial_balance,
)
from addons.erp_ledger.operations.reversing import reverse_entry
from core.operations import verb

__all__ = [
    "AccountTotals",
    "Ageing",
    "EntryDraft",
    "LineDraft",
    "Movement",
    "OpenItem",
    "Posted",
    "Residual",
    "Statement",
    "account_for",
    "accounts_for",
    "ageing",
    "allocate",
    "allocate_oldest",
    "balance_of",
    "balance_sheet",
    "balance_statement",
    "balances_of",
    "close_period",
    "close_year",
    "ensure_account",
    "ensure_journal",
    "ensure_series",
    "ensure_year",
    "general_ledger",
    "hashed_columns",
    "income_statement",
    "lock_period",
    "open_items",
    "open_lines",
    "open_year",
    "post_batch",
    "post_draft",
    "post_entry",
    "post_rows",
    "reopen_period",
    "residual_amount",
    "residuals",
    "reverse_entry",
    "start_of_fiscal_year",
    "statement",
    "trial_balance",
    "unallocate",
]


@verb(Entry, "post", icon="check", when=lambda entry: not entry.posted, primary=True)
def post(session: Session, entry: Entry) -> None:
    """Post a draft entry: it takes its number and never changes again."""
    post_draft(session, entry)


@verb(
    Entry,
    "reverse",
    icon="arrow-back-up",
    when=lambda entry: entry.posted and entry.source_model is None,
    confirm="Post the opposite entry?",
)
def reverse(session: Session, entry: Entry, *, date: day | None = None) -> Entry:
    """Undo an entry that a person wrote; entries of documents are undone by their documents."""
    return reverse_entry(session, entry, date=date)


@verb(Allocation, "undo", icon="arrow-back-up", confirm="Undo this allocation?")
def undo(session: Session, allocation: Allocation) -> None:
    """Both lines are open again as they were."""
    unallocate(session, allocation)


@verb(Allocation, "settle", label="Allocate", icon="link", collection=True)
def settle(session: Session, *, debit_line: int, credit_line: int, amount: Decimal) -> Allocation:
    """Settle so much of a debit by a credit, both given by the key of their line."""
    return allocate(session, debit_line, credit_line, amount)
