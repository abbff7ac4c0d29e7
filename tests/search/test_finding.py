"""What search finds, for whom, and that the database keeps it so by itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Claim, Redaction, SearchDocument
from articles.search import index, search
from articles.search.query import Term, passage
from articles.search.ranking import Plan
from tests import factories as f

pytestmark = pytest.mark.django_db


def found(text, **more):
    return {(hit.kind, hit.id) for hit in search(text, limit=100, **more).hits}


def claim(statement, **more):
    return f.ClaimFactory(statement=statement, **more)


def said_by(name, public=True, title="An article", **more):
    """An attribution to a claimant of this name, in an article of this title."""
    version = f.ArticleFactory(public=public, title=title).current_version
    return f.AttributionFactory(
        claimant=f.ClaimantFactory(name=name), appearance={"article_version": version, **more}
    )


def quoted(words, public=True, **more):
    """A claim whose words stand in an article: "… words …"."""
    version = f.ArticleVersionFactory(
        article=f.ArticleFactory(public=public), text=f"It said that {words} today."
    )
    return f.AppearanceFactory(
        claim=claim("Something was said.", **more), article_version=version, words=words
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("taxes", "Taxes rise. / A tax was cut."),
        ("tax cutting", "A tax was cut."),
        ('"was cut"', "A tax was cut."),
        ('"cut was"', ""),
        ("rise OR café", "Taxes rise. / The CAFE was closed."),
        ("Café", "The CAFE was closed."),
        ("clos*", "The CAFE was closed."),
        ("tax -rise", "A tax was cut."),
        ('tax -"was cut"', "Taxes rise."),
        ("wombat", ""),
    ],
)
def test_the_language_of_the_box(typed, expected):
    rows = [claim(one) for one in ("Taxes rise.", "A tax was cut.", "The CAFE was closed.")]
    wanted = {row.pk for row in rows if row.statement in expected}
    assert {pk for _, pk in found(typed, kinds=["claim"])} == wanted


def test_all_kinds_are_found():
    said = said_by("Quillfeather Society", title="Quillfeather speaks")
    source = f.SourceFactory(title="Quillfeather report", public=True)
    statement = claim("The Quillfeather bridge fell.")
    kinds = {kind for kind, _ in found("quillfeather")}
    assert kinds == {"claim", "article", "source", "claimant"}, (said, source, statement)


def test_rare_words_weigh_more_and_short_texts_win():
    claim("The bridge over the river was built in a year that nobody remembers any more at all.")
    short, other = claim("The bridge fell."), claim("The wombat fell.")
    for number in range(9):
        claim(f"Number {number} fell.")
    assert search("bridge").hits[0].id == short.pk
    assert search("fell wombat", match="any").hits[0].id == other.pk


def test_some_words_where_nothing_has_all():
    row = claim("The bridge fell.")
    results = search("bridge wombat")
    assert [hit.id for hit in results.hits] == [row.pk]
    assert results.notes == ["Nothing has all of these words; what follows has some of them."]


def test_what_was_looked_for_is_marked():
    claim("A Tax was cut by café owners, and taxes rose.")
    hit = search("taxing cafe").hits[0]
    assert "".join(text for text, _ in hit.title) == "A Tax was cut by café owners, and taxes rose."
    assert [text for text, is_marked in hit.title if is_marked] == ["Tax", "café", "taxes"]


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("éclair", ["eclair"]), ("#metoo", ["metoo"]), ("$100", ["100"]), ("(eclair", ["eclair"]),
        ("“the metoo”", ["the", "metoo"]),
    ],
)  # fmt: skip
def test_it_is_marked_however_it_was_typed(typed, marked):
    claim("They sold an eclair to the metoo movement for $100.")
    hit = search(typed).hits[0]
    assert [text for text, is_marked in hit.title if is_marked] == marked


def test_there_is_more():
    for number in range(4):
        claim(f"Bridge {number} fell.")
    assert search("bridge", limit=3).more
    assert not search("bridge", limit=4).more


class TestReaders:
    def test_nothing_of_the_desk(self):
        source = f.SourceFactory(title="Quillfeather report")
        article = f.ArticleFactory(title="Quillfeather speaks")
        dismissed = claim("The Quillfeather fell.", status="dismissed")
        at_desk = {("source", source.pk), ("article", article.pk), ("claim", dismissed.pk)}
        assert found("quillfeather") == set()
        assert found("quillfeather", user=f.UserFactory()) == at_desk

    def test_words_of_an_article_at_the_desk_lead_to_no_open_claim(self):
        appearance = quoted("the Quillfeather fell", public=False)
        assert found("quillfeather") == set()
        appearance.article_version.article.open_to_readers(f.some_editor())
        assert ("claim", appearance.claim.pk) in found("quillfeather")

    def test_a_text_that_may_not_be_shown_is_not_searched(self):
        article = f.ArticleFactory(public=True, rights="excerpt")
        f.ArticleVersionFactory(article=article, text="The Quillfeather fell, it says here.")
        assert found("quillfeather") == set()
        assert found("quillfeather", user=f.UserFactory()) == {("article", article.pk)}
        article.refresh_from_db()
        article.revise(f.some_editor(), rights="full")
        assert found("quillfeather") == {("article", article.pk)}

    def test_a_claimant_is_found_once_a_claim_shows_it(self):
        said = said_by("Quillfeather Society", public=False)
        assert found("quillfeather") == set()
        said.appearance.article_version.article.open_to_readers(f.some_editor())
        assert found("quillfeather") == {("claimant", said.claimant.pk)}


class TestKept:
    def test_a_new_wording(self):
        row = claim("The bridge fell.")
        row.revise(f.some_editor(), statement="The tower fell.")
        assert (found("bridge"), found("tower")) == (set(), {("claim", row.pk)})

    def test_a_merged_claim_is_found_through_its_survivor(self):
        row, survivor = claim("The bridge fell."), claim("The span collapsed.")
        row.merge_into(survivor, f.some_editor())
        assert found("bridge") == {("claim", survivor.pk)}
        row.refresh_from_db()
        row.unmerge(f.some_editor())
        assert found("bridge") == {("claim", row.pk)}

    def test_a_redacted_name_is_not_found(self):
        row = claim("Xanthippe Quillfeather fell.")
        Redaction.everywhere(f.some_administrator(), "Xanthippe Quillfeather", "A private person.")
        assert found("quillfeather") == set()
        assert "uillfeather" not in SearchDocument.objects.get(object_id=row.pk, kind="claim").title

    def test_sql_past_the_models(self):
        row = claim("The bridge fell.")
        Claim.objects.filter(pk=row.pk).update(statement="The tower fell.")
        assert found("tower") == {("claim", row.pk)}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_claim SET statement = 'The wall fell.' WHERE id = %s", [row.pk])
        assert found("wall") == {("claim", row.pk)}

    def test_what_is_rolled_back_is_not_found(self):
        from django.db import transaction

        with pytest.raises(ZeroDivisionError), transaction.atomic():
            claim("The bridge fell.")
            assert found("bridge")
            raise ZeroDivisionError
        assert not found("bridge")


class TestConditions:
    def test_rating(self):
        rated, other = claim("The bridge fell.", rating="supported"), claim("The bridge stands.")
        assert found("bridge rating:supported") == {("claim", rated.pk)}
        assert found("rating:supported") == {("claim", rated.pk)}
        assert found("bridge rating:nothing") == set()
        assert ("claim", other.pk) in found("bridge")

    def test_rating_of_a_withdrawn_verdict(self):
        row = f.ClaimFactory(statement="The bridge fell.")
        f.make_series(row, [("verdict", "supported", "2024-01-10"), ("withdrawal", None, "2024-02-10")])
        assert found("bridge rating:supported") == set()

    def test_claimant(self):
        said = said_by("Quillfeather Society", claim=claim("The bridge fell."))
        claim("The bridge stands.")
        assert found('bridge claimant:"Quillfeather Society"') == {("claim", said.appearance.claim.pk)}
        assert found("bridge claimant:nobody") == set()

    def test_source(self):
        evidence = f.EvidenceFactory(
            claim=claim("The bridge fell."), source_version__source__title="Quillfeather report", public=True
        )
        assert found("bridge source:quillfeather") == {("claim", evidence.claim.pk)}
        assert found("bridge source:nothing") == set()

    def test_days(self):
        row = claim("The bridge fell.", asserted_earliest="2024-03-01", asserted_latest="2024-03-02")
        assert found("bridge before:2024-03-03 after:2024-03") == {("claim", row.pk)}
        assert found("bridge before:2024-03-02") == found("bridge after:2024-03-02") == set()

    def test_conditions_are_about_claims(self):
        results = search("bridge rating:false", kinds=["source"])
        assert not results.hits
        assert results.notes == ["Conditions like “rating:” are about claims; nothing else has them."]


class TestVerify:
    def test_an_index_that_agrees(self):
        quoted("the Quillfeather fell")
        assert list(index.differences()) == []

    def test_a_changed_a_missing_and_a_superfluous_document(self):
        changed, missing = claim("The bridge fell."), claim("The tower fell.")
        SearchDocument.objects.filter(kind="claim", object_id=changed.pk).update(title="Another.")
        SearchDocument.objects.filter(kind="claim", object_id=missing.pk).delete()
        SearchDocument.objects.create(pk=10**6 * 16, kind="claim", object_id=10**6, title="Nothing.", body="")
        assert {(row, sentence.split(";")[0]) for row, sentence in index.differences()} == {
            (f"search document of claim {changed.pk}", "it does not say what the record says"),
            (f"search document of claim {missing.pk}", "it is missing"),
            (f"search document of claim {10**6}", "it should not be there"),
        }
        index.rebuild()
        assert list(index.differences()) == []

    def test_rebuilding_changes_nothing_that_agrees(self):
        quoted("the Quillfeather fell")
        before = list(SearchDocument.objects.order_by("pk").values())
        index.rebuild()
        assert list(SearchDocument.objects.order_by("pk").values()) == before


@pytest.mark.engine("postgresql")
class TestIndexesOfKinds:
    @pytest.mark.parametrize("name", ["search_claims", "search_others"])
    def test_it_is_missed_and_put_back(self, name):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {name}")
        assert [sentence.split(";")[0] for _, sentence in index.differences()] == [f"{name} is missing"]
        index.install("default")
        assert list(index.differences()) == []
        index.rebuild()
        assert list(index.differences()) == []

    def test_each_kind_is_looked_for_in_its_own(self):
        claim("The bridge fell.")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

        def plan_of(kinds):
            with CaptureQueriesContext(connection) as captured:
                index.engine("default").rank(passage("the bridge fell"), "rarest", kinds, False, 10)
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {captured.captured_queries[-1]['sql']}")
                return "\n".join(line for (line,) in cursor.fetchall())

        assert "search_claims" in plan_of(["claim"])
        assert "search_others" in plan_of(["article", "claimant"])
        assert "search_index" in (both := plan_of(["claim", "source"])) and "search_claims" not in both
        assert "search_others" not in both


HOSTILE = [
    '"',
    '""',
    "'",
    "*",
    "**",
    "-",
    "- -",
    "NEAR(",
    "NEAR(a b, 3)",
    "title:x",
    "{a} : b",
    "a AND",
    "a NOT b",
    "(((",
    "^a",
    "a + b",
    "\\",
    "a\\'b",
    "%",
    "%s %(x)s",
    "x" * 100_000,
    "the of and",
    "🙂",
    "你好 世界",
    "e\u0301" * 50,
    "\u202eabc",
    "a\x00b",
    "\ud800",
    "'); DROP TABLE articles_claim; --",
    "½ ² ①",
    "a:* & !b | c <-> d",
    "\x01\x02",
    "İstanbul ﬁ ẞ",
    " ".join(f"w{number}*" for number in range(300)),
    "-a -b -c",
    "OR OR OR",
    "before:9999-99 after:0000",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed)[:20])
@pytest.mark.parametrize("match", ["all", "any"])
def test_hostile_questions_get_results_or_a_sentence(typed, match):
    claim("a b the of and wombat é x")
    results = search(typed, match=match)
    if not results.query:
        assert results.notes
    assert all(isinstance(note, str) and note.endswith(".") for note in results.notes)


def test_a_word_is_found_though_it_was_counted_before_it_came():
    claim("The bridge fell.")
    assert not search("wombat", match="any").hits
    row = claim("The wombat fell.")
    assert search("bridge wombat", match="any").hits[0].id in (row.pk, row.pk - 1)
    assert ("claim", row.pk) in found("wombat", match="any")


def test_the_rarest_words_are_looked_for_first():
    from articles.search import ranking
    from articles.search.query import passage

    documents = {"common": 9_000, "usual": 8_000, "rare": 3, "unknown": 0}  # 0: when it was counted
    query = passage("common usual rare unknown")
    done = ranking.plan(query, "any", lambda term: documents[term.text])
    assert done == Plan([[Term("unknown"), Term("rare"), Term("usual")]], [Term("common")], False)
    everything = ranking.plan(passage("common"), "any", lambda term: 10**6)
    assert everything.bounded
