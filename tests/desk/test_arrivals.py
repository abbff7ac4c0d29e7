"""Files that wait for a decision, and the bytes of those that came, at the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.importing import filing
from articles.models import Arrival, Original
from articles.vocabulary import ArrivalState, Media
from tests import factories
from tests.desk.conftest import button_of, list_of, page_of
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries

PARAGRAPHS = [f"Paragraph {number} of the pool and its roof." for number in range(1, 10)]
TEXT = "\n\n".join(PARAGRAPHS) + "\n"


@pytest.fixture
def arrival(newsroom: Any) -> Arrival:
    article = factories.ArticleFactory(text=TEXT, title="A pool and its roof")
    changed = TEXT.replace("Paragraph 5 of", "Paragraph five of") + "\nCorrected in May.\n"
    facts = {"title": "A pool (corrected)", "byline": ""}
    return factories.ArrivalFactory(
        name="pool.html", text=changed, resembles=article, resemblance="95 of 100 words stand in both.",
        facts={"article": facts, "encoding": "utf-8", "offset_map": [], "known": []},
    )  # fmt: skip


def difference(client: Any, row: Arrival) -> Any:
    (shown,) = Page(client.get(page_of(row)).content.decode()).all("div", class_="changes")
    return shown


class TestPage:
    def test_only_what_changed_and_its_neighbours_is_unfolded(self, sign_in: Any, arrival: Arrival) -> None:
        shown = difference(sign_in("reporter"), arrival)
        folded = [one for details in shown.all("details") for one in details.all("p")]
        open_ones = [one.text.strip() for one in shown.all("p") if one not in folded]
        assert [one.text.strip() for one in folded] == [*PARAGRAPHS[:3], *PARAGRAPHS[6:8]]
        assert open_ones == [
            PARAGRAPHS[3], "Paragraph 5five of the pool and its roof.", PARAGRAPHS[5], PARAGRAPHS[8],
            "Corrected in May.",
        ]  # fmt: skip
        assert [one.text for one in shown.all("summary")] == [
            "3 paragraphs are the same",
            "2 paragraphs are the same",
        ]

    def test_what_came_and_what_went_is_marked(self, sign_in: Any, arrival: Arrival) -> None:
        shown = difference(sign_in("reporter"), arrival)
        assert [one.text for one in shown.all("del")] == ["5"]
        assert "five" in [one.text for one in shown.all("ins")]

    def test_the_newest_version_is_what_it_is_compared_with(self, sign_in: Any, arrival: Arrival) -> None:
        factories.ArticleVersionFactory(article=arrival.resembles, text=arrival.text)
        shown = difference(sign_in("reporter"), arrival)
        assert shown.all("ins") == [] and shown.all("del") == []

    def test_what_the_file_says_of_itself(self, sign_in: Any, arrival: Arrival) -> None:
        panels = sign_in("reporter").get(page_of(arrival)).context["panels"]
        assert [(one["tag"], one["text"]) for one in panels[0].lines] == [("Title", "A pool (corrected)")]

    def test_decided_it_shows_no_difference_and_no_buttons(self, sign_in: Any, arrival: Arrival) -> None:
        arrival.set_aside(None)
        page = sign_in("reporter").get(page_of(arrival))
        assert page.context["offered"] == [] and "stretches" not in page.context

    def test_markup_in_the_text_and_the_name_is_text(self, sign_in: Any) -> None:
        evil = "<script>alert(1)</script>"
        row = factories.ArrivalFactory(
            name=evil, text=f"{evil}\n", resemblance=evil, facts={"article": {"title": evil}}
        )
        client = sign_in("reporter")
        for address in (page_of(row), list_of(Arrival), reverse("admin:index"), page_of(row.original)):
            assert evil not in client.get(address).content.decode(), address


class TestButtons:
    def press(self, client: Any, row: Arrival, name: str, **said: Any) -> Any:
        return client.post(button_of(row, name), said)

    def test_what_is_offered(self, sign_in: Any, arrival: Arrival) -> None:
        page = sign_in("reporter").get(page_of(arrival))
        assert [one["button"].name for one in page.context["offered"]] == [
            "version",
            "copy",
            "article",
            "set-aside",
        ]

    def test_a_copy(self, sign_in: Any, arrival: Arrival) -> None:
        answer = self.press(
            sign_in("reporter"),
            arrival,
            "copy",
            publisher="The Evening Pool",
            url="https://example.org/p",
            note="Cut.",
        )
        copy = arrival.resembles.copies.get()
        assert answer["Location"] == page_of(arrival.resembles)
        assert (copy.publisher, copy.url, copy.note) == ("The Evening Pool", "https://example.org/p", "Cut.")

    def test_a_copy_of_which_nothing_is_known(self, sign_in: Any, arrival: Arrival) -> None:
        assert self.press(sign_in("reporter"), arrival, "copy").status_code == 302
        assert arrival.resembles.copies.get().publisher == ""

    def test_an_address_that_is_none(self, sign_in: Any, arrival: Arrival) -> None:
        answer = self.press(sign_in("reporter"), arrival, "copy", url="javascript:alert(1)")
        assert answer.status_code == 400
        assert not arrival.resembles.copies.exists()

    def test_set_aside(self, sign_in: Any, arrival: Arrival) -> None:
        assert self.press(sign_in("reporter"), arrival, "set-aside").status_code == 302
        arrival.refresh_from_db()
        assert arrival.state == "set_aside"

    @pytest.mark.parametrize(
        ("button", "verb"), [("version", "file_held_as_version"), ("article", "file_held_as_article")]
    )
    def test_what_is_filed_leads_to_its_article(
        self, sign_in: Any, arrival: Arrival, monkeypatch: Any, button: str, verb: str
    ) -> None:
        version = factories.ArticleVersionFactory()
        asked = []

        def file(by: Any, row: Arrival) -> Any:
            asked.append((by, row))
            return version

        monkeypatch.setattr(filing, verb, file)
        answer = self.press(sign_in("reporter"), arrival, button)
        assert answer["Location"] == page_of(version.article)
        assert asked == [(factories.some_reporter(), arrival)]

    def test_a_newer_version_in_earnest(self, sign_in: Any, arrival: Arrival) -> None:
        assert self.press(sign_in("reporter"), arrival, "version").status_code == 302
        arrival.refresh_from_db()
        assert arrival.article_version == arrival.resembles.current_version
        assert arrival.article_version.number == 2 and arrival.text == ""

    def test_an_article_of_its_own_in_earnest(self, sign_in: Any, arrival: Arrival) -> None:
        assert self.press(sign_in("reporter"), arrival, "article").status_code == 302
        arrival.refresh_from_db()
        assert arrival.article_version.article != arrival.resembles
        assert arrival.article_version.article.title == "A pool (corrected)"

    def test_decided_already(self, sign_in: Any, arrival: Arrival, editor: Any) -> None:
        arrival.set_aside(editor)
        answer = self.press(sign_in("reporter"), arrival, "copy")
        assert answer.status_code == 409
        assert "This was decided already: set aside." in answer.content.decode()


def test_the_list_opens_with_what_is_held(sign_in: Any) -> None:
    held, aside = factories.ArrivalFactory(), factories.ArrivalFactory()
    aside.settle(ArrivalState.SET_ASIDE)
    client = sign_in("reporter")
    for asked, expected in (
        ({}, {held}),
        ({"decision": "made"}, {aside}),
        ({"decision": "all"}, {held, aside}),
    ):
        assert set(client.get(list_of(Arrival), asked).context["cl"].result_list) == expected


def test_a_page_costs_the_same_however_many_files_came(sign_in: Any, arrival: Arrival) -> None:
    client = sign_in("reporter")

    def grow(number: int) -> None:
        for _ in range(number):
            factories.ArrivalFactory(original=arrival.original)

    assert_same_queries(grow, lambda: client.get(page_of(arrival)), at_most=6)
    assert_same_queries(grow, lambda: client.get(page_of(arrival.original)), at_most=5)


class TestBytes:
    def address(self, row: Original) -> str:
        return reverse("admin:articles_original_bytes", args=[row.pk])

    @pytest.mark.parametrize(
        ("media", "ending"), [(Media.HTML, "html"), (Media.PDF, "pdf"), (Media.MARKDOWN, "md")]
    )
    def test_they_are_handed_out_to_be_stored_and_never_shown(
        self, sign_in: Any, media: Media, ending: str
    ) -> None:
        row = factories.OriginalFactory(data=b"<script>alert(1)</script>\xff", media=media)
        client = sign_in("reporter")
        answer = client.get(self.address(row))
        assert answer.content == b"<script>alert(1)</script>\xff"
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert re.fullmatch(
            rf'attachment; filename="[0-9a-f]{{12}}\.{ending}"', answer["Content-Disposition"]
        )
        assert f'href="{self.address(row)}"' in client.get(page_of(row)).content.decode()

    def test_only_to_the_desk(self, db: None) -> None:
        answer = Client().get(self.address(factories.OriginalFactory()))
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login"))

    def test_none_where_a_redaction_took_them(self, sign_in: Any) -> None:
        row = factories.OriginalFactory()
        Original.erase([row.sha256])
        client = sign_in("reporter")
        assert client.get(self.address(row)).status_code == 404
        page = client.get(page_of(row)).content.decode()
        assert "its bytes are gone" in page and self.address(row) not in page

    @pytest.mark.parametrize("key", ["999999", "abc", "9" * 40])
    def test_of_no_file(self, sign_in: Any, key: str) -> None:
        assert sign_in("reporter").get(f"/desk/articles/original/{key}/bytes/").status_code == 404
