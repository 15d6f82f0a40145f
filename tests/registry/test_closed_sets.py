"""Whatever closed set of addons a business enables, it has a complete product without a trace of the others."""

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from lxml import html
from sqlalchemy import inspect, select

from addons.erp_ledger.setup import ACCOUNTS, JOURNALS
from core.db import Base, Extension
from core.i18n import humanised, read_catalog
from core.registry.composition import CORE, Composition
from core.registry.discover import Discovery
from core.screens.fields.field import fields_of
from core.screens.figures import FigureSpec
from core.screens.panels import PanelSpec
from core.screens.reports.report import ReportSpec
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, closure, installed, known

Names = tuple[str, ...]
FIXED = ("/", "/reports/", "/find?q=ana")
SETTINGS = ("/settings/roles", "/settings/users/new", "/settings/signals", "/settings/health")
CRM = ("crm_agenda", "crm_contacts", "crm_tickets")
FEW = [CRM, ("base_catalog", "crm_contacts", "erp_invoicing", "erp_ledger"), ("base_catalog", "crm_contacts", "erp_stock")]
KERNEL_TABLES = {"sqlite_sequence", "alembic_version"}


def needs_of(size: int) -> list[Names]:
    """The smallest closed set with each addon, or with each two of them."""
    chosen = combinations(sorted(known().addons), size)
    return sorted({tuple(sorted(closure(list(names), known()))) for names in chosen})


ONES, PAIRS = needs_of(1), sorted({*needs_of(1), *needs_of(2)})


def closed_sets(discovery: Discovery) -> list[Names]:
    """Every set of addons that holds what each of them needs."""
    names = sorted(discovery.addons)
    sets = (chosen for size in range(1, len(names) + 1) for chosen in combinations(names, size))
    return [chosen for chosen in sets if all(set(discovery.addons[name].depends) <= set(chosen) for name in chosen)]


@pytest.fixture(scope="module")
def everything() -> Iterator[Tandem]:
    """All addons on one database; each set is composed upon it, so that the tables of the others are there as well."""
    with installed("sqlite", list(known().addons)) as made:
        yield made


def test_every_closed_set_composes(everything: Tandem) -> None:
    """There are as many as the manifests allow; those that are not looked at below compose too, each with its menu."""
    sets = closed_sets(known())
    assert len(set(sets)) == len(sets) == 89
    assert {CRM, *FEW, *PAIRS} <= set(sets)
    for names in set(sets) - set(PAIRS):
        composition = everything.kernel.compose(names)
        assert (composition.broken, set(composition.names)) == ({}, set(names)), names
        assert {link.addon for link in composition.menu} == set(names), names


@pytest.mark.parametrize("names", [*PAIRS, CRM, tuple(sorted(known().addons))], ids="+".join)
def test_a_closed_set_shows_no_trace_of_the_others(names: Names, everything: Tandem) -> None:
    """What one addon or two need: of one, every screen; of two, what both may reach into."""
    composition = everything.kernel.compose(names, everything.composition.generation)
    assert_complete(Tandem(everything.kernel, composition), everything.composition, thorough=names in ONES)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("names", FEW, ids="+".join)
def test_a_closed_set_is_complete_on_a_database_of_its_own(names: Names, kind: str, everything: Tandem) -> None:
    """No table of another addon is there, and none is missed."""
    with installed(kind, names) as tandem:
        tables = inspect(tandem.database.engine).get_table_names()
        assert {table for table in tables if not table.startswith(("core_", *names))} <= KERNEL_TABLES
        assert_complete(tandem, everything.composition, thorough=False)


def assert_complete(tandem: Tandem, everything: Composition, thorough: bool) -> None:
    """It composes, is healthy, its pages render, and no address, word, panel, figure or field of another is there."""
    composition = tandem.composition
    assert composition.broken == {}
    assert tandem.broken() == []
    absent = {addon.name for addon in everything.addons} - set(composition.names)
    foreign = words_of(everything, absent) - words_of(everything, set(composition.names)) - said_by(composition)
    client = tandem.client("admin")
    found: list[str] = []
    for path in paths(tandem, thorough):
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        found += [f"{path}: {trace}" for trace in traces(answer.text, absent, foreign)]
    document = client.get("/api/v1/openapi.json").text
    found += [f"API: {name}" for name in absent if name in json.dumps(json.loads(document)["paths"])]
    assert found == [], found


def paths(tandem: Tandem, thorough: bool) -> list[str]:
    """The kernel's pages, those that addons reach into with what they know, and, thoroughly, the list of every screen."""
    screens = [link.url for link in tandem.composition.menu if link.model is not None]
    shared = [url for url in screens if url.split("/")[2] in ("contact", "product", "quote", "invoice", "delivery")]
    lists = [*SETTINGS, *screens] if thorough else shared
    return [*FIXED, *dict.fromkeys(lists), *(f"{url}new" for url in dict.fromkeys(shared)), *cards(tandem)]


def cards(tandem: Tandem) -> Iterator[str]:
    """A contact and a product, made here unless they are there, with each of their panels."""
    for label, values in (
        ("crm_contacts.Contact", {"name": "Ana"}),
        ("base_catalog.Product", {"code": "CHA", "name": "Chair"}),
    ):
        model: Any = tandem.composition.models.get(label)
        if model is None:
            continue
        with tandem.write("admin") as session:
            record = session.scalars(select(model).limit(1)).first() or model(**values)
            session.add(record)
            session.flush()
            base = f"/{model.__addon__}/{model.__slug__}/{record.id}"
        yield from (base, f"{base}?panel=details", f"{base}/history")
        yield from (f"{base}?panel={name}" for name in tandem.composition.panels.get(model, {}))


def traces(page: str, absent: set[str], foreign: set[str]) -> Iterator[str]:
    """Names of absent addons anywhere in the markup, and their words where they stand by themselves."""
    yield from (name for name in sorted(absent) if name in page)
    texts = {" ".join(text.split()).rstrip("….") for text in html.fromstring(page).itertext()}
    yield from sorted(texts & foreign)


def words_of(composition: Composition, names: set[str]) -> set[str]:
    """What addons call themselves, their menus, roles, screens, verbs, panels, figures, reports, fields in others."""
    return set().union(*(words_by_addon(composition).get(name, set()) for name in names))


_words: dict[int, dict[str, set[str]]] = {}


def words_by_addon(composition: Composition) -> dict[str, set[str]]:
    """The words of each addon, gathered once for a composition."""
    if id(composition) not in _words:
        _words[id(composition)] = gathered(composition)
    return _words[id(composition)]


def gathered(composition: Composition) -> dict[str, set[str]]:
    """The words of each addon."""
    found: dict[str, set[str]] = {addon.name: {addon.manifest.name} for addon in composition.addons}
    for link in composition.menu:
        found[link.addon].add(link.label)
    for role in composition.permissions.roles.values():
        found.get(role.addon, set()).add(role.label)
    for kind in (PanelSpec, FigureSpec, ReportSpec):
        for addon, spec in composition.declared(kind):
            found[addon].add(spec.text)
    for model in (m for m in composition.models.values() if m.__addon__ != "core"):
        found[model.__addon__] |= own_words(composition, model)
        for verb in composition.verbs(model).values():
            found[verb.addon].add(verb.label.rstrip("…."))
    return found


def own_words(composition: Composition, model: type[Base]) -> set[str]:
    """What a model's screen is called; of what extends another's records, the fields."""
    if issubclass(model, Extension):
        return {field.label for field in fields_of(model).values()}
    view = composition.views.of(model)
    return {view.label, view.plural}


def said_by(composition: Composition) -> set[str]:
    """What the kernel and these addons say themselves, by their catalogs; the ledger's chart and journals are its own."""
    folders = [CORE, *(addon.folder for addon in composition.addons)]
    chart = {name for _code, name, *_rest in ACCOUNTS} | {name for _kind, _code, name in JOURNALS}
    models = {humanised(model.__name__) for model in composition.models.values()}
    return set().union(*(read_catalog(folder / "translations" / "es.po") for folder in folders), chart, models)
