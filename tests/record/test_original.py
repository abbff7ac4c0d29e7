"""The bytes of files, kept once, handed back as they came, and taken away by a redaction."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Original
from articles.models.redaction import matching
from articles.vocabulary import Media

pytestmark = pytest.mark.django_db


class TestKeep(TestCase):
    @given(data=st.binary(max_size=2000))
    def test_the_bytes_come_back_as_they_came(self, data):
        kept = Original.objects.get(pk=Original.keep(data, Media.TEXT).pk)
        assert (kept.data, kept.size, kept.sha256) == (data, len(data), hashlib.sha256(data).hexdigest())
        assert not kept.is_erased


@pytest.mark.parametrize(
    "data",
    [
        "<meta charset=koi8-r><nav>Мост открыт</nav>".encode("koi8-r"),
        "<nav>Мост открыт</nav>".encode(),
        "<meta charset=no-such-charset><nav>Мост открыт</nav>".encode(),
    ],
    ids=["declared", "plain", "declared wrongly"],
)
def test_words_are_found_in_the_charset_the_file_declares(data):
    assert Original.keep(data, Media.HTML).says(matching("Мост"))


def test_words_are_found_whichever_way_their_accents_are_written():
    data = unicodedata.normalize("NFD", "<nav>Zoë's bridge</nav>").encode()
    assert Original.keep(data, Media.HTML).says(matching("Zoë"))


def test_once_whatever_it_is_called():
    first = Original.keep(b"A file.\n" * 1000, Media.TEXT)
    assert Original.keep(b"A file.\n" * 1000, Media.MARKDOWN) == first
    assert Original.objects.get().media == "text"
    assert len(Original.objects.get().packed) < 200


def test_what_was_erased_stays_erased():
    kept = Original.keep(b"A name.\n", Media.TEXT)
    Original.erase([kept.sha256])
    assert Original.keep(b"A name.\n", Media.TEXT) == kept
    kept = Original.objects.get()
    assert (kept.is_erased, kept.data, kept.size) == (True, b"", 8)


@pytest.mark.parametrize(
    ("data", "media", "says"),
    [
        (b"Jane Q. Doe paid.", Media.TEXT, True),
        (b"JANE Q DOE paid.", Media.TEXT, True),
        ("Jane Q. Doe paid.".encode("utf-16"), Media.TEXT, True),
        ("Jané Q. Doe paid.".encode("cp1252"), Media.TEXT, False),
        (b"<b>Jane</b> Q.<br>Doe paid.", Media.HTML, True),
        (b"<b>J</b>ane Q. Doe paid.", Media.HTML, True),
        (b"Jane&nbsp;Q.&#32;Doe paid.", Media.HTML, True),
        (b"<meta name='author' content='Jane Q. Doe'>", Media.HTML, True),
        (b"%PDF-1.4 /Author (Jane Q. Doe)", Media.PDF, True),
        (b"Jane paid. Q. Doe did not.", Media.TEXT, False),
        (b"\xff\xfeJ", Media.TEXT, False),
        (b"", Media.TEXT, False),
    ],
)
def test_it_knows_whether_the_words_stand_in_the_bytes(data, media, says):
    assert Original.keep(data, media).says(matching("Jane Q. Doe")) is says


def test_other_letters_in_an_older_encoding():
    kept = Original.keep("Jané Doe paid.".encode("cp1252"), Media.TEXT)
    assert kept.says(matching("Jané Doe"))
