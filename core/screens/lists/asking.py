"""The form that asks for a condition: its boxes suit the field; it begins empty, or with a condition that is changed."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from core.db import today
from core.i18n import _
from core.screens.fields.formats import formats, label_of_choice
from core.screens.fields.paths import PathField
from core.screens.fields.rights import rights
from core.screens.fields.sight import sees
from core.screens.forms.options import titles_of
from core.screens.lists.adding import node_at, place_in
from core.screens.lists.asked import Asked
from core.screens.lists.chips import both, titles_in, told
from core.screens.lists.conditions import SIGNS, Draft, draft_of, is_relative, signs_for, value_text
from core.screens.lists.periods import NAMES, path_of, period_of
from core.screens.pages import part
from core.screens.views.view import View


class AskForm:
    """What the form of one condition shows; the template draws it."""

    def __init__(self, session: Session, view: View, asked: Asked, args: Mapping[str, str]) -> None:
        self.session, self.view, self.asked, self.args = session, view, asked, args
        self.where = list(asked.where)
        self.place = place_in(self.where, args.get("at") or args.get("add.at", ""))
        self.fields = [each for path in view.fields.names() if (each := view.fields[path]) and self.is_askable(each)]
        self.field, self.draft = self.begun()
        signs = signs_for(self.field)
        sign = self.draft.sign or args.get("add.op", "")
        self.sign = sign if sign in signs else signs[0]

    def is_askable(self, each: PathField) -> bool:
        """Whether one may ask about a field."""
        return each.path != "id" and each.kind != "json" and sees(self.session, each)

    def begun(self) -> tuple[PathField, Draft]:
        """The field and what is known of the condition."""
        chosen = self.args.get("add.field", "")
        if chosen:
            return self.view.fields[chosen], Draft()
        if self.place:
            node = node_at(self.where, self.place)
            named = period_of(node)
            path = named[0] if named else path_of(node[1] if node and node[0] == "not" else node)
            if path:
                field = self.view.fields[path]
                return field, draft_of(field, node) or Draft()
        path = self.args.get("ask", "")
        return (self.view.fields[path] if path in self.view.fields else self.fields[0]), Draft()

    def signs(self) -> list[tuple[str, Any]]:
        """What may be asked about the field."""
        return [(sign, SIGNS[sign]) for sign in signs_for(self.field)]

    def kind(self) -> str:
        """Which box the value has."""
        if self.field.target is not None:
            return "relation" if self.options_url() and self.sign != "contains" else "text"
        if self.field.kind in ("choice", "boolean"):
            return self.field.kind
        if self.field.kind in ("date", "moment"):
            return "date"
        return "number" if self.field.is_number else "text"

    def options_url(self) -> str:
        """Where a box finds records."""
        target = self.field.target
        return f"/{target.__addon__}/{target.__slug__}/options" if rights(self.session, target).may("read") else ""

    def choices(self) -> list[tuple[str, str, bool]]:
        """The words of a choice: word, label, whether it is chosen."""
        return [(w, label_of_choice(self.field.info, w), w in self.draft.values) for w in self.field.choices]

    def chosen(self) -> list[tuple[str, str]]:
        """The records of a relation that are chosen."""
        numbers = {int(value) for value in self.draft.values if value.isdigit() and len(value) < 10}
        titles = titles_of(self.session, self.field.target, numbers)
        return [(v, titles.get(int(v), f"#{v}") if v.isdigit() else str(_("me"))) for v in self.draft.values]

    def value(self, until: bool = False) -> str:
        """What stands in the box."""
        text = self.draft.until if until else self.draft.value
        return value_text(self.field, text, formats(today(self.session).year)) if self.draft.node else text

    def is_relative(self) -> bool:
        """Whether the date is said from today, so that a box for dates cannot hold it."""
        return is_relative(self.draft.value) or is_relative(self.draft.until)

    def periods(self) -> list[tuple[str, Any, bool]]:
        """Relative dates by name."""
        return [(name, label, name == (self.draft.period or "month")) for name, label in NAMES.items()]

    def beside(self) -> list[tuple[int, str]]:
        """The conditions of which this may be an alternative."""
        fields, titles = self.view.fields, titles_in(self.session, self.view.fields, self.where)
        if self.place:
            return []
        words = str(_("or"))
        return [
            (
                at,
                both(self.session, fields, node[1:], titles, words)
                if node[0] == "or"
                else " ".join(filter(None, told(self.session, fields, node, titles))),
            )
            for at, node in enumerate(self.where)
        ]

    def draw(self) -> Markup:
        """The form's body."""
        return part("parts/ask.html", ask=self, view=self.view)
