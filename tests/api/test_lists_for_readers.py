"""Lists as everybody gets them: by a short way, which answers to the byte what the long one answers."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import limits, pagination, searching
from api.lists import ListForReaders
from api.views.claims import LIST
from articles.graph import Page
from articles.models import Claim, Topic, Verdict
from articles.search import listing
from articles.search.postgres import Postgres
from articles.search.ranking import Counted
from articles.search.sqlite import Sqlite
from tests import factories as f
from tests import hostile
from tests.api.conftest import Api
from tests.keeping import world
from tests.query_counts import queries_of

PATH = "/api/v1/claims/"
NOW = "2026-03-04T05:06:07Z"


@pytest.fixture(params=[0, 100], ids=["made", "kept"])
def keeping(request, settings):
    settings.ANSWERS_KEPT = request.param
    caches["rows"].clear()
    return bool(request.param)


@pytest.fixture
def long_way(db, settings):
    """Somebody whose questions go the long way."""
    kinds = settings.KEPT_KINDS
    settings.KEPT_KINDS = []
    client = Client()
    # Which ways there are is read with the first request.
    client.get("/api/v1/")
    settings.KEPT_KINDS = kinds
    return client


@pytest.fixture
def both(long_way, monkeypatch):
    """Ask both ways; return the answer, and whether the short way gave it."""
    gave = []
    answer_to = ListForReaders.answer_to
    monkeypatch.setattr(
        ListForReaders, "answer_to", lambda *words: gave.append(answer_to(*words)) or gave[-1]
    )
    short_way = Client()

    def ask(address: str, **more):
        gave.clear()
        with time_machine.travel(NOW, tick=False):
            short, long = (client.get(address, **more) for client in (short_way, long_way))
        assert (short.status_code, short.content) == (long.status_code, long.content), address
        told = [
            {name: value for name, value in one.headers.items() if name != "RateLimit"}
            for one in (short, long)
        ]
        assert told[0] == told[1], address
        return short, gave == [short]

    return ask


def queries() -> list[dict]:
    topic, claim = Topic.objects.first(), Claim.objects.filter(status="open").first()
    appearance = claim.appearances.first() or f.AppearanceFactory(claim=claim)
    version = appearance.article_version
    narrowed = [
        {}, {"status": "open"}, {"status": "merged,open"}, {"status": "dismissed"}, {"kind": "fact,legal"},
        {"kind": "prediction"}, {"topic": topic.pk}, {"topic": 999_999}, {"checked": "true"}, {"checked": "false"},
        {"rating": "supported"}, {"rating": "contradicted,supported"}, {"class": "true"},
        {"article": version.article_id},
        {"publisher": "a $1 %s “ü”"}, {"language": "en"}, {"has": "evidence,verdicts"}, {"stance": "supports,refutes"},
        {"include": "merged"}, {"related_to": claim.pk}, {"merged_into": claim.pk}, {"changed_after": 3},
        {"asserted_after": "2020-01-01"}, {"created_before": "2030-01-01T00:00:00Z"}, {"origin": "editor"},
        {"verdict_published_after": "2020-01-01"}, {"verdict_published_before": "2030-01-01"},
        {"fields": "id,current_verdict.rating"}, {"expand": "evidence,appearances"},
        {"fields": "id", "expand": "verdicts"},
    ]  # fmt: skip
    return narrowed


@pytest.mark.django_db
class TestBothWays:
    @pytest.mark.parametrize("ordering", ["-id", "id", "asserted", "-asserted", "changed", "-changed"])
    @pytest.mark.parametrize("size", [2, 50])
    def test_every_page_of_every_question(self, keeping, both, ordering, size):
        world.make()
        f.ClaimFactory(asserted_earliest="2020-01-01", asserted_latest="2020-01-31")
        asked = 0
        for query in queries():
            address = f"{PATH}?{urlencode({**query, 'page_size': size, 'ordering': ordering})}"
            while address:
                answer, is_short = both(address)
                assert is_short, address
                asked += 1
                address = answer.json()["next"]
        assert asked > len(queries()) or size == 50

    def test_what_is_made_ready_holds_nothing_of_the_record(self):
        """It is asked again and again: what the database said once must not be written into it."""
        f.ClaimFactory(rating="supported")
        f.TopicFactory()
        for query in queries():
            asked = tuple((name, str(value)) for name, value in query.items())
            with CaptureQueriesContext(connection) as captured:
                assert LIST._made_ready(asked) is not None
            # Which ratings there are decides whether a question is refused; none of them ever goes.
            said = [one["sql"] for one in captured.captured_queries if "articles_rating" not in one["sql"]]
            assert not said, query

    def test_what_nobody_asked_before(self, keeping, both):
        f.ClaimFactory(rating="supported")
        answer, is_short = both(PATH)
        assert is_short and len(answer.json()["results"]) == 1
        assert both(PATH, HTTP_ACCEPT="application/json")[1]

    def test_what_is_dear_or_needs_thought_goes_the_long_way(self, keeping, both):
        claim = f.ClaimFactory(statement="The bridge is 100 m long.")
        for query in (
            {"q": "bridge", "kind": "fact"}, {"q": "bridge", "ordering": "-id"}, {"ids": claim.pk}, {"count": "true"},
            {"as_of": "2024-01-01"}, {"held_on": "2024-01-01"},
        ):  # fmt: skip
            answer, is_short = both(f"{PATH}?{urlencode(query)}")
            assert answer.status_code == 200 and not is_short
        assert not both(PATH, HTTP_ACCEPT="application/json; indent=4")[1]
        assert not both(PATH, HTTP_ACCEPT="text/html")[1]

    @pytest.mark.parametrize(
        "name", ["kind", "topic", "publisher", "cursor", "page_size", "rating", "fields", "x"]
    )
    def test_hostile_values(self, both, name):
        f.ClaimFactory()
        groups = hostile.TEXTS + hostile.NUMBERS + hostile.DATES + hostile.LONG + hostile.UNSTORABLE
        for one in groups:
            both(f"{PATH}?{urlencode({name: one.value}, errors='surrogatepass')}")

    @pytest.mark.parametrize(
        "query",
        [
            "kind=fact&kind=legal", "kind=fact&kind=fact", "kinds=fact", "kind=", "=fact", "kind", "&", "&&kind=fact&",
            "page_size=0", "page_size=101", "page_size=050", "kind=%66act", "topic=7310577364102931",
            "topic=7310577364102932", "publisher=-7310577364102932", "q=-7310577364102932",
            "q=a&topic=7310577364102971",
            "kind=fact;topic=1",
            "cursor=", "cursor=a:b:c", "ordering=relevance", "kind=fact%00", "kind=fact%0A", "kind=%7F", "kind=%", "%",
            "publisher=a%00b", "publisher=a%01b", "publisher=a%1fb", "publisher=a%7Fb", "publisher=a%0Ab", "x%00=1",
            "kind=f\x80ct", "publisher=%FF", "publisher=%ED%A0%80", "publisher=\u00fc", "x" * 7000,
            "&".join(["kind=fact"] * 3000),
            "kind=fact#fragment", "?kind=fact", "kind=fact+", "page_size=2&kind=fact&page_size=2",
            "language=en&language=",
        ],
    )  # fmt: skip
    def test_hostile_addresses(self, both, query):
        f.ClaimFactory()
        both(f"{PATH}?", QUERY_STRING=query)

    def test_a_cursor_of_another_question_is_refused(self, both):
        for _ in range(3):
            f.ClaimFactory(kind="legal")
        following = both(f"{PATH}?kind=legal&page_size=1")[0].json()["next"]
        for address in (following.replace("kind=legal", "kind=fact"), following + "x", following[:-1]):
            answer, is_short = both(address)
            assert answer.status_code == 400 and not is_short

    def test_an_old_cursor_is_refused(self, both, monkeypatch):
        for _ in range(3):
            f.ClaimFactory()
        following = both(f"{PATH}?page_size=1")[0].json()["next"]
        monkeypatch.setattr("api.pagination.LONGEST_LIFE", -1)
        answer, is_short = both(following)
        assert "too old" in answer.json()["detail"] and not is_short

    def test_names_of_the_site(self, both, settings):
        f.ClaimFactory()
        settings.ALLOWED_HOSTS = ["one.example", "two.example"]
        for host in settings.ALLOWED_HOSTS * 2:
            row = both(PATH, HTTP_HOST=host)[0].json()["results"][0]
            assert row["api_url"].startswith(f"http://{host}/")
        assert both(PATH, HTTP_HOST="three.example")[0].status_code == 400

    def test_head(self, keeping, long_way):
        f.ClaimFactory()
        got, head = Client().get(PATH), Client().head(PATH)
        assert head.content == b"" and head.status_code == 200
        assert {**head.headers, "RateLimit": ""} == {**got.headers, "RateLimit": ""}

    def test_a_rating_that_nobody_had_used_when_it_was_first_asked_for(self, both, monkeypatch):
        monkeypatch.setattr("api.filters._known_slugs", set())
        assert both(f"{PATH}?rating=supported")[0].status_code == 400
        f.ClaimFactory(rating="supported")
        answer, is_short = both(f"{PATH}?rating=supported")
        assert len(answer.json()["results"]) == 1 and is_short


@pytest.mark.django_db
class TestOtherNouns:
    """Articles, sources and verdicts have the short way too."""

    @pytest.mark.parametrize(
        ("noun", "narrowed"),
        [
            ("articles", ["", "language=en", "publisher=x", "has=claims", "fields=id,claim_count"]),
            ("sources", ["", "kind=court_case", "include=merged", "expand=versions", "changed_after=3"]),
            (
                "verdicts",
                ["", "rating=supported", "kind=withdrawal", "expand=citations", "fields=id,is_current"],
            ),
        ],
    )
    def test_every_page(self, keeping, both, noun, narrowed):
        world.make()
        for query in narrowed:
            address, pages = f"/api/v1/{noun}/?page_size=2&{query}", 0
            while address:
                answer, is_short = both(address)
                assert is_short or answer.status_code == 400, address
                address, pages = answer.json().get("next"), pages + 1
            assert pages > 1 or query

    def test_details(self, keeping, long_way, api):
        world.make()
        for noun in ("claims", "articles", "sources", "verdicts"):
            for pk in api.ids(f"{noun}/"):
                address = f"/api/v1/{noun}/{pk}/"
                short, long = Client().get(address), long_way.get(address)
                assert short.content == long.content and short["ETag"] == long["ETag"], address
                assert "Allow" not in short.headers and "Allow" in long.headers


@pytest.mark.django_db
class TestWords:
    @pytest.fixture(autouse=True)
    def _texts(self, keeping, monkeypatch):
        for module in ("sqlite", "postgres"):
            monkeypatch.setattr(f"articles.search.{module}.counted", Counted())
        for number in range(7):
            f.ClaimFactory(statement=f"The ferry was built in year {number}." + " And mended." * number)
        f.ClaimFactory(statement="The bridge is long.")
        f.ArticleFactory(public=True, title="The ferry")
        f.SourceFactory(public=True, title="Minutes on the ferry")

    def walk(self, both, address: str) -> int:
        pages = 0
        while address:
            answer, is_short = both(address)
            assert answer.status_code == 200 and is_short, address
            address, pages = answer.json()["next"], pages + 1
        return pages

    @pytest.mark.parametrize("noun", ["claims", "articles", "sources"])
    @pytest.mark.parametrize(
        "query", ["q=ferry", "q=ferry+built", "q=ferry+bridge&match=any", "q=zeppelin", "q=-", "q=the", "q=fer*",
                  "q=ferry&fields=id", "q=%22in+year%22&expand="]
    )  # fmt: skip
    def test_every_page(self, both, noun, query):
        if query.endswith("expand="):
            query += {"claims": "evidence", "articles": "versions", "sources": "versions"}[noun]
        pages = self.walk(both, f"/api/v1/{noun}/?{query}&page_size=2")
        assert pages == 4 or query != "q=ferry" or noun != "claims"

    def test_merged_claims_are_found_through_their_survivor(self, both, editor):
        survivor = f.ClaimFactory(statement="The ferry is slow.")
        f.ClaimFactory(statement="The ferry is not quick.").merge_into(survivor, editor)
        self.walk(both, f"{PATH}?q=quick")

    def test_how_deep_it_goes_is_said(self, both, monkeypatch):
        for module in (searching, pagination):
            monkeypatch.setattr(module, "DEEPEST", 3)
        assert "only the 3 best" in both(f"{PATH}?q=ferry&page_size=2")[0].json()["notes"][0]
        assert self.walk(both, f"{PATH}?q=ferry&page_size=2") == 2
        monkeypatch.setattr(searching, "LOOKED_THROUGH", 5)
        assert len(both(f"{PATH}?q=ferry&page_size=2")[0].json()["notes"]) == 2

    @pytest.mark.parametrize(
        "query",
        ["q=", "q=ferry&q=x", "match=any", "q=rating:x", "q=ferry&match=x", "q=ferry&cursor=x", "q=" + "x" * 900],
    )  # fmt: skip
    def test_what_is_refused(self, both, query):
        both(f"{PATH}?{query}")
        both(f"/api/v1/verdicts/?{query}")

    @pytest.mark.parametrize("text", hostile.each(hostile.TEXTS[:20]))
    def test_hostile_words(self, both, text):
        both(f"{PATH}?{urlencode({'q': text[:200].encode(errors='replace')})}")

    @pytest.fixture
    def in_steps(self, monkeypatch):
        """Rankings take several steps, as those of very common words do."""
        for engine in (Sqlite, Postgres):
            monkeypatch.setattr(engine, "ranked", lambda *words: None)

    @pytest.mark.parametrize("query", ["q=ferry", "q=ferry+bridge&match=any", "q=zeppelin"])
    def test_rankings_of_several_steps(self, both, in_steps, query):
        assert self.walk(both, f"{PATH}?{query}&page_size=2") == (1 if "zeppelin" in query else 4)

    def test_what_cannot_be_seen_any_more_goes_the_long_way(self, both, monkeypatch):
        monkeypatch.setattr(listing.BestPage, "ask", lambda *given: listing.Best([999_999, 1], 2, []))
        assert not both(f"{PATH}?q=ferry")[1]

    def test_what_cannot_be_seen_after_several_steps(self, both, in_steps, monkeypatch):
        monkeypatch.setattr(searching, "look_for", lambda *words: searching.Found([999_999, 1]))
        assert not both(f"{PATH}?q=ferry")[1]

    def test_many_words(self, both):
        words = [f"word{number}" for number in range(20)]
        f.ClaimFactory(statement=f"The ferry has {' '.join(words)}.")
        for most in (1, 4, 12, 13, 20):
            assert self.walk(both, f"{PATH}?q={'+'.join(words[:most])}") == 1

    def test_statements(self, keeping, api):
        address = "claims/?q=ferry&page_size=3"
        for _ in range(2):
            api.get(address)
        # The ranking, and with it the rows or what those that are kept depend on.
        assert len(queries_of(lambda: api.get(address))) == 1


@pytest.mark.django_db
class TestKeptRows:
    @pytest.fixture(autouse=True)
    def _kept(self, settings):
        settings.ANSWERS_KEPT = 100
        caches["rows"].clear()

    def test_rows_are_made_once_whatever_list_they_stand_in(self, api, monkeypatch):
        claims = [f.ClaimFactory(kind=kind) for kind in ("legal", "fact")]
        api.ids("claims/")
        monkeypatch.setattr(
            "articles.graph.Graph.find_many", lambda self, ids: pytest.fail("made") if ids else []
        )
        assert api.ids("claims/", {"kind": "legal"}) == [claims[0].pk]
        assert api.ids("claims/", {"ordering": "id"}) == [one.pk for one in claims]

    def test_what_is_shown_of_them_tells_them_apart(self, api):
        claim = f.ClaimFactory(rating="supported")
        assert api.json("claims/")["results"][0]["current_verdict"]
        assert api.json("claims/", {"fields": "id"})["results"] == [{"id": claim.pk}]
        assert api.json("claims/", {"expand": "evidence"})["results"][0]["evidence"]

    def test_a_row_that_changed_is_made_anew(self, api, editor):
        one, other = f.ClaimFactory(), f.ClaimFactory()
        api.ids("claims/")
        one.revise(editor, statement="Something else.")
        f.VerdictFactory(claim=other)
        found = {row["id"]: row for row in api.json("claims/")["results"]}
        assert found[one.pk]["statement"] == "Something else."
        assert found[other.pk]["current_verdict"]

    def test_long_rows_are_not_kept(self, api):
        """So many of them would take the memory of a process."""
        claim = f.ClaimFactory(rating="supported")
        f.EvidenceFactory(claim=claim, note="Word " * 1_000, public=True)
        address = "claims/?expand=evidence"
        assert [len(queries_of(lambda: api.get(address))) for _ in range(2)] == [2, 2]
        assert [len(queries_of(lambda: api.get("claims/"))) for _ in range(2)] == [2, 1]

    def test_statements(self, api):
        for _ in range(3):
            f.ClaimFactory(rating="supported")
        address = "claims/?rating=supported&page_size=2"
        # Which ratings there are is known from then on.
        api.get(address)
        caches["rows"].clear()
        made, kept = (len(queries_of(lambda: api.get(address))) for _ in range(2))
        assert (made, kept) == (2, 1)
        following = api.json(address)["next"].removeprefix("http://testserver")
        made, kept = (len(queries_of(lambda: api.get(following))) for _ in range(2))
        assert (made, kept) == (2, 1)


@pytest.mark.django_db
class TestBudget:
    @pytest.fixture
    def limited(self, settings, tmp_path, monkeypatch):
        settings.DATA_DIRECTORY, settings.API_LIMITS_ANONYMOUS = tmp_path, 2
        monkeypatch.setattr(limits.time, "time", lambda: 1_700_000_060.0)

    def test_each_list_is_counted_and_the_third_refused(self, api, limited):
        f.ClaimFactory()
        answers = [api.get("claims/") for _ in range(3)]
        assert [one.status_code for one in answers] == [200, 200, 429]
        assert [one["RateLimit"].partition(";t=")[0] for one in answers] == [
            '"read";r=1',
            '"read";r=0',
            '"read";r=0',
        ]
        assert answers[2]["Retry-After"] and answers[2].json()["code"] == "too_many_requests"

    def test_who_is_refused_has_nothing_made_ready(self, api, limited, monkeypatch):
        assert [api.get("claims/").status_code for _ in range(2)] == [200, 200]
        monkeypatch.setattr(LIST, "_question", lambda *words: pytest.fail("made ready"))
        assert api.get("claims/", {"topic": 123_456}).status_code == 429

    def test_what_goes_the_long_way_is_counted_once(self, api, limited):
        assert [api.get("claims/?x=1").status_code for _ in range(3)] == [400, 400, 429]

    def test_so_is_what_is_dear(self, api, limited):
        assert [api.get("claims/?q=bridge").status_code for _ in range(3)] == [200, 200, 429]

    def test_a_wrong_cursor_is_counted_once(self, api, limited):
        assert [api.get("claims/?cursor=x").status_code for _ in range(3)] == [400, 400, 429]


@pytest.mark.django_db
def test_the_desk_and_keys_go_the_long_way(api, desk, monkeypatch):
    f.ClaimFactory(status="dismissed")
    monkeypatch.setattr(LIST, "answer_to", lambda *words: pytest.fail("the short way"))
    assert len(desk.ids("claims/")) == 1
    assert api.get("claims/", HTTP_AUTHORIZATION="Bearer x").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("few", [0, 2, 1000])
def test_a_rating_that_few_or_many_verdicts_have(few, monkeypatch):
    """Whichever way claims are looked for by their verdict, the same are found."""
    monkeypatch.setattr("articles.models.claim.FEW_VERDICTS", few)
    LIST.forget()
    own, survivor, overtaken, withdrawn = (f.ClaimFactory() for _ in range(4))
    merged = f.ClaimFactory(rating="supported")
    for claim in (own, overtaken, withdrawn):
        f.VerdictFactory(claim=claim, rating="supported")
    f.VerdictFactory(claim=overtaken, rating="contradicted", correction_kind="affects_rating")
    f.make_series(withdrawn, [("withdrawal", "2030-01-01")])
    merged.merge_into(survivor, f.some_editor())
    assert Verdict.objects.filter(rating__slug="supported").count() == 4
    api = Api()
    assert api.ids("claims/", {"rating": "supported", "ordering": "id"}) == [own.pk, survivor.pk]
    assert api.ids("claims/", {"rating": "contradicted"}) == [overtaken.pk]
    both = api.ids("claims/", {"rating": "contradicted,supported", "verdict_published_before": "2029-01-01"})
    assert sorted(both) == [own.pk, survivor.pk, overtaken.pk]
    LIST.forget()


@pytest.mark.django_db
class TestPage:
    def test_rows_in_their_order_and_numbers(self):
        pks = [f.ClaimFactory(kind=kind).pk for kind in ("legal", "fact", "legal")]
        legal = Claim.objects.filter(kind="legal").order_by().values("pk")
        page = Page(
            Claim.objects.order_by("-pk").values_list("pk", "created_at")[:2], [legal[:10], legal[:1]]
        )
        rows, numbers = page.ask()
        assert [row[0] for row in rows] == [pks[2], pks[1]] and list(numbers) == [2, 1]
        assert rows[0][1] == Claim.objects.get(pk=pks[2]).created_at

    def test_where_nothing_can_match(self):
        nothing = Claim.objects.none()
        assert Page(nothing.values_list("pk"), [nothing.values("pk")]).ask() == ([], [0])
