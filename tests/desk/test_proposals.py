"""Quotations to decide on, and verdicts to be read again, at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from articles.models import AnchorProposal, Appearance, ReviewTask
from tests import factories
from tests.desk.conftest import as_loaded, button_of, list_of, page_of
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries

OLD = "The roof cost $3.5 million, and it does not leak."
NEW = "The roof cost $8.5 million, and it does leak."
TEXT = "A pool and its roof\n\n{words} It opened in May.\n"


@pytest.fixture
def proposal(newsroom: Any) -> AnchorProposal:
    article = factories.ArticleFactory(text=TEXT.format(words=OLD), title="A pool and its roof")
    claim = factories.ClaimFactory(statement="The roof does not leak.", rating="supported")
    factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=OLD)
    factories.ArticleVersionFactory(article=article, text=TEXT.format(words=NEW))
    return AnchorProposal.objects.get()


@pytest.fixture
def lost(newsroom: Any) -> AnchorProposal:
    return factories.AnchorProposalFactory(
        new_text="Nothing was built. The river is as it was. The river is wide.\n"
    )


def page(client: Any, row: Any) -> Page:
    return Page(client.get(page_of(row)).content.decode())


class TestProposalPage:
    def test_what_must_not_be_overlooked_stands_above_the_difference(
        self, sign_in: Any, proposal: AnchorProposal
    ) -> None:
        shown = page(sign_in("reporter"), proposal)
        (candidate,) = shown.all("section", class_="candidate")
        sentences = [one.text for one in candidate.all("ul", class_="called-out")[0].all("li")]
        assert sentences == ["The number $3.5 million became $8.5 million.", "“not” was taken out."]
        (changes,) = candidate.all("p", class_="changes")
        assert [one.text for one in changes.all("del")] == ["3.5", " not"]
        assert [one.text for one in changes.all("ins")] == ["8.5"]
        assert shown.markup.index("called-out") < shown.markup.index("<del>")

    def test_the_old_words_stand_in_their_old_place(self, sign_in: Any, proposal: AnchorProposal) -> None:
        old, new = page(sign_in("reporter"), proposal).all("blockquote", class_="passage")
        assert old.all("mark")[0].text == OLD and "It opened in May." in old.text
        assert new.all("mark")[0].text == NEW

    def test_the_same_words_elsewhere_have_no_difference(self, sign_in: Any) -> None:
        article = factories.ArticleFactory(text=TEXT.format(words=OLD))
        factories.AppearanceFactory(article_version=article.current_version, words=OLD)
        factories.ArticleVersionFactory(article=article, text=f"It is not true that: {OLD}\n")
        shown = page(sign_in("reporter"), AnchorProposal.objects.get())
        assert shown.all("ins") == [] and "The words are the same" in shown.markup

    def test_nothing_like_it(self, sign_in: Any, lost: AnchorProposal) -> None:
        shown = page(sign_in("reporter"), lost)
        assert shown.all("section", class_="candidate") == [] and shown.all("input", type="radio") == []
        assert lost.sentence in shown.markup

    def test_it_costs_the_same_however_many_places(self, sign_in: Any, proposal: AnchorProposal) -> None:
        client = sign_in("reporter")

        def grow(number: int) -> None:
            proposal.candidates = proposal.candidates + proposal.candidates[:1] * number
            proposal.save()

        assert_same_queries(grow, lambda: client.get(page_of(proposal)), at_most=6)


class TestProposalDecided:
    def press(self, client: Any, row: Any, name: str = "accept", **said: Any) -> Any:
        return client.post(button_of(row, name), said)

    def placed(self, proposal: AnchorProposal) -> Any:
        proposal.refresh_from_db()
        return proposal.carried_to

    def test_in_the_place_found(self, sign_in: Any, proposal: AnchorProposal) -> None:
        assert self.press(sign_in("reporter"), proposal, place="1").status_code == 302
        assert self.placed(proposal).exact == NEW

    def test_elsewhere_in_words_typed_as_a_browser_sends_them(
        self, sign_in: Any, lost: AnchorProposal
    ) -> None:
        text = lost.article_version.text
        assert self.press(sign_in("reporter"), lost, words="The river is as it was.").status_code == 302
        assert self.placed(lost).start == text.index("The river is as")

    def test_elsewhere_though_places_were_found(self, sign_in: Any, proposal: AnchorProposal) -> None:
        self.press(sign_in("reporter"), proposal, place="elsewhere", words="It opened in May.")
        assert self.placed(proposal).exact == "It opened in May."

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({}, "This field is required."),
            ({"words": "The river was sold."}, "The new text does not say this. Copy the words from it."),
            ({"words": "The river is"}, "The words stand in the text more than once: from 19, 43."),
            ({"words": "The river is", "at": "20"}, "The words do not begin there, but at 19, 43."),
            ({"words": "The river is", "at": "x"}, "Enter a whole number."),
        ],
    )
    def test_words_that_lead_nowhere(
        self, sign_in: Any, lost: AnchorProposal, said: dict[str, str], sentence: str
    ) -> None:
        answer = self.press(sign_in("reporter"), lost, **said)
        assert answer.status_code == 400 and sentence in answer.content.decode()
        assert self.placed(lost) is None

    def test_one_of_several_places_by_its_offset(self, sign_in: Any, lost: AnchorProposal) -> None:
        self.press(sign_in("reporter"), lost, words="The river is", at="43")
        assert self.placed(lost).start == 43

    def test_elsewhere_without_words(self, sign_in: Any, proposal: AnchorProposal) -> None:
        answer = self.press(sign_in("reporter"), proposal, place="elsewhere")
        assert answer.status_code == 400
        assert "Type the words as they stand in the new text." in answer.content.decode()

    @pytest.mark.parametrize("place", ["2", "x", "9" * 50])
    def test_a_place_that_was_not_offered(self, sign_in: Any, proposal: AnchorProposal, place: str) -> None:
        assert self.press(sign_in("reporter"), proposal, place=place).status_code == 400

    def test_the_new_text_no_longer_makes_the_claim(self, sign_in: Any, proposal: AnchorProposal) -> None:
        assert self.press(sign_in("reporter"), proposal, "dismiss").status_code == 302
        proposal.refresh_from_db()
        assert proposal.state == "dismissed" and Appearance.objects.count() == 1
        offered = sign_in("reporter").get(page_of(proposal)).context["offered"]
        assert [one["button"].name for one in offered] == ["reopen"]

    def test_decided_already_says_who(self, sign_in: Any, proposal: AnchorProposal, editor: Any) -> None:
        proposal.dismiss(editor)
        answer = self.press(sign_in("reporter"), proposal, place="1")
        assert answer.status_code == 409
        assert "This was dismissed by Eda Editor already." in answer.content.decode()


class TestReview:
    def test_its_page_leads_to_what_changed_and_what_stands(
        self, sign_in: Any, proposal: AnchorProposal
    ) -> None:
        task = ReviewTask.objects.get()
        text = sign_in("reporter").get(page_of(task)).content.decode()
        for row in (proposal, task.claim, task.claim.current_verdict):
            assert f'href="{page_of(row)}"' in text
        assert proposal.sentence in text and "1. Supported" in text

    def test_closed_with_an_outcome(self, sign_in: Any, proposal: AnchorProposal) -> None:
        task = ReviewTask.objects.get()
        client = sign_in("reporter")
        refused = client.post(button_of(task, "close"), {"seen": 1, "outcome": " "})
        assert refused.status_code == 400 and "This field is required." in refused.content.decode()
        assert client.post(button_of(task, "close"), {"seen": 1, "outcome": "Still so."}).status_code == 302
        task.refresh_from_db()
        assert (task.outcome, task.closed_by) == ("Still so.", factories.some_reporter())
        shown = client.get(page_of(task))
        assert shown.context["offered"] == [] and "Still so." in shown.content.decode()

    def test_somebody_else_changed_the_note_first(self, sign_in: Any) -> None:
        task, client = factories.ReviewTaskFactory(), sign_in("reporter")
        sent = as_loaded(client.get(page_of(task)))
        task.revise(None, note="Look at the second paragraph too.")
        assert client.post(page_of(task), {**sent, "note": "Mine."}).status_code == 409
        answer = client.post(button_of(task, "close"), {"seen": 1, "outcome": "Still so."})
        assert answer.status_code == 409 and "Still so." in answer.content.decode()
        task.refresh_from_db()
        assert task.is_open and task.note == "Look at the second paragraph too."

    def test_it_costs_the_same_however_much_changed(self, sign_in: Any, proposal: AnchorProposal) -> None:
        client, task = sign_in("reporter"), ReviewTask.objects.get()

        def grow(number: int) -> None:
            for _ in range(number):
                appearance = factories.AppearanceFactory(claim=task.claim)
                AnchorProposal.objects.create(
                    appearance=appearance, article_version=task.article_version, kind="lost",
                    proposed_at=proposal.proposed_at,
                )  # fmt: skip

        assert_same_queries(grow, lambda: client.get(page_of(task)), at_most=9)


@pytest.mark.parametrize("model", [AnchorProposal, ReviewTask])
def test_lists_open_with_what_waits(sign_in: Any, model: Any) -> None:
    factory = getattr(factories, f"{model.__name__}Factory")
    waits = factory()
    decided = factory(**({"state": "dismissed"} if model is AnchorProposal else {"closed": True}))
    client = sign_in("reporter")
    for asked, expected in (
        ({}, {waits}),
        ({"decision": "made"}, {decided}),
        ({"decision": "all"}, {waits, decided}),
    ):
        assert set(client.get(list_of(model), asked).context["cl"].result_list) == expected


def test_markup_in_the_texts_is_text(sign_in: Any) -> None:
    evil = "<script>alert(1)</script> was not <b>here</b> in May."
    article = factories.ArticleFactory(text=f"{evil}\n")
    claim = factories.ClaimFactory(statement=evil, rating="supported")
    factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=evil)
    factories.ArticleVersionFactory(
        article=article, text="<script>alert(1)</script> was <b>here</b> in May.\n"
    )
    client = sign_in("reporter")
    proposal, task = AnchorProposal.objects.get(), ReviewTask.objects.get()
    for address in (
        page_of(proposal), page_of(task), list_of(AnchorProposal), list_of(ReviewTask), reverse("admin:index"),
    ):  # fmt: skip
        text = client.get(address).content.decode()
        assert "<script>alert" not in text and "<b>here" not in text, address
