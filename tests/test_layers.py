"""Imports point one way, files stay short, and the check that says so finds what is planted."""

import ast
from pathlib import Path

from core.layers import wrong_imports
from core.registry.settings import CHECKOUT
from tests.registry.samples import write

LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def test_the_checkout_keeps_its_layers() -> None:
    assert [str(wrong) for wrong in wrong_imports(CHECKOUT)] == []


def test_planted_faults_are_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/db/base.py": "import core.errors\nfrom core.web import app\n",
            "core/db/lazy.py": "def late():\n    from ..web.app import build\n",
            "core/web/app.py": "import addons.erp_a.models\nfrom core import db, i18n\nfrom core.testing import x\n",
            "core/stray.py": "from core import db\n",
            "core/testing/fixtures.py": "from core.web import app\nimport addons.erp_a\n",
            "addons/erp_a/manifest.yaml": "name: A\n",
            "addons/erp_b/manifest.yaml": "name: B\ndepends: ['erp_a>=1.0']\noptional: [erp_c]\n",
            "addons/erp_c/manifest.yaml": "name: C\n",
            "addons/erp_a/models.py": "import core.web.app\nfrom addons.erp_a import rules\n",
            "addons/erp_b/models.py": "from addons.erp_a.models import A\nfrom addons.erp_a.screens import X\n"
            "from addons.erp_c.signals import S\nfrom addons.erp_a import screens, signals\n",
            "addons/erp_b/bridges/erp_c.py": "from addons.erp_c.signals import S\nfrom addons.erp_c import routes\n",
            "addons/erp_b/bridges/erp_a.py": "import addons.erp_c.models\n",
            "addons/erp_c/models.py": "from addons.erp_b.models import B\n",
            "addons/erp_c/tests/test_c.py": "from addons.erp_b.models import B\n",
        },
    )
    assert [str(wrong) for wrong in wrong_imports(tmp_path)] == [
        "addons/erp_b/bridges/erp_a.py:1: erp_c is optional for erp_b: import it in bridges/erp_c.py only",
        "addons/erp_b/bridges/erp_c.py:2: addons.erp_c.routes is not public; only models, signals, operations are",
        "addons/erp_b/models.py:2: addons.erp_a.screens is not public; only models, signals, operations are",
        "addons/erp_b/models.py:3: erp_c is optional for erp_b: import it in bridges/erp_c.py only",
        "addons/erp_b/models.py:4: addons.erp_a.screens is not public; only models, signals, operations are",
        "addons/erp_c/models.py:1: erp_c does not depend on erp_b; name it in depends, or in optional and bridge to it",
        "core/db/base.py:2: core.db may not import core.web",
        "core/db/lazy.py:2: core.db may not import core.web",
        "core/stray.py:1: core.stray has no place in the layers; give it one in core/layers.py",
        "core/web/app.py:1: core imports no addon",
        "core/web/app.py:3: core.web may not import core.testing",
    ]


def test_an_addon_outside_the_checkout_keeps_them_too(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "erp_z"
    write(folder, {"manifest.yaml": "name: Z\n", "models.py": "from addons.crm_contacts.models import Contact\n"})
    assert [str(wrong) for wrong in wrong_imports(CHECKOUT, [folder])] == [
        "addons/erp_z/models.py:1: erp_z does not depend on crm_contacts; "
        "name it in depends, or in optional and bridge to it"
    ]


def test_files_and_functions_are_short_enough_to_read() -> None:
    """Files under 300 lines; functions of the product under 40, less migrations, which only list columns."""
    long: list[str] = []
    for path in [p for area in ("core", "addons", "tests", "bench") for p in sorted((CHECKOUT / area).rglob("*.py"))]:
        source = path.read_text()
        shown = str(path.relative_to(CHECKOUT))
        if (lines := len(source.splitlines())) > LONGEST_FILE:
            long.append(f"{shown}: {lines} lines")
        if "/tests/" in f"/{shown}" or "/migrations/" in shown:
            continue
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        sizes = [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
        long += [f"{shown}: {name} has {size} lines" for name, size in sizes if size > LONGEST_FUNCTION]
    assert long == []
