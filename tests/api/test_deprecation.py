"""The promise: nothing goes without a year's notice in each answer and in the description."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator

from api.deprecation import Deprecated
from api.views.topics import TopicViewSet

OLD = Deprecated(date(2024, 5, 1), date(2025, 6, 1), "https://factcheck.example/api/v1/docs/topics/")
OLDER = Deprecated(date(2023, 5, 1), date(2025, 5, 1), "https://factcheck.example/api/v1/docs/")


def test_a_year_is_the_least():
    with pytest.raises(ValueError, match="a year"):
        Deprecated(date(2024, 5, 1), date(2025, 4, 30), "https://factcheck.example/")


def test_nothing_is_said_of_what_stays(api):
    answer = api.get("topics/")
    assert not {"Deprecation", "Sunset"} & set(answer.headers)


def test_an_address(api, monkeypatch):
    monkeypatch.setattr(TopicViewSet, "deprecated", OLD)
    answer = api.get("topics/")
    assert answer["Deprecation"] == "@1714521600"
    assert answer["Sunset"] == "Sun, 01 Jun 2025 00:00:00 GMT"
    assert '<https://factcheck.example/api/v1/docs/topics/>; rel="deprecation"' in answer["Link"]
    # Refusals say so too: whoever reads them is about to mend their program anyway.
    assert "Sunset" in api.get("topics/999/").headers
    described = SchemaGenerator().get_schema(request=None, public=True)["paths"]["/api/v1/topics/"]["get"]
    assert described["deprecated"] is True and "Sunset" in described["responses"]["200"]["headers"]


def test_a_parameter_where_it_is_used(api, monkeypatch):
    first, *others = TopicViewSet.filters
    monkeypatch.setattr(TopicViewSet, "filters", (replace(first, deprecated=OLDER), *others))
    assert "Deprecation" not in api.get("topics/")
    assert api.get("topics/", {first.name: "1"})["Sunset"] == "Thu, 01 May 2025 00:00:00 GMT"
    described = SchemaGenerator().get_schema(request=None, public=True)["components"]["parameters"]
    assert [one["deprecated"] for one in described.values() if one.get("deprecated")] == [True]
    monkeypatch.setattr(TopicViewSet, "deprecated", OLD)
    assert api.get("topics/", {first.name: "1"})["Sunset"] == "Thu, 01 May 2025 00:00:00 GMT"
