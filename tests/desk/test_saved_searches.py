"""Saved searches: their owner's alone, on the home page with what is new since they were last opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from articles.models import Change, SavedSearch
from articles.models.saved_search import MOST_SEARCHES
from articles.refusals import NotAllowed, Refused, Stale
from tests import factories
from tests.desk.conftest import add_to, list_of, page_of
from tests.pages.reading import Page
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")
YESTERDAY = timezone.now() - timedelta(days=1)


def news(client):
    """Return what the home page says of each saved search: name → how much is new."""
    return {one["row"].name: one["count"] for one in client.get(HOME).context["saved"]}


def press(row, name):
    return reverse("admin:articles_savedsearch_do", args=[row.pk, name])


class TestModel:
    def test_is_outside_the_ledger(self, reporter):
        before = Change.objects.count()
        row = SavedSearch.add(reporter, " Old \n bridges ", "  bridge -ferry ")
        assert (row.name, row.q) == ("Old bridges", "bridge -ferry")
        row.revise(reporter, expected=1, name="Bridges")
        row.look(reporter)
        row.forget(reporter)
        assert Change.objects.count() == before and not SavedSearch.objects.exists()

    def test_one_of_a_name_for_each_person(self, reporter, editor):
        SavedSearch.add(reporter, "Bridges", "bridge")
        SavedSearch.add(editor, "Bridges", "bridge")
        with pytest.raises(ValidationError, match="under this name already"):
            SavedSearch.add(reporter, "Bridges", "ferry")

    @pytest.mark.parametrize("given", [{"name": " "}, {"q": "  "}, {"name": "x" * 101}, {"q": "x" * 1_001}])
    def test_has_a_name_and_words(self, reporter, given):
        with pytest.raises(ValidationError):
            SavedSearch.add(reporter, **{"name": "Bridges", "q": "bridge", **given})

    @pytest.mark.parametrize(
        "filters", ["kind=claim", "rating", "rating=wonderful", "rating=a&rating=b", "=", "&&"]
    )
    def test_conditions_are_those_of_the_page(self, reporter, newsroom, filters):
        with pytest.raises(ValidationError) as trouble:
            SavedSearch.add(reporter, "Bridges", "bridge", filters)
        assert set(trouble.value.message_dict) == {"filters"}

    def test_its_address(self, reporter, newsroom):
        row = SavedSearch.add(reporter, "Bridges", 'bridge & "ferry"', " ?rating=supported ")
        assert row.query == "?q=bridge+%26+%22ferry%22&rating=supported"
        assert row.text == 'bridge & "ferry" rating:supported'

    def test_there_is_a_most(self, reporter, editor):
        for number in range(MOST_SEARCHES):
            SavedSearch.add(reporter, f"Bridges {number}", "bridge")
        with pytest.raises(Refused, match="delete one first"):
            SavedSearch.add(reporter, "One more", "bridge")
        SavedSearch.add(editor, "One more", "bridge")

    def test_is_its_owners_alone(self, reporter, editor, administrator, stranger):
        row = SavedSearch.add(reporter, "Bridges", "bridge")
        for other in (editor, administrator, stranger, None):
            assert not SavedSearch.objects.visible_to(other).exists()
            for verb in (row.look, row.forget):
                with pytest.raises(NotAllowed):
                    verb(other)
        for other in (editor, administrator):
            with pytest.raises(NotAllowed):
                row.revise(other, name="Mine")
        assert SavedSearch.objects.editable_by(reporter).get() == row

    def test_to_look_at_it_changes_nothing_that_was_typed(self, reporter):
        row = SavedSearch.add(reporter, "Bridges", "bridge", at=YESTERDAY)
        row.look(reporter)
        row.refresh_from_db()
        assert row.looked_at > YESTERDAY and row.revision == 1
        with pytest.raises(Stale):
            row.revise(reporter, expected=2, name="Old bridges")


class TestHome:
    @pytest.fixture
    def bridges(self, newsroom):
        """Of three claims about a bridge one came today, one was decided on today, and one is old news."""
        old = [factories.ClaimFactory(statement=f"Bridge {number} fell.") for number in range(2)]
        type(old[0]).objects.update(created_at=YESTERDAY - timedelta(days=1))
        factories.VerdictFactory(claim=old[0], rating="supported")
        factories.ClaimFactory(statement="A new bridge fell.")
        factories.ClaimFactory(statement="A new ferry sank.")

    @pytest.mark.parametrize(
        ("q", "filters", "count"),
        [
            ("bridge", "", "2"),
            ("bridge", "rating=supported", "1"),
            ("bridge rating:supported", "", "1"),
            ("rating:supported", "", "1"),
            ("ferry -bridge", "", "1"),
            ("wombat", "", "0"),
        ],
    )
    def test_how_much_is_new(self, sign_in, reporter, bridges, q, filters, count):
        SavedSearch.add(reporter, "Mine", q, filters, at=YESTERDAY)
        assert news(sign_in(reporter)) == {"Mine": count}

    def test_a_verdict_on_what_was_merged_is_news_of_its_survivor(self, sign_in, reporter, bridges):
        SavedSearch.add(reporter, "Mine", "ferry", at=timezone.now())
        ferry = type(factories.ClaimFactory()).objects.get(statement="A new ferry sank.")
        boat = factories.ClaimFactory(statement="The boat went down.", rating="supported")
        boat.merge_into(ferry, factories.some_editor())
        assert news(sign_in(reporter)) == {"Mine": "1"}

    def test_what_was_opened_is_not_new(self, sign_in, reporter, bridges):
        row = SavedSearch.add(reporter, "Mine", "bridge", "rating=supported", at=YESTERDAY)
        client = sign_in(reporter)
        answer = client.post(press(row, "open"))
        assert (answer.status_code, answer["Location"]) == (302, reverse("search") + row.query)
        assert news(client) == {"Mine": "0"}
        assert "nothing new" in client.get(HOME).content.decode()
        assert client.get(answer["Location"]).status_code == 200

    def test_beyond_what_is_looked_through_a_number_is_the_least(
        self, sign_in, reporter, bridges, monkeypatch
    ):
        monkeypatch.setattr("articles.search.newest.FRESH", 2)
        SavedSearch.add(reporter, "Mine", "bridge", at=YESTERDAY)
        assert news(sign_in(reporter)) == {"Mine": "2+"}

    def test_only_ones_own(self, sign_in, reporter, editor, bridges):
        SavedSearch.add(editor, "Theirs", "bridge")
        page = sign_in(reporter).get(HOME)
        assert page.context["saved"] == [] and "Your saved searches" not in page.content.decode()

    def test_a_name_is_text(self, sign_in, reporter):
        SavedSearch.add(reporter, "<b>Bridges</b>", "bridge")
        assert "&lt;b&gt;Bridges&lt;/b&gt;" in sign_in(reporter).get(HOME).content.decode()

    @pytest.mark.parametrize("word", ["bridge", "bridge{}"])
    def test_many_cost_what_one_does(self, sign_in, reporter, bridges, word):
        client = sign_in(reporter)

        def grow(number):
            for at in range(number):
                SavedSearch.add(
                    reporter, f"Mine {SavedSearch.objects.count()}", word.format(at), at=YESTERDAY
                )
                factories.ClaimFactory(statement=f"Bridge {at} fell again.")

        grow(2)
        client.get(HOME)
        few = len(queries_of(lambda: client.get(HOME)))
        grow(10)
        # Words that the index was not asked about lately are asked about together.
        assert len(queries_of(lambda: client.get(HOME))) <= few + ("{}" in word) <= 9


class TestDoors:
    def test_from_the_search_page_to_the_desk(self, sign_in, reporter, newsroom):
        client = sign_in(reporter)
        page = Page(
            client.get(reverse("search"), {"q": "bridge -ferry", "rating": "supported"}).content.decode()
        )
        (form,) = [one for one in page.main.all("form") if "savedsearch" in one.attributes["action"]]
        sent = {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}
        assert sent == {"q": "bridge -ferry", "rating": "supported"}

        asked = client.get(form.attributes["action"], sent)
        initial = asked.context["adminform"].form.initial
        assert initial == {"name": "bridge -ferry", "q": "bridge -ferry", "filters": "rating=supported"}
        assert client.post(add_to(SavedSearch), initial).status_code == 302
        row = SavedSearch.objects.get()
        assert (row.owner, row.text) == (reporter, "bridge -ferry rating:supported")

    def test_readers_are_not_asked(self, client, newsroom):
        assert "Save this search" not in client.get(reverse("search"), {"q": "bridge"}).content.decode()

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"q": "-bridge"}, "Say also what you look for"),
            ({"filters": "rating=wonderful"}, "No rating is called so."),
            ({"name": "Taken"}, "under this name already"),
        ],
    )
    def test_what_cannot_be_saved_is_said(self, sign_in, reporter, newsroom, given, sentence):
        SavedSearch.add(reporter, "Taken", "bridge")
        answer = sign_in(reporter).post(
            add_to(SavedSearch), {"name": "Bridges", "q": "bridge", "filters": "", **given}
        )
        assert answer.status_code == 200 and sentence in answer.content.decode()
        assert SavedSearch.objects.count() == 1

    def test_it_is_renamed_and_deleted(self, sign_in, reporter):
        row = SavedSearch.add(reporter, "Bridges", "bridge")
        client = sign_in(reporter)
        sent = {"seen_revision": "1", "name": "Old bridges", "q": "bridge", "filters": "",
                "initial-name": "Bridges", "initial-q": "bridge", "initial-filters": ""}  # fmt: skip
        assert client.post(page_of(row), sent).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.revision) == ("Old bridges", 2)
        assert "Old bridges" in client.get(list_of(SavedSearch)).content.decode()
        assert client.post(press(row, "forget")).status_code == 302
        assert not SavedSearch.objects.exists()

    def test_nobody_else_opens_it(self, sign_in, reporter):
        row = SavedSearch.add(reporter, "Bridges", "bridge", at=YESTERDAY)
        for role in ("editor", "administrator"):
            client = sign_in(role)
            assert client.get(page_of(row)).status_code == 404
            for name in ("open", "forget"):
                assert client.post(press(row, name)).status_code == 404
            assert "bridge" not in client.get(list_of(SavedSearch)).content.decode()
        row.refresh_from_db()
        assert row.looked_at == YESTERDAY

    def test_to_ask_for_it_is_not_to_open_it(self, sign_in, reporter):
        row = SavedSearch.add(reporter, "Bridges", "bridge", at=YESTERDAY)
        assert sign_in(reporter).get(press(row, "open")).status_code == 200
        row.refresh_from_db()
        assert row.looked_at == YESTERDAY
