"""The settings page of fields, and a field that was just added in every face of the product, without a restart."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.testing.browser import Browser
from core.testing.tandem import Tandem
from core.web.site import Site
from tests.registry.test_addons_page import Face

PAGE = "/settings/fields/crm_contacts.Contact"
NEW = {"label_en": "Credit line", "label_es": "Línea de crédito", "label_ru": "", "kind": "money", "where": "identity|"}
BLANK = ("", "", "", "")


@pytest.fixture
def desk(tandem: Callable[..., Tandem]) -> Iterator[tuple[Browser, Browser, Tandem]]:
    """An administrator at one worker, and another worker of the same installation."""
    made = tandem("crm_contacts")
    sites = [Site(made.kernel), Site(made.kernel)]
    browsers = []
    for site in sites:
        browser = Browser(site.app, "admin")  # type: ignore[arg-type]
        browser.client.application = Face(site)  # type: ignore[assignment]
        browsers.append(browser)
    yield browsers[0], browsers[1], made
    for site in sites:
        site.close()


def words(*labels: str) -> dict[str, Any]:
    rows = [label.split("|") for label in labels]
    return {
        "word": [row[0] for row in rows],
        **{f"word_{language}": [row[at] for row in rows] for at, language in enumerate(("en", "es", "ru"), 1)},
    }


def test_a_field_from_the_browser_is_everywhere_at_once(desk: tuple[Browser, Browser, Tandem]) -> None:
    here, there, _made = desk
    assert "Contact" in here.get("/settings/fields").text
    assert here.post(f"{PAGE}/new", {**NEW, "label_en": "", "label_es": ""}).status_code == 422
    refused = here.post(f"{PAGE}/new", {**NEW, "initial": "much"})
    assert refused.status_code == 422 and "is not a number" in refused.text
    added = here.post(f"{PAGE}/new", {**NEW, "in_list": "y", "initial": "12.50"})
    assert added.status_code == 302, added.text
    grades = {
        **NEW,
        "label_en": "Grade",
        "label_es": "",
        "kind": "choice",
        **words("|Gold|Oro|", "|Silver||"),
        "initial": "gold",
    }
    assert here.post(f"{PAGE}/new", grades).status_code == 302

    form = there.get("/crm_contacts/contact/new").text
    assert 'name="custom.credit_line"' in form and 'value="12.50"' in form and "Gold" in form
    values = {"name": "Ana", "active": "y", "custom.credit_line": "1,500.75", "custom.grade": "silver"}
    made_contact = there.post("/crm_contacts/contact/new", values)
    assert made_contact.status_code == 303, made_contact.text
    number = int(made_contact.location.rpartition("/")[2])
    wrong = there.post(made_contact.location, {**values, "custom.credit_line": "x", "version": "1"})
    assert wrong.status_code == 422 and "is not a number" in wrong.text

    listed = here.get("/crm_contacts/contact/").text
    assert "Credit line" in listed and "1,500.75" in listed
    for asked in ("group=custom.grade", "order=-custom.credit_line", 'where=[["custom.grade","=","silver"]]'):
        assert "Silver" in here.get(f"/crm_contacts/contact/?columns=name,custom.grade&{asked}").text
    assert "1,500.75" in here.get("/crm_contacts/contact/?view=pivot&rows=custom.grade&measures=sum:custom.credit_line").text
    assert "1500.75" in here.get("/crm_contacts/contact/?export=csv").text.replace(",", "")

    url = "/api/v1/crm_contacts/contact"
    read = there.get(f"{url}/{number}").json["custom"]
    assert read == {"credit_line": "1500.75", "grade": "silver"}
    patched = there.patch(f"{url}/{number}", json={"custom": {"grade": "gold"}})
    assert patched.status_code == 200, patched.text
    found = there.get(
        f'{url}?where=[["custom.grade","=","gold"]]&fields=name,custom.credit_line&order=custom.credit_line'
    ).json
    assert found["items"] == [{"id": number, "title": "Ana", "name": "Ana", "custom.credit_line": "1500.75"}]
    wrong = there.patch(f"{url}/{number}", json={"custom": {"grade": "bronze"}})
    assert wrong.status_code == 422 and "custom.grade" in wrong.text
    assert '"credit_line"' in there.get("/api/v1/openapi.json").text


def test_changing_putting_away_and_removing(desk: tuple[Browser, Browser, Tandem]) -> None:
    here, there, _made = desk
    grades = {**NEW, "kind": "choice", **words("|Gold|Oro|", "|Silver||")}
    assert here.post(f"{PAGE}/new", grades).status_code == 302
    assert here.post(f"{PAGE}/new", {**NEW, "label_en": "Second"}).status_code == 302
    there.post("/crm_contacts/contact/new", {"name": "Ana", "active": "y", "custom.credit_line": "gold"})
    url = f"{PAGE}/1"
    renamed = {**NEW, "label_en": "Level", "kind": "money", **words("silver|Silver||", "gold|Golden||", "|Bronze||")}
    assert here.post(url, renamed).status_code == 302
    shown = there.get("/crm_contacts/contact/?columns=name,custom.credit_line").text
    assert "Level" in shown and "Golden" in shown
    assert here.post(f"{PAGE}/2/up").status_code == 302
    listed = here.get(PAGE).text
    assert listed.index("Second") < listed.index("Level")
    assert here.post(f"{url}/archive").status_code == 302
    assert "Level" not in there.get("/crm_contacts/contact/new").text
    assert here.post(f"{url}/restore").status_code == 302
    assert "Level" in there.get("/crm_contacts/contact/new").text
    assert "1 records have a value of Level" in here.get(f"{url}/remove").text
    assert here.post(f"{url}/remove").status_code == 302
    assert here.get(url).status_code == 404
    assert "Level" not in there.get("/crm_contacts/contact/new").text


def test_only_administrators_add_fields(desk: tuple[Browser, Browser, Tandem]) -> None:
    _here, _there, made = desk
    made.add_user("eva", "crm_contacts.manager")
    eva = made.client("eva")
    for url in ("/settings/fields", PAGE, f"{PAGE}/new"):
        assert eva.get(url).status_code == 403
    assert eva.post(f"{PAGE}/new", NEW).status_code == 403


def test_fields_stand_in_a_group_that_they_name(desk: tuple[Browser, Browser, Tandem]) -> None:
    here, there, _made = desk
    assert here.post(f"{PAGE}/new", {**NEW, "heading": "Loyalty | card"}).status_code == 302
    assert "Loyalty / card, at the end" in here.get(f"{PAGE}/new").text
    second = {"label_en": "Card since", "kind": "date", "where": "+Loyalty / card|custom.credit_line"}
    assert here.post(f"{PAGE}/new", second).status_code == 302
    form = there.get("/crm_contacts/contact/new").text
    assert form.count("Loyalty / card") == 1
    assert form.index("Loyalty / card") < form.index("custom.credit_line") < form.index("custom.card_since")
    assert "Loyalty / card" in here.get(PAGE).text
    assert here.post(f"{PAGE}/1", {**NEW, "where": "identity|name"}).status_code == 302
    form = there.get("/crm_contacts/contact/new").text
    assert form.index("custom.credit_line") < form.index("Loyalty / card") < form.index("custom.card_since")
