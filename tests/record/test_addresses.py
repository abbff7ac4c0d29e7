"""Words in an address: what Django's `slugify` makes of them."""

from __future__ import annotations

from django.utils.text import slugify
from hypothesis import example, given
from hypothesis import strategies as st

from articles import addresses
from tests.hostile import TEXTS


@given(st.text(alphabet=st.characters(max_codepoint=0x17F)) | st.sampled_from([one.value for one in TEXTS]))
@example(" -_ A--b\t\x1c_c.D’s_ -")
@example("".join(map(chr, range(128))))
def test_the_words_are_those_of_slugify(words):
    assert addresses._slugified(words) == slugify(words)
