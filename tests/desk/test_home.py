"""The home page opens with what waits."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
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

    # Session, account, newsroom, and the three queues.
    assert_same_queries(grow, lambda: client.get(reverse("admin:index")), at_most=6)
