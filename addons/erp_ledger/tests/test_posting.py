"""Posting, reversing and settling, on both databases."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Entry, EntryLine, FiscalYear, Period, Series
from addons.erp_ledger.operations import (
    EntryDraft,
    LineDraft,
    account_for,
    allocate,
    allocate_oldest,
    balance_of,
    close_period,
    lock_period,
    open_items,
    open_year,
    post_draft,
    post_entry,
    reopen_period,
    reverse_entry,
    unallocate,
)
from core.db import Company
from core.errors import Invalid, Refused
from core.operations import verbs_of
from core.operations.perform import arguments_of

DAY = date(2026, 3, 13)


def sale(session: Session, amount: str, day: date = DAY, due: date | None = None, contact: int = 1) -> Entry:
    """A sale on account."""
    lines = [
        LineDraft.signed(account_for(session, "receivable").id, D(amount), contact_id=contact, due=due or day),
        LineDraft.signed(account_for(session, "sales").id, -D(amount)),
    ]
    return post_entry(session, EntryDraft(date=day, text="Sale", journal="sales", lines=lines))


def payment(session: Session, amount: str, day: date = DAY, contact: int = 1) -> Entry:
    """What a customer paid."""
    lines = [
        LineDraft.signed(account_for(session, "cash").id, D(amount)),
        LineDraft.signed(account_for(session, "receivable").id, -D(amount), contact_id=contact),
    ]
    return post_entry(session, EntryDraft(date=day, text="Payment", journal="treasury", lines=lines))


def test_a_line_is_called_by_its_entry(session: Session) -> None:
    line = sale(session, "100.00").lines[0]
    assert line.title == f"{line.entry.code} Sale"
    assert EntryLine(text="Second part").title == "Second part"


def test_entries_of_a_series_are_numbered_and_chained(session: Session) -> None:
    first, second = sale(session, "100.00"), sale(session, "50.00")
    assert (first.code, second.code) == ("SAL-1", "SAL-2")
    assert first.posted
    assert first.hash != second.hash
    series = session.scalars(select(Series).where(Series.code == "SAL").execution_options(populate_existing=True)).one()
    assert (series.last_number, series.last_hash) == (2, second.hash)


@pytest.mark.parametrize(
    ("debit", "credit", "said"),
    [
        ("10.00", "9.99", "does not balance"),
        ("0", "0", "more than zero"),
        ("10.001", "10.001", "more decimals than ARS"),
    ],
)
def test_a_wrong_entry_is_refused_with_a_sentence(session: Session, debit: str, credit: str, said: str) -> None:
    lines = [
        LineDraft(account_id=account_for(session, "cash").id, debit=D(debit)),
        LineDraft(account_id=account_for(session, "capital").id, credit=D(credit)),
    ]
    with pytest.raises(Invalid) as refusal:
        post_entry(session, EntryDraft(date=DAY, text="x", journal="general", lines=lines))
    assert said in f"{refusal.value} {' '.join(map(str, refusal.value.errors))}"
    assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_a_closed_period_takes_no_entry_until_it_is_reopened(session: Session) -> None:
    march = session.scalars(select(Period).where(Period.name == "2026-03")).one()
    close_period(session, march)
    with pytest.raises(Refused, match="closed"):
        sale(session, "1.00")
    reopen_period(session, march)
    assert sale(session, "1.00").code == "SAL-1"
    close_period(session, march)
    lock_period(session, march)
    with pytest.raises(Refused, match="closed"):
        sale(session, "1.00")


def test_a_year_is_opened_once_and_on_demand(session: Session) -> None:
    with pytest.raises(Refused, match="open the fiscal year 2031"):
        sale(session, "1.00", date(2031, 1, 5))
    year = open_year(session, year=2031)
    assert open_year(session, year=2031) is year
    assert set(arguments_of(verbs_of(FiscalYear)["open_year"])) == {"year"}, "people are asked for nothing else"
    assert len(year.periods) == 12
    assert sale(session, "1.00", date(2031, 1, 5)).posted


def test_a_reversal_undoes_everything_once(session: Session) -> None:
    entry = sale(session, "100.00")
    reversal = reverse_entry(session, entry, date=date(2026, 4, 2))
    assert reversal.reverses_id == entry.id
    assert balance_of(session, 1) == 0
    assert open_items(session, 1) == []
    with pytest.raises(Refused, match="already reversed"):
        reverse_entry(session, entry)


def test_open_items_are_settled_oldest_first_and_can_be_opened_again(session: Session) -> None:
    first = sale(session, "222646.66", due=date(2026, 4, 12))
    second = sale(session, "222646.66", due=date(2026, 5, 12))
    paid = payment(session, "250000.00", date(2026, 3, 20))
    made = allocate_oldest(session, paid.lines[1].id)
    assert [a.amount for a in made] == [D("222646.66"), D("27353.34")]
    (left,) = open_items(session, 1)
    assert (left.entry_id, left.residual) == (second.id, D("195293.32"))
    assert [item.residual for item in open_items(session, 1, as_of=date(2026, 3, 19))] == [D("222646.66")] * 2
    for allocation in made:
        unallocate(session, allocation)
    assert {item.entry_id for item in open_items(session, 1)} == {first.id, second.id, paid.id}
    assert balance_of(session, 1) == D("195293.32") == sum(item.residual for item in open_items(session, 1))


def test_no_more_is_settled_than_is_open(session: Session) -> None:
    entry, paid, other = sale(session, "10.00"), payment(session, "20.00"), payment(session, "5.00", contact=2)
    with pytest.raises(Refused, match=r"only 10\.00"):
        allocate(session, entry.lines[0].id, paid.lines[1].id, D("10.01"))
    with pytest.raises(Refused, match="one contact"):
        allocate(session, entry.lines[0].id, other.lines[1].id, D("5.00"))
    with pytest.raises(Refused, match="a debit and a credit"):
        allocate(session, paid.lines[1].id, entry.lines[0].id, D("5.00"))


def test_payables_are_positive_when_we_owe(session: Session) -> None:
    lines = [
        LineDraft.signed(account_for(session, "expense").id, D("30.00")),
        LineDraft.signed(account_for(session, "payable").id, D("-30.00"), contact_id=2, due=date(2026, 4, 1)),
    ]
    post_entry(session, EntryDraft(date=DAY, text="Bill", journal="purchases", lines=lines))
    assert balance_of(session, 2, "payable") == D("30.00")
    assert [item.residual for item in open_items(session, 2, "payable")] == [D("30.00")]


def test_a_person_writes_a_draft_and_posts_it(session: Session) -> None:
    journal = session.scalars(select(Series).where(Series.code == "GEN")).one().journal
    entry = Entry(date=DAY, text="Opening", journal=journal)
    for position, (purpose, amount) in enumerate((("bank", D("500.00")), ("capital", D("-500.00")))):
        account = account_for(session, purpose)
        entry.lines.append(EntryLine(position=position, account=account, debit=max(amount, D(0)), credit=max(-amount, D(0))))
    session.add(entry)
    session.flush()
    assert entry.code is None
    assert not entry.is_frozen
    post_draft(session, entry)
    assert (entry.code, entry.amount, entry.lines[0].month) == ("GEN-1", D("500.00"), 202603)
    assert entry.is_frozen


def foreign(session: Session, dollars: str, rate: str, sign: int, day: date = DAY) -> Entry:
    """A sale (1) or a payment (-1) in dollars."""
    pesos = (D(dollars) * D(rate)).quantize(D("0.01"))
    other = account_for(session, "sales" if sign > 0 else "cash").id
    lines = [
        LineDraft.signed(
            account_for(session, "receivable").id,
            sign * pesos,
            contact_id=1,
            due=day,
            currency="USD",
            amount_currency=sign * D(dollars),
        ),
        LineDraft.signed(other, -sign * pesos, currency="USD", amount_currency=-sign * D(dollars)),
    ]
    return post_entry(session, EntryDraft(date=day, text="In dollars", journal="general", lines=lines))


@pytest.mark.parametrize("rate", ["1100.00", "950.50", "1000.00"])
@pytest.mark.parametrize("parts", [["100.00"], ["33.33", "33.33", "33.34"]])
def test_a_foreign_item_that_is_settled_leaves_nothing_in_either_currency(
    session: Session, rate: str, parts: list[str]
) -> None:
    sold = foreign(session, "100.00", "1000.00", 1)
    paid = [foreign(session, dollars, rate, -1, date(2026, 4, 1)) for dollars in parts]
    received = sum((each.amount for each in paid), D(0))
    before = [(item.entry_id, item.residual) for item in open_items(session, 1)]
    made = [
        allocate(session, sold.lines[0].id, each.lines[0].id, D(dollars)) for each, dollars in zip(paid, parts, strict=True)
    ]
    assert open_items(session, 1) == []
    assert balance_of(session, 1) == 0
    assert ledger(session, "exchange") == D("100000.00") - received
    for allocation in made:
        unallocate(session, allocation)
    assert ledger(session, "exchange") == 0
    assert sum(item.residual_currency or 0 for item in open_items(session, 1)) == 0
    assert [(item.entry_id, item.residual) for item in open_items(session, 1)] == before


def ledger(session: Session, purpose: str) -> D:
    """The balance of an account, debits positive."""
    total = select(func.coalesce(func.sum(EntryLine.debit - EntryLine.credit), 0))
    return session.scalars(total.where(EntryLine.account_id == account_for(session, purpose).id)).one()


def test_two_companies_keep_books_apart(session: Session) -> None:
    from addons.erp_ledger.setup import install

    other = Company(name="Otra")
    session.add(other)
    session.flush()
    install(session, other)
    lines = [
        LineDraft.signed(account_for(session, "cash", other.id).id, D(5)),
        LineDraft.signed(account_for(session, "capital", other.id).id, D(-5)),
    ]
    mine = post_entry(session, EntryDraft(date=DAY, text="x", journal="general", lines=lines, company_id=other.id))
    assert (mine.company_id, mine.code) == (other.id, "GEN-1")
