"""The import pages: a file from a browser is checked, shown, brought in, refused rows told, and taken back."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from addons.crm_contacts.models import Contact
from core.importing.models import Import, ImportRow
from core.testing.browser import Browser
from core.testing.shared_data import shared
from core.testing.tandem import Tandem

LABEL = "crm_contacts.Contact"
FILE = "Name;Mail;Ciudad;Apodo\nAna Suárez;ana@sol.example;La Plata;Anita\nEl Sol SA;;Quilmes;\nBad;not-an-address;;\n"


@pytest.fixture
def site(tandem: Callable[..., Tandem], tmp_path: Path) -> Tandem:
    made = tandem("crm_contacts")
    made.kernel.settings = replace(made.kernel.settings, home=tmp_path)
    return made


def uploaded(browser: Browser, data: bytes, name: str = "people.csv", **more: str) -> str:
    answer = browser.post("/imports/new", {"model": LABEL, "file": (BytesIO(data), name), **more})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def contacts(site: Tandem) -> list[str]:
    with site.read() as session:
        return sorted(session.scalars(select(Contact.name)))


def count_of(site: Tandem, model: Any) -> int:
    with site.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_checked_brought_in_and_taken_back(site: Tandem) -> None:
    browser = site.client()
    assert "Check the file" in browser.get(f"/imports/new?model={LABEL}").text
    page = uploaded(browser, FILE.encode("cp1252"))
    assert "Being checked" in browser.get(page).text
    site.work()
    assert contacts(site) == []
    checked = browser.get(page).text
    assert "Nothing has been written" in checked
    assert "Import 2" in checked
    assert "is not an e-mail address" in checked
    assert "cp1252" in checked
    assert "Ana Suárez" in browser.get(f"{page}?show=create").text
    assert browser.post(f"{page}/run").status_code == 302
    site.work()
    assert contacts(site) == ["Ana Suárez", "El Sol SA"]
    with site.read() as session:
        assert session.scalars(select(Import.counts)).one() == {"create": 2, "refused": 1}
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 3, "the rows of the check are still there"
    done = browser.get(page).text
    assert "Person 2" in done
    assert "Ana Suárez" in done
    refused = browser.get(f"{page}/refused.csv")
    assert refused.text.splitlines()[1].startswith("4,")
    assert "not-an-address" in refused.text
    assert browser.post(f"{page}/undo").status_code == 302
    site.work()
    assert contacts(site) == []
    assert "was taken back" in browser.get(page).text
    assert "people.csv" in browser.get("/imports/").text


def test_columns_are_assigned_by_hand_and_remembered(site: Tandem) -> None:
    browser = site.client()
    page = uploaded(browser, FILE.encode())
    site.work()
    columns = browser.get(f"{page}?show=columns").text
    assert "3 of 4 used" in columns
    chosen = {
        "column-0": "name",
        "column-1": "",
        "column-2": "city",
        "column-3": "job_title",
        "language": "es",
        "encoding": "",
    }
    assert browser.post(f"{page}/check", chosen).status_code == 302
    site.work()
    assert "Import 3" in browser.get(page).text
    browser.post(f"{page}/run")
    site.work()
    with site.read() as session:
        ana = session.scalars(select(Contact).where(Contact.name == "Ana Suárez")).one()
    assert (ana.email, ana.city, ana.job_title) == (None, "La Plata", "Anita")
    again = uploaded(browser, FILE.encode())
    site.work()
    assert "3 of 4 used" in browser.get(f"{again}?show=columns").text
    assert '<option value="job_title" selected>' in browser.get(f"{again}?show=columns").text
    assert browser.post(f"{again}/check", chosen | {"column-0": "password"}).status_code == 422


def test_what_is_here_is_shown_beside_what_the_file_says(site: Tandem) -> None:
    with site.write() as session:
        session.add(Contact(name="Ana Suárez", email="ana@sol.example", city="Ensenada"))
    browser = site.client()
    page = uploaded(browser, FILE.encode())
    site.work()
    shown = browser.get(f"{page}?show=update").text
    assert "<ins>La Plata</ins>" in shown
    assert "<del>Ensenada</del>" in shown


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "c.ics", "a calendar"),
        (b"PK\3\4broken", "b.xlsx", "cannot be imported"),
        (b"", "", "Choose"),
    ],
)
def test_what_is_no_table_is_told_at_once(site: Tandem, data: bytes, name: str, says: str) -> None:
    browser = site.client()
    answer = browser.post("/imports/new", {"model": LABEL, "file": (BytesIO(data), name)})
    assert answer.status_code == 422
    assert says in answer.text
    assert count_of(site, Contact) == 0


def test_one_imports_what_one_may_make_and_sees_ones_own_imports(site: Tandem) -> None:
    site.add_user("rosa", "crm_contacts.user")
    site.add_user("leo")
    page = uploaded(site.client("rosa"), FILE.encode())
    rosa, leo, nobody = site.client("rosa"), site.client("leo"), site.client()
    nobody = Browser(site.app, None)
    assert rosa.get(page).status_code == 200
    assert leo.get(page).status_code == 404
    assert leo.get(f"/imports/new?model={LABEL}").status_code == 403
    assert leo.post("/imports/new", {"model": LABEL, "file": (BytesIO(b"a,b"), "x.csv")}).status_code == 403
    assert nobody.get(page).status_code in (302, 401, 403)
    for verb in ("check", "run", "undo", "stop"):
        assert leo.post(f"{page}/{verb}").status_code == 404
    assert rosa.get("/imports/new?model=core.User").status_code == 403
    assert count_of(site, Import) == 1


def test_a_waiting_import_is_stopped(site: Tandem) -> None:
    browser = site.client()
    page = uploaded(browser, FILE.encode())
    assert browser.post(f"{page}/stop").status_code == 302
    site.work()
    assert "Stopped" in browser.get(page).text
    assert contacts(site) == []


@pytest.mark.parametrize(
    ("name", "people", "refused", "named"),
    [
        ("outlook-layout/outlook_es_cp1252.csv", 2, 0, "Begoña Güell i Ferré"),
        ("outlook-layout/outlook_ru_cp1251.csv", 2, 0, "Пётр Алексеевич Щёголев"),
        ("google-layout/google_contacts_labels_layout.csv", 3, 0, "Lucía Fernández Ruiz"),
        ("roundcube__roundcubemail/utf-16_sample.vcf", 1, 0, "Ǽgean ĽdaMonté"),
        ("mangstadt__ez-vcard/io/text/John_Doe_ANDROID.vcf", 6, 0, "ÑÑÑÑ"),
        ("KDE__kcontacts/vcard7.vcf", 0, 1, ""),
    ],
)
def test_real_files_through_the_page(site: Tandem, name: str, people: int, refused: int, named: str) -> None:
    browser = site.client()
    page = uploaded(browser, shared("contacts", name).read_bytes(), Path(name).name)
    site.work()
    with site.read() as session:
        counts = session.scalars(select(Import.counts)).one()
    assert (counts.get("create", 0), counts.get("refused", 0)) == (people, refused)
    if not people:
        assert "it says nothing" in browser.get(page).text
        return
    browser.post(f"{page}/run")
    site.work()
    assert named in contacts(site)
    assert named in browser.get(f"{page}?show=create").text
