"""What a contact's card and a user's day say of quotes."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import WITH_PEOPLE
from addons.crm_quotes.models import Quote
from core.db import actor
from core.i18n import _
from core.screens.day import DayItem, my_day
from core.screens.fields.rights import demand
from core.screens.figures import Asking, Figure, figure
from core.screens.first_steps import first_step, made_by_people

SHOWN = 20
WAITING = (Quote.contact_id.in_(WITH_PEOPLE), Quote.state == "sent")
OFFERED = (select(func.count(Quote.id)).where(*WAITING), select(func.sum(Quote.net)).where(*WAITING))


@figure(Contact, "open_quotes", label="Open quotes", order=60)
def open_quotes(session: Session, contact: Contact) -> Asking:
    """What is offered to a contact, or to the people of a company, and waits for an answer."""
    demand(session, Quote, "read")

    def read(count: int, net: Decimal | None) -> Figure:
        note = _("{count} waiting for an answer", count=count) if count else _("nothing is offered")
        return Figure(net if net is not None else Decimal(0), "money", note, f"/crm_quotes/quote/?contact={contact.id}")

    return Asking(OFFERED, {"contact": contact.id}, read)


@my_day("quotes", label="Quotes to follow up", order=40, icon="file-description", model=Quote)
def quotes_to_follow_up(session: Session, day: date) -> list[DayItem]:
    """Sent quotes of whoever looks whose follow-up day has come, or whose time is running out."""
    wanted = (
        select(Quote)
        .where(Quote.state == "sent", Quote.assigned_to_id == actor(session).user_id, Quote.follow_up <= day)
        .order_by(Quote.follow_up, Quote.id)
        .limit(SHOWN)
    )
    return [
        DayItem(
            title=f"{quote.number} {quote.contact.name}",
            note=_("valid until {day}", day=quote.valid_until.isoformat()) if quote.valid_until else "",
            icon="file-description",
            url=f"/crm_quotes/quote/{quote.id}",
            mark="late" if quote.expired_on(day) else "wait",
            amount=quote.net,
            late=quote.expired_on(day),
            act=(_("Log call"), f"/crm_contacts/contact/{quote.contact_id}/log_call"),
        )
        for quote in session.scalars(wanted)
    ]


@first_step("quote", label="Make a quote", url="/crm_quotes/quote/new", model=Quote, order=40, icon="file-description")
def has_quote(session: Session) -> bool:
    """Somebody has done it."""
    return made_by_people(session, Quote)
