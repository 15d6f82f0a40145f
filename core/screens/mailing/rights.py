"""Who may write letters about records."""

from typing import Any

from sqlalchemy.orm import Session

from core.screens.fields.rights import rights
from core.screens.fields.sight import sees


def may_mail(session: Session, view: Any) -> bool:
    """Whether the user may write to whom the records of a view are about, and sees their addresses."""
    path = view.mail_path
    return bool(path and rights(session, view.model).may("mail") and sees(session, view.fields[path]))
