"""What is typed is kept for whoever typed it, for nobody else, and until it is sent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponseRedirect
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.admin.kept_forms import ForgetsWhatWasSent
from articles.models import KeptForm, Redaction
from articles.models.kept_form import KEPT, MOST, MOST_FORMS
from articles.refusals import NotAllowed
from articles.tasks import forget_kept_forms
from tests import factories
from tests.desk.conftest import add_to, as_loaded, button_of, list_of, page_of
from tests.query_counts import queries_of

KEEP, OFFERS, FORGET = (
    "admin:articles_keptform_keep",
    "admin:articles_keptform_offers",
    "admin:articles_keptform_forget",
)
WORDS = "The bridge cost five million dollars."


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory(statement="The bridge cost four million dollars.")


def say(client, address, data):
    return client.post(reverse(address), json.dumps(data), content_type="application/json")


def typed(claim, words=WORDS, **more):
    """Return what the script sends of the claim's form."""
    fields = [
        ["seen_revision", "1", ""],
        ["initial-statement", claim.statement, ""],
        ["statement", words, words],
    ]
    return {"form": page_of(claim), "page": page_of(claim), "fields": fields, "seen": 1, **more}


def offered(client, claim, now=None, seen=1):
    """Return what the page of the claim is offered, where `now` stands in its form."""
    now = claim.statement if now is None else now
    here = {"form": page_of(claim), "fields": [["statement", now, now]], "labels": {"statement": "Statement"}}
    return say(client, OFFERS, {"forms": [here | {"seen": seen}]}).json()["offers"]


def test_what_is_typed_is_kept_once_for_a_form(sign_in, reporter, claim):
    client = sign_in(reporter)
    for words in ("The bridge", WORDS):
        assert say(client, KEEP, typed(claim, words)).status_code == 200
    kept = KeptForm.objects.get()
    assert (kept.user, kept.form, kept.seen) == (reporter, page_of(claim), 1)
    assert kept.words == [("statement", WORDS)]


def test_it_is_offered_to_who_typed_it_with_what_is_different(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    assert say(client, OFFERS, {"forms": [{"form": page_of(claim)}]}).json()["offers"] == {page_of(claim): {}}
    one = offered(client, claim)[page_of(claim)]
    assert "<del>four</del><ins>five</ins> million dollars." in one["html"]
    assert "You had begun to write here" in one["html"]
    assert "It was changed since" not in one["html"]
    assert one["fields"] == typed(claim)["fields"]


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_nobody_else_sees_it(sign_in, reporter, claim, role):
    say(sign_in(reporter), KEEP, typed(claim))
    client = sign_in(role)
    assert offered(client, claim) == {}
    kept = KeptForm.objects.get()
    assert WORDS not in client.get(list_of(KeptForm)).content.decode()
    assert client.get(page_of(kept)).status_code == 404
    assert client.post(button_of(kept, "discard"), {"seen": ""}).status_code == 404
    say(client, FORGET, {"form": kept.form})
    with pytest.raises(NotAllowed):
        kept.forget(factories.somebody(role))
    assert KeptForm.objects.count() == 1


def test_who_typed_it_finds_it_without_a_script(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    kept = KeptForm.objects.get()
    assert WORDS in client.get(list_of(KeptForm)).content.decode()
    page = client.get(page_of(kept)).content.decode()
    assert WORDS in page
    assert f'href="{page_of(claim)}"' in page
    assert client.post(button_of(kept, "discard"), {"seen": ""}).status_code == 302
    assert not KeptForm.objects.exists()


def test_what_is_the_same_is_not_offered(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    assert offered(client, claim, WORDS.replace(" cost", " cost")) == {}
    # At the same revision it may still be unsent.
    assert KeptForm.objects.exists()
    assert offered(client, claim, WORDS, seen=2) == {}
    assert not KeptForm.objects.exists()


def test_a_row_that_moved_on_is_said(sign_in, reporter, editor, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    claim.revise(editor, statement="The bridge cost four million dollars, says the mayor.")
    html = offered(client, claim, seen=2)[page_of(claim)]["html"]
    assert "It was changed since." in html
    # What was kept carries what it was typed on top of: sent, it is merged.
    sent = {name: value for name, value, _ in KeptForm.objects.get().fields}
    loaded = as_loaded(client.get(page_of(claim)))
    answer = client.post(page_of(claim), loaded | sent)
    assert answer.status_code == 409
    assert as_loaded(answer)["statement"] == "The bridge cost five million dollars, says the mayor."


def test_what_was_sent_is_forgotten(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    sent = as_loaded(client.get(page_of(claim))) | {"kept": page_of(claim), "statement": WORDS}
    bad = sent | {"asserted_earliest": "2024-02-02", "asserted_latest": "2024-01-01"}
    assert client.post(page_of(claim), bad).status_code == 200
    assert KeptForm.objects.exists()
    assert client.post(page_of(claim), sent).status_code == 302
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(("level", "is_kept"), [(messages.ERROR, True), (messages.SUCCESS, False)])
def test_what_was_refused_with_a_message_is_not(rf, reporter, claim, level, is_kept):
    kept = factories.KeptFormFactory(user=reporter)

    def answer(request):
        messages.add_message(request, level, "Said.")
        return HttpResponseRedirect("/desk/")

    request = rf.post("/desk/", {"kept": kept.form})
    request.user, request.session = reporter, {}
    request._messages = CookieStorage(request)
    ForgetsWhatWasSent(answer)(request)
    assert KeptForm.objects.exists() == is_kept


def test_of_somebody_else_nothing_is_forgotten(sign_in, reporter, editor, claim):
    say(sign_in(reporter), KEEP, typed(claim))
    client = sign_in(editor)
    sent = as_loaded(client.get(page_of(claim))) | {"kept": page_of(claim), "statement": WORDS}
    assert client.post(page_of(claim), sent).status_code == 302
    assert KeptForm.objects.exists()


def test_after_the_session_ended(client, claim):
    for address in (KEEP, OFFERS, FORGET):
        answer = say(client, address, typed(claim))
        assert answer.status_code == 401
        assert answer.json() == {"sentence": "You are not signed in any more."}


def test_a_token_that_went_out_of_date_can_be_renewed(reporter, claim):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reporter)
    assert say(client, KEEP, typed(claim)).status_code == 403
    token = client.get(reverse(KEEP)).json()["token"]
    answer = client.post(
        reverse(KEEP),
        json.dumps(typed(claim)),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{", b'{"form": 1}', b'{"form": "/elsewhere/", "page": "/desk/", "fields": []}',
        b'{"form": "/desk/", "page": "/desk/", "fields": [["a", "b"]]}',
        b'{"form": "/desk/", "page": "/desk/", "fields": [["a", "b", 1]]}',
        b'{"form": "/desk/", "page": "/desk/", "fields": "x"}',
        b'{"form": "/desk/' + b"x" * 500 + b'", "page": "/desk/", "fields": []}',
        b'{"form": "/desk/articles/claim/1/change/", "page": "/desk/", "fields": [["a", "\\u0000", ""]]}',
        b'{"form": "/desk/articles/claim/1/change/", "page": "/desk/", "fields": [["a", "\\ud800", ""]]}',
        b"[" * 50_000, b'{"forms": 1}', b'{"forms": [{"form": "https://x.example/"}]}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_garbage_is_refused_with_a_sentence(sign_in, data):
    client = sign_in("reporter")
    for address in (KEEP, OFFERS, FORGET):
        answer = client.post(reverse(address), data, content_type="application/json")
        assert answer.status_code in (200, 400, 403)
        assert answer.status_code == 200 or answer.json()["sentence"]
    assert not KeptForm.objects.exists()


def test_an_offer_is_asked_for_with_garbage(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    for fields in ("x", [["a"]], [1], {"a": "b"}):
        answer = say(client, OFFERS, {"forms": [{"form": page_of(claim), "fields": fields}]})
        assert answer.status_code == 400
    here = {"form": page_of(claim), "fields": [], "labels": "x", "seen": "y"}
    assert say(client, OFFERS, {"forms": [here]}).status_code == 200


def test_too_much_is_refused_with_a_sentence(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    answer = say(client, KEEP, typed(claim, "x" * MOST))
    assert answer.status_code == 413
    assert answer.json()["sentence"].startswith("This is too long to be kept")
    assert KeptForm.objects.get().words == [("statement", WORDS)]


def test_who_begins_very_many_loses_the_oldest(reporter):
    now = timezone.now()
    for number in range(MOST_FORMS + 2):
        at = now + timedelta(seconds=number)
        KeptForm.keep(reporter, f"/desk/articles/claim/{number}/change/", "/desk/", [], None, at)
    assert KeptForm.objects.count() == MOST_FORMS
    assert not KeptForm.objects.filter(form="/desk/articles/claim/1/change/").exists()


def test_passwords_and_where_people_can_be_reached_are_not_kept(reporter, claim):
    fields = [["reach", "a number", "a number"], ["new_password1", "x", "x"], ["question", "Why?", "Why?"]]
    kept = KeptForm.keep(reporter, "/desk/articles/contact/add/", "/desk/", fields, None, timezone.now())
    assert kept.fields == [["question", "Why?", "Why?"]]


@pytest.mark.parametrize("noun", ["confidentialsource", "user", "apikey", "webhook"])
def test_some_forms_are_not_kept_at_all(sign_in, noun):
    client = sign_in("administrator")
    form = reverse(f"admin:articles_{noun}_add")
    assert say(client, KEEP, {"form": form, "page": form, "fields": [], "seen": None}).status_code == 403
    assert 'name="kept"' not in client.get(form).content.decode()
    assert not KeptForm.objects.exists()


def test_forms_say_their_names(sign_in, editor, claim):
    client = sign_in(editor)
    page = client.get(page_of(claim)).content.decode()
    assert f'<input type="hidden" name="kept" value="{page_of(claim)}" data-keep>' in page
    assert f'data-keep="{button_of(claim, "dismiss")}"' in page
    # A button that asks for nothing has nothing to keep.
    assert f'data-keep="{button_of(claim, "check")}"' not in page
    evidence = f"{add_to(factories.EvidenceFactory._meta.model)}?claim={claim.pk}"
    assert f'name="kept" value="{evidence}"' in client.get(evidence).content.decode()
    sent = as_loaded(client.get(page_of(claim))) | {"statement": ""}
    assert "data-keep-held" in client.post(page_of(claim), sent).content.decode()


def test_where_a_person_can_be_reached_is_marked(sign_in):
    page = sign_in("editor").get(add_to(factories.ContactFactory._meta.model)).content.decode()
    field = page[page.index('name="reach"') :]
    assert "data-private" in field[: field.index(">")]


def test_it_is_forgotten_after_a_month(claim):
    now = timezone.now()
    factories.KeptFormFactory(at=now - KEPT - timedelta(hours=1))
    factories.KeptFormFactory(at=now - KEPT + timedelta(hours=1))
    assert forget_kept_forms.func() == 1
    assert KeptForm.objects.count() == 1


def test_a_redaction_masks_it(administrator, claim):
    kept = factories.KeptFormFactory(words="The bridge cost Jane Q. Doe four million.")
    factories.ClaimFactory(statement="Jane Q. Doe paid.")
    Redaction.everywhere(administrator, "Jane Q. Doe", "A private person.")
    kept.refresh_from_db()
    assert "Jane" not in json.dumps(kept.fields)
    assert kept.words[0][1].endswith("four million.")


def test_what_it_costs(sign_in, reporter, claim):
    client = sign_in(reporter)
    say(client, KEEP, typed(claim))
    # Session, account, the form, and a transaction around what is written.
    assert len(queries_of(lambda: say(client, KEEP, typed(claim, "Other.")))) <= 7
    assert len(queries_of(lambda: say(client, OFFERS, {"forms": [{"form": page_of(claim)}]}))) <= 3


@pytest.mark.parametrize("address", [KEEP, OFFERS, FORGET])
@pytest.mark.parametrize("letter", ["\x00", "\ud800"])
def test_names_that_no_database_can_look_for(sign_in, newsroom, address, letter):
    form = f"/desk/{letter}"
    data = {"form": form, "page": form, "fields": [], "forms": [{"form": form}]}
    assert say(sign_in("reporter"), address, data).status_code == 400


@pytest.mark.parametrize("address", [KEEP, OFFERS, FORGET])
def test_a_length_that_is_no_number(sign_in, newsroom, address):
    sent = {"content_type": "application/json", "CONTENT_LENGTH": "long"}
    assert sign_in("reporter").post(reverse(address), "{}", **sent).status_code == 400
