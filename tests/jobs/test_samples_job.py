"""Sample data of a newcomer: asked for at the welcome, loaded by a worker, told how far it is and why it stumbles."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from addons.crm_contacts.models import Contact
from core.db import Company
from core.jobs import samples
from core.registry.samples import Sample, has_samples
from core.signals import Delivery
from core.testing.tandem import Tandem

ASKED = {"name": "Sol SA", "country": "ES", "language": "en", "begin": "samples"}
PAGE = "/welcome/samples"


@pytest.fixture
def newcomer(tandem: Callable[..., Tandem]) -> Tandem:
    made = tandem("crm_contacts", "base_catalog")
    with made.write() as session:
        session.execute(update(Company).values(set_up_at=None))
    return made


def contacts(made: Tandem) -> int:
    with made.read() as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


def test_samples_are_loaded_by_a_worker_and_go_in_one_step(newcomer: Tandem) -> None:
    browser = newcomer.client()
    asked = browser.post("/welcome", ASKED)
    assert (asked.status_code, asked.headers["Location"]) == (302, PAGE)
    assert contacts(newcomer) == 0
    assert "Waits for a worker" in browser.get(PAGE).text
    assert 'href="/welcome/samples"' in browser.get("/").text
    newcomer.work()
    done = browser.get(PAGE).text
    assert "Done" in done and "/settings/samples" in done and "hx-trigger" not in done
    assert contacts(newcomer) > 5
    with newcomer.read() as session:
        assert has_samples(session)
    removed = browser.post("/settings/samples")
    assert removed.status_code == 200 and contacts(newcomer) == 0


def test_what_stumbles_is_told_and_gone_on_with(newcomer: Tandem, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish, loaded = samples.furnish, list[str]()

    def stumbling(database: Any, composition: Any, name: str) -> None:
        if loaded:
            raise ValueError("no such product")
        loaded.append(name)
        furnish(database, composition, name)

    monkeypatch.setattr(samples, "furnish", stumbling)
    browser = newcomer.client()
    browser.post("/welcome", ASKED)
    for _try in range(samples.TRIES):
        newcomer.work()
        with newcomer.write() as session:
            session.execute(update(Delivery).where(Delivery.receiver == samples.JOB).values(due=0.0))
    told = browser.get(PAGE).text
    assert "could not be loaded" in told and "no such product" in told and "Load the rest again" in told
    monkeypatch.setattr(samples, "furnish", furnish)
    assert browser.post(PAGE).status_code == 302
    assert browser.post(PAGE).status_code == 409, "it is on its way"
    newcomer.work()
    assert "Done" in browser.get(PAGE).text
    with newcomer.read() as session:
        noted = session.execute(select(Sample.addon, Sample.model)).all()
    assert len(noted) == len(set(noted)), "what was there is not loaded twice"
    assert {addon for addon, _model in noted} == {"crm_contacts", "base_catalog"}


def test_only_an_administrator_sees_it(newcomer: Tandem) -> None:
    newcomer.add_user("rosa", "crm_contacts.user")
    rosa = newcomer.client("rosa")
    assert (rosa.get(PAGE).status_code, rosa.post(PAGE).status_code) == (403, 403)
    assert newcomer.client().get(PAGE).headers["Location"] == "/welcome"
