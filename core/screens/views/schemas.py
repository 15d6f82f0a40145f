"""What a view file may say: the schemas of `views/<model>.yaml` and of the extensions that place fields into it.

A slot is written as a bare field name or as a mapping; both read as `Slot`. Places that extensions name are the groups of
the form (`form.identity`), its lines (`form.lines.lines`), figures, panels and totals, the list, the kanban card and the
parts of the search.
"""

from typing import Any, Literal, get_args

from pydantic import Field, model_validator

from core.yaml_reader import Located

Widget = Literal[
    "text",
    "textarea",
    "email",
    "phone",
    "url",
    "money",
    "quantity",
    "percent",
    "date",
    "moment",
    "checkbox",
    "select",
    "status",
    "combobox",
    "tags",
    "color",
    "number",
    "password",
    "code",
]
WIDGETS: tuple[str, ...] = get_args(Widget)


class Slot(Located):
    """One field where a view shows it."""

    field: str
    widget: Widget | None = None
    label: str = ""
    sum: bool = False
    hint: str = ""
    readonly: bool = False
    required: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"field": value} if isinstance(value, str) else value


class Filter(Located):
    """A filter that has a name, so that an address and a chip can say it."""

    name: str
    label: str
    where: list[Any]


class ListSpec(Located):
    """The grid of a model."""

    columns: list[Slot]
    order: list[str] = Field(default_factory=list)
    filters: list[Filter] = Field(default_factory=list)
    default_filters: list[str] = Field(default_factory=list)
    group_by: list[str] = Field(default_factory=list)


class Group(Located):
    """A named place of a form."""

    name: str
    label: str = ""
    fields: list[Slot] = Field(default_factory=list)


class Lines(Located):
    """The lines of a document inside its form."""

    name: str
    field: str
    label: str = ""
    columns: list[Slot]
    readonly: list[str] = Field(default_factory=list)


class FormSpec(Located):
    """The form of a record: groups of fields, lines, totals, and what other addons know of it."""

    groups: list[Group] = Field(default_factory=list)
    status: str | None = None
    figures: list[Slot] = Field(default_factory=list)
    lines: list[Lines] = Field(default_factory=list)
    totals: list[Slot] = Field(default_factory=list)
    panels: list[Slot] = Field(default_factory=list)


class SearchSpec(Located):
    """What the search line looks into, and the filters and groups that it offers besides those of the list."""

    fields: list[Slot] = Field(default_factory=list)
    filters: list[Filter] = Field(default_factory=list)
    group_by: list[Slot] = Field(default_factory=list)


class KanbanSpec(Located):
    """A board: one column for each word of a choice or each record of a relation.

    `moves` names the verb that brings a card into a column, where that is more than writing a field.
    """

    column: str
    card: list[Slot]
    sum: str | None = None
    moves: dict[str, str] = Field(default_factory=dict)
    order: list[str] = Field(default_factory=list)


class CalendarSpec(Located):
    """Records on days."""

    start: str
    end: str | None = None
    title: str
    kind: str | None = None


class PivotSpec(Located):
    """The cube that a list opens with."""

    rows: list[str] = Field(default_factory=list)
    columns: list[str] = Field(default_factory=list)
    measures: list[str] = Field(default_factory=lambda: ["count"])


class GraphSpec(Located):
    """One measure over one dimension."""

    kind: Literal["bar", "line", "pie"] = "bar"
    dimension: str
    measure: str = "count"


class ViewSpec(Located):
    """`views/<model>.yaml`: every view of one model."""

    model: str
    icon: str = ""
    label: str = ""
    plural: str = ""
    listing: ListSpec | None = Field(default=None, alias="list")
    form: FormSpec | None = None
    search: SearchSpec | None = None
    kanban: KanbanSpec | None = None
    calendar: CalendarSpec | None = None
    pivot: PivotSpec | None = None
    graph: GraphSpec | None = None
    aliases: dict[str, str] = Field(default_factory=dict)


class Placement(Located):
    """What is placed, into which named place, beside what."""

    into: str
    after: str | None = None
    before: str | None = None
    fields: list[Slot] = Field(default_factory=list)
    filters: list[Filter] = Field(default_factory=list)
    groups: list[Group] = Field(default_factory=list)
    lines: list[Lines] = Field(default_factory=list)

    @model_validator(mode="after")
    def _places_something(self) -> "Placement":
        if not (self.fields or self.filters or self.groups or self.lines):
            raise ValueError("nothing is placed here: name fields, filters, groups or lines")
        if self.after and self.before:
            raise ValueError("say either 'after' or 'before'")
        return self

    @property
    def parts(self) -> list[Any]:
        """Everything that is placed, in order."""
        return [*self.fields, *self.filters, *self.groups, *self.lines]


class ExtensionSpec(Located):
    """`views/<model>+<aspect>.yaml`: what an addon places into, or hides from, the view of another's model."""

    extends: str
    place: list[Placement] = Field(default_factory=list)
    hide: list[Slot] = Field(default_factory=list)
    pivot: PivotSpec | None = None
    calendar: CalendarSpec | None = None
    graph: GraphSpec | None = None
    kanban: KanbanSpec | None = None
