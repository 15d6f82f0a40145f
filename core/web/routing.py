"""Addresses of an app value: hundreds of rules, of which only a few are ever written by `url_for`."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Built = Callable[..., tuple[str, str]]


class LazyRule(Rule):
    """Compiles what writes its address when that is first asked for: two thirds of an app's build were spent on it."""

    #: what was compiled, by whether values that the rule does not name are appended
    compiled: dict[bool, Built] | None = None

    def _compile_builder(self, append_unknown: bool = True) -> Built:
        return _write_all if append_unknown else _write

    def builder(self, append_unknown: bool) -> Built:
        """What writes the address."""
        if self.compiled is None:
            self.compiled = {}
        if append_unknown not in self.compiled:
            self.compiled[append_unknown] = super()._compile_builder(append_unknown)
        return self.compiled[append_unknown]


def _write(rule: LazyRule, /, **values: Any) -> tuple[str, str]:
    return rule.builder(False)(rule, **values)


def _write_all(rule: LazyRule, /, **values: Any) -> tuple[str, str]:
    return rule.builder(True)(rule, **values)
