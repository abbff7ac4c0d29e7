"""Check a text: which sentences of what a reader pasted are on record, and how those were rated."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from articles.models.ledger import act
from tests import factories as f
from tests import hostile
from tests.matching.faked import Faked, faked, found, reason
from tests.pages.sending import page_of, typed
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db

POOL, MOON = "The pool in the park holds 300 litres.", "The moon is full tonight."


@pytest.fixture
def fake(monkeypatch) -> Faked:
    return faked(monkeypatch)


def post(client, text, **more):
    return client.post("/check/", {"text": text}, **more)


def checked(client, text):
    answer = post(client, text)
    assert answer.status_code == 200
    return page_of(answer)


def items(page):
    (whole,) = page.all("ol", class_="sentences")
    return whole.all("li")


class TestAnswer:
    def test_each_sentence_in_order_with_what_is_on_record(self, client, newsroom, fake):
        claim = f.ClaimFactory(statement="The park's pool takes 300 litres.", rating="supported")
        fake.says[POOL] = [found(claim)]
        page = checked(client, f"{MOON} {POOL}\r\n\r\nGood night.")
        first, second, third = items(page)
        assert MOON in first.text and "Nothing on record says this." in first.text
        assert second.all("mark")[0].text == POOL and "Checked:" in second.text
        assert claim.current_verdict.rating.label in second.text and reason().sentence in second.text
        (link,) = second.all("a")
        assert link.attributes["href"] == claim.get_absolute_url() and link.text == claim.statement
        assert "Good night." in third.text
        assert "3 sentences were compared" in page.words and "1 of them has been checked" in page.words
        ((texts, options),) = fake.calls
        assert texts == [MOON, POOL, "Good night."] and options["user"] is None

    def test_nothing_found_is_not_said_to_be_false_or_true(self, client, newsroom, fake):
        assert "neither that a sentence is true nor that it is false" in checked(client, MOON).words

    def test_the_opposite_is_told_as_such(self, client, newsroom, fake):
        claim = f.ClaimFactory(statement="The pool does not hold 300 litres.", rating="contradicted")
        fake.says[POOL] = [found(claim, "opposite", 0.1)]
        page = checked(client, POOL)
        (item,) = items(page)
        assert "The opposite is on record:" in item.text and "Checked:" not in item.text
        assert "None of them has been checked" in page.words and "Of 1 of them the opposite" in page.words
        assert "Nothing on record" not in item.text

    def test_what_is_only_about_the_same_is_neither_marked_nor_rated(self, client, newsroom, fake):
        claim = f.ClaimFactory(statement="The pool in the park was painted.", rating="supported")
        fake.says[POOL] = [found(claim, "related", 0.2)]
        (item,) = items(checked(client, POOL))
        assert not item.all("mark") and "On the same matter, but another claim:" in item.text
        assert claim.statement in item.text and claim.current_verdict.rating.label not in item.text
        assert "Nothing on record says this." in item.text

    def test_a_claim_without_a_verdict(self, client, newsroom, fake):
        fake.says[POOL] = [found(f.ClaimFactory())]
        (item,) = items(checked(client, POOL))
        assert "On record, without a verdict:" in item.text and item.all("mark")

    def test_what_shares_a_word_alone_is_not_near(self, client, newsroom, fake):
        far, other = (
            f.ClaimFactory(statement="A park was opened."),
            f.ClaimFactory(statement="It holds 400 litres."),
        )
        fake.says[POOL] = [
            found(far, "related", 0.01), found(other, "related", 0.01, reason("different_number", "300", "400")),
        ]  # fmt: skip
        page = checked(client, POOL)
        assert far.statement not in page.words and other.statement in page.words

    def test_what_holds_no_word_is_not_compared(self, client, newsroom, fake):
        page = checked(client, f"2024. {POOL} 🙂🙂")
        assert fake.calls[0][0] == [one for one in fake.calls[0][0] if any(map(str.isalpha, one))]
        assert all("Submit" not in one.text for one in items(page) if not any(map(str.isalpha, one.text)))

    def test_nothing_but_signs(self, client, newsroom, fake):
        page = checked(client, "!!! 123 🙂")
        assert "0 sentences were compared" in page.words

    def test_at_most_a_hundred(self, client, newsroom, fake):
        page = checked(client, " ".join(f"Statement number {number} was made." for number in range(103)))
        assert len(fake.calls[0][0]) == 100 and len(items(page)) == 103
        assert "Only the first 100 were compared; 3 more were left out." in page.words
        assert "Submit this claim" not in items(page)[-1].text

    def test_a_sentence_that_is_not_found_can_be_sent_to_be_checked(self, client, newsroom, fake):
        words = "Is it “5 % & more” – said +1 person?"
        (item,) = items(checked(client, words))
        address = item.all("a")[0].attributes["href"]
        assert urlsplit(address).path == reverse("submit")
        assert parse_qs(urlsplit(address).query) == {"text": [words]}
        assert typed(page_of(client.get(address)))["text"] == words

    def test_a_sentence_too_long_for_a_link_is_not_in_it(self, client, newsroom, fake):
        (item,) = items(checked(client, "word " * 300))
        assert item.all("a")[0].attributes["href"] == reverse("submit")

    def test_the_text_stays_in_the_form(self, client, newsroom, fake):
        assert typed(checked(client, f"{POOL}\r\n{MOON}"))["text"].split() == [*POOL.split(), *MOON.split()]

    def test_nobody_sees_what_is_hidden(self, client, newsroom, fake):
        hidden = f.ClaimFactory(status="dismissed", status_reason="Not for us.")
        fake.says[POOL] = [found(hidden)]
        assert hidden.statement not in checked(client, POOL).words
        client.force_login(f.some_reporter())
        assert hidden.statement in checked(client, POOL).words

    @pytest.mark.parametrize("text", hostile.each(hostile.TEXTS))
    def test_hostile_texts(self, client, newsroom, fake, text):
        answer = post(client, f"x {text}")
        assert answer.status_code == 200
        page_of(answer)

    def test_hostile_claims(self, client, newsroom, fake):
        claim = f.ClaimFactory(statement="<script>alert(1)</script> \u202e costs more.")
        fake.says[POOL] = [found(claim, "same", 0.9, reason("shared_words", "<b>", "\u202e"))]
        assert "<script>" not in checked(client, POOL).markup


class TestForm:
    def test_a_link_brings_a_text_and_asks_nothing(self, client, newsroom, fake):
        page = page_of(client.get("/check/", {"text": POOL}))
        assert typed(page)["text"] == POOL and not page.all("ol", class_="sentences")
        assert not fake.calls

    def test_of_a_long_one_the_beginning_and_it_says_so(self, client, newsroom, fake):
        page = page_of(client.get("/check/", {"text": "x" * 900}))
        assert typed(page)["text"] == "x" * 800 and "more than 800 characters" in page.words

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "Paste a text, or write one."),
            (" \r\n ", "Paste a text, or write one."),
            ("x" * 20_001, "This is 20,001 characters long, and may be 20,000."),
            ("a\0b", "Null characters are not allowed."),
        ],
        ids=["empty", "white space", "too long", "null"],
    )
    def test_what_cannot_be_read_is_told_and_nothing_is_lost(self, client, newsroom, fake, text, sentence):
        answer = post(client, text)
        assert answer.status_code == 400 and not fake.calls
        page = page_of(answer)
        (troubles,) = page.all("section", class_="troubles")
        assert sentence in troubles.text and "Not checked yet" in troubles.text
        assert troubles.all("a")[0].attributes["href"] == "#id_text"

    def test_an_empty_body(self, client, newsroom, fake):
        assert client.post("/check/").status_code == 400

    def test_line_ends_of_browsers_do_not_count(self, client, newsroom, fake):
        assert post(client, "\r\n".join(["x" * 99] * 200)).status_code == 200

    def test_from_another_site_nothing_is_taken(self, newsroom, fake):
        assert post(Client(enforce_csrf_checks=True), POOL).status_code == 403
        assert not fake.calls

    def test_no_cache_keeps_the_answer_and_nothing_is_written(self, client, newsroom, fake):
        with act(None, "grow", None):
            pass
        queries = queries_of(lambda: post(client, POOL))
        assert not [one for one in queries if one.startswith(("INSERT", "UPDATE", "DELETE"))]
        answer = post(client, POOL)
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
        assert set(answer.cookies) <= {"csrftoken"}

    def test_other_methods(self, client, newsroom):
        assert client.put("/check/").status_code == 405


class TestLimits:
    @pytest.fixture(autouse=True)
    def few(self, limited, settings):
        settings.CHECKED_SENTENCES_PER_ADDRESS, settings.CHECKED_SENTENCES_IN_ALL = 5, 8

    def test_sentences_are_counted(self, client, newsroom, fake):
        assert post(client, f"{POOL} {MOON} Good night.").status_code == 200
        refused = post(client, f"{POOL} {MOON} Good night.")
        assert refused.status_code == 429 and int(refused["Retry-After"]) >= 60
        page = page_of(refused)
        assert "More was asked from here than we can look up" in page.words
        assert typed(page)["text"].startswith(POOL) and len(fake.calls) == 1
        assert post(client, f"{POOL} {MOON}").status_code == 200

    def test_everybody_together(self, client, newsroom, fake):
        text = f"{POOL} {MOON} Good night. All is well."
        for address, status in (("192.0.2.1", 200), ("192.0.2.2", 200), ("192.0.2.3", 429)):
            assert post(client, text, REMOTE_ADDR=address).status_code == status

    def test_who_asks_more_than_an_hour_holds_uses_it_up(self, client, newsroom, fake):
        assert (
            post(client, "One. Two is here. Three is here. Four is here. Five is. Six is.").status_code == 200
        )
        assert post(client, POOL).status_code == 429

    def test_submissions_are_counted_by_themselves(self, client, newsroom, fake):
        from tests.pages.sending import CLAIM
        from tests.pages.sending import post as send

        post(client, f"{POOL} {MOON} Good night. All is well. It is so.")
        assert send(client, **CLAIM).status_code == 302


def test_ways_that_lead_there(client, newsroom):
    for address in ("/", "/search/?q=nothing-of-the-kind-anywhere", "/claims/"):
        assert f'href="{reverse("check")}"' in client.get(address).content.decode(), address


def test_a_hundred_sentences_cost_the_queries_of_one(client, newsroom, fake):
    with act(None, "grow", None):
        claims = [f.ClaimFactory(rating="supported") for _ in range(12)]
    texts = [f"Statement number {number} was made." for number in range(100)]
    for number, text in enumerate(texts):
        fake.says[text] = [found(claims[(number + step) % 12]) for step in range(5)]

    def count(many):
        queries_of(lambda: post(client, " ".join(texts[:many])))
        return len(queries_of(lambda: post(client, " ".join(texts[:many]))))

    assert count(1) == count(100) <= 6
