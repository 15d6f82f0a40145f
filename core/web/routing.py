"""Addresses of an app value: hundreds of rules, of which only a few are ever written by `url_for`."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Built = Callable[..., tuple[str, str]]


class LazyRule(Rule):
    """Compiles what writes its address when that is first asked for: two thirds of an app's build were spent on it."""

    def _compile_builder(self, append_unknown: bool = True) -> Built:
        compiled: list[Built] = []
        compile_now = super()._compile_builder

        def write(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return write
