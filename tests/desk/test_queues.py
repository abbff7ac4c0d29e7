"""The pages of the queues: in order, page by page, with what may be said of each row, and back to them after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.admin import desk
from articles.admin.queues import queue as queues
from articles.models import AnchorProposal, Assignment, Claim, Suggestion
from tests import factories
from tests.desk.conftest import button_of
from tests.desk.test_home import grow
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries

EVERY = [one.slug for one in desk.queues]
SUGGESTIONS = "/desk/queue/suggestions/"


def address(slug: str) -> str:
    return reverse("admin:queue", args=[slug])


def rows(response: Any) -> list[Any]:
    return [one["row"] for one in response.context["rows"]]


def named(page: Page, tag: str, name: str) -> list[Any]:
    """Return the fields of this name."""
    return [one for one in page.all(tag) if one.attributes.get("name") == name]


def verbs(response: Any, at: int = 0) -> list[str]:
    return [one["button"].name for one in response.context["rows"][at]["verbs"]]


class TestDoor:
    @pytest.mark.parametrize("slug", EVERY)
    def test_it_opens_empty_and_filled(self, sign_in, editor, reporter, slug):
        client = sign_in(editor)
        answer = client.get(address(slug))
        assert answer.status_code == 200 and "Nothing waits here any more." in answer.content.decode()
        grow(1, reporter, editor)
        answer = client.get(address(slug))
        assert answer.context["rows"] and answer.context["count"] != "0"

    def test_strangers_sign_in_first_and_nobody_finds_what_is_not_there(self, client, sign_in):
        answer = client.get(SUGGESTIONS)
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login"))
        assert sign_in("editor").get("/desk/queue/nonsense/").status_code == 404

    def test_a_reporter_is_no_second_editor(self, sign_in):
        assert sign_in("reporter").get(address("second-editor")).status_code == 403
        names = [one.slug for one in sign_in("reporter").get(SUGGESTIONS).context["others"]]
        assert "second-editor" not in names and "assigned" in names

    @pytest.mark.parametrize("slug", EVERY)
    def test_queries_do_not_grow(self, sign_in, editor, reporter, slug):
        client = sign_in(editor)
        assert_same_queries(
            lambda number: grow(number, reporter, editor), lambda: client.get(address(slug)), at_most=11
        )


class TestPaging:
    @pytest.fixture(autouse=True)
    def short_pages(self, monkeypatch):
        monkeypatch.setattr(queues, "PAGE", 2)

    def walked(self, client: Any, slug: str) -> list[int]:
        found, page = [], client.get(address(slug))
        for _ in range(20):
            found += [row.pk for row in rows(page)]
            if not page.context["following"]:
                return found
            page = client.get(page.context["following"])
        raise AssertionError("The pages do not end.")

    def test_suggestions_of_one_score_come_once_each(self, sign_in):
        version = factories.ArticleFactory(
            text="One bridge. Two bridges. Three bridges. Four bridges. Five bridges.\n"
        ).current_version
        for words, score in (
            ("Two bridges.", 0.5), ("Five bridges.", 0.5), ("One bridge.", 0.9), ("Four bridges.", 0.5),
            ("Three bridges.", 0.1),
        ):  # fmt: skip
            factories.SuggestionFactory(article_version=version, words=words, score=score, speakers=())
        expected = [one.pk for one in Suggestion.objects.open().ranked()]
        assert self.walked(sign_in("reporter"), "suggestions") == expected
        assert len(expected) == 5

    def test_deadlines_before_what_has_none(self, sign_in):
        none = [factories.ContactFactory(deadline=None) for _ in range(3)]
        dated = [factories.ContactFactory(deadline=day) for day in ("2024-03-01", "2024-02-01", "2024-02-01")]
        expected = [dated[1], dated[2], dated[0], *none]
        assert self.walked(sign_in("reporter"), "replies") == [one.pk for one in expected]

    def test_drafts_handed_back_before_the_latest(self, sign_in, reporter, editor):
        fresh = [factories.VerdictDraftFactory(author=reporter) for _ in range(2)]
        back = [factories.VerdictDraftFactory(author=reporter, state="submitted") for _ in range(2)]
        for one in back:
            one.hand_back(editor, "Cite the minutes.")
        expected = [*reversed(back), *reversed(fresh)]
        assert self.walked(sign_in(reporter), "drafts") == [one.pk for one in expected]

    @pytest.mark.parametrize("slug", ["reread", "quotations", "readers", "held", "unassigned", "complaints"])
    def test_each_row_comes_once(self, sign_in, reporter, editor, slug):
        grow(5, reporter, editor)
        found = self.walked(sign_in(editor), slug)
        assert len(found) == len(set(found)) == 5

    def test_a_page_goes_on_where_its_last_row_was_decided(self, sign_in, editor):
        made = [factories.SuggestionFactory(score=score) for score in (0.9, 0.8, 0.7, 0.6)]
        client = sign_in(editor)
        following = client.get(SUGGESTIONS).context["following"]
        made[1].dismiss(editor)
        assert rows(client.get(following)) == made[2:]

    @pytest.mark.parametrize("after", ["", "abc", "9" * 30, "0", "²", "-1", "999999"])
    def test_what_is_no_row_is_the_start(self, sign_in, after):
        made = factories.SuggestionFactory()
        assert rows(sign_in("reporter").get(SUGGESTIONS, {"after": after})) == [made]

    def test_the_count_is_capped(self, sign_in, monkeypatch):
        monkeypatch.setattr(queues, "COUNTED", 2)
        for _ in range(2):
            factories.SuggestionFactory()
        client = sign_in("reporter")
        assert client.get(SUGGESTIONS).context["count"] == "2"
        factories.SuggestionFactory()
        assert client.get(SUGGESTIONS).context["count"] == "2+"
        assert "2+ waiting" in client.get(SUGGESTIONS).content.decode()


class TestSuggestions:
    def test_a_row_shows_the_sentence_in_context_and_why_and_who(self, sign_in):
        factories.SuggestionFactory(clauses=["Officials opened the bridge"])
        page = Page(sign_in("reporter").get(SUGGESTIONS).content.decode())
        (passage,) = page.all("blockquote", class_="passage")
        assert passage.all("mark")[0].text == "Officials"
        assert "".join(one.text for one in passage.all("mark")) == "Officials opened the bridge on Friday."
        assert "cost four million dollars" in passage.text
        assert "for: names a quantity" in " ".join(page.all("ul", class_="reasons")[0].text.split())
        assert (
            named(page, "textarea", "statement")[0].text.strip() == "Officials opened the bridge on Friday."
        )

    def test_accepted_dismissed_and_back_again(self, sign_in, reporter):
        first, second = factories.SuggestionFactory(score=0.9), factories.SuggestionFactory(score=0.8)
        client = sign_in(reporter)
        answer = client.post(
            button_of(first, "accept"),
            {"statement": "The bridge was opened.", "kind": "fact", "next": SUGGESTIONS}, follow=True,
        )  # fmt: skip
        assert answer.redirect_chain == [(SUGGESTIONS, 302)]
        assert rows(answer) == [second]
        assert Claim.objects.get(origin="suggestion").statement == "The bridge was opened."
        answer = self.undo(client, answer)
        assert rows(answer) == [first, second]
        answer = client.post(button_of(first, "dismiss"), {"next": SUGGESTIONS}, follow=True)
        assert rows(answer) == [second]
        assert rows(self.undo(client, answer)) == [first, second]

    def undo(self, client: Any, answer: Any) -> Any:
        """Press the button beside what was just said."""
        (form,) = Page(answer.content.decode()).all("form", class_="undo")
        sent = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
        answer = client.post(form.attributes["action"], sent, follow=True)
        assert answer.status_code == 200
        return answer

    def test_accepted_and_given_to_somebody_at_once(self, sign_in, reporter, editor):
        row, client = factories.SuggestionFactory(), sign_in(reporter)
        sent = {"statement": "", "kind": "fact", "checker": "Eda", "next": SUGGESTIONS}
        answer = client.post(button_of(row, "accept"), sent, follow=True)
        given = Assignment.objects.get()
        assert (given.assignee, given.assigned_by) == (editor, reporter)
        assert given.claim.origin == "suggestion"
        # Both are taken back.
        assert rows(self.undo(client, answer)) == [row]
        assert not Assignment.objects.exists()

    def test_nobody_of_that_name_and_nothing_is_done(self, sign_in):
        row = factories.SuggestionFactory()
        sent = {
            "statement": "A wording of mine.",
            "kind": "fact",
            "checker": "Zacharias",
            "next": SUGGESTIONS,
        }
        answer = sign_in("reporter").post(button_of(row, "accept"), sent)
        assert answer.status_code == 400
        text = answer.content.decode()
        assert "Nobody here is called “Zacharias”." in text and "A wording of mine." in text
        assert f'name="next" value="{SUGGESTIONS}"' in text
        assert not Claim.objects.exists()

    def test_somebody_was_faster(self, sign_in, editor):
        row = factories.SuggestionFactory()
        row.dismiss(editor)
        sent = {"statement": "", "kind": "fact", "next": SUGGESTIONS}
        answer = sign_in("reporter").post(button_of(row, "accept"), sent)
        assert answer.status_code == 409
        assert "This was dismissed by Eda Editor already." in answer.content.decode()
        assert f'href="{SUGGESTIONS}"' in answer.content.decode()


class TestAssigning:
    def give(self, client: Any, claim: Claim, person: str, was: Any = "") -> Any:
        sent = {"person": person, "was": was, "next": address("unassigned")}
        return client.post(button_of(claim, "assign"), sent, follow=True)

    @pytest.mark.parametrize("called", ["me", "Me", "rita", "Rita Reporter", "RITA REP", "ita R"])
    def test_by_a_part_of_a_name(self, sign_in, reporter, editor, called):
        claim = factories.ClaimFactory(status="checking")
        reporter.username = "rita"
        reporter.save()
        answer = self.give(sign_in(reporter), claim, called)
        assert answer.redirect_chain == [(address("unassigned"), 302)]
        assert Assignment.objects.get().assignee == reporter

    def test_more_than_one_is_told_apart(self, sign_in):
        for name in ("Ann Archer", "Ann Baker"):
            factories.UserFactory(display_name=name, username=name.split()[1].lower())
        claim = factories.ClaimFactory(status="checking")
        answer = self.give(sign_in("editor"), claim, "Ann")
        assert answer.status_code == 400
        assert "Ann Archer (archer), Ann Baker (baker). Type the user name." in answer.content.decode()
        assert self.give(sign_in("editor"), claim, "baker").status_code == 200
        assert Assignment.objects.get().assignee.display_name == "Ann Baker"

    def test_who_left_is_not_found(self, sign_in, administrator):
        gone = factories.UserFactory(display_name="Gus Gone")
        gone.deactivate(administrator)
        answer = self.give(sign_in("editor"), factories.ClaimFactory(status="checking"), "Gus")
        assert answer.status_code == 400

    def test_undo_gives_it_back_to_whom_it_was(self, sign_in, reporter, editor, second_editor):
        claim, client = factories.ClaimFactory(status="checking"), sign_in(editor)
        undo = TestSuggestions().undo
        answer = self.give(client, claim, "me")
        answer = self.give(client, claim, second_editor.username, was=editor.pk)
        assert Assignment.objects.get().assignee == second_editor
        undo(client, answer)
        assert Assignment.objects.get().assignee == editor
        sent = {"was": editor.pk, "next": address("assigned")}
        answer = client.post(button_of(claim, "unassign"), sent, follow=True)
        assert not Assignment.objects.exists()
        undo(client, answer)
        assert Assignment.objects.get().assignee == editor

    def test_nobody_takes_it_from_somebody_unawares(self, sign_in, reporter, editor, second_editor):
        claim = factories.ClaimFactory(status="checking")
        Assignment.give(editor, claim, second_editor)
        answer = self.give(sign_in(reporter), claim, "me")
        assert answer.status_code == 409
        assert f"{second_editor} has this claim by now" in answer.content.decode()
        assert Assignment.objects.get().assignee == second_editor

    def test_the_field_says_me_where_nobody_has_it(self, sign_in, reporter, editor):
        factories.ClaimFactory(status="checking")
        Assignment.give(editor, factories.ClaimFactory(), reporter)
        client = sign_in(reporter)
        (field,) = named(Page(client.get(address("unassigned")).content.decode()), "input", "person")
        assert field.attributes["value"] == reporter.username
        (field,) = named(Page(client.get(address("assigned")).content.decode()), "input", "person")
        assert "value" not in field.attributes
        assert verbs(client.get(address("assigned"))) == ["assign", "unassign"]

    def test_no_page_lists_everybody(self, sign_in):
        factories.ClaimFactory(status="checking")
        for _ in range(60):
            factories.UserFactory()
        page = Page(sign_in("editor").get(address("unassigned")).content.decode())
        (offered,) = page.all("datalist", id="people")
        assert len(offered.all("option")) == 50
        assert not named(page, "select", "person")


class TestOthers:
    def test_a_dismissed_quotation_comes_back(self, sign_in):
        row, client = factories.AnchorProposalFactory(), sign_in("reporter")
        answer = client.post(button_of(row, "dismiss"), {"next": address("quotations")}, follow=True)
        assert rows(answer) == []
        assert rows(TestSuggestions().undo(client, answer)) == [row]
        row.refresh_from_db()
        assert (row.state, row.decided_by, row.decided_at) == ("open", None, None)

    def test_a_still_newer_text_keeps_it_away(self, editor):
        from articles.refusals import Refused

        row = factories.AnchorProposalFactory(state="dismissed")
        factories.ArticleVersionFactory(article=row.article_version.article, text="Nothing of it is left.\n")
        with pytest.raises(Refused, match="A newer version"):
            AnchorProposal.objects.get(pk=row.pk).reopen(editor)

    def test_a_quotation_shows_what_changed(self, sign_in):
        factories.AnchorProposalFactory(rating="supported")
        text = sign_in("reporter").get(address("quotations")).content.decode()
        assert "<del>" in text and "<ins>" in text

    def test_a_reader_is_answered_by_editors_alone(self, sign_in):
        factories.SubmissionFactory()
        assert verbs(sign_in("reporter").get(address("readers"))) == ["take"]
        assert verbs(sign_in("editor").get(address("readers"))) == ["take", "accept", "decline", "duplicate"]

    def test_what_cannot_be_taken_back_is_asked_once_more(self, sign_in, editor):
        factories.VerdictDraftFactory(author=factories.some_reporter(), state="submitted")
        factories.ArrivalFactory()
        client = sign_in(editor)
        for slug, name in (("second-editor", "publish"), ("held", "version")):
            (one,) = [
                verb
                for verb in client.get(address(slug)).context["rows"][0]["verbs"]
                if verb["button"].name == name
            ]
            assert one["offer"].asks == "once_more"
            page = Page(client.get(address(slug)).content.decode())
            assert not page.all("button", **{"data-key": "a"})
            assert page.all("summary", **{"data-key": "a"})

    def test_a_file_held_is_decided_from_its_queue(self, sign_in):
        row, client = factories.ArrivalFactory(), sign_in("reporter")
        answer = client.post(button_of(row, "set-aside"), {"next": address("held")}, follow=True)
        assert answer.redirect_chain == [(address("held"), 302)] and rows(answer) == []

    def test_forms_too_large_for_a_row_lead_back(self, sign_in):
        contact = factories.ContactFactory(deadline=timezone.now() + timedelta(days=1))
        client = sign_in("reporter")
        page = Page(client.get(address("replies")).content.decode())
        (link,) = page.all("a", **{"data-key": "a"})
        assert link.attributes["href"] == f"{button_of(contact, 'reply')}?next=/desk/queue/replies/"
        asked = client.get(link.attributes["href"])
        assert f'name="next" value="{address("replies")}"' in asked.content.decode()

    def test_the_row_leads_to_its_own_page(self, sign_in):
        row = factories.SuggestionFactory()
        page = Page(sign_in("reporter").get(SUGGESTIONS).content.decode())
        (link,) = page.all("a", **{"data-key": "o"})
        assert link.attributes["href"] == reverse("admin:articles_suggestion_in_text", args=[row.pk])
