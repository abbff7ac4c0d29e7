"""What readers sent, at the desk: a queue, their words as plain text, and buttons for what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from articles.admin.landing import page_of as landing
from articles.models import Claim, ReviewTask, Submission
from tests import factories as f
from tests import hostile
from tests.desk.conftest import as_loaded, button_of, list_of, page_of
from tests.desk.test_home import HOME, box
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries


def press(client: Any, row: Submission, name: str, **said: Any) -> Any:
    return client.post(button_of(row, name), {"seen": row.revision, **said})


def offered(client: Any, row: Submission) -> list[str]:
    return [one["button"].name for one in client.get(page_of(row)).context["offered"]]


class TestQueue:
    def test_on_the_home_page(self, sign_in):
        client = sign_in("reporter")
        assert box(client.get(HOME), "readers") is None
        first, second = f.SubmissionFactory(), f.SubmissionFactory(state="taken")
        f.SubmissionFactory(state="declined")
        found = box(client.get(HOME), "readers")
        assert found["count"] == 2
        assert {one["url"] for one in found["lines"]} == {page_of(second), page_of(first)}
        assert {one["text"] for one in found["lines"]} == {first.text, second.text}

    def test_a_long_one_is_cut_and_leads_to_all_of_it(self, sign_in):
        for _ in range(11):
            f.SubmissionFactory()
        client = sign_in("reporter")
        found = box(client.get(HOME), "readers")
        assert found["count"] == "10+" and len(found["lines"]) == 10
        assert client.get(found["queue"].list_url).context["cl"].result_count == 11


class TestList:
    def shown(self, client: Any, **asked: str) -> set[int]:
        return {row.pk for row in client.get(list_of(Submission), asked).context["cl"].result_list}

    def test_what_waits_the_newest_first(self, sign_in):
        rows = [f.SubmissionFactory(state=state) for state in ("new", "declined", "taken", "withdrawn")]
        client = sign_in("reporter")
        listed = client.get(list_of(Submission)).context["cl"].result_list
        assert [row.pk for row in listed] == [rows[2].pk, rows[0].pk]
        assert self.shown(client, decision="all") == {row.pk for row in rows}
        assert self.shown(client, decision="made") == {rows[1].pk, rows[3].pk}

    def test_filters_and_search(self, sign_in):
        claim = f.SubmissionFactory(text="Of herons.", contact="reader@mail.example", consent=True)
        error = f.SubmissionFactory(kind="error", text="Of swans.", state="taken")
        client = sign_in("reporter")
        assert self.shown(client, kind__exact="error") == {error.pk}
        assert self.shown(client, state__exact="new") == {claim.pk}
        assert self.shown(client, q="herons") == {claim.pk} == self.shown(client, q="reader@mail.example")

    def test_its_price(self, sign_in):
        client = sign_in("reporter")

        def grow(number):
            for _ in range(number):
                f.SubmissionFactory(state="taken")

        assert_same_queries(grow, lambda: client.get(list_of(Submission)), at_most=6)


class TestPage:
    def test_who_sees_which_buttons(self, sign_in):
        sent = f.SubmissionFactory()
        assert offered(sign_in("reporter"), sent) == ["take"]
        assert offered(sign_in("editor"), sent) == ["take", "accept", "decline", "duplicate"]
        assert offered(sign_in("editor"), f.SubmissionFactory(state="declined")) == ["reopen", "forget"]
        assert offered(sign_in("editor"), f.SubmissionFactory(state="withdrawn")) == []

    def test_answer_and_note_are_typed_here(self, sign_in):
        sent = f.SubmissionFactory()
        client = sign_in("reporter")
        form = as_loaded(client.get(page_of(sent))) | {"reply": "We ask around.", "note": "Ask Rita."}
        assert client.post(page_of(sent), form).status_code == 302
        sent.refresh_from_db()
        assert (sent.reply, sent.note) == ("We ask around.", "Ask Rita.")
        # Somebody who loaded the page before does not overwrite it.
        assert client.post(page_of(sent), form | {"reply": "No."}).status_code == 409

    def test_others_on_the_same_page_of_ours(self, sign_in):
        about = f.ClaimFactory().get_absolute_url()
        sent, other = (f.SubmissionFactory(kind="error", about=about) for _ in range(2))
        f.SubmissionFactory(kind="error")
        page = sign_in("reporter").get(page_of(sent))
        assert [one["url"] for one in page.context["panels"][0].lines] == [page_of(other)]
        assert f'<a href="{about}">' in page.content.decode()

    @pytest.mark.parametrize("text", hostile.each(hostile.INJECTIONS))
    def test_their_words_are_text(self, sign_in, text):
        sent = f.SubmissionFactory(kind="error", about=f"/{text}"[:500], text=f"x {text}", reason=f"x {text}")
        client = sign_in("editor")
        for address in (page_of(sent), list_of(Submission), reverse("admin:index")):
            page = Page(client.get(address).content.decode())
            ours = [one for one in page.all("script") if "src" not in one.attributes and one.text.strip()]
            assert not [one for one in ours if "alert" in one.text], address
            assert not [one for one in page.all() if set(one.attributes) & {"onload", "onerror", "onfocus"}]
            assert not page.all("img", src="x") and not page.all("base"), address


class TestButtons:
    def test_a_claim(self, sign_in):
        sent, client = f.SubmissionFactory(), sign_in("editor")
        assert press(client, sent, "take").status_code == 302
        sent.refresh_from_db()
        said = {"statement": "The pool holds 300 litres.", "kind": "quantity", "language": "en"}
        answer = press(client, sent, "accept", **said, reply="Thanks.")
        claim = Claim.objects.get()
        assert answer["Location"] == landing(claim) and claim.origin == "reader"
        assert landing(claim) in client.get(page_of(sent)).content.decode()

    def test_a_claim_in_no_language_is_asked_again(self, sign_in):
        sent = f.SubmissionFactory()
        said = {"statement": "x", "kind": "fact", "language": "?"}
        answer = press(sign_in("editor"), sent, "accept", **said)
        assert answer.status_code == 409 and "language tag" in answer.content.decode()
        assert not Claim.objects.exists()

    def test_an_article(self, sign_in):
        sent, article, client = f.SubmissionFactory(kind="article"), f.ArticleFactory(), sign_in("editor")
        address = f"{reverse('admin:articles_article_hand_in')}?submission={sent.pk}"
        assert address in client.get(page_of(sent)).content.decode()
        form = client.get(address).context["form"]
        assert (form["text"].value(), form["name"].value()) == (sent.text, sent.url)
        for other in (f.SubmissionFactory().pk, "x", "9" * 40):
            form = client.get(address.replace(f"={sent.pk}", f"={other}")).context["form"]
            assert not form["text"].value()
        assert press(client, sent, "accept").status_code == 400
        assert press(client, sent, "accept", article=article.pk)["Location"] == page_of(article)

    def test_an_error_names_the_claim_of_its_page(self, sign_in):
        claim, client = f.ClaimFactory(rating="supported"), sign_in("editor")
        sent = f.SubmissionFactory(kind="error", about=claim.get_absolute_url())
        (form,) = [
            one["form"]
            for one in client.get(page_of(sent)).context["offered"]
            if one["button"].name == "accept"
        ]
        assert form["claim"].initial == claim.pk
        assert press(client, sent, "accept", claim=claim.pk).status_code == 302
        task = ReviewTask.objects.get()
        assert task.claim == claim and page_of(task) in client.get(page_of(sent)).content.decode()

    def test_declining(self, sign_in):
        sent, client = f.SubmissionFactory(), sign_in("editor")
        assert press(client, sent, "decline", reply=" ").status_code == 400
        assert press(client, sent, "decline", reply="No record can settle it.").status_code == 302
        sent.refresh_from_db()
        assert press(client, sent, "reopen").status_code == 302

    def test_known_already(self, sign_in):
        sent, claim, client = f.SubmissionFactory(), f.ClaimFactory(), sign_in("editor")
        assert "Choose one" in press(client, sent, "duplicate").content.decode()
        article = f.ArticleFactory()
        both = press(client, sent, "duplicate", claim=claim.pk, article=article.pk)
        assert "Choose one" in both.content.decode()
        assert press(client, sent, "duplicate", submission=sent.pk).status_code == 409
        assert press(client, sent, "duplicate", claim=claim.pk).status_code == 302
        sent.refresh_from_db()
        assert sent.claim == claim and sent.state == "duplicate"

    def test_erasing(self, sign_in):
        sent = f.SubmissionFactory(state="declined")
        assert press(sign_in("editor"), sent, "forget").status_code == 302
        sent.refresh_from_db()
        assert sent.is_forgotten and not sent.text

    @pytest.mark.parametrize("name", ["accept", "decline", "duplicate", "reopen", "forget"])
    def test_deciding_is_for_editors(self, sign_in, name):
        sent = f.SubmissionFactory()
        assert press(sign_in("reporter"), sent, name, reply="x").status_code == 403
        sent.refresh_from_db()
        assert sent.is_open
