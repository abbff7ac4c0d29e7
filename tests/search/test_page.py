"""The search page, as a reader meets it."""

import pytest
from django.urls import reverse

from tests import factories as f
from tests.search.test_finding import HOSTILE

pytestmark = pytest.mark.django_db


def ask(client, **query):
    return client.get(reverse("search"), query)


def test_found_words_are_marked_and_escaped(client):
    row = f.ClaimFactory(statement="The <b>bridge</b> fell.", rating="supported")
    page = ask(client, q="bridges").content.decode()
    assert "The &lt;b&gt;<mark>bridge</mark>&lt;/b&gt; fell." in page
    assert row.get_absolute_url() in page
    assert "Supported" in page


def test_an_empty_box(client):
    answer = ask(client)
    assert answer.status_code == 200
    assert "How to ask" in answer.content.decode()


def test_nothing_found_says_what_to_do(client):
    assert "Nothing on record has these words." in ask(client, q="wombat").content.decode()


def test_more_of_a_kind(client):
    for number in range(6):
        f.ClaimFactory(statement=f"Bridge {number} fell.")
    page = ask(client, q="bridge").content.decode()
    assert page.count('class="hit"') == 5
    assert "?q=bridge&amp;kind=claim" in page
    assert ask(client, q="bridge", kind="claim").content.decode().count('class="hit"') == 6
    assert "Nothing on record" in ask(client, q="bridge", kind="source").content.decode()


def test_a_bad_kind_is_refused_in_a_sentence(client):
    answer = ask(client, q="bridge", kind="wombat")
    assert answer.status_code == 400
    assert "kind is “wombat”; it must be one of: claim, article, source, claimant." in answer.content.decode()


def test_the_desk_sees_what_readers_do_not(client):
    f.SourceFactory(title="Quillfeather report")
    assert "Quillfeather report" not in ask(client, q="quillfeather").content.decode()
    client.force_login(f.some_editor())
    answer = ask(client, q="report")
    assert "<mark>report</mark>" in answer.content.decode()
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "typed", [one for one in HOSTILE if "\ud800" not in one], ids=lambda one: ascii(one)[:20]
)
def test_hostile_questions(client, typed):
    f.ClaimFactory(statement="a b the of and é x")
    assert ask(client, q=typed).status_code in (200, 400)


def test_every_page_has_the_box(client):
    assert 'role="search"' in client.get(reverse("home")).content.decode()
