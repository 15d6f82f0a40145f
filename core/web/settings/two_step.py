"""One's own second step: set up with a picture or a typed key, confirmed by a code, with recovery codes shown once."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access import two_step as step
from core.access.audit import note
from core.access.passwords import is_password
from core.access.throttle import forgive
from core.db import trusted
from core.errors import FieldError, Invalid, Refused, TandemError
from core.i18n import _
from core.screens.pages import committed, render
from core.web.login import caller, count_password_try, is_second_step_needed
from core.web.settings.profile import myself, only_people

two_step = Blueprint("two_step", __name__, url_prefix="/profile/two-step")
two_step.before_request(only_people)


@two_step.get("")
def show() -> Response:
    """Off, waiting for its first code, or on."""
    return page(200)


def page(status: int, error: TandemError | None = None, codes: list[str] | None = None) -> Response:
    """The state of the second step; `codes` are shown this once."""
    user = myself(g.session)
    values: dict[str, Any] = {
        "is_on": user.two_step,
        "needed": is_second_step_needed(g.user),
        "error": error,
        "codes": codes,
    }
    if user.two_step:
        values |= {"left": step.codes_left(g.session, user.id), "factor": since(g.session, user.id)}
    elif secret := step.secret_of(g.session, user.id, secret_key()):
        issuer = f"Tandem {g.user.company_name}".strip()
        values |= {"secret": spaced(secret), "picture": picture(step.address_of(secret, user.login, issuer))}
    answer = render("settings/two_step.html", status, **values)
    answer.headers["Cache-Control"] = "no-store"  # the key and the codes stay in no browser's memory
    return answer


def secret_key() -> str:
    """The installation's key, under which secrets are sealed."""
    key: str = current_app.extensions["tandem_kernel"].settings.secret_key
    return key


def since(session: Session, user_id: int) -> Any:
    """Since when the second step is on."""
    with trusted(session):
        factor = step.factor_of(session, user_id)
        return factor.confirmed_at if factor else None


def spaced(secret: str) -> str:
    """A key in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def picture(text: str) -> Markup:
    """A QR picture as SVG, black on white in every theme: cameras want it so."""
    import segno

    drawn = segno.make(text, error="m").svg_inline(
        scale=5, border=3, dark="#000", light="#fff", svgclass="t-qr", lineclass=None, title=str(_("QR picture of the key"))
    )
    return Markup(drawn)  # noqa: S704 (segno escapes the title, and draws nothing else of ours)


@two_step.post("/begin")
def begin() -> AnyResponse:
    """A new key, which waits for its first code."""
    committed(lambda session: step.begin(session, myself(session), secret_key()))
    return redirect("/profile/two-step")


@two_step.post("/confirm")
def confirm() -> Response:
    """Switch it on if the code is right, and show the recovery codes."""

    def work(session: Session) -> list[str]:
        codes = step.confirm(session, myself(session), request.form.get("code", ""), secret_key())
        note(session, "two_step_on", ip=caller()[0])
        return codes

    try:
        codes = committed(work)
    except Invalid as error:
        return page(422, error)
    return page(200, codes=codes)


def demand_password(session: Session) -> None:
    """Invalid unless the form holds the present password: a browser left open is not enough for this."""
    with trusted(session):
        kept = myself(session).password_hash
    if not is_password(kept, request.form.get("password", "")):
        wrong = _("This is not your present password")
        raise Invalid(wrong, [FieldError("password", wrong)])
    with trusted(session):
        forgive(session, g.user.login)


@two_step.post("/codes")
def renew() -> Response:
    """New recovery codes in place of the old ones."""

    def work(session: Session) -> list[str]:
        demand_password(session)
        if not myself(session).two_step:
            raise Refused(_("The second step is not set up"))
        return step.new_recovery_codes(session, g.user.id)

    try:
        count_password_try()
        codes = committed(work)
    except TandemError as error:
        return page(error.status, error)
    return page(200, codes=codes)


@two_step.post("/off")
def switch_off() -> AnyResponse:
    """Remove it, unless one of the person's roles needs it."""

    def work(session: Session) -> None:
        demand_password(session)
        if is_second_step_needed(g.user):
            raise Refused(_("One of your roles needs a second step, so it cannot be removed"))
        step.switch_off(session, myself(session))
        note(session, "two_step_off", ip=caller()[0])

    try:
        count_password_try()
        committed(work)
    except TandemError as error:
        return page(error.status, error)
    flash(str(_("The second step is removed")), "good")
    return redirect("/profile/two-step")
