"""The home page opens with what waits."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
from tests.desk.conftest import page_of
from tests.query_counts import assert_same_queries


def queue(response, title):
    return next(one["lines"] for one in response.context["queues"] if one["title"] == title)


def test_queues(sign_in, reporter, editor):
    waiting = factories.VerdictDraftFactory(author=reporter, state="submitted")
    back = factories.VerdictDraftFactory(author=reporter, state="submitted")
    back.hand_back(editor, "Cite the minutes.")
    mine = factories.VerdictDraftFactory(author=reporter)
    factories.VerdictDraftFactory(author=editor)
    factories.VerdictDraftFactory(author=reporter, state="dropped")
    checking = factories.ClaimFactory(status="checking")
    factories.ClaimFactory()

    page = sign_in(reporter).get(reverse("admin:index"))
    assert [one["text"] for one in queue(page, "Waiting for a second editor")] == [waiting.claim.statement]
    assert [one["text"] for one in queue(page, "On your table")] == [
        back.claim.statement,
        mine.claim.statement,
    ]
    assert [one["text"] for one in queue(page, "Being checked")] == [checking.statement]
    assert "Eda Editor hands this back: Cite the minutes." in page.content.decode()


def test_a_long_queue_is_cut_and_leads_to_all_of_it(sign_in):
    for _ in range(11):
        factories.ClaimFactory(status="checking")
    page = sign_in("reporter").get(reverse("admin:index"))
    assert len(queue(page, "Being checked")) == 10
    more = next(one["more"] for one in page.context["queues"] if one["title"] == "Being checked")
    assert sign_in("reporter").get(more).context["cl"].result_count == 11


def test_each_queue_is_one_query(sign_in, reporter):
    client = sign_in(reporter)

    def grow(number):
        for _ in range(number):
            factories.VerdictDraftFactory(author=reporter, state="submitted")
            factories.VerdictDraftFactory(author=reporter)
            factories.ClaimFactory(status="checking")
            factories.SuggestionFactory()
            factories.AnchorProposalFactory(rating="supported")
            factories.ArrivalFactory()

    # Session, account, newsroom, and the seven queues.
    assert_same_queries(grow, lambda: client.get(reverse("admin:index")), at_most=10)


def test_queues_of_what_came_in(sign_in, reporter):
    suggestion, low = factories.SuggestionFactory(score=0.915), factories.SuggestionFactory(score=0.2)
    factories.SuggestionFactory(state="dismissed", score=0.99)
    proposal = factories.AnchorProposalFactory(rating="supported")
    factories.AnchorProposalFactory(state="dismissed")
    held = factories.ArrivalFactory()
    factories.ArrivalFactory().set_aside(None)

    page = sign_in(reporter).get(reverse("admin:index"))
    worth = queue(page, "Worth checking")
    assert [one["url"] for one in worth] == [page_of(suggestion), page_of(low)]
    assert worth[0]["text"] == suggestion.exact
    assert '<meter min="0" max="1" value="0.92">0.92</meter> 0.92' in page.content.decode()
    assert [(one["url"], one["note"]) for one in queue(page, "Quotations to decide on")] == [
        (page_of(proposal), proposal.sentence)
    ]
    assert [one["text"] for one in queue(page, "To be read again")] == [proposal.appearance.claim.statement]
    assert [(one["text"], one["note"]) for one in queue(page, "Held files")] == [
        (held.name, held.resemblance)
    ]


def test_the_queue_of_suggestions_leads_to_all_of_them(sign_in):
    for _ in range(11):
        factories.SuggestionFactory()
    client = sign_in("reporter")
    page = client.get(reverse("admin:index"))
    more = next(one["more"] for one in page.context["queues"] if one["title"] == "Worth checking")
    assert client.get(more).context["cl"].result_count == 11
