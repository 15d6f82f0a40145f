"""Find or do: keys for a question mark, and drafts by what they say of themselves."""

from collections.abc import Callable
from datetime import date

from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import Quote
from core.testing.tandem import Tandem


def test_a_question_mark_asks_for_the_keys(tandem: Callable[..., Tandem]) -> None:
    client = tandem("crm_contacts").client()
    (group,) = client.get("/find?q=%3F", headers={"Accept": "application/json"}).json["groups"]
    assert group["label"] == "Keys"
    assert {item["text"]: item["end"] for item in group["items"]}["Save"] == "Ctrl S"
    assert "Ctrl S" in client.get("/find?q=%3F").text


def test_a_draft_without_a_number_is_called_by_its_title(tandem: Callable[..., Tandem]) -> None:
    office = tandem("crm_quotes")
    with office.write() as session:
        contact = Contact(name="Hotel Miramar", kind="company")
        session.add(contact)
        session.flush()
        session.add(Quote(contact=contact, date=date(2026, 3, 2), currency="ARS", subject="Terrace"))
    groups = office.client().get("/find?q=terrace", headers={"Accept": "application/json"}).json["groups"]
    texts = [item["text"] for group in groups for item in group["items"]]
    assert texts, groups
    assert not [text for text in texts if text.isdigit()]
