"""Everything that the page of one record shows, put together for its template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from core.db import Archivable, Base
from core.i18n import _, translated
from core.operations import Verb, arguments_of
from core.screens.fields.field import fields_of
from core.screens.fields.rights import rights
from core.screens.fields.shown import WIDE, Cell, Looking
from core.screens.fields.texts import Texts
from core.screens.figures import Figure, Figures, FigureSpec, figures_of, sharing
from core.screens.forms.form import RecordForm
from core.screens.mailing.rights import may_mail
from core.screens.pages import part
from core.screens.panels import PanelSpec, counts_of, opened, shown_panels
from core.screens.views.schemas import Lines, Slot
from core.screens.views.view import View

ENDED = ("void",)
FIGURES = 6
KEYS = {"notes": "n"}


@dataclass(frozen=True)
class VerbButton:
    """A verb as a button; `asks` says that it needs an answer first, on a page of its own."""

    name: str
    label: str
    icon: str
    url: str
    main: bool
    asks: bool


@dataclass(frozen=True)
class LinesTable:
    """The lines of a document: to be edited (`entries`) or as texts (`rows`), in the order of `columns`."""

    name: str
    label: str
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    cells: dict[str, dict[str, Any]]
    reckoned: list[dict[str, Any]]
    editable: bool


@dataclass
class RecordPage:
    """One record on its page; `form` is there when the user may edit it."""

    view: View
    session: Session
    record: Any
    form: RecordForm | None
    looking: Looking
    is_new: bool = False
    panels: Mapping[str, PanelSpec] = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    verbs: Iterable[Verb] = ()
    open_panel: str = ""
    notice: Any = ""

    def values(self) -> dict[str, Any]:
        """The variables of form.html."""
        with sharing(self.session):
            return self._values()

    def _values(self) -> dict[str, Any]:
        panel = self.panel()
        return {
            "view": self.view,
            "record": self.record,
            "form": self.form,
            "is_new": self.is_new,
            "title": self.title(),
            "groups": self.groups() if not panel else [],
            "tables": self.tables() if not panel else [],
            "totals": self.totals() if not panel else [],
            "stages": self.stages(),
            "figures": self.shown_figures(),
            "verbs": self.buttons(),
            "tabs": self.tabs(),
            "panel": panel,
            "panel_html": self.panel_html(panel) if panel else "",
            "version": getattr(self.record, "version", None),
            "notice": self.notice,
            "url": self.url(),
            "may": self.may(),
            "recompute_url": url_for(".recompute", id=None if self.is_new else self.record.id),
        }

    def title(self) -> Any:
        """What stands above the page."""
        return _("New {kind}", kind=self.view.label.lower()) if self.is_new else self.record.title

    def url(self, more: str = "") -> str:
        """The address of the record."""
        return f"{self.view.url}{'new' if self.is_new else self.record.id}{more}"

    def may(self) -> dict[str, bool]:
        """What the user may do beside the verbs."""
        may, frozen = rights(self.session, self.view.model), self.record.is_frozen
        kept = not self.is_new
        return {
            "create": may.may("create"),
            "delete": kept and may.may("delete") and not frozen,
            "archive": kept and may.may("update") and isinstance(self.record, Archivable) and not frozen,
            "history": kept and type(self.record).__history__,
            "mail": kept and may_mail(self.session, self.view),
        }

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The groups of the form with their cells: names of boxes of the form, or texts."""
        found = []
        for group in self.view.form.groups:
            cells = [cell for slot in group.fields if (cell := self.cell(slot)) is not None]
            if cells:
                found.append((translated(group.label), cells))
        return found

    def cell(self, slot: Slot) -> Any:
        """A box of the form, or a text; None for what the user may not see."""
        if self.form is not None and slot.field in self.form:
            return {"box": slot.field, "wide": self.form.entries[slot.field].widget in WIDE}
        return self.looking.cell(slot)

    def tables(self) -> list[LinesTable]:
        """The lines of the document."""
        return [table for lines in self.view.form.lines if (table := self.table(lines)) is not None]

    def table(self, lines: Lines) -> LinesTable | None:
        """One list of lines; None if the user may not see it."""
        own = fields_of(self.view.model).get(lines.field)
        if own is None or own.target is None or not self.looking.sees(own):
            return None
        target: Any = own.target
        slots = [slot for slot in lines.columns if self.looking.may_be_seen(target, slot.field)]
        records = list(getattr(self.record, lines.field))
        texts = [[self.looking.cell(slot, line) for slot in slots] for line in records]
        editable = self.form is not None and lines.field in self.form
        rows = [[cell.value if cell else "" for cell in row] for row in texts]
        first = texts[0] if texts else [None] * len(slots)
        heads = [cell or self.head(target, slot) for cell, slot in zip(first, slots, strict=True)]
        columns = [self.column(head, lines) for head in heads]
        by_name = [{c.name: c.value for c in row if c} for row in texts]
        cells = {str(line.id): row for line, row in zip(records, by_name, strict=True) if line.id}
        fixed = [column["name"] for column in columns if column["readonly"]]
        reckoned = [{name: row.get(name, "") for name in fixed} for row in by_name]
        return LinesTable(lines.field, translated(lines.label) or own.label, columns, rows, cells, reckoned, editable)

    def head(self, model: Any, slot: Slot) -> Cell:
        """The head of a column without a line to read it from."""
        return self.looking.cell(slot, model()) or Cell(slot.field, slot.label, "")

    def column(self, head: Cell, lines: Lines) -> dict[str, Any]:
        """A column as the lines table wants it."""
        boxes = self.form.lines.get(lines.field, {}) if self.form is not None else {}
        entry = boxes.get(head.name)
        kind = "wide" if head.name in (lines.columns[0].field, "description") else ""
        if entry is not None and not kind:
            kind = {"percent": "narrow", "relation": "middle"}.get(entry.field.kind, "")
        return {"name": head.name, "label": head.label, "number": head.number, "kind": kind, "readonly": entry is None}

    def totals(self) -> list[dict[str, Any]]:
        """The totals below the lines; the last is the grand one."""
        cells = [cell for slot in self.view.form.totals if (cell := self.looking.cell(slot)) is not None]
        currency = getattr(self.record, "currency", None)
        last = len(cells) - 1
        labels = [f"{c.label} {currency}" if currency and i == last else c.label for i, c in enumerate(cells)]
        return [{"label": labels[i], "value": c.value, "grand": i == last} for i, c in enumerate(cells)]

    def stages(self) -> dict[str, Any] | None:
        """The status chain; a record that left it says so instead."""
        name = self.view.form.status
        known = fields_of(self.view.model).get(name) if name else None
        if known is None or not self.looking.sees(known):
            return None
        current = getattr(self.record, known.key) or known.default
        on_chain = [word for word in known.choices if known.marks.get(word) not in ENDED]
        left = known.label_of(current) if current and current not in on_chain else ""
        steps = [(word, known.label_of(word)) for word in on_chain]
        return {"steps": steps, "current": current, "label": known.label, "void": left}

    def shown_figures(self) -> list[dict[str, Any]]:
        """The figures strip."""
        if self.is_new:
            return []
        names = [slot.field for slot in self.view.form.figures]
        return strip_of(figures_of(self.figures, self.session, self.record, names, FIGURES), self.looking.texts)

    def buttons(self) -> list[VerbButton]:
        """The verbs that suit the record now and that the user may do; one of them is the main one."""
        if self.is_new:
            return []
        shown = list(self.verbs)
        main = next((verb for verb in shown if verb.primary), None)
        return [
            VerbButton(
                verb.name,
                translated(verb.label),
                verb.icon,
                self.url(f"/{verb.name}"),
                verb is main,
                bool(verb.confirm or arguments_of(verb)),
            )
            for verb in shown
        ]

    def panel(self) -> PanelSpec | None:
        """The panel that is open; None while the record's own fields are."""
        return None if self.is_new else opened(self.shown_panels(), self.open_panel)

    def panel_html(self, panel: PanelSpec) -> Any:
        """The open panel, drawn by its addon's template."""
        return part(panel.template, view=self.view, record=self.record, **dict(panel(self.session, self.record)))

    def shown_panels(self) -> dict[str, PanelSpec]:
        """The panels that the view names, in its order."""
        return shown_panels(self.panels, [slot.field for slot in self.view.form.panels])

    def tabs(self) -> list[dict[str, Any]]:
        """The record's own fields and its panels; nothing if there are none."""
        shown = self.shown_panels()
        if self.is_new:
            return []
        now, counts = self.panel(), counts_of(shown, self.session, self.record)
        own = {"label": _("Details"), "url": f"{self.url()}?panel=details", "current": now is None, "key": "e"}
        others = [
            {
                "label": each.label,
                "url": f"{self.url()}?panel={name}",
                "current": each is now,
                "count": counts.get(name),
                "key": KEYS.get(name) if now is None else "",  # a panel may have its own use of the letter
            }
            for name, each in shown.items()
        ]
        opening = [tab for tab, each in zip(others, shown.values(), strict=True) if each.first]
        return [*opening, own, *(tab for tab in others if tab not in opening)]


def addresses(models: Iterable[type[Base]]) -> dict[type[Base], str]:
    """Where the records of each model have their pages; the kernel's own have none."""
    return {model: f"/{model.__addon__}/{model.__slug__}/" for model in models if model.__addon__ != "core"}


def strip_of(found: Iterable[tuple[FigureSpec, Figure]], texts: Texts) -> list[dict[str, Any]]:
    """Figures as the figures strip shows them."""
    return [
        {
            "label": spec.label,
            "value": texts.plain(each.kind, each.value) or "–",
            "note": each.note,
            "url": each.url,
            "kind": each.tone or ("zero" if each.value in (0, None) else ""),
        }
        for spec, each in found
    ]
