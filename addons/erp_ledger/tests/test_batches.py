"""Posting many entries at once gives what posting them one by one gives, or nothing."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.health import broken_links
from addons.erp_ledger.models import Entry, EntryLine, Series
from addons.erp_ledger.operations import EntryDraft, LineDraft, account_for, post_batch, post_rows
from addons.erp_ledger.tests.conftest import ROOT, Books
from core.db import read_checks, run_checks
from core.errors import Invalid, Refused

CHECKS = read_checks(ROOT / "addons" / "erp_ledger" / "health.sql", "erp_ledger")


def draft(session: Session, amount: str, day: date = date(2026, 3, 13), journal: str = "sales") -> EntryDraft:
    """A sale on account."""
    owed = account_for(session, "receivable").id
    lines = [
        LineDraft.signed(owed, D(amount), contact_id=1, due=day),
        LineDraft.signed(account_for(session, "sales").id, -D(amount)),
    ]
    return EntryDraft(date=day, text=f"Sale of {amount}", journal=journal, lines=lines, source=("test.sale", 7))


def test_a_batch_is_numbered_and_chained_in_its_order_and_after_what_was_there(books: Books) -> None:
    with books.write() as session:
        alone = post_rows(session, draft(session, "1.10"))
        asked = [draft(session, f"{n}.50", date(2026, 1 + n % 3, 9), ("sales", "general")[n % 2]) for n in range(1, 8)]
        posted = post_batch(session, asked)
        last = post_rows(session, draft(session, "9.90"))
    assert [p.code for p in posted if p.code.startswith("SAL")] == ["SAL-2", "SAL-3", "SAL-4"]
    assert [p.number for p in posted if not p.code.startswith("SAL")] == [1, 2, 3, 4]
    assert (alone.number, last.number) == (1, 5)
    with books.read() as session:
        assert [str(finding) for finding in run_checks(session, [*CHECKS, broken_links])] == []
        for each, wanted in zip(posted, asked, strict=True):
            entry = session.get_one(Entry, each.entry_id)
            assert (entry.code, entry.text, entry.date, entry.posted) == (each.code, wanted.text, wanted.date, True)
            assert [line.id for line in entry.lines] == list(each.line_ids)
            assert [line.signed for line in entry.lines] == [wanted.lines[0].debit, -wanted.lines[0].debit]


@pytest.mark.parametrize("fault", ["unbalanced", "closed"])
def test_one_wrong_entry_refuses_the_batch(books: Books, fault: str) -> None:
    with books.write() as session:
        good = draft(session, "5.00")
        lines = [good.lines[0], LineDraft.signed(good.lines[1].account_id, D("-4.99"))]
        wrong = draft(session, "5.00", date(1999, 1, 1))
        if fault == "unbalanced":
            wrong = EntryDraft(date=good.date, text="Wrong", journal="sales", lines=lines)
        with pytest.raises((Invalid, Refused), match="balance" if fault == "unbalanced" else "1999"):
            post_batch(session, [good, wrong])
        assert session.scalar(select(func.count()).select_from(Entry)) == 0
        assert session.scalar(select(func.count()).select_from(EntryLine)) == 0
        assert session.scalar(select(func.max(Series.last_number))) == 0
