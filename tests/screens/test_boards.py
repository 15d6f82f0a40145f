"""Boards: cards move by verbs and come back, are put in order, made in a column and fetched as one scrolls."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

QUOTES, TASKS = "/crm_quotes/quote/", "/crm_agenda/task/"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def quotes(tandem: Any) -> Any:
    """Two draft quotes with a line each."""
    from addons.crm_contacts.models import Contact
    from addons.crm_quotes.operations import OfferLine, make_quote

    made = tandem("crm_quotes")
    with made.write("admin") as session:
        firm = Contact(name="Casa Lumen", kind="company")
        session.add(firm)
        session.flush()
        for number in (1, 2):
            line = OfferLine(description="Lamp", quantity=Decimal(number), price=Decimal(100))
            make_quote(session, firm.id, [line], subject=f"Lamps {number}")
    return made


def states(made: Any) -> dict[int, str]:
    from addons.crm_quotes.models import Quote

    with made.read() as session:
        return dict(session.execute(select(Quote.id, Quote.state)).all())


def test_a_card_moves_by_the_verb_that_leads_there(quotes: Any) -> None:
    browser = quotes.client("admin")
    board = browser.get(f"{QUOTES}?view=kanban").text
    first, second = sorted(states(quotes))
    assert board.count('class="t-card" data-card=') == 2
    assert f'{QUOTES}{first}/reject"' in board  # asks for a reason, so it is a link to its page
    assert 'data-asks="reject"' in board  # and a card that is dropped there asks the same
    answer = browser.post(QUOTES, {"card": str(first), "column": "sent"}, headers=FETCH)
    assert answer.json["back"] == "draft"  # so the toast can undo it
    assert states(quotes) == {first: "sent", second: "draft"}
    refused = browser.post(QUOTES, {"card": str(second), "column": "rejected"}, headers=FETCH)
    assert refused.status_code == 409
    assert states(quotes)[second] == "draft"
    back = browser.post(f"{QUOTES}?view=kanban&q=lamps", {"card": str(first), "column": "draft"})
    assert back.headers["Location"] == f"{QUOTES}?view=kanban&q=lamps"
    assert states(quotes)[first] == "draft"


def test_a_column_sums_its_cards_also_after_a_move(quotes: Any) -> None:
    browser = quotes.client("admin")
    board = browser.get(f"{QUOTES}?view=kanban").text
    assert '<span class="t-v" data-sum>300.00</span>' in board
    assert board.count('<span class="t-amount">100.00</span>') == 1
    first = min(states(quotes))
    browser.post(QUOTES, {"card": str(first), "column": "sent"}, headers=FETCH)
    told = browser.get(f"{QUOTES}?view=kanban&part=moved&card={first}").json
    assert (told["heads"]["draft"], told["heads"]["sent"]) == ([1, "200.00"], [1, "100.00"])
    assert f'data-card="{first}"' in told["card"]
    filtered = browser.get(f"{QUOTES}?view=kanban&filter=drafts&part=moved&card={first}").json
    assert filtered["card"] == ""


def test_columns_may_be_another_field_that_the_view_allows(quotes: Any) -> None:
    from addons.crm_quotes.models import Quote
    from core.access.models import User

    browser, first = quotes.client("admin"), min(states(quotes))
    with quotes.read() as session:
        admin = session.scalars(select(User.id).where(User.login == "admin")).one()
    board = browser.get(f"{QUOTES}?view=kanban&by=assigned_to").text
    assert f'data-column="{admin}"' in board or 'data-column=""' in board
    assert browser.post(QUOTES, {"card": str(first), "column": "", "by": "assigned_to"}, headers=FETCH).status_code == 200
    answer = browser.post(QUOTES, {"card": str(first), "column": str(admin), "by": "assigned_to"}, headers=FETCH)
    assert answer.json["back"] == ""
    assert browser.post(answer.json["undo"]).status_code in (200, 303)
    with quotes.read() as session:
        assert session.get(Quote, first).assigned_to_id is None
    browser.post(QUOTES, {"card": str(first), "column": str(admin), "by": "assigned_to"}, headers=FETCH)
    with quotes.read() as session:
        assert session.get(Quote, first).assigned_to_id == admin
    assert 'data-section="draft"' in browser.get(f"{QUOTES}?view=kanban&by=total").text  # what is not allowed is not taken


@pytest.fixture
def tasks(tandem: Any) -> Any:
    """Fifty tasks of usual priority."""
    from addons.crm_agenda.models import Task

    made = tandem("crm_agenda")
    with made.write("admin") as session:
        for number in range(50):
            session.add(Task(subject=f"Task {number:02}", due=date(2026, 1, 1) + timedelta(days=number)))
    return made


def in_order(made: Any) -> list[str]:
    from addons.crm_agenda.models import Task

    with made.read() as session:
        wanted = select(Task.subject).where(Task.priority == "normal")
        return list(session.scalars(wanted.order_by(Task.position.is_(None), Task.position, Task.id)))


def test_cards_are_put_in_order_by_hand(tasks: Any) -> None:
    browser = tasks.client("admin")
    for card, before in (("3", "1"), ("4", "1"), ("50", "2"), ("1", "")):
        assert browser.post(TASKS, {"card": card, "before": before}, headers=FETCH).status_code == 200
    order = in_order(tasks)
    assert order[:3] == ["Task 02", "Task 03", "Task 49"]
    assert order[-1] == "Task 00"
    board = browser.get(f"{TASKS}?view=kanban").text
    assert board.index("Task 02") < board.index("Task 49") < board.index("Task 04")
    assert "data-ordered" in board
    assert "data-ordered" not in browser.get(f"{TASKS}?view=kanban&order=subject").text


def test_a_long_column_comes_in_parts(tasks: Any) -> None:
    from html import unescape

    browser = tasks.client("admin")
    board = browser.get(f"{TASKS}?view=kanban").text
    assert board.count('class="t-card" data-card=') == 40
    more = unescape(board.partition('data-more="')[2].partition('"')[0])
    rest = browser.get(f"{TASKS}{more}").text
    assert rest.count('class="t-card" data-card=') == 10
    assert "data-more" not in rest


def test_a_card_is_made_in_its_column_and_faults_come_back(tasks: Any) -> None:
    from addons.crm_agenda.models import Task

    browser = tasks.client("admin")
    form = browser.get(f"{TASKS}?view=kanban&part=quick&in=high").text
    assert 'name="subject"' in form
    assert 'name="due"' in form
    made = browser.post(f"{TASKS}?view=kanban", {"quick": "high", "subject": "Ring", "due": "2026-03-27"}, headers=FETCH)
    assert made.json["title"] == "Ring"
    with tasks.read() as session:
        ring = session.get(Task, made.json["made"])
        assert (ring.priority, ring.due) == ("high", date(2026, 3, 27))
    wrong = browser.post(f"{TASKS}?view=kanban", {"quick": "high", "subject": "", "due": "x"}, headers=FETCH)
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text


def test_a_reader_moves_and_makes_nothing(tasks: Any, quotes: Any) -> None:
    quotes.add_user("nobody")
    browser = quotes.client("nobody")
    assert browser.get(f"{QUOTES}?view=kanban").status_code == 403
    assert browser.post(QUOTES, {"card": "1", "column": "sent"}, headers=FETCH).status_code == 403
    assert browser.post(QUOTES, {"quick": "draft", "subject": "x"}, headers=FETCH).status_code == 403


def test_what_is_late_says_so_until_it_is_done(tasks: Any) -> None:
    from core.testing.tandem import at

    browser = at(tasks, date(2026, 1, 10)).client("admin")
    browser.post(f"{TASKS}1/done")
    board = browser.get(f"{TASKS}?view=kanban&filter=&order=due").text
    assert "8 d past" in board
    assert "9 d past" not in board  # of the first, which is done
    assert 'class="t-mark t-mark-wait">today' in board
