"""The page of what a reader sent, at an address that only they have: what became of it, saying more, taking it back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Submission
from tests import factories as f
from tests.pages.sending import page_of, typed
from tests.query_counts import assert_same_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def private(client, newsroom):
    """Return a function that fetches the private page of a submission, or one below it."""

    def fetch(sent, below="", **more):
        return client.get(f"/submissions/{sent.token}/{below}", **more)

    return fetch


class TestPrivatePage:
    def test_nobody_is_told_of_it(self, private, client):
        sent = f.SubmissionFactory()
        for below, policy in (
            ("", "no-referrer"),
            ("received/", "no-referrer"),
            ("withdraw/", "same-origin"),
        ):
            answer = private(sent, below)
            assert answer.status_code == 200
            assert answer["Referrer-Policy"] == policy
            assert answer["X-Robots-Tag"].startswith("noindex")
            assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
            assert "noindex" in answer.content.decode()
        assert "noindex" not in client.get("/submit/").content.decode()

    def test_a_token_that_is_none_is_nothing(self, client, newsroom):
        sent = f.SubmissionFactory(token="a" * 43)
        nothing = client.get("/nowhere/at/all/")
        for token in ("b" * 43, "a" * 42, sent.hash, str(sent.pk), "x" * 5_000, "ä", "%ff", "'; --"):
            for below in ("", "received/", "withdraw/"):
                answer = client.get(f"/submissions/{token}/{below}")
                assert answer.status_code == 404, (token, below)
                assert page_of(answer).words == page_of(nothing).words
            assert client.post(f"/submissions/{token}/withdraw/").status_code == 404
        sent.refresh_from_db()
        assert sent.state == "new"

    def test_what_became_of_it(self, private):
        for state, words in (
            ("new", "It is waiting for an editor."),
            ("taken", "An editor is looking at it."),
            ("accepted", "We took it up."),
            ("declined", "We do not follow it up."),
            ("duplicate", "We knew of it already."),
            ("withdrawn", "You took it back."),
        ):
            assert words in page_of(private(f.SubmissionFactory(state=state))).words

    def test_what_the_desk_says_to_the_reader_and_what_it_says_among_itself(self, private):
        sent = f.SubmissionFactory(contact="reader@mail.example", consent=True, state="taken")
        sent.revise(f.some_editor(), reply="We ask around.", note="Ask Rita about it.")
        page = page_of(private(sent))
        assert "We ask around." in page.words
        for hidden in ("Ask Rita", "Some Editor", "reader@mail.example", sent.hash):
            assert hidden not in page.markup

    def test_it_leads_to_the_claim_once_readers_see_it(self, private):
        sent = f.SubmissionFactory(state="accepted")
        link = f'href="{sent.claim.get_absolute_url()}"'
        assert link in private(sent).content.decode()
        sent.claim.dismiss(f.some_editor(), "A mistake.")
        assert link not in private(sent).content.decode()

    def test_an_article_at_the_desk_is_not_told(self, private):
        sent = f.SubmissionFactory(kind="article", state="accepted")
        link = f'href="{sent.article.get_absolute_url()}"'
        assert link not in private(sent).content.decode()
        sent.article.open_to_readers(f.some_editor())
        assert link in private(sent).content.decode()

    def test_known_by_what_another_reader_sent(self, private):
        first = f.SubmissionFactory(text="A secret of another reader.")
        sent = f.SubmissionFactory()
        sent.mark_duplicate(f.some_editor(), first)
        assert "secret" not in private(sent).content.decode()
        claim = first.accept(f.some_editor(), statement="The pool is closed.")
        page = private(sent).content.decode()
        assert f'href="{claim.get_absolute_url()}"' in page and "secret" not in page

    def test_an_error_leads_to_its_correction(self, private):
        claim = f.ClaimFactory(rating="supported")
        sent = f.SubmissionFactory(kind="error", about=claim.get_absolute_url())
        sent.accept(f.some_editor(), claim=claim)
        assert "Where a correction is published" in page_of(private(sent)).words
        verdict = f.VerdictFactory(
            claim=claim,
            rating="contradicted",
            correction_kind="affects_rating",
            correction_note="It was wrong.",
        )
        page = private(sent).content.decode()
        assert f'href="{verdict.get_absolute_url()}"' in page and f'href="{sent.about}"' in page

    def test_its_price(self, private):
        claim = f.ClaimFactory(rating="supported")
        sent = f.SubmissionFactory(kind="error", about=claim.get_absolute_url())
        sent.accept(f.some_editor(), claim=claim)

        def grow(number):
            for _ in range(number):
                f.VerdictFactory(claim=claim, correction_kind="clarification", correction_note="Said better.")

        grow(1)
        assert_same_queries(grow, lambda: private(sent), at_most=10)


class TestSayingMore:
    def test_it_stands_below_what_was_sent_once(self, client, newsroom):
        sent = f.SubmissionFactory(text="The pool holds 300 litres.")
        address = reverse("submission_more", args=[sent.token])
        assert address in client.get(reverse("submission", args=[sent.token])).content.decode()

        for _ in range(2):
            answer = client.post(address, {"words": "It was\r\nmeasured."})
            assert (answer.status_code, answer["Location"]) == (302, reverse("submission", args=[sent.token]))

        row = Submission.objects.get()
        today = timezone.now().date().isoformat()
        assert row.text == f"The pool holds 300 litres.\n\n[{today}]\nIt was\nmeasured."
        # Whoever was about to decide on it sees that there is more.
        assert row.revision == sent.revision + 1
        assert answer["Cache-Control"].startswith("private") or "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("words", ["", " \n ", "x" * 5_001, "x\x00"])
    def test_what_cannot_be_taken_is_said(self, client, newsroom, words):
        sent = f.SubmissionFactory()
        answer = client.post(reverse("submission_more", args=[sent.token]), {"words": words})
        assert answer.status_code == 400 and page_of(answer).one("section", id="troubles")
        assert Submission.objects.get().text == sent.text

    def test_there_is_an_end_to_it(self, client, newsroom, monkeypatch):
        monkeypatch.setattr("articles.models.submission.LONGEST_WITH_MORE", 100)
        sent = f.SubmissionFactory()
        address = reverse("submission_more", args=[sent.token])
        assert client.post(address, {"words": "x" * 20}).status_code == 302
        answer = client.post(address, {"words": "y" * 60})
        assert answer.status_code == 400 and "no room for more" in page_of(answer).words

    def test_what_was_decided_is_closed(self, client, newsroom):
        sent = f.SubmissionFactory(state="declined")
        address = reverse("submission_more", args=[sent.token])
        assert address not in client.get(reverse("submission", args=[sent.token])).content.decode()
        assert client.get(address)["Location"] == reverse("submission", args=[sent.token])
        answer = client.post(address, {"words": "But it is so."})
        assert answer.status_code == 400 and "decided already" in page_of(answer).words

    def test_it_is_counted_like_what_is_sent(self, client, newsroom, limited):
        sent = f.SubmissionFactory()
        address = reverse("submission_more", args=[sent.token])
        assert [client.post(address, {"words": f"More {n}."}).status_code for n in range(3)] == [
            302,
            302,
            429,
        ]

    def test_nobody_else_adds_to_it(self, newsroom):
        sent = f.SubmissionFactory()
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(reverse("submission_more", args=[sent.token]), {"words": "x"}).status_code == 403
        assert strict.get(reverse("submission_more", args=["x" * 43])).status_code == 404


class TestTakingBack:
    def test_it_asks_first(self, private, client):
        sent = f.SubmissionFactory(contact="reader@mail.example", consent=True)
        page = page_of(private(sent, "withdraw/"))
        assert "cannot be undone" in page.words
        sent.refresh_from_db()
        assert sent.is_open and sent.contact
        answer = client.post(f"/submissions/{sent.token}/withdraw/")
        assert answer["Location"] == f"/submissions/{sent.token}/"
        sent.refresh_from_db()
        assert sent.state == "withdrawn" and not sent.contact and not sent.text
        shown = page_of(private(sent))
        assert "You took it back." in shown.words and "were erased" in shown.words
        assert not [one for one in shown.all("a") if "withdraw" in one.attributes["href"]]
        assert private(sent, "withdraw/")["Location"] == f"/submissions/{sent.token}/"

    def test_only_by_post_and_never_from_elsewhere(self, newsroom):
        sent = f.SubmissionFactory()
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(f"/submissions/{sent.token}/withdraw/").status_code == 403
        assert strict.post(f"/submissions/{sent.token}/").status_code in (403, 405)
        assert strict.delete(f"/submissions/{sent.token}/").status_code in (403, 405)
        sent.refresh_from_db()
        assert sent.is_open

    def test_a_browser_that_names_nobody_is_refused(self, newsroom):
        """Why the page with the button has another policy than the others: under `no-referrer` a form says "null"."""
        sent = f.SubmissionFactory()
        strict = Client(enforce_csrf_checks=True)
        address = f"/submissions/{sent.token}/withdraw/"
        form = typed(page_of(strict.get(address)))
        assert strict.post(address, form, HTTP_ORIGIN="null").status_code == 403
        assert strict.post(address, form, HTTP_ORIGIN="http://testserver").status_code == 302
        sent.refresh_from_db()
        assert sent.state == "withdrawn"

    def test_what_was_decided_stays(self, private, client):
        sent = f.SubmissionFactory(state="accepted")
        assert "It was decided on already" in page_of(private(sent, "withdraw/")).words
        client.post(f"/submissions/{sent.token}/withdraw/")
        shown = page_of(private(sent))
        assert "We took it up." in shown.words and sent.claim.statement in shown.words
