"""Schemathesis asks the API whatever its schema allows, and much that it does not: no 5xx, no undocumented answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings

from tests import factories
from tests.api.test_schema import COMMITTED

pytestmark = pytest.mark.slow
schemathesis = pytest.importorskip("schemathesis")
EXAMPLES = 10 if os.environ.get("FACTCHECK_SLOW_SAMPLE") else 100


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """Through the real WSGI door every request ends by closing the connection, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def probed(db: None, _connection_stays: None) -> Any:
    """The schema, and a record small enough that guessed ids find something."""
    from factcheck.wsgi import application

    for _ in range(3):
        claim = factories.ClaimFactory(topics=[factories.TopicFactory()])
        article = factories.ArticleFactory(public=True)
        factories.AppearanceFactory(claim=claim, article_version=article.current_version)
        factories.EvidenceFactory(claim=claim, cited=True)
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers={"Host": "localhost"})


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("path", COMMITTED["paths"])
def test_no_answer_surprises(probed, path, mode):
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    (method,) = COMMITTED["paths"][path]
    described = COMMITTED["paths"][path][method]
    if mode == "negative" and not described.get("parameters") and method == "get":
        pytest.skip("there is nothing to get wrong")
    strategy = probed[path][method.upper()].as_strategy(generation_mode=GenerationMode(mode))

    # What a schema cannot say is refused too: a cursor that is not ours, a slug no scale has, the year 999.
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def probe(case: Any) -> None:
        case.call_and_validate(headers={"Host": "localhost"}, excluded_checks=[positive_data_acceptance])

    probe()
