"""Answer times count while the company works."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.crm_tickets.clock import after_working, checked_hour, stretches_of, time_left, working_minutes
from core.errors import Invalid

HOME = ZoneInfo("America/Argentina/Buenos_Aires")
WEEK = stretches_of(
    [
        (day, *hours)
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
        for hours in (("09:00", "13:00"), ("14:00", "18:00"))
    ]
)


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=HOME).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(23, 9), 60, at(23, 10)),
        (at(23, 12, 30), 60, at(23, 14, 30)),  # over lunch
        (at(23, 7), 60, at(23, 10)),  # before opening
        (at(27, 17, 30), 60, at(30, 9, 30)),  # over the week-end
        (at(28, 12), 480, at(30, 18)),  # from a Saturday
        (at(23, 9), 2400, at(27, 18)),  # a whole week
    ],
)
def test_working_minutes_after_a_moment(start, minutes, end):
    assert after_working(start, minutes, WEEK, HOME) == end
    assert working_minutes(start, end, WEEK, HOME) == minutes


def test_without_working_times_every_minute_counts():
    assert after_working(at(28, 12), 90, {}, HOME) == at(28, 13, 30)


def test_overlapping_stretches_count_once():
    day = stretches_of([("monday", "09:00", "13:00"), ("monday", "12:00", "15:00"), ("monday", "15:00", "16:00")])
    assert day == {0: [(time(9), time(16))]}


@settings(max_examples=60, deadline=None)
@given(offset=st.integers(0, 60 * 24 * 30), minutes=st.integers(1, 5000), more=st.integers(0, 3000))
def test_later_is_later_and_what_is_added_is_counted(offset, minutes, more):
    start = at(2, 0) + timedelta(minutes=offset)
    end = after_working(start, minutes, WEEK, HOME)
    assert working_minutes(start, end, WEEK, HOME) == minutes
    assert after_working(start, minutes + more, WEEK, HOME) >= end
    assert after_working(end, more, WEEK, HOME) == after_working(start, minutes + more, WEEK, HOME) or more == 0


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(minutes=50), "0:50"),
        (timedelta(hours=5, minutes=7), "5:07"),
        (timedelta(days=1, hours=4), "1 d 4 h"),
        (timedelta(days=2, minutes=5), "2 d"),
        (-timedelta(hours=1), "1:00"),
    ],
)
def test_time_left_is_said_shortly(left, said):
    assert time_left(left) == said


@pytest.mark.parametrize("hour", ["24:00", "9", "09:60", "noon"])
def test_what_is_no_hour_is_refused(hour):
    with pytest.raises(Invalid, match="write it as 09:30"):
        checked_hour("opens", hour)


def test_a_short_hour_is_completed():
    assert checked_hour("opens", "9:30") == "09:30"
