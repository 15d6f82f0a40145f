"""Bank statements against the ledger: each line of the bank is matched once, to the cent."""

from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import EntryLine
from addons.erp_treasury.models import Statement, StatementLine, StatementMatch
from core.db import trusted
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb

ZERO = Decimal(0)


@verb(Statement, "match", label="Match…", icon="link", order=10, when=lambda statement: statement.state == "draft")
def match_line(session: Session, statement: Statement, *, bank_line: int, items: list[int]) -> None:
    """One line of the bank is these lines of the ledger: their sum is its amount, each is matched once."""
    line = _line_of(session, statement, bank_line)
    if session.scalar(select(StatementMatch.id).where(StatementMatch.statement_line_id == line.id).limit(1)):
        raise Refused(_("{text} is matched already; undo that first.", text=line.text))
    found = session.scalars(
        select(EntryLine)
        .where(EntryLine.id.in_(items), EntryLine.account_id == statement.bank_account.account_id)
        .with_for_update(key_share=True)
    ).all()
    if not items or len(found) != len(set(items)):
        raise Invalid(_("items: choose posted lines of {account}.", account=statement.bank_account.name))
    if session.scalar(select(StatementMatch.id).where(StatementMatch.item_id.in_(items)).limit(1)):
        raise Refused(_("A line of the ledger is matched with another line of the bank already."))
    total = sum((item.debit - item.credit for item in found), ZERO)
    if total != line.amount:
        raise Refused(
            _(
                "The bank says {bank}, the ledger {ledger}: choose lines that add up to it.",
                bank=line.amount,
                ledger=total,
            )
        )
    for item in found:
        session.add(StatementMatch(statement_line_id=line.id, item_id=item.id, company_id=statement.company_id))
    session.flush()


@verb(Statement, "unmatch", label="Undo match…", icon="unlink", when=lambda statement: statement.state == "draft")
def unmatch_line(session: Session, statement: Statement, *, bank_line: int) -> None:
    """Both are open again."""
    line = _line_of(session, statement, bank_line)
    session.execute(delete(StatementMatch).where(StatementMatch.statement_line_id == line.id))


@verb(
    Statement,
    "match_all",
    label="Match what is plain",
    icon="wand",
    order=20,
    when=lambda statement: statement.state == "draft",
)
def match_all(session: Session, statement: Statement) -> None:
    """Match every open line of the bank for which one line of the ledger alone has the amount and is near in time."""
    for bank_line in open_bank_lines(session, statement):
        near = [
            item
            for item in open_ledger_lines(session, statement)
            if item.debit - item.credit == bank_line.amount and item.date and abs((item.date - bank_line.date).days) <= 7
        ]
        same_day = [item for item in near if item.date == bank_line.date]
        best = same_day if len(same_day) == 1 else near
        if len(best) == 1:
            match_line(session, statement, bank_line=bank_line.id, items=[best[0].id])


@verb(
    Statement,
    "reconcile",
    label="Reconciled",
    icon="check",
    primary=True,
    order=30,
    when=lambda statement: statement.state == "draft",
)
def reconcile_statement(session: Session, statement: Statement) -> None:
    """Every line is matched, and opening and lines make the closing balance: the statement is history."""
    left = open_bank_lines(session, statement)
    if left:
        raise Refused(
            _("{count} lines of the bank are not matched yet, the first is {text}.", count=len(left), text=left[0].text)
        )
    moved = sum((line.amount for line in statement.lines), ZERO)
    if statement.opening + moved != statement.closing:
        raise Refused(
            _(
                "Opening {opening} and lines {moved} do not make the closing {closing}: look for a missing line.",
                opening=statement.opening,
                moved=moved,
                closing=statement.closing,
            )
        )
    before = session.scalar(
        select(Statement.closing)
        .where(Statement.bank_account_id == statement.bank_account_id, Statement.last_day < statement.first_day)
        .order_by(Statement.last_day.desc())
        .limit(1)
    )
    if before is not None and before != statement.opening:
        raise Refused(_("The statement before closed at {closing}: this one must open there.", closing=before))
    statement.state = "reconciled"
    session.flush()


def open_bank_lines(session: Session, statement: Statement) -> list[StatementLine]:
    """The lines of the bank that are not matched."""
    matched = select(StatementMatch.statement_line_id)
    wanted = select(StatementLine).where(StatementLine.statement_id == statement.id, StatementLine.id.not_in(matched))
    return list(session.scalars(wanted.order_by(StatementLine.position)))


def open_ledger_lines(session: Session, statement: Statement) -> list[EntryLine]:
    """The posted lines of the account, up to the statement's last day, that no bank line is matched with."""
    wanted = select(EntryLine).where(
        EntryLine.account_id == statement.bank_account.account_id,
        EntryLine.date.is_not(None),
        EntryLine.date <= statement.last_day,
        EntryLine.id.not_in(select(StatementMatch.item_id)),
    )
    with trusted(session):
        return list(session.scalars(wanted.order_by(EntryLine.date, EntryLine.id)))


def ledger_balance(session: Session, statement: Statement) -> Decimal:
    """What the ledger says the account holds at the end of the statement's last day."""
    wanted = select(func.sum(EntryLine.debit - EntryLine.credit)).where(
        EntryLine.account_id == statement.bank_account.account_id, EntryLine.date <= statement.last_day
    )
    with trusted(session):
        return session.scalar(wanted) or ZERO


def _line_of(session: Session, statement: Statement, key: int) -> StatementLine:
    line = session.get(StatementLine, key)
    if line is None or line.statement_id != statement.id:
        raise Invalid(_("bank_line: choose a line of {title}.", title=statement.title))
    return line
