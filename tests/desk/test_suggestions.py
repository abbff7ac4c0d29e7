"""Suggestions at the desk: the ranked list, the page with all that was found, and what its buttons lead to."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from articles.importing.filing import write_reading
from articles.importing.reading import read
from articles.importing.report import Report
from articles.models import Claim, Suggestion
from tests import factories
from tests.desk.conftest import button_of, list_of, page_of
from tests.pages.reading import Element, Page
from tests.query_counts import assert_same_queries

TEXT = (
    "A pool and its roof\n\n[From the Valley Courier]\n\n"
    "The roof cost $3.5 million, the keeper told the Courier, and it was paid\nin May. Swimmers will love it.\n\n"
    "A court ordered the town to publish the bill, 539 U.S. 244, and the ruling stands.\n"
)
SENTENCE = "The roof cost $3.5 million, the keeper told the Courier, and it was paid\nin May."
CLAUSE = "it was paid\nin May"
RULING = "A court ordered the town to publish the bill, 539 U.S. 244, and the ruling stands."
LIST = list_of(Suggestion)


@pytest.fixture
def version() -> Any:
    return factories.ArticleFactory(
        text=TEXT, title="A pool and its roof", publisher="Eastham Weekly"
    ).current_version


@pytest.fixture
def suggestion(version: Any) -> Suggestion:
    return factories.SuggestionFactory(
        article_version=version, words=SENTENCE, speakers=["Valley Courier", "the keeper"], clauses=[CLAUSE],
        score=0.9312, kind="quantity",
        reasons=[
            {"code": "quantity", "words": "$3.5 million", "weight": 0.9},
            {"code": "report", "words": "told", "weight": 0.5},
            {"code": "short", "words": "", "weight": -0.1},
        ],
    )  # fmt: skip


def reference(
    kind: str, words: str, fields: dict[str, str], keys: list[str], confirm: str = ""
) -> dict[str, Any]:
    start = TEXT.index(words)
    return {
        "kind": kind, "start": start, "end": start + len(words), "name": words, "fields": fields, "keys": keys,
        "confirm": confirm,
    }  # fmt: skip


def rows(response: Any) -> list[list[str]]:
    """Return the words of each cell of a list."""
    page = Page(response.content.decode())
    (body,) = page.all("table", id="result_list")[0].all("tbody")
    return [
        [" ".join(cell.text.split()) for cell in row.inside if isinstance(cell, Element)]
        for row in body.all("tr")
    ]


class TestList:
    def test_a_line_says_how_much_and_why_and_who(self, sign_in: Any, suggestion: Suggestion) -> None:
        assert rows(sign_in("reporter").get(LIST)) == [
            [
                "", "0.93 0.93", " ".join(SENTENCE.split()), "quantity", "Valley Courier → the keeper",
                "names a quantity: “$3.5 million”; tells what somebody else says or what a record shows: “told”",
                "A pool and its roof",
            ]
        ]  # fmt: skip

    def test_the_most_worthwhile_comes_first_and_links_to_its_page(self, sign_in: Any, version: Any) -> None:
        low = factories.SuggestionFactory(
            article_version=version, words="Swimmers will love it.", speakers=(), score=0.1
        )
        high = factories.SuggestionFactory(article_version=version, words=RULING, speakers=(), score=0.8)
        text = sign_in("reporter").get(LIST).content.decode()
        assert 0 < text.index(page_of(high)) < text.index(page_of(low))

    def test_it_opens_with_what_waits(self, sign_in: Any, version: Any, suggestion: Suggestion) -> None:
        dismissed = factories.SuggestionFactory(
            article_version=version, words=RULING, speakers=(), state="dismissed"
        )
        covered = factories.SuggestionFactory(
            article_version=version, words="Swimmers will love it.", speakers=()
        )
        factories.AppearanceFactory(article_version=version, words="Swimmers")
        client = sign_in("reporter")

        def listed(**asked: str) -> set[Any]:
            return set(client.get(LIST, asked).context["cl"].result_list)

        assert listed() == {suggestion}
        assert listed(decision="made") == {dismissed}
        assert listed(decision="all") == {suggestion, dismissed, covered}
        assert listed(decision="nonsense") == {suggestion}

    def test_its_filter_offers_what_waits_first(self, sign_in: Any, suggestion: Suggestion) -> None:
        changelist = sign_in("reporter").get(LIST, {"kind__exact": "quantity"}).context["cl"]
        offered = list(changelist.filter_specs[0].choices(changelist))
        assert [(str(one["display"]), one["selected"]) for one in offered] == [
            ("waits for one", True), ("was made", False), ("all", False),
        ]  # fmt: skip
        assert offered[0]["query_string"] == "?kind__exact=quantity"

    def test_of_one_article_and_by_its_title(self, sign_in: Any, suggestion: Suggestion) -> None:
        other = factories.SuggestionFactory()
        client = sign_in("reporter")
        article = suggestion.article_version.article
        answer = client.get(LIST, {"article_version__article__id__exact": article.pk})
        assert set(answer.context["cl"].result_list) == {suggestion}
        assert f"?article_version__article__id__exact={article.pk}" in client.get(LIST).content.decode()
        found = client.get(LIST, {"q": str(other.article_version.article)})
        assert set(found.context["cl"].result_list) == {other}
        assert client.get(LIST, {"article_version__article__id__exact": "x"}).status_code in (302, 400)


class TestPage:
    def page(self, client: Any, row: Suggestion) -> Any:
        return Page(client.get(page_of(row)).content.decode())

    def test_the_words_stand_marked_in_their_paragraph(
        self, sign_in: Any, version: Any, suggestion: Suggestion
    ) -> None:
        start = TEXT.index("The roof cost")
        factories.BlockFactory(
            article_version=version, role="paragraph", start=start, end=TEXT.index("\n\nA court")
        )
        page = self.page(sign_in("reporter"), suggestion)
        (passage,) = page.all("blockquote", class_="passage")
        assert passage.text == TEXT[start : TEXT.index("\n\nA court")]
        assert "".join(one.text for one in passage.all("mark")) == SENTENCE
        assert [one.text for one in passage.all("b", class_="who")] == ["the keeper"]

    def test_without_blocks_they_stand_in_what_is_around_them(
        self, sign_in: Any, suggestion: Suggestion
    ) -> None:
        (passage,) = self.page(sign_in("reporter"), suggestion).all("blockquote", class_="passage")
        assert "".join(one.text for one in passage.all("mark")) == SENTENCE
        assert "Swimmers will love it." in passage.text

    def test_reasons_for_and_against(self, sign_in: Any, suggestion: Suggestion) -> None:
        page = self.page(sign_in("reporter"), suggestion)
        (listed,) = page.all("ul", class_="reasons")
        assert [" ".join(one.text.split()) for one in listed.all("li")] == [
            "for: names a quantity: “$3.5 million”",
            "for: tells what somebody else says or what a record shows: “told”",
            "against: too short to stand alone",
        ]

    def test_a_reason_that_the_program_no_longer_gives(self, sign_in: Any, suggestion: Suggestion) -> None:
        suggestion.reasons = [{"code": "full_moon", "words": "moon", "weight": 1}]
        suggestion.save()
        client = sign_in("reporter")
        assert "full moon" in client.get(page_of(suggestion)).content.decode()
        assert "full moon" in client.get(LIST).content.decode()

    def test_who_says_it_with_their_words_in_place(self, sign_in: Any, suggestion: Suggestion) -> None:
        (chain,) = self.page(sign_in("reporter"), suggestion).all("ol", class_="chain")
        itself, label, keeper = chain.all("li")
        assert "Eastham Weekly" in itself.text and "the text itself" in itself.text
        assert label.all("b", class_="who")[0].text == "Valley Courier"
        assert "[From the Valley Courier]" in label.text
        assert "$3.5 million, the keeper told" in keeper.text and "not named" in keeper.text

    @pytest.mark.parametrize(
        ("kind", "unnamed", "verbatim", "notes"),
        [
            ("group", True, True, ["group, not named, word for word"]), ("person", False, False, ["person"]),
            (None, False, False, []),
        ],
    )  # fmt: skip
    def test_what_is_known_of_whom_it_names(
        self,
        sign_in: Any,
        suggestion: Suggestion,
        kind: str | None,
        unnamed: bool,
        verbatim: bool,
        notes: list[str],
    ) -> None:
        suggestion.chain = [{**suggestion.chain[1], "kind": kind, "unnamed": unnamed, "verbatim": verbatim}]
        suggestion.save()
        (chain,) = self.page(sign_in("reporter"), suggestion).all("ol", class_="chain")
        assert [one.text for one in chain.all("li")[1].all("span", class_="quiet")] == notes

    def test_what_the_importer_itself_finds_can_be_shown(self, sign_in: Any, version: Any) -> None:
        write_reading(version, read(version.text), Report("pool.txt"))
        found = list(Suggestion.objects.all())
        client = sign_in("reporter")
        assert len(found) > 2 and len(rows(client.get(LIST))) == len(found)
        for one in found:
            (passage,) = self.page(client, one).all("blockquote", class_="passage")
            assert "".join(part.text for part in passage.all("mark")) == one.exact

    def test_what_it_rests_on_with_what_may_be_on_record(self, sign_in: Any, version: Any) -> None:
        case = factories.SourceFactory(
            kind="court_case", title="Miller v. Eastham", court="Supreme Court", citation="539 U. S. 244"
        )
        factories.SourceFactory(
            kind="court_case", title="Another", court="Supreme Court", citation="244 U.S. 539"
        )
        merged = factories.SourceFactory(
            kind="court_case",
            title="Merged",
            court="Supreme Court",
            citation="539 U.S. 244",
            merged_into=case,
        )
        rests_on = reference(
            "court_case",
            "539 U.S. 244",
            {"citation": "539 U.S. 244"},
            ["citation:539us244"],
            "Confirm the year.",
        )
        row = factories.SuggestionFactory(
            article_version=version, words=RULING, speakers=(), rests_on=[rests_on]
        )
        page = self.page(sign_in("reporter"), row)
        (listed,) = page.all("ul", class_="references")
        assert [(one.text, one.attributes["href"]) for one in listed.all("a")] == [
            ("Miller v. Eastham", page_of(case))
        ]
        assert listed.all("p", class_="confirm")[0].text == "Confirm the year."
        assert "Perhaps this" in listed.text and page_of(merged) not in listed.text
        assert page.all("blockquote")[0].all("u", class_="rests")[0].text == "539 U.S. 244"

    def test_a_confidential_public_source_shows_no_more_than_elsewhere(
        self, sign_in: Any, version: Any
    ) -> None:
        row = factories.SuggestionFactory(
            article_version=version, words=RULING, speakers=(),
            rests_on=[reference("book", "the bill", {"title": "The %_ bill"}, ["book:thebill"])],
        )  # fmt: skip
        assert "Perhaps this" not in sign_in("reporter").get(page_of(row)).content.decode()

    def test_markup_in_the_text_is_text(self, sign_in: Any) -> None:
        evil = "<script>alert(1)</script> & “<b>so</b>” said <i>he</i>."
        version = factories.ArticleFactory(text=f"{evil}\n", title="<b>x</b>").current_version
        row = factories.SuggestionFactory(
            article_version=version, words=evil, speakers=["<i>he</i>"],
            reasons=[{"code": "names", "words": "<u>he</u>", "weight": 1}],
            rests_on=[{"kind": "book", "start": 0, "end": 8, "name": "<s>n</s>", "fields": {"title": "<"},
                       "confirm": "<em>c</em>", "keys": ["book:x"]}],
        )  # fmt: skip
        client = sign_in("reporter")
        for address in (page_of(row), LIST, reverse("admin:index")):
            text = client.get(address).content.decode()
            assert "<script>alert" not in text
            assert not any(tag in text for tag in ("<i>he", "<u>he", "<s>n", "<em>c", "<b>so"))
        assert Page(client.get(page_of(row)).content.decode()).all("blockquote")[0].text.strip() == evil

    def test_it_costs_the_same_however_much_is_on_record(self, sign_in: Any, suggestion: Suggestion) -> None:
        client = sign_in("reporter")
        suggestion.rests_on = [
            reference("court_case", "539 U.S. 244", {"citation": "539 U.S. 244"}, ["citation:539us244"])
        ] * 3
        suggestion.save()

        def grow(number: int) -> None:
            for _ in range(number):
                factories.SourceFactory(kind="court_case", court="Court", citation="539 U.S. 244")
                factories.SuggestionFactory()
                factories.ClaimFactory(statement=suggestion.exact, rating="supported")

        assert_same_queries(grow, lambda: client.get(page_of(suggestion)), at_most=20)


class TestAccept:
    def press(self, client: Any, row: Suggestion, name: str = "accept", **said: Any) -> Any:
        return client.post(button_of(row, name), said, follow=True)

    def test_the_whole_sentence(self, sign_in: Any, suggestion: Suggestion) -> None:
        answer = self.press(
            sign_in("reporter"),
            suggestion,
            part="whole",
            statement=" ".join(SENTENCE.split()),
            kind="quantity",
        )
        claim = Claim.objects.get()
        assert (claim.statement, claim.kind) == (" ".join(SENTENCE.split()), "quantity")
        assert claim.appearances.get().exact == SENTENCE
        # Nothing else waits in this text.
        assert answer.redirect_chain == [(LIST, 302)]
        address = reverse("admin:articles_claim_workbench", args=[claim.pk])
        assert f'<a href="{address}">{claim.statement}</a>' in answer.content.decode()

    def test_a_clause_says_its_own_words_where_the_wording_was_left(
        self, sign_in: Any, suggestion: Suggestion
    ) -> None:
        self.press(
            sign_in("reporter"), suggestion, part="1", statement=" ".join(SENTENCE.split()), kind="fact"
        )
        claim = Claim.objects.get()
        assert (claim.statement, claim.kind) == ("it was paid in May", "fact")
        assert claim.appearances.get().exact == CLAUSE

    def test_a_clause_in_ones_own_words(self, sign_in: Any, suggestion: Suggestion) -> None:
        self.press(
            sign_in("reporter"), suggestion, part="1", statement="The roof was paid for in May.", kind="fact"
        )
        assert Claim.objects.get().statement == "The roof was paid for in May."

    def test_the_form_is_filled_and_open(self, sign_in: Any, suggestion: Suggestion) -> None:
        page = Page(sign_in("reporter").get(page_of(suggestion)).content.decode())
        (details,) = [
            one
            for one in page.all("details")
            if one.attributes.get("name") == "verb" and "open" in one.attributes
        ]
        assert details.all("textarea")[0].text.strip() == " ".join(SENTENCE.split())
        assert [one.text for one in details.all("option") if "selected" in one.attributes] == ["quantity"]
        assert [one.attributes["value"] for one in details.all("input", type="radio")] == ["whole", "1"]

    def test_no_clauses_no_choice(self, sign_in: Any) -> None:
        page = Page(sign_in("reporter").get(page_of(factories.SuggestionFactory())).content.decode())
        assert page.all("input", type="radio") == []

    @pytest.mark.parametrize("part", ["2", "-1", "x", "9" * 50])
    def test_a_part_that_was_not_offered(self, sign_in: Any, suggestion: Suggestion, part: str) -> None:
        answer = self.press(sign_in("reporter"), suggestion, part=part, statement="x", kind="fact")
        assert answer.status_code == 400 and not Claim.objects.exists()

    def test_one_goes_on_with_the_best_of_what_waits_in_the_same_text(
        self, sign_in: Any, version: Any, suggestion: Suggestion
    ) -> None:
        factories.SuggestionFactory(
            article_version=version, words="Swimmers will love it.", speakers=(), score=0.1
        )
        best = factories.SuggestionFactory(article_version=version, words=RULING, speakers=(), score=0.6)
        factories.SuggestionFactory(score=0.99)
        client = sign_in("reporter")
        answer = self.press(client, suggestion, part="whole", statement="", kind="fact")
        assert answer.redirect_chain == [(page_of(best), 302)]
        answer = self.press(client, best, "dismiss")
        assert answer.redirect_chain[0][0] != LIST
        assert "The suggestion is put aside." in answer.content.decode()

    def test_decided_already_says_who(self, sign_in: Any, suggestion: Suggestion, editor: Any) -> None:
        suggestion.dismiss(editor)
        answer = sign_in("reporter").post(button_of(suggestion, "accept"), {"part": "whole", "kind": "fact"})
        assert answer.status_code == 409
        assert "This was dismissed by Eda Editor already." in answer.content.decode()

    def test_taken_back(self, sign_in: Any, suggestion: Suggestion, editor: Any) -> None:
        suggestion.dismiss(editor)
        answer = self.press(sign_in("reporter"), suggestion, "reopen")
        assert answer.redirect_chain == [(page_of(suggestion), 302)]
        assert Suggestion.objects.open().get() == suggestion

    @pytest.mark.parametrize(
        ("state", "names"),
        [
            ("open", ["accept", "dismiss", "same", "split", "join"]),
            ("dismissed", ["reopen"]),
            ("accepted", ["take-back"]),
        ],
    )
    def test_what_is_offered(self, sign_in: Any, state: str, names: list[str]) -> None:
        page = sign_in("reporter").get(page_of(factories.SuggestionFactory(state=state)))
        assert [one["button"].name for one in page.context["offered"]] == names


def test_a_suggestion_leads_to_where_it_stands_in_its_text(sign_in):
    row = factories.SuggestionFactory()
    answer = sign_in("reporter").get(reverse("admin:articles_suggestion_in_text", args=[row.pk]))
    workbench = reverse("admin:articles_article_workbench", args=[row.article_version.article_id])
    assert (answer.status_code, answer["Location"]) == (302, f"{workbench}?version=1#s{row.pk}")
