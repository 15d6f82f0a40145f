"""What an administrator sees of the work behind the pages: jobs with progress and errors, signals, health, changes."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update

from addons.crm_contacts.models import Contact
from core.jobs import JobContext, enqueue, job
from core.signals import Delivery
from core.testing.tandem import Tandem

PAGES = ("/settings/jobs", "/settings/signals", "/settings/health", "/settings/audit")
fails = {"now": True}


@job("core.rehearsal", label="Rehearsal", tries=1)
def rehearse(context: JobContext, scenes: int) -> dict[str, int]:
    """Goes through some scenes, or forgets its text."""
    if fails["now"]:
        raise ValueError("the text is forgotten")
    context.progress(scenes, scenes)
    return {"scenes": scenes}


@pytest.fixture
def site(tandem: Callable[..., Tandem]) -> Tandem:
    return tandem("crm_contacts")


def asked(site: Tandem) -> int:
    with site.write("admin") as session:
        return enqueue(session, "core.rehearsal", scenes=7)


def state(site: Tandem, key: int) -> str:
    with site.read() as session:
        return str(session.scalars(select(Delivery.state).where(Delivery.id == key)).one())


def test_a_job_that_failed_is_seen_with_its_error_and_tried_again(site: Tandem) -> None:
    fails["now"] = True
    key, admin = asked(site), site.client()
    assert "Rehearsal" in admin.get("/settings/jobs?state=waiting").text
    site.work()
    assert state(site, key) == "parked"
    assert "Rehearsal" in admin.get("/settings/jobs?state=parked").text
    assert "the text is forgotten" in admin.get(f"/settings/jobs/{key}").text
    fails["now"] = False
    assert admin.post(f"/settings/jobs/{key}/again").status_code == 302
    site.work()
    assert state(site, key) == "done"
    page = admin.get(f"/settings/jobs/{key}").text
    assert "7 / 7" in page
    assert "scenes" in page


def test_a_waiting_job_is_cancelled(site: Tandem) -> None:
    key = asked(site)
    assert site.client().post(f"/settings/jobs/{key}/cancel").status_code == 302
    site.work()
    assert state(site, key) == "cancelled"
    assert site.client().get("/settings/jobs/99999").status_code == 404


def test_only_administrators_see_them(site: Tandem) -> None:
    site.add_user("rosa", "crm_contacts.manager")
    key, rosa = asked(site), site.client("rosa")
    for page in (*PAGES, f"/settings/jobs/{key}"):
        assert rosa.get(page).status_code == 403
        assert site.client().get(page).status_code == 200
    assert rosa.post(f"/settings/jobs/{key}/cancel").status_code == 403
    assert state(site, key) == "waiting"


def test_signals_health_and_changes(site: Tandem) -> None:
    with site.write("admin") as session:
        session.add(Contact(name="Ana Ruiz", city="Lugo"))
    with site.write("admin") as session:
        session.scalars(select(Contact)).one().city = "Vigo"
    admin = site.client()
    signals = admin.get("/settings/signals").text
    assert "ContactCreated" in signals
    assert "addons/crm_contacts/bridges/crm_contacts.py:" in signals
    changes = admin.get("/settings/audit?model=crm_contacts.Contact").text
    assert "Lugo" in changes
    assert "Vigo" in changes
    assert "invariants hold" in admin.get("/settings/health").text
    with site.write() as session:
        session.execute(update(Contact).values(merged_into_id=text("id")))
    broken = admin.get("/settings/health").text
    assert "are broken" in broken
    assert "CON2" in broken
