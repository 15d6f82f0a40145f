"""The lines of a decided quote stay as they were, whoever writes and however."""

from typing import Any

from sqlalchemy import Connection, event, inspect, select

from addons.crm_quotes.models import Quote, QuoteLine
from core.errors import Refused
from core.i18n import _

DECIDED = ("accepted", "rejected")


def _refuse_decided(connection: Connection, line: QuoteLine) -> None:
    """Refused if the quote of a line was accepted or rejected."""
    table = Quote.__table__.c
    row = connection.execute(select(table.state, table.number).where(table.id == line.quote_id)).first()
    if row is not None and row.state in DECIDED:
        raise Refused(_("Quote {number} was decided: its lines stay as they are. Duplicate it.", number=row.number))


@event.listens_for(QuoteLine, "before_insert")
@event.listens_for(QuoteLine, "before_delete")
def keep_lines(mapper: Any, connection: Connection, line: QuoteLine) -> None:
    """None is added or taken away."""
    if not _goes_with_its_quote(line):
        _refuse_decided(connection, line)


@event.listens_for(QuoteLine, "before_update")
def keep_values(mapper: Any, connection: Connection, line: QuoteLine) -> None:
    """None changes."""
    attributes = inspect(line).attrs
    if any(attributes[name].history.has_changes() for name in QuoteLine.frozen):
        _refuse_decided(connection, line)


def _goes_with_its_quote(line: QuoteLine) -> bool:
    """Whether the whole quote is deleted."""
    session = inspect(line).session
    return session is not None and line.quote in session.deleted
