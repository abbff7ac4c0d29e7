"""Whether the stored text has the words somebody quotes: said while they write, and put right with one click."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.admin.claims.passage_check import answer, paragraphs, sources_called, words_at
from articles.comparing.quoting import Standing, find
from articles.models import Evidence
from tests import factories
from tests.desk.conftest import button_of, page_of

TEXT = "The council met.\n\nThe “new” bridge cost\u00a0four  million – not five… dollars.\n\nIt rained.\n"


class TestFind:
    def test_exact(self):
        place = find("The council met.", TEXT)
        assert (place.standing, place.start, place.end, place.places) == (Standing.EXACT, 0, 16, 1)

    @pytest.mark.parametrize(
        "words",
        [
            'The "new" bridge cost four million - not five... dollars.',
            "The «new» bridge\ncost four million — not five. . . dollars.",
            "  The “new” bridge cost four million – not five… dollars. ",
        ],
    )
    def test_other_marks(self, words):
        place = find(words, TEXT)
        assert place.standing is Standing.OTHER_MARKS
        assert TEXT[place.start : place.end] == TEXT.split("\n\n")[1]

    def test_offsets_are_code_points(self):
        place = find('"so"', "👩‍🚀 “so” it was")
        assert "👩‍🚀 “so” it was"[place.start : place.end] == "“so”"

    def test_soft_hyphens(self):
        assert find("paramount", "para\u00admount").standing is Standing.OTHER_MARKS

    def test_nearly(self):
        place = find(
            "The council has met twice this week.", "First. The council has met once this week. Last."
        )
        assert place.standing is Standing.NEARLY
        assert "once" in "First. The council has met once this week. Last."[place.start : place.end]

    @pytest.mark.parametrize("words", ["", "   ", "A clock.", "x" * 5_000])
    def test_nowhere(self, words):
        assert find(words, TEXT).standing is Standing.NOWHERE

    def test_what_is_special_to_patterns_is_not(self):
        assert find("a+ (b", "x a+  (b").standing is Standing.OTHER_MARKS
        assert find("a.c", "abc").standing is Standing.NOWHERE

    def test_several_places_are_counted(self):
        assert find("no", "no, no and no").places == 3


def test_paragraphs_are_places_of_the_text():
    text = "One.\nstill one.\n\n\nTwo is   here.\n\nThree."
    offered = paragraphs(text).offered
    assert [one.words for one in offered] == ["One.\nstill one.", "Two is   here.", "Three."]
    assert all(text[one.start : one.end] == one.words for one in offered)
    assert [one.words for one in paragraphs(text, " two IS here").offered] == ["Two is   here."]
    many = paragraphs("\n\n".join(f"Paragraph {number}." for number in range(100)))
    assert (len(many.offered), many.of) == (40, 100)


@pytest.mark.parametrize(
    "place", ["", "3", "a-b", "-1-4", "4-", "9999999999999999999999-1", "7-3", "900-910"]
)
def test_places_that_are_none(place):
    assert words_at("Some words.", place) == ""


pytestmark = pytest.mark.django_db


def check(client, claim, version, passage, **more):
    address = reverse("admin:articles_claim_passage", args=[claim.pk])
    return client.post(address, {"source_version": version.pk, "passage": passage, **more})


class TestAnswer:
    def test_sentences(self):
        version = factories.SourceVersionFactory(text=TEXT + "The council met.\n")
        assert "Found 2 times, first at 0–16" in answer("The council met.", version).sentence
        assert answer("It rained.", version).sentence.startswith("Found at 76–86")
        assert "count as transcribed" in answer("Nobody said this anywhere at all.", version).sentence
        assert "say below what the source shows" in answer(" ", version).sentence

    def test_what_changed_the_meaning_is_called_out(self):
        version = factories.SourceVersionFactory(text="The rule does not apply to works of the council.\n")
        said = answer("The rule does apply to works of the council.", version)
        assert said.standing == "nearly" and "<ins>not " in said.differs
        assert any("not" in notice.sentence for notice in said.notices)

    def test_no_text(self):
        assert (
            "No text of this version is stored"
            in answer("x", factories.SourceVersionFactory(text=None)).sentence
        )


class TestView:
    def test_answer_alone_is_a_piece_of_a_page(self, sign_in):
        claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
        said = check(sign_in("reporter"), claim, version, "It rained.", part="answer").content.decode()
        assert "Found at 76–86" in said and "<html" not in said and not Evidence.objects.exists()

    def test_without_script_the_answer_comes_with_the_form_and_nothing_typed_is_lost(self, sign_in):
        claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
        answer = check(
            sign_in("reporter"),
            claim,
            version,
            'The "new" bridge',
            stance="refutes",
            locator="p. 3",
            note="Mine.",
        )
        page = answer.content.decode()
        assert answer.status_code == 200 and "with other spaces" in page
        assert "p. 3" in page and "Mine." in page and "errorlist" not in page
        assert answer.context["evidence_form"]["stance"].value() == "refutes"

    @pytest.mark.parametrize("name", ["use", "take"])
    def test_exact_words_become_the_passage(self, sign_in, name):
        claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
        start = TEXT.index("The “new”")
        answer = check(sign_in("reporter"), claim, version, "x", **{name: f"{start}-{start + 16}"})
        assert answer.context["evidence_form"]["passage"].value() == "The “new” bridge"
        page = answer.content.decode()
        # Somebody is still writing: what is missing is not held against them yet.
        assert "it will count as verified" in page and "This field is required" not in page

    def test_garbage(self, sign_in):
        client, claim = sign_in("reporter"), factories.ClaimFactory()
        address = reverse("admin:articles_claim_passage", args=[claim.pk])
        for sent in (
            {},
            {"source_version": "x" * 40},
            {"source_version": "9" * 18, "use": "1-"},
            {"evidence": "x"},
        ):
            assert client.post(address, sent).status_code == 200, sent
        assert client.get(address).status_code == 302
        assert client.post(reverse("admin:articles_claim_passage", args=[999]), {}).status_code == 404

    def test_is_for_the_desk(self, client):
        claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
        assert check(client, claim, version, "It rained.").status_code == 302

    def test_posture_is_asked_of_courts_alone(self, sign_in):
        client, claim = sign_in("reporter"), factories.ClaimFactory()
        court = factories.SourceVersionFactory(source=factories.SourceFactory(kind="court_case"))
        assert "posture" in check(client, claim, court, "").context["evidence_form"].fields
        assert (
            "posture"
            not in check(client, claim, factories.SourceVersionFactory(), "").context["evidence_form"].fields
        )

    def test_is_verified_as_it_said(self, sign_in):
        claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
        sent = {
            "source_version": version.pk,
            "stance": "supports",
            "passage": "It rained.",
            "seen": claim.revision,
        }
        assert sign_in("reporter").post(button_of(claim, "evidence"), sent).status_code == 302
        evidence = Evidence.objects.get()
        assert (evidence.passage_state, evidence.start, evidence.end) == ("verified", 76, 86)


class TestSources:
    def test_by_words_and_by_address_in_any_spelling(self, editor):
        source = factories.SourceFactory(
            title="Minutes of the harbour board", url="https://board.example/minutes"
        )
        factories.SourceVersionFactory(source=source, text=None)
        spelt = ("https://www.board.example/minutes/?utm_source=x", "www.board.example/minutes")
        for words in ("harbour minutes", *spelt):
            found = sources_called(words, editor)
            assert found == [source], words
            assert [one.has_text for one in found[0].newest] == [False]
        for words in ("", "   ", "https://", "zeppelin", "https://board.example/other"):
            assert sources_called(words, editor) == []

    def test_on_the_workbench(self, sign_in):
        claim, client = factories.ClaimFactory(), sign_in("reporter")
        version = factories.SourceVersionFactory(
            source=factories.SourceFactory(title="Minutes of the harbour board")
        )
        here = reverse("admin:articles_claim_workbench", args=[claim.pk])
        page = client.get(f"{here}?find=harbour").content.decode()
        assert f"?version={version.pk}" in page
        assert "No source on record is called so" in client.get(f"{here}?find=zeppelin").content.decode()
        assert 'name="passage"' in client.get(f"{here}?version={version.pk}").content.decode()


def test_evidence_is_changed_on_top_of_what_was_seen(sign_in):
    evidence, client = factories.EvidenceFactory(note="Ours."), sign_in("reporter")
    sent = {
        "source_version": evidence.source_version_id, "stance": "refutes", "passage": evidence.passage,
        "initial-note": "Ours.", "note": "Mine.", "locator": "", "seen": evidence.revision,
    }  # fmt: skip
    evidence.revise(None, note="Theirs.")
    answer = client.post(button_of(evidence, "revise"), sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Mine." in page and "Theirs." in page
    sent["seen"] = answer.context["evidence_form"]["seen"].value()
    assert client.post(button_of(evidence, "revise"), sent).status_code == 302
    evidence.refresh_from_db()
    assert (evidence.note, evidence.stance) == ("Mine.", "refutes")


def test_refused_evidence_keeps_what_was_typed_beside_the_text(sign_in):
    claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text=TEXT)
    sent = {"source_version": version.pk, "passage": "It rained.", "seen": claim.revision}
    answer = sign_in("reporter").post(button_of(claim, "evidence"), sent)
    page = answer.content.decode()
    assert answer.status_code == 400 and "It rained." in page and "This field is required" in page
    assert "The stored text" in page and page_of(claim)
