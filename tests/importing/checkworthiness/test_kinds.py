from __future__ import annotations

import pytest

from articles.importing.checkworthiness import Sentence
from articles.importing.checkworthiness.kinds import Subject, Tense, kind_of, subject_of, tense_of
from articles.importing.checkworthiness.reading import read, tokens
from articles.vocabulary import BlockRole, ClaimKind


def _kind(sentence: Sentence) -> ClaimKind:
    reading = read(tokens(sentence.text))
    return kind_of(sentence, reading, tense_of(reading))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The library on Mill Street closed in spring.", ClaimKind.FACT),
        ("The good soil lies north of the river.", ClaimKind.FACT),
        ("The firm sold 40 of its shops.", ClaimKind.QUANTITY),
        ("The telescope cost two million euros.", ClaimKind.QUANTITY),
        ("Tea became dearer by 4%.", ClaimKind.QUANTITY),
        ("The bakers said the flour was dry.", ClaimKind.ATTRIBUTED_REPORT),
        ("According to the museum, the vase is Roman.", ClaimKind.ATTRIBUTED_REPORT),
        ("A court dismissed the complaint of the beekeepers.", ClaimKind.LEGAL),
        ("The gardeners sued the waterworks.", ClaimKind.LEGAL),
        ("The bridge will open in May.", ClaimKind.PREDICTION),
        ("They're going to repaint the town hall.", ClaimKind.PREDICTION),
        ("The comet might return.", ClaimKind.PREDICTION),
        ("I'm betting that the heron comes back.", ClaimKind.PREDICTION),
        ("I think the tea is cold.", ClaimKind.OPINION),
        ("I hope they keep the gardener.", ClaimKind.OPINION),
        ("The new hall is so ugly.", ClaimKind.OPINION),
        ("Sadly, the hall stays.", ClaimKind.OPINION),
        ("The film was terrible.", ClaimKind.OPINION),
        ("The bakers said the film was terrible.", ClaimKind.ATTRIBUTED_REPORT),
        ("What the label describes is terrible.", ClaimKind.OPINION),
        ("The roof leaked and seems to leak again.", ClaimKind.FACT),
        ("It needs 40 new beams.", ClaimKind.QUANTITY),
        ("What a shame!", ClaimKind.OPINION),
        ("The hall can seat the whole choir.", ClaimKind.FACT),
        ("The lovely hall stands by the river.", ClaimKind.FACT),
        ("It looks like a breach of manners.", ClaimKind.OPINION),
        ("They should mend the roof.", ClaimKind.OPINION),
        ("Who painted the roof?", ClaimKind.OTHER),
        ("Thank you all for coming.", ClaimKind.OTHER),
        ("Good morning, and welcome back to our column.", ClaimKind.OTHER),
        ("(APPLAUSE)", ClaimKind.OTHER),
        ("Read more about the herons here.", ClaimKind.OTHER),
        ("Let us plant more trees.", ClaimKind.OTHER),
        ("Oh well.", ClaimKind.OTHER),
        ("", ClaimKind.OTHER),
        ("…", ClaimKind.OTHER),
    ],
)
def test_the_kind_of_a_sentence_that_stands_alone(text: str, kind: ClaimKind) -> None:
    assert _kind(Sentence(text)) == kind


def test_a_verb_of_the_past_in_front_makes_no_prediction() -> None:
    assert _kind(Sentence("The firm mended the roof that will cover the hall.")) == ClaimKind.FACT


def test_what_somebody_else_is_said_to_say_is_an_attributed_report_even_of_the_future() -> None:
    sentence = Sentence("The bridge will open in spring, the engineers promise.", attributed=True)
    assert _kind(sentence) == ClaimKind.ATTRIBUTED_REPORT


def test_what_cites_a_court_is_legal() -> None:
    assert _kind(Sentence("The matter came up again in autumn.", legal=True)) == ClaimKind.LEGAL


def test_words_in_quotation_marks_are_a_quotation_where_somebody_says_them() -> None:
    assert _kind(Sentence("“The roof was never mended,” the warden said.")) == ClaimKind.QUOTATION
    assert _kind(Sentence("The roof was never mended.", quoted=True)) == ClaimKind.QUOTATION
    assert _kind(Sentence("He said the “new” roof leaked.")) == ClaimKind.ATTRIBUTED_REPORT


def test_a_block_quotation_is_judged_by_what_it_says() -> None:
    sentence = Sentence("The firm sold 40 of its shops.", role=BlockRole.QUOTATION, quoted=True)
    assert _kind(sentence) == ClaimKind.QUANTITY


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("The roof leaked.", Tense.PAST),
        ("It didn’t rain.", Tense.PAST),
        ("The roof is dry and will stay so.", Tense.PRESENT),
        ("The roof will leak.", Tense.FUTURE),
        ("They are going to mend it.", Tense.FUTURE),
        ("It may rain.", Tense.MODAL),
        ("It would be nice.", Tense.CONDITIONAL),
        ("Rain, wind and snow.", Tense.UNKNOWN),
    ],
)
def test_the_first_finite_verb_gives_the_tense(text: str, tense: Tense) -> None:
    assert tense_of(read(tokens(text))) == tense


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("But I left.", Subject.SPEAKER),
        ("We left.", Subject.GROUP_OF_SPEAKER),
        ("You left.", Subject.LISTENER),
        ("And she left.", Subject.THIRD_PERSON),
        ("It left.", Subject.THING),
        ("And Quillon left.", Subject.NAME),
        ("Herons left.", Subject.OTHER),
        ("", Subject.OTHER),
    ],
)
def test_the_subject_is_what_the_sentence_begins_with(text: str, subject: Subject) -> None:
    assert subject_of(read(tokens(text))) == subject
