from __future__ import annotations

import pytest

from articles.importing.checkworthiness.features import traits, wording
from articles.importing.checkworthiness.kinds import Subject, Tense
from articles.importing.checkworthiness.reading import read, tokens
from articles.vocabulary import ClaimKind


def _traits(text: str) -> list[str]:
    return traits(read(tokens(text)), ClaimKind.FACT, Tense.PAST, Subject.OTHER)


def test_words_pairs_and_first_letters_are_features_and_names_are_not() -> None:
    assert wording(read(tokens("The mill near Quillon burned."))) == {
        *("the", "mill", "near", "<name>", "burned"),
        *("<begin> the", "the mill", "mill near", "near <name>", "<name> burned"),
        "^burne",
    }
    assert wording(read([])) == set()


def test_kind_tense_and_subject_are_traits() -> None:
    assert _traits("")[:3] == ["kind:fact", "tense:past", "subject:other"]


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("It cost 5, 6 or 7.", "number:3"),
        ("It burned in 1998.", "number:year"),
        ("It burned on 3 June.", "number:day"),
        ("It cost $5.", "number:money"),
        ("It fell by 5%.", "number:percent"),
        ("It lies in Quillon.", "name:1"),
        ("It belongs to the NQRA.", "name:acronym"),
        ("A court saw it.", "cue:law"),
        ("He said “no”.", "mark:quotation"),
        ("Is it?", "mark:question"),
        ("It burned.", "form:past"),
        ("It burned and smoked.", "form:past twice"),
        ("Rain, wind and snow.", "form:no verb"),
        ("It is taller than a mill.", "form:than"),
        ("It is the tallest mill.", "form:superlative"),
        ("It burned slowly.", "form:adverb"),
        ("It is burning.", "form:participle"),
        ("It is a sensation.", "form:abstract"),
        ("Read it.", "form:request"),
        ("It is in the old yard of the inn.", "length:8"),
    ],
)
def test_a_trait_is_there_with_what_it_names_and_not_without(text: str, trait: str) -> None:
    assert trait in _traits(text)
    assert trait not in _traits("It was dry.")


def test_a_year_or_a_day_counts_as_no_number() -> None:
    assert "number:1" not in _traits("It burned on 3 June 1998.")


def test_every_trait_stands_once() -> None:
    found = _traits("On 3 June 1998 the NQRA of Quillon said “it cost $5, 6% more”, slowly burned, ended?")
    assert len(found) == len(set(found))
