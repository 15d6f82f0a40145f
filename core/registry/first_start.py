"""The first start of an installation: a company, an administrator, the addons, the demonstration; each once."""

import secrets
from collections.abc import Callable, Iterator

from sqlalchemy import null, select

from core.db import Company
from core.registry import lifecycle
from core.registry.demo import load_demo
from core.registry.kernel import Kernel
from core.registry.order import in_order
from core.registry.state import read_state

COMPANY = {
    "name": "Muebles del Plata",
    "legal_name": "Muebles del Plata S.R.L.",
    "tax_id": "30-71234567-1",
    "country": "AR",
    "currency": "ARS",
    "zone": "America/Argentina/Buenos_Aires",
    "city": "La Plata",
    "street": "Calle 7 nº 1290",
}
EMPTY = {"name": "My company", "country": "AR", "currency": "ARS", "zone": "America/Argentina/Buenos_Aires"}


def first_start(kernel: Kernel, demo: bool, tell: Callable[[str], None]) -> Iterator[str]:
    """Set up what is missing; yields what its owner must know, such as how to log in.

    A start that was cut off goes on where it was: the addon whose demonstration was not committed is filled again.
    """
    from core.access.accounts import add_user

    with kernel.database.read() as session:
        company = session.scalars(select(Company).order_by(Company.id)).first()
    if company is None:
        password = kernel.settings.admin_password or secrets.token_urlsafe(9)
        with kernel.database.write() as session:
            session.add(Company(**COMPANY) if demo else Company(**EMPTY, set_up_at=null()))
            session.flush()
            add_user(session, "admin", ["admin"], password)
        (kernel.settings.home / "demo").write_text("wanted" if demo else "no")
        if not kernel.settings.admin_password:
            yield f"Log in as admin with the password {password} (it is shown this once)"
        for addon in in_order(kernel.addons.values()):
            if addon.name not in read_state(kernel.database).enabled and addon.name not in kernel.discovery.problems:
                tell(f"enabling {addon.name}")
                lifecycle.enable(kernel, addon.name)
    yield from fill_demonstration(kernel, tell)


def fill_demonstration(kernel: Kernel, tell: Callable[[str], None]) -> Iterator[str]:
    """Load what is left of the demonstration; the file `demo` in the home folder says what is done already."""
    mark = kernel.settings.home / "demo"
    words = mark.read_text().split() if mark.exists() else []
    if words[:1] != ["wanted"]:
        return
    state = read_state(kernel.database)
    composition = kernel.compose(state.enabled, state.generation)
    for name in composition.names:
        if name not in words:
            load_demo(kernel, composition, [name], progress=lambda filled: tell(f"filling {filled}"))
            words.append(name)
            mark.write_text(" ".join(words))
    mark.write_text(" ".join(["done", *words[1:]]))
    yield f"The demonstration company {COMPANY['name']} is ready"
