"""Mail accounts: by which server mails leave, with a test that says what is wrong."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, Form, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from core.access.audit import note
from core.access.sealing import sealed
from core.db import Company, trusted
from core.errors import TandemError
from core.i18n import _, translated
from core.mail import SECURITY, MailAccount
from core.mail.sending import hand_over, letter, server_of
from core.registry.options import choose
from core.screens.pages import committed, render
from core.web.login import caller
from core.web.settings.forms import Filled, is_email, mark_faults, options, stripped
from core.web.settings.organisation import demand_same
from core.web.settings.system import only_administrators

mail = Blueprint("mail", __name__, url_prefix="/settings/mail")
mail.before_request(only_administrators)
KEPT = ("name", "host", "port", "security", "username", "sender", "sender_name", "active")
said: Any = _  # WTForms asks for str; a Text becomes one when it is shown


class AccountForm(Form):
    """A mail account."""

    version = HiddenField()
    name = StringField(said("Name"), [Filled()], filters=[stripped])
    company_id = SelectField(said("For"), coerce=lambda text: int(text) if text and text != "None" else None)
    host = StringField(said("Server"), [Filled()], filters=[stripped], description=said("For example smtp.example.org"))
    port = IntegerField(said("Port"), [InputRequired(said("Fill this in")), NumberRange(1, 65535)], default=587)
    security = SelectField(said("Security"), default="starttls")
    username = StringField(said("User"), filters=[stripped], render_kw={"autocomplete": "off"})
    password = PasswordField(said("Password"), render_kw={"autocomplete": "new-password"})
    sender = StringField(said("Sender's address"), [Filled(), is_email], filters=[stripped])
    sender_name = StringField(said("Sender's name"), filters=[stripped])
    active = BooleanField(said("In use"), default=True)

    def offer(self, companies: list[tuple[int, str]]) -> "AccountForm":
        """The companies that it may be for."""
        self.company_id.choices = options([("", str(_("All companies without one of their own"))), *companies])
        self.security.choices = options((key, translated(word)) for key, word in SECURITY.items())
        return self


def form_of(account: MailAccount) -> AccountForm:
    """The form of an account as it is stored; its password is sealed, and shown to nobody."""
    return AccountForm(company_id=account.company_id, **{name: getattr(account, name) for name in KEPT})


def companies() -> list[tuple[int, str]]:
    """The companies in use."""
    with trusted(g.session) as session:
        query = select(Company.id, Company.name).where(Company.active).order_by(Company.name)
        return [(key, name) for key, name in session.execute(query)]


@mail.get("")
def index() -> Response:
    """All accounts, and the address with which links in mails begin."""
    with trusted(g.session) as session:
        query = select(MailAccount).options(selectinload(MailAccount.company))
        rows = session.scalars(query.order_by(MailAccount.active.desc(), MailAccount.id)).all()
    address = current_app.extensions["tandem_options"]["address"]
    return render("settings/mail.html", rows=rows, address=address, here=request.url_root.rstrip("/"))


@mail.post("/address")
def save_address() -> AnyResponse:
    """Where people reach this installation: never taken from a request, as whoever asks could make links lead elsewhere."""
    typed = request.form.get("address", "").strip().rstrip("/")
    if not typed.startswith(("https://", "http://")) or " " in typed:
        flash(str(_("An address begins with https:// or http://")), "bad")
        return redirect("/settings/mail")
    keep_address(typed)
    flash(str(_("Saved")), "good")
    return redirect("/settings/mail")


def keep_address(address: str) -> None:
    """Keep the address for everybody."""

    def work(session: Session) -> None:
        choose(session, {"address": address})
        note(session, "settings", ip=caller()[0], what="address", address=address)

    committed(work)


@mail.get("/<int:key>")
@mail.get("/new", defaults={"key": None})
def account(key: int | None) -> Response:
    """One account, or an empty form."""
    found = account_at(g.session, key)
    form = form_of(found) if found else AccountForm(name=str(_("Outgoing mail")), sender_name=g.user.company_name)
    return page(form.offer(companies()), found)


def account_at(session: Session, key: int | None) -> MailAccount | None:
    """The account of an address; 404 if there is none."""
    with trusted(session):
        return None if key is None else session.get(MailAccount, key) or abort(404)


def page(form: AccountForm, found: MailAccount | None, status: int = 200, **values: Any) -> Response:
    """The form, and what came of a test."""
    with trusted(g.session):
        has_password = found is not None and bool(found.password)
    to = request.form.get("to") or own_address()
    return render("settings/mail_account.html", status, form=form, account=found, has_password=has_password, to=to, **values)


def own_address() -> str:
    """Where a test goes unless something else is typed."""
    from core.web.settings.profile import myself

    return myself(g.session).email or ""


@mail.post("/<int:key>")
@mail.post("/new", defaults={"key": None})
def save(key: int | None) -> AnyResponse:
    """Make or change an account; a password that is not typed again stays as it is."""
    form = AccountForm(request.form).offer(companies())

    def work(session: Session) -> int:
        with trusted(session):
            found = account_at(session, key) or MailAccount()
            if key is not None:
                demand_same(found, form)
            write(found, form)
            session.add(found)
            session.flush()
            note(session, "settings", ip=caller()[0], what="mail", host=found.host, sender=found.sender)
            return found.id

    if form.validate():
        try:
            made = committed(work)
        except TandemError as error:
            mark_faults(form, error)
        else:
            if not current_app.extensions["tandem_options"]["address"]:
                keep_address(request.url_root.rstrip("/"))
            flash(str(_("Saved. Send yourself a test.")), "good")
            return redirect(f"/settings/mail/{made}")
    return page(form, account_at(g.session, key), 422)


def write(found: MailAccount, form: AccountForm) -> None:
    """What the form says; the password is sealed at once."""
    for name in KEPT:
        setattr(found, name, form[name].data)
    found.company_id = form.company_id.data
    if form.password.data:
        found.password = sealed(current_app.extensions["tandem_kernel"].settings.secret_key, form.password.data)
    elif not form.username.data:
        found.password = None


@mail.post("/<int:key>/test")
def test(key: int) -> Response:
    """Send a mail now, not by the outbox, so that an error is shown at once."""
    found, to = account_at(g.session, key), request.form.get("to", "").strip()
    assert found is not None
    form = form_of(found).offer(companies())
    with trusted(g.session):
        server = server_of(found, current_app.extensions["tandem_kernel"].settings.secret_key)
    g.session.rollback()  # no transaction is held while a server is waited for
    subject, text = str(_("A test of Tandem")), str(_("If you read this, mails leave as they should.\n"))
    try:
        hand_over(server, letter(server, to, subject, text, f"test-{g.user.session_id}"))
    except (TandemError, ValueError) as error:
        reason = getattr(error, "message", None) or _("This is no mail address")
        return page(form, account_at(g.session, key), 422, failed=reason)
    return page(form, account_at(g.session, key), sent=True)


@mail.post("/<int:key>/delete")
def delete(key: int) -> AnyResponse:
    """Forget an account with its password; mails that wait leave by another."""

    def work(session: Session) -> None:
        with trusted(session):
            session.delete(account_at(session, key))
            session.flush()
            note(session, "settings", ip=caller()[0], what="mail", deleted=key)

    committed(work)
    flash(str(_("The account is deleted")), "good")
    return redirect("/settings/mail")
