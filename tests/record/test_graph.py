"""One statement brings what a query for each set would have brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Prefetch
from hypothesis import HealthCheck, given, settings

from api import serializers as shapes
from api.fields import offered, pruned
from api.serializers import ARTICLES, CLAIM_ROWS, CLAIMS, SOURCES, VERDICTS, ClaimDetail, ask_of
from api.shaping import shaper
from articles.graph import MOST_GRAPHS, Graph, Graphs
from articles.models import (
    Article,
    ArticleVersion,
    Claim,
    ClaimRelation,
    ConfidentialSource,
    Evidence,
    Rating,
    Source,
    Topic,
    Verdict,
)
from articles.models.user import Scope
from articles.refusals import Refused
from articles.views import article as article_page
from articles.views import source as source_page
from articles.views.claim import KEPT, PAGE
from articles.vocabulary import RelationKind
from tests import factories as f
from tests.keeping import world
from tests.search.test_agreement import Newsroom, acts

pytestmark = pytest.mark.django_db
# What a claim in full shows to who asks for no other time.
CLAIM = CLAIMS.showing([name for name in offered(ClaimDetail) if name not in ("as_of", "held_on")])


def plain(value: Any, seen: frozenset[int] = frozenset()) -> Any:
    """Return all that an instance holds: columns, annotations, what was joined and prefetched."""
    if isinstance(value, models.QuerySet):
        value = list(value)
    if isinstance(value, list):
        return [plain(one, seen) for one in value]
    if not isinstance(value, models.Model):
        return value
    if id(value) in seen:
        return (type(value).__name__, value.pk)
    seen = seen | {id(value)}
    held = {name: plain(one, seen) for name, one in vars(value).items() if name[0] != "_" and name != "shown"}
    joined = {name: plain(one, seen) for name, one in value._state.fields_cache.items()}
    fetched = {
        name: plain(one, seen) for name, one in getattr(value, "_prefetched_objects_cache", {}).items()
    }
    return (type(value).__name__, value._state.adding, value._state.db, held, joined, fetched)


def compared(graph: Graph, pk: int, user: Any = None) -> None:
    slow = graph.find_by_queries(pk, user)
    for fast in (graph.find(pk, user), next(iter(graph.find_many([pk], user)), None)):
        assert (fast is None) == (slow is None)
        if slow is None:
            continue
        sets, by_queries = vars(getattr(fast, "shown", slow.shown)), vars(slow.shown)
        assert sets.keys() == by_queries.keys()
        for name, rows in by_queries.items():
            if isinstance(rows, list):
                assert [getattr(one, "pk", one) for one in sets[name]] == [
                    getattr(one, "pk", one) for one in rows
                ], name
        assert plain(fast) == plain(slow)
        for name in by_queries:
            assert plain(sets[name]) == plain(by_queries[name]), name


def shapes_compared(pk: int, rf: Any) -> None:
    """The shape without the serializer is the serializer's, field by field, in the same order."""
    noun_compared(CLAIM, ClaimDetail, pk, None, rf)


def noun_compared(graph: Graph, shape: Any, pk: int, user: Any, rf: Any) -> None:
    request = rf.get("/")
    request.user = user
    slow = graph.find_by_queries(pk, user)
    shaped = [shaper(shape)(one, "http://testserver") for one in graph.find_many([pk], user)]
    if slow is None:
        assert shaped == []
        return
    written = shape(slow, context={"request": request}).data
    assert [list(one) for one in shaped] == [list(written)]
    assert shaped == [written]


# Whatever the API shows of a noun, in lists and in full: model, graphs, shape.
NOUNS = {
    "articles": (Article, ARTICLES, shapes.ArticleRow),
    "article": (Article, ARTICLES, shapes.ArticleDetail),
    "claims": (Claim, CLAIM_ROWS, shapes.ClaimRow),
    "claim": (Claim, CLAIMS, shapes.ClaimDetail),
    "sources": (Source, SOURCES, shapes.SourceRow),
    "source": (Source, SOURCES, shapes.SourceDetail),
    "verdicts": (Verdict, VERDICTS, shapes.VerdictRow),
    "verdict": (Verdict, VERDICTS, shapes.VerdictDetail),
}


def in_full(name: str) -> tuple[Any, Graph, Any]:
    model, graphs, shape = NOUNS[name]
    return model, graphs.showing(offered(shape)), shape


@pytest.mark.parametrize("name", NOUNS)
def test_every_noun_for_readers_and_for_the_desk(name, rf):
    world.make()
    model, graph, shape = in_full(name)
    for user in (None, f.some_editor()):
        for pk in model.objects.values_list("pk", flat=True):
            compared(graph, pk, user)
            noun_compared(graph, shape, pk, user, rf)


@pytest.mark.parametrize("name", NOUNS)
def test_many_are_one_statement_in_the_order_of_their_ids(name, django_assert_num_queries):
    world.make()
    model, graph, shape = in_full(name)
    ids = sorted(model.objects.visible_to(None).values_list("pk", flat=True), key=lambda pk: (pk % 3, -pk))
    asked = [ids[0] + 1_000_000, *ids]
    with django_assert_num_queries(1):
        found = graph.find_many(asked)
        for one in found:
            shaper(shape)(one, "")
    assert [one.pk for one in found] == ids
    with django_assert_num_queries(0):
        assert graph.find_many([]) == []


@pytest.mark.parametrize("name", NOUNS)
@pytest.mark.parametrize("first", ["reader", "desk"])
def test_what_only_the_desk_sees_never_reaches_a_reader(name, first):
    """Whoever asks first, and whatever was compiled for them."""
    world.make()
    f.ClaimFactory(status="dismissed")
    model, graphs, shape = NOUNS[name]
    # Compiled anew, so that the order of asking is the one under test.
    graph = Graphs(graphs._rows, graphs._sets, graphs._parts).showing(offered(shape))
    person = f.some_editor()
    ids = sorted(model.objects.values_list("pk", flat=True))
    seen = {user: set(model.objects.visible_to(user).values_list("pk", flat=True)) for user in (None, person)}
    # Verdicts are published or are not there; what hangs on them has secrets.
    assert model is Verdict or seen[None] < seen[person]
    no_scope, drafts = person.limited([]), person.limited([Scope.DRAFTS])
    askers = [(None, False), (no_scope, False), (person, True), (drafts, True)]
    for user, at_desk in askers if first == "reader" else askers[::-1]:
        wanted = seen[person if at_desk else None]
        assert {one.pk for one in graph.find_many(ids, user)} == wanted
        assert {pk for pk in ids if graph.find(pk, user) is not None} == wanted
        for one in graph.find_many(ids, user):
            within(one, at_desk)


def within(row: Any, at_desk: bool, seen: frozenset[int] = frozenset()) -> None:
    """Fail where a reader holds anything that only the desk sees, however deep."""
    if isinstance(row, list):
        for one in row:
            within(one, at_desk, seen)
    if not isinstance(row, models.Model) or id(row) in seen or at_desk:
        return
    # Rows that say so themselves; of a version only its article or source does.
    if isinstance(row, (Article, Evidence)) or (isinstance(row, Source) and row.visibility != "public"):
        assert row.visibility == "public", row
    if isinstance(row, Claim):
        assert row.status != "dismissed", row
    held = [
        *vars(row).values(),
        *row._state.fields_cache.values(),
        *vars(getattr(row, "shown", row)).values(),
    ]
    for one in held:
        within(one, at_desk, seen | {id(row)})


def test_a_rule_that_asks_who_it_is_is_not_compiled():
    """Two editors would get one another's rows."""
    for rule in (
        lambda user: ConfidentialSource.objects.visible_to(user),
        lambda user: Claim.objects.filter(created_by=user.pk) if user else Claim.objects.none(),
    ):
        graph = Graph(rule)
        assert graph.find(1) is None
        with pytest.raises(AttributeError):
            graph.find(1, f.some_editor())


def test_graphs_are_kept_by_what_they_load_and_not_without_end():
    assert CLAIM_ROWS.showing(["id", "topics"]) is CLAIM_ROWS.showing(["topics", "statement", "kind"])
    claim = f.ClaimFactory(topics=[f.TopicFactory()])
    assert "_prefetched_objects_cache" not in vars(CLAIM_ROWS.showing(["id"]).find(claim.pk))
    many = Graphs(
        lambda user, parts: Claim.objects.all(), lambda user, row: {}, {str(n): [str(n)] for n in range(999)}
    )
    for number in range(999):
        many.showing([str(number)])
    assert many._with.cache_info().currsize == MOST_GRAPHS


def test_a_set_cut_to_its_first_row_is_that_row():
    claim, other = f.ClaimFactory(), f.ClaimFactory()
    f.EvidenceFactory(claim=claim)
    last = f.EvidenceFactory(claim=claim)
    newest = Graph(
        lambda user: Claim.objects.all(),
        lambda user, row: {"newest": Evidence.objects.filter(claim=row).order_by("-pk")[:1]},
    )
    assert newest.find(claim.pk).shown.newest == last
    assert newest.find(other.pk).shown.newest is None
    for pk in (claim.pk, other.pk):
        compared(newest, pk)


def test_other_times_are_answered_from_what_was_loaded(django_assert_num_queries):
    """As the model answers them by statements of its own."""

    def told(verdict: Any) -> Any:
        return verdict and verdict.pk

    graph = CLAIMS.showing(["as_of", "held_on"])
    answers = set()
    for claim in world.make():
        moments = [verdict.published_at for verdict in claim.verdict_series()] or [
            datetime(2024, 1, 1, tzinfo=UTC)
        ]
        moments = [
            moment + shift for moment in moments for shift in (timedelta(0), -timedelta(microseconds=1))
        ]
        for moment in [*moments, datetime(2999, 1, 1, tzinfo=UTC)]:
            found = graph.find(claim.pk, f.some_editor())
            with django_assert_num_queries(0):
                ask_of(found, {"as_of": moment, "held_on": moment.date()})
            assert told(found.shown.as_of.verdict) == told(claim.as_of(moment))
            assert told(found.shown.held_on.verdict) == told(claim.held_on(moment.date()))
            answers |= {told(found.shown.as_of.verdict), told(found.shown.held_on.verdict)}
    assert len(answers) > 3


def test_a_choice_of_fields_is_a_part_of_the_whole():
    for claim in world.make():
        for name in ("claim", "claims"):
            _, graphs, shape = NOUNS[name]
            whole = graphs.showing(offered(shape)).find(claim.pk)
            if whole is None:
                continue
            for field, within_it in offered(shape).items():
                for chosen in [((field, None),), *(((field, ((one, None),)),) for one in within_it or ())]:
                    found = graphs.showing([field]).find(claim.pk)
                    assert shaper(shape, chosen)(found, "") == pruned(shaper(shape)(whole, ""), chosen)


def test_a_record_with_a_bit_of_everything(rf):
    claims = world.make()
    for claim in claims:
        for graph in (PAGE, CLAIM):
            compared(graph, claim.pk)
        shapes_compared(claim.pk, rf)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_after_any_row_of_acts(rf, several):
    from django.db import transaction

    with transaction.atomic():
        newsroom = Newsroom()
        for name, *words in several:
            try:
                newsroom.do(name, *words)
            except Refused:
                continue
        for pk in Claim.objects.values_list("pk", flat=True):
            for graph in (PAGE, CLAIM):
                compared(graph, pk)
            if Claim.objects.visible_to(None).filter(pk=pk).exists():
                shapes_compared(pk, rf)
        transaction.set_rollback(True)


def test_texts_of_every_kind_pass_through(rf):
    hostile = 'a "b" \\ c\u2028 \U0001f600 ẞ %s %% ? $1 {x} \t\n é'
    claim = f.ClaimFactory(statement=hostile, topics=[f.TopicFactory(name="50% of {it}")])
    f.EvidenceFactory(claim=claim, public=True, note=hostile)
    compared(PAGE, claim.pk)
    compared(CLAIM, claim.pk)
    shapes_compared(claim.pk, rf)
    assert CLAIM.find(claim.pk).shown.evidence[0].note == hostile


def test_dates_truth_values_and_json_keep_their_types():
    f.newsroom()
    claim = f.ClaimFactory(rating="supported")
    verdict = PAGE.find(claim.pk).current_verdict
    stored = Verdict.objects.get(pk=verdict.pk)
    assert (verdict.published_at, verdict.self_approved) == (stored.published_at, stored.self_approved)
    assert verdict.published_at.utcoffset().total_seconds() == 0
    assert type(verdict.self_approved) is bool
    assert verdict.rating.labels == stored.rating.labels == {"en": "Supported"}


def test_what_nobody_may_see_is_not_found():
    claim = f.ClaimFactory(status="dismissed")
    assert PAGE.find(claim.pk) is None and PAGE.find(claim.pk + 1) is None


def test_columns_beyond_what_a_function_takes():
    """Many joined tables have more columns than either engine lets a function have arguments."""
    evidence = f.EvidenceFactory()
    wide = Evidence.objects.select_related(
        "claim__merged_into", "source_version__source__part_of__merged_into", "replaces__claim", "created_by"
    )
    compiler = wide.query.get_compiler(connection=connection)
    compiler.as_sql()
    assert len(compiler.select) > 127
    graph = Graph(lambda user: wide, lambda user, row: {})
    found = graph.find(evidence.pk)
    assert plain(found) == plain(wide.get(pk=evidence.pk))
    assert found.source_version.source.pk == evidence.source_version.source_id


def test_every_way_a_queryset_can_fetch_along():
    claim = f.ClaimFactory(topics=[f.TopicFactory(), f.TopicFactory()], rating="supported")
    merged = f.ClaimFactory(merged_into=claim)
    rows = Claim.objects.prefetch_related(
        "topics",
        "verdicts__rating",
        Prefetch("merged_into", Claim.objects.defer("statement")),
        Prefetch("evidence", Evidence.objects.none(), to_attr="no_evidence"),
        Prefetch("merged", Claim.objects.filter(pk__gt=0), to_attr="followers"),
    )
    graph = Graph(lambda user: rows, lambda user, row: {})
    for pk in (claim.pk, merged.pk):
        assert plain(graph.find(pk)) == plain(rows.get(pk=pk))
    found = graph.find(claim.pk)
    assert [one.pk for one in found.followers] == [merged.pk] and found.followers[0].merged_into is found
    assert found.no_evidence == []
    assert found.verdicts.all()[0].rating.slug == "supported"
    # A deferred column is fetched when it is asked for, as ever.
    assert graph.find(merged.pk).merged_into.statement == claim.statement


@pytest.mark.parametrize(
    ("model", "lookup"),
    [(Topic, "claims"), (Evidence, "cited_in"), (Source, "derivatives__nothing")],
)
def test_a_relation_it_cannot_follow_is_told_when_it_is_compiled(model, lookup):
    graph = Graph(lambda user: model.objects.prefetch_related(lookup), lambda user, row: {})
    with pytest.raises((TypeError, FieldDoesNotExist)):
        graph.find(1)


def test_a_column_it_does_not_know_is_told_when_it_is_compiled():
    rows = Article.objects.annotate(odd=models.Value(0.5, output_field=models.DecimalField()))
    with pytest.raises(TypeError, match="DecimalField"):
        Graph(lambda user: rows, lambda user, row: {}).find(1)


def test_it_costs_one_query(django_assert_num_queries):
    claim = world.make()[0]
    with django_assert_num_queries(1):
        assert PAGE.find(claim.pk).shown.series


@pytest.mark.engine("postgresql")
def test_it_is_planned_once_for_each_connection():
    pks = [f.ClaimFactory().pk for _ in range(3)]
    for pk in pks:
        PAGE.find(pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT calls FROM (SELECT generic_plans + custom_plans AS calls, statement "
                       "FROM pg_prepared_statements) s WHERE statement LIKE %s", ["%articles_claim%$1%"])  # fmt: skip
        assert max(calls for (calls,) in cursor.fetchall()) >= 3


def test_rules_say_for_readers_what_they_say_elsewhere():
    """A rating that was retired, a source at the desk: whatever the words of the QuerySets leave out."""
    f.newsroom()
    claim = f.ClaimFactory(rating="supported")
    hidden = f.EvidenceFactory(claim=claim)
    assert hidden.pk not in [one.pk for one in PAGE.find(claim.pk).shown.evidence]
    Rating.objects.get(verdicts__claim=claim).retire(f.some_administrator())
    compared(PAGE, claim.pk)


def test_what_a_page_shows_was_all_fetched(rf, django_assert_max_num_queries):
    """A column that is left out and then asked for would cost a query for each row."""
    for claim in world.make():
        with django_assert_max_num_queries(1):
            found = CLAIM.find(claim.pk)
            if found is not None:
                shaper(ClaimDetail)(found, "http://testserver")
        # The newsroom, and the related claims where there are any.
        with django_assert_max_num_queries(3):
            KEPT.make(rf.get(claim.get_absolute_url(), HTTP_HOST="testserver"), claim.pk, "")


def test_who_is_related_is_asked_only_where_somebody_is(rf, django_assert_num_queries):
    f.newsroom()
    claim, other = f.ClaimFactory(), f.ClaimFactory()
    request = rf.get(claim.get_absolute_url())
    KEPT.make(request, claim.pk, "")
    with django_assert_num_queries(1):
        KEPT.make(request, claim.pk, "")
    ClaimRelation.relate(f.some_editor(), claim, RelationKind.UPDATES, other)
    with django_assert_num_queries(2):
        assert f"/claims/{other.pk}/".encode() in KEPT.make(request, claim.pk, "").content


@pytest.mark.engine("postgresql")
class TestAConnectionThatDied:
    """The server was restarted, or cut the line, between two requests."""

    @staticmethod
    def cut():
        """End the server's side of this process's connection."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    def test_another_is_opened_and_asked(self, committed_database):
        claim = f.ClaimFactory()
        assert CLAIM.find(claim.pk) == claim
        self.cut()
        assert CLAIM.find(claim.pk) == claim

    def test_within_a_transaction_it_is_an_error(self, committed_database):
        """What the transaction did before is gone; nobody may go on as if it were there."""
        claim = f.ClaimFactory()
        with pytest.raises((OperationalError, InterfaceError)), transaction.atomic():
            Claim.objects.first()
            self.cut()
            CLAIM.find(claim.pk)
        assert CLAIM.find(claim.pk) == claim


@pytest.mark.engine("postgresql")
def test_behind_a_pooler_nothing_is_prepared(settings):
    settings.DATABASE_PREPARE = False
    claim = f.ClaimFactory()
    graph = Graph(lambda user: Claim.objects.all(), lambda user, row: {})
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        for _ in range(6):
            assert graph.find(claim.pk) == claim
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("model", "graph"),
    [(Article, article_page.PAGE), (ArticleVersion, article_page.VERSION), (Source, source_page.PAGE)],
)
@pytest.mark.parametrize("is_editor", [False, True])
def test_what_the_pages_of_articles_and_sources_show(model, graph, is_editor):
    world.make()
    user = f.some_editor() if is_editor else None
    for pk in model.objects.values_list("pk", flat=True):
        compared(graph, pk, user)
