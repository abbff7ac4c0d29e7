"""A new password: by who knows the old one, by a letter, by a link from the machine. Sessions end with the old one."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from articles.models import GuessKind
from articles.models.guessing import MOST
from tests.accounts.conftest import NEW, entries, is_in, sign_in, text_of, verbs
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(newsroom, reporter):
    reporter.email = "rita@desk.example"
    reporter.save(update_fields=["email"])
    return reporter


def ask(client: Client, email: str):
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def link_in(text: str) -> str:
    return re.search(r"https?://[^/\s]+(/desk/password/new/\S+)", text)[1]


def use(client: Client, link: str, password: str = NEW):
    """Open the link, and set a password on the page it leads to."""
    page = client.get(link, follow=True)
    if "password1" not in page.content.decode():
        return page
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True)


class TestChanged:
    def test_other_sessions_end(self, rita):
        here, elsewhere = Client(), Client()
        sign_in(here), sign_in(elsewhere)
        sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert here.post(reverse("account_change_password"), sent)["Location"] == reverse("account")
        assert is_in(here) and not is_in(elsewhere)
        assert verbs()[-1] == "password_changed"
        assert "password changed" in mail.outbox[0].body and mail.outbox[0].to == [rita.email]

    def test_bad_ones_are_told(self, rita):
        client = Client()
        sign_in(client)
        for sent, said in (
            ({"oldpassword": "wrong"}, "This is not your password"),
            ({"password1": "short", "password2": "short"}, "at least 12 characters"),
            ({"password2": "something else"}, "the same password each time"),
        ):
            sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | sent
            answer = client.post(reverse("account_change_password"), sent)
            assert said in text_of(answer), said
            assert NEW not in answer.content.decode()


class TestByLetter:
    def test_once_and_sessions_end(self, rita):
        elsewhere = Client()
        sign_in(elsewhere)
        ask(Client(), rita.email)
        (letter,) = mail.outbox
        assert (letter.to, "The Example Desk" in letter.subject) == ([rita.email], True)
        assert "rita" in letter.body and "&" not in letter.body
        link = link_in(letter.body)
        assert "holds" in text_of(use(Client(), link))
        assert not is_in(elsewhere)
        assert sign_in(Client(), password=PASSWORD).status_code == 200
        assert sign_in(Client(), password=NEW).status_code == 302
        assert "used already" in text_of(use(Client(), link, "a second long phrase"))
        assert [verb for verb, _whom, _by in entries()][1:4] == [
            "link_sent",
            "password_reset",
            "sign_in_failed",
        ]

    def test_whoever_asks_is_told_the_same(self, rita):
        UserFactory(username="gone", email="gone@desk.example", is_active=False)
        said = {
            text_of(ask(Client(), email)) for email in (rita.email, "gone@desk.example", "no@desk.example")
        }
        assert len(said) == 1
        assert [one.to for one in mail.outbox] == [[rita.email]]

    def test_nobody_is_flooded(self, rita):
        said = [text_of(ask(Client(), rita.email)) for _time in range(MOST[GuessKind.LETTER] + 2)]
        assert len(set(said)) == 1
        assert len(mail.outbox) == MOST[GuessKind.LETTER]

    def test_holds_for_an_hour(self, rita, monkeypatch):
        from datetime import timedelta

        from django.contrib.auth.tokens import PasswordResetTokenGenerator
        from django.utils import timezone

        ask(Client(), rita.email)
        later = timezone.now().replace(tzinfo=None) + timedelta(hours=1, seconds=2)
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
        assert "more than an hour old" in text_of(use(Client(), link_in(mail.outbox[0].body)))

    def test_goes_to_the_address_on_record(self, rita):
        """What was typed may only look the same."""
        ask(Client(), "RITA@desk.example")
        assert [one.to for one in mail.outbox] == [["rita@desk.example"]]

    def test_the_host_of_the_request_is_not_believed(self, rita, settings):
        settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://desk.example"
        client = Client()
        client.post(reverse("account_reset_password"), {"email": rita.email}, HTTP_HOST="evil.example")
        assert "https://desk.example/desk/password/new/" in mail.outbox[0].body
        assert "evil" not in mail.outbox[0].body

    def test_a_link_is_not_in_the_address_of_the_form(self, rita):
        ask(Client(), rita.email)
        page = Client().get(link_in(mail.outbox[0].body))
        assert page["Location"].endswith("-set-password/")


class TestWithoutMail:
    def test_page_says_whom_to_ask(self, client, rita, settings):
        settings.SENDS_EMAIL = False
        page = client.get(reverse("account_reset_password"))
        assert "Ask an administrator" in text_of(page) and 'name="email"' not in page.content.decode()
        assert client.post(reverse("account_reset_password"), {"email": rita.email}).status_code == 405
        assert not mail.outbox

    def test_command_makes_a_link(self, rita, settings, capsys):
        settings.SENDS_EMAIL, settings.SITE_URL = False, "https://desk.example/"
        call_command("reset_password", "rita")
        said = capsys.readouterr()
        assert said.out.startswith("https://desk.example/desk/password/new/") and said.out.count("\n") == 1
        assert "for an hour, and once" in said.err
        assert "holds" in text_of(use(Client(), link_in(said.out)))
        assert sign_in(Client(), password=NEW).status_code == 302
        assert "used already" in text_of(use(Client(), link_in(said.out)))
        assert verbs()[0] == "link_made"

    def test_command_refuses(self, rita, administrator):
        with pytest.raises(CommandError, match="no account “nobody”"):
            call_command("reset_password", "nobody")
        rita.deactivate(administrator)
        with pytest.raises(CommandError, match="closed"):
            call_command("reset_password", "rita")


def test_a_link_made_up_is_none(client, newsroom, reporter):
    for key in ("0-x", "zzzzzzzzzzzzz-set-password", f"{reporter.pk}-set-password", "1-" + "x" * 200):
        answer = client.get(f"/desk/password/new/{key}/", follow=True)
        assert answer.status_code in (200, 404), key
        assert 'name="password1"' not in answer.content.decode()
