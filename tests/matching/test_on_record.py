"""What `match` found, with the claims themselves, as doors show it."""

from __future__ import annotations

import pytest
from django.utils import translation

from articles.matching.on_record import on_record
from articles.matching.reasons import Reason, ReasonCode
from tests import factories as f
from tests.matching.faked import Faked, faked, found, reason
from tests.pages.brackets import installed
from tests.query_counts import queries_of

POOL = "The pool in the park holds 300 litres."


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Faked:
    return faked(monkeypatch)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_reads_as_the_core_says_it_and_can_be_translated(db, fake, monkeypatch, code):
    words = () if code is ReasonCode.MEANING else ("300", "400")
    one = Reason(code, words)
    fake.says[POOL] = [found(f.ClaimFactory(), "same", 0.9, one)]
    ((told,),) = ([match.why for match in looked.matches] for looked in on_record([POOL], user=None))
    assert told == [one.sentence]
    installed(monkeypatch, "es")
    with translation.override("es"):
        (match,) = on_record([POOL], user=None)[0].matches
        assert match.why[0].startswith("⟦") and ("“300”" in match.why[0]) is bool(words)


@pytest.mark.parametrize(
    ("relation", "score", "code", "is_near"),
    [
        ("same", 0.9, "shared_words", True),
        ("opposite", 0.01, "negation", True),
        ("related", 0.05, "shared_words", True),
        ("related", 0.049, "shared_words", False),
        ("related", 0.05, "shared_phrase", True),
        ("related", 0.05, "shared_numbers", True),
        ("related", 0.9, "shared_names", False),
        ("related", 0.001, "different_number", True),
        ("related", 0.001, "different_year", True),
        ("related", 0.001, "meaning", True),
    ],
)
def test_what_is_worth_a_look(db, fake, relation, score, code, is_near):
    fake.says[POOL] = [found(f.ClaimFactory(), relation, score, reason(code, "300", "400"))]
    assert on_record([POOL], user=None)[0].matches[0].is_near is is_near


def test_rows_are_as_who_asks_sees_them(db, fake):
    hidden = f.ClaimFactory(status="dismissed", status_reason="Not for us.")
    fake.says[POOL] = [found(hidden)]
    assert on_record([POOL], user=None)[0].matches == []
    (one,) = on_record([POOL], user=f.some_reporter())[0].matches
    assert one.claim == hidden and one.verdict is None


def test_nothing_found_costs_nothing(db, fake):
    assert queries_of(lambda: on_record([POOL] * 100, user=None)) == []


def test_the_core_itself_answers(db):
    """Without the stand-in: what is on record is found, the contrary is told as such, and a hundred cost as one."""
    same = f.ClaimFactory(statement="The pool in the park of Eastham holds 300 litres.", rating="supported")
    contrary = f.ClaimFactory(statement="The mayor of Eastham did not open the pool in the park.")
    texts = [
        "The pool in the park of Eastham holds 300 litres!",
        "The mayor of Eastham did open the pool in the park.",
    ]
    one, two = on_record(texts, user=None)
    assert one.already_checked and one.matches[0].claim == same and one.matches[0].verdict
    assert [(match.claim, match.relation) for match in two.matches if match.relation != "related"] == [
        (contrary, "opposite")
    ]  # fmt: skip
    assert not two.already_checked
