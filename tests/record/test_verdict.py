"""A claim's verdicts as a series: what readers saw when (`as_of`) and what holds for which day (`held_on`)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from articles.models import Citation, Claim, Correction, Verdict
from tests.factories import ClaimFactory, VerdictFactory, make_series, moment_of

pytestmark = pytest.mark.django_db
# A word for each verdict of the series below, so that a table reads by itself.
SERIES = {
    "true, then the world changed": [
        ("verdict", "supported", "2024-01-10", None, "2024-02-29"),
        ("update", "contradicted", "2024-03-05", "2024-03-01", None),
    ],
    "an update that left the first one open": [
        ("verdict", "supported", "2024-01-10"),
        ("update", "contradicted", "2024-03-05", "2024-03-01", None),
    ],
    "corrected": [
        ("verdict", "supported", "2024-01-10"),
        ("affects_rating", "contradicted", "2024-03-05"),
    ],
    "clarified": [
        ("verdict", "supported", "2024-01-10"),
        ("clarification", "supported", "2024-03-05"),
    ],
    "withdrawn": [
        ("verdict", "supported", "2024-01-10"),
        ("withdrawal", "2024-03-05"),
    ],
    "withdrawn and published again": [
        ("verdict", "supported", "2024-01-10"),
        ("withdrawal", "2024-03-05"),
        ("update", "contradicted", "2024-04-01"),
    ],
    "an update that was wrong": [
        ("verdict", "supported", "2024-01-10", None, "2024-02-29"),
        ("update", "contradicted", "2024-03-05", "2024-03-01", None),
        ("affects_rating", "partly_supported", "2024-04-01", "2024-03-01", None),
    ],
    "an update, withdrawn": [
        ("verdict", "supported", "2024-01-10", None, "2024-02-29"),
        ("update", "contradicted", "2024-03-05", "2024-03-01", None),
        ("withdrawal", "2024-04-01"),
    ],
    "only ever for a month": [("verdict", "supported", "2024-01-10", "2024-01-01", "2024-01-31")],
}
# name of the series, day → number of the verdict readers saw at noon of that day
AS_OF = [
    ("true, then the world changed", "2024-01-09", None),
    ("true, then the world changed", "2024-01-10", 1),
    ("true, then the world changed", "2024-03-04", 1),
    ("true, then the world changed", "2024-03-05", 2),
    ("corrected", "2024-03-04", 1),
    ("corrected", "2024-03-06", 2),
    ("withdrawn", "2024-03-04", 1),
    ("withdrawn", "2024-03-05", None),
    ("withdrawn and published again", "2024-03-20", None),
    ("withdrawn and published again", "2024-04-02", 3),
    ("only ever for a month", "2024-06-01", 1),
]
# name of the series, day → number of the verdict that, as we know today, holds for that day
HELD_ON = [
    ("true, then the world changed", "2023-01-01", 1),
    ("true, then the world changed", "2024-02-29", 1),
    ("true, then the world changed", "2024-03-01", 2),
    ("true, then the world changed", "2030-01-01", 2),
    ("an update that left the first one open", "2024-02-29", 1),
    ("an update that left the first one open", "2024-03-01", 2),
    ("corrected", "2024-01-20", 2),
    ("corrected", "2030-01-01", 2),
    ("clarified", "2024-01-20", 2),
    ("withdrawn", "2024-01-20", None),
    ("withdrawn", "2030-01-01", None),
    ("withdrawn and published again", "2024-01-20", 3),
    ("an update that was wrong", "2024-02-01", 1),
    ("an update that was wrong", "2024-03-10", 3),
    ("an update, withdrawn", "2024-02-01", 1),
    ("an update, withdrawn", "2024-03-10", None),
    ("only ever for a month", "2023-12-31", None),
    ("only ever for a month", "2024-01-01", 1),
    ("only ever for a month", "2024-01-31", 1),
    ("only ever for a month", "2024-02-01", None),
]


@pytest.mark.parametrize(("series", "day", "number"), AS_OF)
def test_as_of(series, day, number):
    claim = ClaimFactory()
    make_series(claim, SERIES[series])
    seen = claim.as_of(moment_of(day))
    assert (seen and seen.number) == number


@pytest.mark.parametrize(("series", "day", "number"), HELD_ON)
def test_held_on(series, day, number):
    claim = ClaimFactory()
    make_series(claim, SERIES[series])
    held = claim.held_on(date.fromisoformat(day))
    assert (held and held.number) == number


@pytest.mark.parametrize("series", SERIES)
def test_current_is_the_last_row_where_that_is_a_verdict(series):
    claim = ClaimFactory()
    rows = make_series(claim, SERIES[series])
    expected = None if rows[-1].is_withdrawal else rows[-1]
    assert claim.current_verdict == expected == claim.as_of(moment_of("2031-01-01"))
    assert list(Verdict.objects.current()) == [row for row in rows[-1:] if not row.is_withdrawal]
    assert list(Verdict.objects.seen_today()) == list(Verdict.objects.current())


def test_as_of_to_the_moment():
    claim = ClaimFactory()
    (verdict,) = make_series(claim, [("verdict", "supported", "2024-01-10T12:00")])
    assert claim.as_of(verdict.published_at) == verdict
    assert claim.as_of(verdict.published_at - timedelta(microseconds=1)) is None


def test_clock_that_goes_back_does_not_reorder_the_series(editor):
    """The second was published with the clock an hour slow. What counts is the order in the record."""
    claim = ClaimFactory()
    first, second = make_series(
        claim, [("verdict", "supported", "2024-01-10T12:00"), ("update", "contradicted", "2024-01-10T11:00")]
    )
    assert second.published_at < first.published_at
    assert list(claim.verdict_series()) == [first, second]
    assert claim.current_verdict == second
    assert claim.as_of(moment_of("2024-01-10T13:00")) == second
    assert claim.as_of(moment_of("2024-01-10T11:30")) == second
    assert claim.held_on(date(2024, 1, 10)) == second
    second.withdraw(editor, "It was wrong.", at=moment_of("2024-01-10T10:00"))
    assert claim.current_verdict is None and claim.as_of(moment_of("2024-01-10T13:00")) is None


def test_merged_claims_are_one_series(editor):
    survivor, merged = ClaimFactory(), ClaimFactory()
    (own,) = make_series(survivor, [("verdict", "supported", "2024-01-10", None, "2024-02-29")])
    (theirs,) = make_series(merged, [("verdict", "contradicted", "2024-03-05", "2024-03-01")])
    merged.merge_into(survivor, editor)
    assert list(survivor.verdict_series()) == [own, theirs]
    assert survivor.as_of(moment_of("2024-02-01")) == own
    assert survivor.as_of(moment_of("2024-04-01")) == theirs
    assert survivor.held_on(date(2024, 1, 1)) == own and survivor.held_on(date(2024, 3, 1)) == theirs
    assert Claim.objects.get(pk=survivor.pk).current_verdict == theirs


def test_numbers_and_links_of_a_series():
    rows = make_series(ClaimFactory(), SERIES["an update that was wrong"])
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.supersedes for row in rows] == [None, *rows[:2]]
    assert list(Correction.objects.order_by("pk").values_list("kind", flat=True)) == [
        "update",
        "affects_rating",
    ]
    assert not hasattr(rows[0], "correction")


class TestWords:
    def test_standing(self):
        rows = make_series(ClaimFactory(), SERIES["an update that was wrong"])
        assert set(Verdict.objects.standing()) == {rows[0], rows[2]}

    def test_visible_to_everybody_and_editable_by_nobody(self, stranger, editor, administrator):
        make_series(ClaimFactory(), SERIES["withdrawn"])
        for person in (stranger, None, editor):
            assert Verdict.objects.visible_to(person).count() == 2
            assert Citation.objects.visible_to(person).count() == 1
            assert Correction.objects.visible_to(person).count() == 1
        for person in (stranger, editor, administrator):
            for model in (Verdict, Citation, Correction):
                assert not model.objects.editable_by(person).exists()

    def test_of_a_merged_claim_too(self, stranger, editor):
        claim = ClaimFactory(rating="supported")
        claim.merge_into(ClaimFactory(), editor)
        assert Verdict.objects.visible_to(stranger).get().belongs_to_merged_claim

    def test_listings_cost_one_query(self, django_assert_num_queries):
        for _ in range(3):
            make_series(ClaimFactory(), SERIES["corrected"])
        with django_assert_num_queries(1):
            rows = list(Verdict.objects.for_listing())
            assert rows == sorted(rows, key=lambda row: -row.pk)
            for row in rows:
                assert row.claim.statement and str(row.rating) and row.author and row.approver
        with django_assert_num_queries(1):
            for correction in Correction.objects.for_listing():
                assert correction.verdict.claim.statement and str(correction.verdict.supersedes.rating)

    def test_last_and_order(self):
        rows = make_series(ClaimFactory(), SERIES["corrected"])
        assert Verdict.objects.in_order_of_publication().last() == rows[-1]
        assert Verdict.objects.all().last() == rows[-1]

    @pytest.mark.parametrize(
        ("valid_from", "valid_to", "day", "holds"),
        [
            (None, None, "2024-01-01", True),
            ("2024-01-01", None, "2024-01-01", True),
            ("2024-01-01", None, "2023-12-31", False),
            (None, "2024-01-01", "2024-01-01", True),
            (None, "2024-01-01", "2024-01-02", False),
            ("2024-01-01", "2024-01-01", "2024-01-01", True),
        ],
    )
    def test_holds_for(self, valid_from, valid_to, day, holds):
        verdict = VerdictFactory(valid_from=valid_from, valid_to=valid_to)
        assert verdict.holds_for(date.fromisoformat(day)) is holds
