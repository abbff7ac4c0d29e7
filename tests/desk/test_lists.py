"""Lists count, leaf, sort and search within bounds, and say so."""

from __future__ import annotations

import pytest
from django.contrib.admin import ModelAdmin
from django.urls import reverse

from articles import models
from articles.admin import desk, listing
from tests import factories
from tests.desk.conftest import list_of
from tests.desk.test_doors import NOUNS, row_of
from tests.query_counts import queries_of


@pytest.fixture
def bounds(monkeypatch):
    """A record of a dozen rows is long."""
    monkeypatch.setattr(listing, "TOLD", 4)
    monkeypatch.setattr(listing, "MOST_PAGES", 3)
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 4)
    monkeypatch.setattr(listing, "OFFERED_FROM", 4)
    monkeypatch.setattr("articles.admin.record.RecordAdmin.list_per_page", 2)


def shown(answer):
    return [row.pk for row in answer.context["cl"].result_list]


def test_what_is_many_is_not_counted(sign_in, bounds):
    client = sign_in("editor")
    topics = [factories.TopicFactory() for _ in range(3)]
    assert "3 topics" in " ".join(client.get(list_of(models.Topic)).content.decode().split())
    topics += [factories.TopicFactory() for _ in range(9)]
    page = client.get(list_of(models.Topic))
    assert "4+ topics" in " ".join(page.content.decode().split())
    asked = queries_of(lambda: client.get(list_of(models.Topic)))
    assert not any("COUNT(" in sql for sql in asked)
    about = [sql for sql in asked if 'FROM "articles_topic"' in sql]
    assert about
    assert all("LIMIT 5" in sql or " IN (" in sql for sql in about)


def test_what_costs_something_is_counted_less_far(sign_in, bounds, monkeypatch):
    monkeypatch.setattr("articles.admin.texts.suggestion.SuggestionAdmin.counted", 3)
    client = sign_in("editor")
    for _ in range(6):
        factories.SuggestionFactory()
    assert "3+ suggestions" in " ".join(client.get(list_of(models.Suggestion)).content.decode().split())
    assert len(shown(client.get(list_of(models.Suggestion), {"p": 3}))) == 2


def test_pages_end_where_leafing_does(sign_in, bounds):
    client = sign_in("editor")
    for _ in range(12):
        factories.TopicFactory()
    assert len(shown(client.get(list_of(models.Topic), {"p": 2}))) == 2
    last = client.get(list_of(models.Topic), {"p": 3})
    assert len(shown(last)) == 2
    assert "This is the last page that lists show" in last.content.decode()
    assert "?p=4" not in last.content.decode()
    assert "This is the last page" not in client.get(list_of(models.Topic), {"p": 2}).content.decode()


@pytest.mark.parametrize("page", ["4", "101", "9" * 18])
def test_beyond_is_refused_with_a_sentence(sign_in, bounds, page):
    client = sign_in("editor")
    answer = client.get(list_of(models.Claim), {"p": page, "status__exact": "open"}, follow=True)
    assert answer.redirect_chain == [(f"{list_of(models.Claim)}?status__exact=open", 302)]
    assert "Lists show their first 3 pages. Filter or search" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1e3", "9" * 40])
def test_garbage_for_a_page(sign_in, page):
    assert sign_in("editor").get(list_of(models.Claim), {"p": page}).status_code < 400


def test_what_no_index_serves_is_sorted_while_it_is_few(sign_in, bounds):
    client = sign_in("editor")
    for words in ("b", "a", "d", "c"):
        factories.ClaimFactory(statement=words)
    columns = client.get(list_of(models.Claim)).context["cl"].list_display
    by_words = {"o": columns.index("statement")}
    few = client.get(list_of(models.Claim), by_words)
    assert [row.statement for row in few.context["cl"].result_list] == ["a", "b"]
    newest = [factories.ClaimFactory(statement="e").pk, models.Claim.objects.get(statement="c").pk]
    many = client.get(list_of(models.Claim), by_words)
    assert "More than 4 rows are not sorted by “statement”: filter or search first." in many.content.decode()
    assert shown(many) == newest


def test_which_columns_an_index_serves():
    assert listing.is_served(models.Claim, "-status")
    assert listing.is_served(models.Topic, "name")
    assert listing.is_served(models.Claim, "id")
    assert not listing.is_served(models.Claim, "statement")
    assert not listing.is_served(models.Article, "claim_count")


def test_nothing_counts_what_filters_would_leave():
    assert all(one.show_facets == ModelAdmin.show_facets.NEVER for one in desk._registry.values())


def test_claims_are_found_by_words_best_first_and_by_number(sign_in):
    client = sign_in("editor")
    other = factories.ClaimFactory(statement="The tower leans.")
    both = factories.ClaimFactory(statement="The tower leans by four degrees.")
    dismissed = factories.ClaimFactory(statement="A lighthouse blinks.", status="dismissed")
    assert shown(client.get(list_of(models.Claim), {"q": "tower degrees"})) == [both.pk]
    assert set(shown(client.get(list_of(models.Claim), {"q": "towe"}))) == {other.pk, both.pk}
    assert shown(client.get(list_of(models.Claim), {"q": "lighthouse"})) == [dismissed.pk]
    assert shown(client.get(list_of(models.Claim), {"q": str(other.pk)})) == [other.pk]
    assert shown(client.get(list_of(models.Claim), {"q": "nothing of the kind zebra"})) == []
    # How many documents have a word is known for a minute.
    client.get(list_of(models.Claim), {"q": "tower"})
    sql = queries_of(lambda: client.get(list_of(models.Claim), {"q": "tower"}))
    assert not any("LIKE" in one and "statement" in one for one in sql)
    assert len(sql) < 12


def test_what_belongs_to_a_claim_is_found_by_its_words(sign_in):
    client = sign_in("editor")
    evidence = factories.EvidenceFactory(claim=factories.ClaimFactory(statement="The tower leans."))
    factories.EvidenceFactory()
    assert shown(client.get(list_of(models.Evidence), {"q": "tower"})) == [evidence.pk]
    assert len(queries_of(lambda: client.get(list_of(models.Evidence), {"q": "tower"}))) < 12


def test_letters_are_looked_for_in_the_newest_rows(sign_in, bounds):
    client = sign_in("editor")
    old = factories.TopicFactory(name="Harbours")
    assert shown(client.get(list_of(models.Topic), {"q": "arbou"})) == [old.pk]
    new = [factories.TopicFactory(name=f"Harbour {number}") for number in range(4)]
    answer = client.get(list_of(models.Topic), {"q": "arbou"})
    assert "Words were looked for in the newest 4 of these rows." in answer.content.decode()
    assert set(shown(answer)) < {one.pk for one in new}


def test_entries_are_found_by_their_number(sign_in):
    client = sign_in("editor")
    factories.TopicFactory()
    change = models.Change.objects.last()
    assert shown(client.get(list_of(models.Change), {"q": str(change.seq)})) == [change.pk]


def test_a_search_behind_a_field_does_not_reach_too_far(sign_in, bounds):
    client = sign_in("editor")
    claim = factories.ClaimFactory(statement="The tower leans.")
    wanted = {"app_label": "articles", "model_name": "evidence", "field_name": "claim", "term": "towe"}
    found = client.get(reverse("admin:autocomplete"), wanted).json()
    assert [one["id"] for one in found["results"]] == [str(claim.pk)]
    assert client.get(reverse("admin:autocomplete"), wanted | {"page": "4"}).status_code == 404


def test_a_filter_by_an_open_column_offers_what_is_new(sign_in, bounds):
    client = sign_in("editor")
    for language in ("de", "fr", "it", "en", "es"):
        factories.ArticleFactory(language=language, text=f"A text in {language}.\n")
    page = client.get(list_of(models.Article)).content.decode()
    assert "?language=es" in page or "language__exact=es" in page or "language=es" in page
    assert "language=de" not in page
    sql = queries_of(lambda: client.get(list_of(models.Article)))
    assert not any("DISTINCT" in one and "LIMIT" not in one for one in sql)


@pytest.mark.parametrize(
    "model", [one for one in NOUNS if desk._registry[one].list_filter], ids=lambda one: one.__name__
)
def test_every_filter_answers(sign_in, model):
    row_of(model)
    client = sign_in("administrator")
    cl = client.get(list_of(model)).context["cl"]
    for spec in cl.filter_specs:
        for choice in spec.choices(cl):
            answered = len(
                queries_of(lambda asked=choice: client.get(list_of(model) + asked["query_string"]))
            )
            assert answered < 12, (spec.title, choice["display"])


def test_by_day_the_latest_come_first(sign_in):
    client = sign_in("editor")
    old, new = (
        factories.SourceFactory(published_earliest=day, published_latest=day)
        for day in ("2019-03-01", "2021-03-01")
    )
    factories.SourceFactory(published_earliest=None, published_latest=None)
    asked = {"published_latest__gte": "2018-01-01"}
    assert shown(client.get(list_of(models.Source), asked)) == [new.pk, old.pk]
    title = desk._registry[models.Source].list_display.index("title")
    by_hand = client.get(list_of(models.Source), {**asked, "o": title})
    assert [row.title for row in by_hand.context["cl"].result_list] == sorted([old.title, new.title])


def test_by_a_day_that_no_index_has_the_order_stays(sign_in):
    client = sign_in("editor")
    assert not listing.is_served(models.Note, "created_at")
    notes = [factories.NoteFactory().pk for _ in range(2)]
    assert (
        shown(client.get(list_of(models.Note), {"created_at__gte": "2018-01-01 00:00:00+00:00"}))
        == notes[::-1]
    )


def test_what_was_decided_comes_latest_first(sign_in, editor):
    client = sign_in(editor)
    one, other = factories.SuggestionFactory(score=0.9), factories.SuggestionFactory(score=0.1)
    one.dismiss(editor)
    other.dismiss(editor)
    assert shown(client.get(list_of(models.Suggestion), {"decision": "made"})) == [other.pk, one.pk]


@pytest.mark.parametrize(
    ("model", "asked", "condition"),
    [
        (models.Verdict, {"kind__exact": "withdrawal"}, """NOT ("articles_verdict"."kind" = 'verdict')"""),
        (models.Evidence, {"posture__exact": "alleged"}, """NOT ("articles_evidence"."posture" = '')"""),
        (models.ChangeRow, {"readers__exact": "gone"}, """NOT ("articles_changerow"."readers" = 'shown')"""),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)  # fmt: skip
def test_a_rare_value_is_looked_up_where_only_rare_ones_are(sign_in, model, asked, condition):
    client = sign_in("editor")
    assert any(condition in sql for sql in queries_of(lambda: client.get(list_of(model), asked)))
    name, common = next(iter(asked)), condition.rpartition("= '")[2].rstrip("')")
    assert not any(condition in sql for sql in queries_of(lambda: client.get(list_of(model), {name: common})))


def test_complaints_that_were_decided(sign_in):
    decided, waiting = factories.ComplaintFactory(state="rejected"), factories.ComplaintFactory()
    client = sign_in("editor")
    assert shown(client.get(list_of(models.Complaint), {"decision": "made"})) == [decided.pk]
    assert shown(client.get(list_of(models.Complaint))) == [waiting.pk]
