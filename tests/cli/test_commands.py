"""The command `tandem`, as scripts use it: what it prints, and the status that it ends with."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import func, inspect, select, text, update

import core.importing.jobs  # noqa: F401 (makes the job known)
from addons.crm_contacts.models import Contact
from core.access.models import User
from core.attachments import BlobStore, attach
from core.cli.main import tandem as tandem_command
from core.db import now, trusted
from core.importing.models import Import
from core.jobs import enqueue
from core.registry.state import read_state
from core.testing.tandem import Tandem


@dataclass
class Shell:
    """Runs the command on one installation."""

    site: Tandem
    home: Path

    def __call__(self, *words: str, status: int = 0, cwd: Path | None = None) -> str:
        """What the command prints on both outputs, if it ends with this status."""
        settings = {"TANDEM_HOME": str(self.home), "TANDEM_DATABASE_URL": self.site.database.url}
        settings |= {"TANDEM_ADDONS_PATH": str(self.home / "addons"), "TANDEM_SECRET_KEY": "of these tests " * 3}
        order = [sys.executable, "-m", "core.cli", *words]
        inherited = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "200"}
        done = subprocess.run(
            order, env=inherited | settings, capture_output=True, text=True, timeout=120, check=False, cwd=cwd
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def shell(tandem: Callable[..., Tandem], tmp_path: Path) -> Shell:
    """An installation with contacts, of the database that the test has to itself."""
    (tmp_path / "addons").mkdir()
    return Shell(tandem("crm_contacts"), tmp_path)


def test_addons(shell: Shell) -> None:
    assert "on  crm_contacts" in shell("addon", "list")
    assert "-   crm_agenda" in shell("addon", "list")
    planned = shell("addon", "plan", "crm_agenda")
    assert "crm_agenda_event" in planned
    assert shell("addon", "enable", "crm_agenda") == "enabled crm_agenda\n"
    assert "crm_agenda" in shell("addon", "disable", "crm_contacts", status=1)
    assert shell("addon", "disable", "crm_contacts", "--cascade").splitlines() == [
        "disabled crm_agenda",
        "disabled crm_contacts",
    ]
    assert shell("addon", "uninstall", "crm_agenda", "--yes") == "uninstalled crm_agenda\n"
    assert not [t for t in inspect(shell.site.database.engine).get_table_names() if t.startswith("crm_agenda")]
    assert "there is no addon" in shell("addon", "check", "crm_nothing", status=1)
    assert shell("addon", "check") == "no problems\n"


def test_a_new_addon_with_a_fault(shell: Shell) -> None:
    folder = shell.home / "addons"
    assert len(shell("addon", "new", "crm_notes", "--into", str(folder)).splitlines()) == 6
    assert "op.create_table('crm_notes_note'" in shell("addon", "draft", "crm_notes")
    assert "there is no addon" in shell("addon", "draft", "crm_nothing", status=1)
    assert shell("addon", "enable", "crm_notes") == "enabled crm_notes\n"
    assert "create_table" not in shell("addon", "draft", "crm_notes")
    view = folder / "crm_notes" / "views" / "note.yaml"
    view.write_text(view.read_text().replace("subject", "subjekt", 1))
    told = shell("addon", "check", "crm_notes", status=1)
    assert "views/note.yaml:" in told
    assert "did you mean 'subject'?" in told


def test_people_and_keys(shell: Shell) -> None:
    assert "added ana with the password" in shell("user", "add", "ana", "--role", "crm_contacts.user")
    assert "there is no role wizard" in shell("user", "add", "eva", "--role", "wizard", status=1)
    assert "ana" in shell("user", "add", "ana", status=1)
    secret = shell("key", "add", "ana").strip()
    client = shell.site.app.test_client()
    listed = client.get("/api/v1/crm_contacts/contact", headers={"Authorization": f"Bearer {secret}"})
    assert listed.status_code == 200
    assert shell("key", "add", "nobody", status=1)


def test_a_file_is_imported_from_where_one_stands(shell: Shell) -> None:
    (shell.home / "people.csv").write_text("Name\nAna Ruiz\n")
    assert shell("import", "crm_contacts.contact", "people.csv", cwd=shell.home) == "        1 create\n        1 Person\n"
    with shell.site.database.read() as session:
        assert session.scalars(select(Contact.name)).all() == ["Ana Ruiz"]


def test_health_tells_rows_and_a_status(shell: Shell) -> None:
    assert shell("health") == ""
    with shell.site.write() as session:
        session.add(Contact(name="Ana Ruiz", kind="person"))
    with shell.site.write() as session:
        session.execute(text("update crm_contacts_contact set merged_into_id = id"))
    assert "CON2" in shell("health", status=1)


def test_a_backup_brings_back_the_moment_it_was_made(shell: Shell) -> None:
    database = shell.site.database
    with shell.site.write() as session:
        session.add(Contact(name="Ana Ruiz", kind="person"))
        who = session.scalars(select(Contact)).one()
        attach(session, who, "offer.pdf", BlobStore(shell.home, 1 << 20).put(BytesIO(b"%PDF-1.7")))
    archive = shell.home / "before.tar.gz"
    assert "before.tar.gz" in shell("backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0
    for content in (shell.home / "attachments").glob("??/*"):
        content.unlink()
    assert "A1 the content of every file" in shell("health", status=1)
    with shell.site.write() as session:
        session.execute(update(Contact).values(name="Somebody else"))
        session.add(Contact(name="Leo Paz", kind="person"))
    shell("addon", "enable", "crm_agenda")
    later = read_state(database).generation
    assert "restored" in shell("restore", str(archive), "--yes")
    with database.read() as session:
        assert session.scalars(select(Contact.name)).all() == ["Ana Ruiz"]
        assert session.scalar(select(func.count()).select_from(User)) == 1
    state = read_state(database)
    assert state.enabled == ("crm_contacts",)
    assert state.generation > later, "running workers would go on with addons that are gone"
    assert not [t for t in inspect(database.engine).get_table_names() if t.startswith("crm_agenda")]
    assert shell("health") == ""
    again = shell.home / "again.tar.gz"
    shell("backup", str(again))
    shell("restore", str(again), "--yes")


def test_a_damaged_backup_changes_nothing(shell: Shell) -> None:
    with shell.site.write() as session:
        session.add(Contact(name="Ana Ruiz", kind="person"))
    archive = shell.home / "bad.tar.gz"
    archive.write_bytes(b"no archive at all")
    assert "bad.tar.gz" in shell("restore", str(archive), "--yes", status=1)
    with shell.site.database.read() as session:
        assert session.scalars(select(Contact.name)).all() == ["Ana Ruiz"]


def test_demonstration_signals_and_jobs(shell: Shell) -> None:
    assert shell("demo", "load") == "filling crm_contacts\n"
    with shell.site.database.read() as session:
        count = session.scalar(select(func.count()).select_from(Contact)) or 0
    assert count > 10
    assert "ContactCreated" in shell("signals")
    assert shell("jobs", "run", "--once").endswith("done\n")
    assert shell("demo", "remove", "--yes") == "Contacts is as on its first day\n"
    with shell.site.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 0


def test_the_demonstration_is_not_removed_from_under_people(shell: Shell) -> None:
    with shell.site.write("admin") as session:
        session.add(Contact(name="Ana Ruiz", kind="person"))
    assert "nothing is removed" in shell("demo", "remove", "--yes", status=1)
    with shell.site.database.read() as session:
        assert session.scalars(select(Contact.name)).all() == ["Ana Ruiz"]


def test_workers_know_the_jobs_of_the_kernel(shell: Shell) -> None:
    file = shell.home / "people.csv"
    file.write_text("Name\nAna\n")
    with shell.site.write("admin") as session:
        values = {"model": Contact.label(), "filename": "f", "path": str(file), "at": now(), "user_id": 1, "company_id": 1}
        with trusted(session):
            made = Import(**values)
            session.add(made)
            session.flush()
        enqueue(session, "core.import", import_id=made.id, dry=True)
    assert "1 done" in shell("jobs", "run", "--once")
    with shell.site.read() as session:
        assert session.scalars(select(Import.state)).one() == "checked"


FILE = "Nombre completo;Correo\nPepa Íñiguez;pepa@x.example\nBad;no mail\n"


def test_a_file_is_tried_and_imported(shell: Shell) -> None:
    file, refused = shell.home / "people.csv", shell.home / "refused.csv"
    file.write_bytes(FILE.encode("cp1252"))
    dry = shell("import", "crm_contacts.contact", str(file), "--dry-run", "--refused", str(refused))
    assert "1 create" in dry
    assert "row 3: " in dry
    assert "no mail" in refused.read_text("utf-8-sig")
    with shell.site.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 0
    assert "1 refused" in shell("import", "crm_contacts.contact", str(file), "--login", "admin")
    with shell.site.database.read() as session:
        assert session.scalars(select(Contact.name)).all() == ["Pepa Íñiguez"]
    assert "there are crm_contacts.contact" in shell("import", "crm_contacts.nothing", str(file), status=1)
    assert "nobody" in shell("import", "crm_contacts.contact", str(file), "--login", "nobody", status=1)
    calendar = shell.home / "c.ics"
    calendar.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    assert "calendar" in shell("import", "crm_contacts.contact", str(calendar), status=1)


def test_what_cannot_be_done_has_a_status_and_a_sentence(shell: Shell) -> None:
    assert "No such command" in shell("dance", status=2)
    assert "Missing argument" in shell("addon", "enable", status=2)
    assert "does not exist" in shell("import", "crm_contacts.contact", str(shell.home / "none.csv"), status=2)
    assert "does not exist" in shell("restore", str(shell.home / "none.tar.gz"), status=2)
    for verb in ("plan", "enable", "disable", "uninstall"):
        more = ["--yes"] if verb == "uninstall" else []
        assert "crm_nothing" in shell("addon", verb, "crm_nothing", *more, status=1)
    assert "crm_contacts" in shell("addon", "uninstall", "crm_contacts", "--yes", status=1), "it is enabled"
    assert read_state(shell.site.database).enabled == ("crm_contacts",)


def commands(group: click.Group, *before: str) -> list[list[str]]:
    """Every command below a group, and the groups themselves."""
    found = [list(before)]
    for name, command in group.commands.items():
        found += commands(command, *before, name) if isinstance(command, click.Group) else [[*before, name]]
    return found


PROMISED = {
    "serve",
    "addon list",
    "addon plan",
    "addon enable",
    "addon disable",
    "addon uninstall",
    "addon check",
    "addon new",
    "user add",
    "key add",
    "import",
    "health",
    "backup",
    "restore",
    "demo load",
    "demo remove",
    "signals",
    "jobs run",
}


def test_every_promised_command_is_there() -> None:
    assert PROMISED - {" ".join(words) for words in commands(tandem_command)} == set()


@pytest.mark.parametrize("words", commands(tandem_command), ids=" ".join)
def test_every_command_has_help(words: list[str]) -> None:
    done = CliRunner().invoke(tandem_command, [*words, "--help"])
    assert done.exit_code == 0
    assert done.output.startswith("Usage:")
    assert len(done.output.splitlines()) > 3


def test_help_is_there_for_a_shell_too() -> None:
    order = [sys.executable, "-m", "core.cli", "--help"]
    done = subprocess.run(order, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[:6]) == (0, "Usage:")
