"""Sources and articles as programs write them, and words in texts, beyond what all nouns have in common."""

from __future__ import annotations

import pytest

from articles.models import (
    AnchorProposal,
    Appearance,
    Arrival,
    Block,
    Change,
    Derivation,
    Source,
    SourceVersion,
    Suggestion,
)
from articles.models.source import KIND_FIELDS
from articles.vocabulary import SOURCE_FIELDS, SOURCE_REQUIRED, SourceKind
from tests import factories as f
from tests.api.conftest import Api, as_problem
from tests.api.test_writing_nouns import LATER, places
from tests.api.writer import Writer
from tests.hostile import TEXTS, UNSTORABLE

TEXT = "A bridge.\n\nThe council paid four. The mayor said the council paid four.\n"


@pytest.fixture
def writer(reporter):
    return Writer(reporter)


# Sources


@pytest.mark.parametrize("kind", list(SourceKind))
def test_each_kind_has_its_fields_and_is_told_of_others(writer, kind):
    own, needed = SOURCE_FIELDS[kind], SOURCE_REQUIRED[kind]
    full = {"kind": str(kind), "title": "x", **dict.fromkeys(own, "y")}
    made = writer.made("sources/", full)
    assert {name for name in KIND_FIELDS if made[name]} == own
    others = sorted(set(KIND_FIELDS) - own)
    problem = writer.problem(400, "sources/", {**full, **dict.fromkeys(others, "y")})
    assert sorted(place for _, place in places(problem)) == [f"#/{name}" for name in others]
    if needed:
        problem = writer.problem(400, "sources/", {"kind": str(kind), "title": "x"})
        assert sorted(place for _, place in places(problem)) == sorted(f"#/{name}" for name in needed)


def test_an_anonymous_source_is_not_named_and_nobody_asks_who_it_is(writer):
    body = {"kind": "anonymous_source", "title": "An official", "described_as": "an official"}
    for name, value in (("people", "J. Doe"), ("publisher", "Paper"), ("url", "https://a.example/")):
        assert [place for _, place in places(writer.problem(400, "sources/", {**body, name: value}))] == [
            f"#/{name}"
        ]
    problem = writer.problem(400, "sources/", {**body, "identity": "J. Doe"})
    assert places(problem) == [("unknown_field", "#/identity")]
    made = writer.made("sources/", body)
    assert as_problem(404, writer.post(f"sources/{made['id']}/protect/", {"identity": "J. Doe"}))


def test_a_source_is_no_part_of_itself(writer):
    whole = f.SourceFactory()
    part = f.SourceFactory(part_of=whole)
    problem = as_problem(400, writer.patch(f"sources/{whole.pk}/", {"part_of": part.pk}))
    assert [place for _, place in places(problem)] == ["#/part_of"]
    assert writer.patch(f"sources/{part.pk}/", {"part_of": None}).json()["part_of"] is None


def test_rules_of_merging(writer, editor):
    source = f.SourceFactory()
    path = f"sources/{source.pk}/merge/"
    assert Writer(editor).problem(409, path, {"into": source.pk})["code"] == "merge_into_itself"
    Writer(editor).done(path, {"into": f.SourceFactory().pk})
    answer = writer.patch(f"sources/{source.pk}/", {"title": "x"})
    assert as_problem(403, answer)["code"] == "not_allowed"


def test_a_version_of_a_source(writer):
    source = f.SourceFactory(kind="statute")
    body = {
        "copy_quality": "primary", "text": " One.\r\nTwo. ", "rights": "full",
        "retrieved_at": "2024-01-10T09:00:00+01:00", "effective_from": "2024-01-01", "effective_to": None,
        "archive_url": "https://archive.example/1", "seen_as": "The page as printed.",
    }  # fmt: skip
    answer = writer.post(f"sources/{source.pk}/versions/", body)
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"http://testserver/api/v1/sources/{source.pk}/versions/1/"
    told = answer.json()
    assert {**told, **body, "retrieved_at": "2024-01-10T08:00:00Z"} == told
    version = SourceVersion.objects.get(pk=told["id"])
    assert version.text == body["text"] and version.sha256 == told["sha256"]
    assert writer.get(answer["Location"].removeprefix("http://testserver")).json() == told
    assert writer.problem(409, f"sources/{source.pk}/versions/", body)["code"] == "same_text"
    facts = {"copy_quality": "mirror", "seen_as": "A report of it."}
    assert writer.post(f"sources/{source.pk}/versions/", facts).json()["number"] == 2


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({}, "required", "#/copy_quality"),
        ({"copy_quality": "good"}, "invalid_choice", "#/copy_quality"),
        ({"copy_quality": "primary", "sha256": "x"}, "unknown_field", "#/sha256"),
        ({"copy_quality": "primary", "number": 7}, "unknown_field", "#/number"),
        ({"copy_quality": "primary", "text": 12}, "not_a_text", "#/text"),
        ({"copy_quality": "primary", "text": "a\x00b"}, "null_characters_not_allowed", "#/text"),
        ({"copy_quality": "primary", "retrieved_at": "2024-01-10"}, "not_a_moment", "#/retrieved_at"),
        ({"copy_quality": "primary", "effective_from": "10.1.2024"}, "not_a_day", "#/effective_from"),
        ({"copy_quality": "primary", "archive_url": "javascript:alert(1)"}, "invalid", "#/archive_url"),
        ({"copy_quality": "primary", "effective_from": "2024-02-01", "effective_to": "2024-01-01"}, "invalid", None),
    ],
)  # fmt: skip
def test_what_is_no_version(writer, given, code, pointer):
    source = f.SourceFactory()
    problem = writer.problem(400, f"sources/{source.pk}/versions/", given)
    assert places(problem) == [(code, pointer)]
    assert not SourceVersion.objects.exists()


def test_versions_of_what_is_not_there_or_was_merged(writer):
    body = {"copy_quality": "primary"}
    assert as_problem(404, writer.post(f"sources/{LATER}/versions/", body))
    assert as_problem(404, writer.post(f"articles/{LATER}/versions/", {"text": "x"}))
    merged = f.SourceFactory(merged_into=f.SourceFactory())
    assert writer.problem(403, f"sources/{merged.pk}/versions/", body)["code"] == "not_allowed"
    source = f.SourceFactory()
    stale = writer.post(f"sources/{source.pk}/versions/", body, If_Match=f'"source-{source.pk}-r9"')
    assert stale.status_code == 412
    for path in (f"sources/{source.pk}/versions/", f"articles/{f.ArticleFactory().pk}/versions/"):
        answer = Api().client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert as_problem(401, answer)["code"] == "not_authenticated"


def test_texts_of_sources_are_kept_to_the_letter(writer):
    source = f.SourceFactory()
    for hostile in TEXTS[::3]:
        given = {"copy_quality": "primary", "text": hostile.value, "seen_as": hostile.value[:1000]}
        answer = writer.post(f"sources/{source.pk}/versions/", given)
        assert answer.status_code == 201, hostile.name
        version = SourceVersion.objects.get(pk=answer.json()["id"])
        assert (version.text, version.seen_as) == (given["text"], given["seen_as"]), hostile.name


def test_a_derivation_is_said_and_taken_back(writer):
    source, origin = f.SourceFactory(), f.SourceFactory()
    path = f"sources/{source.pk}/derivations/"
    answer = writer.post(path, {"origin": origin.pk, "basis": "stated", "note": "In its first line."})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["source"]["id"], told["origin"]["id"], told["basis"]) == (source.pk, origin.pk, "stated")
    assert answer["Location"] == f"http://testserver/api/v1/{path}{told['id']}/"
    assert [one["source"]["id"] for one in writer.get(f"sources/{source.pk}/").json()["origins"]] == [
        origin.pk
    ]
    again = writer.problem(400, path, {"origin": origin.pk, "basis": "stated"})
    assert "already on record" in again["detail"]
    stale = writer.post(path, {"origin": origin.pk, "basis": "stated"}, If_Match=f'"source-{source.pk}-r9"')
    assert stale.status_code == 412
    back = {"origin": source.pk, "basis": "stated"}
    assert writer.problem(409, f"sources/{origin.pk}/derivations/", back)["code"] == "derivation_in_circle"
    wrong = f"sources/{origin.pk}/derivations/{told['id']}/"
    assert as_problem(404, writer.send("DELETE", wrong)) and Derivation.objects.exists()
    stale = writer.send("DELETE", f"{path}{told['id']}/", If_Match=f'"source-{source.pk}-r9"')
    assert stale.status_code == 412 and Derivation.objects.exists()
    assert writer.send("DELETE", f"{path}{told['id']}/").status_code == 204
    assert not Derivation.objects.exists()
    assert as_problem(404, writer.send("DELETE", f"{path}{told['id']}/"))
    for given, place in (({"origin": LATER, "basis": "stated"}, "origin"), ({**back, "basis": "x"}, "basis")):
        assert places(writer.problem(400, path, given))[0][1] == f"#/{place}"


def test_sources_in_bulk_say_which_row_is_wrong(writer):
    rows = [
        {"kind": "book", "title": "One"},
        {"kind": "statute", "title": "Two"},
        {"kind": "book", "title": " "},
    ]
    problem = writer.problem(422, "sources/bulk/", {"create": rows})
    assert [place for _, place in places(problem)] == ["#/create/1/citation", "#/create/2/title"]
    assert not Source.objects.exists()


# Articles


def test_new_articles_come_by_imports(writer):
    assert as_problem(405, writer.post("articles/", {"title": "x"}))
    assert as_problem(405, writer.send("DELETE", f"articles/{f.ArticleFactory().pk}/"))


def test_a_further_place(writer):
    article = f.ArticleFactory()
    path = f"articles/{article.pk}/copies/"
    body = {
        "kind": "cross_post",
        "url": "https://b.example/1",
        "published": {"edtf": "2024-10"},
        "note": None,
    }
    (copy,) = writer.made(path, body)["copies"]
    assert (copy["kind"], copy["url"], copy["published"]["edtf"]) == (
        "cross_post",
        "https://b.example/1",
        "2024-10",
    )
    assert len(writer.made(path, {"kind": "copy", "publisher": "Paper"})["copies"]) == 2
    assert places(writer.problem(400, path, {"kind": "x"})) == [("invalid_choice", "#/kind")]
    assert places(writer.problem(400, path, {"kind": "copy", "position": 1})) == [
        ("unknown_field", "#/position")
    ]


def test_a_newer_text_says_what_became_of_the_quotations(writer):
    article = f.ArticleFactory(text=TEXT)
    first = article.current_version
    kept = f.AppearanceFactory(article_version=first, words="said the council")
    lost = f.AppearanceFactory(article_version=first, words="A bridge.")
    before = Change.objects.count()
    newer = "A viaduct over the river.\r\n" + TEXT.removeprefix("A bridge.\n")
    answer = writer.post(f"articles/{article.pk}/versions/", {"text": newer, "name": "bridge.txt"})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (
        answer["Location"] == told["api_url"] == f"http://testserver/api/v1/articles/{article.pk}/versions/2/"
    )
    version = article.versions.get(number=2)
    assert version.text == newer.replace("\r\n", "\n")
    assert (told["id"], told["sha256"], told["length"]) == (version.pk, version.sha256, len(version.text))
    fates = {one["claim"]: one["fate"] for one in told["claims"]}
    assert fates[kept.claim_id] == "moves by itself" and fates[lost.claim_id] in ("lost", "changed")
    assert Appearance.objects.get(carried_from=kept).article_version == version
    assert AnchorProposal.objects.get().appearance == lost
    # Read as every text that is handed in, and found again under its name.
    assert Block.objects.filter(article_version=version).exists()
    assert Suggestion.objects.filter(article_version=version).exists()
    assert Arrival.objects.of_article_under("bridge.txt") == article
    assert Change.objects.count() == before + 1, "one act"


def test_a_text_that_is_there_already_is_refused(writer):
    article = f.ArticleFactory(text=TEXT)
    before = Arrival.objects.count()
    assert writer.problem(409, f"articles/{article.pk}/versions/", {"text": TEXT})["code"] == "same_text"
    assert article.versions.count() == 1 and Arrival.objects.count() == before


@pytest.mark.parametrize("text", ["", " \n", "a\x00b", 12, None, ["x"], "\x01\x02\x03\x04"])
def test_what_is_no_text_of_record(writer, text):
    article = f.ArticleFactory()
    problem = writer.problem(400, f"articles/{article.pk}/versions/", {"text": text})
    assert [place for _, place in places(problem)] == ["#/text"], problem
    assert article.versions.count() == 1


def test_newer_texts_may_hold_anything(writer):
    article = f.ArticleFactory()
    for hostile in TEXTS[::5]:
        answer = writer.post(
            f"articles/{article.pk}/versions/", {"text": f"Before. {hostile.value} After.\n"}
        )
        assert answer.status_code in (201, 400), (hostile.name, answer.content)
    half = writer.problem(400, f"articles/{article.pk}/versions/", {"text": UNSTORABLE[2].value})
    assert half["code"] == "half_character"


# Words in texts


def appearance(**given):
    version = f.ArticleFactory(text=TEXT).current_version
    return {"claim": f.ClaimFactory().pk, "article_version": version.pk, **given}


def test_words_by_what_they_say(writer):
    made = writer.made("appearances/", appearance(exact="A bridge."))
    assert (made["start"], made["end"], made["exact"]) == (0, 9, "A bridge.")


def test_words_that_stand_twice_are_told_apart(writer):
    words = "the council paid four"
    assert writer.made("appearances/", appearance(exact=words))["start"] == TEXT.index(words)
    problem = writer.problem(400, "appearances/", appearance(exact="council paid four"))
    assert places(problem) == [("ambiguous", "#/exact")] and "2 times" in problem["detail"]
    second = TEXT.rindex("council paid four")
    for told in (
        {"prefix": "said the "},
        {"suffix": ".\n", "prefix": None},
        {"start": second, "end": second + 17},
    ):
        made = writer.made("appearances/", appearance(exact="council paid four", **told))
        assert made["start"] == second, told


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({}, "required", "#/exact"),
        ({"start": 3}, "required", "#/exact"),
        ({"start": None, "end": None}, "required", "#/exact"),
        ({"exact": ""}, "blank", "#/exact"),
        ({"exact": "A viaduct."}, "not_in_text", "#/exact"),
        ({"exact": "A bridge.", "prefix": "Not "}, "not_in_text", "#/exact"),
        ({"exact": "A bridge.", "start": 3}, "not_in_text", "#/start"),
        ({"exact": "A bridge.", "start": 0, "end": 8}, "not_those_words", "#/end"),
        ({"exact": "A bridge.", "end": 9}, "not_those_words", "#/end"),
        ({"start": 5, "end": 5}, "invalid", "#/exact"),
        ({"start": 9, "end": 5}, "invalid", "#/exact"),
        ({"start": 0, "end": 2**31 - 1}, "invalid", "#/exact"),
        ({"start": 0, "end": 2**31}, "max_value", "#/end"),
        ({"start": -1, "end": 2}, "min_value", "#/start"),
        ({"start": "0", "end": 2}, "not_a_number", "#/start"),
        ({"exact": "A\x00"}, "null_characters_not_allowed", "#/exact"),
        ({"start": 0, "end": 2, "attributions": {}}, "not_a_list", "#/attributions"),
        ({"start": 0, "end": 2, "attributions": [1]}, "not_an_object", "#/attributions/0"),
        ({"start": 0, "end": 2, "attributions": [{"claimant": LATER}]}, "does_not_exist", "#/attributions/0/claimant"),
        ({"start": 0, "end": 2, "attributions": [{"who": "x"}]}, "unknown_field", "#/attributions/0/who"),
        ({"start": 0, "end": 2, "attributions": [{}]}, "invalid", None),
        ({"start": 0, "end": 2, "attributions": [{"described_as": "x", "words": "zzz"}]}, "invalid", "#/words"),
        ({"start": 0, "end": 2, "attributions": [{"described_as": "x"}] * 21}, "max_length", "#/attributions"),
    ],
)  # fmt: skip
def test_what_is_no_place(writer, given, code, pointer):
    problem = writer.problem(400, "appearances/", appearance(**given))
    assert places(problem) == [(code, pointer)]
    assert not Appearance.objects.exists()


def test_offsets_count_code_points(writer):
    version = f.ArticleFactory(text="\U0001f600\U0001f600 A bridge.\n").current_version
    body = {"claim": f.ClaimFactory().pk, "article_version": version.pk, "start": 3, "end": 11}
    assert writer.made("appearances/", body)["exact"] == "A bridge"


def test_who_says_it_outermost_first(writer):
    mayor = f.ClaimantFactory(name="The mayor")
    start = TEXT.index("The mayor")
    chain = [
        {"claimant": mayor.pk, "words": "The mayor", "start": start, "note": "At the opening."},
        {"described_as": "the council", "words": "the council", "claimant": None, "start": None},
    ]
    words = "The mayor said the council paid four."
    made = writer.made("appearances/", appearance(exact=words, attributions=chain))
    outer, inner = Appearance.objects.get(pk=made["id"]).attributions.all()
    assert (outer.claimant, outer.words, outer.start, outer.note) == (
        mayor,
        "The mayor",
        start,
        "At the opening.",
    )
    assert (inner.described_as, inner.start) == ("the council", TEXT.index("the council"))
    assert len(made["attributions"]) == 2


def test_the_same_words_once_for_each_claim(writer):
    body = appearance(exact="A bridge.")
    writer.made("appearances/", body)
    assert "already on record" in writer.problem(400, "appearances/", body)["detail"]
    writer.made("appearances/", {**body, "claim": f.ClaimFactory().pk})
    merged = f.ClaimFactory(merged_into=f.ClaimFactory())
    assert writer.problem(403, "appearances/", {**body, "claim": merged.pk})["code"] == "not_allowed"


def test_an_appearance_is_never_changed(writer):
    path = f"appearances/{f.AppearanceFactory().pk}/"
    for method in ("PATCH", "DELETE", "PUT"):
        assert as_problem(405, writer.send(method, path))
