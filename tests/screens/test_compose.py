"""Views composed from several files: everything wrong is told at once, each with its place and a hint."""

from pathlib import Path
from typing import Any

from core.db import Base
from core.screens.views.checking import Known
from core.screens.views.compose import Source, Views, compose_views
from tests.screens import sample

BASE = """\
model: sample.Shop
list:
  columns: [name, city, owner, {field: rating, sum: true}, tags]
  order: [name_folded, -since]
  filters:
    - {name: near, label: Near, where: [[city, in, [Rosario, Salta]]]}
form:
  status: state
  groups:
    - {name: identity, fields: [name, email]}
    - {name: more, label: More, fields: [state, {field: active, widget: checkbox}]}
search: {fields: [name, city, owner.name], group_by: [city, month(since)]}
kanban: {column: state, card: [name, owner]}
calendar: {start: since, title: name}
pivot: {rows: [owner], columns: [month(since)], measures: ["sum:rating", count]}
graph: {dimension: month(since), measure: count}
aliases: {form.identification: form.identity}
"""
EXTENSION = """\
extends: sample.Shop
place:
  - {into: form.identity, after: name, fields: [billing.credit_limit]}
  - {into: form.identification, before: email, fields: [{field: billing.agent, widget: combobox}]}
  - {into: list, after: city, fields: [{field: billing.credit_limit, sum: true}]}
  - {into: search.filters, filters: [{name: indebted, label: In debt, where: [[billing.credit_limit, ">", 0]]}]}
  - {into: form, groups: [{name: billing, label: Billing, fields: [billing.agent]}]}
hide: [tags]
"""
MODELS: dict[str, Any] = {model.label(): model for model in sample.MODELS}


def composed(folder: Path, known: Known | None = None, **files: str) -> tuple[Views, list[str]]:
    for name, text in files.items():
        (folder / f"{name.replace('__', '+')}.yaml").write_text(text)
    names = tuple(name.replace("__", "+") for name in files)
    views, problems = compose_views([Source("sample", folder, names, frozenset({"elsewhere"}))], MODELS, known)
    return views, [f"{Path(p.file).name}:{p.line}:{p.column}: {p.message}" for p in problems]


def test_an_extension_is_placed_into_a_view(tmp_path: Path) -> None:
    views, problems = composed(tmp_path, shop=BASE, shop__billing=EXTENSION)
    assert problems == []
    view = views.of(sample.Shop)
    assert [slot.field for slot in view.form.groups[0].fields] == [
        "name",
        "billing.credit_limit",
        "billing.agent",
        "email",
    ]
    assert [group.name for group in view.form.groups] == ["identity", "more", "billing"]
    assert [slot.field for slot in view.listing_spec.columns] == [
        "name",
        "city",
        "billing.credit_limit",
        "owner",
        "rating",
    ]
    assert [each.name for each in view.filters] == ["near", "indebted"]
    assert view.order == (("name", False), ("since", True))
    assert view.searched == ("", "city", "owner.name")


def test_a_view_without_its_extension_is_whole(tmp_path: Path) -> None:
    views, problems = composed(tmp_path, shop=BASE)
    assert problems == []
    assert "billing.credit_limit" not in [slot.field for slot in views.of(sample.Shop).listing_spec.columns]


def test_moves_of_a_board_lead_somewhere(tmp_path: Path) -> None:
    board = "kanban: {column: state, card: [name], moves: {goood: welcome, lost: archive}}\n"
    _views, problems = composed(tmp_path, shop=f"model: sample.Shop\n{board}")
    assert problems == [
        "shop.yaml:2:54: sample.Shop has no verb 'welcome'",
        "shop.yaml:2:54: state has no word 'goood'; did you mean 'good'?",
        "shop.yaml:2:69: sample.Shop has no verb 'archive'",
    ]


def test_an_extension_of_an_optional_addon_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    _views, problems = composed(
        tmp_path, shop=BASE, shop__far="extends: elsewhere.Thing\nplace: [{into: list, fields: [x]}]\n"
    )
    assert problems == []


BAD_BASE = """\
model: sample.Shop
list:
  columns: [nmae, {field: city, widget: checkbox}, {field: city, sum: true}, orders.total]
  order: [-sicne, tags]
  filters: [{name: a, label: A, where: [[state, =, goood]]}, {name: a, label: B, where: [[x, =, 1]]}]
  default_filters: [b]
form:
  status: city
  figures: [balanse]
  groups: [{name: identity, fields: [nme, billing.credit_limt, owner.name]}]
  lines: [{name: lines, field: orders, columns: [number]}]
search: {fields: [rating, tags], group_by: [tags]}
kanban: {column: name, card: [orders], sum: city}
calendar: {start: name, title: title}
pivot: {rows: [orders.total], measures: ["sum:city", "mean:rating"]}
graph: {kind: bar, dimension: rating, measure: "sum:nmae"}
mail: owner
"""
BAD_EXTENSION = """\
extends: sample.Shop
place:
  - {into: form.identiy, fields: [email]}
  - {into: form.identity, after: emial, fields: [email]}
  - {into: list, filters: [{name: f, label: F, where: []}]}
hide: [fax]
"""
EXPECTED = [
    "bad.yaml:3:13: Shop has no field 'nmae'; did you mean 'name'?",
    "bad.yaml:3:41: the widget checkbox does not suit city, which is text",
    "bad.yaml:3:71: city cannot be added up",
    "bad.yaml:3:78: orders.total cannot be a column: a record may have several",
    "bad.yaml:4:11: Shop has no field 'sicne'; did you mean 'since'?",
    "bad.yaml:4:19: tags cannot be put in order: a record may have several",
    "bad.yaml:5:40: state = 'goood': it is one of new, good, lost",
    "bad.yaml:5:69: there are two filters named 'a'",
    "bad.yaml:5:89: Shop has no field 'x'",
    "bad.yaml:6:21: there is no filter named 'b'",
    "bad.yaml:8:11: city is no choice, so it has no status chain",
    "bad.yaml:9:13: no enabled addon declares a figure 'balanse' of sample.Shop; did you mean 'balance'?",
    "bad.yaml:10:38: Shop has no field 'nme'; did you mean 'name'?",
    "bad.yaml:10:43: ShopBilling has no field 'billing.credit_limt'; did you mean 'credit_limit'?",
    "bad.yaml:11:32: sample.Shop has no lines 'orders'",
    "bad.yaml:12:19: rating is no text that can be searched",
    "bad.yaml:12:27: tags is no text that can be searched",
    "bad.yaml:12:45: tags cannot be grouped by: a record may have several",
    "bad.yaml:13:18: name is neither a choice nor a relation, so it makes no columns",
    "bad.yaml:13:31: orders cannot be a column: a record may have several",
    "bad.yaml:13:45: sum:city: this field cannot be added up",
    "bad.yaml:14:19: name is neither a date nor a moment",
    "bad.yaml:14:32: Shop has no field 'title'; did you mean 'state'?",
    "bad.yaml:15:16: orders.total cannot be grouped by: a record may have several",
    "bad.yaml:15:42: sum:city: this field cannot be added up",
    "bad.yaml:15:54: There is no measure 'mean:rating'; write count, or sum:, avg:, min:, max: or distinct: and a field",
    "bad.yaml:16:48: Shop has no field 'nmae'; did you mean 'name'?",
    "bad.yaml:17:7: owner is no e-mail address: name one text of the record or of what it leads to",
    "shop+bad.yaml:3:12: there is no place 'form.identiy' in the view of sample.Shop; did you mean 'form.identity'?",
    "shop+bad.yaml:4:34: nothing is named 'emial' in form.identity of sample.Shop",
    "shop+bad.yaml:5:28: list holds fields, not filters",
    "shop+bad.yaml:6:8: nothing to hide: 'fax' is in no place of sample.Shop",
]


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    known = Known({sample.Shop: {"balance"}}, {}, complete=True)
    _views, problems = composed(tmp_path, known, bad=BAD_BASE, shop__bad=BAD_EXTENSION)
    assert sorted(problems) == sorted(EXPECTED)


def test_faults_of_the_schema_are_told_with_those_of_others(tmp_path: Path) -> None:
    _views, problems = composed(
        tmp_path,
        shop="model: sample.Shop\nlist: {colums: [name]}\n",
        order="model: sample.Sal\n",
        other="model: sample.Keeper\n",
        person="model: sample.Keeper\n",
    )
    assert problems == [
        "order.yaml:1:8: no enabled addon has a model 'sample.Sal'; did you mean 'sample.Sale'?",
        f"person.yaml:1:8: sample.Keeper has a view already, in {tmp_path / 'other.yaml'}:1:1",
        "shop.yaml:2:7: 'columns' is missing",
        "shop.yaml:2:8: unknown key 'colums'; did you mean 'columns'?",
    ]


def test_a_model_without_a_file_has_a_view(tmp_path: Path) -> None:
    views, _problems = composed(tmp_path)
    view = views.of(sample.Sale)
    assert view is views.of(sample.Sale)
    assert [slot.field for slot in view.listing_spec.columns] == [
        "number",
        "date",
        "shop",
        "total",
        "rate",
        "state",
        "placed_at",
    ]
    assert [lines.field for lines in view.form.lines] == ["lines"]
    assert (view.label, view.plural, view.url) == ("Sale", "Sales", "/sample/sale/")


def test_a_view_belongs_to_the_addon_of_its_model(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("model: sample.Shop\n")
    _views, problems = compose_views([Source("other", tmp_path, ("shop",))], MODELS)
    assert [p.message for p in problems] == ["sample.Shop belongs to sample: place fields into its view with `extends:`"]


def test_every_model_of_the_kernel_has_a_view() -> None:
    models = {m.class_ for m in Base.registry.mappers if m.class_.__addon__ == "core"}
    for model in models:
        assert Views(frozenset(models)).of(model).listing_spec.columns
