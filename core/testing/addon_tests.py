"""The suite that every addon inherits: `class TestContacts(AddonTests): addon = "crm_contacts"`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.access.schema import ADMIN
from core.db import Base, Extension, Line, Model
from core.i18n import LANGUAGES, read_catalog
from core.layers import WrongImport, wrong_imports
from core.registry import lifecycle
from core.registry.manifest import Addon
from core.registry.settings import CHECKOUT
from core.registry.state import read_state
from core.signals import Signal
from core.testing.tandem import Tandem, closure, installed, known

TOLD_AGAIN = 25


class AddonTests:
    """About twenty checks of one addon, on both databases where they touch one; set `addon` to its name."""

    addon: ClassVar[str] = ""

    @pytest.fixture
    def alone(self, kind: str) -> Iterator[Tandem]:
        """This addon with only what it needs."""
        with installed(kind, [self.addon], self.discovery()) as made:
            yield made

    def discovery(self) -> Any:
        """Where the addon is found; overridden for addons outside the checkout."""
        return known()

    @property
    def found(self) -> Addon:
        """The addon's files."""
        found: Addon = self.discovery().addons[self.addon]
        return found

    def own(self, tandem: Tandem) -> list[type[Base]]:
        """The addon's models."""
        return [m for m in tandem.composition.models.values() if m.__addon__ == self.addon]

    def test_all_files_are_as_the_manifest_says(self) -> None:
        """Manifest, views and permissions read; nothing is undeclared, missing or unused."""
        assert [str(p) for p in self.discovery().problems.get(self.addon, [])] == []

    def test_it_loads_and_its_views_and_permissions_name_what_is_there(self, alone: Tandem) -> None:
        """Every field, place, role and operation exists."""
        assert alone.composition.broken == {}
        assert self.addon in alone.composition.names

    def test_imports_point_the_right_way(self) -> None:
        """Only models, signals and operations of addons it depends on; optional ones in bridges."""
        told = [wrong for wrong in imports_of(self.found.folder) if wrong.file.startswith(f"addons/{self.addon}/")]
        assert told == []

    def test_models_and_migrations_agree(self, alone: Tandem) -> None:
        """Autogenerate finds no difference between the mapped classes and the migrated tables."""
        own = {str(inspect(m).local_table) for m in self.own(alone)}
        own |= {str(r.secondary) for m in self.own(alone) for r in inspect(m).relationships if r.secondary is not None}

        def is_own(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
            if kind == "table":
                return name in own
            return not (kind == "index" and reflected and str(name).endswith("_search"))

        with alone.database.engine.connect() as connection:
            options = {"include_object": is_own, "compare_type": False, "target_metadata": Base.metadata}
            differences = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
        kept = [d for d in differences if not _is_noise(d)]
        assert not kept, str(kept)

    def test_install_disable_enable_uninstall_install(self, alone: Tandem) -> None:
        """The whole life of the addon, and nothing of it stays after the uninstall."""
        kernel = alone.kernel
        before = set(inspect(alone.database.engine).get_table_names())
        lifecycle.disable(kernel, self.addon)
        assert self.addon not in read_state(alone.database).enabled
        assert set(inspect(alone.database.engine).get_table_names()) == before
        lifecycle.enable(kernel, self.addon)
        lifecycle.disable(kernel, self.addon)
        lifecycle.uninstall(kernel, self.addon)
        left = {t for t in inspect(alone.database.engine).get_table_names() if t.startswith(f"{self.addon}_")}
        assert left == set()
        lifecycle.enable(kernel, self.addon)
        assert set(inspect(alone.database.engine).get_table_names()) == before

    def test_every_model_has_a_permission(self, alone: Tandem) -> None:
        """Some role besides the administrator may read each model."""
        roles = [r for r in alone.composition.permissions.roles if r != ADMIN]
        policies = [alone.composition.permissions.policy([r]) for r in roles]
        readable = {m for m in self.own(alone) for p in policies if p.may(m, "read")}
        assert [m.label() for m in self.own(alone) if m not in readable] == []

    def test_every_record_says_what_it_is(self, alone: Tandem) -> None:
        """Public classes have a docstring; records name the attribute that titles them."""
        for model in self.own(alone):
            assert model.__doc__, f"{model.label()} has no docstring"
            if issubclass(model, Model) and not issubclass(model, Extension | Line):
                assert hasattr(model, model.__title__), f"{model.label()}.__title__ names no attribute"

    @pytest.mark.parametrize("language", LANGUAGES[1:])
    def test_every_string_of_the_menu_is_translated(self, language: str) -> None:
        """Menu labels and the addon's name and summary are in the catalog, once the addon has catalogs at all."""
        if not (self.found.folder / "translations").is_dir():
            pytest.skip("a new addon speaks English only")
        catalog = read_catalog(self.found.folder / "translations" / f"{language}.po")
        manifest = self.found.manifest
        wanted = [manifest.name, manifest.summary, *(entry.label for entry in manifest.menu)]
        assert [text for text in wanted if text not in catalog] == []

    def test_every_screen_renders_for_each_role(self, alone: Tandem) -> None:
        """List and, where the role may create, an empty form; a role without the right gets 403."""
        roles = [ADMIN, *(r for r in alone.composition.permissions.roles if r.startswith(f"{self.addon}."))]
        for number, role in enumerate(roles):
            client = alone.client(alone.add_user(f"user{number}", role))
            policy = alone.composition.permissions.policy([role])
            for url, model in self.screens(alone):
                expected = 200 if policy.may(model, "read") else 403
                answer = client.get(url)
                told = f"{url} as {role}: {answer.status_code} {answer.headers.get('Location', '')}"
                assert answer.status_code == expected, told
                if policy.may(model, "create") and not issubclass(model, Line):
                    status = client.get(f"{url}new").status_code
                    by_verbs_alone = status == 404 and f"{url}new" not in answer.text  # then nothing could be filled in
                    assert status == 200 or by_verbs_alone, f"{url}new as {role}: {status}"

    def screens(self, tandem: Tandem) -> list[tuple[str, type[Base]]]:
        """The addresses of the addon's screens."""
        links = [link for link in tandem.composition.menu if link.addon == self.addon and link.model is not None]
        return [(link.url, link.model) for link in links if link.model is not None]

    def test_the_api_lists_every_model(self, alone: Tandem) -> None:
        """`GET /api/v1/<addon>/<model>` answers an empty or filled list, and nothing without a key."""
        client = alone.client("admin")
        for model in self.own(alone):
            if issubclass(model, Model):
                url = f"/api/v1/{self.addon}/{model.__slug__}"
                assert client.get(url).status_code == 200, url
                assert alone.app.test_client().get(url).status_code in (401, 403), url

    def test_it_works_with_each_optional_neighbour(self, kind: str) -> None:
        """Enabled beside each addon it has bridges for, it loads and its health is clean."""
        for neighbour in self.found.optional:
            if neighbour in self.discovery().addons:
                with installed(kind, [self.addon, neighbour], self.discovery()) as together:
                    assert together.composition.broken == {}
                    assert together.broken() == []

    def test_a_fresh_installation_is_healthy(self, alone: Tandem) -> None:
        """No invariant is broken before anything was done."""
        assert alone.broken() == []

    def test_the_demonstration_loads_and_is_healthy(self, alone: Tandem) -> None:
        """What the addon shows of itself goes through its own operations and breaks nothing."""
        alone.load_demo(closure([self.addon], self.discovery()))
        assert alone.broken() == []

    def test_receivers_called_twice_do_their_work_once(self, kind: str) -> None:
        """The outbox delivers at least once: what the demonstration announced is told again, and no table changes."""
        neighbours = [name for name in self.found.optional if name in self.discovery().addons]
        names = [self.addon, *neighbours]
        with installed(kind, names, self.discovery()) as together:
            with overheard(together) as signals:
                together.load_demo(closure(names, self.discovery()))
            together.work()
            mine = [
                hearing
                for hearing in together.composition.switchboard.hearings
                if hearing.receiver.__module__.startswith(f"addons.{self.addon}.")
            ]
            for hearing in mine:
                assert hearing.receiver.__doc__, f"{hearing.name} does not say what it does"
                before = contents(together)
                for signal in [signal for signal in signals if type(signal) is hearing.kind][-TOLD_AGAIN:]:
                    with together.write() as session:
                        hearing.receiver(session, signal)
                after = contents(together)
                changed = sorted(name for name in after if after[name] != before[name])
                assert changed == [], f"{hearing.name} did its work again, in {', '.join(changed)}"


def imports_of(folder: Path) -> list[WrongImport]:
    """The wrong imports of the checkout, and of an addon outside of it."""
    return _wrong_imports(() if folder.is_relative_to(CHECKOUT) else (folder,))


_wrong_imports = cache(lambda outside: wrong_imports(CHECKOUT, outside))


@contextmanager
def overheard(tandem: Tandem) -> Iterator[list[Signal]]:
    """What is announced meanwhile, in order."""
    board, heard = tandem.composition.switchboard, list[Signal]()
    send = board.send

    def listen(session: Session, signal: Signal) -> None:
        heard.append(signal)
        send(session, signal)

    with patch.object(board, "send", listen):
        yield heard


def contents(tandem: Tandem) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with tandem.database.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        tables = [table for name, table in Base.metadata.tables.items() if name in there]
        return {str(t): sorted(connection.execute(t.select()).all(), key=repr) for t in tables}


def _is_noise(difference: Any) -> bool:
    """What databases reflect differently from how it was said, without meaning anything else."""
    kind = difference[0] if isinstance(difference, tuple) else difference[0][0]
    return kind in ("remove_index", "add_index") and "search" in str(difference)


Make = Callable[..., Tandem]
