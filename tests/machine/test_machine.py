"""Any sequence of commands over all ten addons leaves books in which every invariant holds (erp.md 3.2 and 3.3)."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.office import Office


@pytest.mark.slow
def test_any_sequence_of_commands_keeps_every_invariant(kind: str) -> None:
    machine = type("Machine", (Office,), {"kind": kind})
    bounds = settings(
        max_examples=8 if kind == "sqlite" else 3,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=bounds)
