"""Keys at the desk: issued by a form, shown once, listed to whose they are, revoked by a button."""

from __future__ import annotations

import re
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.test import Client

from articles.models import ApiKey
from tests import factories
from tests.desk.conftest import add_to, list_of, page_of
from tests.desk.test_buttons import offered, press

NEW = {"name": "Nightly copy", "scopes": ["drafts", "write"], "lasts": "90"}
TOKEN = re.compile(r"fct_[a-z2-9]{8}_[0-9A-Za-z]{49}")


def issue(client: Client, **given: object) -> str:
    answer = client.post(add_to(ApiKey), NEW | given)
    assert answer.status_code == 200
    [token] = set(TOKEN.findall(answer.content.decode()))
    return token


def test_a_key_for_oneself_is_shown_once(sign_in, reporter):
    client = sign_in(reporter)
    form = client.get(add_to(ApiKey)).content.decode()
    assert "id_owner" not in form and '<option value="90" selected>' in form
    answer = client.post(add_to(ApiKey), NEW)
    page = answer.content.decode()
    assert "This is the only time you see this key." in page and "no-store" in answer["Cache-Control"]
    token = TOKEN.search(page)[0]
    assert f'value="{token}"' in page and "readonly" in page
    key = ApiKey.objects.found(token)
    assert (key.owner, key.created_by, key.scopes) == (reporter, reporter, ["drafts", "write"])
    assert key.expires_at - key.created_at == timedelta(days=90)
    for address in (page_of(key), list_of(ApiKey)):
        shown = client.get(address).content.decode()
        assert key.identifier in shown and "Nightly copy" in shown
        assert not TOKEN.search(shown) and key.hash not in shown
    assert all(token not in str(session.get_decoded()) for session in Session.objects.all())


def test_without_an_end_and_without_scopes(sign_in, reporter):
    client = sign_in(reporter)
    key = ApiKey.objects.found(issue(client, lasts="", scopes=[]))
    assert (key.expires_at, key.scopes) == (None, [])
    assert "read what is public" in client.get(list_of(ApiKey)).content.decode()


def test_what_is_wrong_is_said_and_issues_nothing(sign_in, reporter):
    client = sign_in(reporter)
    for sent, sentence in (
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 101}, "at most 100"),
        ({"scopes": ["all"]}, "Select a valid choice"),
        ({"lasts": "100000"}, "Select a valid choice"),
    ):
        answer = client.post(add_to(ApiKey), NEW | sent)
        assert answer.status_code == 200 and sentence in answer.content.decode(), sent
    assert not ApiKey.objects.exists()


def test_administrators_issue_for_others(sign_in, administrator, reporter):
    client = sign_in(administrator)
    form = client.get(add_to(ApiKey)).content.decode()
    assert "id_owner" in form and "Ada Administrator" in form
    key = ApiKey.objects.found(issue(client, owner=reporter.pk))
    assert (key.owner, key.created_by) == (reporter, administrator)


def test_nobody_else_does(sign_in, reporter, editor):
    # What the form does not have is not read.
    key = ApiKey.objects.found(issue(sign_in(editor), owner=reporter.pk))
    assert key.owner == editor


def test_each_sees_their_own_and_administrators_all(sign_in, reporter, editor, administrator):
    mine, other = factories.ApiKeyFactory(owner=reporter), factories.ApiKeyFactory(owner=editor)
    page = sign_in(reporter).get(list_of(ApiKey)).content.decode()
    assert mine.identifier in page and other.identifier not in page
    assert sign_in(reporter).get(page_of(other)).status_code == 404
    page = sign_in(administrator).get(list_of(ApiKey)).content.decode()
    assert mine.identifier in page and other.identifier in page


def test_revoke(sign_in, reporter, editor, administrator):
    mine, other = factories.ApiKeyFactory(owner=reporter), factories.ApiKeyFactory(owner=reporter)
    client = sign_in(reporter)
    assert offered(client, mine) == ["revoke"]
    page = client.get(page_of(mine)).content.decode()
    # It asks first: the button opens the form that does it.
    assert re.search(r"<summary class=\"verb grave\">Revoke …</summary>", page)
    assert press(client, mine, "revoke").status_code == 302
    mine.refresh_from_db()
    assert mine.revoked_by == reporter and offered(client, mine) == []
    assert "revoked" in client.get(list_of(ApiKey)).content.decode()
    assert press(client, mine, "revoke").status_code == 409
    assert press(sign_in(editor), other, "revoke").status_code == 404
    assert press(sign_in(administrator), other, "revoke").status_code == 302
    other.refresh_from_db()
    assert other.revoked_by == administrator


def test_a_key_opens_no_desk(client, administrator):
    key = factories.ApiKeyFactory(owner=administrator, scopes=["publish"])
    assert client.get(list_of(ApiKey), HTTP_AUTHORIZATION=f"Bearer {key.token}").status_code == 302
