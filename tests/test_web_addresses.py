"""Web addresses in one form: which spellings are one address, and which are others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.web_addresses import address_key, same_address


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.example.org/a/b?b=1",
        "https://example.org/a/b/?b=1&utm_source=mail&fbclid=x#part",
        "HTTPS://EXAMPLE.org:443/a/b?b=1",
        "https://web.archive.org/web/20200101000000/https://example.org/a/b?b=1",
        "https://web.archive.org/web/2020id_/http:/www.example.org/a/b?b=1",
        "https://archive.ph/20200101/https://example.org/a/b?b=1",
        "https://m.example.org/a/%62?b=1",
    ],
)
def test_spellings_of_one_address_are_equal(spelling: str) -> None:
    assert same_address(spelling) == "example.org/a/b?b=1"


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/a/b?b=2",
        "https://example.org/A/b?b=1",
        "https://example.org/a",
        "https://example.com/a/b?b=1",
    ],
)
def test_other_addresses_stay_others(other: str) -> None:
    assert same_address(other) not in ("example.org/a/b?b=1", "")


@given(
    st.text(max_size=60)
    | st.text(alphabet="htps:/.@[]%?=&#we", max_size=40).map("https://web.archive.org/web/2020/".__add__)
)
@settings(max_examples=100, deadline=None)
def test_any_words_have_at_most_one_address_and_it_is_settled(words: str) -> None:
    once = same_address(words)

    assert once == "" or same_address(f"https://{once}") == once or "%" in words


def test_the_key_of_an_address_is_that_of_all_its_spellings_however_long() -> None:
    long = "https://town.example/" + "ü" * 1900
    for url in ("https://town.example/hall", long):
        assert address_key(url) == address_key(f"{url}/?utm_source=mail#top")
        assert len(address_key(url)) == 64
    assert address_key(long) != address_key(f"{long}x")


@pytest.mark.parametrize(
    "words", ["", "town.example/hall", "mailto:a@town.example", "https://", "https://[/"]
)
def test_what_is_no_web_address_has_no_key(words: str) -> None:
    assert address_key(words) == ""
