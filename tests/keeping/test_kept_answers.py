"""What is kept for readers is what they would get anew, after whatever anybody does to the record."""

from __future__ import annotations

import gzip

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client, RequestFactory

from api.lists import BOUND
from api.views import articles, claims, sources, verdicts
from articles import keeping
from articles.keeping import release, tag
from articles.models import Article, Claim, Claimant, LedgerHead, Source
from articles.refusals import Refused
from articles.templatetags import reading
from articles.views.article import KEPT as ARTICLE_PAGE
from articles.views.claim import KEPT as PAGE
from articles.views.claimants import KEPT as CLAIMANT_PAGE
from articles.views.source import KEPT as SOURCE_PAGE
from tests import factories as f
from tests.keeping import world

HOST = "testserver"
VIEWS = (claims.ClaimViewSet, articles.ArticleViewSet, sources.SourceViewSet, verdicts.VerdictViewSet)
# Kind → the address of a row.
KINDS = {
    PAGE: lambda pk: Claim.objects.get(pk=pk).get_absolute_url(),
    ARTICLE_PAGE: lambda pk: Article.objects.get(pk=pk).get_absolute_url(),
    SOURCE_PAGE: lambda pk: Source.objects.get(pk=pk).get_absolute_url(),
    CLAIMANT_PAGE: lambda pk: Claimant.objects.get(pk=pk).get_absolute_url(),
    claims.KEPT: "/api/v1/claims/{}/".format,
    articles.KEPT: "/api/v1/articles/{}/".format,
    sources.KEPT: "/api/v1/sources/{}/".format,
    verdicts.KEPT: "/api/v1/verdicts/{}/".format,
}
SOME = 2
OF_CLAIMS, PAGES = (PAGE, claims.KEPT), (PAGE, ARTICLE_PAGE, SOURCE_PAGE, CLAIMANT_PAGE)


def addresses(pk: int) -> list[str]:
    return [KINDS[kind](pk) for kind in OF_CLAIMS]


def all_answers() -> list:
    """Return kind and id of every answer that readers get of the record; of the pages that hold for one state of the
    whole record, some."""
    return [
        (kind, pk)
        for kind in KINDS
        for pk in kind.rows().order_by("pk").values_list("pk", flat=True)[: None if kind.seq else SOME]
    ]


def made_anew(kind, pk: int) -> tuple[bytes, str] | None:
    """Return content and tag of an answer, made from the record."""
    # What is remembered by a token would hide that the token should have changed.
    reading._remembered.clear()
    request = RequestFactory(HTTP_HOST=HOST).get(KINDS[kind](pk))
    made = kind.make(request, pk, f"http://{HOST}")
    return made and (made.content, tag(request, kind.noun, pk, made.row.state_entry, made.row.state_house))


def listed() -> list[tuple[bytes, bytes]]:
    """Return each list as readers get it, of rows that are kept, and as its view makes it."""
    both = []
    for one in VIEWS:
        noun = one.queryset.model._meta.model_name
        more = "&include=merged" if one.hides else ""
        address = f"/api/v1/{noun}s/?page_size=100{more}"
        methods = {method: action for method, action in BOUND.items() if hasattr(one, action)}
        view = one.as_view(methods, basename=f"api-{noun}")
        made = view(RequestFactory(HTTP_HOST=HOST).get(address)).render()
        both.append((Client().get(address).content, made.content))
    return both


def served(kind, pk: int) -> tuple[bytes, str] | None:
    """Return what readers get; None where they are led elsewhere or find nothing."""
    answer = Client().get(KINDS[kind](pk))
    return (answer.content, answer["ETag"]) if answer.status_code == 200 else None


@pytest.fixture
def kept(settings):
    """Answers are kept, in a store that is empty."""
    from django.core.cache import caches

    settings.ANSWERS_KEPT = 100
    caches["answers"].clear()
    caches["rows"].clear()
    return caches["answers"]


@pytest.mark.django_db
class TestEveryVerb:
    """Each verb of the record is said of each row that it can be said of, and then every page is looked at."""

    @pytest.fixture(autouse=True)
    def _record(self, kept):
        world.make()
        self.by = f.some_administrator()
        listed()
        for one in all_answers():
            served(*one)
        self.before = {one: made_anew(*one) for one in all_answers()}
        assert {kind for (kind, _), made in self.before.items() if made} == set(KINDS)

    @pytest.mark.parametrize("verb", world.VERBS, ids=lambda verb: verb.name)
    def test_verb(self, verb):
        said = sum([self.say(verb, lambda subject=subject: subject) for subject in world.ways(verb)])
        # Where the record has no such row: of one that the verb itself makes beside it.
        assert said or self.say(verb, verb.prepare), "This verb was said of nothing."

    def say(self, verb, prepare) -> bool:
        """Say the verb, look at every page, and take it back; return whether it could be said."""
        with transaction.atomic():
            subject = prepare()
            if hasattr(subject, "refresh_from_db"):
                subject.refresh_from_db()
            try:
                # What only the person asked may do is done by that person.
                verb.say(subject, self.by if verb.allowed else getattr(subject, "assessor", self.by))
                self.look(f"{verb.name} of {subject}")
                return True
            except (Refused, ValidationError):
                return False
            finally:
                transaction.set_rollback(True)

    def look(self, what: str) -> None:
        for short, long in listed():
            assert short == long, f"{what}: an old row in a list"
        there = set(all_answers())
        for kind, pk in self.before.keys() - there:
            # Where the page is gone, its address cannot be made any more.
            assert kind in PAGES or served(kind, pk) is None, what
        for kind, pk in there:
            old, new, address = self.before.get((kind, pk)), made_anew(kind, pk), KINDS[kind](pk)
            if old and new and old[0] != new[0]:
                assert old[1] != new[1], f"{what} changed {address}, and not its tag"
            # What did not change is the kept answer; what did is made, and then kept.
            for _ in range(1 if old == new else 2):
                assert served(kind, pk) == new, f"{what}: an old answer at {address}"


@pytest.mark.django_db
class TestDoor:
    @pytest.fixture
    def claim(self, kept):
        return f.ClaimFactory(rating="supported")

    def test_the_second_answer_is_the_kept_one(self, claim, monkeypatch):
        client = Client()
        first = [client.get(address) for address in addresses(claim.pk)]
        monkeypatch.setattr("articles.graph.Graph.find", lambda *words: pytest.fail("made anew"))
        for address, answer in zip(addresses(claim.pk), first, strict=True):
            again = client.get(address)
            assert again.content == answer.content and dict(again.headers) == dict(answer.headers)

    @pytest.mark.parametrize("limit", [0, 100])
    def test_who_has_it_is_told_so_in_one_query(
        self, claim, settings, limit, django_assert_num_queries, monkeypatch
    ):
        settings.ANSWERS_KEPT = limit
        client = Client()
        for address in addresses(claim.pk):
            first = client.get(address)
            with django_assert_num_queries(1), monkeypatch.context() as patch:
                patch.setattr("articles.graph.Graph.find", lambda *words: pytest.fail("made"))
                again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
            assert again.status_code == 304 and again.content == b""
            for header in ("ETag", "Cache-Control"):
                assert again[header] == first[header]
            assert "Content-Type" not in again.headers

    def test_a_page_costs_one_statement_for_the_claim_and_one_for_the_house(self, claim, settings):
        from tests.query_counts import queries_of

        settings.ANSWERS_KEPT = 0
        page, detail = addresses(claim.pk)
        assert len(queries_of(lambda: Client().get(page))) == 2
        assert len(queries_of(lambda: Client().get(detail))) == 1

    def test_it_sets_no_cookie_and_lets_shared_caches_store_it(self, claim):
        for address in addresses(claim.pk):
            answer = Client().get(address)
            assert answer["Cache-Control"] == "public, no-cache" and not answer.cookies

    def test_it_says_what_the_long_way_says(self, claim, settings):
        """The same headers and, but for the question in the address, the same content."""
        client, kinds = Client(), settings.KEPT_KINDS
        for address in self.addresses_beside(claim):
            short, long = client.get(address), client.get(address, HTTP_AUTHORIZATION="")
            assert long.status_code == 200
            settings.KEPT_KINDS = []
            without = Client().get(address)
            settings.KEPT_KINDS = kinds
            assert without.content == short.content
            given = {"ETag", "Cache-Control", "Content-Length", "Vary", "Allow"}
            assert set(without.headers) - given == set(short.headers) - given
            for name in set(short.headers) - given:
                assert without[name] == short[name], name

    def addresses_beside(self, claim) -> list[str]:
        """Return the addresses of the claim and of what stands beside it."""
        article, source = f.ArticleFactory(public=True), claim.evidence.first().source_version.source
        said = {"claim": claim, "article_version": article.current_version}
        claimant = f.AttributionFactory(appearance=said).claimant
        others = (
            (articles.KEPT, article.pk), (ARTICLE_PAGE, article.pk), (sources.KEPT, source.pk),
            (SOURCE_PAGE, source.pk), (verdicts.KEPT, claim.current_verdict.pk), (CLAIMANT_PAGE, claimant.pk),
        )  # fmt: skip
        return [*addresses(claim.pk), *(KINDS[kind](pk) for kind, pk in others)]

    def test_head_says_the_same_without_the_words(self, claim):
        for address in addresses(claim.pk):
            got, head = Client().get(address), Client().head(address)
            assert head.status_code == 200 and head.content == b"" and dict(head.headers) == dict(got.headers)

    def test_the_desk_gets_nothing_kept(self, claim, reporter):
        client = Client()
        client.force_login(reporter)
        for address in addresses(claim.pk):
            Client().get(address)
            answer = client.get(address)
            assert answer.status_code == 200 and "private" in answer["Cache-Control"]
        assert "You are signed in" in client.get(addresses(claim.pk)[0]).content.decode()
        assert "You are signed in" not in Client().get(addresses(claim.pk)[0]).content.decode()

    def test_questions_and_other_addresses_go_the_long_way(self, claim):
        page, detail = addresses(claim.pk)
        client = Client()
        assert client.get(page, {"as_of": "2020-01-01"}).status_code == 200
        assert client.get(f"/claims/{claim.pk}/other-words/").status_code == 301
        assert client.get(f"/claims/{claim.pk}/").status_code == 301
        assert client.get("/claims/999999999/x/").status_code == 404
        assert client.get("/api/v1/claims/999999999/").status_code == 404
        assert client.get(detail, {"x": "1"}).status_code == 400
        assert client.get(detail, HTTP_ACCEPT="text/html").status_code == 406
        assert client.get(detail, HTTP_ACCEPT="application/json; indent=4").content.startswith(b"{\n")
        assert client.post(detail).status_code == 405
        assert client.get(detail, HTTP_AUTHORIZATION="Bearer x").status_code == 401

    def test_a_name_that_is_not_ours_is_refused(self, claim):
        for address in addresses(claim.pk):
            assert Client().get(address, HTTP_HOST="elsewhere.example").status_code == 400

    def test_each_name_of_the_site_gets_its_own_addresses(self, claim, settings):
        settings.ALLOWED_HOSTS = ["one.example", "two.example"]
        detail = addresses(claim.pk)[1]
        for host in settings.ALLOWED_HOSTS * 2:
            assert Client().get(detail, HTTP_HOST=host).json()["api_url"] == f"http://{host}{detail}"

    def test_a_merged_claim_leads_on_and_a_dismissed_one_is_gone(self, claim, editor):
        merged, other = f.ClaimFactory(), f.ClaimFactory()
        pages = [addresses(one.pk)[0] for one in (merged, other)]
        assert [Client().get(page).status_code for page in pages] == [200, 200]
        merged.merge_into(claim, editor)
        other.dismiss(editor, "No claim.")
        assert [Client().get(page).status_code for page in pages] == [302, 410]

    def test_no_more_is_kept_than_the_setting_says(self, kept, claim):
        kept._max_entries = 3
        for one in f.ClaimFactory.create_batch(5):
            Client().get(addresses(one.pk)[0])
        assert len(kept._cache) <= 3

    def test_tags_change_with_the_code_that_shapes_answers(self, claim, monkeypatch):
        page = addresses(claim.pk)[0]
        first = Client().get(page)["ETag"]
        assert release() in first
        monkeypatch.setattr("articles.keeping.release", lambda: "another")
        assert Client().get(page, HTTP_IF_NONE_MATCH=first).status_code == 200

    def test_a_tag_says_nothing_of_another_address(self, claim, editor):
        page = addresses(claim.pk)[0]
        tag = Client().get(page)["ETag"]
        assert Client().get(f"/claims/{claim.pk}/x/", HTTP_IF_NONE_MATCH=tag).status_code == 301

    def test_names_on_every_page_make_every_page_new(self, claim, administrator):
        page = addresses(claim.pk)[0]
        for change in (
            lambda: f.newsroom().revise(administrator, name="The Other Desk"),
            lambda: claim.current_verdict.rating.revise(administrator, labels={"en": "Borne out"}),
            lambda: claim.current_verdict.author.describe(administrator, display_name="Anna Author"),
        ):
            before, house = Client().get(page), LedgerHead.objects.get().house
            change()
            assert LedgerHead.objects.get().house != house
            after = Client().get(page, HTTP_IF_NONE_MATCH=before["ETag"])
            assert after.status_code == 200 and after.content != before.content


@pytest.mark.parametrize(
    ("given", "same"),
    [('W/"a"', True), ('"a"', True), ('"b", "a"', True), ("*", True), ("a", False), ("", False)],
)
def test_tags_are_compared_weakly(rf, given, same):
    from articles.keeping import has_it

    assert has_it(rf.get("/", HTTP_IF_NONE_MATCH=given), 'W/"a"') is same


def test_what_another_process_published_is_on_the_page_at_the_next_request(committed_database, settings):
    settings.ANSWERS_KEPT = 100
    claim = f.ClaimFactory(rating="supported")
    second = f.EvidenceFactory(claim=claim)
    draft = f.VerdictDraftFactory(
        claim=claim, state="submitted", rating="contradicted", evidence=[second], summary="We were wrong.",
        correction_kind="affects_rating", correction_note="A second record turned up.",
    )  # fmt: skip
    page, detail = addresses(claim.pk)
    before = [Client().get(address) for address in (page, detail, page, detail)]
    assert b"We were wrong." not in before[0].content
    process = committed_database.start("publish", draft.pk, f.some_editor().username)
    assert process.stdout.readline() == "ready\n"
    assert Client().get(page, HTTP_IF_NONE_MATCH=before[0]["ETag"]).status_code == 304
    answer, errors = process.communicate("\n", timeout=60)
    assert answer == "published 2\n", errors
    for address, old in zip((page, detail), before, strict=False):
        new = Client().get(address, HTTP_IF_NONE_MATCH=old["ETag"])
        assert new.status_code == 200 and b"We were wrong." in new.content


@pytest.mark.parametrize(
    "changed", ["articles/static/articles/pages.css", "templates/base.html", "articles/dates.py"]
)
def test_a_release_that_changes_what_a_page_says_or_links_to_changes_every_tag(
    tmp_path, monkeypatch, changed
):
    """A page kept elsewhere would otherwise go on linking to a style sheet that is no longer there."""
    monkeypatch.setattr(keeping, "ROOT", tmp_path)
    path = tmp_path / changed
    path.parent.mkdir(parents=True)
    path.write_text("before")
    before = release.__wrapped__()
    path.write_text("after")
    assert release.__wrapped__() != before


@pytest.mark.django_db
class TestCompressed:
    """Whoever takes gzip gets the same answer packed; it was packed once."""

    @pytest.fixture(params=[0, 100], ids=["made anew", "kept"])
    def answers(self, request, settings):
        from django.core.cache import caches

        settings.ANSWERS_KEPT = request.param
        caches["answers"].clear()
        claim = f.ClaimFactory(rating="supported")

        def ask(coding, address=0):
            return Client().get(addresses(claim.pk)[address], headers={"accept-encoding": coding})

        return ask

    @pytest.mark.parametrize("address", [0, 1], ids=["page", "api"])
    @pytest.mark.parametrize("coding", ["gzip", "deflate, gzip;q=0.5, br", "GZIP"])
    def test_who_takes_it(self, answers, coding, address):
        for _ in range(2):
            plain, packed = answers("identity", address), answers(coding, address)
            assert packed["Content-Encoding"] == "gzip"
            assert len(packed.content) == int(packed["Content-Length"]) < len(plain.content)
            assert gzip.decompress(packed.content) == plain.content
            assert packed["ETag"] == plain["ETag"]
            assert plain["Vary"] == packed["Vary"]
            assert "Accept-Encoding" in plain["Vary"].split(", ")

    @pytest.mark.parametrize("coding", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "xgzip"])
    def test_who_does_not(self, answers, coding):
        for _ in range(2):
            answer = answers(coding)
            assert "Content-Encoding" not in answer
            assert answer.content.startswith(b"<!DOCTYPE html>")

    @pytest.mark.parametrize(("longest", "made"), [(100_000, 1), (10, 2)])
    def test_what_is_too_long_is_not_kept(self, settings, monkeypatch, longest, made):
        from django.core.cache import caches

        settings.ANSWERS_KEPT = 100
        caches["answers"].clear()
        monkeypatch.setattr(keeping, "LONGEST", longest)
        address = addresses(f.ClaimFactory(rating="supported").pk)[1]
        makings, make = [], claims.KEPT.make
        monkeypatch.setitem(claims.KEPT.__dict__, "make", lambda *words: makings.append(1) or make(*words))
        first, second = (Client().get(address).content for _ in range(2))
        assert first == second and len(makings) == made

    def test_it_is_kept_packed_alone(self, settings):
        """So that the memory of a process holds several times as many pages."""
        from django.core.cache import caches

        settings.ANSWERS_KEPT = 100
        store = caches["answers"]
        store.clear()
        for number in range(3):
            page = Client().get(addresses(f.ClaimFactory(rating="supported").pk)[1]).content
            entry = next(iter(store._cache.values()))
            assert len(store._cache) == number + 1
            assert len(entry) < len(gzip.compress(page)) + 200 < len(page) / 2

    def test_what_is_kept_is_packed_once(self, answers, settings, monkeypatch):
        answers("identity")
        calls = []
        real = gzip.compress
        monkeypatch.setattr(
            keeping.gzip, "compress", lambda *words, **more: calls.append(1) or real(*words, **more)
        )
        assert answers("gzip").content == answers("gzip").content
        assert len(calls) == (0 if settings.ANSWERS_KEPT else 2)
