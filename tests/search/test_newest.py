"""What a search finds by when it came, for whoever follows it: the same claims as the page, in another order."""

import pytest

from articles.models import Claim
from articles.search import NothingToLookFor, Sought, search
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def claims():
    """A dozen claims, some of them rated, one merged, one dismissed, one that only resembles them."""
    rows = {
        name: f.ClaimFactory(statement=statement, **({"rating": rating} if rating else {}))
        for name, statement, rating in [
            ("bridge", "The bridge cost four million.", "supported"),
            ("bridges", "Two bridges fell in the storm.", "contradicted"),
            ("ferry", "The ferry sank in the storm.", None),
            ("percent", "The bridge leans by 100%s and 5%.", None),
            ("merged", "A bridge fell.", None),
        ]
    }
    rows["hidden"] = f.ClaimFactory(statement="A bridge nobody sees.", status="dismissed")
    rows["merged"].merge_into(rows["bridges"], f.some_editor())
    return rows


def names(claims, ids):
    return [next(name for name, row in claims.items() if row.pk == pk) for pk in ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bridge", ["percent", "bridges", "bridge"]),
        ("storm", ["ferry", "bridges"]),
        ("bridge storm", ["bridges"]),
        ("bridge -storm", ["percent", "bridge"]),
        ("ferry OR million", ["ferry", "bridge"]),
        ('"bridge cost"', ["bridge"]),
        ("brid*", ["percent", "bridges", "bridge"]),
        ("bridge rating:supported", ["bridge"]),
        ("rating:contradicted", ["bridges"]),
        ("bridge wombat", []),
        ("100% bridge", ["percent"]),
    ],
)
def test_the_newest_first(claims, text, expected):
    sought = Sought.read(text)

    assert names(claims, sought.newest(100)) == expected
    assert names(claims, sought.newest(2)) == expected[:2]
    every = Claim.objects.order_by().values("pk")
    found = sought.among(every).order_by("-pk").values_list("pk", flat=True)
    assert names(claims, found) == expected
    if expected:
        assert set(search(text, kinds=["claim"]).ids) == set(found)


def test_among_some(claims):
    sought = Sought.read("bridge")
    newest = Claim.objects.order_by("-pk").values("pk")[:4]

    assert names(claims, sought.among(newest).values_list("pk", flat=True)) == ["percent"]
    assert not sought.among(Claim.objects.filter(pk__in=[]).values("pk"))


def test_the_desk_finds_what_readers_do_not(claims):
    sought = Sought.read("bridge", f.some_editor())

    assert names(claims, sought.newest(1)) == ["hidden"]
    assert "hidden" in names(claims, sought.among(Claim.objects.values("pk")).values_list("pk", flat=True))


@pytest.mark.parametrize("text", ["", "  ", "-bridge", "…", "before:never"])
def test_nothing_to_look_for_is_said_in_a_sentence(text):
    with pytest.raises(NothingToLookFor, match=r"\.$"):
        Sought.read(text)
