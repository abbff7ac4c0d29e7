"""Notes: the desk tells itself something about a claim, and nobody else ever reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from articles.models import Change, Note
from articles.refusals import NotAllowed, Refused, Stale
from tests import factories
from tests.desk.conftest import as_loaded, button_of, page_of

pytestmark = pytest.mark.django_db


def bench(claim):
    return reverse("admin:articles_claim_workbench", args=[claim.pk])


class TestModel:
    def test_is_outside_the_ledger(self, reporter):
        claim = factories.ClaimFactory()
        before = Change.objects.count()
        note = Note.add(reporter, claim, "  The archive opens on Monday.  ")
        note.revise(reporter, expected=1, text="The archive opens on Tuesday.")
        note.take_back(reporter)
        assert Change.objects.count() == before and not Note.objects.exists()

    def test_says_something(self, reporter):
        with pytest.raises(ValidationError):
            Note.add(reporter, factories.ClaimFactory(), "   ")

    def test_is_written_by_nobody_else(self, reporter, editor, administrator):
        note = factories.NoteFactory(by=reporter)
        for other in (editor, administrator):
            with pytest.raises(NotAllowed):
                note.revise(other, text="Mine.")
        with pytest.raises(NotAllowed):
            note.take_back(editor)
        note.take_back(administrator)
        assert not Note.objects.exists()

    def test_knows_that_it_was_changed(self, reporter):
        note = factories.NoteFactory(by=reporter)
        Note.objects.update(updated_at=datetime(2024, 1, 10, tzinfo=UTC))
        assert not note.was_revised
        note.revise(reporter, text="Changed.")
        note.refresh_from_db()
        assert note.was_revised and note.updated_at >= note.created_at

    def test_two_at_once(self, reporter):
        note = factories.NoteFactory(by=reporter)
        Note.objects.get().revise(reporter, text="From the other window.")
        with pytest.raises(Stale):
            note.revise(reporter, expected=1, text="From this one.")
        first, second = Note.objects.get(), Note.objects.get()
        first.take_back(reporter)
        with pytest.raises(Refused):
            second.take_back(reporter)

    def test_of_a_merged_claim_stands_with_its_survivor(self, reporter, editor):
        note = factories.NoteFactory(by=reporter)
        survivor = factories.ClaimFactory()
        note.claim.merge_into(survivor, editor)
        assert list(Note.objects.on(survivor)) == [note]


class TestOnTheWorkbench:
    def test_is_left_and_taken_back(self, sign_in, reporter):
        claim, client = factories.ClaimFactory(), sign_in(reporter)
        sent = {"text": "Ask the *archive*.", "seen": claim.revision, "next": f"{bench(claim)}#notes"}
        answer = client.post(button_of(claim, "note"), sent)
        assert answer["Location"] == f"{bench(claim)}#notes"
        page = client.get(bench(claim)).content.decode()
        note = Note.objects.get()
        assert "Ask the <em>archive</em>." in page and button_of(note, "take-back") in page
        assert f'action="{button_of(note, "take-back")}" class="undo"' in page
        answer = client.post(button_of(note, "take-back"), {"seen": 1, "next": bench(claim)}, follow=True)
        assert "The note is gone." in answer.content.decode() and not Note.objects.exists()

    def test_html_in_it_is_text(self, sign_in):
        note = factories.NoteFactory(text="<script>alert(1)</script> [x](javascript:alert(1))")
        page = sign_in("reporter").get(bench(note.claim)).content.decode()
        assert "<script>alert" not in page and 'href="javascript' not in page

    def test_verbs_are_its_authors(self, sign_in, reporter):
        note = factories.NoteFactory(by=reporter)
        assert button_of(note, "revise") in sign_in(reporter).get(bench(note.claim)).content.decode()
        assert button_of(note, "revise") not in sign_in("editor").get(bench(note.claim)).content.decode()
        assert sign_in("editor").post(button_of(note, "revise"), {"text": "x", "seen": 1}).status_code == 403

    def test_change_in_place_on_top_of_what_was_seen(self, sign_in, reporter):
        note, client = factories.NoteFactory(by=reporter), sign_in(reporter)
        Note.objects.get().revise(reporter, text="From the other window.")
        sent = {"text": "From this one.", "initial-text": note.text, "seen": 1, "next": bench(note.claim)}
        answer = client.post(button_of(note, "revise"), sent)
        page = answer.content.decode()
        assert answer.status_code == 409 and "From this one." in page and "From the other window." in page
        sent["seen"] = answer.context["form"]["seen"].value()
        assert client.post(button_of(note, "revise"), sent)["Location"] == bench(note.claim)
        assert Note.objects.get().text == "From this one."

    def test_empty_is_asked_again(self, sign_in):
        claim = factories.ClaimFactory()
        answer = sign_in("reporter").post(button_of(claim, "note"), {"text": " ", "seen": 1})
        assert answer.status_code == 400 and "This field is required" in answer.content.decode()

    def test_on_its_own_page(self, sign_in, reporter):
        note, client = factories.NoteFactory(by=reporter), sign_in(reporter)
        sent = as_loaded(client.get(page_of(note))) | {"text": "Changed."}
        assert client.post(page_of(note), sent).status_code == 302
        assert Note.objects.get().text == "Changed."


def test_readers_never_see_it():
    note = factories.NoteFactory(text="Between ourselves")
    answer = Client().get(note.claim.get_absolute_url())
    assert answer.status_code == 200 and "Between ourselves" not in answer.content.decode()
    assert not Note.objects.visible_to(None).exists()
