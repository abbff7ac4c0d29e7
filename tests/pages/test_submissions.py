"""A reader's part: forms that lose nothing, that programs do not get through, and a page that only its reader finds."""

from __future__ import annotations

import json
import logging
import re
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Change, Submission
from articles.submitting import Stamp, page_at
from articles.views.submission_forms import SubmitForm
from tests import factories as f
from tests import hostile
from tests.pages.everything import PAGES, everything
from tests.pages.sending import CLAIM, ERROR, page_of, post, stamped, token_in, typed

pytestmark = pytest.mark.django_db


class TestSending:
    def test_a_claim(self, client, newsroom):
        facts = {"url": "https://paper.example/pool", "reason": "All say so.\r\nAll."}
        token = token_in(post(client, **CLAIM, **facts, contact="reader@mail.example", consent="on"))
        sent = Submission.objects.get()
        assert (sent.kind, sent.text, sent.url, sent.reason, sent.language) == (
            "claim", CLAIM["text"], facts["url"], "All say so.\nAll.", "en",
        )  # fmt: skip
        assert sent.contact == "reader@mail.example" and sent.consent_at is not None
        assert Submission.objects.found(token) == sent

    def test_an_article_by_its_address_or_its_text(self, client, newsroom):
        token_in(post(client, what="article", url="https://paper.example/pool"))
        token_in(post(client, what="article", text="A long text. " * 20_000))
        assert [one.kind for one in Submission.objects.all()] == ["article", "article"]

    def test_an_error(self, client, newsroom):
        about = f.ClaimFactory().get_absolute_url()
        token_in(post(client, "/report/", about=f"http://testserver{about}?x=1#note", **ERROR))
        sent = Submission.objects.get()
        assert (sent.kind, sent.about, sent.text) == ("error", about, ERROR["text"])

    def test_the_private_address_is_told_once(self, client, newsroom):
        answer = post(client, **CLAIM)
        page = page_of(client.get(answer["Location"]))
        link = page.one("p", class_="private-address").all("a")[0]
        assert link.text == f"http://testserver{link.attributes['href']}"
        assert CLAIM["text"] in page_of(client.get(link.attributes["href"])).words
        Submission.objects.update(at=timezone.now() - timedelta(hours=2))
        later = client.get(answer["Location"])
        assert later.status_code == 302 and later["Location"] == link.attributes["href"]

    def test_sent_twice_it_is_one_and_leads_to_the_same(self, client, newsroom):
        """A double click, and somebody who goes back and sends again."""
        form = stamped(**CLAIM)
        answers = [client.post("/submit/", form)["Location"] for _ in range(3)]
        assert len(set(answers)) == 1 and Submission.objects.count() == 1

    def test_something_else_by_the_same_form_is_something_else(self, client, newsroom):
        form = stamped(**CLAIM)
        one = client.post("/submit/", form)["Location"]
        other = client.post("/submit/", form | {"text": "Another statement."})["Location"]
        assert one != other and Submission.objects.count() == 2

    def test_the_same_words_of_somebody_else_are_known_and_their_link_is_theirs(self, client, newsroom):
        token = token_in(post(client, **CLAIM))
        answer = Client().post(
            "/submit/", stamped(what="claim", text=f" {CLAIM['text'].upper()}"), follow=True
        )
        page = page_of(answer)
        assert "We have this already" in page.words and token not in page.markup
        assert "/submissions/" not in page.markup and Submission.objects.count() == 1

    def test_no_cookie_but_that_of_the_form(self, client, newsroom):
        answer = client.get("/submit/")
        assert set(answer.cookies) == {"csrftoken"}
        cached = answer["Cache-Control"]
        assert "private" in cached and "no-cache" in cached
        assert set(post(client, **CLAIM).cookies) <= {"csrftoken"}

    def test_from_another_site_nothing_is_taken(self, newsroom):
        assert post(Client(enforce_csrf_checks=True), **CLAIM).status_code == 403
        assert not Submission.objects.exists()


class TestErrors:
    @pytest.mark.parametrize(
        ("sent", "place", "sentence"),
        [
            ({"what": "claim"}, "id_text", "Write what was said"),
            ({"what": "article"}, "id_text", "Paste the text"),
            ({"what": "rumour", "text": "x"}, "id_what_0", "rumour"),
            ({"text": "x"}, "id_what_0", "Choose a claim or an article"),
            ({**CLAIM, "url": "paper"}, "id_url", "This is no web address"),
            ({**CLAIM, "url": "ftp://paper.example/x"}, "id_url", "This is no web address"),
            ({**CLAIM, "contact": "reader"}, "id_contact", "This is no e-mail address"),
            ({**CLAIM, "contact": "reader@mail.example"}, "id_consent", "Tick this"),
            ({"what": "claim", "text": "x" * 5_001}, "id_text", "5,001 characters long, and may be 5,000"),
            ({"what": "claim", "text": "https://a.example " * 6}, "id_text", "6 web addresses"),
            ({**CLAIM, "reason": "www.a.example " * 6}, "id_text", "6 web addresses"),
            ({**CLAIM, "reason": "x" * 5_001}, "id_reason", "5000"),
        ],
    )
    def test_each_says_what_and_where_and_keeps_what_was_typed(self, client, newsroom, sent, place, sentence):
        answer = post(client, **sent)
        assert answer.status_code == 400 and not Submission.objects.exists()
        page = page_of(answer)
        (troubles,) = page.all("section", class_="troubles")
        link = troubles.all("a")[0]
        assert link.attributes["href"] == f"#{place}" and sentence in link.text
        field = page.one(id=place)
        assert field.attributes.get("aria-invalid") == "true"
        told = page.one(id=re.sub(r"_0$", "", place) + "_error")
        assert sentence in told.text
        described = [one.attributes.get("aria-describedby", "") for one in page.all()]
        assert any(told.attributes["id"] in one.split() for one in described)
        left = typed(page)
        assert {name: left.get(name) for name in sent if name != "what"} == {
            name: value for name, value in sent.items() if name != "what"
        }
        assert page.one("title").text.startswith("Not sent yet")

    def test_the_summary_comes_first_and_in_the_order_of_the_form(self, client, newsroom):
        page = page_of(post(client, what="claim", url="x", contact="y"))
        (troubles,) = page.all("section", class_="troubles")
        assert [one.attributes["href"] for one in troubles.all("a")] == ["#id_text", "#id_url", "#id_contact"]
        assert "autofocus" in troubles.attributes and troubles.attributes["tabindex"] == "-1"
        assert page.markup.index("troubles") < page.markup.index('class="sending"')

    @pytest.mark.parametrize(
        "about",
        [
            "", "/nowhere/", "/desk/", "/api/v1/claims/", "https://evil.example/claims/", "//evil.example/claims/",
            "claims", "/claims/999/x/", f"/claims/{'9' * 40}/v/1/", f"/claims/1/v/{'9' * 40}/",
            f"/claims/{'9' * 40}/x/", "/claims/1/v/9/", "javascript:alert(1)", "/submit/", "[::1",
            "http://[", f"/{'x' * 3000}/", "/healthz/", "/search/../desk/", "/%00",
        ],
    )  # fmt: skip
    def test_what_is_no_page_of_ours_is_refused(self, client, newsroom, about):
        answer = post(client, "/report/", about=about, **ERROR)
        assert answer.status_code == 400 and not Submission.objects.exists()
        assert typed(page_of(answer))["text"] == ERROR["text"]

    def test_pages_of_ours(self, client, newsroom):
        verdict = f.VerdictFactory()
        article = f.ArticleFactory(public=True)
        hidden = f.ArticleFactory()
        for path in (
            "/", "/claims/", verdict.get_absolute_url(), verdict.claim.get_absolute_url(),
            article.get_absolute_url(), "/corrections/", "/methodology/",
        ):  # fmt: skip
            assert page_at(path, None).path == path, path
        assert page_at(verdict.get_absolute_url(), None).claim == verdict.claim
        assert page_at(hidden.get_absolute_url(), None) is None
        assert page_at(hidden.get_absolute_url(), f.some_reporter()).row == hidden

    def test_every_page_can_be_reported(self, newsroom):
        record = everything()
        # The forms themselves, and what one reader alone sees.
        others = {name for name in PAGES if name.startswith("submi")} | {"report"}
        for name in PAGES.keys() - others:
            addresses = record.of(name)
            assert addresses and all(page_at(one, None) for one in addresses), name
        for name in others:
            assert not any(page_at(one, None) for one in record.of(name)), name
        assert page_at(f"/record/{Change.objects.latest('seq').seq + 1}/", None) is None

    def test_the_page_it_came_from_is_filled_in(self, client, newsroom):
        claim = f.ClaimFactory()
        page = page_of(client.get(reverse("report"), {"about": claim.get_absolute_url()}))
        assert typed(page)["about"] == claim.get_absolute_url() and claim.statement in page.words
        lost = page_of(client.get(reverse("report"), {"about": "/nowhere/"}))
        assert typed(lost)["about"] == "/nowhere/" and "There is no page of ours" in lost.words

    def test_every_field_has_a_label(self, client, newsroom):
        for path in ("/submit/", "/report/"):
            page = page_of(client.get(path))
            (form,) = page.all("form", class_="sending")
            labels = {one.attributes["for"] for one in form.all("label")}
            fields = [*form.all("input"), *form.all("textarea")]
            shown = [one for one in fields if one.attributes.get("type") != "hidden"]
            assert {one.attributes["id"] for one in shown} == labels
            for one in shown:
                for name in one.attributes.get("aria-describedby", "").split():
                    page.one(id=name)


class TestSpam:
    def test_the_field_nobody_sees(self, client, newsroom):
        (trap,) = page_of(client.get("/submit/")).all("div", class_="trap")
        field = trap.all("input")[0].attributes
        assert trap.attributes["aria-hidden"] == "true"
        assert (field["name"], field["tabindex"], field["autocomplete"]) == ("website", "-1", "off")
        answer = post(client, **CLAIM, website="https://spam.example")
        page = page_of(answer)
        assert answer.status_code == 400 and "It is empty now" in page.words
        # Whose browser filled it in sends again, and is through.
        token_in(client.post("/submit/", typed(page)))

    @pytest.mark.parametrize(
        ("stamp", "sentence"),
        [
            (lambda now: Stamp.new(now - 2).signed(), "faster than people write"),
            (lambda now: Stamp.new(now + 3600).signed(), "faster than people write"),
            (lambda now: Stamp.new(now - 24 * 3600 - 5).signed(), "open for too long"),
            (lambda now: Stamp.new(now - 60).signed()[:-1] + "?", "open for too long"),
            (lambda now: f"{int(now) - 60}.{'x' * 22}:{'y' * 43}", "open for too long"),
            (lambda now: "", "open for too long"),
            (lambda now: "x" * 100_000, "open for too long"),
        ],
    )
    def test_a_time_that_cannot_be(self, client, newsroom, monkeypatch, stamp, sentence):
        now = time.time()
        monkeypatch.setattr("articles.views.submissions.time.time", lambda: now)
        answer = post(client, **CLAIM, stamp=stamp(now))
        assert answer.status_code == 400 and not Submission.objects.exists()
        page = page_of(answer)
        assert sentence in page.words and typed(page)["text"] == CLAIM["text"]

    def test_who_was_too_fast_waits_and_is_through(self, client, newsroom, monkeypatch):
        now = time.time()
        monkeypatch.setattr("articles.views.submissions.time.time", lambda: now)
        form = stamped(1, **CLAIM)
        again = typed(page_of(client.post("/submit/", form)))
        assert again["stamp"] == form["stamp"]
        monkeypatch.setattr("articles.views.submissions.time.time", lambda: now + 5)
        token_in(client.post("/submit/", again))

    def test_whose_form_is_too_old_sends_again_and_is_through(self, client, newsroom, monkeypatch):
        now = time.time()
        again = typed(page_of(client.post("/submit/", stamped(2 * 24 * 3600, **CLAIM))))
        monkeypatch.setattr("articles.views.submissions.time.time", lambda: now + 5)
        token_in(client.post("/submit/", again))

    def test_no_two_forms_have_the_same_token(self, newsroom):
        def token(**sent):
            form = SubmitForm(stamped(**CLAIM) | sent, now=time.time(), user=None, host="")
            assert form.is_valid()
            return form.token

        same = stamped(**CLAIM)
        assert len({token() for _ in range(50)}) == 50
        assert token(**same) == token(**same) == token(**same, reason="x")
        assert token(**same) != token(**same | {"text": "Another."})


def statement(number: int) -> dict[str, str]:
    return {"what": "claim", "text": f"Statement number {number}."}


class TestLimits:
    def test_each_address_for_itself_and_all_together(self, client, newsroom, limited):
        def send(number, sender):
            return client.post("/submit/", stamped(**statement(number)), REMOTE_ADDR=sender).status_code

        assert [send(number, "192.0.2.1") for number in range(3)] == [302, 302, 429]
        # Of IPv6 a household has a whole /64.
        assert [send(10 + number, f"2001:db8:1:2::{number}") for number in range(3)] == [302, 302, 429]
        assert send(20, "192.0.2.9") == 429
        assert Submission.objects.count() == 4

    def test_a_refusal_says_when_and_keeps_what_was_typed(self, client, newsroom, limited):
        for number in range(2):
            post(client, **statement(number))
        answer = post(client, **statement(3), reason="Because.")
        assert answer.status_code == 429 and int(answer["Retry-After"]) > 60
        page = page_of(answer)
        assert re.search(r"send this again in \d+ minutes", page.words)
        assert typed(page)["text"] == statement(3)["text"] and typed(page)["reason"] == "Because."

    def test_mistakes_cost_nothing(self, client, newsroom, limited):
        for _ in range(5):
            assert post(client, what="claim").status_code == 400
        assert post(client, **CLAIM).status_code == 302

    def test_no_address_is_kept_and_tomorrow_nobody_knows_it_again(
        self, client, newsroom, limited, monkeypatch
    ):
        from articles.submitting import _hashed

        client.post("/submit/", stamped(**CLAIM), REMOTE_ADDR="192.0.2.77")
        kept = b"".join(path.read_bytes() for path in limited.glob("reader-limits*"))
        assert b"everybody" in kept and b"192.0.2" not in kept
        today = time.time()
        assert _hashed("192.0.2.77", today) != _hashed("192.0.2.77", today + 24 * 3600)
        assert _hashed("192.0.2.77", today) == _hashed("192.0.2.77", today + 3600)

    def test_where_nothing_can_be_counted_readers_get_through(self, client, newsroom, limited, settings):
        settings.DATA_DIRECTORY = limited / "file"
        settings.DATA_DIRECTORY.write_text("no folder")
        assert [post(client, **statement(number)).status_code for number in range(4)] == [302] * 4

    def test_the_log_says_nothing_of_it(self, client, newsroom, limited, caplog):
        with caplog.at_level(logging.DEBUG):
            token = token_in(post(client, **CLAIM, contact="reader@mail.example", consent="on"))
            client.get(f"/submissions/{token}/")
        said = " ".join(
            record.getMessage() for record in caplog.records if record.name != "django.db.backends"
        )
        for private in (CLAIM["text"], "reader@mail.example", token, "127.0.0.1"):
            assert private not in said


def test_the_log_of_what_goes_wrong_leaves_tokens_out():
    # As the settings set it up: through the handler that writes.
    (handler,) = [one for one in logging.getLogger().handlers if one.filters]
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Not Found: %s", ("/submissions/abc/x/",), None
    )
    assert handler.filter(record)
    assert record.getMessage() == "Not Found: /submissions/…/x/"
    other = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Not Found: %s", ("/claims/9/",), None
    )
    assert handler.filter(other) and other.getMessage() == "Not Found: /claims/9/"


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS))
def test_whatever_is_typed_is_shown_as_text(client, newsroom, text):
    answer = post(client, what="claim", text=f"x {text}", reason=f"y {text}")
    if answer.status_code == 400:
        again = typed(page_of(answer))
        assert "\x00" in text or again["text"].replace("\r\n", "\n").split() == f"x {text}".split()
        return
    page = page_of(client.get(f"/submissions/{token_in(answer)}/"))
    sent = Submission.objects.get()
    shown = [one for one in page.all("dd") if one.attributes.get("class") == "words"]
    assert [one.text.split() for one in shown] == [sent.text.split(), sent.reason.split()]
    assert not page.all("script") and not page.all("img") and not page.all("style")


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS))
def test_whatever_is_typed_into_an_error_comes_back_as_text(client, newsroom, text):
    sent = {"about": text, "text": text, "url": text, "contact": text}
    answer = post(client, "/report/", **sent)
    assert answer.status_code == 400
    page = page_of(answer)
    assert not page.all("script") and not page.all("img") and not page.all("style")
    for path in ("/submit/", "/report/"):
        assert client.get(path, {"about": "x" + text.replace("\x00", "")}).status_code in (200, 400)


@pytest.mark.parametrize("address", hostile.each(hostile.URLS))
def test_no_address_with_another_scheme(client, newsroom, address):
    answer = post(client, **CLAIM, url=address)
    if answer.status_code == 302:
        page = page_of(client.get(f"/submissions/{token_in(answer)}/"))
        for link in page.all("a"):
            assert link.attributes["href"].startswith(("/", "#", "?", "http://", "https://"))


def test_a_text_that_no_database_holds_is_refused(newsroom):
    with pytest.raises(ValidationError):
        Submission.submit("t", "claim", text="a\x00b")


@pytest.mark.slow
def test_two_at_once_with_one_form_are_one(committed_database):
    f.newsroom()
    form = stamped(**CLAIM)
    sending = [committed_database.start("send_form", "/submit/", json.dumps(form)) for _ in range(2)]
    answers = [json.loads(one) for one in committed_database.at_once(sending)]
    assert answers[0] == answers[1] and answers[0][0] == 302
    assert Submission.objects.count() == 1


@pytest.mark.slow
def test_two_readers_at_once_with_the_same_words_are_one(committed_database):
    f.newsroom()
    sending = [
        committed_database.start("send_form", "/submit/", json.dumps(stamped(**CLAIM))) for _ in range(2)
    ]
    answers = [json.loads(one) for one in committed_database.at_once(sending)]
    assert sorted(one[1] for one in answers)[1] == "/submit/received/" and Submission.objects.count() == 1
