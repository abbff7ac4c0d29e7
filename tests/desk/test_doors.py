"""Every list and every page opens for whoever works here, and for nobody else."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from articles import models
from articles.admin import desk
from tests import factories
from tests.desk.conftest import add_to, history_of, list_of, page_of

NOUNS = sorted(apps.get_app_config("articles").get_models(), key=lambda model: model._meta.model_name)
ROLES = ("reporter", "editor", "administrator")
# What people type; all else is written by other nouns' verbs.
ADDED = {
    "ApiKey", "Appearance", "Claim", "ClaimRelation", "Claimant", "Complaint", "ConfidentialSource",
    "Contact", "Copy", "Derivation",
    "Evidence", "Note", "ResearchStep", "SavedSearch", "Source", "SourceVersion", "Topic", "VerdictDraft",
}  # fmt: skip
ADDED_BY_ADMINISTRATORS = {"Redaction", "User", "Webhook"}


def row_of(model):
    """Return a row of this noun, made the way the record makes it."""
    if model in (models.Change, models.ChangeRow, models.LedgerHead, models.Newsroom):
        factories.TopicFactory()
        return model.objects.first()
    if model in (models.Redaction, models.RedactedText):
        factories.EvidenceFactory()
    return getattr(factories, f"{model.__name__}Factory")()


def test_every_noun_is_at_the_desk():
    assert set(NOUNS) == set(desk._registry)


def test_groups_of_django_are_not():
    assert Group not in desk._registry


@pytest.mark.parametrize("model", NOUNS, ids=lambda model: model.__name__)
def test_lists_and_pages_open_for_the_desk_alone(sign_in, model):
    row = row_of(model)
    addresses = (list_of(model), page_of(row), history_of(row))
    for role in ROLES:
        client = sign_in(role)
        hidden = model is models.ConfidentialSource and role == "reporter" and row.entered_by.role != role
        # A key, here a reporter's, is there for its owner and for administrators.
        hidden = hidden or (model in (models.ApiKey, models.AuditEntry) and role == "editor")
        # What somebody began to write is theirs alone.
        hidden = hidden or (model is models.KeptForm and role != row.user.role)
        hidden = hidden or (model is models.SavedSearch and role != row.owner.role)
        expected = [200, 404, 404] if hidden else [200, 200, 200]
        if model is models.GuessCount and role != "administrator":
            expected = [403, 404, 404]
        assert [client.get(address).status_code for address in addresses] == expected, role
    for address in (*addresses, add_to(model)):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("role", ROLES)
def test_add_forms_open_only_where_something_is_added_by_hand(sign_in, role):
    client = sign_in(role)
    allowed = ADDED | (ADDED_BY_ADMINISTRATORS if role == "administrator" else set())
    opened = {model.__name__ for model in NOUNS if client.get(add_to(model)).status_code == 200}
    assert opened == allowed
    assert all(
        client.get(add_to(model)).status_code == 403 for model in NOUNS if model.__name__ not in allowed
    )


def test_somebody_deactivated_is_a_stranger(sign_in, reporter, administrator):
    client = sign_in(reporter)
    assert client.get(reverse("admin:index")).status_code == 200
    reporter.deactivate(administrator)
    assert client.get(reverse("admin:index")).status_code == 302


def test_sign_in_page_names_the_newsroom(client, newsroom):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 200
    assert newsroom.name in answer.content.decode()


def test_nothing_is_deleted(sign_in, rf):
    client = sign_in("administrator")
    request = rf.get("/")
    request.user = factories.some_administrator()
    assert not any(
        one.has_delete_permission(request) or "delete_selected" in one.get_actions(request)
        for one in desk._registry.values()
    )
    for row in (factories.ClaimFactory(), factories.TopicFactory(), factories.UserFactory()):
        address = reverse(f"admin:articles_{row._meta.model_name}_delete", args=[row.pk])
        assert client.post(address, {"post": "yes"}).status_code == 403
        sent = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        assert client.post(list_of(type(row)), sent).status_code < 500
        assert type(row)._base_manager.filter(pk=row.pk).exists()


def test_what_is_not_there_is_404(sign_in):
    client = sign_in("administrator")
    for model in NOUNS:
        name = model._meta.model_name
        for key in ("999999", "9" * 40, "abc"):
            assert client.get(reverse(f"admin:articles_{name}_change", args=[key])).status_code == 404, (
                model,
                key,
            )
    for key in ("_00", "1e3", "-1", "%00", "9" * 5_000):
        for page in ("change", "history"):
            assert client.get(reverse(f"admin:articles_claim_{page}", args=[key])).status_code == 404, key
        assert client.post(reverse("admin:articles_claim_do", args=[key, "merge"])).status_code == 404, key


READ_ONLY = [model for model in NOUNS if not desk._registry[model].written_fields()]


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_a_direct_post_to_what_is_only_read_is_refused(sign_in, model):
    row = row_of(model)
    before = model._base_manager.filter(pk=row.pk).values().get()
    somebody = row.user if model is models.KeptForm else "administrator"
    assert sign_in(somebody).post(page_of(row), {"seen_revision": "1", "text": "x"}).status_code == 403
    assert model._base_manager.filter(pk=row.pk).values().get() == before


def test_what_was_written_once_is_only_read():
    read_only = {model.__name__ for model in READ_ONLY}
    assert read_only >= {
        "ArticleVersion", "Appearance", "Attribution", "SourceVersion", "Verdict", "Citation", "Correction", "Change",
        "ChangeRow", "LedgerHead", "Redaction", "RedactedText", "ConfidentialSource",
    }  # fmt: skip


def test_forms_ask_for_exactly_what_the_model_lets_change():
    for model, record_admin in desk._registry.items():
        revisable = getattr(model, "revisable", set()) - {"logo"}
        if model is not models.User:
            assert set(record_admin.written_fields()) == revisable, model


def test_a_merged_row_is_only_read(sign_in):
    for row in (
        factories.ClaimFactory(status="merged"),
        factories.ClaimantFactory(merged_into=factories.ClaimantFactory()),
        factories.SourceFactory(merged_into=factories.SourceFactory()),
    ):
        client = sign_in("editor")
        page = client.get(page_of(row))
        assert page.status_code == 200
        assert "_save" not in page.content.decode()
        assert client.post(page_of(row), {"seen_revision": row.revision}).status_code == 403


def test_who_may_not_change_the_newsroom_reads_it(sign_in, newsroom):
    client = sign_in("editor")
    assert client.get(page_of(newsroom)).status_code == 200
    assert client.post(page_of(newsroom), {"seen_revision": 1, "name": "Mine now"}).status_code == 403
    newsroom.refresh_from_db()
    assert newsroom.name == "The Example Desk"


def test_who_is_confidential_is_not_there_for_others(sign_in, reporter, second_editor):
    kept = factories.ConfidentialSourceFactory(by=reporter)
    other = factories.UserFactory()
    assert sign_in(reporter).get(page_of(kept)).status_code == 200
    assert kept.identity in sign_in(second_editor).get(page_of(kept)).content.decode()
    client = sign_in(other)
    assert client.get(page_of(kept)).status_code == 404
    assert client.get(history_of(kept)).status_code == 404
    assert kept.identity not in client.get(page_of(kept.public_source)).content.decode()
    assert f"/confidentialsource/{kept.pk}/" not in client.get(page_of(kept.public_source)).content.decode()
    assert (
        f"/confidentialsource/{kept.pk}/"
        not in client.get(list_of(models.ConfidentialSource)).content.decode()
    )


def test_history_is_the_ledger(sign_in):
    claim = factories.ClaimFactory()
    claim.revise(factories.some_editor(), statement="The bridge cost three million dollars.")
    page = sign_in("reporter").get(history_of(claim))
    entries = list(models.Change.objects.about(claim))
    assert [one.pk for one in page.context["changes"]] == [entries[1].pk, entries[0].pk]
    text = page.content.decode()
    assert all(one.hash in text for one in entries)
    assert "Some Editor" in text


def test_pages_lead_to_where_readers_are(sign_in):
    claim = factories.ClaimFactory()
    assert f'href="{claim.get_absolute_url()}"' in sign_in("reporter").get(page_of(claim)).content.decode()
