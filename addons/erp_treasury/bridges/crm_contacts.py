"""Money in a contact's history."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import log, relink
from addons.crm_contacts.signals import ContactMerged
from addons.erp_treasury.models import Cheque, ChequeCustody, Payment, Receipt
from addons.erp_treasury.signals import ChequeMoved, MoneyPaid, MoneyReceived
from core.db import trusted
from core.errors import Refused
from core.i18n import _
from core.signals import hears


@hears(MoneyReceived)
def log_collection(session: Session, signal: MoneyReceived) -> None:
    """One entry per receipt."""
    log(
        session,
        signal.contact_id,
        kind="money",
        icon="cash",
        text="Collected: {number}",
        parameters={"number": signal.number},
        model="erp_treasury.receipt",
        record_id=signal.receipt_id,
        amount=signal.amount,
        currency=signal.currency,
        at=signal.date,
        key=f"erp_treasury.receipt:{signal.receipt_id}:posted",
    )


@hears(MoneyPaid)
def log_payment(session: Session, signal: MoneyPaid) -> None:
    """One entry per payment."""
    log(
        session,
        signal.contact_id,
        kind="money",
        icon="cash-banknote",
        text="Paid: {number}",
        parameters={"number": signal.number},
        model="erp_treasury.payment",
        record_id=signal.payment_id,
        amount=signal.amount,
        currency=signal.currency,
        at=signal.date,
        key=f"erp_treasury.payment:{signal.payment_id}:posted",
    )


@hears(ChequeMoved)
def log_rejection(session: Session, signal: ChequeMoved) -> None:
    """A cheque that bounced, in the history of whom it came from."""
    if signal.place != "rejected" or signal.received_from_id is None:
        return
    log(
        session,
        signal.received_from_id,
        kind="money",
        icon="alert-triangle",
        text="Cheque {number} was rejected",
        parameters={"number": signal.number},
        model="erp_treasury.cheque",
        record_id=signal.cheque_id,
        amount=signal.amount,
        at=signal.date,
        key=f"erp_treasury.cheque:{signal.cheque_id}:rejected:{signal.date.isoformat()}",
    )


@hears(ContactMerged)
def follow_merge(session: Session, signal: ContactMerged) -> None:
    """Drafts go to the kept card; what has been posted, and cheques, keep their own. Once, as none is left."""
    with trusted(session):
        gone = signal.gone_id
        kept = [select(model.id).where(model.contact_id == gone, model.state != "draft") for model in (Receipt, Payment)]
        kept.append(select(Cheque.id).where((Cheque.received_from_id == gone) | (Cheque.holder_id == gone)))
        kept.append(select(ChequeCustody.id).where(ChequeCustody.contact_id == gone))
        if any(session.scalar(wanted.limit(1)) is not None for wanted in kept):
            name = session.get_one(Contact, gone).name
            raise Refused(
                _("{name} has payments or cheques, which keep their card: merge the other card into this one.", name=name)
            )
        for model in (Receipt, Payment):
            relink(session, signal.merge_id, model.contact_id)
