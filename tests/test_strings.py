"""Every string that people see is in the Spanish and the Russian catalog: of Python, templates, YAML and models."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.access.audit import KINDS as AUDITED
from core.access.trail import CHANGE_KINDS, VIAS
from core.i18n import LANGUAGES, humanised, read_catalog
from core.importing.importer import Importer
from core.jobs import jobs_known
from core.mail import SECURITY
from core.operations import verbs_of
from core.screens.fields.attributes import attributes_of
from core.screens.fields.field import fields_of
from core.testing.tandem import Tandem, closure, installed, known
from core.web.imports import STATES as IMPORT_STATES
from core.web.imports import VERDICTS
from core.web.settings import OWN, PEOPLE, SYSTEM
from core.web.settings.addons import GROUPS, STATES
from core.web.settings.languages import FIRST_DAYS
from core.web.settings.outbox import KINDS as OUTBOX_KINDS
from core.web.settings.outbox import STATES as OUTBOX_STATES

ROOT = Path(__file__).resolve().parent.parent
ADDONS = sorted(known().addons)
SHOWN_KEYS = {"label", "plural", "hint", "placeholder", "empty"}
SPOKEN = re.compile(r"""(?<![\w.])_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
NO_WORDS = re.compile(r"[\W\d_]*(?:\{\w+\}[\W\d_]*)*")


def of_python(path: Path) -> Iterator[str]:
    """Messages of `_()` and `translated()`, labels and questions given by name, labels in a column's info."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in ("_", "translated") and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
            named = [k for k in node.keywords if k.arg in ("label", "confirm", "hint") and isinstance(k.value, ast.Constant)]
            yield from (str(k.value.value) for k in named if isinstance(k.value, ast.Constant) and k.value.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in ("label", "hint") and isinstance(value, ast.Constant):
                    yield str(value.value)


def of_template(path: Path) -> Iterator[str]:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for double, single in SPOKEN.findall(text):
        yield (double or single).replace('\\"', '"').replace("\\'", "'")


def of_yaml(path: Path, *more: str) -> Iterator[str]:
    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {*SHOWN_KEYS, *more} and isinstance(value, str):
                    yield value
                yield from walk(value)
        elif isinstance(node, list):
            for each in node:
                yield from walk(each)

    yield from walk(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))


def of_files(folder: Path) -> set[str]:
    """What the files of the kernel or of an addon say."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if "tests" in path.parts or "testing" in path.parts or "node_modules" in path.parts or "static" in path.parts:
            continue
        if path.suffix == ".py":
            found.update(of_python(path))
        elif path.suffix == ".html":
            found.update(of_template(path))
        elif path.suffix == ".yaml" and path.parent.name == "views":
            found.update(of_yaml(path))
    return found


def of_addon(name: str, tandem: Tandem) -> set[str]:
    """What an addon says, with the words of its models, roles, verbs, figures and jobs."""
    addon = known().addons[name]
    found = of_files(addon.folder) | set(of_yaml(addon.folder / "permissions.yaml", "summary"))
    found |= {addon.manifest.name, addon.manifest.summary, *(entry.label for entry in addon.manifest.menu)}
    for model in (m for m in tandem.composition.models.values() if m.__addon__ == name):
        view = tandem.composition.views.of(model)  # type: ignore[attr-defined]
        found |= {view.spec.label or humanised(model.__slug__)}
        for verb in verbs_of(model).values():
            found |= {verb.label, verb.confirm or ""}
        named = set(attributes_of(model))
        for field in (field for name, field in fields_of(model).items() if name in named):
            found |= {field.text, field.hint, *(field.labels.get(c) or humanised(c) for c in field.choices)}
    for owner, importer in tandem.composition.declared(Importer):
        found |= {humanised(alias) for alias in importer.aliases} if owner == name else set()
    return found | {job.label for job in jobs_known().values() if job.addon == name}


@cache
def of_core() -> set[str]:
    found = of_files(ROOT / "core")
    found |= {text for pages in (OWN, PEOPLE, SYSTEM) for page in pages for text in (page.label, page.note)}
    found |= {label for _key, label in GROUPS}
    for words in (AUDITED, CHANGE_KINDS, VIAS, SECURITY, OUTBOX_STATES, OUTBOX_KINDS, FIRST_DAYS):
        found |= {*words.values()}
    found |= {word for _mark, word in (*IMPORT_STATES.values(), *STATES.values())}
    found |= {word for _mark, *words in VERDICTS.values() for word in words}
    return found | {job.label for job in jobs_known().values() if job.function.__module__.startswith("core.")}


def missing(said: set[str], language: str, *folders: Path) -> list[str]:
    there: dict[str, str] = {}
    for folder in folders:
        there |= read_catalog(folder / "translations" / f"{language}.po")
    return sorted(text for text in said if text and text not in there and not NO_WORDS.fullmatch(text))


@pytest.fixture(scope="module")
def everything() -> Iterator[Tandem]:
    with installed("sqlite", ADDONS) as made:
        yield made


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_string_of_the_kernel_is_translated(language: str) -> None:
    assert len(of_core()) > 500
    assert missing(of_core(), language, ROOT / "core") == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("name", ADDONS)
def test_every_string_of_an_addon_is_translated(name: str, language: str, everything: Tandem) -> None:
    """In its own catalog or in those of what is always there with it."""
    there = [known().addons[each].folder for each in closure([name], known())]
    said = of_addon(name, everything)
    assert len(said) > 30
    assert missing(said, language, ROOT / "core", *there) == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_keep_their_placeholders(language: str) -> None:
    wrong = []
    for folder in [ROOT / "core", *(known().addons[name].folder for name in ADDONS)]:
        for message, text in read_catalog(folder / "translations" / f"{language}.po").items():
            if sorted(set(re.findall(r"\{\w+\}", message))) != sorted(set(re.findall(r"\{\w+\}", text))):
                wrong.append(f"{folder.name}: {message}")
    assert wrong == []
