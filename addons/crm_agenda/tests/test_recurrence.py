"""Events repeat without limit on the clock on the wall."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from addons.crm_agenda.models import Event
from addons.crm_agenda.operations import occurrences
from addons.crm_agenda.rrules import checked_rule, remaining_rule, starts_between
from core.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "America/Argentina/Buenos_Aires", "Australia/Sydney", "Asia/Tokyo")


def on_the_wall(found, zone=BERLIN):
    return [each.starts_at.astimezone(zone).strftime("%m-%d %H:%M") for each in found]


def test_nine_stays_nine_over_both_changes_of_the_clock(tandem):
    with tandem("crm_agenda").write() as session:
        session.add(
            Event(
                subject="Standup",
                starts_at=datetime(2026, 3, 2, 9, tzinfo=BERLIN),
                zone="Europe/Berlin",
                rrule="FREQ=WEEKLY;BYDAY=MO",
            )
        )
        session.flush()
        spring = occurrences(session, datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 7, tzinfo=UTC))
        assert on_the_wall(spring) == ["03-23 09:00", "03-30 09:00", "04-06 09:00"]
        autumn = occurrences(session, datetime(2026, 10, 18, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC))
        assert on_the_wall(autumn) == ["10-19 09:00", "10-26 09:00"]


def test_an_endless_daily_event_is_one_row_and_is_there_in_2099_at_once(tandem):
    with tandem("crm_agenda").write() as session:
        session.add(Event(subject="Daily", starts_at=datetime(2004, 2, 29, 8, tzinfo=UTC), zone="UTC", rrule="FREQ=DAILY"))
        session.flush()
        began = time.perf_counter()
        found = occurrences(session, datetime(2099, 12, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        assert len(found) == 31
        assert time.perf_counter() - began < 0.5
        assert session.query(Event).count() == 1


def test_a_year_of_five_hundred_series_is_soon_there(tandem):
    with tandem("crm_agenda").write() as session:
        rules = ("FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY", "FREQ=WEEKLY;INTERVAL=2")
        for number in range(500):
            start = datetime(2020, 1, 1 + number % 28, 9, tzinfo=UTC)
            session.add(Event(subject=f"E{number}", starts_at=start, zone=ZONES[number % 5], rrule=rules[number % 5]))
        session.flush()
        window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        occurrences(session, *window)
        began = time.perf_counter()
        found = occurrences(session, *window)
        assert time.perf_counter() - began < 3  # 0.3 s on an idle machine
        assert len(found) > 20_000


def test_whole_days_are_days_everywhere(tandem):
    with tandem("crm_agenda").write() as session:
        fair = Event(
            subject="Fair",
            all_day=True,
            zone="Australia/Sydney",
            starts_at=datetime(2026, 10, 3, 15, tzinfo=UTC),
            ends_at=datetime(2026, 10, 5, 3, tzinfo=UTC),
        )
        session.add(fair)
        session.flush()
        sydney = ZoneInfo("Australia/Sydney")
        assert [m.astimezone(sydney).isoformat() for m in (fair.starts_at, fair.ends_at)] == [
            "2026-10-04T00:00:00+10:00",
            "2026-10-06T00:00:00+11:00",
        ]
        (found,) = occurrences(session, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC))
        assert found.day.isoformat() == "2026-10-04"


@pytest.mark.parametrize(
    "rule",
    [
        "every week",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=3;UNTIL=20260101",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=1000000000",
        "BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=XX",
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_remedy(rule):
    with pytest.raises(Invalid):
        checked_rule(rule)


def test_a_rule_is_kept_as_it_was_written():
    rule = "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1,15;BYHOUR=9"
    assert checked_rule(f"RRULE:{rule}") == rule


RULES = st.builds(
    lambda freq, interval, extra: f"FREQ={freq};INTERVAL={interval}{extra}",
    st.sampled_from(["DAILY", "WEEKLY", "HOURLY", "MONTHLY"]),
    st.integers(1, 7),
    st.sampled_from(["", ";BYDAY=MO,WE", ";BYMONTH=3,10", ";BYDAY=SU;BYMONTH=1"]),
)


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rule=RULES, days=st.integers(0, 2000), hour=st.integers(0, 23), zone=st.sampled_from(ZONES))
def test_walking_forward_in_strides_gives_what_walking_every_step_gives(rule, days, hour, zone):
    first = datetime(2019, 5, 6, hour, 30)
    begin = first + timedelta(days=days, hours=5)
    end = begin + timedelta(days=40)
    direct = [m for m in starts_between(rule, first, zone, first, end) if m >= begin]
    assert starts_between(rule, first, zone, begin, end) == direct


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rule=RULES, count=st.sampled_from(["", ";COUNT=40"]), cut=st.integers(1, 39), zone=st.sampled_from(ZONES))
def test_a_series_cut_in_two_is_the_same_series(rule, count, cut, zone):
    first, end = datetime(2024, 1, 1, 9), datetime(2032, 1, 1)
    if "BYMONTH" in rule or "BYDAY" in rule:
        found = starts_between(rule, first, zone, first + timedelta(minutes=1), end)
        assume(found)
        first = found[0]
    whole = starts_between(rule + count, first, zone, first, end)
    at = whole[min(cut, len(whole) - 1)]
    before, after = remaining_rule(rule + count, first, zone, at)
    parts = starts_between(before, first, zone, first, end) + starts_between(after, at, zone, at, end)
    assert parts == whole
