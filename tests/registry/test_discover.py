"""Addons are found in every kind of place; every fault of every file is told at once, with its line."""

import sys
from pathlib import Path

import pytest

from core.registry.discover import discover
from core.registry.manifest import Requirement, version_key
from core.registry.order import dependants, in_order, with_needs
from tests.registry.samples import bare, new_name, sample, write


def told(root: Path) -> list[str]:
    return [
        f"{Path(p.file).name}:{p.line}:{p.column}: {p.message}" for p in discover([], root, installed=False).all_problems()
    ]


def test_an_addon_without_faults(tmp_path: Path) -> None:
    name = new_name()
    sample(tmp_path, name)
    found = discover([], tmp_path, installed=False)
    assert found.all_problems() == []
    assert found.addons[name].version == "0.1.0"


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    name = new_name("faulty")
    folder = sample(tmp_path, name, "depends: [crm_contcts]\n")
    bare(tmp_path, "crm_contacts")
    text = (folder / "manifest.yaml").read_text()
    text = text.replace("permissions.yaml", "permission.yaml").replace("views: [", "views: [lst, ")
    (folder / "manifest.yaml").write_text(text)
    write(folder, {"views/extra.yaml": "x", "translations/pt.po": "", "bridges/erp_stock.py": ""})
    assert told(tmp_path) == [
        "erp_stock.py:1:1: a bridge to 'erp_stock', which is neither in depends nor in optional",
        "manifest.yaml:7:9: there is no file views/lst.yaml",
        "manifest.yaml:8:14: there is no file permission.yaml",
        "manifest.yaml:11:11: there is no addon 'crm_contcts'; did you mean 'crm_contacts'?",
        "pt.po:1:1: no such translation is read; those are es.po, ru.po",
        "extra.yaml:1:1: this view is not declared",
    ]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("depend: []\n", "4:1: unknown key 'depend'; did you mean 'depends'?"),
        ("version: 2\n", "4:1: 'version' appears twice; the first is on line 3"),
        ("depends: ['a b']\n", "4:10: 'a b' is not a name with versions such as crm_contacts>=1.0,<2"),
        (
            "menu: [{label: X, section: Custmers, path: /x}]\n",
            "4:28: 'Custmers' is not one of Customers, Operations, Analysis, Set-up; did you mean 'Customers'?",
        ),
        ("menu: [{label: X, section: Analysis}]\n", "4:8: a menu entry leads to one of screen, report or path"),
        ("models: [Note]\n", "4:9: there is no models.py"),
        ("views: [a, a]\n", "4:12: 'a' is listed twice"),
        ("depends: [SELF]\n", "4:11: SELF cannot stand on itself"),
    ],
)
def test_one_fault(tmp_path: Path, lines: str, fault: str) -> None:
    name = new_name()
    bare(tmp_path, name, lines.replace("SELF", name))
    assert f"manifest.yaml:{fault.replace('SELF', name)}" in told(tmp_path)


def test_a_folder_without_a_good_name(tmp_path: Path) -> None:
    bare(tmp_path, "Notes")
    assert "'Notes' is no addon name" in told(tmp_path)[0]


def test_missing_old_and_circular_needs(tmp_path: Path) -> None:
    base, new, low, high = (new_name(word) for word in ("base", "new", "low", "high"))
    bare(tmp_path, base)
    bare(tmp_path, new, f"depends: ['{base}>=1.3']\noptional: ['{base}<1.2']\n")
    bare(tmp_path, low, f"depends: ['{high}', '{base}>=1.2,<2']\n")
    bare(tmp_path, high, f"depends: ['{low}']\n")
    first, second = sorted([low, high])
    faults = told(tmp_path)
    assert f"manifest.yaml:4:11: {new} needs {base}>=1.3, but {base} is 1.2.0" in faults
    assert f"manifest.yaml:5:12: {new} needs {base}<1.2, but {base} is 1.2.0" in faults
    assert faults.count(f"manifest.yaml:4:10: these addons stand on each other: {first} -> {second} -> {first}") == 2
    assert len(faults) == 4


def test_versions_are_numbers() -> None:
    assert version_key("1.10") > version_key("1.9.3")
    assert version_key("1.0.0") == version_key("1")
    assert Requirement.parse("crm_contacts >= 1.0, < 2").accepts("1.99")
    assert not Requirement.parse("crm_contacts>=1.0,<2").accepts("2.0")


def test_order_and_dependants(tmp_path: Path) -> None:
    a, b, c, d = (new_name(word) for word in "abcd")
    bare(tmp_path, a, f"depends: [{c}]\n")
    bare(tmp_path, b, f"depends: [{a}, {c}]\n")
    bare(tmp_path, c)
    bare(tmp_path, d)
    addons = discover([], tmp_path, installed=False).addons
    assert [addon.name for addon in in_order(addons.values()) if addon.name != d] == [c, a, b]
    assert [addon.name for addon in with_needs(addons, [b])] == [c, a, b]
    assert dependants(addons, c, list(addons)) == [b, a]
    assert dependants(addons, c, [a, c, d]) == [a]
    assert dependants(addons, d, list(addons)) == []


def test_folders_and_distributions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs, installed, again = tmp_path / "mine", tmp_path / "theirs", tmp_path / "site", tmp_path / "again"
    one, two, three = new_name("one"), new_name("two"), new_name("three")
    bare(mine, one, operations__py="answer = 1\n")
    bare(theirs, two, operations__py="answer = 2\n")
    bare(installed / f"acme_{three}", three, __init____py="", operations__py="answer = 3\n")
    bare(again, one)
    write(
        installed / f"acme_{three}.dist-info",
        {
            "METADATA": f"Metadata-Version: 2.1\nName: acme-{three}\nVersion: 1\n",
            "entry_points.txt": f"[tandem.addons]\n{three} = acme_{three}.{three}\n",
        },
    )
    monkeypatch.syspath_prepend(str(installed))
    found = discover([theirs, again], mine)
    assert {one, two, three} <= found.addons.keys()
    assert found.addons[one].folder == mine / one
    assert [p.message for p in found.problems[str(again / one)]] == [
        f"an addon {one!r} lies in {mine / one} too; this one is left out"
    ]
    for number, name in enumerate((one, two, three), start=1):
        __import__(f"addons.{name}.operations")
        assert sys.modules[f"addons.{name}.operations"].answer == number
