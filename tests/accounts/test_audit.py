"""The audit list: what is on it, who sees it, and that nobody writes in it but the program."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from articles.models import ApiKey, AuditEntry, AuditVerb, User
from articles.refusals import Refused
from tests import factories
from tests.accounts.conftest import NEW, entries, sign_in
from tests.desk.conftest import list_of, page_of

pytestmark = pytest.mark.django_db


def test_what_administrators_do_to_accounts(newsroom, administrator, reporter):
    nora = User.open_account(administrator, "nora", NEW, display_name="Nora", role="reporter")
    nora.set_role(administrator, "editor")
    nora.reset_password(administrator, NEW)
    nora.describe(administrator, email="nora@desk.example")
    nora.deactivate(administrator)
    nora.reactivate(administrator)
    key, _token = ApiKey.issue(administrator, nora, "x", ["write"])
    key.revoke(administrator)
    ApiKey.issue(None, nora, "x")
    assert entries() == [
        *((verb, "nora", "ada") for verb in (
            "account_opened", "role_given", "password_set", "account_changed", "deactivated", "reactivated",
            "key_issued", "key_revoked",
        )),
        ("key_issued", "nora", ""),
    ]  # fmt: skip
    assert AuditEntry.objects.get(verb="role_given").detail == "reporter → editor"
    assert key.identifier in AuditEntry.objects.get(verb="key_revoked").detail


def test_what_is_refused_is_not_on_it(newsroom, administrator, reporter):
    for verb in (
        lambda: administrator.set_role(administrator, "editor"),
        lambda: administrator.deactivate(administrator),
    ):
        with pytest.raises(Refused):
            verb()
    assert entries() == []


def test_from_where(newsroom, reporter, settings):
    sign_in(Client(REMOTE_ADDR="2001:db8::7"))
    settings.TRUST_PROXY = True
    sign_in(Client(REMOTE_ADDR="127.0.0.1"), HTTP_X_FORWARDED_FOR="x")
    Client(REMOTE_ADDR="127.0.0.1").post(
        "/desk/login/", {"login": "rita", "password": "wrong"}, HTTP_X_FORWARDED_FOR="203.0.113.1, 192.0.2.4"
    )
    assert list(AuditEntry.objects.order_by("id").values_list("address", flat=True)) == [
        "2001:db8::7", "127.0.0.1", "192.0.2.4",
    ]  # fmt: skip


def test_everybody_sees_their_own(reporter, editor, administrator):
    mine, other, nobody = (
        factories.AuditEntryFactory(whom=whom, actor=None) for whom in (reporter, editor, None)
    )
    assert set(AuditEntry.objects.visible_to(reporter)) == {mine}
    assert set(AuditEntry.objects.visible_to(administrator)) >= {mine, other, nobody}
    assert not AuditEntry.objects.visible_to(reporter.limited(["publish"])).exists()
    assert not AuditEntry.objects.visible_to(None).exists()


def test_list_and_filters(client, reporter, editor, administrator):
    factories.AuditEntryFactory(whom=reporter, verb=AuditVerb.LOCKED_OUT)
    factories.AuditEntryFactory(whom=editor)
    client.force_login(administrator)
    page = client.get(list_of(AuditEntry), {"verb__exact": "locked_out"})
    assert [one.whom for one in page.context["cl"].result_list] == [reporter]
    page = client.get(list_of(AuditEntry), {"whom__id__exact": editor.pk})
    assert {one.whom for one in page.context["cl"].result_list} == {editor}
    assert "What happened to this account" in client.get(page_of(reporter)).content.decode()
    client.force_login(editor)
    assert "What happened to this account" not in client.get(page_of(reporter)).content.decode()


class TestGuarded:
    def refuse(self, sql: str, *values) -> None:
        with pytest.raises(DatabaseError, match="audit entry is never changed"), transaction.atomic():
            connection.cursor().execute(sql, values)

    def test_in_the_database(self, reporter):
        row = factories.AuditEntryFactory(whom=reporter)
        AuditEntry.objects.filter(pk=row.pk)
        self.refuse("UPDATE articles_auditentry SET verb = 'signed_out' WHERE id = %s", row.pk)
        self.refuse("UPDATE articles_auditentry SET address = '192.0.2.1' WHERE id = %s", row.pk)
        self.refuse("UPDATE articles_auditentry SET address = NULL, whom_id = NULL WHERE id = %s", row.pk)
        self.refuse("DELETE FROM articles_auditentry WHERE id = %s", row.pk)

    def test_in_the_program(self, reporter):
        row = factories.AuditEntryFactory(whom=reporter)
        for verb in (row.save, row.delete):
            with pytest.raises(Refused):
                verb()


def test_addresses_are_forgotten(newsroom, reporter):
    sign_in(Client(REMOTE_ADDR="192.0.2.4"))
    now = timezone.now()
    assert AuditEntry.forget_addresses(timedelta(days=180), now + timedelta(days=179)) == 0
    assert AuditEntry.forget_addresses(timedelta(days=180), now + timedelta(days=181)) == 1
    assert AuditEntry.objects.get().address is None


def test_the_task_does_it(newsroom, reporter, settings):
    from articles.models import GuessCount
    from articles.tasks import forget_sign_ins

    old = timezone.now() - timedelta(days=settings.AUDIT_ADDRESSES_KEPT_DAYS, seconds=1)
    AuditEntry.objects.create(verb="signed_in", whom=reporter, address="192.0.2.4", at=old)
    AuditEntry.objects.create(verb="signed_in", whom=reporter, address="192.0.2.5")
    factories.GuessCountFactory()
    GuessCount.objects.update(latest=timezone.now() - timedelta(minutes=16))
    assert forget_sign_ins.func() == 1
    assert set(AuditEntry.objects.values_list("address", flat=True)) == {None, "192.0.2.5"}
    assert not GuessCount.objects.exists()
