"""The home page opens with what needs whoever looks, and says in one line what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Assignment
from tests import factories
from tests.desk.conftest import page_of
from tests.query_counts import assert_same_queries

HOME = reverse("admin:index")


def box(response, slug):
    """Return the box of a queue; None where nothing waits in it."""
    return next((one for one in response.context["queues"] if one["queue"].slug == slug), None)


def texts(response, slug):
    return [line["text"] for line in (box(response, slug) or {"lines": []})["lines"]]


def grow(number, reporter, editor):
    """Put `number` more rows into every queue, for both."""
    for person in (reporter, editor):
        for _ in range(number):
            Assignment.give(None, factories.ClaimFactory(), person)
            factories.VerdictDraftFactory(author=person)
            factories.VerdictDraftFactory(author=person, state="submitted").hand_back(
                factories.UserFactory(role="editor"), "Cite the minutes."
            )
    for _ in range(number):
        factories.VerdictDraftFactory(author=factories.UserFactory(), state="submitted")
        factories.ClaimFactory(status="checking")
        factories.SuggestionFactory()
        factories.AnchorProposalFactory(rating="supported")
        factories.ArrivalFactory()
        factories.SubmissionFactory()
        factories.ContactFactory()
        factories.ComplaintFactory()
        factories.AssessmentFactory(assessor=editor)


class TestWhoSeesWhat:
    def test_claims_are_their_checkers(self, sign_in, reporter, editor):
        mine, theirs = factories.ClaimFactory(), factories.ClaimFactory()
        Assignment.give(editor, mine, reporter)
        Assignment.give(editor, theirs, editor)
        page = sign_in(reporter).get(HOME)
        assert texts(page, "assigned") == [mine.statement]
        assert box(page, "assigned")["lines"][0]["who"] == str(editor)

    def test_what_was_answered_since_needs_nobody(self, sign_in, reporter, editor):
        answered, decided = factories.ClaimFactory(), factories.ClaimFactory()
        for claim in (answered, decided):
            Assignment.give(editor, claim, reporter, timezone.now() - timedelta(days=900))
        factories.VerdictFactory(claim=answered)
        decided.declare_not_checkable(editor, "A matter of taste.")
        again = factories.ClaimFactory(rating="supported")
        Assignment.give(editor, again, reporter)
        assert texts(sign_in(reporter).get(HOME), "assigned") == [again.statement]

    def test_drafts_handed_back_come_first(self, sign_in, reporter, editor):
        back = factories.VerdictDraftFactory(author=reporter, state="submitted")
        back.hand_back(editor, "Cite the minutes.")
        mine = factories.VerdictDraftFactory(author=reporter)
        factories.VerdictDraftFactory(author=editor)
        factories.VerdictDraftFactory(author=reporter, state="dropped")
        nobodys = factories.VerdictDraftFactory(author=None)
        page = sign_in(reporter).get(HOME)
        assert texts(page, "drafts") == [one.claim.statement for one in (back, mine, nobodys)]
        assert [bool(line["tag"]) for line in box(page, "drafts")["lines"]] == [False, False, True]
        assert "Eda Editor hands this back: Cite the minutes." in page.content.decode()

    def test_a_second_editor_sees_what_they_may_publish(self, sign_in, reporter, editor, second_editor):
        anybodys = factories.VerdictDraftFactory(author=reporter, state="submitted")
        asked = factories.VerdictDraftFactory(author=reporter, state="submitted")
        asked.ask_to_review(editor, editor)
        factories.VerdictDraftFactory(author=editor, state="submitted")
        page = sign_in(editor).get(HOME)
        assert texts(page, "second-editor") == [asked.claim.statement, anybodys.claim.statement]
        assert [bool(line["tag"]) for line in box(page, "second-editor")["lines"]] == [True, False]
        assert box(sign_in(reporter).get(HOME), "second-editor") is None
        assert "Waiting for a second editor" not in sign_in(reporter).get(HOME).content.decode()

    def test_deadlines_soonest_first_and_overdue_marked(self, sign_in):
        now = timezone.now()
        late = factories.ContactFactory(question="What did it cost?")
        soon = factories.ContactFactory(question="Who paid?", deadline=now + timedelta(hours=3))
        someday = factories.ContactFactory(question="And why?", deadline=None)
        factories.ContactFactory(reply_state="replied")
        page = sign_in("reporter").get(HOME)
        assert texts(page, "replies") == [one.question for one in (late, soon, someday)]
        assert [line["overdue"] for line in box(page, "replies")["lines"]] == [True, False, False]
        assert page.content.decode().count("overdue since") == 1

    def test_what_is_being_checked_by_nobody(self, sign_in, editor):
        nobodys, taken, drafted = (factories.ClaimFactory(status="checking") for _ in range(3))
        Assignment.give(editor, taken, editor)
        factories.VerdictDraftFactory(claim=drafted)
        assert texts(sign_in("reporter").get(HOME), "unassigned") == [nobodys.statement]

    def test_what_came_in(self, sign_in, reporter):
        suggestion, low = factories.SuggestionFactory(score=0.915), factories.SuggestionFactory(score=0.2)
        factories.SuggestionFactory(state="dismissed", score=0.99)
        proposal = factories.AnchorProposalFactory(rating="supported")
        factories.AnchorProposalFactory(state="dismissed")
        held = factories.ArrivalFactory()
        factories.ArrivalFactory().set_aside(None)
        page = sign_in(reporter).get(HOME)
        worth = box(page, "suggestions")["lines"]
        assert [line["url"] for line in worth] == [
            f"{page_of(one)[:-7]}in-text/" for one in (suggestion, low)
        ]
        assert worth[0]["text"] == suggestion.exact
        assert '<meter min="0" max="1" value="0.92">0.92</meter> 0.92' in page.content.decode()
        assert [line["url"] for line in box(page, "quotations")["lines"]] == [page_of(proposal)]
        assert texts(page, "reread") == [proposal.appearance.claim.statement]
        assert [(line["text"], line["note"]) for line in box(page, "held")["lines"]] == [
            (held.name, held.resemblance)
        ]

    def test_what_readers_sent_says_who_looks_at_it(self, sign_in, reporter):
        factories.SubmissionFactory(text="The\ntower leans.")
        page = sign_in(reporter).get(HOME)
        assert texts(page, "readers") == ["The tower leans."]
        assert str(box(page, "readers")["lines"][0]["who"]) == "nobody yet"


class TestBoxes:
    def test_what_is_empty_takes_one_line(self, sign_in):
        page = sign_in("reporter").get(HOME)
        assert page.context["queues"] == []
        text = page.content.decode()
        assert "Nothing waits for you." in text
        assert "Held files · " in text
        assert 'class="queue"' not in text

    def test_a_long_queue_is_cut_counted_and_leads_to_all_of_it(self, sign_in):
        for _ in range(11):
            factories.SuggestionFactory()
        client = sign_in("reporter")
        page = client.get(HOME)
        found = box(page, "suggestions")
        assert (len(found["lines"]), found["count"]) == (10, "10+")
        assert f'href="{found["queue"].url}"' in page.content.decode()
        assert len(client.get(found["queue"].url).context["rows"]) == 11

    def test_ten_are_ten(self, sign_in):
        for _ in range(10):
            factories.ClaimFactory(status="checking")
        found = box(sign_in("reporter").get(HOME), "unassigned")
        assert (len(found["lines"]), found["count"]) == (10, 10)

    @pytest.mark.parametrize("role", ["reporter", "editor"])
    def test_all_queues_are_one_query(self, sign_in, reporter, editor, role):
        client = sign_in({"reporter": reporter, "editor": editor}[role])
        # Session, account, newsroom (for an editor once more: who may approve?), and what waits.
        assert_same_queries(
            lambda number: grow(number, reporter, editor), lambda: client.get(HOME), at_most=7
        )
        assert len(client.get(HOME).context["queues"]) == {"reporter": 10, "editor": 12}[role]
