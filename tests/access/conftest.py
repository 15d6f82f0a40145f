"""One filled database per kind for all cases of the guard; each case rolls back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.access import Policy, UserSession
from core.access.policy import Grant
from core.db import Database
from core.testing.browser import Browser
from core.testing.databases import fresh
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem
from tests.access import probe, shop
from tests.access.door import PASSWORD, Stored
from tests.access.shop import ANA, HERE
from tests.access.shop_sessions import Open


@pytest.fixture(scope="module", params=kinds())
def probed(request: pytest.FixtureRequest) -> Iterator[Database]:
    with fresh(str(request.param)) as database:
        probe.fill(database)
        yield database


@pytest.fixture
def session(probed: Database) -> Iterator[UserSession]:
    """Ana's session; nothing that it writes stays."""
    with probed.open(UserSession, writes=True, policy=probe.POLICY, user_id=probe.ANA, company_id=1) as opened:
        assert isinstance(opened, UserSession)
        yield opened
        opened.rollback()


@pytest.fixture
def site(tandem: Callable[..., Tandem]) -> Tandem:
    """An installation with ana, who has no role, beside the administrator."""
    made = tandem()
    made.add_user("ana", password=PASSWORD)
    return made


@pytest.fixture
def admin(site: Tandem) -> Browser:
    return site.client("admin")


@pytest.fixture
def ana(site: Tandem) -> Browser:
    return site.client("ana")


@pytest.fixture
def rows(site: Tandem) -> Iterator[Stored]:
    with site.database.read() as session:
        yield Stored(session)


@pytest.fixture(scope="module", params=kinds())
def shops(request: pytest.FixtureRequest) -> Iterator[Database]:
    with fresh(str(request.param)) as database:
        shop.fill(database)
        yield database


@pytest.fixture
def opened(shops: Database) -> Open:
    """`opened({Order: grant(...)}, user)`: a session that is rolled back."""

    @contextmanager
    def opening(grants: dict[type, Grant], user: int = ANA, company: int = HERE, **info: Any) -> Iterator[UserSession]:
        policy = Policy(grants, is_admin=bool(info.pop("admin", False)))
        with shops.open(UserSession, writes=True, policy=policy, user_id=user, company_id=company, **info) as session:
            assert isinstance(session, UserSession)
            yield session
            session.rollback()

    return opening
