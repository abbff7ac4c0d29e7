"""The page of one's letters, and the link in each of them."""

from __future__ import annotations

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from articles.mailing import off_token
from articles.models import MailKind, MailRefusal
from tests import factories as f

pytestmark = pytest.mark.django_db
PAGE = "/desk/my-mail/"


@pytest.fixture
def person(newsroom):
    return f.UserFactory(email="eda@desk.example")


@pytest.fixture
def at_desk(person):
    client = Client()
    client.force_login(person)
    return client


class TestPage:
    def test_all_are_on_until_one_is_turned_off(self, at_desk, person):
        page = at_desk.get(PAGE).content.decode()
        assert page.count("checked") == len(MailKind.values) and person.email in page
        answer = at_desk.post(PAGE, {"kinds": ["deadline"]}, follow=True)
        assert answer.redirect_chain == [(PAGE, 302)] and "from now on" in answer.content.decode()
        assert answer.content.decode().count("checked") == 1
        at_desk.post(PAGE, {"kinds": MailKind.values})
        assert not MailRefusal.objects.exists()

    def test_none_at_all(self, at_desk, person):
        at_desk.post(PAGE, {})
        assert MailRefusal.objects.filter(person=person).count() == len(MailKind.values)

    def test_what_is_no_kind_changes_nothing(self, at_desk):
        assert at_desk.post(PAGE, {"kinds": ["deadline", "x"]}).status_code == 400
        assert not MailRefusal.objects.exists()

    def test_it_says_why_nothing_comes(self, at_desk, person, settings):
        person.describe(f.some_administrator(), email="")
        assert "no e-mail address" in at_desk.get(PAGE).content.decode()
        settings.SENDS_EMAIL = False
        assert "No mail server" in at_desk.get(PAGE).content.decode()

    def test_for_whoever_is_signed_in(self):
        assert Client().get(PAGE).status_code == 302
        assert Client().post(PAGE, {}).status_code == 302 and not MailRefusal.objects.exists()


class TestLink:
    @pytest.fixture
    def link(self, person):
        return reverse("mail_off", args=[off_token(person, MailKind.DEADLINE)])

    def test_looking_at_it_turns_nothing_off(self, link):
        assert "what is due" in Client().get(link).content.decode()
        assert not MailRefusal.objects.exists()

    def test_one_click_without_cookie_or_account(self, link, person):
        program = Client(enforce_csrf_checks=True)
        for _ in range(2):
            assert program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        row = MailRefusal.objects.get()
        assert (row.person, row.kind) == (person, "deadline")

    def test_a_link_of_nobody_is_404(self, link, person):
        other = signing.dumps([person.pk, "deadline"], salt="another")
        unknown = signing.dumps([person.pk, "x"], salt="articles.mail.off")
        gone = signing.dumps([0, "deadline"], salt="articles.mail.off")
        odd = signing.dumps("x", salt="articles.mail.off")
        for token in ("x", link.split("/")[-2][:-1], other, unknown, gone, odd):
            assert Client().post(reverse("mail_off", args=[token])).status_code == 404, token
        assert not MailRefusal.objects.exists()

    def test_it_leads_nowhere_else(self, link):
        """Who has somebody's letter learns nothing of the desk by it."""
        page = Client().get(link).content.decode()
        assert "nav-sidebar" not in page and "/desk/articles/" not in page
