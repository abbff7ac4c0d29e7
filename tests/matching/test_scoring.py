"""The scorer: what its file holds, that more in common never counts against a claim, and how texts are read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.matching import weights
from articles.matching.cleaning import cleaned
from articles.matching.features import FULL, QUICK, Asked, full, quick
from articles.matching.reading import read, wordings
from articles.matching.scoring import BEST, scored
from articles.matching.words import placed, stem, stems

words = st.sampled_from(
    ["harrow", "bridge", "council", "paid", "2014", "9", "million", "river", "not", "the", "of"]
)
sentences = st.lists(words, min_size=1, max_size=12).map(" ".join)


def test_the_shape_of_the_weights():
    content = json.loads(weights.FILE.read_text("utf-8"))
    assert set(content) == {
        "rarity", "unknown", "quick", "full", "strangers", "calibration", "threshold", "provenance",
    }  # fmt: skip
    assert set(content["quick"]) == set(QUICK) and set(content["full"]) == set(FULL)
    assert all(0 < rare <= 1 for rare in content["rarity"].values()) and 0 < content["unknown"] <= 1
    assert all(" " not in one for one in content["rarity"])
    assert (
        content["strangers"] == sorted(content["strangers"], reverse=True) and len(content["strangers"]) == 10
    )
    assert set(content["calibration"]) == {"offset", "own", "ahead", "above"}
    assert 0.5 < content["threshold"] < 1
    assert "research use" in content["provenance"]["fitted on"]


def test_nothing_in_common_counts_against_a_claim():
    loaded = weights.load()
    assert min(loaded.quick.values()) >= 0 and min(loaded.full.values()) >= 0


def test_a_file_of_something_else():
    with pytest.raises(KeyError):
        weights.parse(b"{}")
    with pytest.raises(ValueError):
        weights.parse(b"no JSON")


@given(sentences)
def test_a_text_is_likest_to_itself(text):
    others = ["A festival drew visitors.", "The museum bought a painting.", text]
    best = scored(cleaned(text), [(one,) for one in others])
    assert best[0].place == 2 and best[0].probability >= 0.99


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_features_are_numbers_for_any_two_texts(text, claims):
    asked, claim = Asked(cleaned(text)), wordings(tuple(claims))
    looked = quick(asked, claim)
    values = full(asked, claim, looked)
    assert len(looked) == len(QUICK) and len(values) == len(FULL)
    assert all(0 <= value < 50 for value in [*looked, *values])


@given(st.lists(sentences, max_size=50))
def test_each_claim_once_best_first(claims):
    best = scored(cleaned("The Harrow bridge was closed"), [(one,) for one in claims])
    assert len({one.place for one in best}) == len(best) == min(BEST, len(claims))
    odds = [one.log_odds for one in best]
    assert odds == sorted(odds, reverse=True)
    assert all(0 <= one.probability <= 1 for one in best)


def test_a_copy_is_not_held_against_a_claim():
    claim = ("The Harrow river bridge was closed for repairs in the spring.",)
    post = cleaned("They closed the Harrow river bridge for repairs in spring, again.")
    alone = scored(post, [claim, ("A festival drew visitors.",)])[0].probability
    beside = scored(post, [claim, claim, ("A festival drew visitors.",)])[0].probability
    assert beside == pytest.approx(alone)


@given(st.text(max_size=200))
def test_stems_stand_where_they_are_said_to(text):
    some = list(placed(text))
    assert [one for one, _, _ in some] == stems(text)
    ends = [0, *(at for _, start, end in some for at in (start, end))]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    "forms",
    ["running runs run", "policies policy", "closed closing closes close", "Café cafe", "bridge’s bridge"],
)
def test_forms_of_a_word(forms):
    assert len({stem(one) for one in forms.split()}) == 1


@pytest.mark.parametrize(
    "same", [("2 million", "2,000,000"), ("$400k", "$400,000"), ("twenty", "20"), ("3.50", "3.5")]
)
def test_numbers_by_their_value(same):
    assert stems(same[0]) == stems(same[1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Look https://example.org/a?b=c here", "Look here"),
        ("Look.pic.twitter.com/AbC1", "Look."),
        ("#SaveTheHarrowBridge now", "Save The Harrow Bridge now"),
        ("#NASAFacts2019", "NASA Facts 2019"),
        ("@HarrowCouncil says no", "Harrow Council says no"),
        ("Fish &amp; chips &#8211; &quot;cheap&quot;", 'Fish & chips – "cheap"'),
        ("The bridge is closed. — Jo Poe (@jopoe) July 2, 2018", "The bridge is closed."),
        ("RT @jopoe: The bridge is closed", "The bridge is closed"),
        ("a\x00b\ud800c\u200bd", "a b cd"),
        ("The bridge — the old one — is closed (@all)", "The bridge — the old one — is closed (all)"),
    ],
)
def test_what_a_post_says(text, said):
    assert cleaned(text).said == said


def test_who_said_it_when():
    post = cleaned("The bridge is closed.— Jo Poe (@jopoe) July 2, 2018")
    assert (post.author, post.date) == ("Jo Poe", "July 2, 2018")


def test_names_of_a_title_say_nothing():
    assert read("The Bridge Over The Harrow Was Closed").names == frozenset()
    assert read("They say the bridge over the Harrow was closed").names == {"harrow"}
