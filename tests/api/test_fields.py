"""`fields` chooses what is shown of a row, and `expand` adds to a list what the detail shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches

from api.fields import offered, pruned, selection
from api.urls import router
from articles.models import Article, Claim, Source, Verdict
from articles.models.ledger import act
from tests import factories
from tests.api.conftest import NOUNS, Api
from tests.api.test_query_counts import rich_record
from tests.query_counts import queries_of

ROOMS = {prefix: viewset for prefix, viewset, _ in router.registry if prefix in NOUNS}
MODELS = {"articles": Article, "claims": Claim, "sources": Source, "verdicts": Verdict}


@pytest.fixture(params=["reader", "desk"])
def asker(request: Any, db: None) -> Api:
    # In one act, which is one entry of the ledger: entries are dear, and the API shows none.
    with act(None, "grow", None):
        rich_record(1)
    return Api(factories.some_editor() if request.param == "desk" else None)


def detail(noun: str) -> str:
    pk = MODELS[noun].objects.visible_to(None).order_by("-pk").values_list("pk", flat=True)[0]
    return f"{noun}/{pk}/"


@pytest.mark.parametrize("noun", NOUNS)
class TestEveryNoun:
    def test_each_field_alone_is_what_it_is_among_all(self, asker: Api, noun: str) -> None:
        row = asker.json(f"{noun}/")["results"][0]
        whole = asker.json(detail(noun))
        assert set(row) == set(offered(ROOMS[noun].serializer_class))
        assert set(whole) == set(offered(ROOMS[noun].detail_class))
        for name, value in whole.items():
            assert asker.json(detail(noun), {"fields": name}) == {name: value}
        for name in row:
            rows = asker.json(f"{noun}/", {"fields": name})["results"]
            assert rows[0] == {name: row[name]}

    def test_what_is_expanded_is_what_the_detail_shows(self, asker: Api, noun: str) -> None:
        names = ",".join(ROOMS[noun].expandable)
        for row in asker.json(f"{noun}/", {"expand": names})["results"]:
            whole = asker.json(f"{noun}/{row['id']}/")
            assert list(row) == [name for name in whole if name in row]
            assert {*ROOMS[noun].expandable, *offered(ROOMS[noun].serializer_class)} == set(row)
            assert row == {name: whole[name] for name in row}

    def test_fields_may_name_what_can_be_expanded(self, asker: Api, noun: str) -> None:
        name = ROOMS[noun].expandable[0]
        for row in asker.json(f"{noun}/", {"fields": f"id,{name}"})["results"]:
            assert list(row) == ["id", name]
            assert row[name] == asker.json(f"{noun}/{row['id']}/")[name]

    def test_expanding_a_detail_changes_nothing_but_beside_fields(self, asker: Api, noun: str) -> None:
        name = ROOMS[noun].expandable[0]
        whole = asker.json(detail(noun))
        assert asker.json(detail(noun), {"expand": name}) == whole
        both = asker.json(detail(noun), {"fields": "id", "expand": name})
        assert both == {"id": whole["id"], name: whole[name]}

    @pytest.mark.parametrize("where", ["list", "detail"])
    def test_an_unknown_field_is_refused_with_the_nearest(self, api: Api, noun: str, where: str) -> None:
        path = f"{noun}/" if where == "list" else f"{noun}/1/"
        body = api.problem(400, path, {"fields": "id,api_ulr"})
        assert [(one["code"], one["parameter"]) for one in body["errors"]] == [
            ("malformed_parameter", "fields")
        ]
        assert "there is no field “api_ulr”. Did you mean api_url?" in body["detail"]
        body = api.problem(400, path, {"expand": ROOMS[noun].expandable[0] + "x"})
        assert f"Did you mean {ROOMS[noun].expandable[0]}?" in body["detail"]

    def test_they_are_offered(self, api: Api, noun: str) -> None:
        names = [one["name"] for one in api.client.options(f"/api/v1/{noun}/").json()["parameters"]]
        assert {"fields", "expand"} <= set(names)


def test_a_dot_leads_as_deep_as_there_is_something(api: Api) -> None:
    rich_record(1)
    asked = "id,current_verdict.rating.slug,topics.name,asserted.edtf,evidence.source.published.earliest"
    whole = api.json("claims/", {"expand": "evidence"})["results"]
    found = api.json("claims/", {"fields": asked})["results"]
    assert len(found) == len(whole) > 0
    for row, full in zip(found, whole, strict=True):
        verdict = full["current_verdict"]
        assert row == {
            "id": full["id"],
            "asserted": {"edtf": full["asserted"]["edtf"]},
            "topics": [{"name": one["name"]} for one in full["topics"]],
            "current_verdict": verdict and {"rating": {"slug": verdict["rating"]["slug"]}},
            "evidence": [
                {"source": {"published": {"earliest": one["source"]["published"]["earliest"]}}}
                for one in full["evidence"]
            ],
        }


def test_all_of_a_field_is_more_than_a_part_of_it_in_any_order(api: Api) -> None:
    factories.ClaimFactory(rating="supported")
    (whole,) = api.json("claims/", {"fields": "current_verdict"})["results"]
    for asked in (
        "current_verdict.rating,current_verdict",
        "current_verdict,current_verdict.rating.slug",
        "current_verdict,current_verdict",
    ):
        assert api.json("claims/", {"fields": asked})["results"] == [whole]
    (one,) = api.json("claims/", {"fields": "current_verdict.rating.slug,current_verdict.rating"})["results"]
    assert one == {"current_verdict": {"rating": whole["current_verdict"]["rating"]}}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "there is no field “”."),
        ("id,", "there is no field “”."),
        ("id,,kind", "there is no field “”."),
        ("id.", "“id” is one value and has no fields of its own."),
        ("id.id", "“id” is one value and has no fields of its own."),
        ("current_verdict.", "there is no field “current_verdict.”."),
        ("current_verdict.ratin", "Did you mean current_verdict.rating?"),
        ("current_verdict.rating.labels.en", "“current_verdict.rating.labels” is one value"),
        ("current_verdict,current_verdict.nothing", "there is no field “current_verdict.nothing”."),
        (".id", "there is no field “”."),
        ("ID", "there is no field “ID”."),
        ("__class__", "there is no field “__class__”."),
        ("statement.__class__", "“statement” is one value"),
        ("shown", "there is no field “shown”."),
        ("created_by", "there is no field “created_by”."),
        ("state_entry", "there is no field “state_entry”."),
        ("id;drop", "there is no field “id;drop”."),
        ("x" * 5000, "it must be at most 2000 characters long."),
        ("evidence" + ".source" * 200, "there is no field “evidence.source.source”."),
    ],
)  # fmt: skip
def test_what_is_no_field_is_refused(api: Api, asked: str, sentence: str) -> None:
    body = api.problem(400, "claims/", {"fields": asked})
    assert sentence in body["detail"] and body["errors"][0]["parameter"] == "fields"


def test_given_twice_it_is_refused(api: Api) -> None:
    body = api.problem(400, "claims/", {"fields": ["id", "kind"]})
    assert body["errors"][0]["code"] == "repeated_parameter" and "commas" in body["detail"]


def test_what_is_not_asked_for_is_not_loaded(api: Api) -> None:
    rich_record(1)

    def tables(path: str) -> str:
        api.get(path)
        caches["rows"].clear()
        # The last: that of a list says which rows it has before.
        return [one for one in queries_of(lambda: api.get(path)) if "json_" in one][-1]

    pk = Claim.objects.first().pk  # type: ignore[union-attr]
    # With a question, so that nothing kept is answered.
    for path in ("claims/?page_size=5", f"claims/{pk}/?as_of=2024-01-01"):
        slim, whole = tables(f"{path}&fields=id,statement"), tables(path)
        for table in ("articles_verdict", "articles_topic", "articles_evidence"):
            assert table not in slim, path
        assert "articles_verdict" in whole and "articles_topic" in whole
    article = detail("articles")
    assert "articles_appearance" not in tables(f"{article}?fields=id,version")
    assert '"text"' not in tables(f"{article}?fields=id,title,versions.number").split("LENGTH")[0]


def test_the_tag_tells_one_choice_from_another(api: Api) -> None:
    claim = factories.ClaimFactory(rating="supported")
    path = f"claims/{claim.pk}/"
    addresses = [path, f"{path}?fields=id", f"{path}?fields=id,kind", f"{path}?as_of=2024-01-01"]
    tags = [api.get(one)["ETag"] for one in addresses]
    assert len(set(tags)) == len(tags)
    for one, tag in zip(addresses, tags, strict=True):
        assert api.get(one, HTTP_IF_NONE_MATCH=tag).status_code == 304
        others = ", ".join(other for other in tags if other != tag)
        assert api.get(one, HTTP_IF_NONE_MATCH=others).status_code == 200
    factories.VerdictFactory(claim=claim, rating="contradicted")
    for one, tag in zip(addresses, tags, strict=True):
        assert api.get(one, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_the_tag_of_the_desk_names_the_revision_whatever_is_chosen(desk: Api) -> None:
    claim = factories.ClaimFactory(rating="supported")
    revision = Claim.objects.get(pk=claim.pk).revision
    for query in ("", "?fields=id", "?fields=statement,topics"):
        assert desk.get(f"claims/{claim.pk}/{query}")["ETag"].startswith(f'"claim-{claim.pk}-r{revision}.')


def test_pages_keep_the_choice(api: Api) -> None:
    for _ in range(3):
        factories.ClaimFactory()
    rows = list(api.rows("claims/", {"fields": "id", "page_size": 1}))
    assert [list(row) for row in rows] == [["id"]] * 3


def test_texts_come_only_as_far_as_rights_allow(asker: Api) -> None:
    kept = factories.ArticleFactory(public=True, rights="none")
    factories.AppearanceFactory(article_version=kept.current_version)
    asked = {"fields": "rights,version.text,claims.prefix,claims.exact"}
    rows = {row["rights"]: row for row in asker.json("articles/", {**asked})["results"]}
    assert rows["none"]["version"] == {"text": None}
    assert rows["none"]["claims"][0]["exact"] and rows["none"]["claims"][0]["prefix"] is None


def test_expanding_shows_readers_nothing_of_the_desk(api: Api, desk: Api) -> None:
    claim, dismissed = factories.ClaimFactory(), factories.ClaimFactory()
    hidden = factories.EvidenceFactory(claim=claim, note="kept at the desk")
    factories.ClaimRelationFactory(first=claim, second=dismissed)
    dismissed.dismiss(factories.some_editor(), "Asked twice.")
    query = {"expand": "evidence,relations", "ordering": "id"}
    told = desk.json("claims/", query)["results"][0]
    assert [one["id"] for one in told["evidence"]] == [hidden.pk] and len(told["relations"]) == 1
    told = api.json("claims/", query)["results"][0]
    assert told["id"] == claim.pk and told["evidence"] == [] and told["relations"] == []


class TestSelection:
    def test_nothing_chosen_is_what_is_usual(self) -> None:
        assert selection(None, ["id", "kind"], ["evidence"]) == (
            ("evidence", None),
            ("id", None),
            ("kind", None),
        )

    def test_a_part_that_is_named_stays_a_part(self) -> None:
        part = (("evidence", (("id", None),)), ("id", None))
        assert selection(part, ["kind"], ["evidence"]) == part

    def test_pruned(self) -> None:
        data = {"id": 1, "in": {"a": 1, "b": None}, "many": [{"a": 1, "b": 2}], "none": None}
        chosen = (("in", (("b", None),)), ("many", (("a", None),)), ("none", (("a", None),)))
        assert pruned(data, chosen) == {"in": {"b": None}, "many": [{"a": 1}], "none": None}
        assert pruned(data, None) is data
