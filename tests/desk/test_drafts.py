"""From a draft to a verdict, at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from articles.refusals import Refused
from tests import factories
from tests.desk.conftest import add_to, as_loaded, button_of, page_of
from tests.desk.test_buttons import offered, press
from tests.record.refusing import everything


def codes(response):
    return [one["code"] for one in response.context["gate"]]


def test_from_claim_to_verdict(sign_in, reporter, editor):
    evidence = factories.EvidenceFactory(by=reporter)
    claim = evidence.claim
    writer, second = sign_in(reporter), sign_in(editor)

    form = writer.get(f"{add_to(models.VerdictDraft)}?claim={claim.pk}").context["adminform"].form
    assert form["claim"].value() == str(claim.pk)
    answer = writer.post(add_to(models.VerdictDraft), {"claim": claim.pk})
    draft = models.VerdictDraft.objects.get()
    assert answer.status_code == 302
    assert (draft.author, draft.claim) == (reporter, claim)

    page = writer.get(page_of(draft))
    assert codes(page) == [
        "not_submitted",
        "self_approval",
        "no_rating",
        "no_summary",
        "no_reasoning",
        "no_evidence",
    ]
    assert button_of(draft, "evidence") in page.content.decode()

    assert press(writer, draft, "evidence", **{f"number_{evidence.pk}": "1"}).status_code == 302
    sent = as_loaded(writer.get(page_of(draft))) | {
        "rating": factories.rating_called("supported").pk, "summary": "It did.", "reasoning": "The minutes say so [1].",
    }  # fmt: skip
    assert writer.post(page_of(draft), sent).status_code == 302
    assert press(writer, draft, "submit").status_code == 302

    page = second.get(page_of(draft))
    assert codes(page) == []
    assert "Ready to be published" in page.content.decode()
    answer = press(second, draft, "publish")
    verdict = models.Verdict.objects.get()
    assert answer["Location"] == page_of(verdict)
    assert (verdict.author, verdict.approver, verdict.summary) == (reporter, editor, "It did.")
    assert claim.current_verdict == verdict
    assert offered(second, draft) == []
    assert second.post(page_of(draft), sent).status_code == 403


class TestStartingWhereTheClaimStands:
    def test_takes_all_its_evidence(self, reporter):
        claim = factories.ClaimFactory()
        first, second = (factories.EvidenceFactory(claim=claim) for _ in range(2))
        newer = first.replace(reporter, note="Said better.", passage="")
        factories.EvidenceFactory()
        draft = models.VerdictDraft.start_on(reporter, claim)
        assert draft.cited_evidence() == [second, newer]

    def test_begins_with_the_verdict_that_readers_see(self, reporter):
        claim = factories.ClaimFactory(rating="supported")
        factories.EvidenceFactory(claim=claim)
        last = claim.verdicts.get()
        draft = models.VerdictDraft.start_on(reporter, claim)
        assert (draft.rating, draft.summary) == (last.rating, last.summary)
        assert draft.cited_evidence() == [one.evidence for one in last.citations.all()]


class TestSavingAndSubmittingAtOnce:
    def test_does_both(self, sign_in, reporter):
        draft, client = factories.VerdictDraftFactory(author=reporter), sign_in(reporter)
        page = client.get(page_of(draft))
        assert "Save and submit to a second editor" in page.content.decode()
        client.post(page_of(draft), as_loaded(page) | {"summary": "Said well.", "_submit_draft": "1"})
        draft.refresh_from_db()
        assert (draft.summary, draft.state) == ("Said well.", "submitted")
        assert "_submit_draft" not in sign_in("editor").get(page_of(draft)).content.decode()

    def test_keeps_the_words_where_it_cannot_be_submitted(self, sign_in, reporter, monkeypatch):
        draft, client = factories.VerdictDraftFactory(author=reporter), sign_in(reporter)
        sent = as_loaded(client.get(page_of(draft))) | {"summary": "Said well.", "_submit_draft": "1"}

        def refuse(draft, by):
            raise Refused("Not now.")

        monkeypatch.setattr(models.VerdictDraft, "submit", refuse)
        page = client.post(page_of(draft), sent, follow=True)
        assert "It is saved. Not now." in page.content.decode()
        draft.refresh_from_db()
        assert (draft.summary, draft.state) == ("Said well.", "writing")


def test_the_gate_holds(sign_in, editor):
    draft = factories.VerdictDraftFactory(state="submitted", reasoning="No numbers.", rating=None)
    client = sign_in(editor)
    page = client.get(page_of(draft))
    assert codes(page) == ["no_rating", "evidence_not_cited"]
    text = page.content.decode()
    assert f"{page_of(draft)}#id_rating" in text
    assert f"{page_of(draft)}#id_reasoning" in text
    answer = client.post(button_of(draft, "publish"), {"seen": draft.revision}, follow=True)
    assert "It cannot go out yet. Choose a rating." in answer.content.decode()
    assert not models.Verdict.objects.exists()


def test_nobody_publishes_their_own(sign_in, editor):
    draft = factories.VerdictDraftFactory(author=editor, state="submitted")
    client = sign_in(editor)
    assert codes(client.get(page_of(draft))) == ["self_approval"]
    press(client, draft, "publish")
    assert not models.Verdict.objects.exists()


def test_publishing_what_was_changed_since_it_was_read(sign_in, editor):
    draft = factories.VerdictDraftFactory(state="submitted")
    client = sign_in(editor)
    seen = client.get(page_of(draft)).context["offered"]
    form = next(one["form"] for one in seen if one["button"].name == "publish")
    draft.revise(factories.some_editor(), summary="Quite another summary.")
    answer = client.post(button_of(draft, "publish"), {"seen": form["seen"].value()}, follow=True)
    # Back on the draft, where the other words can be read first.
    assert answer.request["PATH_INFO"] == page_of(draft)
    assert "Somebody else changed this verdict draft" in answer.content.decode()
    assert "Quite another summary." in answer.content.decode()
    assert not models.Verdict.objects.exists()


@pytest.mark.parametrize("seen", ["", "0", "abc", "9" * 12])
def test_publishing_without_having_read_it(sign_in, editor, seen):
    draft = factories.VerdictDraftFactory(state="submitted")
    answer = sign_in(editor).post(button_of(draft, "publish"), {"seen": seen})
    assert answer.status_code in (302, 400)
    assert not models.Verdict.objects.exists()


def test_published_twice(sign_in, editor, second_editor):
    draft = factories.VerdictDraftFactory(state="submitted")
    seen = draft.revision
    assert sign_in(editor).post(button_of(draft, "publish"), {"seen": seen}).status_code == 302
    answer = sign_in(second_editor).post(button_of(draft, "publish"), {"seen": seen})
    assert answer.status_code == 409
    assert "This was published already, as verdict 1 by Eda Editor" in answer.content.decode()
    assert models.Verdict.objects.count() == 1


def test_hand_back(sign_in, reporter, editor):
    draft = factories.VerdictDraftFactory(author=reporter, state="submitted")
    client = sign_in(editor)
    assert press(client, draft, "hand-back", note=" ").status_code == 400
    assert press(client, draft, "hand-back", note="Cite the minutes.\r\nThen again.").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.hand_back_note) == ("writing", "Cite the minutes.\nThen again.")
    page = sign_in(reporter).get(page_of(draft)).content.decode()
    assert "Eda Editor hands this back" in page
    assert "Then again." in page


def test_who_may_write(sign_in, reporter):
    other = factories.UserFactory()
    draft = factories.VerdictDraftFactory(author=reporter)
    client = sign_in(other)
    assert client.get(page_of(draft)).status_code == 200
    assert (
        client.post(page_of(draft), {"seen_revision": draft.revision, "summary": "Mine."}).status_code == 403
    )
    assert press(client, draft, "submit").status_code == 403
    assert press(client, draft, "drop").status_code == 403
    assert press(client, draft, "evidence").status_code == 403
    draft.refresh_from_db()
    assert (draft.state, draft.summary) == ("writing", "The record bears this out.")


def test_what_an_import_left_is_taken_over_by_writing(sign_in, reporter):
    draft = factories.VerdictDraftFactory(author=None, evidence=[])
    client = sign_in(reporter)
    assert "no_author" in codes(client.get(page_of(draft)))
    client.post(page_of(draft), as_loaded(client.get(page_of(draft))) | {"summary": "In my words."})
    draft.refresh_from_db()
    assert (draft.author, draft.summary) == (reporter, "In my words.")


def test_drop(sign_in, reporter):
    draft = factories.VerdictDraftFactory(author=reporter)
    assert press(sign_in(reporter), draft, "drop").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "dropped"
    assert press(sign_in(reporter), draft, "submit").status_code == 409


def test_evidence_in_the_order_of_its_numbers(sign_in, reporter):
    draft = factories.VerdictDraftFactory(author=reporter, evidence=[])
    first, second, third = (factories.EvidenceFactory(claim=draft.claim) for _ in range(3))
    client = sign_in(reporter)
    sent = {f"number_{third.pk}": "1", f"number_{first.pk}": "7", f"number_{second.pk}": ""}
    assert press(client, draft, "evidence", **sent).status_code == 302
    assert draft.cited_evidence() == [third, first]
    form = client.get(button_of(draft, "evidence")).context["form"]
    assert (form[f"number_{third.pk}"].value(), form[f"number_{first.pk}"].value()) == (1, 2)


def test_the_same_number_twice(sign_in, reporter):
    draft = factories.VerdictDraftFactory(author=reporter, evidence=[])
    first, second = (factories.EvidenceFactory(claim=draft.claim) for _ in range(2))
    answer = press(
        sign_in(reporter), draft, "evidence", **{f"number_{first.pk}": "1", f"number_{second.pk}": "1"}
    )
    assert answer.status_code == 400
    assert "Two pieces of evidence have the same number." in answer.content.decode()
    assert draft.cited_evidence() == []


def test_evidence_chosen_on_an_old_page_is_kept(sign_in, reporter, editor):
    draft = factories.VerdictDraftFactory(author=reporter, evidence=[])
    one = factories.EvidenceFactory(claim=draft.claim)
    seen = draft.revision
    draft.revise(editor, summary="Other words.")
    answer = sign_in(reporter).post(button_of(draft, "evidence"), {"seen": seen, f"number_{one.pk}": "3"})
    assert answer.status_code == 409
    assert answer.context["form"][f"number_{one.pk}"].value() == "3"
    assert draft.cited_evidence() == []


def test_evidence_of_another_claim_is_no_choice(sign_in, reporter):
    draft = factories.VerdictDraftFactory(author=reporter, evidence=[])
    foreign = factories.EvidenceFactory()
    press(sign_in(reporter), draft, "evidence", **{f"number_{foreign.pk}": "1"})
    assert draft.cited_evidence() == []


def test_replaced_evidence_a_draft_uses_can_be_taken_out(sign_in, reporter):
    draft = factories.VerdictDraftFactory(author=reporter)
    old = draft.evidence.get()
    newer = old.replace(reporter, note="Another reading.")
    client = sign_in(reporter)
    assert "evidence_replaced" in codes(client.get(page_of(draft)))
    press(client, draft, "evidence", **{f"number_{newer.pk}": "1"})
    assert draft.cited_evidence() == [newer]


def test_a_second_open_draft_is_refused(sign_in, reporter):
    draft = factories.VerdictDraftFactory()
    answer = sign_in(reporter).post(
        add_to(models.VerdictDraft), {"claim": draft.claim_id, "summary": "Mine."}
    )
    assert answer.status_code == 200
    assert "already has an open draft" in answer.content.decode()
    assert "Mine." in answer.content.decode()


def test_only_ratings_in_force_are_offered(sign_in, reporter):
    retired = factories.RatingFactory(slug="contradicted", retired=True)
    factories.RatingScaleFactory()
    factories.rating_called("supported").retire(None)
    form = sign_in(reporter).get(add_to(models.VerdictDraft)).context["adminform"].form
    offered = set(form.fields["rating"].queryset)
    assert retired not in offered
    assert {one.scale for one in offered} == {models.RatingScale.current()}
    assert "supported" not in {one.slug for one in offered}


class TestPreview:
    def shown(self, client, draft):
        return client.get(reverse("admin:articles_verdictdraft_preview", args=[draft.pk]))

    def test_is_the_page_of_readers_with_the_draft(self, sign_in, reporter):
        draft = factories.VerdictDraftFactory(author=reporter, summary="The council paid four.")
        page = self.shown(sign_in(reporter), draft)
        assert page.status_code == 200
        assert [one.name for one in page.templates][:2] == [
            "admin/draft_preview.html",
            "articles/claims/claim.html",
        ]
        text = page.content.decode()
        assert "The council paid four." in text and draft.cited_evidence()[0].passage in text
        assert "Nobody but the desk sees this." in text

    def test_writes_and_keeps_nothing(self, sign_in, reporter):
        draft = factories.VerdictDraftFactory(author=reporter)
        client = sign_in(reporter)
        client.get(page_of(draft))
        before = everything()
        page = self.shown(client, draft)
        assert everything() == before
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in page["Cache-Control"] and "private" in page["Cache-Control"]
        assert 'name="robots" content="noindex, nofollow"' in page.content.decode()
        assert "ClaimReview" not in page.content.decode()
        assert draft.summary not in client.get(draft.claim.get_absolute_url()).content.decode()

    def test_with_the_verdict_before(self, sign_in, reporter):
        claim = factories.ClaimFactory(rating="supported")
        draft = factories.VerdictDraftFactory(
            author=reporter, claim=claim, rating="contradicted", correction_kind="affects_rating",
            correction_note="We misread page 4.",
        )  # fmt: skip
        text = self.shown(sign_in(reporter), draft).content.decode()
        assert "We misread page 4." in text and "Verdict no. 2" in text and "Verdict no. 1" in text

    def test_says_what_is_needed_first(self, sign_in, reporter):
        draft = factories.VerdictDraftFactory(author=reporter, rating=None)
        client = sign_in(reporter)
        assert self.shown(client, draft)["Location"] == page_of(draft)
        assert "Choose a rating first" in client.get(page_of(draft)).content.decode()

    def test_not_for_strangers(self, db, client):
        draft = factories.VerdictDraftFactory()
        assert self.shown(client, draft).status_code == 302


class TestRevise:
    def test_by_one_click_and_with_the_correction_on_top(self, sign_in, reporter):
        verdict = factories.VerdictFactory()
        client = sign_in(reporter)
        answer = press(client, verdict, "revise")
        draft = models.VerdictDraft.objects.open().get()
        assert answer["Location"] == page_of(draft)
        page = client.get(page_of(draft))
        assert page.context["adminform"].fieldsets[0][1]["fields"] == ["correction_kind", "correction_note"]
        assert "The world has changed since; the earlier verdict holds for its time." in page.content.decode()
        assert "no_correction_kind" in codes(page)

    def test_shows_what_readers_will_see_change(self, sign_in, reporter):
        verdict = factories.VerdictFactory()
        draft = models.VerdictDraft.start_from(reporter, verdict)
        draft.revise(reporter, summary="The record bears this out in part.")
        (text,) = sign_in(reporter).get(page_of(draft)).context["comparison"].texts
        assert "".join(one.text for one in text.pieces if one.kind == "added").strip() == "in part"

    def test_leads_to_the_open_draft_where_there_is_one(self, sign_in, reporter):
        verdict = factories.VerdictFactory()
        draft = models.VerdictDraft.start(reporter, verdict.claim)
        assert press(sign_in(reporter), verdict, "revise")["Location"] == page_of(draft)

    def test_the_first_verdict_asks_for_no_correction(self, sign_in, reporter):
        draft = factories.VerdictDraftFactory(author=reporter)
        assert "correction_kind" not in sign_in(reporter).get(page_of(draft)).context["adminform"].form.fields


def test_the_way_of_a_draft_is_shown(sign_in, reporter, editor):
    draft = factories.VerdictDraftFactory(author=reporter)
    client = sign_in(reporter)
    now = lambda: [one["label"] for one in client.get(page_of(draft)).context["steps"] if one["now"]]  # noqa: E731
    assert now() == ["Being written"]
    press(client, draft, "submit")
    assert now() == ["With a second editor"]
    assert press(client, draft, "reviewer", reviewer="Eda").status_code == 302
    assert client.get(page_of(draft)).context["steps"][1]["who"] == editor
    draft.refresh_from_db()
    draft.publish(editor)
    assert now() == ["Published"]


def test_every_hand_back_stays_on_the_page(sign_in, reporter, editor):
    draft = factories.VerdictDraftFactory(author=reporter, state="submitted")
    for note in ("Cite the minutes.", "Name the year."):
        draft.hand_back(editor, note)
        draft.submit(reporter)
    page = sign_in(reporter).get(page_of(draft)).content.decode()
    assert "Cite the minutes." in page and "Name the year." in page


def test_choosing_no_evidence_is_told(sign_in):
    title = "<b>Minutes</b>"
    evidence = factories.EvidenceFactory(source_version__source__title=title)
    draft = factories.VerdictDraftFactory(claim=evidence.claim, evidence=[], state="writing")
    reporter, choose = sign_in("reporter"), button_of(draft, "evidence")
    page = reporter.get(choose).content.decode()
    assert "The number by which the reasoning cites it" in page and title not in page
    answer = reporter.post(choose, {"seen": draft.revision, f"number_{evidence.pk}": ""})
    assert answer.status_code == 400 and "Give a number" in answer.content.decode()
    draft.use_evidence(draft.author, [evidence])
    cleared = {"seen": draft.revision, f"number_{evidence.pk}": ""}
    assert reporter.post(choose, cleared).status_code == 302
    assert not draft.evidence.exists()
