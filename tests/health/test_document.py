"""The handbook's table of promises names guards, checks and tests that exist."""

import re

from core.registry.settings import CHECKOUT
from tests.health.test_damage import DAMAGE

TABLE = CHECKOUT / "docs" / "invariants.md"


def test_every_name_in_the_table_is_in_the_code() -> None:
    rows = [line.split("|")[1:-1] for line in TABLE.read_text().splitlines() if re.match(r"\| [A-Z]\d", line)]
    guards = "".join(path.read_text() for path in CHECKOUT.glob("addons/*/guards/*.sql"))
    models = "".join(path.read_text() for path in CHECKOUT.glob("addons/*/models/*.py"))
    tests = "".join(path.read_text() for root in ("tests", "addons") for path in CHECKOUT.glob(f"{root}/**/*.py"))
    assert len(rows) > 30
    for _promise, guard, health, proof in rows:
        named = re.findall(r"`([^`]+)`", guard)
        assert [n for n in named if f" {n} " not in guards and f'"{n}"' not in models and f"{n}:" not in models] == []
        assert [n for n in re.findall(r"`([^`]+)`", health) if n not in DAMAGE] == []
        assert [n for n in re.findall(r"`([^`]+)`", proof) if f"def {n}(" not in tests] == []
