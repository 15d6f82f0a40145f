"""What only a browser shows of boards, calendars and graphs: dragging, and the keys and menus that do the same."""

import re
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from tests.browser.desk import Served, settled

DAY = datetime(2026, 3, 25, 13, tzinfo=UTC)  # a Wednesday, ten o'clock at home


def column(page: Page, key: str) -> Locator:
    """The cards of a column."""
    return page.locator(f'ul[data-column="{key}"]')


def titled(page: Page, text: str) -> Locator:
    """An entry of the calendar."""
    return page.locator(".ec-event:not(.ec-preview)", has_text=text)


def middle(place: Locator) -> tuple[float, float]:
    """The point in the middle of something."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def lift(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from a point to another, without letting go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=5)
    page.mouse.move(*end, steps=5)


def test_cards_move_by_key_and_by_drag_and_are_made_in_a_column(logged_in: Page, served: Served) -> None:
    from addons.crm_agenda.models import Task

    with served.tandem.write("admin") as session:
        session.add_all([Task(subject="Board one", priority="low"), Task(subject="Board two", priority="low")])
    page = logged_in
    page.goto(served.to("/crm_agenda/task/?view=kanban&q=board"))
    settled(page)
    column(page, "low").get_by_role("link", name="Board one").focus()
    page.keyboard.press("Control+ArrowRight")
    expect(column(page, "normal").get_by_role("link", name="Board one")).to_be_focused()
    expect(page.locator("#board-said")).to_contain_text("Board one moved to Normal")
    expect(page.locator("[data-section=normal] [data-count]")).to_have_text("1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-section=low] [data-count]")).to_have_text("2")
    card = column(page, "low").locator("[data-card]", has_text="Board two")
    left, top = middle(column(page, "urgent"))
    lift(page, middle(card), (left, top))
    page.mouse.up()
    expect(column(page, "urgent").get_by_role("link", name="Board two")).to_be_visible()
    page.get_by_role("link", name="New in Urgent").click()
    page.locator(".t-quick input[name=subject]").fill("Board three")
    page.keyboard.press("Enter")
    expect(column(page, "urgent").get_by_role("link", name="Board three")).to_be_visible()
    expect(page.locator(".t-quick input[name=subject]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".t-quick")).to_have_count(0)
    page.get_by_role("button", name="Fold Low").click()
    page.reload()
    expect(page.locator("[data-section=low]")).to_have_attribute("data-folded", "")


def test_a_card_that_is_refused_goes_back_and_one_that_asks_opens_its_question(logged_in: Page, served: Served) -> None:
    page = logged_in
    page.goto(served.to("/crm_quotes/quote/?view=kanban"))
    settled(page)
    accepted = page.locator("[data-section=accepted] [data-count]").inner_text()
    column(page, "accepted").locator("[data-card] > a").first.focus()
    page.keyboard.press("Control+ArrowLeft")
    expect(page.locator(".t-toast")).to_contain_text("not possible")
    expect(page.locator("[data-section=accepted] [data-count]")).to_have_text(accepted)
    sent = column(page, "sent").locator("[data-card] > a")
    number = sent.count()
    sent.first.focus()
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Control+ArrowRight")
    expect(page.locator("dialog[open]")).to_be_visible() if number else None


def event_at(served: Served, subject: str, hour: int, **more: Any) -> None:
    """An hour of the administrator."""
    from addons.crm_agenda.models import Event

    with served.tandem.write("admin") as session:
        start = DAY.replace(hour=hour)
        session.add(Event(subject=subject, starts_at=start, ends_at=start.replace(hour=hour + 1), **more))


def test_entries_are_drawn_dragged_cancelled_and_clash(logged_in: Page, served: Served) -> None:
    for subject, hour in (("Alpha", 13), ("Beta", 16)):
        event_at(served, subject, hour)
    event_at(served, "Weekly", 19, rrule="FREQ=WEEKLY;COUNT=3")
    page = logged_in
    page.goto(served.to("/crm_agenda/agenda/?scale=week&date=2026-03-23"))
    settled(page)
    expect(titled(page, "Alpha")).to_be_visible()
    alpha, beta = middle(titled(page, "Alpha")), middle(titled(page, "Beta"))
    lift(page, alpha, beta)
    expect(page.locator("#calendar-note")).to_contain_text("at the same time as Beta")
    expect(page.locator("#calendar-note")).to_contain_text("Free next: 14:00")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("#calendar-note")).not_to_contain_text("Beta")
    assert abs(middle(titled(page, "Alpha"))[1] - alpha[1]) < 4
    lift(page, alpha, beta)
    page.mouse.up()
    expect(page.locator(".t-toast")).to_contain_text("Alpha is now on 2026-03-25 13:00")
    expect(page.locator(".t-ag-side .t-notice-bad")).to_contain_text("Alpha and Beta")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".t-ag-side .t-notice-bad")).to_have_count(0)
    lift(page, (beta[0] - 130, beta[1]), (beta[0] - 130, beta[1] + 40))
    page.mouse.up()
    expect(page.locator("dialog[open] input[name=starts_at]")).to_have_value(re.compile("2026-03-24T13:"))
    page.locator("dialog[open] input[name=subject]").fill("Gamma")
    page.locator("dialog[open]").get_by_role("button", name="Save").click()
    expect(titled(page, "Gamma")).to_be_visible()
    weekly = middle(titled(page, "Weekly"))
    lift(page, weekly, (weekly[0], weekly[1] + 58))
    page.mouse.up()
    page.get_by_role("button", name="Only this one").click()
    expect(page.locator(".t-toast").last).to_contain_text("Weekly is now on")


def test_a_calendar_goes_by_keys(logged_in: Page, served: Served) -> None:
    event_at(served, "Keyed", 14)
    page = logged_in
    page.goto(served.to("/crm_agenda/event/?view=calendar&scale=week&date=2026-03-23&q=keyed"))
    settled(page)
    titled(page, "Keyed").locator("a").focus()
    page.keyboard.press("m")
    page.locator("#entry-start").fill("2026-03-26T10:00")
    page.locator("#entry-until").fill("2026-03-26T10:30")
    page.locator("dialog[open]").get_by_role("button", name="Move").click()
    expect(page.locator('.ec-event[aria-label^="Thursday 26 March at 10:00"]')).to_be_visible()
    for key, scale in (("d", "day"), ("y", "year"), ("a", "list"), ("m", "month")):
        page.locator("body").press(key)
        page.wait_for_url(re.compile(f"scale={scale}"))
        settled(page)
    page.go_back()
    page.wait_for_url(re.compile("scale=list"))
    expect(page.locator(".t-cal-days").get_by_role("link", name="Keyed", exact=True)).to_be_visible()
    page.goto(served.to("/crm_agenda/event/?view=graph&rows=type&measures=count&kind=pie"))
    settled(page)
    expect(page.get_by_role("button", name="Picture")).to_be_visible()
    expect(page.locator(".t-chart-box canvas")).to_be_visible()


def test_a_repetition_is_chosen_in_words_and_one_beyond_words_stands_as_written(logged_in: Page, served: Served) -> None:
    from addons.crm_agenda.models import Event

    event_at(served, "Rounds", 9)
    event_at(served, "Odd", 10, rrule="FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1")
    with served.tandem.read() as session:
        numbers = dict(session.execute(select(Event.subject, Event.id).where(Event.subject.in_(("Rounds", "Odd")))).all())
    page = logged_in
    page.goto(served.to(f"/crm_agenda/event/{numbers['Rounds']}?panel=details"))
    settled(page)
    editor = page.locator(".t-recurrence")
    editor.get_by_label("Repetition").select_option(label="Weekly")
    editor.get_by_label("every").fill("2")
    editor.get_by_label("Tue").check()
    editor.get_by_label("Thu").check()
    editor.get_by_label("ends").select_option(label="after so many times")
    editor.get_by_label("after so many times").fill("6")
    page.keyboard.press("Control+s")
    expect(page.locator(".t-toast")).to_be_visible()
    with served.tandem.read() as session:
        assert session.get_one(Event, numbers["Rounds"]).rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=6"
    expect(editor.get_by_label("Thu")).to_be_checked()
    page.goto(served.to(f"/crm_agenda/event/{numbers['Odd']}?panel=details"))
    settled(page)
    expect(page.locator("input[name=rrule]")).to_have_value("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1")
    expect(page.locator("input[name=rrule]")).to_be_visible()
    editor.get_by_label("Repetition").select_option(label="Monthly")
    editor.get_by_label("Which day of the month").select_option(label="on the last")
    editor.get_by_label("Weekday").select_option(label="Fri")
    expect(page.locator("input[name=rrule]")).to_have_value("FREQ=MONTHLY;BYDAY=-1FR")
    editor.get_by_label("Repetition").select_option(label="Does not repeat")
    expect(page.locator("input[name=rrule]")).to_have_value("")
