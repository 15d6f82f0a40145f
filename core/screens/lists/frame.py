"""What stands around a list in every mode: the modes, the filters, groups and columns that one may choose, the exports."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from core.custom.definition import ASPECT
from core.i18n import _, translated
from core.screens.fields.paths import PathField
from core.screens.fields.rights import rights
from core.screens.fields.sight import sees
from core.screens.lists.asked import Asked
from core.screens.lists.compiled import escaped
from core.screens.lists.heads import icon
from core.screens.views.view import View

ICONS = {
    "list": "table",  # icon
    "kanban": "layout-kanban",  # icon
    "calendar": "calendar",  # icon
    "pivot": "table-options",  # icon
    "graph": "chart-bar",  # icon
}
MODES = {"list": _("Grid"), "kanban": _("Board"), "calendar": _("Calendar"), "pivot": _("Cube"), "graph": _("Graph")}


@dataclass(frozen=True)
class Choice:
    """Something that one may choose: its label, its address, and whether it is chosen."""

    label: str
    url: str
    current: bool = False
    icon: str = ""
    value: str = ""


class Frame:
    """The choices around one list."""

    def __init__(self, view: View, asked: Asked) -> None:
        self.view, self.asked = view, asked

    def modes(self) -> list[Choice]:
        """The faces of the same list."""
        shown = {"list", "pivot", *(kind for kind in ("kanban", "calendar", "graph") if getattr(self.view.spec, kind))}
        return [
            Choice(str(label), self.asked.url(view=None if mode == "list" else mode), mode == self.asked.mode, ICONS[mode])
            for mode, label in MODES.items()
            if mode in shown
        ]

    def filters(self) -> list[Choice]:
        """The named filters, each on or off."""
        chosen = self.asked.filters
        found = []
        for each in self.view.filters:
            names = [n for n in chosen if n != each.name] if each.name in chosen else [*chosen, each.name]
            found.append(Choice(translated(each.label), self.asked.url(filter=",".join(names)), each.name in chosen))
        return found

    def archive(self) -> Choice:
        """The archive instead of what is in use."""
        return Choice(str(_("Archived")), self.asked.url(archived=None if self.asked.archived else "1"), self.asked.archived)

    def groups(self) -> list[Choice]:
        """The fields to group by."""
        named = [slot.field for slot in self.view.search.group_by] or [
            path for path in self.view.fields.names() if self.view.fields[path].kind in ("choice", "relation", "boolean")
        ]
        paths = [path for path in named if path not in self.asked.groups]
        return [
            Choice(self.view.fields[path].shown_label(), self.asked.url(group=",".join([*self.asked.groups, path])))
            for path in paths
        ]

    def sorts(self, session: Session) -> list[Choice]:
        """The columns to sort by, where there is no room for heads; the one that leads is turned round."""
        lead, down = self.asked.order[0] if self.asked.order else ("", False)
        fields = [self.view.fields[path] for path in self.view.paths(session, self.asked.columns)]
        return [
            Choice(
                each.shown_label(),
                self.asked.url(order=f"-{each.path}" if each.path == lead and not down else each.path),
                each.path == lead,
                "sort-descending" if each.path == lead and not down else "sort-ascending",  # icon
            )
            for each in fields
            if not each.wrap and each.kind != "json"
        ]

    def columns(self, session: Session) -> Markup:
        """Every field that may be a column, as boxes of which those that are columns are ticked."""
        shown = tuple(self.asked.columns) or tuple(slot.field for slot in self.view.listing_spec.columns)

        def draw() -> Markup:
            fields = [self.view.fields[path] for path in dict.fromkeys([*shown, *self.view.fields.names()])]
            box = '<label><input type="checkbox" name="columns" value="{}"{}>{}</label>'
            boxes = (
                box.format(each.path, " checked" if each.path in shown else "", escaped(self.name(each)))
                for each in fields
                if each.kind not in ("json", "lines") and sees(session, each)
            )
            return Markup("".join(boxes))  # noqa: S704 (escaped above)

        return self.view.drawn(session, ("columns", shown), draw)

    def name(self, each: PathField) -> str:
        """A field with the addon's word before it, where it is another addon's."""
        prefix = each.path.rpartition(".")[0]
        label = each.shown_label()
        return label if prefix in ("", ASPECT) else f"{translated(prefix.capitalize())}: {label}"

    def kept(self, *without: str) -> Markup:
        """The address as hidden fields of a form that changes one part of it."""
        hidden = '<input type="hidden" name="{}" value="{}">'
        pairs = ((name, str(value)) for name, value in self.asked.values().items() if name not in without)
        return Markup("".join(hidden.format(name, escaped(value)) for name, value in pairs))  # noqa: S704 (escaped above)

    def export(self, kind: str) -> str:
        """The address of a file of this list."""
        return self.asked.url(export=kind)

    def entry(self, label: Any, url: str, icon_name: str, current: bool = False, stands: bool = False) -> Markup:
        """One link of a menu; a page has dozens, so it is no macro. `stands`: about how columns stand, so remembered."""
        state = ' aria-current="true"' if current else ""
        state += " data-layout" if stands else ""
        inner = f"{icon(icon_name)}{escaped(label)}"
        return Markup(f'<a role="menuitem" href="{escaped(url)}"{state}>{inner}</a>')  # noqa: S704 (escaped part by part)

    def as_delivered(self) -> str:
        """The list with the columns that its view says."""
        return self.asked.url(columns=None, widths=None, sums=None, freeze=None, row=None)

    def boxes(self) -> str:
        """The list with the row of boxes below its heads, or without."""
        return self.asked.url(row=None if self.asked.layout.row else "1")

    def collection_verbs(self, session: Session, screen: Any) -> list[Choice]:
        """Verbs that are about no single record, as links that ask what they need."""
        may = rights(session, self.view.model)
        verbs = screen.composition.verbs(self.view.model).values()
        return [
            Choice(translated(verb.label), f"{self.view.url}{verb.name}", verb.primary, verb.icon)
            for verb in verbs
            if verb.collection and may.may(verb.name)
        ]
