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
    "reminders",
    "recurrence",
]
WIDGETS: tuple[str, ...] = get_args(Widget)


class Slot(Located):
    """One field where a view shows it."""

    field: str
    """A field by name or path: `subject`, `contact.city`, `billing.credit_limit`; in `figures` and `panels` one of those."""
    widget: Widget | None = None
    """How it is shown and written, where that is not the usual way of its type."""
    label: str = ""
    """What it is called here, instead of the model's own label."""
    sum: bool = False
    """Whether the list adds it up: below each group, and at its end."""
    hint: str = ""
    """A line of help below the box."""
    readonly: bool = False
    """Shown only, whoever looks."""
    required: bool | None = None
    """Must be filled in here, although the model could do without."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"field": value} if isinstance(value, str) else value


class Filter(Located):
    """A filter that has a name, so that an address and a chip can say it."""

    name: str
    """How the address says it: `?filter=open`."""
    label: str
    """What its chip says."""
    where: list[Any]
    """Conditions `[path, operator, value]`, joined by and."""


class ListSpec(Located):
    """The grid of a model."""

    columns: list[Slot]
    """The columns, from left to right."""
    order: list[str] = Field(default_factory=list)
    """What the list is sorted by; `-` before a path turns it round."""
    filters: list[Filter] = Field(default_factory=list)
    """Filters that have a name."""
    default_filters: list[str] = Field(default_factory=list)
    """Names of the filters that are on when the list opens."""
    group_by: list[str] = Field(default_factory=list)
    """What the list is grouped by when it opens; a date by period: `month(date)`."""
    empty: str = ""
    """What a list without any record says: what will stand here and how it comes."""


class Group(Located):
    """A named place of a form."""

    name: str
    """The name by which extensions find it: `form.<name>`."""
    label: str = ""
    """Its heading; empty for none."""
    fields: list[Slot] = Field(default_factory=list)
    """The fields in it."""


class Lines(Located):
    """The lines of a document inside its form."""

    name: str
    """The name by which extensions find it: `form.lines.<name>`."""
    field: str
    """The relationship of the model that holds the lines."""
    label: str = ""
    """The heading of the table."""
    columns: list[Slot]
    """The fields of each line."""
    readonly: list[str] = Field(default_factory=list)
    """Columns that are shown only."""


class FormSpec(Located):
    """The form of a record: groups of fields, lines, totals, and what other addons know of it."""

    groups: list[Group] = Field(default_factory=list)
    """The groups of fields, from the top."""
    status: str | None = None
    """A choice of the model that is shown as a chain of states."""
    figures: list[Slot] = Field(default_factory=list)
    """Figures that enabled addons declare, above the fields."""
    lines: list[Lines] = Field(default_factory=list)
    """The tables of lines."""
    totals: list[Slot] = Field(default_factory=list)
    """Fields shown below the lines."""
    panels: list[Slot] = Field(default_factory=list)
    """Panels that enabled addons declare, as tabs."""


class SearchSpec(Located):
    """What the search line looks into, and the filters and groups that it offers besides those of the list."""

    fields: list[Slot] = Field(default_factory=list)
    """What a typed word is looked for in."""
    filters: list[Filter] = Field(default_factory=list)
    """Filters besides those of the list."""
    group_by: list[Slot] = Field(default_factory=list)
    """What the list offers to group by."""


class KanbanSpec(Located):
    """A board: one column for each word of a choice or each record of a relation.

    `moves` names the verb that brings a card into a column, where that is more than writing a field.
    """

    column: str
    """The choice or relation whose values are the columns."""
    card: list[Slot]
    """The fields on a card; the first is its title."""
    sum: str | None = None
    """A number that each column adds up."""
    moves: dict[str, str] = Field(default_factory=dict)
    """For a word of the choice, the verb that brings a card there."""
    by: list[str] = Field(default_factory=list)
    """Other choices and relations that the reader may take for columns; there cards move by writing the field."""
    quick: list[Slot] = Field(default_factory=list)
    """What is asked when a card is made in a column; the title and what is required, unless said."""
    due: str | None = None
    """A date or moment by which a card is wanted: its card says how many days are left, and is coloured."""
    position: str | None = None
    """A whole number of the model that keeps the order of the cards in a column, changed by dragging them."""


class CalendarSpec(Located):
    """Records on days."""

    start: str
    """A date or a moment."""
    end: str | None = None
    """Where it ends; without it, it is a point in time."""
    all_day: str | None = None
    """A yes or no that says that it is of whole days."""
    title: str
    """What an entry says."""
    kind: str | None = None
    """A choice or relation that colours it, and by which entries are shown and hidden."""
    quick: list[Slot] = Field(default_factory=list)
    """What is asked when a stretch of time is drawn; title, kind, times and what is required, unless said."""


class PivotSpec(Located):
    """The cube that a list opens with."""

    rows: list[str] = Field(default_factory=list)
    """Paths that make the rows."""
    columns: list[str] = Field(default_factory=list)
    """Paths that make the columns."""
    measures: list[str] = Field(default_factory=lambda: ["count"])
    """`count`, or `sum:`, `avg:`, `min:`, `max:`, `distinct:` and a path."""


class GraphSpec(Located):
    """One measure over one dimension, perhaps parted by a second."""

    kind: Literal["bar", "line", "pie"] = "bar"
    """Which graph."""
    dimension: str
    """The path along its axis."""
    measure: str = "count"
    """As in a pivot."""
    stack: str | None = None
    """A path that parts each bar or line."""
    top: int | None = None
    """Shows so many of the largest; the rest is one bar."""


class ViewSpec(Located):
    """`views/<model>.yaml`: every view of one model."""

    model: str
    """The model, with its addon: `crm_tickets.Ticket`."""
    icon: str = ""
    """A Tabler icon."""
    label: str = ""
    """What one record is called."""
    plural: str = ""
    """What several are called."""
    listing: ListSpec | None = Field(default=None, alias="list")
    """The grid."""
    form: FormSpec | None = None
    """The form."""
    search: SearchSpec | None = None
    """The search line."""
    kanban: KanbanSpec | None = None
    """The board."""
    calendar: CalendarSpec | None = None
    """The calendar."""
    pivot: PivotSpec | None = None
    """The cube."""
    graph: GraphSpec | None = None
    """The graph."""
    mail: str = ""
    """The path of the e-mail address that letters about a record go to; found by itself unless said: `contact.email`."""
    aliases: dict[str, str] = Field(default_factory=dict)
    """Places that were renamed: old name to new name, kept for a release."""


class Placement(Located):
    """What is placed, into which named place, beside what."""

    into: str
    """The place: `form.identity`, `list`, `search.filters`."""
    after: str | None = None
    """Behind this field or part of the place; at its end unless said."""
    before: str | None = None
    """Before it."""
    fields: list[Slot] = Field(default_factory=list)
    """Fields, figures or panels."""
    filters: list[Filter] = Field(default_factory=list)
    """Filters, into `list.filters` or `search.filters`."""
    groups: list[Group] = Field(default_factory=list)
    """Groups, into `form`."""
    lines: list[Lines] = Field(default_factory=list)
    """Tables of lines, into `form.lines`."""

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
    """The model whose view is extended, with its addon."""
    place: list[Placement] = Field(default_factory=list)
    """What is placed where."""
    hide: list[Slot] = Field(default_factory=list)
    """Fields that are taken out of every place."""
    pivot: PivotSpec | None = None
    """A cube, if the view has none."""
    calendar: CalendarSpec | None = None
    """A calendar, if it has none."""
    graph: GraphSpec | None = None
    """A graph, if it has none."""
    kanban: KanbanSpec | None = None
    """A board, if it has none."""
