"""Several rows at once: said before, done in one go, and reported row by row."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from articles.admin import bulk
from tests import factories
from tests.desk.conftest import list_of
from tests.query_counts import assert_same_queries


def chosen(rows, **more):
    ids = {"_selected_action": [row.pk for row in rows]}
    seen = {f"seen_{row.pk}": row.revision for row in rows if hasattr(row, "revision")}
    return {**ids, **seen, **more}


def ask(client, name, rows, **more):
    """Press the button of the list; return the page that asks."""
    return client.post(list_of(type(rows[0])), {**chosen(rows), "action": name, "index": "0", **more})


def confirm(client, name, rows, **more):
    address = reverse(f"admin:articles_{rows[0]._meta.model_name}_bulk", args=[name])
    return client.post(address, chosen(rows, **more))


def words(lines):
    return [one.row.pk for one in lines]


@pytest.fixture
def drafts(editor):
    """One that can go out, one of the editor's own, one that is being written."""
    return [
        factories.VerdictDraftFactory(state="submitted"),
        factories.VerdictDraftFactory(state="submitted", author=editor),
        factories.VerdictDraftFactory(),
    ]


def again(row):
    return type(row).objects.get(pk=row.pk)


class TestDrafts:
    def test_what_will_happen_is_said_before_anything_does(self, sign_in, drafts, editor):
        page = ask(sign_in(editor), "publish", drafts)
        good, own, writing = drafts
        assert words(page.context["will"]) == [good.pk]
        assert words(page.context["will_not"]) == [own.pk, writing.pk]
        text = page.content.decode()
        assert '<button type="submit" class="verb main">Publish</button>' in text
        assert "You wrote this, or a part of it; another editor must publish it." in text
        assert "The draft has not been submitted for a second reading." in text
        assert not models.Verdict.objects.exists()

    def test_then_it_happens_and_is_reported(self, sign_in, drafts, editor):
        good, own, writing = drafts
        page = confirm(sign_in(editor), "publish", drafts)
        assert words(page.context["done"]) == [good.pk]
        assert words(page.context["left"]) == [own.pk, writing.pk]
        assert [again(one).state for one in drafts] == ["published", "submitted", "writing"]

    def test_what_changed_since_the_list_was_loaded_is_left_alone(self, sign_in, editor, second_editor):
        rows = [factories.VerdictDraftFactory(state="submitted") for _ in range(2)]
        again(rows[0]).revise(second_editor, summary="Other words.")
        client = sign_in(editor)
        assert words(ask(client, "publish", rows).context["will"]) == [rows[1].pk]
        page = confirm(client, "publish", rows)
        assert words(page.context["done"]) == [rows[1].pk]
        assert "Somebody changed it since the list was loaded" in page.content.decode()
        assert again(rows[0]).state == "submitted"

    def test_list_carries_what_it_shows(self, sign_in, drafts, editor):
        page = sign_in(editor).get(list_of(models.VerdictDraft)).content.decode()
        for one in drafts:
            assert f'name="seen_{one.pk}" value="{one.revision}"' in page

    def test_hand_back_wants_a_note(self, sign_in, drafts, editor):
        client = sign_in(editor)
        assert confirm(client, "hand-back", drafts[:1], note=" ").status_code == 400
        assert confirm(client, "hand-back", drafts[:1], note="Cite the minutes.").status_code == 200
        assert again(drafts[0]).hand_back_note == "Cite the minutes."

    def test_reviewer(self, sign_in, drafts, editor, second_editor):
        page = confirm(sign_in(editor), "reviewer", drafts, reviewer="edwin")
        assert len(page.context["done"]) == 3
        assert {again(one).reviewer for one in drafts} == {second_editor}

    def test_a_rule_that_says_no_is_told_of_its_row_alone(self, sign_in, drafts, editor):
        page = confirm(sign_in(editor), "reviewer", drafts, reviewer="eda")
        # The editor wrote one of them.
        assert words(page.context["left"]) == [drafts[1].pk]
        assert again(drafts[0]).reviewer == editor

    def test_under_embargo_it_does_not_go_out_by_this_door_either(self, sign_in, editor):
        from django.utils import timezone

        draft = factories.VerdictDraftFactory(
            state="submitted", embargo_until=timezone.now().replace(year=2999)
        )
        assert "embargo" in ask(sign_in(editor), "publish", [draft]).content.decode()
        confirm(sign_in(editor), "publish", [draft])
        assert not models.Verdict.objects.exists()


class TestVerdicts:
    def test_withdraw(self, sign_in, editor):
        first, second = factories.VerdictFactory(), factories.VerdictFactory()
        old = factories.VerdictFactory(claim=second.claim).supersedes
        page = confirm(sign_in(editor), "withdraw", [first, old], note="The minutes were forged.")
        assert (words(page.context["done"]), words(page.context["left"])) == ([first.pk], [second.pk])
        assert first.superseded_by.summary == "The minutes were forged."

    def test_ask_to_read_again(self, sign_in, reporter):
        verdict = factories.VerdictFactory()
        client = sign_in(reporter)
        confirm(client, "again", [verdict], note="New minutes are out.")
        task = models.ReviewTask.objects.get()
        assert (task.claim, task.reason, task.note) == (verdict.claim, "desk", "New minutes are out.")
        assert (
            "has asked for this already"
            in confirm(client, "again", [verdict], note="Again.").content.decode()
        )


class TestClaims:
    def test_assign(self, sign_in, reporter, editor):
        claim, dismissed = factories.ClaimFactory(), factories.ClaimFactory(status="dismissed")
        client = sign_in(editor)
        asking = ask(client, "assign", [claim, dismissed])
        assert words(asking.context["will_not"]) == [dismissed.pk]
        assert asking.context["form"]["person"].value() == "eda"
        confirm(client, "assign", [claim], person=reporter.username)
        assert claim.assignment.assignee == reporter

    def test_topics(self, sign_in, editor):
        claims, topic = [factories.ClaimFactory() for _ in range(2)], factories.TopicFactory()
        confirm(sign_in(editor), "topics", claims, topics=[topic.pk])
        assert set(topic.claims.all()) == set(claims)

    def test_start_checking(self, sign_in, editor):
        claim, checking = factories.ClaimFactory(), factories.ClaimFactory(status="checking")
        page = confirm(sign_in(editor), "check", [claim, checking])
        assert (words(page.context["done"]), words(page.context["left"])) == ([claim.pk], [checking.pk])

    def test_dismiss(self, sign_in, editor):
        claim, checked = factories.ClaimFactory(), factories.ClaimFactory(rating="supported")
        client = sign_in(editor)
        assert words(ask(client, "dismiss", [claim, checked]).context["will_not"]) == [checked.pk]
        page = confirm(client, "dismiss", [claim, checked], reason="Not for us.")
        assert (words(page.context["done"]), words(page.context["left"])) == ([claim.pk], [checked.pk])
        assert again(claim).status_reason == "Not for us."

    def test_who_has_a_conflict_is_told(self, sign_in, editor):
        claim = factories.ConflictOfInterestFactory(person=editor).claim
        page = ask(sign_in(editor), "check", [claim])
        assert "conflict of interest" in page.context["will_not"][0].why_not


class TestSuggestions:
    def test_dismiss_and_accept_as_they_stand(self, sign_in, reporter):
        first, second, decided = (factories.SuggestionFactory() for _ in range(3))
        decided.dismiss(reporter)
        client = sign_in(reporter)
        assert words(ask(client, "accept", [first, decided]).context["will_not"]) == [decided.pk]
        confirm(client, "accept", [first])
        confirm(client, "dismiss", [second])
        assert [again(one).state for one in (first, second)] == ["accepted", "dismissed"]


class TestDoors:
    def test_who_may_not_is_not_offered_it(self, sign_in, drafts, reporter):
        client = sign_in(reporter)
        assert 'value="publish"' not in client.get(list_of(models.VerdictDraft)).content.decode()
        assert confirm(client, "publish", drafts).status_code == 404
        ask(client, "publish", drafts)
        assert not models.Verdict.objects.exists()

    def test_looking_at_it_does_nothing(self, sign_in, editor):
        address = reverse("admin:articles_verdictdraft_bulk", args=["publish"])
        assert sign_in(editor).get(address).status_code == 302
        assert (
            sign_in(editor).get(reverse("admin:articles_verdictdraft_bulk", args=["burn"])).status_code == 404
        )

    @pytest.mark.parametrize("garbage", ["abc", "-1", "9" * 40, "1e3", "٣"])
    def test_garbage_among_the_numbers(self, sign_in, editor, drafts, garbage):
        client = sign_in(editor)
        sent = {"_selected_action": [garbage, drafts[0].pk], "action": "publish", "index": "0"}
        assert words(client.post(list_of(models.VerdictDraft), sent).context["will"]) == [drafts[0].pk]
        for index in (garbage, "7"):
            assert client.post(list_of(models.VerdictDraft), {**sent, "index": index}).status_code == 302

    def test_more_than_a_page_holds_is_a_sentence(self, sign_in, editor, drafts, monkeypatch):
        monkeypatch.setattr(bulk, "MOST", 2)
        client = sign_in(editor)
        for sent in ({}, {"select_across": "1"}):
            answer = ask(client, "publish", drafts, **sent)
            assert answer.status_code == 302
        page = client.get(list_of(models.VerdictDraft)).content.decode()
        assert "At most 2 rows at once" in page
        assert "At most 2 rows at once" in client.post(
            reverse("admin:articles_verdictdraft_bulk", args=["publish"]), chosen(drafts), follow=True
        ).content.decode()  # fmt: skip
        assert not models.Verdict.objects.exists()

    def test_what_is_not_visible_is_not_there(self, sign_in, editor, drafts):
        factories.AssessmentFactory(draft=drafts[0], assessor=editor, by=factories.some_editor())
        page = confirm(sign_in(editor), "hand-back", drafts[:1], note="Blind.")
        assert "It is no longer there." in page.content.decode()
        assert again(drafts[0]).state == "submitted"

    def test_it_leads_back_to_the_list_as_it_was(self, sign_in, editor, drafts):
        address = f"{list_of(models.VerdictDraft)}?state__exact=submitted"
        page = sign_in(editor).post(address, {**chosen(drafts), "action": "publish", "index": "0"})
        assert page.context["back"] == address

    def test_asking_costs_the_same_for_rows_without_a_gate(self, sign_in, editor):
        client = sign_in(editor)
        rows = []

        def grow(number):
            rows.extend(factories.VerdictDraftFactory(state="submitted") for _ in range(number))

        assert_same_queries(grow, lambda: ask(client, "hand-back", rows), at_most=9)
