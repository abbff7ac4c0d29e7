"""Where one is signed in, and ending it."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.accounts.account import device
from articles.models import AuditEntry, User
from tests.accounts.conftest import entries, is_in, sign_in, text_of, verbs
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def two(newsroom, reporter):
    here, elsewhere = Client(), Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.8")
    sign_in(here), sign_in(elsewhere)
    return here, elsewhere


APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 16) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/19.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) {APPLE} CriOS/140.0 Mobile/1 Safari/604.1",
            "Chrome on iPhone",
        ),
        ("curl/8.5", "a browser that does not say what it is"),
        ("", "a browser that does not say what it is"),
    ],
)
def test_devices_in_words(said, words):
    assert device(said) == words


def test_the_page_shows_them_and_marks_this_one(two):
    here, _elsewhere = two
    page = here.get(reverse("account"))
    text = text_of(page)
    assert "Firefox on Linux" in text and "192.0.2.8" in text
    assert text.count("this one") == 1
    assert [one["here"] for one in page.context["sessions"]] == [True, False]


def test_one_is_ended(two):
    here, elsewhere = two
    other = next(one for one in here.get(reverse("account")).context["sessions"] if not one["here"])
    rita = User.objects.get(username="rita")
    here.post(reverse("account_sessions", args=[rita.pk]), {"session": other["pk"]})
    assert is_in(here) and not is_in(elsewhere)
    assert entries()[-1] == ("session_ended", "rita", "rita")


def test_all_others_are_ended(two):
    here, elsewhere = two
    third = Client()
    sign_in(third)
    answer = here.post(reverse("account_sessions", args=[User.objects.get(username="rita").pk]), follow=True)
    assert "2 sessions have ended" in text_of(answer)
    assert is_in(here) and not is_in(elsewhere) and not is_in(third)


def test_those_of_colleagues_are_for_administrators(two, editor, administrator):
    here, elsewhere = two
    rita = User.objects.get(username="rita")
    address = reverse("account_sessions", args=[rita.pk])
    other = Client()
    other.force_login(editor)
    for answer in (other.get(address), other.post(address)):
        assert answer.status_code == 403 and "Only an administrator" in text_of(answer)
    assert is_in(here)
    other.force_login(administrator)
    assert "Firefox on Linux" in text_of(other.get(address))
    other.post(address)
    assert not is_in(here) and not is_in(elsewhere)
    assert entries()[-1] == ("session_ended", "rita", "ada")


def test_a_number_of_somebody_elses_ends_nothing(two, editor):
    other = Client()
    sign_in(other, "eda")
    theirs = UserSession.objects.filter(user__username="rita").first()
    other.post(reverse("account_sessions", args=[editor.pk]), {"session": theirs.pk})
    assert is_in(two[0]) and is_in(two[1])
    for number in ("x", "9" * 40, "²"):
        answer = other.post(reverse("account_sessions", args=[editor.pk]), {"session": number})
        assert answer.status_code == 404


def test_closing_an_account_ends_all(two, administrator):
    rita = User.objects.get(username="rita")
    rita.deactivate(administrator)
    assert not UserSession.objects.filter(user=rita).exists()
    rita.reactivate(administrator)
    assert not any(map(is_in, two)), "what was open before does not come back"


def test_last_seen(two, monkeypatch):
    from django.core.cache import cache

    here, _elsewhere = two
    key = here.session.session_key
    before = UserSession.objects.get(session_key=key).last_seen_at
    cache.clear()
    here.get(reverse("admin:index"), REMOTE_ADDR="192.0.2.9")
    seen = UserSession.objects.get(session_key=key)
    assert seen.last_seen_at > before and seen.ip == "192.0.2.9"
    here.get(reverse("admin:index"))
    assert UserSession.objects.get(session_key=key).last_seen_at == seen.last_seen_at, (
        "once in a while is enough"
    )


def test_signing_out_takes_it_off_the_list(two):
    two[1].post(reverse("account_logout"))
    assert UserSession.objects.count() == 1
    assert verbs()[-1] == "signed_out"


def test_what_has_run_out_is_forgotten(two):
    from datetime import timedelta

    from django.contrib.sessions.models import Session

    Session.objects.filter(session_key=two[1].session.session_key).update(
        expire_date=timezone.now() - timedelta(1)
    )
    assert User.forget_ended_sessions(timezone.now()) == 1
    assert UserSession.objects.get().session_key == two[0].session.session_key


def test_name_and_email(newsroom, reporter):
    client = Client()
    sign_in(client)
    sent = {"display_name": "Rita R.", "email": "rita@desk.example"}
    assert client.post(reverse("account"), sent).status_code == 302
    reporter.refresh_from_db()
    assert (reporter.display_name, reporter.email) == ("Rita R.", "rita@desk.example")
    answer = client.post(reverse("account"), {"display_name": "", "email": "no address"})
    assert answer.status_code == 400
    assert "This field" in text_of(answer) and "valid email" in text_of(answer)
    assert 'value="no address"' in answer.content.decode(), "nothing typed is lost"
    assert AuditEntry.objects.get(verb="account_changed").detail == "display_name, email"
    # An account has more columns than the form.
    client.post(reverse("account"), sent | {"role": "administrator", "is_active": ""})
    reporter.refresh_from_db()
    assert reporter.role == "reporter" and reporter.is_active


def test_another_email_is_for_who_knows_the_password(newsroom, reporter, monkeypatch):
    """Who sits down at an open desk must not have the link for a new password sent to themselves."""
    client = Client()
    sign_in(client)
    before = reporter.email
    sent = {"display_name": "Rita R.", "email": "other@desk.example"}
    with monkeypatch.context() as long_after:
        long_after.setattr("articles.accounts.adapter.RECENTLY", -1)
        answer = client.post(reverse("account"), sent)
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_reauthenticate"))
    reporter.refresh_from_db()
    assert reporter.email == before
    client.post(answer.url, {"password": PASSWORD})
    reporter.refresh_from_db()
    assert (reporter.display_name, reporter.email) == ("Rita R.", "other@desk.example"), (
        "nothing typed is lost"
    )


def test_the_page_costs_the_same_however_much_happened(newsroom, reporter):
    from tests import factories
    from tests.query_counts import assert_same_queries

    client = Client()
    client.force_login(reporter)

    def grow(number: int) -> None:
        for _one in range(number):
            factories.AuditEntryFactory(whom=reporter)
            factories.ApiKeyFactory(owner=reporter)

    assert_same_queries(grow, lambda: client.get(reverse("account")), at_most=11)
