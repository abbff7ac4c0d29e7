"""The article workbench: a text with all that lies on it, and its verbs in place."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from articles.models import Appearance, Claim, Suggestion
from tests import factories
from tests.desk.conftest import button_of, list_of, page_of
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries

TEXT = (
    "A pool 😀 and its roof\n\n"
    "The roof cost $3.5 million, the keeper told the board, and it was paid in May. It leaks.\n\n \n"
    "Swimmers love it 🏊. It leaks. Others do not.\n"
)
SENTENCE = "The roof cost $3.5 million, the keeper told the board, and it was paid in May."


@pytest.fixture
def article() -> Any:
    return factories.ArticleFactory(text=TEXT, title="A pool", publisher="Eastham Weekly", public=True)


@pytest.fixture
def version(article: Any) -> Any:
    return article.current_version


def workbench_of(article: Any, query: str = "") -> str:
    return reverse("admin:articles_article_workbench", args=[article.pk]) + query


def page(client: Any, article: Any, query: str = "") -> Page:
    response = client.get(workbench_of(article, query))
    assert response.status_code == 200, response.content
    return Page(response.content.decode())


class TestText:
    def test_nothing_but_the_text_of_record_is_text(self, sign_in: Any, article: Any, version: Any) -> None:
        factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=["the keeper"])
        factories.AppearanceFactory(
            article_version=version, words="keeper told the board, and it was paid in May. It"
        )
        factories.AppearanceFactory(article_version=version, words="Swimmers love it 🏊.")
        factories.BlockFactory(article_version=version, role="title", start=0, end=23)
        found = page(sign_in("reporter"), article).all("p", class_="words")
        whole = "".join(one.attributes["data-gap"] + one.text for one in found)
        assert version.text.startswith(whole) and not version.text[len(whole) :].strip()
        for one in found:
            start = int(one.attributes["data-start"])
            assert version.text[start : start + len(one.text)] == one.text
        assert len(found) == 3

    def test_statuses_differ_and_are_named(self, sign_in: Any, article: Any, version: Any) -> None:
        factories.SuggestionFactory(article_version=version, words="Others do not.", speakers=())
        for words, facts in (
            ("The roof", {}), ("$3.5 million", {"status": "checking"}), ("the keeper", {"rating": "supported"}),
            ("May", {"status": "not_checkable"}),
        ):  # fmt: skip
            factories.AppearanceFactory(
                article_version=version, words=words, claim=factories.ClaimFactory(**facts)
            )
        found = page(sign_in("reporter"), article)
        items = [one for one in found.all("li") if "data-row" in one.attributes]
        assert [one.attributes["class"] for one in items] == [
            "item is-open", "item is-checking", "item is-rated", "item is-aside", "item is-suggested",
        ]  # fmt: skip
        assert [one.all("strong")[0].text for one in items] == [
            "Open", "Being checked", "Supported", "Not checkable", "suggestion",
        ]  # fmt: skip
        (tally,) = found.all("ul", id="tally")
        assert [" ".join(one.text.split()) for one in tally.all("li")] == [
            "suggested 1", "open claim 1", "being checked 1", "rated 1", "put aside 1",
        ]  # fmt: skip

    def test_an_older_version_has_its_own_claims_and_no_suggestions(
        self, sign_in: Any, article: Any, version: Any
    ) -> None:
        factories.SuggestionFactory(article_version=version, words="Others do not.", speakers=())
        mark = factories.AppearanceFactory(article_version=version, words="Swimmers love it 🏊.")
        factories.ArticleVersionFactory(article=article, text="Another text.\n")
        client = sign_in("reporter")
        old = page(client, article, "?version=1")
        assert [one.attributes["id"] for one in old.all("li") if "data-row" in one.attributes] == [
            f"a{mark.pk}"
        ]
        (told,) = old.all("p", class_="older")
        assert "A newer text is on record: version 2" in told.text
        assert client.get(workbench_of(article, "?version=3")).status_code == 404
        assert client.get(workbench_of(article, "?version=x")).status_code == 404

    def test_markup_in_the_text_is_text(self, sign_in: Any) -> None:
        evil = '<script>alert(1)</script> & "<b>so</b>".'
        article = factories.ArticleFactory(text=f"{evil}\n", title="<b>x</b>", publisher="<i>p</i>")
        factories.SuggestionFactory(article_version=article.current_version, words=evil, speakers=["<b>so"])
        factories.AppearanceFactory(
            article_version=article.current_version,
            words="<b>so",
            claim=factories.ClaimFactory(statement="<u>y</u>"),
        )
        text = sign_in("reporter").get(workbench_of(article)).content.decode()
        assert "<script>alert" not in text and not any(
            tag in text for tag in ("<b>so", "<b>x", "<u>y", "<i>p")
        )

    def test_who_gets_there(self, client: Any, sign_in: Any, article: Any) -> None:
        assert client.get(workbench_of(article)).status_code == 302
        assert sign_in("reporter").get(workbench_of(article)).status_code == 200
        assert sign_in("reporter").get("/desk/articles/article/999999/workbench/").status_code == 404

    def test_it_is_linked(self, sign_in: Any, article: Any) -> None:
        client = sign_in("reporter")
        for address in (page_of(article), list_of(type(article))):
            assert workbench_of(article) in client.get(address).content.decode()

    def test_it_costs_the_same_however_much_lies_on_it(self, sign_in: Any) -> None:
        sentences = [f"Sentence number {number} says that it costs {number} dollars." for number in range(60)]
        article = factories.ArticleFactory(text="\n\n".join(sentences) + "\n")
        version, used = article.current_version, iter(sentences)

        def grow(number: int) -> None:
            for _ in range(number):
                factories.SuggestionFactory(article_version=version, words=next(used), speakers=())
                claim = factories.ClaimFactory(rating="supported")
                factories.AppearanceFactory(
                    article_version=version, words=next(used), claim=claim,
                    attributions=[{"claimant": factories.ClaimantFactory()}],
                )  # fmt: skip
                factories.SuggestionFactory(
                    article_version=version, words=next(used), speakers=(), state="accepted"
                )

        client = sign_in("editor")
        assert_same_queries(grow, lambda: client.get(workbench_of(article)), at_most=16)


class TestSuggestions:
    def test_accepted_and_dismissed_in_place(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(
            article_version=version, words=SENTENCE, clauses=["it was paid in May"], speakers=()
        )
        other = factories.SuggestionFactory(article_version=version, words="Others do not.", speakers=())
        client = sign_in("reporter")
        (form, *_) = [
            each
            for each in page(client, article).all("form")
            if each.attributes.get("action") == button_of(one, "accept")
        ]
        sent = {each.attributes["name"]: each.attributes.get("value", "") for each in form.all("input")}
        assert (
            form.attributes["data-in-place"] == "p2 tally" and sent["next"] == f"{workbench_of(article)}#p2"
        )
        answer = client.post(button_of(one, "accept"), sent)
        assert (answer.status_code, answer["Location"]) == (302, f"{workbench_of(article)}#p2")
        assert Claim.objects.get().statement == SENTENCE
        answer = client.post(button_of(other, "dismiss"), {"next": f"{workbench_of(article)}#p3"})
        assert answer["Location"] == f"{workbench_of(article)}#p3"
        assert not Suggestion.objects.open().exists()

    def test_opened_it_has_all_its_verbs(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        factories.SuggestionFactory(article_version=version, words="It leaks.", speakers=())
        found = page(sign_in("reporter"), article, f"?open=s{one.pk}")
        (item,) = found.all("li", id=f"s{one.pk}")
        actions = {form.attributes["action"] for form in item.all("form")}
        assert {button_of(one, name) for name in ("accept", "dismiss", "split", "join", "same")} <= actions

    def test_split(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        client = sign_in("reporter")
        answer = client.post(
            button_of(one, "split"), {"before": "and it", "next": f"{workbench_of(article)}#p2"}
        )
        assert answer["Location"] == f"{workbench_of(article)}#p2"
        assert [row.exact for row in Suggestion.objects.order_by("start")] == [
            "The roof cost $3.5 million, the keeper told the board,", "and it was paid in May.",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("before", "sentence"),
        [("nonsense", "No second part begins"), ("The roof", "No second part begins"), ("the", "more than once"),
         ("", "required")],
    )  # fmt: skip
    def test_a_cut_that_is_nowhere(
        self, sign_in: Any, article: Any, version: Any, before: str, sentence: str
    ) -> None:
        one = factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        answer = sign_in("reporter").post(button_of(one, "split"), {"before": before})
        assert answer.status_code == 400 and sentence in answer.content.decode()
        assert Suggestion.objects.count() == 1

    def test_into_clauses(self, sign_in: Any, article: Any, version: Any) -> None:
        clauses = ["The roof cost $3.5 million", "it was paid in May"]
        one = factories.SuggestionFactory(
            article_version=version, words=SENTENCE, clauses=clauses, speakers=()
        )
        sign_in("reporter").post(button_of(one, "split"), {"before": ""})
        assert [row.exact for row in Suggestion.objects.order_by("start")] == clauses

    def test_joined_with_a_neighbour(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        other = factories.SuggestionFactory(article_version=version, words="It leaks.", speakers=())
        sign_in("reporter").post(button_of(one, "join"), {"other": other.pk})
        assert Suggestion.objects.get().exact == f"{SENTENCE} It leaks."

    def test_only_with_a_neighbour(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        stranger = factories.SuggestionFactory()
        answer = sign_in("reporter").post(button_of(one, "join"), {"other": stranger.pk})
        assert answer.status_code == 400 and Suggestion.objects.count() == 2

    def test_the_same_as_a_claim(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        claim = factories.ClaimFactory()
        answer = sign_in("reporter").post(
            button_of(one, "same"), {"claim": claim.pk, "next": f"{workbench_of(article)}#p2"}
        )
        assert answer["Location"] == f"{workbench_of(article)}#p2"
        assert claim.appearances.get().exact == SENTENCE and Claim.objects.count() == 1

    def test_taken_back(self, sign_in: Any, article: Any, version: Any) -> None:
        one = factories.SuggestionFactory(
            article_version=version, words=SENTENCE, speakers=(), state="accepted"
        )
        client = sign_in("editor")
        assert button_of(one, "take-back") in client.get(workbench_of(article)).content.decode()
        client.post(button_of(one, "take-back"), {"next": workbench_of(article)})
        found = page(client, article)
        rows = [each.attributes["class"] for each in found.all("li") if "data-row" in each.attributes]
        assert sorted(rows) == ["item is-aside", "item is-suggested"]


class TestMarking:
    def mark(self, client: Any, article: Any, **sent: Any) -> Any:
        return client.post(button_of(article, "mark"), {"kind": "fact", "statement": "", **sent})

    def test_words_selected(self, sign_in: Any, article: Any, version: Any) -> None:
        start = TEXT.rindex("It leaks.")
        answer = self.mark(
            sign_in("reporter"), article, version=version.pk, words="It leaks.", start=start, prefix="x", suffix="y",
            statement="The roof leaks.", kind="fact", described_as_1="Eastham Weekly",
            next=f"{workbench_of(article)}#p3",
        )  # fmt: skip
        assert answer["Location"] == f"{workbench_of(article)}#p3"
        mark = Appearance.objects.get()
        assert (mark.start, mark.exact, mark.claim.statement) == (start, "It leaks.", "The roof leaks.")
        assert [one.described_as for one in mark.attributions.all()] == ["Eastham Weekly"]
        assert mark.claim.origin == "editor"

    def test_offsets_that_do_not_fit_are_mended_by_what_stands_around(
        self, sign_in: Any, article: Any, version: Any
    ) -> None:
        self.mark(
            sign_in("reporter"), article, words="It leaks.", start=3, prefix="it 🏊. ", suffix=" Others"
        )
        assert Appearance.objects.get().start == TEXT.rindex("It leaks.")

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"words": "It leaks."}, "2 times"),
            ({"words": "It leaks.", "start": 3}, "do not begin at 3"),
            ({"words": "It leaks.", "start": 3, "prefix": "no", "suffix": "no"}, "stand nowhere"),
            ({"words": "Nobody said this."}, "stand nowhere"),
            ({"words": ""}, "required"),
            ({"words": "It leaks.", "start": "9" * 40}, "less than or equal"),
            ({"words": "Others do not.", "kind": "nonsense"}, "not one of the available choices"),
            ({"words": "Others do not.", "claim": "x"}, "not one of the available choices"),
            ({"words": "Others do not.", "version": "x"}, "not one of the available choices"),
            (
                {"words": "Others do not.", "named_by_1": "Nobody", "described_as_1": "x"},
                "does not stand in the quotation",
            ),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_and_nothing_is_lost(
        self, sign_in: Any, article: Any, sent: dict[str, Any], sentence: str
    ) -> None:
        answer = self.mark(
            sign_in("reporter"), article, statement="My own wording.", **{"kind": "fact", **sent}
        )
        text = answer.content.decode()
        assert answer.status_code in (400, 409) and sentence in text and "My own wording." in text
        assert not Claim.objects.exists()

    def test_words_that_are_claimed_already_are_asked_about(
        self, sign_in: Any, article: Any, version: Any
    ) -> None:
        mark = factories.AppearanceFactory(article_version=version, words="Swimmers love it 🏊.")
        client, sent = sign_in("reporter"), {"words": "love it 🏊. It leaks.", "statement": "They love it."}
        answer = self.mark(client, article, **sent)
        text = answer.content.decode()
        assert answer.status_code == 400 and "A claim lies on these words already" in text
        assert f'value="{mark.claim.pk}"' in text and mark.claim.statement in text
        self.mark(client, article, **sent, into=mark.claim.pk)
        assert [one.exact for one in mark.claim.appearances.all()] == [
            "Swimmers love it 🏊.",
            "love it 🏊. It leaks.",
        ]
        self.mark(client, article, **sent, into="new")
        assert Claim.objects.latest("pk").statement == "They love it."
        assert self.mark(client, article, words="love it", into="77777").status_code == 400

    def test_a_dismissed_claim_does_not_ask(self, sign_in: Any, article: Any, version: Any) -> None:
        factories.AppearanceFactory(
            article_version=version, words="Others do not.", claim=factories.ClaimFactory(status="open")
        ).claim.dismiss(factories.some_editor(), "No.")
        assert self.mark(sign_in("reporter"), article, words="Others do not.").status_code == 302

    def test_for_a_claim_on_record(self, sign_in: Any, article: Any, version: Any) -> None:
        claim = factories.ClaimFactory()
        self.mark(sign_in("reporter"), article, words="Others do not.", claim=claim.pk)
        assert claim.appearances.get().exact == "Others do not." and Claim.objects.count() == 1

    def test_line_ends_of_a_browser(self, sign_in: Any) -> None:
        article = factories.ArticleFactory(text="It cost\nfour 😀\ndollars.\n")
        self.mark(sign_in("reporter"), article, words="cost\r\nfour 😀\r\ndollars")
        assert Appearance.objects.get().exact == "cost\nfour 😀\ndollars"
        assert Claim.objects.get().statement == "cost four 😀 dollars"


class TestClaims:
    def test_reworded(self, sign_in: Any, article: Any, version: Any) -> None:
        mark = factories.AppearanceFactory(article_version=version, words="It leaks.")
        client = sign_in("reporter")
        (item,) = page(client, article, f"?open=a{mark.pk}").all("li", id=f"a{mark.pk}")
        (form,) = item.all("form")
        assert form.attributes["action"] == button_of(mark.claim, "reword")
        sent = {"seen": mark.claim.revision, "statement": "The roof leaks.", "kind": "quantity"}
        client.post(button_of(mark.claim, "reword"), {**sent, "next": workbench_of(article)})
        mark.claim.refresh_from_db()
        assert (mark.claim.statement, mark.claim.kind) == ("The roof leaks.", "quantity")
        again = client.post(button_of(mark.claim, "reword"), {**sent, "statement": "It drips."})
        assert again.status_code == 409 and "It drips." in again.content.decode()
        mark.claim.refresh_from_db()
        assert mark.claim.statement == "The roof leaks."


class TestMoved:
    @pytest.fixture
    def proposal(self, article: Any, version: Any) -> Any:
        mark = factories.AppearanceFactory(article_version=version, words="Swimmers love it 🏊.")
        return factories.AnchorProposalFactory(appearance=mark, new_text=TEXT.replace("love it", "hate it"))

    def test_with_its_changes_and_one_click(self, sign_in: Any, article: Any, proposal: Any) -> None:
        client = sign_in("reporter")
        (item,) = page(client, article).all("li", id=f"q{proposal.pk}")
        assert [one.text for one in item.all("del")] == ["love"] and [
            one.text for one in item.all("ins")
        ] == ["hate"]
        form = next(
            one for one in item.all("form") if one.attributes["action"] == button_of(proposal, "accept")
        )
        sent = {each.attributes["name"]: each.attributes.get("value", "") for each in form.all("input")}
        answer = client.post(button_of(proposal, "accept"), sent)
        assert answer["Location"] == f"{workbench_of(article)}#p3"
        proposal.refresh_from_db()
        assert proposal.carried_to.exact == "Swimmers hate it 🏊."

    def test_no_longer(self, sign_in: Any, article: Any, proposal: Any) -> None:
        sign_in("reporter").post(button_of(proposal, "dismiss"), {"next": workbench_of(article)})
        proposal.refresh_from_db()
        assert proposal.state == "dismissed"

    def test_what_was_lost_stands_before_the_text(self, sign_in: Any, article: Any, version: Any) -> None:
        mark = factories.AppearanceFactory(article_version=version, words="Swimmers love it 🏊.")
        proposal = factories.AnchorProposalFactory(
            appearance=mark, new_text="Nothing of it is left, 1234567890.\n"
        )
        (lost,) = page(sign_in("reporter"), article).all("div", id="lost")
        (item,) = lost.all("li", id=f"q{proposal.pk}")
        assert "Swimmers love it 🏊." in item.text
        assert [one.text.strip() for one in item.all("button")] == ["No longer"]
