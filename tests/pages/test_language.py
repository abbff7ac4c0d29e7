"""In what language a page answers: the address alone says so, and every word of the interface can be translated."""

from __future__ import annotations

import json
import re
from datetime import date
from enum import StrEnum

import pytest
from django.urls import reverse
from django.utils import translation

from articles import addresses, vocabulary
from articles.models import Rating
from articles.models.choices import LABELS
from articles.templatetags import reading
from articles.urls import urlpatterns
from articles.views import dates
from tests import factories
from tests.pages.brackets import installed, outside
from tests.pages.everything import NOT_PAGES, PAGES, everything
from tests.pages.reading import Page

# A year, a month, a day or a moment, as HTML's `datetime` and EDTF write them.
STAMP = r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?Z)?)?)?"

WORDS = [
    member
    for words in vars(vocabulary).values()
    if isinstance(words, type) and issubclass(words, StrEnum) and words is not StrEnum
    for member in words
]


@pytest.fixture
def spanish(settings):
    """An installation that offers a second language."""
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: f"{type(word).__name__}.{word}")
def test_every_word_of_the_vocabulary_has_a_label_that_can_be_translated(word):
    assert LABELS[word.value]


def test_no_label_is_left_of_a_word_that_is_gone():
    assert set(LABELS) == {word.value for word in WORDS}


@pytest.mark.django_db
class TestTheAddress:
    def test_without_a_prefix_it_is_the_language_of_the_installation(self, client, newsroom):
        answer = client.get("/claims/", headers={"accept-language": "es"})
        assert answer["Content-Language"] == "en"
        assert "Accept-Language" not in answer.get("Vary", "")
        assert Page(answer.content.decode()).one("html").attributes["lang"] == "en"

    def test_a_prefix_names_another(self, client, newsroom, spanish):
        answer = client.get("/es/claims/")
        assert answer.status_code == 200
        assert answer["Content-Language"] == "es"
        page = Page(answer.content.decode())
        assert page.one("html").attributes["lang"] == "es"
        assert "/es/articles/" in [link.attributes["href"] for link in page.all("a")]

    def test_a_language_that_is_not_offered_has_no_address(self, client, newsroom):
        assert client.get("/es/claims/").status_code == 404

    def test_the_next_request_is_not_in_the_language_of_the_last(self, client, newsroom, spanish):
        client.get("/es/claims/")
        assert Page(client.get("/claims/").content.decode()).one("html").attributes["lang"] == "en"

    def test_programs_have_one_address(self, client, newsroom, spanish):
        assert client.get("/es/api/v1/").status_code == 404


def test_addresses_are_those_of_the_language(spanish):
    for language in ("en", "es", "en"):
        with translation.override(language):
            assert addresses.address("claim", 12, "words") == reverse("claim", args=[12, "words"])


@pytest.mark.django_db
def test_what_the_page_was_called_before_leads_to_it(client, newsroom):
    answer = client.get("/about/")
    assert (answer.status_code, answer["Location"]) == (301, "/methodology/")


@pytest.fixture
def bracketed(spanish, monkeypatch):
    """Spanish is English in brackets; the record is Greek. What is Latin and in no bracket no catalogue has seen."""
    installed(monkeypatch, "es")
    kept = (reading._sections, reading._colophon, dates._wording)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


def test_what_the_record_keeps_in_english_is_shown_in_the_language(newsroom, spanish, monkeypatch):
    installed(monkeypatch, "es")
    relation = factories.ClaimRelationFactory(kind="reports")
    verdict = factories.VerdictFactory(summary="It is so.\nRating: none.")
    correction = factories.VerdictFactory(
        claim=verdict.claim, rating="contradicted", summary="It is not so.", correction_kind="affects_rating"
    ).correction
    assert correction.said_before == correction.before
    with translation.override("es"):
        assert relation.seen_from(relation.first).words == "⟦reports⟧"
        assert relation.seen_from(relation.second).words == "⟦is reported in⟧"
        lines = correction.said_before.split("\n")
        assert lines[0].startswith("⟦Rating⟧: ")
        # Words of ours that look like a name are none.
        assert lines[-2:] == ["⟦Summary⟧: It is so.", "Rating: none."]


@pytest.fixture
def greek(newsroom, spanish):
    for user in (factories.some_reporter(), factories.some_editor()):
        user.display_name = "Ελένη"
        user.save(update_fields=["display_name"])
    # A reader reports an error on the page they read.
    with translation.override("es"):
        return everything("Η γέφυρα κόστισε τέσσερα εκατομμύρια.", begin="ω")


def words_of_the_record() -> set[str]:
    """Labels and definitions of ratings, in as many languages as the newsroom wrote."""
    return {
        words
        for one in Rating.objects.all()
        for words in (*one.labels.values(), *one.definitions.values(), one.slug)
    }


def test_every_word_on_every_page_can_be_translated(client, bracketed, greek):
    allowed = words_of_the_record()
    with translation.override("es"):
        addresses = greek.addresses()
    found = []
    client.raise_request_exception = False
    for address in [*addresses, "/es/nothing-here/"]:
        answer = client.get(address)
        if answer.status_code >= 500:
            found.append(f"{address} answers {answer.status_code}")
        found += [f"{address} {one}" for one in outside(answer.content.decode(), allowed)]
    assert found == [], "\n".join(found)


def test_every_link_stays_in_the_language(client, bracketed, greek):
    """A feed, a file and the desk have one address."""
    anywhere = re.compile(r"/(static|files|api|desk|v1alpha1)/|.*\.(atom|json|csv|xml|txt)$")
    with translation.override("es"):
        addresses = greek.addresses()
    found = set()
    for address in addresses:
        for link in Page(client.get(address).content.decode()).all("a"):
            href = link.attributes["href"]
            if href.startswith("/") and not href.startswith("/es/") and not anywhere.match(href):
                found.add((address, href))
    assert found == set()


def test_numbers_for_machines_stay_numbers_where_people_write_a_comma(client, settings, greek):
    """C4c 76: `datetime`, the places of a drawing and JSON are read by programs."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    with translation.override("de"):
        addresses = greek.addresses()
    for address in addresses:
        page = Page(client.get(address).content.decode())
        for one in page.all():
            stamp = one.attributes.get("datetime")
            assert stamp is None or re.fullmatch(STAMP, stamp), (address, stamp)
            if one.name == "script":
                json.loads(one.text)
            for name, value in one.attributes.items():
                assert not re.fullmatch(r"-?\d+,\d+", value), (address, one.name, name, value)


def test_dates_are_said_as_the_language_says_them(client, settings):
    with translation.override("es"):
        assert dates.day_in_words(date(2024, 3, 1)) == "1 marzo 2024"
    with translation.override("en"):
        assert dates.day_in_words(date(2024, 3, 1)) == "1 March 2024"
        assert dates.day_in_words(date(987, 3, 1)) == "0987-03-01"


def test_every_address_of_readers_is_looked_at():
    """A new page goes into `tests/pages/everything.py`, so that axe, the validator and the rest look at it too."""
    assert {one.name for one in urlpatterns if getattr(one, "name", None)} - NOT_PAGES <= set(PAGES)
