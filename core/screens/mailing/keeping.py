"""Texts of letters that people keep: one's own, and those that others share; only whoever keeps one changes it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.db import actor, trusted
from core.errors import FieldError, Invalid, Missing
from core.i18n import _
from core.mail import LetterTemplate
from core.screens.mailing.draft import LONGEST_SUBJECT


def templates_for(session: Session, model: str) -> list[LetterTemplate]:
    """What the user may choose from for letters about a model, by name."""
    seen = or_(LetterTemplate.owner_id == actor(session).user_id, LetterTemplate.shared)
    query = select(LetterTemplate).where(LetterTemplate.model == model, seen)
    with trusted(session):
        return list(session.scalars(query.order_by(LetterTemplate.name, LetterTemplate.id)))


def template_of(session: Session, model: str, number: int) -> LetterTemplate:
    """One of them; Missing for those that others keep for themselves."""
    for each in templates_for(session, model):
        if each.id == number:
            return each
    raise Missing(_("There is no such template."))


def keep_template(session: Session, model: str, name: str, subject: str, body: str, shared: bool) -> LetterTemplate:
    """Keep a text under a name; one's own of this name is replaced."""
    called, mine = " ".join(name.split())[:LONGEST_SUBJECT], actor(session).user_id
    if not called:
        message = _("Write a name for the template")
        raise Invalid(message, [FieldError("template_name", message)])
    with trusted(session):
        known = [each for each in templates_for(session, model) if (each.owner_id, each.name) == (mine, called)]
        found = known[0] if known else LetterTemplate(model=model, name=called, owner_id=mine)
        found.subject, found.body, found.shared = subject, body, shared
        session.add(found)
        session.flush()
    return found


def forget_template(session: Session, model: str, number: int) -> None:
    """Remove a text of one's own."""
    found = template_of(session, model, number)
    if found.owner_id != actor(session).user_id:
        raise Missing(_("There is no such template."))
    with trusted(session):
        session.delete(found)
        session.flush()
