"""Coming in by name and password, going out, and that there is no other way in."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from articles.accounts import signing_in
from articles.models import AuditEntry
from tests.accounts.conftest import entries, is_in, sign_in, text_of, verbs
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WRONG = "There is no account with this user name and this password."


def test_in_and_out(client, newsroom, reporter):
    assert not is_in(client)
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:index"))
    assert is_in(client)
    assert client.get(reverse("account_logout")).status_code == 200, "asks: no link signs anybody out"
    assert is_in(client)
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert not is_in(client)
    assert entries() == [("signed_in", "rita", "rita"), ("signed_out", "rita", "rita")]


def test_back_to_where_one_wanted(client, reporter):
    wanted = reverse("admin:articles_claim_changelist") + "?q=bridge"
    asked = client.get(wanted)["Location"]
    page = client.get(asked)
    assert f'value="{wanted}"' in page.content.decode()
    assert sign_in(client, next=wanted)["Location"] == wanted


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "http://localhost/x", "javascript:alert(1)"]
)
def test_never_led_to_another_site(client, reporter, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == reverse("admin:index")


def test_wrong_is_wrong_whatever_was(client, newsroom, administrator, reporter):
    closed = UserFactory(username="gone", is_active=False)
    said = set()
    for name, password in (
        ("rita", "x"),
        ("nobody", PASSWORD),
        (closed.username, PASSWORD),
        ("RITA", PASSWORD),
    ):
        answer = sign_in(Client(), name, password)
        assert answer.status_code == 200
        assert WRONG in text_of(answer)
        said.add(text_of(answer).replace(name, "NAME"))
    assert len(said) == 1, "the page is the same, but for the name that was typed"
    # Only names that are an account's are on the list.
    assert entries()[1:] == [("sign_in_failed", name, "") for name in ("rita", "", "gone", "")]
    assert "nobody" not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("name", ["", "x\x00", "\ud800", "x" * 5000, "' OR 1=1 --"])
def test_garbage_is_answered(client, newsroom, name):
    sent = f"login={quote(name, errors='surrogatepass')}&password={'x' * 5000}"
    answer = client.post(reverse("account_login"), sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


def test_two_names_that_differ_in_case_are_two_accounts(client, reporter):
    UserFactory(username="Rita", password="another pass phrase")
    assert sign_in(client, "Rita", "another pass phrase").status_code == 302
    assert sign_in(Client(), "rita").status_code == 302
    assert sign_in(Client(), "rita", "another pass phrase").status_code == 200


def test_password_is_not_sent_back_nor_kept(client, newsroom, reporter):
    assert PASSWORD + "!" not in sign_in(client, password=PASSWORD + "!").content.decode()


def test_tokens_against_forged_requests_are_asked_for(newsroom, reporter):
    strict = Client(enforce_csrf_checks=True)
    for name in ("account_login", "account_logout", "account_reset_password"):
        assert strict.post(reverse(name), {}).status_code == 403, name


def everything(patterns, prefix=""):
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from everything(one.url_patterns, prefix + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield prefix + str(one.pattern), one


def test_no_other_way_in(client, newsroom, reporter):
    """Every address is tried with the right name and password in all the words that forms know for them."""
    sent = {"login": "rita", "username": "rita", "email": "rita@desk.example", "password": PASSWORD}
    tried = 0
    for pattern, _one in everything(get_resolver().url_patterns):
        address = "/" + pattern.replace("^", "").replace("$", "").replace("\\Z", "")
        if "<" in address or "(" in address or address == reverse("account_login"):
            continue
        visitor = Client()
        visitor.post(address, sent)
        assert SESSION_KEY not in visitor.session, address
        tried += 1
    assert tried > 100
    assert "signed_in" not in verbs()


def test_the_addresses_of_the_admin_are_ours(client, newsroom, reporter):
    for name, view in (
        ("login", signing_in.SignIn),
        ("logout", signing_in.SignOut),
        ("password_change", signing_in.ChangePassword),
    ):
        from django.urls import resolve

        assert resolve(reverse(f"admin:{name}")).func.view_class is view


def test_sign_up_is_closed(client):
    from django.urls import NoReverseMatch

    for name in ("account_signup", "account_email", "account_set_password", "account_request_login_code"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
