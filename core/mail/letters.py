"""What Tandem itself writes to its users: the link to a new password, and that it was changed."""

from sqlalchemy.orm import Session

from core.access.models import User
from core.access.resetting import make_link
from core.db import now
from core.i18n import Catalogs, _, using_language
from core.jobs import JobContext, enqueue, job
from core.mail.account import account_for
from core.mail.sending import TRIES, send_letter, send_mail

RESET_LETTER = "core.mail_reset"


def ask_reset_letter(session: Session, user_id: int, address: str) -> None:
    """Ask for a letter with a link; the link is made when it is sent, so that its secret lies in no queue."""
    enqueue(session, RESET_LETTER, user_id=user_id, address=address)


@job(RESET_LETTER, label="Mail with a link to a new password", tries=TRIES)
def send_reset_letter(context: JobContext, user_id: int, address: str) -> None:
    """Make a link, which ends those before it, and send it to its user."""
    with context.database.write(via="job") as session:
        user = session.get(User, user_id)
        if user is None or not user.active or not user.email:
            return
        to, language, name, login = user.email, user.language, user.name, user.login
        link = f"{address.rstrip('/')}/login/new-password/{make_link(session, user_id)}"
    with using_language(language, context.info["composition"].catalogs):
        subject, text = str(_("A new password for Tandem")), reset_text(name, login, link)
    send_letter(context, to, subject, text)


def tell_password_changed(session: Session, user: User, ip: str, by_name: str = "") -> bool:
    """Tell a user by mail that the password is another now, as it may have been somebody else; whether mail can leave."""
    if not user.email or account_for(session, session.info.get("company_id")) is None:
        return False
    moment = now().strftime("%Y-%m-%d %H:%M UTC")
    with using_language(user.language, catalogs_of(session)):
        changed_by = by_name or str(_("yourself"))
        text = changed_text(user.name, user.login, moment, ip or "–", changed_by)
        send_mail(session, user.email, str(_("Your password for Tandem was changed")), text)
    return True


def catalogs_of(session: Session) -> Catalogs | None:
    """The messages of the app that a session belongs to."""
    composition = session.info.get("composition")
    return composition.catalogs if composition is not None else None


def reset_text(name: str, login: str, link: str) -> str:
    """The letter with a link."""
    text = _(
        "Hello {name},\n\nsomebody asked for a new password for your login {login}. With this link you choose one; it"
        " is good for an hour, and once:\n\n{link}\n\nIf it was not you, there is nothing to do: your password stays as it"
        " is.\n",
        name=name,
        login=login,
        link=link,
    )
    return str(text)


def changed_text(name: str, login: str, moment: str, ip: str, by: str) -> str:
    """The letter that a password was changed."""
    text = _(
        "Hello {name},\n\nthe password of your login {login} was changed on {moment}, from the address {ip}, by {by}. All"
        " other browsers are logged out.\n\nIf that was not you, tell your administrator at once.\n",
        name=name,
        login=login,
        moment=moment,
        ip=ip,
        by=by,
    )
    return str(text)
