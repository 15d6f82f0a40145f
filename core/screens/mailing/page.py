"""The pages of a letter about one record or many: it is written, looked at as it will leave, then sent."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.access.audit import note
from core.db import actor
from core.errors import Invalid, Refused, TandemError
from core.i18n import _
from core.mail import accounts_for
from core.screens.fields.rights import demand
from core.screens.lists.bulk.chosen import Chosen
from core.screens.lists.bulk.running import Outcome, act_on
from core.screens.mailing.audience import Audience, audience, looked_at
from core.screens.mailing.form import LetterForm, blank_form
from core.screens.mailing.keeping import forget_template, keep_template, template_of, templates_for
from core.screens.mailing.places import offered
from core.screens.mailing.sending import MAIL
from core.screens.pages import committed, render


@dataclass
class Mailing:
    """One request about a letter; `record` is there where it is about one record, from its page."""

    session: Session
    screen: Any
    chosen: Chosen
    record: Any = None

    def __post_init__(self) -> None:
        demand(self.session, self.screen.model, MAIL)
        self.view = self.screen.view
        self.accounts = accounts_for(self.session, actor(self.session).company_id)
        if "step" in request.form:
            self.form = LetterForm(request.form).offer(self.accounts)
        else:
            self.form = blank_form(self.session, self.accounts)

    @property
    def back(self) -> str:
        """Where one came from."""
        if self.record is not None:
            return f"{self.view.url}{self.record.id}"
        return f"{self.view.url}{self.chosen.query if self.chosen.query.startswith('?') else ''}"

    def response(self) -> Response:
        """What the step asks for; the form itself where there is none."""
        step = request.form.get("step", "")
        if not self.accounts or step not in STEPS:
            return self.page()
        try:
            return STEPS[step](self)
        except Invalid as error:
            return self.page(422, error)

    def page(self, status: int = 200, error: TandemError | None = None) -> Response:
        """The form of the letter."""
        return render(
            "mail.html",
            status,
            **self.shown(),
            places=offered(self.session, self.view),
            templates=templates_for(self.session, self.view.model.label()),
            chosen_template=request.form.get("template", 0, type=int),
            me=actor(self.session).user_id,
            error=error,
            has_account=bool(self.accounts),
        )

    def shown(self) -> dict[str, Any]:
        """What both pages show."""
        count = self.chosen.count(self.session, self.screen)
        of = self.view.plural if count != 1 else self.view.label
        whom = self.record.title if self.record is not None else f"{g.formats.number('integer', count)} {of.lower()}"
        values = {"view": self.view, "form": self.form, "chosen": self.chosen, "record": self.record, "back": self.back}
        url = f"{self.view.url}{self.record.id}/mail" if self.record is not None else self.view.url
        return {**values, "url": url, "title": _("E-mail: {whom}", whom=whom), "back_label": self.back_label}

    @property
    def back_label(self) -> str:
        """What the page is called that one came from."""
        return str(self.record.title) if self.record is not None else self.view.plural

    def choose(self) -> Response:
        """Put a kept text into the form."""
        if number := request.form.get("template", 0, type=int):
            kept = template_of(self.session, self.view.model.label(), number)
            self.form.subject.data, self.form.body.data = kept.subject, kept.body
        return self.page()

    def keep(self) -> Response:
        """Keep what is written as a template."""
        if not self.form.take(self.session, self.view):
            return self.page(422)
        given = request.form.get("template_name", ""), self.form.subject.data or "", self.form.body.data or ""
        label, shared = self.view.model.label(), "shared" in request.form
        kept = committed(lambda session: keep_template(session, label, *given, shared).name)
        flash(str(_("Kept as template {name}", name=kept)), "good")
        return self.page()

    def forget(self) -> Response:
        """Remove a template of one's own."""
        number, label = request.form.get("template", 0, type=int), self.view.model.label()
        if not number:
            return self.page()
        committed(lambda session: forget_template(session, label, number))
        flash(str(_("The template was removed")), "good")
        return self.page()

    def preview(self) -> Response:
        """The first letters as they will leave, and who gets none."""
        if not self.form.take(self.session, self.view):
            return self.page(422)
        return self.preview_page()

    def preview_page(self, status: int = 200, found: Audience | None = None, notice: Any = "") -> Response:
        """The page before anything leaves; its button says how many letters do."""
        draft = self.form.draft(self.record is None)
        found = found or audience(self.session, self.screen, self.chosen, draft)
        letters = looked_at(self.session, self.screen, self.chosen, draft) if found.letters else []
        sender = self.form.senders[draft.account_id]
        values = {"found": found, "letters": letters, "draft": draft, "sender": sender, "notice": notice}
        return render("mail_preview.html", status, **self.shown(), **values)

    def send(self) -> Response:
        """Let it leave, if it still goes to as many as the button said."""
        if not self.form.take(self.session, self.view):
            return self.page(422)
        draft = self.form.draft(self.record is None)
        found = audience(self.session, self.screen, self.chosen, draft)
        if found.letters != request.form.get("letters", type=int):
            changed = _("Meanwhile it would go to others than before: look again. Nothing was sent.")
            return self.preview_page(409, found, changed)

        def work(session: Session) -> Outcome:
            label = self.view.model.label()
            note(session, MAIL, ip=request.remote_addr or "", what=draft.subject, model=label, count=found.letters)
            return act_on(session, self.screen, MAIL, self.chosen, draft.keep())

        try:
            outcome = committed(work)
        except Refused as error:
            return self.preview_page(409, None, error.message)
        if self.record is None:
            return redirect(f"/acts/{outcome.act_id}", 303)
        flash(str(_("The letter is in the outbox and leaves at once.")), "good")
        return redirect(f"{self.back}?panel=notes", 303)


STEPS = {
    "write": Mailing.page,
    "template": Mailing.choose,
    "keep": Mailing.keep,
    "forget": Mailing.forget,
    "preview": Mailing.preview,
    "send": Mailing.send,
}
