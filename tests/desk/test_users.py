"""Accounts: administrators open, change and close them; passwords pass Django's validators."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from articles.models import User
from tests import factories
from tests.desk.conftest import add_to, as_loaded, page_of
from tests.desk.test_buttons import offered, press

NEW = {
    "username": "nora", "display_name": "Nora New", "email": "", "role": "editor",
    "password1": "a long and fresh phrase", "password2": "a long and fresh phrase",
}  # fmt: skip


def test_open_an_account(sign_in, administrator):
    assert sign_in(administrator).post(add_to(User), NEW).status_code == 302
    nora = User.objects.get(username="nora")
    assert (nora.role, nora.display_name, nora.check_password(NEW["password1"])) == (
        "editor",
        "Nora New",
        True,
    )
    assert Client().login(username="nora", password=NEW["password1"])


def test_only_administrators_open_accounts(sign_in, reporter, editor):
    for person in (reporter, editor):
        assert sign_in(person).post(add_to(User), NEW).status_code == 403
    assert not User.objects.filter(username="nora").exists()


def test_bad_passwords_are_refused(sign_in, administrator):
    client = sign_in(administrator)
    for sent, sentence in (
        ({"password2": "something else entirely"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "entirely numeric"),
        ({"username": "ada"}, "already exists"),
        ({"username": "n o r a"}, "Enter a valid username"),
        ({"password1": "", "password2": ""}, "This field is required"),
    ):
        answer = client.post(add_to(User), NEW | sent)
        assert answer.status_code == 200, sent
        assert sentence in answer.content.decode(), sent
        # A password is never sent back.
        assert NEW["password1"] not in answer.content.decode()
    assert User.objects.count() == 1


def test_names_and_addresses(sign_in, administrator, reporter):
    client = sign_in(administrator)
    sent = as_loaded(client.get(page_of(reporter))) | {"display_name": "Rita R.", "role": "administrator"}
    assert client.post(page_of(reporter), sent).status_code == 302
    reporter.refresh_from_db()
    assert (reporter.display_name, reporter.role) == ("Rita R.", "reporter")
    assert sign_in(reporter).post(page_of(reporter), sent).status_code == 403


def test_roles(sign_in, administrator, reporter):
    client = sign_in(administrator)
    assert press(client, reporter, "role", role="editor").status_code == 302
    reporter.refresh_from_db()
    assert reporter.role == "editor"
    assert press(client, reporter, "role", role="emperor").status_code == 400
    answer = press(client, administrator, "role", role="reporter")
    assert answer.status_code == 409
    assert "You cannot change your own role" in answer.content.decode()


def test_deactivate_and_reactivate(sign_in, administrator, reporter):
    client, theirs = sign_in(administrator), sign_in(reporter)
    assert offered(client, reporter) == ["role", "password", "deactivate"]
    assert press(client, reporter, "deactivate").status_code == 302
    assert theirs.get(reverse("admin:index")).status_code == 302
    assert not Client().login(username="rita", password=factories.PASSWORD)
    assert offered(client, reporter) == ["role", "password", "reactivate"]
    assert press(client, reporter, "reactivate").status_code == 302
    assert press(client, administrator, "deactivate").status_code == 409
    administrator.refresh_from_db()
    assert administrator.is_active


def test_set_a_password(sign_in, administrator, reporter):
    client, theirs = sign_in(administrator), sign_in(reporter)
    answer = press(
        client, reporter, "password", password1="another long phrase", password2="another long phrasx"
    )
    assert answer.status_code == 400
    answer = press(
        client, reporter, "password", password1="another long phrase", password2="another long phrase"
    )
    assert answer.status_code == 302
    assert Client().login(username="rita", password="another long phrase")
    assert theirs.get(reverse("admin:index")).status_code == 302


def test_ones_own_password(sign_in, reporter):
    client = sign_in(reporter)
    sent = {"oldpassword": factories.PASSWORD, "password1": NEW["password1"], "password2": NEW["password1"]}
    assert client.get(reverse("admin:password_change")).status_code == 200
    assert client.post(reverse("admin:password_change"), sent).status_code == 302
    assert Client().login(username="rita", password=NEW["password1"])


def test_passwords_are_not_shown(sign_in, administrator, reporter):
    page = sign_in(administrator).get(page_of(reporter)).content.decode()
    assert reporter.password not in page
