"""The minimal addon: six files, about sixty lines, complete from table to menu, ready to be changed."""

from pathlib import Path

from core.errors import Invalid, Refused
from core.i18n import _
from core.registry.manifest import NAME

MANIFEST = """\
name: {title}
summary: Short texts with a date.
version: 0.1.0
category: {category}
icon: note
models: [{model}]
views: [{slug}]
permissions: permissions.yaml
menu:
  - {{screen: {model}, label: {title}, section: {section}, order: 90, icon: note}}
"""

MODELS = '''\
"""{title}."""

import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class {model}(Model):
    """A short text about a day."""

    __title__ = "subject"

    subject: Mapped[str]
    day: Mapped[datetime.date | None]
    text: Mapped[str] = mapped_column(default="")
'''

VIEW = """\
model: {addon}.{model}
icon: note
list:
  columns: [day, subject]
  order: [-day]
form:
  groups:
    - {{name: {slug}, fields: [subject, day, {{field: text, widget: textarea}}]}}
search: {{fields: [subject, text]}}
"""

PERMISSIONS = """\
roles:
  {addon}.user: {{label: {title} user, summary: Writes and reads all of them}}
models:
  {model}:
    {addon}.user: {{may: [read, create, update, delete], records: all}}
"""

MIGRATION = '''\
"""{title}."""

import sqlalchemy as sa
from alembic import op

from core.db.migrate import model_columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "{addon}_{slug}",
        *model_columns(),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("text", sa.String(), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("{addon}_{slug}")
'''

TESTS = """\
from core.testing.addon_tests import AddonTests


class Test{title}(AddonTests):
    addon = "{addon}"
"""

FILES = {
    "manifest.yaml": MANIFEST,
    "models.py": MODELS,
    "views/{slug}.yaml": VIEW,
    "permissions.yaml": PERMISSIONS,
    "migrations/0001_{slug}.py": MIGRATION,
    "tests/test_{slug}.py": TESTS,
}


def write_addon(name: str, folder: Path) -> list[Path]:
    """Write the minimal addon `name` below `folder` (which holds addons); answers the paths of its files.

    Invalid for a name that is none, Refused if there is a folder of that name.
    """
    if not NAME.fullmatch(name):
        raise Invalid(_("{name} is no addon name; write <area>_<domain> in small letters, such as crm_notes", name=name))
    target = folder / name
    if target.exists():
        raise Refused(_("{folder} exists already", folder=str(target)))
    words = _words(name)
    written = []
    for path, template in FILES.items():
        file = target / path.format(**words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template.format(**words), encoding="utf-8")
        written.append(file)
    return written


def _words(name: str) -> dict[str, str]:
    """`crm_notes` is about the model Note, in the category crm."""
    area, _underscore, domain = name.partition("_")
    singular = domain[:-3] + "y" if domain.endswith("ies") else domain.removesuffix("s")
    category = area if area in ("crm", "erp") else "base"
    return {
        "addon": name,
        "slug": singular,
        "model": "".join(part.capitalize() for part in singular.split("_")),
        "title": "".join(part.capitalize() for part in domain.split("_")),
        "category": category,
        "section": {"crm": "Customers", "erp": "Operations"}.get(category, "Set-up"),
    }
