"""The form of a letter: who sends it, where answers go, what it says."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField

from core.access.models import User
from core.db import actor, trusted
from core.errors import FieldError
from core.i18n import _
from core.mail import MailAccount, mail_address
from core.screens.mailing.draft import LONGEST_SUBJECT, Draft, spoken_now
from core.screens.mailing.places import place_faults

LONGEST = 20_000
said: Any = _  # WTForms asks for str; a Text becomes one when it is shown
FILL = said("Fill this in")


class LetterForm(Form):
    """A letter; `batch` is made with the form, so that a second click on its button sends nothing twice."""

    faults: list[tuple[str, str]] = []
    batch = HiddenField()
    account_id = SelectField(said("From"), coerce=int)
    reply_to = StringField(said("Answers to"), render_kw={"type": "email", "maxlength": 254})
    subject = StringField(said("Subject"), render_kw={"maxlength": LONGEST_SUBJECT})
    body = TextAreaField(said("Text"), render_kw={"rows": 12, "maxlength": LONGEST})

    def offer(self, accounts: Sequence[MailAccount]) -> "LetterForm":
        """The accounts that it may leave by."""
        self.senders = {each.id: address_of(each) for each in accounts}
        self.account_id.choices = list(self.senders.items())
        self.subject.flags.required = self.body.flags.required = True
        return self

    def take(self, session: Session, view: Any) -> bool:
        """Check what was typed, each fault at its box; whether it can be sent."""
        self.subject.data = " ".join((self.subject.data or "").split())
        found = [*self.own_faults(), *place_faults(session, view, "subject", self.subject.data)]
        found += place_faults(session, view, "body", self.body.data or "")
        for fault in found:
            self[fault.field].errors = [*self[fault.field].errors, str(fault.message)]
        self.faults = [(fault.field, str(fault.message)) for fault in found]
        self.form_errors = [str(_("Nothing was sent:"))] if found else []
        return not found

    def own_faults(self) -> list[FieldError]:
        """What is wrong besides the places that are to be filled in."""
        found = []
        if self.account_id.data not in self.senders:
            found.append(FieldError("account_id", _("Choose one of these")))
        if self.reply_to.data and mail_address(self.reply_to.data) is None:
            found.append(FieldError("reply_to", _("This is no mail address")))
        for name, longest in (("subject", LONGEST_SUBJECT), ("body", LONGEST)):
            if not (self[name].data or "").strip():
                found.append(FieldError(name, FILL))
            elif len(self[name].data) > longest:
                found.append(FieldError(name, _("At most {longest} characters", longest=longest)))
        return found

    def draft(self, to_many: bool) -> Draft:
        """What it says."""
        reply_to = mail_address(self.reply_to.data) or ""
        written = {"subject": self.subject.data or "", "body": self.body.data or "", "batch": self.batch.data or new_batch()}
        return Draft(self.account_id.data, reply_to=reply_to, to_many=to_many, **written, **spoken_now())


def blank_form(session: Session, accounts: Sequence[MailAccount]) -> LetterForm:
    """The form before anybody typed: answers go to whoever writes."""
    with trusted(session):
        me = session.get(User, actor(session).user_id or 0)
    form = LetterForm(reply_to=(me.email if me is not None else "") or "", batch=new_batch())
    return form.offer(accounts)


def new_batch() -> str:
    """A name for one sending that no other has."""
    return secrets.token_urlsafe(16)


def address_of(account: MailAccount) -> str:
    """A sender as receivers see him."""
    return f"{account.sender_name} <{account.sender}>" if account.sender_name else account.sender
