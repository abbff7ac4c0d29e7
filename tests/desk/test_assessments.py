"""A second opinion, given blind: who owes it sees the draft nowhere, and a disagreement is kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from articles.publishing import obstacles
from articles.refusals import NotAllowed
from tests import factories
from tests.desk.conftest import button_of, history_of, list_of, page_of
from tests.desk.test_buttons import press
from tests.record.refusing import refuses

SECRET = "Zanzibar"


@pytest.fixture
def draft(reporter):
    """A submitted draft whose words nobody could guess."""
    found = factories.VerdictDraftFactory(
        author=reporter, state="submitted", summary=f"{SECRET} in short.", reasoning=f"{SECRET}, step by step [1].",
        rating="mostly_contradicted",
    )  # fmt: skip
    found.hand_back(factories.some_editor(), f"Say more of {SECRET}.")
    found.submit(reporter)
    return found


@pytest.fixture
def asked(draft, second_editor):
    return factories.AssessmentFactory(draft=draft, assessor=second_editor)


def addresses(draft, asked):
    """Return every address at which somebody of the desk might meet the draft."""
    evidence = draft.cited_evidence()[0]
    back = draft.hand_backs.get()
    use = draft.evidence_uses.get()
    nouns = (models.VerdictDraft, models.DraftEvidence, models.HandBack, models.Assessment, models.Verdict)
    queues = ("/desk/queue/second-editor/", "/desk/queue/drafts/", "/desk/queue/assessments/")
    return [
        *queues, reverse("admin:index"), page_of(draft), history_of(draft), page_of(asked), page_of(draft.claim),
        history_of(draft.claim), page_of(evidence), page_of(back), page_of(use), draft.claim.get_absolute_url(),
        reverse("admin:articles_verdictdraft_preview", args=[draft.pk]), button_of(draft, "publish"),
        button_of(draft, "evidence"), *map(list_of, nouns), f"{list_of(models.VerdictDraft)}?q={SECRET}",
        f"{list_of(models.Claim)}?q={SECRET}", reverse("search") + f"?q={SECRET}", "/api/v1/drafts/",
        f"/api/v1/drafts/{draft.pk}/", f"/api/v1/drafts/{draft.pk}/obstacles/", f"/api/v1/claims/{draft.claim_id}/",
        f"/api/v1/search/?q={SECRET}",
    ]  # fmt: skip


def texts(client, found):
    return {address: client.get(address, follow=True).content.decode() for address in found}


class TestBlind:
    def test_who_owes_it_sees_the_draft_nowhere(self, sign_in, draft, asked, second_editor):
        told = texts(sign_in(second_editor), addresses(draft, asked))
        # What the person looked for stands in the box they typed it into.
        saying = {one for one, text in told.items() if text.replace(f'value="{SECRET}"', "").count(SECRET)}
        assert {one for one in saying if "q=" not in one} == set()
        rating = str(draft.rating)
        assert [
            one for one in addresses(draft, asked)[:9] if rating in told[one] and one != page_of(asked)
        ] == []

    def test_nor_in_what_a_program_was_answered(self, sign_in, draft, second_editor, editor):
        client, address = sign_in(editor), f"/api/v1/drafts/{draft.pk}/"
        headers = {"Idempotency-Key": "once-1", "If-Match": client.get(address).headers["ETag"]}
        sent = {"content_type": "application/json", "headers": headers}
        answer = client.patch(address, {"valid_from": "2024-01-01"}, **sent)
        assert SECRET in answer.content.decode()
        factories.AssessmentFactory(draft=draft, assessor=second_editor)
        answered = models.AnsweredRequest.objects.get()
        page = sign_in(second_editor).get(page_of(answered))
        assert "once-1" in page.content.decode() and SECRET not in page.content.decode()

    def test_others_see_it(self, sign_in, draft, asked, editor):
        told = texts(sign_in(editor), addresses(draft, asked))
        assert SECRET in told[page_of(draft)]

    def test_and_so_do_they_once_it_is_given(self, sign_in, draft, asked, second_editor):
        client = sign_in(second_editor)
        assert client.get(page_of(draft)).status_code == 404
        sent = {"rating": factories.rating_called("supported").pk, "reasoning": "The minutes say four."}
        assert press(client, asked, "give", **sent).status_code == 302
        asked.refresh_from_db()
        assert (str(asked.rating), asked.reasoning) == ("Supported", "The minutes say four.")
        assert SECRET in client.get(page_of(draft)).content.decode()

    def test_what_a_colleague_gave_is_not_seen_by_who_still_owes_theirs(self, sign_in, draft, second_editor):
        other = factories.AssessmentFactory(draft=draft, given="supported")
        factories.AssessmentFactory(draft=draft, assessor=second_editor)
        assert sign_in(second_editor).get(page_of(other)).status_code == 404

    def test_page_made_for_it_shows_the_evidence(self, sign_in, draft, asked, second_editor):
        page = sign_in(second_editor).get(page_of(asked)).content.decode()
        evidence = draft.cited_evidence()[0]
        assert evidence.passage in page
        assert page_of(draft) not in page
        assert "You see the draft once you have given your assessment" in page

    def test_only_who_was_asked_is_offered_to_give_it(self, sign_in, asked, editor, second_editor):
        def names(who):
            return [one["button"].name for one in sign_in(who).get(page_of(asked)).context["offered"]]

        assert names(second_editor) == ["give", "withdraw"]
        assert names(editor) == ["withdraw"]


class TestAsk:
    def test_from_the_page_of_the_draft(self, sign_in, draft, reporter, second_editor):
        assert press(sign_in(reporter), draft, "assess", assessor="edwin").status_code == 302
        asked = models.Assessment.objects.get()
        assert (asked.assessor, asked.asked_by, asked.is_open) == (second_editor, reporter, True)

    def test_nobody_who_wrote_it(self, draft, editor):
        with refuses("wrote_it", "wrote this draft"):
            models.Assessment.ask(editor, draft, draft.author)

    def test_not_twice(self, asked, draft, editor):
        asked.withdraw(editor)
        # They may have read the draft since.
        with refuses("asked_before", "may have read it since"):
            models.Assessment.ask(editor, draft, asked.assessor)

    def test_not_by_any_reporter(self, draft):
        anybody, colleague = factories.UserFactory(), factories.UserFactory()
        with refuses("not_allowed", kind=NotAllowed):
            models.Assessment.ask(anybody, draft, colleague)

    def test_not_of_oneself(self, sign_in, draft, editor):
        answer = press(sign_in(editor), draft, "assess", assessor="eda")
        assert answer.status_code == 400
        assert not models.Assessment.objects.exists()

    def test_not_of_somebody_with_a_conflict(self, draft, editor, second_editor):
        factories.ConflictOfInterestFactory(person=second_editor, claim=draft.claim)
        with refuses("conflict", "conflict of interest"):
            models.Assessment.ask(editor, draft, second_editor)


class TestGive:
    def test_once(self, asked, second_editor):
        asked.give(second_editor, factories.rating_called("supported"), "It does.")
        with refuses("given", "stands as it is"):
            asked.give(second_editor, factories.rating_called("contradicted"), "It does not.")

    @pytest.mark.parametrize("reasoning", ["", "  "])
    def test_not_without_reasoning(self, asked, second_editor, reasoning):
        with refuses("no_reasoning"):
            asked.give(second_editor, factories.rating_called("supported"), reasoning)

    def test_not_after_it_was_taken_back(self, asked, editor, second_editor):
        asked.withdraw(editor)
        with refuses("withdrawn"):
            asked.give(second_editor, factories.rating_called("supported"), "It does.")

    def test_who_wrote_the_draft_does_not_call_off_what_others_asked(self, editor, second_editor, reporter):
        draft = factories.VerdictDraftFactory(author=reporter)
        draft.revise(second_editor, summary="Reworded.")
        asked = models.Assessment.ask(editor, draft, factories.UserFactory())
        for wrote in (reporter, second_editor):
            with pytest.raises(NotAllowed, match="You wrote this draft, or a part of it"):
                asked.withdraw(wrote)
        asked.refresh_from_db()
        assert asked.is_open
        asked.withdraw(editor)
        own = models.Assessment.ask(reporter, draft, factories.UserFactory())
        own.withdraw(reporter)
        assert not own.is_open

    def test_of_a_dropped_draft_nothing_is_owed(self, asked, editor, second_editor):
        asked.draft.drop(editor)
        asked.refresh_from_db()
        assert asked.withdrawn_at is not None
        assert models.VerdictDraft.objects.visible_to(second_editor).filter(pk=asked.draft_id).exists()


class TestGate:
    def test_an_open_one_stands_in_the_way(self, asked, editor):
        assert [one.code for one in obstacles(asked.draft, editor)] == ["assessment_open"]

    def test_agreement_does_not(self, asked, editor, second_editor):
        asked.give(second_editor, factories.rating_called("mostly_contradicted"), "It reads so.")
        assert obstacles(asked.draft, editor) == []

    def test_a_difference_does_until_it_is_settled(self, sign_in, asked, draft, editor, second_editor):
        asked.give(second_editor, factories.rating_called("supported"), "It reads so.")
        assert [one.code for one in obstacles(draft, editor)] == ["assessment_differs"]
        client = sign_in(editor)
        assert "differs from the draft" in client.get(page_of(draft)).content.decode()
        assert press(client, asked, "settle", note="Only in part, says page 4.").status_code == 302
        assert obstacles(draft, editor) == []

    def test_settled_for_one_rating_is_not_settled_for_another(self, asked, draft, editor, second_editor):
        asked.give(second_editor, factories.rating_called("supported"), "It reads so.")
        asked.settle(editor, "Only in part.")
        draft.refresh_from_db()
        draft.revise(second_editor, rating=factories.rating_called("contradicted"))
        assert "assessment_differs" in [one.code for one in obstacles(draft, editor)]

    def test_who_wrote_it_does_not_settle(self, second_editor, editor):
        draft = factories.VerdictDraftFactory(author=editor, state="submitted")
        asked = factories.AssessmentFactory(draft=draft, given="contradicted", by=second_editor)
        with refuses("not_allowed", "another editor settles it", NotAllowed):
            asked.settle(editor, "Mine stands.")

    def test_nothing_to_settle(self, asked, editor):
        with refuses("nothing_to_settle"):
            asked.settle(editor, "So.")


def test_the_disagreement_stays_on_the_page_of_the_verdict(sign_in, asked, draft, editor, second_editor):
    asked.give(second_editor, factories.rating_called("supported"), "It reads so to me.")
    asked.settle(editor, "Only in part, says page 4.")
    draft.refresh_from_db()
    verdict = draft.publish(editor)
    page = sign_in("reporter").get(page_of(verdict)).content.decode()
    for words in (
        "Edwin Editor",
        "Supported",
        "It reads so to me.",
        "Only in part, says page 4.",
        "Mostly contradicted",
    ):
        assert words in page
    # Readers are told nothing of it.
    assert "Only in part, says page 4." not in verdict.snapshot
