"""The change feed: what it says of an act, where it goes on, and what it costs when there is nothing new."""

from __future__ import annotations

import hashlib
import json

import pytest

from articles import feed
from articles.models import Change, Claim, Evidence, LedgerHead, Redaction, Source, Topic
from tests import factories as f
from tests.feed.copier import Copier, assert_same, what_readers_see
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db


def head() -> int:
    return LedgerHead.objects.get().seq


@pytest.fixture
def news(api):
    """Fetch what came after an entry; by default after all there is now."""
    begin = head()

    def fetch(after=None, **query):
        return api.json("changes/", {"after": begin if after is None else after, **query})

    return fetch


def rows(page):
    return {(one["object"], one["id"]): one["row"] for entry in page["results"] for one in entry["rows"]}


def test_what_is_unknown_is_null(news):
    source = f.SourceFactory(public=True, publisher="", url="")
    row = rows(news())["source", source.pk]
    assert row["publisher"] is row["url"] is row["court"] is None
    assert "" not in row.values()


class TestEntry:
    def test_says_who_did_what_and_how_it_is_chained(self, news, editor):
        claim = Claim.add(editor, "The bridge is long.")
        Source.add(editor, kind="book", title="At the desk")
        claim.start_checking(editor)
        first, second = news()["results"]
        assert (first["verb"], first["object"], first["id"], first["actor"]) == (
            "add",
            "claim",
            claim.pk,
            editor.pk,
        )
        assert second["seq"] == first["seq"] + 2  # what only the desk sees has a number too
        assert hashlib.sha256(first["envelope"].encode()).hexdigest() == first["hash"]
        assert json.loads(first["envelope"])["previous"] == first["previous"]
        assert first["previous"] == Change.objects.get(seq=first["seq"] - 1).hash
        assert first["whole"] and first["at"].endswith("Z")

    def test_rows_are_as_they_stand_now(self, news, editor):
        claim = Claim.add(editor, "The bridge is long.")
        claim.revise(editor, statement="The bridge is very long.")
        added, revised = news()["results"]
        for entry in (added, revised):
            (one,) = entry["rows"]
            assert one["state"] == "shown" and one["row"] == claim.as_shown()
        assert one["row"]["statement"] == "The bridge is very long." and one["row"]["topics"] == []

    def test_what_readers_see_no_longer_is_gone(self, news, editor):
        claim = Claim.add(editor, "The bridge is long.")
        claim.dismiss(editor, "No claim.")
        assert [one["rows"][0]["state"] for one in news()["results"]] == ["gone", "gone"]
        assert rows(news()) == {("claim", claim.pk): None}
        claim.reopen(editor)
        assert [one["rows"][0]["state"] for one in news()["results"]] == ["shown"] * 3

    def test_topics_and_claimants_come_and_go_with_their_claims(self, news, editor):
        topic, claimant = Topic.named("Bridges", editor), f.ClaimantFactory()
        quoted = f.AttributionFactory(
            claimant=claimant, appearance={"article_version": f.ArticleFactory(public=True).current_version}
        ).appearance.claim
        assert ("claimant", claimant.pk) in rows(news())
        assert ("topic", topic.pk) not in rows(news())
        after = head()
        quoted.set_topics(editor, [topic])
        assert rows(news(after))[("topic", topic.pk)]["name"] == "Bridges"
        after = head()
        quoted.dismiss(editor, "No claim.")
        gone = rows(news(after))
        assert gone[("topic", topic.pk)] is None and gone[("claimant", claimant.pk)] is None
        after = head()
        quoted.set_topics(editor, [])
        assert news(after)["results"] == []
        quoted.reopen(editor)
        assert ("claimant", claimant.pk) in rows(news(after)) and ("topic", topic.pk) not in rows(news(after))

    def test_relations_and_evidence_come_with_the_other_row(self, news, editor):
        relation = f.ClaimRelationFactory()
        evidence = f.EvidenceFactory(public=True)
        hidden = f.SourceVersionFactory()
        Evidence.objects.get(pk=evidence.pk).revise(editor, source_version=hidden)
        after = head()
        relation.high.dismiss(editor, "No claim.")
        assert rows(news(after))[("claimrelation", relation.pk)] is None
        after = head()
        hidden.source.open_to_readers(editor)
        assert rows(news(after))[("evidence", evidence.pk)]["source_version_id"] == hidden.pk

    def test_an_act_names_no_row_that_did_not_turn(self, editor):
        topic = f.TopicFactory()
        f.ClaimFactory(topics=[topic])
        Claim.add(editor, "The bridge is long.", topics=[topic])
        named = Change.objects.latest("seq").change_rows.values_list("object_type", flat=True)
        assert list(named) == ["claim"]


class TestWhatReadersMayHave:
    @pytest.mark.parametrize(
        ("rights", "text", "around"), [("full", 1, 1), ("excerpt", 0, 1), ("none", 0, 0)]
    )
    def test_of_a_text(self, news, editor, rights, text, around):
        article = f.ArticleFactory(public=True, rights=rights)
        said = f.AppearanceFactory(article_version=article.current_version)
        shown = rows(news())
        assert (shown[("articleversion", article.current_version.pk)]["text"] is not None) == bool(text)
        appearance = shown[("appearance", said.pk)]
        assert appearance["exact"] == said.exact and (appearance["prefix"] is not None) == bool(around)

    def test_rights_taken_away_take_the_text_away(self, news, editor):
        article = f.ArticleFactory(public=True, rights="full")
        said = f.AppearanceFactory(article_version=article.current_version)
        after = head()
        article.revise(editor, rights="none")
        shown = rows(news(after))
        assert shown[("articleversion", article.current_version.pk)]["text"] is None
        assert shown[("appearance", said.pk)]["suffix"] is None

    def test_of_a_source(self, news):
        versions = [
            f.SourceVersionFactory(
                source=f.SourceFactory(public=True), rights=rights, text="The bridge is long."
            )
            for rights in ("full", "excerpt", "none")
        ]
        shown = rows(news())
        assert [shown[("sourceversion", one.pk)]["text"] for one in versions] == [
            "The bridge is long.",
            None,
            None,
        ]

    def test_a_redaction_says_neither_words_nor_what_would_give_them_away(self, news, administrator):
        f.ArticleFactory(public=True, text="Mira Minor said so. The bridge is long.")
        Redaction.everywhere(administrator, "Mira Minor", "A private person.")
        page = json.dumps(news(), ensure_ascii=False)
        assert "Mira" not in page and "█" in page
        noted = [row for (noun, _), row in rows(news()).items() if noun == "redactedtext"]
        assert noted and all(
            set(row) == {"id", "redaction_id", "table_name", "row_id", "column"} for row in noted
        )

    def test_the_desk_gets_no_more(self, api, desk):
        f.EvidenceFactory()
        f.ClaimFactory(status="dismissed")
        here, there = api.json("changes/"), desk.json("changes/")
        assert here == there
        assert desk.get("changes/")["Cache-Control"] == "private, no-store"


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
    def test_any_limit_comes_to_the_same(self, api, limit):
        article = f.ArticleFactory(public=True)
        for number in range(4):
            f.AppearanceFactory(article_version=article.current_version)
            f.ClaimFactory(topics=[f.TopicFactory(name=f"Topic {number}")])
        article.close_to_readers(f.some_administrator())
        copier = Copier(
            lambda address: api.json(address.removeprefix("http://testserver")),
            f"/api/v1/changes/?limit={limit}",
        )
        assert_same(copier.follow(), what_readers_see(), f"limit {limit}")
        seqs = [entry["seq"] for entry in copier.entries if entry["whole"]]
        public = Change.objects.visible_to(None).exclude(seq=0).order_by("seq")
        assert seqs == list(public.values_list("seq", flat=True))
        for entry in copier.entries:
            assert len(entry["rows"]) <= limit

    def test_goes_on_inside_a_large_entry(self, news):
        article = f.ArticleFactory(public=True)
        for _ in range(5):
            f.AppearanceFactory(article_version=article.current_version)
        after = head()
        article.close_to_readers(f.some_administrator())
        page = news(after, limit=3)
        (entry,) = page["results"]
        assert page["more"] and not entry["whole"] and len(entry["rows"]) == 3
        assert (
            f"after={entry['seq']}" in page["next"]
            and "position=" in page["next"]
            and "limit=3" in page["next"]
        )

    def test_next_leads_past_what_concerns_no_reader(self, news, editor):
        Source.add(editor, kind="book", title="At the desk")
        page = news()
        assert page["results"] == [] and not page["more"]
        assert page["next"].endswith(f"?after={head()}")
        assert page["head"] == {"seq": head(), "hash": LedgerHead.objects.get().hash}

    def test_long_texts_end_a_page_early(self, news, monkeypatch):
        for _ in range(4):
            f.ArticleFactory(public=True, text="word " * 100)
        monkeypatch.setattr(feed, "LONGEST", 900)
        page = news(limit=1000)
        texts = [row for (noun, _), row in rows(page).items() if noun == "articleversion"]
        assert len(texts) == 1 and page["more"]
        monkeypatch.setattr(feed, "LONGEST", 10)
        assert news(limit=1000)["results"]

    def test_few_statements_however_many_rows(self, api):
        def grow(number):
            for _ in range(number):
                f.VerdictFactory()
                f.AttributionFactory(
                    appearance={"article_version": f.ArticleFactory(public=True).current_version}
                )

        grow(2)
        assert len(queries_of(lambda: api.get("changes/?limit=1000"))) == 3
        grow(6)
        assert len(queries_of(lambda: api.get("changes/?limit=1000"))) == 3
        # And those of the rest of an entry, where a page begins within it.
        assert len(queries_of(lambda: api.get("changes/?after=2&position=0&limit=1000"))) == 3

    def test_nothing_new_costs_one_look(self, api, editor):
        f.ClaimFactory()
        address = api.json("changes/")["next"].removeprefix("http://testserver")
        tag = api.get(address)["ETag"]
        found = queries_of(lambda: api.get(address, HTTP_IF_NONE_MATCH=tag))
        assert len(found) == 1
        assert api.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 304
        Claim.add(editor, "The bridge is long.")
        assert api.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200


class TestRefusals:
    def test_beyond_the_head(self, api):
        problem = api.problem(409, "changes/", {"after": head() + 1})
        assert problem["code"] == "beyond_head" and f"entry {head()}" in problem["detail"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("after", "-1"),
            ("after", "x"),
            ("limit", "0"),
            ("limit", "1001"),
            ("position", "1.5"),
            ("since", "1"),
        ],
    )
    def test_malformed(self, api, name, value):
        problem = api.problem(400, "changes/", {name: value})
        assert problem["errors"][0]["parameter"] == name

    def test_only_reading(self, api):
        assert api.client.post("/api/v1/changes/").status_code == 405
