"""An installation with ana beside the administrator, and a mail server."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from core.access import User
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from tests.access.door import PASSWORD
from tests.mail.postbox import Postbox, account, postbox


@pytest.fixture
def site(tandem: Callable[..., Tandem]) -> Tandem:
    made = tandem()
    made.add_user("ana", password=PASSWORD)
    with made.database.write() as session:
        session.execute(update(User).where(User.login == "ana").values(email="ana@example.org", language="es"))
    return made


@pytest.fixture
def admin(site: Tandem) -> Browser:
    return site.client("admin")


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as opened:
        yield opened


@pytest.fixture
def mailing(site: Tandem, admin: Browser, box: Postbox) -> Tandem:
    """The installation once its account is set up in the browser."""
    made = admin.post("/settings/mail/new", account(box.port))
    assert made.status_code == 302, made.text
    return site
