"""One spelling of one value, and the tree of hashes over many."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.canonical import canonical, leaf, merkle_root, moment, plain


def sha(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, the way it is written there; the leaves are hashed already."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k << 1 < len(leaves):
        k <<= 1
    return hashlib.sha256(b"\x01" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


class TestCanonical:
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
            max_leaves=20,
        )
    )
    def test_one_spelling_of_one_value(self, value):
        text = canonical(value)
        assert json.loads(text) == value
        assert canonical(json.loads(text)) == text

    @given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6))
    def test_order_of_keys_does_not_matter(self, value):
        assert canonical(dict(reversed(value.items()))) == canonical(value)

    @pytest.mark.parametrize("value", [1.0, float("nan"), {1.5}, b"x", object(), {"a": [1.5]}])
    def test_what_has_no_single_spelling_is_refused(self, value):
        with pytest.raises(TypeError, match="has no canonical spelling"):
            canonical(value)

    def test_spelling(self):
        assert (
            canonical({"b": [True, None], "a": 'ö\u2028"\\\n'}) == '{"a":"ö\u2028\\"\\\\\\n","b":[true,null]}'
        )
        assert moment(datetime(2024, 1, 10, tzinfo=UTC)) == "2024-01-10T00:00:00.000000Z"
        assert plain({"at": datetime(2024, 1, 10, tzinfo=UTC)}) == {"at": "2024-01-10T00:00:00.000000Z"}

    @pytest.mark.parametrize("year", [1, 999, 1000, 9999])
    def test_moments_sort_as_texts(self, year):
        assert moment(datetime(year, 1, 1, tzinfo=UTC)) == f"{year:04}-01-01T00:00:00.000000Z"


HASHES = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


class TestMerkle:
    @given(st.lists(HASHES, min_size=1, max_size=40))
    def test_root_is_that_of_the_standard(self, leaves):
        assert merkle_root(leaves) == root_of([bytes.fromhex(one) for one in leaves]).hex()

    @given(st.lists(HASHES, min_size=1, max_size=20), st.data())
    def test_every_leaf_counts(self, leaves, data):
        place = data.draw(st.integers(0, len(leaves) - 1))
        other = data.draw(HASHES.filter(lambda one: one != leaves[place]))
        assert merkle_root([*leaves[:place], other, *leaves[place + 1 :]]) != merkle_root(leaves)

    @given(st.lists(HASHES, min_size=2, max_size=20, unique=True))
    def test_order_and_number_count(self, leaves):
        assert merkle_root(leaves[::-1]) != merkle_root(leaves)
        assert merkle_root(leaves[:-1]) != merkle_root(leaves)
        assert merkle_root([*leaves, leaves[-1]]) != merkle_root(leaves)

    @given(st.lists(HASHES, min_size=2, max_size=2), st.text(max_size=8))
    def test_inner_node_is_never_a_leaf(self, leaves, payload):
        """The two begin with another byte, so that no payload can be made that stands for two rows."""
        inner = b"".join(bytes.fromhex(one) for one in leaves)
        assert merkle_root(leaves) == sha(b"\x01", inner) != sha(b"\x00", inner)
        assert leaf("00", payload) != sha(b"\x01", b"00", payload.encode())

    def test_none(self):
        with pytest.raises(ValueError, match="at least one leaf"):
            merkle_root([])

    def test_known_roots(self):
        one, two, three = (sha(bytes([number])) for number in (1, 2, 3))
        pair = sha(b"\x01", bytes.fromhex(one), bytes.fromhex(two))
        assert merkle_root([one]) == one
        assert merkle_root([one, two]) == pair
        assert merkle_root([one, two, three]) == sha(b"\x01", bytes.fromhex(pair), bytes.fromhex(three))

    def test_leaf(self):
        assert leaf("ab", "päyload") == sha(b"\x00", b"ab", "päyload".encode())
