from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.checkworthiness.ranking import (
    area_under_curve,
    average_precision,
    best_threshold,
    f1,
    precision_at,
)

LABELS = [True, False, True, False]
SCORES = [0.9, 0.8, 0.7, 0.1]
some = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), max_size=12)


def test_average_precision_is_the_mean_of_the_precision_at_each_yes() -> None:
    assert average_precision(LABELS, SCORES) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([False], [1.0]) == 0.0


def test_equal_scores_keep_the_order_of_the_document() -> None:
    assert average_precision([False, True], [0.5, 0.5]) == 0.5


def test_precision_at_the_top_counts_what_is_missing_as_wrong() -> None:
    assert precision_at(2, LABELS, SCORES) == 0.5
    assert precision_at(10, LABELS, SCORES) == 0.2


def test_area_under_the_curve_counts_pairs_in_order() -> None:
    assert area_under_curve(LABELS, SCORES) == 0.75
    assert area_under_curve([True, True], [0.1, 0.2]) == 0.5


@given(some)
@settings(max_examples=100)
def test_area_under_the_curve_is_the_share_of_pairs_in_order(pairs: list[tuple[bool, float]]) -> None:
    yes = [score for label, score in pairs if label]
    no = [score for label, score in pairs if not label]
    if yes and no:
        won = sum((one > other) + (one == other) / 2 for one in yes for other in no)
        told = area_under_curve([label for label, _ in pairs], [score for _, score in pairs])
        assert told == pytest.approx(won / len(yes) / len(no))


def test_f1_counts_what_reaches_the_threshold() -> None:
    assert f1(LABELS, SCORES, 0.7) == pytest.approx(0.8)
    assert f1(LABELS, SCORES, 1.0) == 0.0


@given(some)
@settings(max_examples=100)
def test_no_threshold_among_the_scores_beats_the_best_but_for_ties(pairs: list[tuple[bool, float]]) -> None:
    labels = [label for label, _ in pairs]
    # Distinct scores: a threshold cannot part what is tied.
    scores = [score + at / 1000 for at, (_, score) in enumerate(pairs)]
    best = f1(labels, scores, best_threshold(labels, scores))
    assert all(best >= f1(labels, scores, score) - 1e-12 for score in scores)
