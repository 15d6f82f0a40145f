"""Every kind of page is translated: no label of the English page stands on the Spanish or Russian one."""

import re
from collections.abc import Callable, Iterator

import pytest
from lxml import html

from core.access.models import User
from core.i18n import read_catalog
from core.registry.settings import CHECKOUT
from tests.browser.desk import Served
from tests.browser.pages import kinds_of_pages

#: where labels stand and data does not
LABELLED = ("t-l", "t-button", "t-nav-link", "t-nav-head", "t-group-head", "t-section-head", "t-empty")
LABELS = " | ".join(
    [
        "//th[not(@scope='row') and not(@scope='rowgroup')]",
        *(f"//{tag}" for tag in ("label", "button", "legend", "dt", "summary")),
        *(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in LABELLED),
        "//*[@class='t-tabs']/a",
        "//*[@class='t-stages']/li",
        "//*[@placeholder]",
        "//*[@role='menuitem']",
    ]
)
WORD = re.compile(r"[A-Za-z]{3}")
#: names of things that no language changes: keys, kinds of files, addresses of models, figures beside a label
NAMES = re.compile(
    r"\b(English|Español|Русский|Esc|Ctrl \w|CSV|HTML|ODS|PDF|TXT|XLSX|Outlook|Tandem|ARS)\b|\b\w+_\w+\.\w+|[\d\W_]+$"
)
#: the models of the demonstration whose records give their names to labels
NAMED = ("crm_contacts.Contact", "crm_agenda.Event", "base_catalog.Product", "crm_tickets.Ticket", "core.User")
NUMBERED = ("erp_treasury.Cheque", "erp_invoicing.Invoice", "erp_ledger.Journal", "erp_ledger.Series")


@pytest.fixture(scope="module")
def reader(served: Served) -> Callable[[str, str], set[str]]:
    """`reader("es", path)`: the labels of a page for somebody who reads this language."""
    clients = {}
    for language in ("en", "es", "ru"):
        login = served.tandem.add_user(f"reader-{language}", "admin")
        with served.tandem.write() as session:
            session.query(User).filter_by(login=login).one().language = language
        clients[language] = served.tandem.client(login)

    def read(language: str, path: str) -> set[str]:
        return set(labels(clients[language].get(path).get_data(as_text=True)))

    return read


def labels(page: str) -> Iterator[str]:
    """What stands where labels stand, also what is only spoken."""
    tree = html.fromstring(page)
    for node in tree.xpath(LABELS):
        yield re.sub(r"\s+", " ", node.text_content()).strip(" …")
        yield node.get("placeholder") or ""
    yield from tree.xpath("//@aria-label")


def same_in(language: str) -> set[str]:
    """The words that this language writes like English, as its catalogs say."""
    catalogs = [read_catalog(path) for path in CHECKOUT.glob(f"*/**/translations/{language}.po")]
    return {text for catalog in catalogs for text, translated in catalog.items() if translated == text}


def data(served: Served) -> set[str]:
    """What the records that the pages show are called."""
    with served.tandem.read() as session:
        records = [record for label in NAMED + NUMBERED for record in session.query(served.tandem.composition.models[label])]
        return {str(record.title) for record in records} | {str(getattr(record, "bank", "")) for record in records} - {""}


@pytest.mark.parametrize("language", ["es", "ru"])
def test_no_label_stays_english(served: Served, reader: Callable[[str, str], set[str]], language: str) -> None:
    same, named, found = same_in(language), data(served), dict[str, str]()
    for name, path in kinds_of_pages(served).items():
        for text in reader("en", path) & reader(language, path):
            label = NAMES.sub("", text).strip()
            if WORD.search(label) and label not in same and not any(title in text for title in named):
                found.setdefault(label, name)
    assert not found, "\n".join(f"{name}: {text}" for text, name in sorted(found.items()))
