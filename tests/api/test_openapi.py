"""The generated document is true: whatever it allows is answered as it says, whatever else is refused as it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error, positive_data_acceptance

from tests.screens.booth import Booth, booth

EXAMPLES = 6


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest) -> Iterator[Booth]:
    """The fair's app, once for all examples."""
    with booth(str(request.param)) as made:
        yield made


def test_answers_are_as_the_document_says(stand: Booth) -> None:
    key = stand.key("clerk")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", stand.app, headers=key)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if "/fair/" not in operation.path:
            continue
        tried += 1

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def answers(case: Any) -> None:
            case.call_and_validate(headers=key, excluded_checks=[positive_data_acceptance])

        answers()
    assert tried >= 25


def test_nonsense_is_never_our_fault(stand: Booth) -> None:
    key = stand.key("admin")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", stand.app, headers=key)
    for found in schema.get_all_operations():
        operation = found.ok()
        if "/fair/guest" not in operation.path and "/fair/bill" not in operation.path:
            continue

        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def survives(case: Any) -> None:
            case.call_and_validate(headers=key, checks=[not_a_server_error])

        survives()
