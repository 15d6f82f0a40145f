"""Graphs: the table behind the chart, parted, in order, cut to the largest, without gaps in time."""

import re
from datetime import date
from typing import Any

import pytest

TASKS = "/crm_agenda/task/?view=graph&filter="


@pytest.fixture
def tasks(tandem: Any) -> Any:
    """Tasks in January, March and April, of four priorities."""
    from addons.crm_agenda.models import Task

    made = tandem("crm_agenda")
    with made.write("admin") as session:
        for month, day, priority in (
            (1, 5, "low"),
            (1, 6, "low"),
            (1, 7, "high"),
            (3, 1, "normal"),
            (4, 1, "low"),
            (4, 2, "urgent"),
        ):
            session.add(Task(subject=f"{month}/{day}", due=date(2026, month, day), priority=priority))
    return made


def rows(page: str) -> list[list[str]]:
    """The table's cells as text."""
    body = page.partition('id="points"')[2].partition("</table>")[0]
    lines = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.S)] for line in lines
    ]


def test_a_month_of_nothing_is_a_fact_and_each_figure_opens_its_records(tasks: Any) -> None:
    page = tasks.client("admin").get(f"{TASKS}&rows=month(due)&measures=count").text
    assert rows(page)[1:] == [["Jan 2026", "3"], ["Feb 2026", "–"], ["Mar 2026", "1"], ["Apr 2026", "2"], ["Total", "6"]]
    assert "month%28due%29" in page
    quarters = tasks.client("admin").get(f"{TASKS}&rows=quarter(due)&measures=count").text
    assert rows(quarters)[1:] == [["Q1 2026", "4"], ["Q2 2026", "2"], ["Total", "6"]]


def test_bars_are_parted_ordered_and_cut(tasks: Any) -> None:
    browser = tasks.client("admin")
    parted = rows(browser.get(f"{TASKS}&rows=month(due)&cols=priority&measures=count").text)
    assert parted[0] == ["Due (month)", "Low", "Normal", "High", "Urgent", "Total"]
    assert parted[1] == ["Jan 2026", "2", "–", "1", "–", "3"]
    largest = rows(browser.get(f"{TASKS}&rows=priority&measures=count&top=1&sort=down").text)
    assert largest[1:] == [["Low", "3"], ["Others (3)", "3"], ["Total", "6"]]
    ordered = rows(browser.get(f"{TASKS}&rows=priority&measures=count&sort=down").text)
    assert ordered[1][0] == "Low"
    assert browser.get(f"{TASKS}&kind=pie&rows=priority").text.count('data-kind="pie"') == 1


def test_its_table_is_had_as_a_file(tasks: Any) -> None:
    file = tasks.client("admin").get(f"{TASKS}&rows=priority&measures=count&export=csv")
    assert "Low" in file.text
    assert "Total" in file.text
