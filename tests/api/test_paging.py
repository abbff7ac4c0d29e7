"""Paging: each row is told once, whatever others write meanwhile, and a cursor holds for what it was made for."""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import islice

import pytest
import time_machine
from django.core import signing
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from api.pagination import Keyset
from api.urls import router
from api.views.claims import ClaimViewSet
from articles.dates import DateRange
from articles.models import Claim
from articles.models.dated import date_fields
from tests import factories
from tests.api.conftest import Api

MANY = 5_000 if os.environ.get("FACTCHECK_SLOW_SAMPLE") else 100_000


def dated(edtf: str) -> dict:
    return date_fields("published", DateRange.parse(edtf, "A test says so."))


# Orderings


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("ordering", ["id", "-id"])
def test_every_page_size_walks_the_whole_list(api, ordering, size):
    made = [factories.ClaimFactory().pk for _ in range(4)]
    found = api.ids("claims/", {"ordering": ordering, "page_size": size})
    assert found == (made if ordering == "id" else made[::-1])


@pytest.mark.parametrize("size", [1, 2, 25])
def test_rows_without_a_date_come_last_either_way(api, size):
    dates = ["2024-10", "2023", None, "2024-10-31", None, "../2020", "2021/.."]
    for given_date in dates:
        factories.ArticleFactory(public=True, **(dated(given_date) if given_date else {}))
    for ordering, reverse in (("published", False), ("-published", True)):
        rows = list(api.rows("articles/", {"ordering": ordering, "page_size": size}))
        latest = [row["published"]["latest"] for row in rows]
        known = [day for day in latest if day]
        assert known == sorted(known, reverse=reverse) and latest[len(known) :] == [None] * 3
        assert len({row["id"] for row in rows}) == len(dates)


def test_sources_by_title_and_verdicts_by_time(api):
    for title in ("b", "a", "b", "c"):
        factories.SourceFactory(title=title, public=True)
    titles = [row["title"] for row in api.rows("sources/", {"ordering": "title", "page_size": 1})]
    assert titles == ["a", "b", "b", "c"]
    for at in ("2024-01-02", "2024-01-01", "2024-01-02"):
        factories.VerdictFactory(at=at)
    days = [
        row["published_at"][:10]
        for row in api.rows("verdicts/", {"ordering": "-published_at", "page_size": 1})
    ]
    assert days == ["2024-01-02", "2024-01-02", "2024-01-01"]


# Cursors


def cursor_of(api: Api, query: dict) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(api.json("claims/", {"page_size": 1, **query})["next"]).query)["cursor"][0]


def test_a_cursor_holds_for_what_it_was_made_for(api, desk):
    for _ in range(3):
        factories.ClaimFactory(kind="legal")
    cursor = cursor_of(api, {"kind": "legal"})
    assert api.get("claims/", {"kind": "legal", "cursor": cursor, "page_size": 2}).status_code == 200
    refused = [
        (api, "claims/", {"cursor": cursor}),
        (api, "claims/", {"cursor": cursor, "kind": "fact"}),
        (api, "claims/", {"cursor": cursor, "kind": "legal", "ordering": "id"}),
        (api, "articles/", {"cursor": cursor}),
        (desk, "claims/", {"cursor": cursor, "kind": "legal"}),
    ]
    for who, path, query in refused:
        problem = who.problem(400, path, query)
        assert [(one["code"], one["parameter"]) for one in problem["errors"]] == [
            ("invalid_cursor", "cursor")
        ]


def test_a_cursor_that_is_none_of_ours_is_refused(api):
    for _ in range(2):
        factories.ClaimFactory()
    ours = cursor_of(api, {})
    forged = [
        "cD0x", "x", ":::", "9", "é", "\U0001f600", ours[:-1], ours + "A", ours.swapcase(), "a" * 4000,
        signing.dumps({"after": 1, "of": "x"}), signing.dumps([1], salt="elsewhere"),
    ]  # fmt: skip
    for cursor in forged:
        assert api.problem(400, "claims/", {"cursor": cursor})["errors"][0]["code"] == "invalid_cursor", (
            cursor
        )
    assert api.problem(400, "claims/", {"cursor": "a" * 4001})["errors"][0]["code"] == "malformed_parameter"


def test_a_cursor_ages(api):
    for _ in range(2):
        factories.ClaimFactory()
    cursor = cursor_of(api, {})
    with time_machine.travel(timezone.now() + timedelta(days=365), tick=False):
        assert "too old" in api.problem(400, "claims/", {"cursor": cursor})["detail"]


class Walking(TestCase):
    """While a script walks a list, others insert and dismiss: what was there all along is told once."""

    @given(
        size=st.integers(1, 4),
        ordering=st.sampled_from(["id", "-id"]),
        meanwhile=st.lists(
            st.sampled_from(["insert", "dismiss a seen one", "dismiss an unseen one"]), max_size=6
        ),
    )
    @hypothesis_settings(max_examples=25)
    def test_no_row_is_lost_or_doubled(self, size, ordering, meanwhile):
        api = Api()
        there = [factories.ClaimFactory() for _ in range(6)]
        gone: set[int] = set()
        seen: list[int] = []
        steps = iter(meanwhile)
        page = api.json("claims/", {"page_size": size, "ordering": ordering})
        while True:
            seen += [row["id"] for row in page["results"]]
            step = next(steps, None)
            if step == "insert":
                factories.ClaimFactory()
            elif step:
                wanted = step == "dismiss a seen one"
                left = [one for one in there if (one.pk in seen) is wanted and one.pk not in gone]
                if left:
                    Claim.objects.get(pk=left[0].pk).dismiss(factories.some_editor(), "A test.")
                    gone.add(left[0].pk)
            if not page["next"]:
                break
            page = api.json(page["next"].removeprefix("http://testserver"))
        assert len(seen) == len(set(seen))
        assert {one.pk for one in there} - gone <= set(seen)
        assert seen == sorted(seen, reverse=ordering == "-id")

    @given(data=st.data(), size=st.integers(1, 4))
    @hypothesis_settings(max_examples=25)
    def test_whatever_a_list_is_ordered_by(self, data, size):
        """Rows whose place changes may be told twice or not at all; all others are told once, in order."""
        ordering = data.draw(
            st.sampled_from(["asserted", "-asserted", "changed", "-changed", "title", "-title"])
        )
        on_sources = ordering.endswith("title")
        path = "sources/" if on_sources else "claims/"
        values = st.sampled_from(["b", "a", "c", "B", "\u00e4", "\u00df", "a b"])
        days = st.sampled_from(["2024-01", "2023", "", "2024-01-31", "../2020", "2021/.."])

        def add():
            if on_sources:
                return factories.SourceFactory(title=data.draw(values), public=True)
            return factories.ClaimFactory(**asserted(data.draw(days)))

        def change(row):
            if on_sources:
                row.revise(factories.some_editor(), title=data.draw(values))
            else:
                row.revise(factories.some_editor(), **asserted(data.draw(days)), kind="legal")

        there = [add() for _ in range(6)]
        moved: set[int] = set()
        api, seen, added = Api(), [], set()
        page = api.json(path, {"page_size": size, "ordering": ordering})
        for _ in range(40):
            seen += [row["id"] for row in page["results"]]
            if not page["next"]:
                break
            step = data.draw(st.sampled_from(["nothing", "add", "change"]))
            if step == "add" and len(added) < 4:
                added.add(add().pk)
            elif step == "change" and len(moved) < 3:
                row = data.draw(st.sampled_from(there))
                row.refresh_from_db()
                change(row)
                moved.add(row.pk)
            page = api.json(page["next"].removeprefix("http://testserver"))
        assert not page["next"], "it ends"
        still = [pk for pk in seen if pk not in moved and pk not in added]
        assert sorted(still) == sorted({row.pk for row in there} - moved)
        assert len([pk for pk in seen if pk in added]) == len({pk for pk in seen if pk in added})
        whole = [pk for pk in api.ids(path, {"page_size": 100, "ordering": ordering}) if pk in set(still)]
        assert still == whole
        if ordering == "changed":
            assert {row.pk for row in there} <= set(seen), "what changes goes to the end, so none is lost"


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("noun", ["claims", "articles", "sources", "verdicts", "ratings"])
def test_every_ordering_has_the_id_as_its_tail(api, noun, size):
    """Rows that are alike in all but their ids, with every ordering there is and both ways round."""
    for _ in range(3):
        factories.VerdictFactory(at="2024-01-01")
        factories.ArticleFactory(public=True, title="Alike")
        factories.SourceFactory(public=True, title="Alike")
    view = next(viewset for prefix, viewset, _ in router.registry if prefix == noun)
    whole = sorted(api.ids(f"{noun}/"))
    assert len(whole) >= 3
    for ordering in view.orderings:
        found = api.ids(f"{noun}/", {"ordering": ordering, "page_size": size})
        assert sorted(found) == whole, ordering
        if ordering.lstrip("-") not in ("title", "changed", "published_at"):
            assert found == (whole[::-1] if ordering.startswith("-") else whole), ordering


def test_the_next_page_begins_where_an_index_can(db):
    """The bound on the column stands alone, beside the condition that the id decides."""
    view = ClaimViewSet(action="list")
    paging = Keyset()
    paging.order, paging.descending = view.orderings["changed"]
    paging.rows = Claim.objects.order_by()
    sql = str(paging.after(5, 7).query)
    assert '"public_seq" >= 5' in sql


def asserted(edtf: str) -> dict:
    return date_fields("asserted", DateRange.parse(edtf, "A test says so.")) if edtf else {}


def bulk_claims(count: int) -> list[int]:
    """Put claims into the table, past verbs and ledger; return their ids in order."""
    first = factories.ClaimFactory()
    made = (
        Claim(statement=f"Bridge {number} has a railing.", public_seq=first.public_seq, created_by=None)
        for number in range(count - 1)
    )
    while batch := list(islice(made, 5000)):
        Claim.objects.bulk_create(batch)
    return list(Claim.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("ordering", "count"),
    [
        ("-id", 300),
        ("id", 300),
        ("-changed", 300),
        pytest.param("-id", MANY, marks=pytest.mark.slow),
        pytest.param("id", MANY, marks=pytest.mark.slow),
        pytest.param("-changed", min(MANY, 10_000), marks=pytest.mark.slow),
    ],
)
def test_all_claims_are_told_once_while_somebody_writes(committed_database, ordering, count):
    old = bulk_claims(count)
    factories.UserFactory(username="busy")
    writer = committed_database.start("act", "busy", 1_000_000)
    assert writer.stdout.readline().strip() == "ready"
    writer.stdin.write("go\n")
    writer.stdin.flush()

    def until_another_is_written():
        there = Claim.objects.count()
        while Claim.objects.count() == there:
            assert writer.poll() is None, writer.stderr.read()

    until_another_is_written()
    known, seen = set(old), []
    for row in Api().rows("claims/", {"page_size": 100, "ordering": ordering, "fields": "id"}):
        if row["id"] in known:
            seen.append(row["id"])
            if len(seen) in (100, 200):
                until_another_is_written()
        if len(seen) == count:
            break
    assert writer.poll() is None, writer.stderr.read()
    assert seen == (old if ordering == "id" else old[::-1])
