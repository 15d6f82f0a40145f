"""From the offer to the order: the amounts of the story, what is frozen, what is told, who is reminded."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from addons.base_catalog.models import PriceList, PriceRule, Product
from addons.base_catalog.operations import give_price_list
from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import history_of, merge_contacts
from addons.crm_quotes.models import Quote, QuoteLine
from addons.crm_quotes.operations import (
    OfferLine,
    accept_quote,
    duplicate_quote,
    expire_overdue,
    extend_quote,
    make_quote,
    reject_quote,
    revise_quote,
    send_quote,
)
from core.db import now
from core.errors import Invalid, Refused
from core.jobs import enqueue
from core.operations import perform, verbs_of

SENT, ACCEPTED = date(2026, 3, 9), date(2026, 3, 12)


@pytest.fixture
def books(tandem):
    """El Sol wants chairs and lamps."""
    made = tandem("crm_quotes")
    with made.write() as session:
        session.add(Contact(name="Ferretería El Sol", kind="company"))
        session.add(Product(code="CHA", name="Chair", price=D("48500"), tax_rate=D(21)))
        session.add(Product(code="LAM", name="Lamp", price=D("12345.67"), tax_rate=D(21)))
    return made


def sun(session):
    return session.scalars(select(Contact).where(Contact.name == "Ferretería El Sol")).one()


def story(session, **values):
    """The quote of the story: chairs, lamps and assembly."""
    cha, lam = session.scalars(select(Product).order_by(Product.code)).all()
    lines = [
        OfferLine(cha.id, quantity=D(6), discount=D(10)),
        OfferLine(lam.id, quantity=D(9), discount=D("7.5")),
        OfferLine(description="Assembly", price=D("3333.31"), tax_rate=D(21)),
    ]
    return make_quote(session, sun(session).id, lines, valid_until=date(2026, 3, 31), **values)


def test_the_story_from_offer_to_order(books):
    with books.write(today=SENT) as session:
        quote = story(session)
        assert [line.net for line in quote.lines] == [D("261900.00"), D("102777.70"), D("3333.31")]
        assert (quote.net, quote.tax, quote.total) == (D("368011.01"), D("77282.31"), D("445293.32"))
        assert (quote.number, quote.order_number) == (None, None)
        send_quote(session, quote)
        assert (quote.number, quote.state, quote.follow_up) == ("Q-1", "sent", ACCEPTED)
    with books.write(today=ACCEPTED) as session:
        quote = session.scalars(select(Quote)).one()
        accept_quote(session, quote)
        assert (quote.order_number, quote.state, quote.decided_on, quote.probability) == ("SO-1", "accepted", ACCEPTED, 100)
        assert sun(session).role == "customer"
        told = [(h.entry.summary, h.entry.amount) for h in history_of(session, sun(session), "document")]
        assert told == [("Quote Q-1 accepted, order SO-1 made", D("368011.01")), ("Quote Q-1 sent", D("368011.01"))]
    assert books.broken() == []


def test_the_lines_of_an_order_do_not_change_by_any_door(books):
    with books.write(today=SENT) as session:
        quote = story(session)
        accept_quote(session, quote)
        number, line = quote.id, quote.lines[0].id
    for change in (
        lambda session: setattr(session.get(QuoteLine, line), "quantity", D(7)),
        lambda session: session.delete(session.get(QuoteLine, line)),
        lambda session: session.add(QuoteLine(quote_id=number, description="More", price=D(1))),
    ):
        with pytest.raises(Refused, match="was decided"), books.write() as session:
            change(session)
            session.flush()
    answer = books.client("admin").patch(f"/api/v1/crm_quotes/quote/{number}", json={"subject": "Other"})
    assert answer.status_code == 409, answer.data
    assert books.broken() == []


def test_a_rejection_says_why_and_can_be_revised(books):
    with books.write(today=SENT) as session:
        quote = story(session)
        send_quote(session, quote)
        with pytest.raises(Invalid, match="why it was rejected"):
            reject_quote(session, quote, reason=" ")
        reject_quote(session, quote, reason="the price", competitor="Casa Roble")
        assert (quote.state, quote.reject_reason, quote.probability) == ("rejected", "the price", 0)
        assert history_of(session, sun(session), "document")[0].entry.summary == "Quote Q-1 rejected: the price"
        revise_quote(session, quote)
        session.flush()
        quote.lines[0].discount = D(15)
        send_quote(session, quote)
        assert (quote.number, quote.lines[0].net) == ("Q-1", D("247350.00"))
    assert books.broken() == []


def test_what_cannot_be_sent_says_what_is_missing(books):
    with books.write(today=SENT) as session:
        empty = make_quote(session, sun(session).id, [])
        with pytest.raises(Invalid, match="add a line"):
            send_quote(session, empty)
    with books.write(today=date(2026, 4, 1)) as session, pytest.raises(Invalid, match="give it a later day"):
        send_quote(session, story(session))


def test_time_runs_out_and_may_be_given_again(books):
    with books.write(today=SENT) as session:
        send_quote(session, story(session))
    with books.write(today=date(2026, 3, 31)) as session:
        assert expire_overdue(session) == 0
    with books.write(today=date(2026, 4, 1)) as session:
        assert expire_overdue(session) == 1
        quote = session.scalars(select(Quote)).one()
        assert quote.state == "expired"
        extend_quote(session, quote, valid_until=date(2026, 4, 30))
        assert quote.state == "sent"
        accept_quote(session, quote)
    assert books.broken() == []


def test_a_job_lets_them_expire_in_every_company(books):
    with books.write(today=SENT) as session:
        send_quote(session, story(session))
    with books.write() as session:
        enqueue(session, "crm_quotes.expire")
    books.work()
    with books.read() as session:
        assert session.scalars(select(Quote)).one().state == "expired"


def test_a_customers_price_list_fills_what_was_left_open(books):
    with books.write(today=SENT) as session:
        shops = PriceList(name="Shops", rules=[PriceRule(discount=D(10))])
        session.add(shops)
        session.flush()
        give_price_list(session, sun(session).id, shops)
        cha = session.scalars(select(Product).where(Product.code == "CHA")).one()
        (line,) = make_quote(session, sun(session).id, [OfferLine(cha.id, quantity=D(2))]).lines
        assert (line.description, line.price, line.discount, line.tax_rate, line.net) == (
            "Chair",
            D(48500),
            D(10),
            D(21),
            D("87300.00"),
        )


def test_a_copy_is_a_draft_with_the_same_amounts(books):
    with books.write(today=SENT) as session:
        quote = story(session)
        accept_quote(session, quote)
        twin = duplicate_quote(session, quote)
        assert (twin.state, twin.number, twin.order_number, twin.total) == ("draft", None, None, quote.total)
        assert twin.valid_until == date(2026, 4, 8)


def test_prices_with_tax_are_taken_apart(books):
    with books.write(today=SENT) as session:
        lines = [OfferLine(description="Set", price=D("379.00"), quantity=D(2), tax_rate=D(21))]
        quote = make_quote(session, sun(session).id, lines, prices_include_tax=True)
        assert (quote.net, quote.tax, quote.total) == (D("626.45"), D("131.55"), D("758.00"))


def test_the_api_makes_a_quote_and_takes_it_to_the_order(books):
    program = books.client("admin")
    with books.read() as session:
        contact = sun(session).id
        chair, lamp = session.scalars(select(Product.id).order_by(Product.code)).all()
    lines = [
        {"product": chair, "quantity": "6", "discount": "10"},
        {"product": lamp, "quantity": "9", "discount": "7.5"},
        {"description": "Assembly", "quantity": "1", "price": "3333.31", "tax_rate": "21"},
    ]
    made = program.post("/api/v1/crm_quotes/quote", json={"contact": contact, "lines": lines})
    assert made.status_code == 201, made.data
    assert (made.json["net"], made.json["tax"], made.json["total"]) == ("368011.01", "77282.31", "445293.32")
    url = f"/api/v1/crm_quotes/quote/{made.json['id']}"
    assert program.post(f"{url}/send", json={}).status_code == 200
    assert program.post(f"{url}/send", json={}).status_code == 409
    assert program.post(f"{url}/accept", json={}).status_code == 200
    assert program.get(url).json["order_number"] == "SO-1"


def test_users_offer_for_themselves(books):
    books.add_user("lucia", "crm_quotes.user")
    books.add_user("martin", "crm_quotes.user")
    with books.write("lucia") as session:
        session.add(Contact(name="Own customer"))
        session.flush()
        own = session.scalars(select(Contact)).one()
        quote = make_quote(session, own.id, [OfferLine(description="x", price=D(10))])
        perform(session, verbs_of(Quote)["send"], quote)
    with books.read("martin") as session:
        assert session.scalars(select(Quote)).all() == []
    with books.read("lucia") as session:
        assert [quote.number for quote in session.scalars(select(Quote))] == ["Q-1"]


def test_quotes_of_a_merged_card_move_even_accepted_ones(books):
    with books.write(today=SENT) as session:
        kept = Contact(name="El Sol", kind="company")
        session.add(kept)
        quote = story(session)
        accept_quote(session, quote)
        merge_contacts(session, kept, other=sun(session))
        assert quote.contact is kept


def test_whoever_sends_is_reminded_until_there_is_an_answer(tandem):
    from addons.crm_agenda.models import Task

    books = tandem("crm_quotes", "crm_agenda")
    with books.write(today=SENT) as session:
        ana = Contact(name="Ana")
        session.add(ana)
        session.flush()
        quote = make_quote(session, ana.id, [OfferLine(description="x", price=D(10))])
        send_quote(session, quote)
        task = session.scalars(select(Task)).one()
        assert (task.subject, task.due, task.contact_id) == ("Ask for an answer to quote Q-1", ACCEPTED, ana.id)
        accept_quote(session, quote)
        assert task.state == "dropped"
        assert task.done_at <= now()
    assert books.broken() == []
