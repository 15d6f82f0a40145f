"""The list of a document's lines over all documents, such as what was invoiced; a line opens as its document."""

from typing import Any

from flask import g, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.errors import Missing
from core.i18n import _
from core.screens.screen import Screen


class LineScreen(Screen[Any]):
    """Lists, groups, cubes and files of lines; their pages are those of the documents that they belong to."""

    def makes(self, session: Session) -> bool:
        """Lines are made in their documents."""
        return False

    def show(self, id: int) -> Response:
        """To the document of a line."""
        line = g.session.get(self.model, id)
        if line is None:
            raise Missing(_("There is no such line, or it is not open to you"))
        parent = getattr(line, self.model.__parent__)
        return redirect(f"/{parent.__addon__}/{parent.__slug__}/{parent.id}")
