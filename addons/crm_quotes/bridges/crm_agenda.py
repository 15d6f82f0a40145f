"""With the agenda: whoever sends a quote is reminded to ask for an answer, until there is one."""

from sqlalchemy.orm import Session

from addons.crm_agenda.operations import forget, remind
from addons.crm_quotes.signals import QuoteAccepted, QuoteExpired, QuoteRejected, QuoteSent
from core.i18n import _
from core.signals import hears

MODEL = "crm_quotes.quote"


def key_of(quote_id: int) -> str:
    """What the task follows from."""
    return f"{MODEL}:{quote_id}:follow_up"


@hears(QuoteSent)
def plan_follow_up(session: Session, signal: QuoteSent) -> None:
    """A task on the follow-up day."""
    remind(
        session,
        key_of(signal.quote_id),
        subject=str(_("Ask for an answer to quote {number}", number=signal.number)),
        due=signal.follow_up,
        contact_id=signal.contact_id,
        assigned_to_id=signal.assigned_to_id,
        origin_model=MODEL,
        origin_id=signal.quote_id,
    )


@hears(QuoteAccepted)
def answered(session: Session, signal: QuoteAccepted) -> None:
    """Nothing is left to ask."""
    forget(session, key_of(signal.quote_id))


@hears(QuoteExpired)
def ran_out(session: Session, signal: QuoteExpired) -> None:
    """The offer no longer stands: who asks for it gets a new one."""
    forget(session, key_of(signal.quote_id))


@hears(QuoteRejected)
def declined(session: Session, signal: QuoteRejected) -> None:
    """Nothing is left to ask."""
    forget(session, key_of(signal.quote_id))
