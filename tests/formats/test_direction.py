"""Words of the record never turn the words of ours around that follow them in the same line."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.formats.citation import citation
from articles.formats.direction import closed
from articles.templatetags.reading import within
from articles.views.facets import isolated
from tests import factories as f

OVERRIDE, EMBEDDING, ISOLATE, PDF, PDI = "\u202e", "\u202b", "\u2067", "\u202c", "\u2069"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("plain", "plain"),
        (f"a{OVERRIDE}b", f"a{OVERRIDE}b{PDF}"),
        (f"a{OVERRIDE}b{PDF}c", f"a{OVERRIDE}b{PDF}c"),
        (f"{ISOLATE}{OVERRIDE}a", f"{ISOLATE}{OVERRIDE}a{PDF}{PDI}"),
        # An isolate that ends takes with it what was begun within it.
        (f"{ISOLATE}{EMBEDDING}a{PDI}b", f"{ISOLATE}{EMBEDDING}a{PDI}b"),
        # Within an isolate nothing ends that was begun before it.
        (f"{OVERRIDE}{ISOLATE}{PDF}a", f"{OVERRIDE}{ISOLATE}a{PDI}{PDF}"),
        (f"a{PDI}{PDF}b", "ab"),
        (f"{PDI}{OVERRIDE}", f"{OVERRIDE}{PDF}"),
    ],
)
def test_every_turn_ends_where_the_words_end(words, said):
    assert closed(words) == said
    assert closed(said) == said


def test_what_is_cut_is_closed():
    assert within(f"a{OVERRIDE}bcdef{PDF}", 5) == f"a{OVERRIDE}bc…{PDF}"


def test_words_do_not_break_out_of_a_sentence():
    assert isolated(f"a{PDI}{OVERRIDE}b") == f"\u2068a{OVERRIDE}b{PDF}{PDI}"


@pytest.mark.django_db
def test_a_claim_does_not_turn_its_rating_around(newsroom):
    claim = f.ClaimFactory(statement=f"a{OVERRIDE}b", rating="supported")
    said = citation("https://desk.example", claim.verdicts.get(), "The desk", "1 May")
    assert f"“a{OVERRIDE}b{PDF}”: " in said


@pytest.mark.django_db
def test_titles_and_feeds(client, newsroom):
    claim = f.ClaimFactory(statement=f"The bridge {OVERRIDE}is open.", rating="supported")
    page = client.get(claim.get_absolute_url()).content.decode()
    assert f"<title>The bridge {OVERRIDE}is open.{PDF} –" in page
    for name, of in (("feed_verdicts", []), ("feed_claim", [claim.pk])):
        feed = client.get(reverse(name, args=[*of, "json"])).json()
        assert [feed["title"], feed["items"][0]["title"]] == [
            closed(feed["title"]),
            closed(feed["items"][0]["title"]),
        ]
