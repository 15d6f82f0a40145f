"""A plan drawn in a process of its own: code that was never loaded here cannot harm the requests that run beside it.

One mapper that cannot be configured makes SQLAlchemy refuse every query of its process; so a running worker imports an
addon only after another process could.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.db import Database
from core.errors import FieldError, Invalid, Missing, Refused, TandemError
from core.i18n import _
from core.registry.kernel import Kernel
from core.registry.plan import Plan, plan
from core.registry.settings import CHECKOUT, Settings

LIMIT_S = 60
KINDS: dict[str, type[TandemError]] = {kind.kind: kind for kind in (Invalid, Missing, Refused)}


def probed_plan(kernel: Kernel, name: str) -> Plan:
    """The plan of an addon as another process draws it, which imports, configures and composes everything.

    Missing, Refused or Invalid as `plan` raises them.
    """
    asked = {
        "name": name,
        "home": str(kernel.settings.home),
        "database_url": kernel.settings.database_url,
        "addons_path": [str(folder) for folder in kernel.settings.addons_path],
        "checkout": str(kernel.checkout),
        "installed": kernel.installed,
    }
    command = [sys.executable, "-m", "core.web.probe"]
    try:
        ran = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=LIMIT_S, cwd=CHECKOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused(_("{name} was not read within {seconds} seconds", name=name, seconds=LIMIT_S)) from None
    if ran.returncode != 0:
        last = ran.stderr.strip().splitlines()[-1:] or ["the process ended"]
        raise Invalid(_("{name} cannot be read: {error}", name=name, error=last[0]))
    told = json.loads(ran.stdout.splitlines()[-1])
    if "plan" in told:
        return Plan(**told["plan"])
    errors = [FieldError(field, message) for field, message in told["errors"]]
    raise KINDS.get(told["kind"], Refused)(told["message"], errors)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What the other process says."""
    import core.screens.parts  # noqa: F401 (views are checked too)

    folders = tuple(Path(folder) for folder in asked["addons_path"])
    settings = Settings(Path(asked["home"]), asked["database_url"], folders)
    kernel = Kernel(
        settings, Database(settings.database_url), checkout=Path(asked["checkout"]), installed=asked["installed"]
    )
    kernel.rediscover()
    try:
        return {"plan": plan(kernel, asked["name"]).as_dict()}
    except TandemError as error:
        errors = [(each.field, str(each.message)) for each in error.errors]
        return {"kind": error.kind, "message": str(error), "errors": errors}


if __name__ == "__main__":
    print(json.dumps(answer(json.load(sys.stdin))))
