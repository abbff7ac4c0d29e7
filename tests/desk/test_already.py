"""On record already: suggestions and claims beside the claims that say the same, or the contrary."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from articles.models import Appearance, Suggestion
from tests import factories
from tests.desk.conftest import button_of, page_of
from tests.matching.faked import Faked, faked, found, reason
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries

TEXT = "A pool and its roof\n\nThe roof cost $3.5 million. It leaks. The keeper was paid in May.\n"
ROOF, KEEPER = "The roof cost $3.5 million.", "The keeper was paid in May."


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Faked:
    return faked(monkeypatch)


@pytest.fixture
def version() -> Any:
    return factories.ArticleFactory(text=TEXT, title="A pool", public=True).current_version


def suggest(version: Any, words: str = ROOF, **facts: Any) -> Suggestion:
    return factories.SuggestionFactory(article_version=version, words=words, speakers=(), **facts)


def already_of(version: Any, query: str = "") -> str:
    return reverse("admin:articles_article_already", args=[version.article_id]) + query


def page(client: Any, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return Page(answer.content.decode())


class TestSuggestions:
    def test_each_with_the_claims_that_say_so(self, sign_in: Any, version: Any, fake: Faked) -> None:
        same = factories.ClaimFactory(
            statement="The pool's roof cost 3.5 million dollars.", rating="supported"
        )
        contrary = factories.ClaimFactory(statement="The roof cost $8.5 million.")
        near = factories.ClaimFactory(statement="The roof was painted.")
        fake.says[ROOF] = [found(same), found(contrary, "opposite"), found(near, "related", 0.1)]
        row, other = suggest(version), suggest(version, KEEPER)
        shown = page(sign_in("reporter"), already_of(version))
        (told,) = shown.all("div", class_="already")
        assert told.attributes["data-already"] == f"s{row.pk}"
        assert f"On record already: {same.statement}" in " ".join(told.text.split())
        assert str(same.current_verdict.rating) in told.text and reason().sentence in told.text
        (opposite,) = told.all("p", class_="opposite")
        assert "The opposite is on record already:" in opposite.text and contrary.statement in opposite.text
        assert near.statement not in told.text and f"#s{other.pk}" not in shown.markup
        assert "2 suggestions were compared" in shown.words

    def test_the_same_is_said_with_one_press(self, sign_in: Any, version: Any, fake: Faked) -> None:
        claim = factories.ClaimFactory()
        fake.says[ROOF] = [found(claim)]
        row, client = suggest(version), sign_in("reporter")
        form = page(client, already_of(version)).one("div", class_="already").all("form")[0]
        assert form.attributes["action"] == button_of(row, "same")
        sent = {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}
        assert client.post(form.attributes["action"], sent).status_code == 302
        assert Appearance.objects.get(claim=claim).exact == ROOF

    def test_the_best_of_many(
        self, sign_in: Any, version: Any, fake: Faked, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("articles.admin.texts.already.MOST_COMPARED", 1)
        suggest(version, score=0.2)
        suggest(version, KEEPER, score=0.9)
        suggest(version, "It leaks.", state="accepted")
        shown = page(sign_in("reporter"), already_of(version))
        assert fake.calls[-1][0] == [KEEPER]
        assert "There are more; these are the ones most worth checking." in shown.words
        assert "None of them says" in shown.words

    def test_it_is_linked_where_something_waits(self, sign_in: Any, version: Any, fake: Faked) -> None:
        client = sign_in("reporter")
        workbench = reverse("admin:articles_article_workbench", args=[version.article_id])
        assert already_of(version) not in client.get(workbench).content.decode()
        suggest(version)
        assert f'href="{already_of(version)}?version=1"' in client.get(workbench).content.decode()
        # The workbench itself does not wait for it.
        assert not fake.calls

    def test_who_gets_there(self, client: Any, sign_in: Any, version: Any, fake: Faked) -> None:
        assert client.get(already_of(version)).status_code == 302
        assert sign_in("reporter").get(already_of(version, "?version=9")).status_code == 404
        assert sign_in("reporter").get("/desk/articles/article/999999/workbench/already/").status_code == 404

    def test_on_the_page_of_one(self, sign_in: Any, version: Any, fake: Faked) -> None:
        claim = factories.ClaimFactory(statement="The pool's roof cost 3.5 million dollars.")
        fake.says[ROOF] = [found(claim)]
        row, client = suggest(version), sign_in("reporter")
        shown = page(client, page_of(row))
        assert "What it resembles" in shown.words and claim.statement in shown.words
        assert "What it resembles" not in page(client, page_of(suggest(version, KEEPER))).words

    def test_one_that_was_decided_is_not_compared(self, sign_in: Any, version: Any, fake: Faked) -> None:
        page(sign_in("reporter"), page_of(suggest(version, state="dismissed")))
        assert not fake.calls

    def test_it_costs_the_same_however_many_wait(self, sign_in: Any, fake: Faked) -> None:
        sentences = [f"Sentence number {number} costs {number} dollars." for number in range(20)]
        version = factories.ArticleFactory(text="\n\n".join(sentences)).current_version
        left = iter(sentences)

        def grow(number: int) -> None:
            for _ in range(number):
                words = next(left)
                suggest(version, words)
                fake.says[words] = [found(factories.ClaimFactory(rating="supported"))]

        client = sign_in("editor")
        assert_same_queries(grow, lambda: client.get(already_of(version)), at_most=12)


class TestClaimsLikeIt:
    def test_what_they_seem_to_say_and_why(self, sign_in: Any, fake: Faked) -> None:
        claim = factories.ClaimFactory(statement="The roof cost $3.5 million.")
        same = factories.ClaimFactory(
            statement="Three and a half million dollars went into it.", rating="supported"
        )
        contrary = factories.ClaimFactory(statement="The roof cost $8.5 million.", rating="contradicted")
        far = factories.ClaimFactory(statement="Bees danced.")
        fake.says[claim.statement] = [
            found(same), found(contrary, "opposite", 0.2, reason("different_number", "3.5", "8.5")),
            found(far, "related", 0.01),
        ]  # fmt: skip
        shown = (
            sign_in("reporter")
            .get(reverse("admin:articles_claim_workbench", args=[claim.pk]))
            .content.decode()
        )
        similar = Page(shown).one("section", id="similar").text
        assert same.statement in similar and "seems to say the same" in similar
        assert (
            "seems to say the opposite" in similar
            and reason("different_number", "3.5", "8.5").sentence in similar
        )
        assert far.statement not in similar and "Rated:" in similar
        assert fake.calls[0][1]["without"] == [claim.pk]
